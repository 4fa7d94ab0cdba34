//! Corpora whose recordings say that too many requests are answered differently from run to run.

use std::collections::HashMap;

use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::side::Side;
use crate::static_tier::Place;
use crate::{Case, Entry, Noise, statistics};

/// How many requests a finding names.
const SHOWN: usize = 9;

rule! {
    /// A recording in which more requests are noisy than `noise` allows, or one that says of a request that it is
    /// noisier than the base said. Noisy are requests that several runs of one build answered differently.
    ///
    /// ## Why it hurts
    /// What differs from run to run hides what a change does: of a noisy request nothing smaller than its noise is
    /// seen any more. Noise that came with a change would excuse that change and all later ones.
    ///
    /// ## Example
    /// ```bad
    /// home/1 limit=2: t1=0.9 t2=0.4
    /// home/2 limit=2 noisy: t1=0.9 t2=0.4 //~
    /// ```
    ///
    /// ## Instead
    /// Order equal scores by identifier, inject clock and seed, and record again. A service that cannot be made still
    /// says how much of its corpus may move, with `noise`.
    /// ```good
    /// home/1 limit=2: t1=0.9 t2=0.4
    /// home/2 limit=2: t1=0.9 t2=0.4
    /// ```
    pub static CORPUS_NOISY = {
        id: "corpus-noisy",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds corpora that are answered differently from run to run beyond policy",
    };
}

pub(crate) fn find(corpus: &Corpus, place: &Place, base: Option<&Side>, head: &Side) -> Option<Finding> {
    let entries = &head.recording.entries;
    let noisy: Vec<(&Entry, &Noise)> =
        entries.iter().filter_map(|entry| Some((entry, entry.noise.as_ref()?))).collect();
    let known = base.map(|base| Known::of(base, head)).unwrap_or_default();
    let louder: Vec<(&Entry, &Noise)> =
        noisy.iter().copied().filter(|(entry, noise)| known.is_exceeded(&entry.id, noise)).collect();
    let (count, all, allowed) = (noisy.len(), entries.len(), corpus.noisy_at_most(entries.len()));
    let service = &corpus.service;
    let (shown, message) = if count > allowed {
        let message = format!(
            "{count} of {all} requests of `{service}` are answered differently from run to run, and policy allows {allowed}"
        );
        (&noisy, message)
    } else {
        let (first, _) = louder.first()?;
        let message = format!(
            "{} of {all} requests of `{service}` are recorded as noisier than they were, for instance `{}`",
            louder.len(),
            first.id
        );
        (&louder, message)
    };
    let at = |entry: &Entry| Location::point(&place.rankings, entry.line, 1);
    let mut finding = Finding::new(&CORPUS_NOISY, at(shown.first()?.0), message)
        .help("order equal scores by identifier, inject clock and seed, and record again")
        .fact(format!("{service} {}", corpus.rpc))
        .note(format!(
            "at 95 percent confidence up to {:.1} percent of requests like these are",
            100.0 * statistics::upper_bound(count as u64, all as u64, 0.95)
        ));
    for (entry, noise) in shown.iter().take(SHOWN) {
        finding = finding.note_at(at(entry), in_words(&entry.id, noise));
    }
    let flags = |of: &dyn Fn(&str) -> Option<Noise>| {
        let lines = noisy.iter().filter_map(|(entry, _)| {
            let noise = of(&entry.id)?;
            Some(format!("{} {:?} {:?} {}", entry.id, noise.kind, noise.rank, noise.drift.to_bits()))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let at_head = |id: &str| head.recording.get(id).and_then(|entry| entry.noise);
    Some(finding.judged(flags(&|id| known.noise(id)), format!("{allowed}\n{}", flags(&at_head))))
}

fn in_words(id: &str, noise: &Noise) -> String {
    let from = noise.rank.map(|rank| format!(" from rank {rank}")).unwrap_or_default();
    let drift = if noise.drift > 0.0 { format!(", scores by up to {}", noise.drift) } else { String::new() };
    format!("`{id}`: {}{from}{drift}", noise.kind.name())
}

/// What the base recorded of the requests that head asks in the same words.
#[derive(Default)]
struct Known<'a>(HashMap<&'a str, Option<&'a Noise>>);

impl<'a> Known<'a> {
    fn of(base: &'a Side, head: &Side) -> Known<'a> {
        let at_head: HashMap<&str, &Case> =
            head.requests.cases.iter().map(|case| (case.id.as_str(), case)).collect();
        let same =
            |case: &&Case| at_head.get(case.id.as_str()).is_some_and(|other| other.request == case.request);
        let noise = |case: &'a Case| Some((case.id.as_str(), base.recording.get(&case.id)?.noise.as_ref()));
        Known(base.requests.cases.iter().filter(same).filter_map(noise).collect())
    }

    fn noise(&self, id: &str) -> Option<Noise> {
        self.0.get(id).copied().flatten().copied()
    }

    /// Whether the base knew the request, and as less noisy.
    fn is_exceeded(&self, id: &str, noise: &Noise) -> bool {
        self.0.get(id).is_some_and(|known| !known.is_some_and(|known| known.allows(noise)))
    }
}
