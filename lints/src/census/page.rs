//! `PRECISION.md`: how often each rule is right, as a table.

use findings::{Level, Rule};

use super::measure::speaks_of_code;
use super::precision::{Precision, Sample, precision};
use super::{LeftOut, Records};

/// The page as Markdown.
pub fn page(rules: &[&Rule], records: &Records) -> String {
    let size = records.census.size();
    let mut out = format!("{WRITTEN_BY}\n\n# How often the rules of `lints` are right\n\n{INTRODUCTION}\n");
    out.push_str(&format!(
        "The census holds {} sources with {} lines of Rust.\n\n",
        records.census.sizes.len(),
        thousands(size.lines)
    ));
    out.push_str("| rule | level | hits | per 100,000 lines | labels | right | precision | allows | |\n");
    out.push_str("|---|---|--:|--:|--:|--:|--:|---|---|\n");
    for rule in rules.iter().filter(|rule| speaks_of_code(rule)) {
        out.push_str(&row(rule, &precision(rule, records), records, size.lines));
    }
    if !records.elsewhere.is_empty() {
        out.push_str(ELSEWHERE);
        let all = records.elsewhere.values().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        let row = |rule: &str, (judged, right): (u64, u64)| {
            format!("| {rule} | {judged} | {right} | {} |\n", percent(right, judged))
        };
        out.extend(records.elsewhere.iter().map(|(rule, figures)| row(rule, *figures)));
        out.push_str(&row("all", all));
    }
    if !records.left_out.is_empty() {
        out.push_str(LEFT_OUT);
        out.extend(records.left_out.iter().map(left_out));
    }
    out
}

const WRITTEN_BY: &str =
    "<!-- Written by `cargo xtask docs` from the files in `lints/census`. Edit those instead. -->";

const INTRODUCTION: &str = "\
`cargo xtask census` runs every rule over published code that nobody here wrote. People read hits and judged each: right where
a reviewer of a latency-critical ranking service would want the code changed. A level follows from that.

| level | needs |
|---|---|
| `error` | nine in ten right, and at most one hit in 10,000 lines |
| `warning` | six in ten right |
| `note` | nothing more; a note is told on added lines only |

Both need a sample: 35 labels, or all hits where there are fewer. Below ten hits, seeded mutants of clean code count beside
them, ten in all; `3 + 12` means three hits and twelve mutants. A rule with less is allowed a `note`. Code in a generated file
or there for tests is not judged, and its lines count all the same.
";

const ELSEWHERE: &str = "
## In other code

Levels follow from the census. To see whether they hold elsewhere, somebody who had no part in the rules ran them over 649
published crates that are not in it, 14.4 million lines, among them many command line tools and peer-to-peer nodes, and read 150
findings of level `error`: all of rules with few, else spread over crates. 102 were right. What those showed was mended; these are
the ones that are still of that level. They move no level, and what was mended after them is not proved by them.

| rule | read | right | |
|---|--:|--:|--:|
";

const LEFT_OUT: &str = "
## Left out

Rules of the catalogue that are not there, because they were wrong too often.

| rule | entry | hits | labels | right | why |
|---|---|--:|--:|--:|---|
";

fn row(rule: &Rule, it: &Precision, records: &Records, lines: u64) -> String {
    let (right, judged) = it.share();
    let is_young = !records.census.hits.contains_key(rule.id);
    let per = if lines == 0 { 0.0 } else { it.hits as f64 * 1e5 / lines as f64 };
    let share = percent(right, judged);
    let with = |own: u64, mutants: u64| match it.mutants {
        0 => own.to_string(),
        _ => format!("{own} + {mutants}"),
    };
    let (labels, right) = (with(it.labels, it.mutants), with(it.right, it.found));
    let Rule { id, level, .. } = rule;
    format!(
        "| [{id}](RULES.md#{id}) | {} | {} | {per:.2} | {labels} | {right} | {share} | {} | {} |\n",
        level.name(),
        it.hits,
        it.allows.name(),
        if is_young { "younger than the census" } else { remark(*level, it) }
    )
}

fn percent(right: u64, judged: u64) -> String {
    (right * 100).checked_div(judged).map_or("-".to_owned(), |share| format!("{share} %"))
}

fn remark(level: Level, it: &Precision) -> &'static str {
    if level > it.allows {
        "**stricter than its labels allow**"
    } else if it.sample == Sample::Short {
        "too few labels"
    } else if level < it.allows {
        "milder than it could be"
    } else {
        ""
    }
}

fn left_out(LeftOut { rule, entry, hits, labels, right, why }: &LeftOut) -> String {
    format!("| {rule} | {entry} | {hits} | {labels} | {right} | {} |\n", why.replace('|', "\\|"))
}

/// A number with a comma behind each three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
