//! The files that arguments mean: themselves, those below a folder, those that a pattern matches.

use std::cmp::Ordering;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use crate::failure::Failure;

/// A file that may be a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) file: PathBuf,
    /// Whether an argument is its very name: who wrote that holds it for a report. Of what only lies in a folder or
    /// matches a pattern nobody said so.
    pub(crate) by_name: bool,
}

/// Every file that is meant, once, in the order of their names, in which numbers stand by their size.
///
/// # Errors
/// An argument means nothing.
pub(crate) fn named(arguments: &[PathBuf]) -> Result<Vec<Meant>, Failure> {
    let mut all: Vec<Meant> = Vec::new();
    for argument in arguments {
        let mut files = Vec::new();
        let by_name = argument.exists() && !argument.is_dir();
        if by_name {
            files.push(argument.clone());
        } else if argument.is_dir() {
            below(argument, &|file| file.extension().is_some_and(|end| end == "json"), &mut files)?;
        } else {
            matching(argument, &mut files)?;
        }
        if files.is_empty() {
            return Err(Failure::usage(format_args!("`{}` means no report", argument.display())));
        }
        // `a` and `./a` are one file.
        let plain = |file: &PathBuf| file.components().filter(|part| *part != Component::CurDir).collect();
        all.extend(files.iter().map(|file| Meant { file: plain(file), by_name }));
    }
    all.sort_by(|a, b| {
        natural(&a.file.to_string_lossy(), &b.file.to_string_lossy()).then(b.by_name.cmp(&a.by_name))
    });
    all.dedup_by(|later, kept| later.file == kept.file);
    Ok(all)
}

/// Files below a folder. Links to folders are not followed, so that none leads round in a circle, and folders whose names
/// begin with a dot hold something else: git's, an editor's, a client's.
fn below(folder: &Path, wanted: &dyn Fn(&Path) -> bool, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to list `{}`: {error}", folder.display()))
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            below(&path, wanted, files)?;
        } else if wanted(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Files that a pattern matches, looked for from the last folder that it names outright.
fn matching(pattern: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let text = pattern.to_string_lossy();
    let glob = GlobBuilder::new(&text).literal_separator(true).build().map_err(|error| {
        Failure::usage(format_args!("`{text}` is neither a file nor a pattern: {}", error.kind()))
    })?;
    let is_plain = |part: &Path| !part.to_string_lossy().contains(['*', '?', '[', '{']);
    if is_plain(pattern) {
        return Err(Failure::usage(format_args!("there is no file and no folder `{text}`")));
    }
    let start = pattern.ancestors().skip(1).find(|above| is_plain(above)).unwrap_or(Path::new(""));
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    if !start.is_dir() {
        return Ok(());
    }
    let matcher = glob.compile_matcher();
    // Below `.` the walk writes `./` in front, which the pattern has only where its writer put it.
    below(
        start,
        &|file| matcher.is_match(file) || matcher.is_match(file.strip_prefix("./").unwrap_or(file)),
        files,
    )
}

/// Names as people order them: `2` before `10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, digits_b) = (digits(a), digits(b));
        if digits_a > 0 && digits_b > 0 {
            let (one, other) = (a[..digits_a].trim_start_matches('0'), b[..digits_b].trim_start_matches('0'));
            let order = one.len().cmp(&other.len()).then_with(|| one.cmp(other));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[digits_a..], &b[digits_b..]);
            continue;
        }
        let (mut letters_a, mut letters_b) = (a.chars(), b.chars());
        match (letters_a.next(), letters_b.next()) {
            (Some(one), Some(other)) if one == other => (a, b) = (letters_a.as_str(), letters_b.as_str()),
            (one, other) => return one.cmp(&other),
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said_and_hidden_folders_hold_no_reports() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("reports");
        let said = named(std::slice::from_ref(&missing)).expect_err("nothing is there").message;
        assert!(said.contains("there is no file and no folder"), "{said}");
        std::fs::create_dir_all(missing.join(".git")).expect("a temporary folder");
        std::fs::write(missing.join(".git/state.json"), "{}").expect("a temporary folder");
        std::fs::write(missing.join("1.json"), "{}").expect("a temporary folder");
        let file = missing.join("1.json");
        let meant = |arguments: &[PathBuf]| named(arguments).expect("a temporary folder");
        assert_eq!(meant(std::slice::from_ref(&missing)), [Meant { file: file.clone(), by_name: false }]);
        assert_eq!(meant(&[missing, file.clone()]), [Meant { file, by_name: true }]);
    }

    #[test]
    fn numbers_in_names_stand_by_their_size() {
        let mut names = ["run-10.json", "run-9.json", "run-009b.json", "a", "run-100.json", "run-", ""];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "a", "run-", "run-9.json", "run-009b.json", "run-10.json", "run-100.json"]);
    }
}
