//! Recorded rankings that differ from the base's.

use findings::{Finding, Location, rule};

use crate::evidence::{Exhibit, changed};
use crate::policy::Corpus;
use crate::side::{Compared, Side, Unread};
use crate::static_tier::Place;

rule! {
    /// Recorded rankings that differ from those of the base by more than noise: items entered, left or moved,
    /// scores drifted beyond the tolerance, items of equal score changed places, or the service answers with
    /// another status or without a stage.
    ///
    /// ## Why it hurts
    /// People meet the ranking and not the code. Whoever owns the product hears of a changed order from listeners,
    /// weeks later, unless somebody had to say "I meant this" before the merge. Recording the new rankings says
    /// only that the service answers like this now.
    ///
    /// ## Example
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// cold-start/2 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    /// ```head bad
    /// cold-start/1 limit=3: t1=0.9 t3=0.5 t2=0.5
    /// cold-start/2 limit=3: t5=0.9 t4=0.8 t7=0.2 //~
    /// ```
    ///
    /// ## Instead
    /// Keep the ranking, or have the change approved with `cargo xtask approve`. Differences that neither list can
    /// tell from noise, and requests that are new, need no approval.
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.500001 t3=0.5
    /// ```
    /// ```head good
    /// cold-start/1 limit=3: t1=0.9 t3=0.500001 t2=0.5
    /// cold-start/2 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    pub static RANKING_CHANGED = {
        id: "ranking-changed",
        guard: "golden",
        group: "rankings",
        level: Error,
        summary: "finds recorded rankings that differ from the base's by more than noise",
    };
}

/// At most one finding a corpus, on the line of the worst request. An approval binds old and new ranking of every
/// request that changed and nothing else, so that it survives what other people merge.
pub(crate) fn find(corpus: &Corpus, place: &Place, compared: &[Compared<'_>]) -> Option<Finding> {
    let exhibits: Vec<Exhibit<'_>> = compared
        .iter()
        .map(|compared| Exhibit {
            id: &compared.after.id,
            segment: &compared.after.segment,
            location: Location::point(&place.rankings, compared.after.line, 1),
            before: &compared.before.ranking,
            after: &compared.after.ranking,
            comparison: &compared.comparison,
        })
        .collect();
    let what = format!("recorded rankings of `{}` changed", corpus.service);
    changed(&RANKING_CHANGED, corpus, &what, &exhibits).map(|finding| finding.help(HELP))
}

pub(crate) const HELP: &str = "keep the ranking, or have the change approved with `cargo xtask approve`";

/// The base's recording cannot be read: then nothing says what the rankings were, and all of them count as changed.
pub(crate) fn find_without_base(corpus: &Corpus, place: &Place, head: &Side, base: &Unread) -> Finding {
    let message = format!(
        "all {} recorded rankings of `{}` count as changed: the base's corpus is not read",
        head.recording.entries.len(),
        corpus.service
    );
    Finding::new(&RANKING_CHANGED, Location::point(&place.rankings, 1, 1), message)
        .help(HELP)
        .note(format!("`{}` at the base, line {}: {}", base.path, base.line.unwrap_or(1), base.reason))
        .fact(format!("{} {}", corpus.service, corpus.rpc))
        .judged(&base.reason, head.recording.to_text())
}
