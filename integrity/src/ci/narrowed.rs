//! Two commands that check the same: whether the second checks less of it.

use super::Command;
use super::gate::folder;

/// Flags without which a command checks less.
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
    "--include-ignored",
    "--run-ignored",
    "--cov-fail-under",
];

/// Flags with a value that take something away.
const LESS_OF: &[&str] = &[
    "-p=",
    "--exclude=",
    "--skip=",
    "--test=",
    "-A=",
    "--ignore=",
    "--bin=",
    "--bench=",
    "--example=",
    "--cap-lints",
    "--partition=",
    "--filterset=",
    "--filter-expr=",
    "-E=",
    "--exclude-task=",
    "--test_tag_filters=",
    "--build_tag_filters=",
    "--test_filter=",
    "--exclude-path=",
];

/// The same of flags that mean something else to other programs.
const LESS_OF_PROGRAM: &[(&str, &str)] = &[
    ("gradle", "-x="),
    ("buf", "--path="),
    ("pytest", "-k="),
    ("pytest", "-m="),
    ("pytest", "--deselect="),
    ("pytest", "--ignore-glob="),
];

/// Flags that take something away, or everything.
const LESS: &[&str] = &[
    "--lib",
    "--bins",
    "--doc",
    "--no-run",
    "--no-deps",
    "--no-tests",
    "--list",
    "--help",
    "-h",
    "--version",
    "-V",
    "--dry-run",
    "-n",
    "--no-default-features",
    "--ignored",
    "--no-doc-tests",
    "-short",
    "-DskipTests",
    "-DskipTests=true",
    "-DskipITs",
    "-DskipITs=true",
    "-Dmaven.test.skip",
    "-Dmaven.test.skip=true",
    "-Dmaven.test.failure.ignore",
    "-Dmaven.test.failure.ignore=true",
    "--fail-never",
    "--collect-only",
    "--co",
    "--last-failed",
    "--lf",
    "--setup-only",
    "--setup-plan",
    "--fixtures",
    "--markers",
];

/// Flags of cargo and of test runners whose value is the next word.
const VALUED: &[&str] = &[
    "-p",
    "--package",
    "--exclude",
    "--test",
    "--bench",
    "--bin",
    "--example",
    "-F",
    "--features",
    "--target",
    "--target-dir",
    "--profile",
    "--manifest-path",
    "-j",
    "--jobs",
    "--color",
    "--message-format",
    "--config",
    "-Z",
    "-E",
    "--filterset",
    "--filter-expr",
    "--retries",
    "--partition",
    "--test-threads",
    "--run-ignored",
    "--skip",
    "--logfile",
    "--format",
    "-A",
    "--ignore",
    "-D",
    "-W",
    "-P",
    "--cargo-profile",
    "--status-level",
    "--final-status-level",
    "--output-path",
    "--ignore-filename-regex",
    "--lcov-output",
    "--toolchain",
    "--archive-file",
    "--workspace-remap",
    "--extract-to",
    "-C",
    "--nextest-profile",
    "--timeout",
    "--out",
    "-x",
    "--exclude-task",
    "--test_tag_filters",
    "--build_tag_filters",
    "--test_filter",
    "--path",
    "--exclude-path",
    "-k",
    "-m",
    "--deselect",
    "--ignore-glob",
];

/// How head's command checks less than the base's, if it does.
pub(super) fn narrowed(base: &Command, head: &Command) -> Option<String> {
    let (before, after) = (flags(base, base), flags(head, base));
    gate(&before, &after)
        .or_else(|| lost(&before, &after))
        .or_else(|| added(&before, &after))
        .or_else(|| features(&before, &after))
        .or_else(|| filtered(base, head))
        .or_else(|| fewer_paths(base, head))
}

