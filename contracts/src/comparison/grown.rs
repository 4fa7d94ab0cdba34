//! The requests for which a count grew, as one finding.

use findings::{Finding, Rule};

use super::{Comparison, Kind};

/// The most requests that a finding shows.
const SHOWN: usize = 5;

/// The finding about a count that grew for some request. Where no answer of the base tells a count of its kind, there is
/// nothing to compare with.
pub(crate) fn grown(
    comparison: &Comparison<'_>,
    rule: &'static Rule,
    name: &str,
    what: &str,
    help: &str,
) -> Option<Finding> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.has(name))?;
    if !comparison.base_tells(kind) {
        return None;
    }
    let grown = comparison.rows.iter().map(|row| (row, row.counts(name)));
    let mut grown: Vec<_> = grown.filter(|(_, (base, head))| head > base).collect();
    // The approval binds every request, in the order of the corpus.
    let side = |of: fn((u64, u64)) -> u64| -> String {
        grown.iter().map(|(row, counts)| format!("{} {}\n", row.request.id, of(*counts))).collect()
    };
    let judged = (side(|(base, _)| base), side(|(_, head)| head));
    grown.sort_by_key(|(_, (base, head))| std::cmp::Reverse(head - base));
    let (worst, (base, head)) = grown.first()?;
    let workload = comparison.workload;
    let message = format!(
        "`{}` makes {head} {what} for `{}` where it made {base}; {} of {} requests of `{}` make more",
        workload.service,
        worst.request.id,
        grown.len(),
        comparison.rows.len(),
        workload.corpus,
    );
    let mut finding = Finding::new(rule, workload.place(Some(worst.request)), message)
        .help(help)
        .fact(&workload.corpus)
        .fact(name)
        .judged(judged.0, judged.1);
    for (row, (base, head)) in grown.iter().take(SHOWN) {
        let trips = match row.counts("round-trips") {
            (before, now) if kind == Kind::Calls && before != now => {
                format!("; round trips {before} before, {now} now")
            }
            _ => String::new(),
        };
        finding = finding.note(format!("`{}`: {base} before, {head} now{trips}", row.request.id));
    }
    Some(finding)
}
