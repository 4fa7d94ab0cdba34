//! What is asked where only the files count that were just written: after an edit an agent waits for the answer, and what
//! it leaves out is judged when the agent ends.

use findings::Finding;
use policy::POLICY_FILE;
use source::{Change, ChangeKind, FileChange};

/// Why a guard is not asked about the files that were written; none where it is, and where the whole change counts.
pub(crate) fn left_for_later(guard: &str, files: Option<&[String]>, change: &Change) -> Option<String> {
    let files = files?;
    let is_concerned = match guard {
        "lints" | "integrity" => true,
        "arch" => files.iter().any(|file| says_what_depends(change, file)),
        // What was promised and what was ranked stand in files of their own; code is held to them as a whole.
        _ => files.iter().any(|file| !file.ends_with(".rs")),
    };
    (!is_concerned).then(|| {
        "nothing that it reads by itself was written; the whole change is judged when the agent ends"
            .to_owned()
    })
}

/// Whether nobody asks what all files say to each other.
pub(crate) fn asks_of_few_files(files: Option<&[String]>, change: &Change) -> bool {
    ["arch", "contracts"].iter().all(|guard| left_for_later(guard, files, change).is_some())
}

/// What the files were called at the base.
pub(crate) fn at_base(files: Option<&[String]>, change: &Change) -> Option<Vec<String>> {
    Some(files?.iter().map(|file| change.base_path(file).to_owned()).collect())
}

/// The change without the code that was not just written; none where the whole change counts. What is no code stays,
/// since settings speak of all of it.
pub(crate) fn code_of(files: Option<&[String]>, change: &Change) -> Option<Change> {
    let files = files?;
    let is_written = |file: &FileChange| {
        let mut paths = std::iter::once(&file.path).chain(&file.from);
        !file.path.ends_with(".rs") || paths.any(|path| files.contains(path))
    };
    let mut change = change.clone();
    change.files.retain(is_written);
    Some(change)
}

/// Whether a finding concerns what was just written, or no file at all.
pub(crate) fn concerns_some(files: Option<&[String]>, found: &[Finding]) -> bool {
    let written = |file: &str| files.is_none_or(|files| files.iter().any(|written| written == file));
    found.iter().any(|finding| finding.file().is_none_or(written))
}

/// Whether a file says otherwise than the base what depends on what: a manifest, the policy, code that is new in its
/// place, or a line that imports. A path that is written out in a body is found when the agent ends.
fn says_what_depends(change: &Change, path: &str) -> bool {
    if !path.ends_with(".rs") {
        return path == POLICY_FILE || path.ends_with("Cargo.toml") || path.ends_with("Cargo.lock");
    }
    let Some(file) = change.file(path) else { return false };
    if file.kind != ChangeKind::Modified {
        return true;
    }
    let Ok(text) = change.head.text(path) else { return true };
    imports(&text).any(|line| file.lines.iter().any(|lines| lines.contains(&line)))
}

/// The lines of imports and of declarations of modules, by their number.
fn imports(text: &str) -> impl Iterator<Item = u32> {
    let mut goes_on = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        let begins = goes_on || is_import(line.trim_start());
        goes_on = begins && !line.contains(';');
        begins.then_some(number)
    })
}

fn is_import(line: &str) -> bool {
    let visible = line.strip_prefix("pub").map(|rest| match rest.strip_prefix('(') {
        Some(within) => within.split_once(')').map_or("", |(_, rest)| rest),
        None => rest,
    });
    let words = visible.unwrap_or(line).trim_start();
    let declares = ["mod ", "extern crate "].iter().any(|word| words.starts_with(word));
    words.starts_with("use ") || declares && words.contains(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_lines_of_their_own_and_of_a_list() {
        let check = |text: &str, expected: &[u32]| {
            assert_eq!(imports(text).collect::<Vec<_>>(), expected, "{text}");
        };
        check("use a::b;\nfn f() {}\n  pub use c;\npub(crate) mod d;", &[1, 3, 4]);
        check("pub(in crate::a) use a::{\n    b,\n    c,\n};\nlet used = 1;", &[1, 2, 3, 4]);
        check("extern crate a;\nmod tests {\n    use super::*;\n}", &[1, 3]);
        check("let mode = 1;\nmodel();\nuseful();\npublish();\n// use a;", &[]);
    }
}