/// The words with their values joined to them, and one name for what has two.
fn flags(command: &Command, base: &Command) -> Vec<String> {
    let formats = base.words.iter().any(|word| word == "fmt");
    let alias = |word: &str| match word {
        "--all" if !formats => "--workspace".to_owned(),
        "--package" => "-p".to_owned(),
        "--deny" => "-D".to_owned(),
        "-F" => "--features".to_owned(),
        other => other.to_owned(),
    };
    let mut all: Vec<String> = Vec::new();
    let mut words = command.words.iter().map(|word| alias(word)).peekable();
    while let Some(word) = words.next() {
        let valued = word == "-D" || VALUED.contains(&word.as_str());
        match words.peek() {
            Some(value) if word == "-D" => {
                all.push(format!("-D{value}"));
                words.next();
            }
            Some(value) if valued && !value.starts_with('-') => {
                all.push(format!("{word}={value}"));
                words.next();
            }
            _ => all.push(word.replace("--package=", "-p=")),
        }
    }
    all
}

fn lost(before: &[String], after: &[String]) -> Option<String> {
    let has = |words: &[String], flag: &str| {
        words.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")))
    };
    let covered = |flag: &str| {
        matches!(flag, "--tests" | "--examples" | "--benches") && has(after, "--all-targets")
            || flag == "--all-targets" && has(after, "nextest")
            || flag == "--locked" && has(after, "--frozen")
            || flag == "--include-ignored" && has(after, "--run-ignored")
    };
    let flag = WIDE.iter().find(|flag| has(before, flag) && !has(after, flag) && !covered(flag))?;
    Some(format!("without `{flag}`"))
}

fn added(before: &[String], after: &[String]) -> Option<String> {
    let is_run = |program: &str| after.iter().any(|word| names_program(word, program));
    let narrows = |word: &&String| {
        LESS_OF.iter().any(|start| word.starts_with(start))
            || LESS.contains(&word.as_str())
            || LESS_OF_PROGRAM.iter().any(|(program, start)| word.starts_with(start) && is_run(program))
    };
    let named = |word: &str| word.starts_with("-p=") || word.starts_with("--test=");
    let packages = |words: &[String]| words.iter().filter(|word| named(word)).count();
    let new = after.iter().filter(narrows).filter(|word| !before.contains(word));
    for word in new {
        // Another package beside the ones that were named is more, not less.
        let beside = named(word) && packages(before) > 0 && packages(after) >= packages(before);
        // Dependencies were never what clippy looks at.
        let helpless = word == "--no-deps" && !after.iter().any(|word| word == "doc");
        let short = word.starts_with("-") && !word.starts_with("--") && word.len() == 2;
        let other = short && !after.iter().any(|word| word == "cargo" || word == "make");
        if !(beside || helpless || other) {
            return Some(format!("with `{}`", crate::evidence::short(word)));
        }
    }
    let fewer = packages(before) > packages(after) && packages(after) > 0;
    fewer.then(|| "for fewer packages".to_owned())
}

/// Whether a word is a program, or its wrapper in the repository, as `./gradlew`.
fn names_program(word: &str, program: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    name == program || name.strip_suffix('w') == Some(program)
}

