//! CODEOWNERS: who is asked about approvals. The last line that fits a path counts, so ours is the last.

/// Where forges look for it, in their order; the first that is there counts.
pub(super) const PLACES: [&str; 5] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS"];
pub(super) const OF_GITHUB: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
pub(super) const OF_GITLAB: [&str; 3] = ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// What stands in the place of owners that nobody named.
const NOBODY: &str = "OWNER";

/// The file with a line for approvals, and whether somebody owns them now.
pub(super) fn with_line(text: &str, approvals: &str, owner: Option<&str>) -> (String, bool) {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let open = open_line(approvals);
    let last = lines.iter().rposition(|line| is_about(line, approvals));
    let is_owned = last.is_some_and(|at| owners(lines[at]).next().is_some());
    if is_owned {
        return (text.to_owned(), true);
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    match owner {
        Some(owner) => {
            let line = format!("{approvals} {owner}");
            // A byte for byte copy of the file but for our own line, where that waited for an owner.
            match text.contains(&open) {
                true => (text.replacen(&open, &line, 1), true),
                false => (added(text, &line, end), true),
            }
        }
        None if text.contains(&open) => (text.to_owned(), false),
        None => (added(text, &open, end), false),
    }
}

/// Whether the line that counts names an owner.
pub(super) fn names(text: &str, approvals: &str, owner: &str) -> bool {
    let last = text.lines().map(str::trim).rfind(|line| is_about(line, approvals));
    last.is_some_and(|line| owners(line).any(|word| word == owner))
}

/// Whether a line says who owns the folder.
fn is_about(line: &str, approvals: &str) -> bool {
    [approvals, approvals.trim_start_matches('/')].contains(&parts(line).0)
}

fn owners(line: &str) -> impl Iterator<Item = &str> {
    parts(line).1.split_whitespace()
}

/// The pattern of a line, up to the first white space that no backslash stands in front of, and what is behind it.
fn parts(line: &str) -> (&str, &str) {
    let ends = |(at, _): &(usize, &str)| !line[..*at].ends_with('\\');
    let end = line.match_indices(char::is_whitespace).find(ends).map_or(line.len(), |(at, _)| at);
    line.split_at(end)
}

fn open_line(approvals: &str) -> String {
    format!(
        "# {approvals} @{NOBODY} is to be asked about Gatefold's approvals; name them, and take the `#` out"
    )
}

fn added(text: &str, line: &str, end: &str) -> String {
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{gap}{line}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, owner: Option<&str>, expected: &str, owned: bool) {
        assert_eq!(with_line(text, "/approvals/", owner), (expected.to_owned(), owned), "{text:?}");
        // A second time changes nothing.
        assert_eq!(with_line(expected, "/approvals/", owner), (expected.to_owned(), owned), "{text:?}");
    }

    #[test]
    fn the_line_comes_last_and_once() {
        check("", Some("@us"), "/approvals/ @us\n", true);
        check("* @all\r\n/a @b", Some("@us"), "* @all\r\n/a @b\r\n/approvals/ @us\r\n", true);
        check("approvals/ @them\n", Some("@us"), "approvals/ @them\n", true);
    }

    #[test]
    fn white_space_in_a_folders_name_does_not_end_it() {
        let approvals = policy::approvals::owners_pattern("/my service/approvals/").expect("a pattern");
        let line = "/my\\ service/approvals/ @us\n";
        for text in ["", line] {
            assert_eq!(with_line(text, &approvals, Some("@us")), (line.to_owned(), true));
        }
        assert!(names(line, &approvals, "@us") && !names(line, &approvals, "service/approvals/"));
    }

    #[test]
    fn the_last_line_says_who_is_named() {
        let text = "/approvals/ @them\napprovals/ @us @all\n/approvals2/ @others\n";
        let check = |owner: &str, expected: bool| {
            assert_eq!(names(text, "/approvals/", owner), expected, "{owner}");
        };
        check("@us", true);
        check("@all", true);
        check("@them", false);
        check("@others", false);
    }

    #[test]
    fn without_an_owner_the_line_waits_for_one() {
        let (open, owned) = with_line("* @all\n", "/approvals/", None);
        assert!(!owned && open.starts_with("* @all\n# /approvals/ @OWNER"), "{open}");
        check(&open, None, &open, false);
        let (named, owned) = with_line(&open, "/approvals/", Some("@us"));
        assert!(owned && named.contains("\n/approvals/ @us"), "{named}");
        assert!(!named.contains('#'), "{named}");
    }
}
