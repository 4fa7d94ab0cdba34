//! Whom the forge asks to review approvals: what CODEOWNERS of the base says of their folder.

use globset::GlobBuilder;
use source::{Change, Tree};

use super::FOLDER;
use super::covering::workspace;

/// Where forges look for code owners.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Whether the base names somebody who owns a file, whose path is from the root that is judged.
pub(super) fn of_file(change: &Change, file: &str) -> bool {
    let file = from_repository(change, file);
    text(change).is_some_and(|text| owns(&text, &file))
}

/// Whether the base names owners for the folder of a kind, and no later line takes the folder from them.
pub(super) fn of_folder(change: &Change, kind: &str) -> bool {
    let folder = from_repository(change, &format!("{FOLDER}/{kind}"));
    text(change).is_some_and(|text| names_owners(&text, &folder))
}

fn text(change: &Change) -> Option<std::sync::Arc<str>> {
    let base: Option<&Tree> = match &change.repository {
        Some(wider) => wider.base.as_ref(),
        None => change.base.as_ref(),
    };
    OWNERS.iter().find_map(|file| base?.text(file).ok())
}

fn from_repository(change: &Change, path: &str) -> String {
    format!("{}/{path}", workspace(change)).trim_start_matches('/').to_owned()
}

/// Lines without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split('#').next().unwrap_or_default().trim())
}

/// A path as a pattern of CODEOWNERS: a space ends it, unless a backslash stands in front. `None` where forges have no way to
/// write it: they know no other white space, no backslash of its own and no brackets, and begin a comment at `#`.
pub fn pattern(path: &str) -> Option<String> {
    let is_written = |letter: char| {
        letter == ' ' || !letter.is_whitespace() && !letter.is_control() && !"[]\\#".contains(letter)
    };
    path.chars().all(is_written).then(|| path.replace(' ', "\\ "))
}

/// The pattern of a line, up to the first white space that no backslash stands in front of, and whom it names.
fn parts(line: &str) -> (String, &str) {
    let ends = |(at, _): &(usize, &str)| !line[..*at].ends_with('\\');
    let end = line.match_indices(char::is_whitespace).find(ends).map_or(line.len(), |(at, _)| at);
    (line[..end].replace("\\ ", " "), line[end..].trim())
}

/// Whether a line heads a section, and if so, whether it names owners for the lines that name none.
fn section(line: &str) -> Option<bool> {
    let owners = || line.rsplit(']').next().is_some_and(|owners| !owners.trim().is_empty());
    line.starts_with(['[', '^']).then(owners)
}

/// In each section, the last line that covers the file decides. Owners in a section that is optional are not waited for.
fn owns(text: &str, file: &str) -> bool {
    let (mut asked, mut owned, mut of_section, mut optional) = (false, false, false, false);
    for line in lines(text) {
        if let Some(owners) = section(line) {
            asked |= owned && !optional;
            (owned, of_section, optional) = (false, owners, line.starts_with('^'));
            continue;
        }
        let (pattern, owners) = parts(line);
        if covers(&pattern, file) {
            owned = of_section || !owners.is_empty();
        }
    }
    asked || owned && !optional
}

/// Whether a pattern is of the file or of a folder above it, as `.gitignore` has them.
fn covers(pattern: &str, file: &str) -> bool {
    let path = pattern.trim_start_matches('/').trim_end_matches('/');
    let anywhere = if pattern.trim_end_matches('/').contains('/') { "" } else { "**/" };
    // `folder/*` is of the files in it, and not of those in folders below.
    let below = if pattern.ends_with("/*") { "" } else { "{,/**}" };
    let glob = GlobBuilder::new(&format!("{anywhere}{path}{below}"))
        .literal_separator(true)
        .empty_alternates(true)
        .build();
    path.is_empty() || glob.is_ok_and(|glob| glob.compile_matcher().is_match(file))
}

/// The last line whose pattern covers the folder decides. Owners of a section are those of its lines that name none.
fn names_owners(text: &str, folder: &str) -> bool {
    let (mut owned, mut of_section) = (false, false);
    for line in lines(text) {
        if let Some(owners) = section(line) {
            of_section = owners;
            continue;
        }
        let (pattern, owners) = parts(line);
        if pattern.is_empty() {
            continue;
        }
        let path = pattern.trim_start_matches('/').trim_end_matches("/**").trim_end_matches("/*");
        let path = path.trim_end_matches('/');
        let above = path.is_empty()
            || matches!(path, "*" | "**")
            || folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if path == folder {
            owned = of_section || !owners.is_empty();
        } else if above {
            owned = false;
        }
    }
    owned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_forges_cannot_read_has_no_pattern() {
        let check =
            |path: &str, expected: Option<&str>| assert_eq!(pattern(path).as_deref(), expected, "{path:?}");
        check("/approvals/", Some("/approvals/"));
        check("/my service/approvals/", Some("/my\\ service/approvals/"));
        check("/zürich/approvals/", Some("/zürich/approvals/"));
        for odd in ["[a]", "a]", "a\tb", "a\nb", "a\u{a0}b", "a\\b", "a#b", "a\u{7}b"] {
            check(&format!("/{odd}/approvals/"), None);
        }
    }

    #[test]
    fn the_last_line_that_covers_a_folder_says_whether_it_has_owners() {
        for (text, expected) in [
            ("/approvals/rankings/ @ranking\n", true),
            ("* @all\napprovals/rankings/** @ranking # ours\n", true),
            ("[Rankings] @ranking\n/approvals/rankings/\n", true),
            ("[Rankings]\n/approvals/rankings/\n", false),
            ("/approvals/rankings/ @ranking\n* @all\n", false),
            ("/approvals/rankings/ @ranking\n/approvals/ @all\n", false),
            ("/approvals/rankings/\n", false),
            ("# /approvals/rankings/ @ranking\n", false),
            ("/approvals/ @all\n", false),
            ("/approvals/rank @all\n", false),
            ("/approvals/rankings\\ @ranking\n", false),
            ("", false),
        ] {
            assert_eq!(names_owners(text, "approvals/rankings"), expected, "{text}");
        }
    }

    #[test]
    fn a_file_is_owned_by_the_last_line_that_covers_it() {
        for (text, expected) in [
            ("/approvals/ @all\n", true),
            ("approvals/ @all # whoever\n", true),
            ("* @all\n", true),
            ("** @all\n", true),
            ("*.yaml @all\n", true),
            ("/approvals/*.yaml @all\n", true),
            ("/approvals/* @all\n", true),
            ("[Gate] @all\n/approvals/\n", true),
            ("[Gate]\n/approvals/ @all\n[More]\n*\n", true),
            ("^[Gate] @all\n/approvals/\n", false),
            ("* @all\n/approvals/\n", false),
            ("/approvals/ @all\n/approvals/*.yaml\n", false),
            ("/approval/ @all\n", false),
            ("/services/ @all\n", false),
            ("/* @all\n", false),
            ("/x/approvals/ @all\n", false),
            ("# /approvals/ @all\n", false),
            ("/approvals/[ @all\n", false),
            ("", false),
        ] {
            assert_eq!(owns(text, "approvals/one.yaml"), expected, "{text}");
        }
        assert!(owns("/my\\ service/approvals/ @all\n", "my service/approvals/one.yaml"));
        assert!(!owns("/my service/approvals/ @all\n", "my service/approvals/one.yaml"));
        assert!(!owns("/approvals/* @all\n", "approvals/rankings/one.yaml"));
        assert!(owns("/approvals/ @all\n", "approvals/rankings/one.yaml"));
    }
}