fn features(before: &[String], after: &[String]) -> Option<String> {
    let list = |words: &[String]| -> Vec<String> {
        let named = words.iter().filter_map(|word| word.strip_prefix("--features="));
        named
            .flat_map(|list| list.split([',', ' ']))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (was, now) = (list(before), list(after));
    let unknown = |names: &[String]| names.iter().any(|name| name.contains('$'));
    if after.iter().any(|word| word == "--all-features") || unknown(&was) || unknown(&now) {
        return None;
    }
    let gone = was.iter().find(|name| !now.contains(name)).filter(|_| now.len() < was.len())?;
    Some(format!("without the feature `{}`", crate::evidence::short(gone)))
}

/// A test runner that gets names to choose by.
fn filtered(base: &Command, head: &Command) -> Option<String> {
    let (before, after) = (names(base)?, names(head)?);
    let new = after.iter().find(|name| !before.contains(name)).filter(|_| before.is_empty())?;
    Some(format!("only for tests that match `{}`", crate::evidence::short(new)))
}

/// pytest runs what lies below the paths that it is given, and without any what its configuration says.
fn fewer_paths(base: &Command, head: &Command) -> Option<String> {
    let (before, after) = (paths(base)?, paths(head)?);
    let covers = |now: &str, was: &str| {
        now == was || now == "." || was.strip_prefix(now).is_some_and(|rest| rest.starts_with(['/', ':']))
    };
    let is_left = |was: &&str| after.iter().any(|now| covers(now, was));
    match (before.is_empty(), after.first()) {
        (_, None) => None,
        (true, Some(_)) if after.contains(&".") => None,
        (true, Some(now)) => Some(format!("only for `{}`", crate::evidence::short(now))),
        (false, _) => {
            let gone = before.iter().find(|was| !is_left(was))?;
            Some(format!("without `{}`", crate::evidence::short(gone)))
        }
    }
}

/// The paths that pytest is given; `None` for any other program.
fn paths(command: &Command) -> Option<Vec<&str>> {
    const WITH_VALUE: [&str; 24] = [
        "--basetemp",
        "--color",
        "--cov-config",
        "--cov-fail-under",
        "--cov-report",
        "--deselect",
        "--dist",
        "--durations",
        "--ignore",
        "--ignore-glob",
        "--junit-xml",
        "--junitxml",
        "--maxfail",
        "--numprocesses",
        "--reruns",
        "--rootdir",
        "--tb",
        "--timeout",
        "-c",
        "-k",
        "-m",
        "-n",
        "-o",
        "-p",
    ];
    let (program, words) = command.words.split_first()?;
    if program.rsplit('/').next() != Some("pytest") {
        return None;
    }
    let mut paths = Vec::new();
    let mut before = "";
    for word in words {
        if !word.starts_with('-') && before != "-W" && !WITH_VALUE.contains(&before) {
            paths.push(folder(word));
        }
        before = word;
    }
    Some(paths)
}

/// The names by which a run of tests chooses; `None` for what runs no tests.
fn names(command: &Command) -> Option<Vec<&str>> {
    let mut words = command.words.iter().map(String::as_str).skip(1).filter(|word| !word.starts_with('+'));
    match words.next()? {
        "test" | "t" => {}
        "nextest" => drop(words.next()),
        _ => return None,
    }
    let mut names = Vec::new();
    let mut value = false;
    for word in words {
        match word {
            _ if value => value = false,
            word if word.starts_with('-') => value = VALUED.contains(&word),
            word if word.contains(['$', '{', '(']) || word.chars().all(|c| !c.is_alphanumeric()) => {}
            name => names.push(name),
        }
    }
    Some(names)
}

/// The gate itself: a base that is head, a part of the guards, a lower tier, another folder, another judge.
fn gate(before: &[String], after: &[String]) -> Option<String> {
    let program = |word: &String| {
        matches!(word.rsplit('/').next(), Some("gatefold" | "gatefold-ci")) || word == "xtask"
    };
    if !before.iter().any(program) {
        return None;
    }
    let option = |words: &[String], name: &str| {
        let joined = words.iter().find_map(|word| word.strip_prefix(&format!("{name}=")).map(str::to_owned));
        let at = words.iter().position(|word| word == name);
        joined.or_else(|| words.get(at? + 1).cloned())
    };
    for name in ["--base", "--only", "--tier", "--root", "--mode", "--judge"] {
        let (was, now) = (option(before, name), option(after, name));
        let asked = |tier: &Option<String>| match tier.as_deref() {
            Some("all") => 2,
            Some("live") => 1,
            _ => 0,
        };
        let less = match name {
            "--only" => now.is_some() && now != was,
            "--root" => now.as_deref().map(folder) != was.as_deref().map(folder),
            "--tier" => asked(&now) < asked(&was) || asked(&was) == 0 && asked(&now) == 1,
            _ => now != was,
        };
        if less {
            let shown = |value: Option<String>| {
                value.map_or_else(|| "nothing".to_owned(), |value| crate::evidence::short(&value))
            };
            return Some(format!("with `{name}` `{}` in place of `{}`", shown(now), shown(was)));
        }
    }
    ["--bootstrap", "--exit-zero", "--observe"]
        .iter()
        .find(|flag| after.iter().any(|word| word == *flag) && !before.iter().any(|word| word == *flag))
        .map(|flag| format!("with `{flag}`"))
}
