//! What an agent is told about findings: place and rule first, then what is wrong, then what to write instead, and in the
//! end how to see that it is mended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use findings::{Finding, Level};

use super::answer::MAX_CHARACTERS;
use crate::requests;

/// The most findings that are told.
const MOST: usize = 10;

/// Lines of both versions that are told of one finding, and characters of each line.
const LINES: usize = 8;
const WIDTH: usize = 160;
/// Characters of a message or a help.
const LONG: usize = 400;
/// Room for what is said about the findings that are left out.
const REST: usize = 160;

/// A whole message: what it is about, the findings, each with the command that shows it, how to verify. What was told of a
/// rule in a file before, in this session or in this message, is one line.
pub(crate) fn message(
    head: &str,
    found: &[(&Finding, &str)],
    end: &str,
    told: &mut BTreeSet<String>,
) -> String {
    let mut sorted: Vec<(&Finding, &str)> = found.to_vec();
    sorted.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.level));
    let room = MAX_CHARACTERS.saturating_sub(length(head) + length(end) + REST);
    let mut text = format!("{head}\n");
    let (mut used, mut shown) = (0, 0);
    for (finding, command) in sorted.iter().take(MOST) {
        let key = format!("{} {}", finding.file().unwrap_or_default(), finding.rule.id);
        let one = if told.contains(&key) { recalled(finding) } else { whole(finding, command) };
        if used + length(&one) + 1 > room {
            break;
        }
        told.insert(key);
        used += length(&one) + 1;
        shown += 1;
        text.push_str(&one);
        text.push('\n');
    }
    if let Some(rest) = sorted.get(shown..).filter(|rest| !rest.is_empty()) {
        let (rest, shown_by): (Vec<&Finding>, BTreeSet<&str>) = rest.iter().copied().unzip();
        let shown_by: Vec<String> = shown_by.into_iter().map(str::to_owned).collect();
        let _ = writeln!(text, "and {} more; see them all with {}", counted(&rest), commands(&shown_by));
    }
    text.push_str(end);
    text
}

