//! The census in words and figures.

use std::time::Duration;

use lints::census::{Census, Changes, Hit, Records, Source, Unread};

/// So many hits of a rule are listed on each side; the rest is counted.
const LISTED: usize = 40;

/// Findings in 100,000 lines, a line for each rule that is asked for.
pub(super) fn rates(census: &Census, asked: &dyn Fn(&str) -> bool) -> String {
    let size = census.size();
    let mut out = format!("{} sources, {} files, {} lines\n\n", census.sizes.len(), size.files, size.lines);
    out.push_str(&format!("{:<32} {:>7} {:>17}\n", "rule", "found", "per 100,000 lines"));
    for rule in lints::RULES.iter().filter(|rule| asked(rule.id)) {
        let found = census.hits(rule.id).len();
        let rate = found as f64 * 1e5 / size.lines.max(1) as f64;
        out.push_str(&format!("{:<32} {found:>7} {rate:>17.2}\n", rule.id));
    }
    out
}

/// What is found now and was not, and the other way round.
pub(super) fn changes(changes: &[Changes]) -> String {
    let mut out = String::new();
    for Changes { rule, added, gone } in changes {
        out.push_str(&format!("\n{rule}: {} more, {} fewer than committed\n", added.len(), gone.len()));
        for (sign, hits) in [('+', added), ('-', gone)] {
            out.extend(hits.iter().take(LISTED).map(|hit| line(sign, hit)));
            if hits.len() > LISTED {
                out.push_str(&format!("  {sign} and {} more\n", hits.len() - LISTED));
            }
        }
    }
    out
}

fn line(sign: char, Hit { source, path, item, line }: &Hit) -> String {
    format!("  {sign} {}/{path}:{line} {item}\n", source.folder())
}

/// What could not be read and is not explained, and explanations that explain nothing.
pub(super) fn unread(records: &Records, unread: &[Unread]) -> String {
    let mut out = String::new();
    for Unread { source, path, message } in records.unexplained(unread) {
        out.push_str(&format!(
            "\nerror: not read, and lints/census/unread.tsv does not say why: {}/{path}: {message}",
            source.folder()
        ));
    }
    for stale in records.stale(unread) {
        let Source { name, version } = &stale.source;
        out.push_str(&format!(
            "\nerror: lints/census/unread.tsv explains {name}-{version}/{}, which is read",
            stale.path
        ));
    }
    let explained = unread.len() - records.unexplained(unread).len();
    format!("{out}\n{explained} files are not read for a reason that is committed\n")
}

/// Processor time, and what it comes to on one core.
pub(super) fn speed(census: &Census, spent: Option<Duration>) -> String {
    let Some(spent) = spent else { return "processor time is not known here\n".to_owned() };
    if spent.is_zero() {
        return "less than 0.01 s of processor time\n".to_owned();
    }
    let seconds = spent.as_secs_f64();
    let megabytes = census.size().bytes as f64 / 1e6;
    format!(
        "{seconds:.1} s of processor time, {megabytes:.1} MB of Rust: {:.1} MB/s a core\n",
        megabytes / seconds
    )
}

#[cfg(test)]
mod tests {
    use lints::census::Size;

    use super::*;

    #[test]
    fn speed_is_told_as_far_as_it_is_known() {
        let source = Source { name: "ranker".to_owned(), version: "1.0.0".to_owned() };
        let size = Size { files: 1, lines: 1, bytes: 3_000_000 };
        let census = Census { sizes: [(source, size)].into(), ..Census::default() };
        for (spent, said) in [
            (Some(Duration::from_millis(1500)), "1.5 s of processor time, 3.0 MB of Rust: 2.0 MB/s a core\n"),
            (Some(Duration::ZERO), "less than 0.01 s of processor time\n"),
            (None, "processor time is not known here\n"),
        ] {
            assert_eq!(speed(&census, spent), said);
        }
    }
}
