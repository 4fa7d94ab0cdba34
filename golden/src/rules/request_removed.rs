//! Requests that the corpus no longer has.

use findings::{Finding, Location, rule};

use super::request_changed::identities;
use crate::policy::Corpus;
use crate::requests::Case;
use crate::side::Side;
use crate::static_tier::Place;

rule! {
    /// A request that the base's corpus has and head's has not, together with its approved ranking.
    ///
    /// ## Why it hurts
    /// The case that is in the way is usually the one that found something. Without it the guard is as green as
    /// before and sees less.
    ///
    /// ## Example
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// cold-start/2 limit=3: t4=0.8 t5=0.6 t6=0.1 //~
    /// ```
    /// ```head bad
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    ///
    /// ## Instead
    /// Keep the request. If what it stands for is gone from the product, have the removal approved.
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```head good
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// cold-start/2 limit=3: t4=0.8 t5=0.6 t6=0.1
    /// ```
    pub static REQUEST_REMOVED = {
        id: "request-removed",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds requests that the corpus no longer has",
    };
}

pub(crate) fn find(corpus: &Corpus, place: &Place, base: &Side, removed: &[&Case]) -> Option<Finding> {
    let (first, others) = removed.split_first()?;
    let message = match others.len() {
        0 => format!("the request `{}` of `{}` is gone", first.id, corpus.service),
        more if removed.len() == base.requests.cases.len() => {
            format!("the whole corpus of `{}` is gone, {} requests", corpus.service, more + 1)
        }
        more => format!("the request `{}` of `{}` and {more} more are gone", first.id, corpus.service),
    };
    let ids: Vec<String> = removed.iter().take(20).map(|case| format!("`{}`", case.id)).collect();
    let rest = if removed.len() > 20 { format!(" and {} more", removed.len() - 20) } else { String::new() };
    let finding = Finding::new(&REQUEST_REMOVED, Location::file(&place.requests), message)
        .help("keep the request, or have its removal approved with `cargo xtask approve`")
        .note(format!("gone: {}{rest}", ids.join(", ")))
        .fact(format!("{} {}", corpus.service, corpus.rpc));
    Some(finding.judged(identities(base, removed.iter().copied()), ""))
}
