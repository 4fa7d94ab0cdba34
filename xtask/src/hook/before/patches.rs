//! Which files a patch writes that `git apply`, `git am`, `patch` or `apply_patch` is given, where it can be read.

use std::io::Read;

use super::shell::{Simple, subcommand};

/// The largest patch that is read, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Every path that the patches of a command name, as it stands there and without its first part.
pub(super) fn written(command: &Simple) -> Vec<String> {
    let Some((program, given)) = command.program() else { return Vec::new() };
    let files: Vec<&String> = match program {
        "git" => match subcommand(given) {
            Some(("apply", rest)) if !only_looks(rest) => {
                operands(rest, &["--directory", "--exclude", "--include", "-p", "-C"])
            }
            Some(("am", rest)) => operands(rest, &["-p", "-C"]),
            _ => return Vec::new(),
        },
        // Codex' own, called from a shell: the patch is what it is given, or what it reads.
        "apply_patch" | "applypatch" => {
            let patches = given.iter().chain(&command.input);
            return patches.flat_map(|patch| named(patch, &ENVELOPE)).collect();
        }
        "patch" if !given.iter().any(|word| word == "--dry-run") => {
            let named = given.iter().position(|word| word == "-i" || word == "--input");
            named.and_then(|at| given.get(at + 1)).into_iter().collect()
        }
        _ => return Vec::new(),
    };
    let joined = given.iter().filter_map(|word| word.strip_prefix("--input="));
    let files = files.into_iter().map(String::as_str).chain(joined);
    let read = files.chain(command.from.iter().map(String::as_str)).filter_map(|file| text(command, file));
    read.chain(command.input.iter().cloned()).flat_map(|patch| named(&patch, &HEADERS)).collect()
}

/// `git apply` with these writes nothing, unless it is told to.
fn only_looks(given: &[String]) -> bool {
    let has = |words: &[&str]| given.iter().any(|word| words.contains(&word.as_str()));
    has(&["--check", "--numstat", "--stat", "--summary"]) && !has(&["--apply"])
}

fn operands<'w>(given: &'w [String], with_value: &[&str]) -> Vec<&'w String> {
    let mut is_value = false;
    let of_none = given.iter().filter(|word| {
        let skipped = std::mem::replace(&mut is_value, with_value.contains(&word.as_str()));
        !skipped && !word.starts_with('-')
    });
    of_none.collect()
}

fn text(command: &Simple, file: &str) -> Option<String> {
    let file = command.folder.join(file);
    let mut bytes = Vec::new();
    // A pipe or a device would be waited for.
    if !file.metadata().is_ok_and(|it| it.is_file()) {
        return None;
    }
    std::fs::File::open(file).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What stands before a path in a patch of git or of `diff`, and in one of Codex.
const HEADERS: [&str; 7] =
    ["+++ ", "--- ", "rename from ", "rename to ", "copy to ", "deleted file ", "diff --git "];
const ENVELOPE: [&str; 4] = ["*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: "];

/// The paths in the headers of a patch.
fn named(patch: &str, headers: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    for line in patch.lines() {
        let Some((header, rest)) =
            headers.iter().find_map(|header| Some((*header, line.strip_prefix(header)?)))
        else {
            continue;
        };
        // A date follows behind a tab; of `diff --git a/PATH b/PATH` the second one counts.
        let path = rest.split('\t').next().unwrap_or(rest).trim_matches('"');
        let path = if header == "diff --git " { path.rsplit(" b/").next().unwrap_or(path) } else { path };
        paths.extend(path.split_once('/').map(|(_, below)| below.to_owned()));
        paths.push(path.to_owned());
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::super::shell::{Setting, commands_within};
    use super::*;

    const PATCH: &str =
        "diff --git a/x/y b/x/y\n--- a/x/y\t2027-01-31\n+++ b/x/y\n@@ -1 +1 @@\n-+++ b/no\n+z\n";

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("p.diff"), PATCH).expect("a patch");
        let setting = Setting { folder: folder.path().to_owned(), home: None };
        let found: Vec<String> = commands_within(text, &setting).iter().flat_map(written).collect();
        assert_eq!(found.contains(&"x/y".to_owned()), expected, "{text}: {found:?}");
        assert!(!found.contains(&"no".to_owned()), "{text}");
    }

    #[test]
    fn a_patch_that_can_be_read_says_what_it_writes() {
        for text in [
            "git apply p.diff",
            "git apply -3 --index ./p.diff",
            "git apply -p 1 p.diff",
            "git am p.diff",
            "git am < p.diff",
            "patch -p1 < p.diff",
            "patch -p1 -i p.diff",
            "patch --input=p.diff",
            "cd . && git apply p.diff",
        ] {
            check(text, true);
        }
        check(
            "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: x/y\n@@\n-*** Add File: no\n*** End Patch\nEOF",
            true,
        );
        check("apply_patch '*** Begin Patch\n*** Delete File: x/y\n*** End Patch'", true);
        check(&format!("git apply <<'EOF'\n{PATCH}EOF\n"), true);
        check(&format!("cat <<'EOF' | patch -p1\n{PATCH}EOF\n"), true);
        for text in [
            "git apply --check p.diff",
            "git apply --stat p.diff",
            "patch --dry-run -p1 < p.diff",
            "cat p.diff",
            "git diff > p.diff",
            "git apply gone.diff",
            "git apply /dev/zero",
        ] {
            check(text, false);
        }
    }
}
