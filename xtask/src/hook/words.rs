//! What an agent is told about findings: place first, then what is wrong, then what to do.

use std::fmt::Write;

use findings::{Finding, Level};

/// The most findings that are told in full.
const MOST: usize = 10;

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
    if let Some(help) = &finding.help {
        let _ = write!(text, "\n  do: {help}");
    }
    text
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
