//! What findings show: the place of a path in a file, the line of a dependency, the reasons of the policy.

use findings::{Finding, Location, Span};
use source::{Dependency, Reference, Tree};

use crate::policy::Entry;

/// Where a path stands in the code, to its end.
pub(crate) fn of_reference(reference: &Reference, tree: &Tree) -> Location {
    of_path(&reference.file, reference.line, reference.column, tree)
}

/// Where a path or a name stands that begins at a line and a column, to its end.
pub(crate) fn of_path(file: &str, line: u32, column: u32, tree: &Tree) -> Location {
    let length = tree.text(file).ok().and_then(|text| {
        let text = text.lines().nth(line.checked_sub(1)? as usize)?;
        let path: String = text
            .chars()
            .skip(column.checked_sub(1)? as usize)
            .take_while(|letter| letter.is_alphanumeric() || "_:".contains(*letter))
            .collect();
        Some(path.trim_end_matches(':').chars().count() as u32)
    });
    let end = column + length.unwrap_or(1).max(1);
    Location::at(file, Span::on_line(line, column, end))
}

/// Where a dependency stands in a manifest.
pub(crate) fn of_dependency(manifest: &str, dependency: &Dependency, tree: &Tree) -> Location {
    of_line(manifest, dependency.line, tree)
}

/// Where the package's name stands in a manifest.
pub(crate) fn of_package(manifest: &str, tree: &Tree) -> Location {
    let text = tree.text(manifest).unwrap_or_default();
    let mut lines =
        (1u32..).zip(text.lines()).skip_while(|(_, line)| !line.trim_start().starts_with("[package]"));
    let name = lines.find(|(_, line)| line.split('=').next().is_some_and(|key| key.trim() == "name"));
    match name {
        Some((line, _)) => of_line(manifest, line, tree),
        None => Location::file(manifest),
    }
}

/// Where a line stands, to its end.
pub(crate) fn of_line(file: &str, line: u32, tree: &Tree) -> Location {
    let text = tree.text(file).unwrap_or_default();
    let text = text.lines().nth((line as usize).saturating_sub(1)).unwrap_or_default();
    let indent = text.chars().take_while(|letter| letter.is_whitespace()).count() as u32;
    let length = text.trim().chars().count() as u32;
    Location::at(file, Span::on_line(line, indent + 1, indent + 1 + length.max(1)))
}

/// The finding with the reason that its rule of the policy has, the name of the rule, and what to do: what the policy says
/// and then `help`.
pub(crate) fn reasoned(finding: Finding, rule: &Entry<'_>, help: impl Into<String>) -> Finding {
    let words = rule.rule.words();
    let help = help.into();
    let help = match words.instead.map(str::trim) {
        Some(instead) => format!("{instead}; {help}"),
        None => help,
    };
    finding.note(format!("because {} (`arch.{rule}`)", words.because.trim())).help(help)
}

/// How many more of the same kind there are, in words; nothing where there are none.
pub(crate) fn and_more(more: usize, noun: &str) -> Option<String> {
    match more {
        0 => None,
        1 => Some(format!("and 1 more {noun}")),
        more => Some(format!("and {more} more {noun}s")),
    }
}

/// Who alone may, of the names in a list. None is left of one in which a change replaces all, until that is approved.
pub(crate) fn only_may(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() { "nobody may yet".to_owned() } else { format!("only {} may", quoted(&names)) }
}

/// What to do about something that only some may: what they are asked for, else to have the list approved.
pub(crate) fn through_them(names: &[String], asked: impl Fn(&str) -> String) -> String {
    match names {
        [] => {
            "have the change of the rule's list approved: none of the base's names is left in it".to_owned()
        }
        names => asked(&names.join(" or ")),
    }
}

/// Names as a list: `a`, `b`.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Names as a chain: `a` -> `b`.
pub(crate) fn chained<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" -> ")
}
