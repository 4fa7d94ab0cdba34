//! Two commands that check the same: whether the second checks less of it.

use super::Command;

/// How head's command checks less than the base's, if it does.
pub(crate) fn narrowed(base: &Command, head: &Command) -> Option<String> {
    let alias = |word: &String| match word.as_str() {
        "--all" if !base.words.contains(&"fmt".to_owned()) => "--workspace".to_owned(),
        "-Dwarnings" => "-D warnings".to_owned(),
        _ => word.clone(),
    };
    let pairs = |words: &[String]| -> Vec<String> {
        let joined = words.iter().map(alias).collect::<Vec<_>>().join(" ");
        joined
            .replace("-D warnings", "-Dwarnings")
            .replace("--deny warnings", "-Dwarnings")
            .replace("-p ", "-p=")
            .replace("--package ", "-p=")
            .replace("--exclude ", "--exclude=")
            .replace("--skip ", "--skip=")
            .replace("--test ", "--test=")
            .replace("-A ", "-A=")
            .replace("--ignore ", "--ignore=")
            .split(' ')
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (pairs(&base.words), pairs(&head.words));
    const WIDE: &[&str] = &[
        "--workspace",
        "--all-targets",
        "--all-features",
        "-Dwarnings",
        "--check",
        "--locked",
        "--tests",
        "--examples",
        "--benches",
    ];
    if let Some(lost) = WIDE
        .iter()
        .find(|flag| before.iter().any(|word| word == **flag) && !after.iter().any(|word| word == **flag))
    {
        let covered = matches!(*lost, "--tests" | "--examples" | "--benches")
            && after.iter().any(|word| word == "--all-targets");
        let nextest = *lost == "--all-targets" && after.iter().any(|word| word == "nextest");
        if !covered && !nextest {
            return Some(format!("without `{lost}`"));
        }
    }
    let narrows = |word: &&String| {
        ["-p=", "--exclude=", "--skip=", "--test=", "-A=", "--ignore=", "--bin=", "--cap-lints"]
            .iter()
            .any(|start| word.starts_with(start))
            || ["--lib", "--bins", "--doc", "--no-run", "--no-deps", "--no-tests"].contains(&word.as_str())
    };
    let packages = |words: &[String]| {
        words.iter().filter(|word| word.starts_with("-p=") || word.starts_with("--test=")).count()
    };
    let added = after.iter().filter(narrows).find(|word| !before.contains(word));
    match added {
        // Another package beside the ones that were named is more, not less.
        Some(word)
            if (word.starts_with("-p=") || word.starts_with("--test="))
                && packages(&before) > 0
                && packages(&after) >= packages(&before) =>
        {
            None
        }
        Some(word) if word == "--lib" && before.iter().any(|word| word == "--lib") => None,
        Some(word) => Some(format!("with `{word}`")),
        None if packages(&before) > packages(&after) && packages(&after) > 0 => {
            Some("for fewer packages".to_owned())
        }
        None => None,
    }
}