/// Commands as they are told, four at most.
pub(crate) fn commands(commands: &[String]) -> String {
    const MOST: usize = 4;
    let told: Vec<String> = commands.iter().take(MOST).map(|command| format!("`{command}`")).collect();
    match commands.len().saturating_sub(MOST) {
        0 => told.join(", "),
        more => format!("{} and {more} more alike", told.join(", ")),
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A finding in one line.
pub(crate) fn reminder(finding: &Finding) -> String {
    let place = match &finding.location {
        Some(location) => match location.span {
            Some(span) => format!("{}:{}:{}: ", location.file, span.line, span.column),
            None => format!("{}: ", location.file),
        },
        None => String::new(),
    };
    let message = shortened(&finding.message, LONG).replace('\n', " ");
    format!("{}{}[{}]: {message}", shortened(&place, LONG), finding.level.name(), finding.rule.id)
}

/// A finding that was told before: in one line, and one more where its exception waits for a person.
pub(crate) fn recalled(finding: &Finding) -> String {
    let waits = requests::of_exception(finding).map(|text| format!("\n  {}", shortened(text, LONG)));
    reminder(finding) + &waits.unwrap_or_default()
}

fn whole(finding: &Finding, command: &str) -> String {
    let mut text = recalled(finding);
    for line in both_versions(finding) {
        let _ = write!(text, "\n  {line}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\n  do: {}", shortened(help, LONG));
    }
    match finding.fix.as_ref().map(|fix| (fix.edits.as_slice(), fix.safe)) {
        Some(([edit], _)) if !edit.text.trim().is_empty() => {
            let _ = write!(text, "\n  write: {}", shortened(edit.text.trim(), WIDTH));
        }
        // Its parts say nothing without their places.
        Some((_, true)) => {
            let _ = write!(text, "\n  or have it mended: `{}`", command.replacen(" gate", " fix", 1));
        }
        _ => {}
    }
    text
}

/// The first note that shows what was and what is, shortened: whoever is to put something back needs to see it.
fn both_versions(finding: &Finding) -> Vec<String> {
    let compares = |text: &str| text.lines().any(|line| line.starts_with("- ") || line.starts_with("+ "));
    let Some(note) = finding.notes.iter().find(|note| compares(&note.text)) else { return Vec::new() };
    let mut lines: Vec<String> = note.text.lines().take(LINES).map(|line| shortened(line, WIDTH)).collect();
    let more = note.text.lines().count().saturating_sub(LINES);
    if more > 0 {
        lines.push(format!(".. and {more} more lines"));
    }
    lines
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text.to_owned(),
    }
}

/// "2 errors and 1 warning".
pub(crate) fn counted(found: &[&Finding]) -> String {
    let of = |level| found.iter().filter(|finding| finding.level == level).count();
    let named = |count: usize, name: &str| match count {
        0 => None,
        1 => Some(format!("1 {name}")),
        _ => Some(format!("{count} {name}s")),
    };
    let parts = [named(of(Level::Error), "error"), named(of(Level::Warning), "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// How many findings of each rule.
pub(crate) fn by_rule(found: &[&Finding]) -> BTreeMap<String, u32> {
    let mut rules = BTreeMap::new();
    for finding in found {
        *rules.entry(finding.rule.id.to_owned()).or_default() += 1;
    }
    rules
}

#[cfg(test)]
mod tests {
    use findings::Location;

    use super::*;

    fn finding(file: &str, level: Level) -> Finding {
        Finding {
            level,
            ..Finding::new(integrity::RULES[0], Location::file(file), "a test is weaker").help("mend it")
        }
    }

    fn told(found: &[Finding], told: &mut BTreeSet<String>) -> String {
        message("head", &found.iter().map(|finding| (finding, "gate")).collect::<Vec<_>>(), "end", told)
    }

    #[test]
    fn both_versions_are_told_and_shortened() {
        let told = |note: &str| whole(&finding("a.rs", Level::Error).note("why").note(note), "gate");
        assert!(told("- was\n+ is").ends_with("a test is weaker\n  - was\n  + is\n  do: mend it"));
        assert!(told("nothing to compare").ends_with("a test is weaker\n  do: mend it"));
        let long = told(&format!("- {}\n{}", "é".repeat(200), "- one\n".repeat(9)));
        assert!(long.contains(&format!("- {} ..\n", "é".repeat(158))), "{long}");
        assert!(long.contains(".. and 2 more lines\n"), "{long}");
    }

    #[test]
    fn a_rule_is_explained_once_in_a_file() {
        let mut known = BTreeSet::new();
        let first = told(
            &[finding("a.rs", Level::Error), finding("a.rs", Level::Error), finding("b.rs", Level::Error)],
            &mut known,
        );
        assert_eq!(first.matches("do: mend it").count(), 2, "{first}");
        assert_eq!(first.matches("a test is weaker").count(), 3, "{first}");
        let second = told(&[finding("a.rs", Level::Error)], &mut known);
        assert_eq!(second.lines().count(), 3, "{second}");
    }

    #[test]
    fn the_worst_ten_are_told_and_the_rest_is_counted() {
        let level = |number| if number % 7 == 6 { Level::Error } else { Level::Warning };
        let many: Vec<Finding> =
            (0..20).map(|number| finding(&format!("{number}.rs"), level(number))).collect();
        let text = told(&many, &mut BTreeSet::new());
        assert!(text.starts_with("head\n6.rs: error"), "{text}");
        assert_eq!(text.matches("do: mend it").count(), 10, "{text}");
        assert!(text.ends_with("and 10 warnings more; see them all with `gate`\nend"), "{text}");
    }

    #[test]
    fn no_message_is_longer_than_an_answer_may_be() {
        let long = |number: usize| Finding {
            message: "é".repeat(5_000),
            ..finding(&format!("{number}.rs"), Level::Error)
        };
        let many: Vec<Finding> =
            (0..30).map(|number| long(number).note("- x\n".repeat(50)).help("y".repeat(9_000))).collect();
        let mut known = BTreeSet::new();
        let text = told(&many, &mut known);
        assert!(length(&text) <= MAX_CHARACTERS, "{}", length(&text));
        assert!(text.contains("errors more") && text.ends_with("end"), "{text}");
        assert_eq!(known.len(), text.matches("error[").count(), "what was left out was not told");
    }
}
