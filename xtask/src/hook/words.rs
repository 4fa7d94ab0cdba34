//! What an agent is told about findings: place first, then what is wrong, then what to do.

use std::fmt::Write;

use findings::{Finding, Level};

/// The most findings that are told in full.
const MOST: usize = 10;

/// Lines of both versions that are told of one finding, and characters of each.
const LINES: usize = 8;
const WIDTH: usize = 160;

/// The findings, a few lines each, errors first.
pub(crate) fn findings(found: &[&Finding]) -> String {
    let mut sorted: Vec<&&Finding> = found.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut text = String::new();
    for finding in sorted.iter().take(MOST) {
        let _ = writeln!(text, "{}", one(finding));
    }
    if found.len() > MOST {
        let _ = writeln!(text, "and {} more; see them all with `cargo xtask gate`", found.len() - MOST);
    }
    text
}

fn one(finding: &Finding) -> String {
    let place = match &finding.location {
        Some(location) => match location.span {
            Some(span) => format!("{}:{}:{}: ", location.file, span.line, span.column),
            None => format!("{}: ", location.file),
        },
        None => String::new(),
    };
    let mut text = format!("{place}{}[{}]: {}", finding.level.name(), finding.rule.id, finding.message);
    for line in both_versions(finding) {
        let _ = write!(text, "\n  {line}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\n  do: {help}");
    }
    text
}

/// The first note that shows what was and what is, shortened: whoever is to put something back needs to see it.
fn both_versions(finding: &Finding) -> Vec<String> {
    let compares = |text: &str| text.lines().any(|line| line.starts_with("- ") || line.starts_with("+ "));
    let Some(note) = finding.notes.iter().find(|note| compares(&note.text)) else { return Vec::new() };
    let mut lines: Vec<String> = note
        .text
        .lines()
        .take(LINES)
        .map(|line| match line.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{} ..", &line[..end]),
            None => line.to_owned(),
        })
        .collect();
    let more = note.text.lines().count().saturating_sub(LINES);
    if more > 0 {
        lines.push(format!(".. and {more} more lines; see them all with `cargo xtask gate`"));
    }
    lines
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_told_and_shortened() {
        let told = |note: &str| {
            let rule = integrity::RULES[0];
            one(&Finding::new(rule, findings::Location::file("a.rs"), "a test is weaker")
                .note("why")
                .note(note))
        };
        assert!(told("- was\n+ is").ends_with("a test is weaker\n  - was\n  + is"));
        assert!(told("nothing to compare").ends_with("a test is weaker"));
        let long = told(&format!("- {}\n{}", "é".repeat(200), "- one\n".repeat(9)));
        assert!(long.contains(&format!("- {} ..\n", "é".repeat(158))), "{long}");
        assert!(long.ends_with(".. and 2 more lines; see them all with `cargo xtask gate`"), "{long}");
    }
}
