//! Snapshots of rankings that nobody has looked at yet.

use findings::{Finding, Location, rule};
use source::Tree;

use crate::policy::Corpus;
use crate::side::Side;
use crate::static_tier::Place;
use crate::{Recording, compare, snapshot};

rule! {
    /// A `.snap.new` beside the recorded rankings of a corpus that has other rankings than those.
    ///
    /// ## Why it hurts
    /// A test of the service saw rankings that differ from the recorded ones, and the change leaves it to nobody: the
    /// recording says one thing and the service does another.
    ///
    /// ## Example
    /// ```recorded
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// cold-start/2 limit=2: t3=0.9 t4=0.4
    /// ```
    /// ```pending bad
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// cold-start/2 limit=2: t4=0.9 t3=0.4 //~
    /// ```
    ///
    /// ## Instead
    /// Look at it with `cargo insta review`: accept it and have the change approved, or mend the service.
    /// ```good
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// ```
    pub static SNAPSHOT_PENDING = {
        id: "snapshot-pending",
        guard: "golden",
        group: "snapshots",
        level: Error,
        summary: "finds changed rankings that wait for a review",
    };
}

pub(crate) fn find(tree: &Tree, corpus: &Corpus, place: &Place, head: &Side) -> Option<Finding> {
    let recorded = corpus.recordings().into_iter().find(|path| path.ends_with(".snap"))?;
    // Where the change moved the recording, its pending one stands beside it.
    let path = format!("{}.new", if place.rankings.ends_with(".snap") { &place.rankings } else { &recorded });
    let text = tree.contains(&path).then(|| tree.text(&path))?;
    let pending = text.ok().and_then(|text| snapshot::parse(&text).ok());
    let (line, what) = match pending {
        Some(pending) => differs(&pending, &head.recording, corpus)?,
        None => (1, format!("the snapshot of rankings of `{}` waits for a review", corpus.service)),
    };
    let finding = Finding::new(&SNAPSHOT_PENDING, Location::point(&path, line, 1), what);
    Some(
        finding
            .help("run `cargo insta review`, and have what is accepted approved")
            .fact(format!("{} {}", corpus.service, corpus.rpc)),
    )
}

/// The first request whose pending ranking is another than the recorded one, and how many are.
fn differs(pending: &Recording, recorded: &Recording, corpus: &Corpus) -> Option<(u32, String)> {
    let is_other = |entry: &&crate::Entry| match recorded.get(&entry.id) {
        Some(known) => compare(&known.ranking, &entry.ranking, &corpus.tolerance).class.is_change(),
        None => true,
    };
    let mut others = pending.entries.iter().filter(is_other);
    let first = others.next()?;
    let count = others.count() + 1;
    let service = &corpus.service;
    let what =
        format!("{count} changed rankings of `{service}` wait for a review, for instance `{}`", first.id);
    Some((first.line, what))
}
