//! Recorded rankings that differ from the base's.

use std::collections::HashMap;

use findings::{Delta, Finding, Location, rule};

use crate::evidence::{Exhibit, changed};
use crate::policy::Corpus;
use crate::side::{Compared, Side, Unread};
use crate::static_tier::{Approved, Place};

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

/// At most one finding a corpus, on the line of the worst request, and one more about what is approved already where not
/// all of it is. An approval binds old and new ranking of each request that changed and nothing else, so that what other
/// people merge brings back only what changed once more.
pub(crate) fn find(
    corpus: &Corpus,
    place: &Place,
    compared: &[Compared<'_>],
    approved: &Approved<'_>,
) -> Vec<Finding> {
    let all: Vec<&Compared<'_>> = compared.iter().collect();
    let Some(whole) = about(corpus, place, &all) else { return Vec::new() };
    let approved: HashMap<&str, bool> =
        whole.deltas.iter().map(|delta| delta.of.as_str()).zip(approved(&whole)).collect();
    let parts = approved.values().filter(|approved| **approved).count();
    if parts == 0 || parts == approved.len() {
        return vec![whole];
    }
    let without = |which: bool| -> Vec<&Compared<'_>> {
        let stays = |it: &&Compared<'_>| approved.get(it.after.id.as_str()) != Some(&which);
        compared.iter().filter(stays).collect()
    };
    let open = about(corpus, place, &without(true));
    let open = open.map(|finding| finding.note(format!("{parts} more changed and are approved as they are")));
    open.into_iter().chain(about(corpus, place, &without(false))).collect()
}

fn about(corpus: &Corpus, place: &Place, compared: &[&Compared<'_>]) -> Option<Finding> {
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
    let finding = changed(&RANKING_CHANGED, corpus, &what, &exhibits)?;
    let moved = compared.iter().filter(|compared| compared.comparison.class.is_change());
    let judged_by = corpus.judged_by();
    let mut deltas: Vec<Delta> = moved.map(|compared| delta(compared, &judged_by)).collect();
    deltas.sort_unstable();
    Some(finding.deltas(deltas).help(HELP))
}

/// What an approval of one request's new ranking binds: the question, both answers, and by what they were judged.
fn delta(compared: &Compared<'_>, judged_by: &str) -> Delta {
    let Compared { case, before, after, .. } = compared;
    let (before, after) = (before.ranking.digest(), after.ranking.digest());
    let bound = format!("{}\n{before}\n{after}\n{judged_by}", case.digest());
    Delta { of: case.id.clone(), digest: findings::digest(bound.as_bytes()) }
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
