//! The rules as documents: the page of a guard, one rule on a terminal, a table of all.

use crate::docs::{self, Block};
use crate::render::one_line;
use crate::{Level, Rule};

/// The first line of every page that [`rules_md`] writes.
pub const WRITTEN_BY: &str = "<!-- Written by `cargo xtask docs` from the rules. Edit the rules instead. -->";

/// The `RULES.md` of a guard: `introduction` as given (Markdown, may be empty), a table of contents, then every
/// rule with its documentation, in the order given.
pub fn rules_md(guard: &str, introduction: &str, rules: &[&Rule]) -> String {
    let mut out = format!("{WRITTEN_BY}\n\n# The rules of `{guard}`\n\n");
    if !introduction.trim().is_empty() {
        out.push_str(&format!("{}\n\n", introduction.trim()));
    }
    out.push_str("In an example that is caught, the lines that are found end in `//~` (or `#~`).\n\n");
    out.push_str("| rule | level | group | |\n|---|---|---|---|\n");
    for Rule { id, level, group, summary, .. } in rules {
        let summary = summary.replace('|', "\\|");
        // Forges leave colons out of the names of headings.
        let anchor = id.replace(':', "");
        out.push_str(&format!("| [{id}](#{anchor}) | {} | {group} | {summary} |\n", level.name()));
    }
    for rule in rules {
        out.push('\n');
        out.push_str(&section(rule));
    }
    out
}

/// One rule for a terminal.
pub fn explain(rule: &Rule) -> String {
    let Rule { id, guard, group, level, summary, file, .. } = rule;
    let mut out = format!("{id}: {summary}\n{guard} · {group} · {}\n\n", strictness(*level));
    out.extend(nobody(rule).map(|said| format!("{said}\n\n")));
    for block in docs::blocks(rule) {
        match block {
            Block::Prose(line) => {
                out.push_str(one_line(line.trim_start_matches('#').trim_start()).trim_end());
                out.push('\n');
            }
            Block::Fence(fence) => {
                if let Some(caption) = docs::caption(&fence) {
                    out.push_str(&format!("  {caption}\n"));
                }
                for line in fence.lines {
                    out.push_str(format!("    {}", one_line(line)).trim_end());
                    out.push('\n');
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    // The path of a rule in code leads into the sources of this program, which the reader need not have.
    match file.ends_with(".rs") {
        true => out.push('\n'),
        false => out.push_str(&format!("\n\nDeclared in {file}\n")),
    }
    out
}

/// The rules as an aligned table for a terminal, one a line.
pub fn list(rules: &[&Rule]) -> String {
    let width =
        |part: fn(&Rule) -> &'static str| rules.iter().map(|rule| part(rule).len()).max().unwrap_or(0);
    let (guards, ids, groups) = (width(|rule| rule.guard), width(|rule| rule.id), width(|rule| rule.group));
    let mut out = String::new();
    for Rule { id, guard, group, level, summary, .. } in rules {
        let level = level.name();
        out.push_str(&format!("{guard:<guards$}  {id:<ids$}  {level:<7}  {group:<groups$}  {summary}\n"));
    }
    out
}

fn section(rule: &Rule) -> String {
    let Rule { id, group, level, summary, .. } = rule;
    let mut out = format!("## {id}\n\n*{summary}* · {} · `{group}`\n\n", strictness(*level));
    out.extend(nobody(rule).map(|said| format!("{said}\n\n")));
    for block in docs::blocks(rule) {
        match block {
            // One level deeper, below the heading of the rule.
            Block::Prose(line) if line.starts_with('#') => out.push_str(&format!("#{line}\n")),
            Block::Prose(line) => out.push_str(&format!("{line}\n")),
            Block::Fence(fence) => out.push_str(&docs::fenced(&fence)),
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// That no approval covers it, where none does.
fn nobody(rule: &Rule) -> Option<String> {
    let why = rule.why_nobody_approves()?;
    Some(format!("No approval covers it, save in an emergency: {why}."))
}

fn strictness(level: Level) -> &'static str {
    match level {
        Level::Error => "error (blocks)",
        Level::Warning => "warning (advises)",
        Level::Note => "note (informs)",
    }
}
