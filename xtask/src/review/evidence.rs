//! What a finding shows for itself, in the order in which a reviewer wants it.

use findings::{Finding, Location, Note, Side};

/// One piece of evidence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// A sentence, and where it can be seen.
    Line { text: String, place: Option<String> },
    /// What stood there and what stands there.
    Sides { before: Vec<String>, after: Vec<String> },
}

/// The evidence of a finding, each piece once.
pub(crate) fn evidence(finding: &Finding) -> Vec<Evidence> {
    let (located, bare): (Vec<&Note>, Vec<&Note>) =
        finding.notes.iter().partition(|note| note.location.is_some());
    let mut list: Vec<Evidence> = Vec::new();
    let mut add = |piece: Evidence| {
        if !list.contains(&piece) {
            list.push(piece);
        }
    };
    let mut bare = bare.into_iter();
    if let Some((_, worst)) = witness(finding) {
        // Counts by kind, then the worst requests, then everything else.
        bare.by_ref().take(1).for_each(|note| add(piece(note, finding)));
        add(Evidence::Line { text: worst.to_owned(), place: None });
        located.iter().for_each(|note| add(piece(note, finding)));
    }
    bare.chain(located).for_each(|note| add(piece(note, finding)));
    list
}

/// The two halves of a message about rankings: how many moved, and the worst of them.
pub(crate) fn witness(finding: &Finding) -> Option<(&str, &str)> {
    let tells_rankings = matches!(finding.rule.id, "ranking-changed" | "ranking-drifted");
    finding.message.split_once("; ").filter(|_| tells_rankings)
}

/// `file:line`.
pub(crate) fn place(location: &Location) -> String {
    match location.span {
        None => location.file.clone(),
        Some(span) => format!("{}:{}", location.file, span.line),
    }
}

fn piece(note: &Note, finding: &Finding) -> Evidence {
    if let Some((before, after)) = sides(&note.text) {
        return Evidence::Sides { before, after };
    }
    let text = note.text.trim().to_owned();
    let place = note.location.as_ref().map(|location| match (location.span, note.side) {
        (Some(span), Side::Head) if Some(location.file.as_str()) == finding.file() => {
            format!("line {}", span.line)
        }
        (_, Side::Head) => place(location),
        (_, Side::Base) => format!("{} at the base", place(location)),
    });
    Evidence::Line { text, place }
}

/// Both sides of a difference written with `-`, `+` and two spaces; nothing if the text is no difference.
fn sides(text: &str) -> Option<(Vec<String>, Vec<String>)> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let rest = || line.get(2..).unwrap_or_default().to_owned();
        match line.get(..2).unwrap_or(line) {
            "- " | "-" => before.push(rest()),
            "+ " | "+" => after.push(rest()),
            "  " | "" | ".." => {
                let shared = if line.starts_with("..") { line.to_owned() } else { rest() };
                before.push(shared.clone());
                after.push(shared);
            }
            _ => return None,
        }
    }
    text.lines().any(|line| line.starts_with(['-', '+'])).then_some((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_parted_into_its_sides() {
        let check = |text: &str, expect: Option<(&[&str], &[&str])>| {
            let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
            assert_eq!(sides(text), expect.map(|(before, after)| (owned(before), owned(after))), "{text:?}");
        };
        check("- a\n+ b", Some((&["a"], &["b"])));
        check(
            "  x\n- a\n  ..\n+ b\n.. and 3 more lines",
            Some((&["x", "a", "..", ".. and 3 more lines"], &["x", "..", "b", ".. and 3 more lines"])),
        );
        check("- a", Some((&["a"], &[])));
        check("- \n+ b", Some((&[""], &["b"])));
        check("because - it is\nso", None);
        check("  only shared", None);
        check("-ä", None);
    }
}
