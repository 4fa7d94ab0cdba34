//! Requests that a manifest no longer names.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, rule};

use crate::coverage::Held;
use crate::policy::Corpus;

rule! {
    /// A request that the base's manifest names for a hazard and head's does not, although the request is as it was.
    /// Requests that are gone or changed are found by `request-removed` and `request-changed`, which say which hazards
    /// went with them.
    ///
    /// ## Why it hurts
    /// The tests of a service hold its requests to what the manifest says of them. A claim that is taken out is no
    /// longer checked, and the request may lose what it was there for without anybody seeing it.
    ///
    /// ## Example
    /// With `hazards: {missing: {listed: missing}}`:
    /// ```base missing
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=2: t1=0.9 t2=0.5
    /// home/3 limit=2: t1=0.9 t2=0.5
    /// +missing home/1 home/2 //~
    /// ```
    /// ```head bad missing
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=2: t1=0.9 t2=0.5
    /// home/3 limit=2: t1=0.9 t2=0.5
    /// +missing home/1
    /// ```
    ///
    /// ## Instead
    /// Keep the claim. Where it is wrong, have the change of the manifest approved.
    /// ```base missing
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=2: t1=0.9 t2=0.5
    /// home/3 limit=2: t1=0.9 t2=0.5
    /// +missing home/1
    /// ```
    /// ```head good missing
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=2: t1=0.9 t2=0.5
    /// home/3 limit=2: t1=0.9 t2=0.5
    /// +missing home/1 home/2
    /// ```
    pub static HAZARD_LOST = {
        id: "hazard-lost",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds requests that a manifest no longer names for a hazard",
    };
}

/// `unchanged` are the ids of the requests that are on both sides as they were.
pub(crate) fn find(
    corpus: &Corpus,
    manifest: &str,
    base: &[Held<'_>],
    head: &[Held<'_>],
    unchanged: &BTreeSet<&str>,
) -> Option<Finding> {
    let at_head: BTreeMap<&str, &Held<'_>> = head.iter().map(|held| (held.name, held)).collect();
    let mut lost: Vec<(&str, &str)> = Vec::new();
    for held in
        base.iter().filter(|held| corpus.hazards.get(held.name).is_some_and(|hazard| hazard.listed.is_some()))
    {
        let still = at_head.get(held.name);
        let gone = held
            .by
            .iter()
            .filter(|id| unchanged.contains(*id) && still.is_none_or(|head| !head.by.contains(id)));
        lost.extend(gone.map(|id| (held.name, *id)));
    }
    let ((hazard, id), others) = lost.split_first()?;
    let more =
        if others.is_empty() { String::new() } else { format!(", nor {} more of its claims", others.len()) };
    let message = format!("`{manifest}` no longer names `{id}` for `{hazard}`{more}");
    let line = |(hazard, id): &(&str, &str)| format!("{hazard} {id}");
    let mut finding = Finding::new(&HAZARD_LOST, Location::file(manifest), message)
        .help("keep the claim, or have the change of the manifest approved with `cargo xtask approve`")
        .fact(format!("{} {}", corpus.service, corpus.rpc));
    for other in others.iter().take(9) {
        finding = finding.note(format!("nor `{}` for `{}`", other.1, other.0));
    }
    let before: Vec<String> = lost.iter().map(line).collect();
    Some(finding.judged(before.join("\n"), ""))
}
