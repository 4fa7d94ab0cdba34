//! Recordings whose explanations of scores are not those of the service.

use std::collections::HashMap;

use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::tolerance::Near;
use crate::{Item, Ranking, same_parts};

rule! {
    /// A service that ranks as recorded and says otherwise what each stage gave to the scores.
    ///
    /// ## Why it hurts
    /// The next change of a ranking is explained by what the recording says of the stages. Where that is not so any
    /// more, reviewers are told of a cause that is none. The rankings themselves are as approved, so it blocks nothing.
    ///
    /// ## Example
    /// ```recorded
    /// cold-start/1 limit=2: t1=0.9(model:0.9) t2=0.5(model:0.5)
    /// ```
    /// ```answered bad
    /// cold-start/1 limit=2: t1=0.9(model:0.4,boost:0.5) t2=0.5(model:0.5) //~
    /// ```
    ///
    /// ## Instead
    /// Record again with `cargo xtask golden accept`: it is no change of a ranking and needs no approval.
    /// ```recorded
    /// cold-start/1 limit=2: t1=0.9(model:0.4,boost:0.5) t2=0.5(model:0.5)
    /// ```
    /// ```answered good
    /// cold-start/1 limit=2: t1=0.9(model:0.4,boost:0.500001) t2=0.5(model:0.5)
    /// ```
    pub static PARTS_STALE = {
        id: "parts-stale",
        guard: "golden",
        group: "corpus",
        level: Warning,
        summary: "finds recordings that say otherwise than the service what each stage gave to the scores",
    };
}

/// At most one finding, on the first of these answers that explains its scores otherwise than its recorded ranking.
pub(crate) fn find<'a>(
    corpus: &Corpus,
    answers: impl Iterator<Item = (&'a Location, &'a str, &'a Ranking, &'a Ranking)>,
) -> Option<Finding> {
    let mut all = 0;
    let stale: Vec<_> = answers
        .inspect(|_| all += 1)
        .filter(|(_, _, recorded, answered)| is_stale(corpus, recorded, answered))
        .map(|(location, id, ..)| (location, id))
        .collect();
    let (location, id) = stale.first()?;
    let (count, service) = (stale.len(), &corpus.service);
    let message = format!(
        "what each stage of `{service}` gave to the scores is not what is recorded for {count} of {all} requests, for \
         instance `{id}`"
    );
    let finding = Finding::new(&PARTS_STALE, (*location).clone(), message);
    Some(finding.help("run `cargo xtask golden accept`").fact(format!("{service} {}", corpus.rpc)))
}

/// Whether an item of both explains its score otherwise, noise apart.
fn is_stale(corpus: &Corpus, recorded: &Ranking, answered: &Ranking) -> bool {
    let near = Near::of(recorded, answered, &corpus.tolerance);
    // Only noise may have moved items, so that each stands near where it stood.
    let at_once = recorded.items.iter().zip(&answered.items).all(|(one, other)| one.id == other.id);
    let differs = |one: &Item, other: &Item| !same_parts(&one.parts, &other.parts, &near);
    if at_once {
        return recorded.items.iter().zip(&answered.items).any(|(one, other)| differs(one, other));
    }
    let known: HashMap<&str, &Item> = recorded.items.iter().map(|item| (item.id.as_str(), item)).collect();
    answered.items.iter().any(|item| known.get(item.id.as_str()).is_some_and(|one| differs(one, item)))
}
