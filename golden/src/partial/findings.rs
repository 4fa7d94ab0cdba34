//! What a replay shows as findings, for a corpus that is replayed in the gate.

use findings::{Finding, Location, Rule};

use super::{Outcome, Slice};
use crate::policy::Corpus;
use crate::rules::ranking_drifted::RANKING_DRIFTED;
use crate::rules::ranking_invalid::RANKING_INVALID;
use crate::rules::ranking_unstable::RANKING_UNSTABLE;

/// At most one finding a rule: requests whose answers are invalid, differ from run to run, or are not what is recorded.
pub(crate) fn findings(corpus: &Corpus, path: &str, slice: &Slice) -> Vec<Finding> {
    let (service, asked) = (&corpus.service, slice.asked);
    let found = |rule: &'static Rule, which: &dyn Fn(Outcome) -> bool, what: String, help: &str| {
        let total = slice.tally.total();
        let count: u64 =
            total.outcomes.iter().filter(|(outcome, _)| which(**outcome)).map(|(_, count)| count).sum();
        let chosen = slice.tally.witnesses.chosen();
        let shown: Vec<String> = (chosen.witnesses.iter())
            .filter(|witness| which(witness.outcome))
            .map(|witness| witness.told())
            .collect();
        let first = shown.first().map(|sentence| format!("; {sentence}")).unwrap_or_default();
        let mut finding =
            Finding::new(rule, Location::file(path), format!("{count} of {asked} {what}{first}"))
                .help(help)
                .fact(format!("{service} {}", corpus.rpc));
        for note in slice.tally.notes() {
            finding = finding.note(note);
        }
        for sentence in shown.iter().skip(1) {
            finding = finding.note(sentence.as_str());
        }
        (count > 0).then_some(finding)
    };
    let invalid = found(
        &RANKING_INVALID,
        &|outcome| outcome == Outcome::Broken,
        format!("requests are answered by `{service}` with an invalid ranking"),
        "mend the service; no approval covers an invalid ranking",
    );
    let unstable = found(
        &RANKING_UNSTABLE,
        &|outcome| outcome == Outcome::Unstable,
        format!("requests are answered differently by two runs of `{service}`"),
        "order equal scores by identifier, and inject clock and seed",
    );
    let drifted = found(
        &RANKING_DRIFTED,
        &|outcome| outcome.blocks() && outcome < Outcome::Unstable,
        format!("requests are answered by `{service}` otherwise than recorded"),
        "undo the change, or record it with `cargo xtask golden accept` and have it approved",
    );
    [invalid, unstable, drifted].into_iter().flatten().collect()
}
