//! What differed from run to run, request by request, and what the gate would have said of each run.

use std::collections::{BTreeMap, HashMap};

use crate::capture::Replayed;
use crate::compare::{Class, compare};
use crate::noise::Runs;
use crate::policy::Corpus;
use crate::requests::Case;
use crate::rules::ranking_invalid;
use crate::{Entry, Noise, Ranking, Recording, compare_beyond, statistics, witness};

/// How certain the bound of the share of noisy requests is.
const CONFIDENCE: f64 = 0.95;

/// What several runs over one build showed of a corpus.
#[derive(Debug)]
pub struct Measured {
    /// Name of the corpus.
    pub corpus: String,
    /// Name of the service.
    pub service: String,
    /// How many requests there are.
    pub requests: usize,
    /// How many runs there were, and how often the service was started for them.
    pub runs: Runs,
    /// How many answers differ from the first run's, by the kind of difference; the first run is not among them.
    pub answers: BTreeMap<Class, u64>,
    /// How many runs differ from the first, each by its gravest answer; the first is not among them.
    pub by_run: BTreeMap<Class, u64>,
    /// How many requests may be noisy, see [`Corpus::noisy_at_most`].
    pub allowed: usize,
    /// How many runs, the first among them, the live tier would have blocked: an answer differs from what is recorded
    /// by more than its noise, or is invalid whatever is recorded.
    pub alarms: usize,
    /// What it would have said of the first of them.
    pub alarm: Option<String>,
    /// How many requests have a recorded ranking to compare with.
    pub recorded: usize,
    /// By the place of the request.
    noisy: BTreeMap<usize, Noisy>,
    judge: Judge,
    first: Vec<Replayed>,
}

/// A request that is answered differently from run to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Noisy {
    /// Its id.
    pub id: String,
    /// Its segment.
    pub segment: String,
    /// In how many runs its answer differed from the first run's.
    pub runs: u64,
    /// How far; `None` where the status or the degraded stages differed.
    pub noise: Option<Noise>,
    /// The first difference, in a sentence.
    pub example: String,
}

/// The corpus as the answers are judged by it.
#[derive(Debug)]
struct Judge {
    corpus: Corpus,
    cases: Vec<Case>,
    recorded: HashMap<String, Entry>,
}

impl Measured {
    /// Nothing measured yet.
    pub(crate) fn new(corpus: &Corpus, recording: &Recording, cases: &[&Case], runs: Runs) -> Measured {
        let known = |case: &&&Case| Some((case.id.clone(), recording.get(&case.id)?.clone()));
        let recorded: HashMap<String, Entry> = cases.iter().filter_map(|case| known(&case)).collect();
        Measured {
            corpus: corpus.name.clone(),
            service: corpus.service.clone(),
            requests: cases.len(),
            runs,
            answers: BTreeMap::new(),
            by_run: BTreeMap::new(),
            noisy: BTreeMap::new(),
            allowed: corpus.noisy_at_most(cases.len()),
            alarms: 0,
            alarm: None,
            recorded: recorded.len(),
            judge: Judge {
                corpus: corpus.clone(),
                cases: cases.iter().map(|case| (*case).clone()).collect(),
                recorded,
            },
            first: Vec::new(),
        }
    }

    /// Adds the answers of a run.
    pub(crate) fn add(&mut self, answers: Vec<Replayed>) {
        if let Some(alarm) = self.judge.alarm(&answers) {
            self.alarms += 1;
            self.alarm.get_or_insert(alarm);
        }
        if self.first.is_empty() {
            self.first = answers;
            return;
        }
        let mut gravest = Class::Identical;
        let pairs = self.judge.cases.iter().zip(self.first.iter().zip(&answers));
        for (place, (case, (first, answer))) in pairs.enumerate() {
            let comparison = compare(&first.ranking, &answer.ranking, &self.judge.corpus.tolerance);
            let class = comparison.class;
            *self.answers.entry(class).or_default() += 1;
            gravest = gravest.max(class);
            if class.is_change() {
                let noise = Noise::of(&comparison).ok().flatten();
                let example = || witness::sentence(&case.id, &comparison);
                note(&mut self.noisy, place, case, noise, example);
            }
        }
        *self.by_run.entry(gravest).or_default() += 1;
    }

    /// Requests whose answers differ from the first run's by more than tolerance, in the order of the requests.
    pub fn noisy(&self) -> impl ExactSizeIterator<Item = &Noisy> {
        self.noisy.values()
    }

    /// Whether there is no more noise than policy allows, and none that the gate would have blocked.
    pub fn is_quiet(&self) -> bool {
        self.noisy.len() <= self.allowed && self.alarms == 0
    }

    /// The share of requests like these that are noisy is smaller with a certainty of 95 percent, see
    /// [`upper_bound`](crate::statistics::upper_bound).
    pub fn upper_bound(&self) -> f64 {
        statistics::upper_bound(self.noisy.len() as u64, self.requests as u64, CONFIDENCE)
    }

    /// The answers of the first run with the noise of each request.
    pub(crate) fn into_first(self) -> Vec<(Replayed, Option<Noise>)> {
        let noise = |place: usize| self.noisy.get(&place).and_then(|noisy| noisy.noise);
        (0..).zip(self.first).map(|(place, first)| (first, noise(place))).collect()
    }
}

/// Notes that a request is answered differently, beside what is noted of it.
fn note(
    noisy: &mut BTreeMap<usize, Noisy>,
    place: usize,
    case: &Case,
    noise: Option<Noise>,
    example: impl Fn() -> String,
) {
    match noisy.get_mut(&place) {
        Some(known) => {
            known.runs += 1;
            known.noise = known.noise.zip(noise).map(|(one, other)| one.join(other));
        }
        None => {
            let (id, segment, example) = (case.id.clone(), case.segment.clone(), example());
            noisy.insert(place, Noisy { id, segment, runs: 1, noise, example });
        }
    }
}

impl Judge {
    /// What the live tier would have said of a run.
    fn alarm(&self, answers: &[Replayed]) -> Option<String> {
        let alarm = |case: &Case, answer: &Ranking| -> Option<String> {
            let faults = ranking_invalid::faults(&self.corpus, case, answer);
            if !faults.is_empty() {
                return Some(format!("{}: {}", case.id, faults.join("; ")));
            }
            let entry = self.recorded.get(&case.id)?;
            let comparison =
                compare_beyond(&entry.ranking, answer, &self.corpus.tolerance, entry.noise.as_ref());
            comparison.class.is_change().then(|| witness::sentence(&case.id, &comparison))
        };
        self.cases.iter().zip(answers).find_map(|(case, answer)| alarm(case, &answer.ranking))
    }
}
