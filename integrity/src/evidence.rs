//! Both versions side by side, and the words that every finding of this guard ends with.

use findings::{Finding, Location, Rule};
use similar::{ChangeTag, TextDiff};

use crate::facts::Role;
use crate::rust::At;

/// Lines of a difference that are shown; the rest is counted.
const LINES: usize = 24;

/// What to do about a weakening: the test is right until a human says otherwise.
pub(crate) const HELP: &str = "put it back: the test is right until a human says otherwise; if it is wrong, do not change \
     it but describe in your final message what it should be and why, so that a person can approve it with `cargo xtask approve`";

/// The same about a condition that may be right.
pub(crate) const HELP_CONDITION: &str = "if the condition is meant, see that a build that CI runs meets it: where a feature or a flag \
     is called otherwise, what CI names must be, too. Else let the test run where it ran";

/// The same for what is no test.
pub(crate) const HELP_OTHER: &str = "put it back: what judges a change is not for the change to weaken; if it is wrong, \
     describe in your final message what it should be and why, so that a person can approve it with `cargo xtask approve`";

/// A short difference: `-` before what was, `+` before what is.
pub(crate) fn side_by_side(base: &str, head: &str) -> String {
    let (base, head) = (dedent(base), dedent(head));
    let diff = TextDiff::configure().timeout(std::time::Duration::from_millis(200)).diff_lines(&base, &head);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(2).iter().enumerate() {
        if index > 0 {
            lines.push("  ..".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("{sign} {}", change.value().trim_end_matches('\n')));
        }
    }
    cut(lines)
}

/// A finding about a test, or what serves tests, that says `what` of it.
pub(crate) fn of_pair(rule: &'static Rule, base: At<'_>, head: At<'_>, what: &str) -> Finding {
    let role = if head.function.role == Role::Test { "test" } else { "helper of tests" };
    let message = format!("{role} `{}` {what}", short(&head.function.name));
    Finding::new(rule, head.location(), message)
        .help(HELP)
        .note_at_base(
            Location::at(&base.side.path, base.function.span),
            side_by_side(&base.function.text, &head.function.text),
        )
        .fact(head.function.title())
        .fact(what)
        .judged(&base.function.text, &head.function.text)
}

/// A text as it was, each line with a `-`.
pub(crate) fn gone(base: &str) -> String {
    cut(dedent(base).lines().map(|line| format!("- {line}")).collect())
}

/// Names as a list, the first forty of them.
pub(crate) fn names(names: &[String]) -> String {
    let shown = names.iter().take(40).map(|name| format!("- {name}")).collect::<Vec<_>>().join("\n");
    let more = names.len().saturating_sub(40);
    if more > 0 { format!("{shown}\n.. and {more} more") } else { shown }
}

fn cut(mut lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    if more > 0 {
        lines.push(format!(".. and {more} more lines"));
    }
    if lines.is_empty() { "both versions read alike".to_owned() } else { lines.join("\n") }
}

/// Without the white space that all lines but the first begin with.
fn dedent(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let common = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let mut lines = text.lines();
    let mut out: Vec<&str> = lines.next().map(str::trim_start).into_iter().collect();
    out.extend(lines.map(|line| line.get(common..).unwrap_or(line.trim_start())));
    out.join("\n") + "\n"
}

/// A text on one line, short enough for a message, without what would end a name in backticks.
pub(crate) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= 80 {
        return line;
    }
    line.chars().take(77).chain("...".chars()).collect()
}

/// The first line that has a text, counted from 1.
pub(crate) fn line_of(text: &str, needle: &str) -> Option<u32> {
    let at = text.lines().position(|line| line.contains(needle) && !line.trim_start().starts_with('#'))?;
    u32::try_from(at + 1).ok()
}
