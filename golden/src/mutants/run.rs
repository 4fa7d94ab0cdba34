//! Planting mutants one after the other, and asking each the corpora of its service.

use source::Tree;

use super::catalogue::Source;
use super::edit::Mutant;
use crate::capture::{Ask, Order, replay};
use crate::compare::{Class, compare};
use crate::policy::{Corpus, Policy};
use crate::requests::Case;
use crate::side::{Side, standing};
use crate::{Error, Ranking, Recording, Requests};

/// A corpus that a service is asked.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// What policy says of it.
    pub corpus: &'a Corpus,
    /// Its requests.
    pub requests: Requests,
    /// What is recorded for them.
    pub recording: Recording,
}

impl Asked<'_> {
    /// Every corpus of a service as it stands in a tree.
    ///
    /// # Errors
    ///
    /// Where there is none, or one cannot be read.
    pub fn of<'a>(tree: &Tree, policy: &'a Policy, service: &str) -> Result<Vec<Asked<'a>>, Error> {
        let corpora = policy.corpora.iter().filter(|corpus| corpus.service == service);
        let asked = corpora.map(|corpus| {
            let (path, rankings) = (corpus.requests(), standing(tree, &corpus.rankings()));
            let missing = || Error::Read { path, reason: "there is no such file".to_owned() };
            let side = Side::read(tree, corpus, &corpus.requests(), &rankings).ok_or_else(missing)?;
            let side = side.map_err(|unread| Error::Read { path: unread.path, reason: unread.reason })?;
            Ok(Asked { corpus, requests: side.requests, recording: side.recording })
        });
        let asked: Vec<Asked<'_>> = asked.collect::<Result<_, Error>>()?;
        if asked.is_empty() { Err(Error::NoCorpus(service.to_owned())) } else { Ok(asked) }
    }
}

/// A copy of the tree in which a service can be changed, built and started.
pub trait Bench {
    /// Gives a file of the copy a text.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, which ends everything.
    fn write(&mut self, path: &str, text: &str) -> Result<(), String>;

    /// Builds the service as the copy is now.
    fn build(&mut self) -> Built;

    /// Starts what was built.
    ///
    /// # Errors
    ///
    /// Where it does not start.
    fn start(&mut self, corpus: &Corpus) -> Result<Ask, String>;
}

/// What became of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// There is something to start.
    Done,
    /// It does not build: its last lines.
    Refused(String),
    /// It did not end in time.
    TooSlow,
}

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Rankings changed.
    Seen {
        /// How many.
        changed: usize,
        /// Of how many.
        of: usize,
        /// The gravest difference.
        worst: Class,
    },
    /// The service did not start, or an answer was no ranking.
    Broke(String),
    /// Nothing changed.
    Unseen,
    /// It does not build.
    Unbuildable,
    /// It did not build in time, or answers did not come: a loop without end, or a machine with too much to do.
    TimedOut,
}

impl Outcome {
    /// Whether the corpus tells the mutant from the service.
    pub fn is_caught(&self) -> bool {
        matches!(self, Outcome::Seen { .. } | Outcome::Broke(_))
    }
}

/// A mutant and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The mutant.
    pub mutant: Mutant,
    /// What became of it.
    pub outcome: Outcome,
}

/// Tries every mutant on the corpora of one service. `told` hears of each when it was tried.
///
/// # Errors
///
/// Where the service without a mutant does not build, start or answer what is recorded: then nothing could be said
/// about mutants. The copy is left as it was found.
pub fn try_all(
    bench: &mut dyn Bench,
    corpora: &[Asked<'_>],
    sources: &[Source],
    mutants: &[Mutant],
    told: &mut dyn FnMut(&Tried),
) -> Result<Vec<Tried>, Error> {
    let first = corpora.first().map_or("", |asked| asked.corpus.service.as_str());
    let failed = |reason: String| Error::Mutate { service: first.to_owned(), reason };
    match bench.build() {
        Built::Done => {}
        Built::Refused(reason) => {
            return Err(failed(format!("it does not build without a mutant: {reason}")));
        }
        Built::TooSlow => return Err(failed("its build without a mutant takes too long".to_owned())),
    }
    let expected: Vec<Vec<Ranking>> =
        corpora.iter().map(|asked| answers(bench, asked)).collect::<Result<_, _>>()?;
    for (Asked { corpus, requests, recording }, answers) in corpora.iter().zip(&expected) {
        let differs = requests.cases.iter().zip(answers).filter(|(case, answer)| {
            let entry = recording.get(&case.id);
            entry.is_none_or(|entry| compare(&entry.ranking, answer, &corpus.tolerance).class.is_change())
        });
        if let count @ 1.. = differs.count() {
            let of = requests.cases.len();
            return Err(failed(format!(
                "without a mutant {count} of {of} answers are not what is recorded for `{}`: `golden accept` first",
                corpus.name
            )));
        }
    }
    let mut tried = Vec::with_capacity(mutants.len());
    for mutant in mutants {
        let Some(source) = sources.iter().find(|source| source.path == mutant.file) else { continue };
        bench.write(&mutant.file, &mutant.planted(&source.text)).map_err(failed)?;
        let outcome = try_one(bench, corpora, &expected);
        bench.write(&mutant.file, &source.text).map_err(failed)?;
        let result = Tried { mutant: mutant.clone(), outcome };
        told(&result);
        tried.push(result);
    }
    Ok(tried)
}

fn try_one(bench: &mut dyn Bench, corpora: &[Asked<'_>], expected: &[Vec<Ranking>]) -> Outcome {
    match bench.build() {
        Built::Done => {}
        Built::Refused(_) => return Outcome::Unbuildable,
        Built::TooSlow => return Outcome::TimedOut,
    }
    let (mut changed, mut of, mut worst) = (0, 0, Class::Identical);
    for (asked, expected) in corpora.iter().zip(expected) {
        let rankings = match answers(bench, asked) {
            Ok(rankings) => rankings,
            Err(Error::Silent { .. }) => return Outcome::TimedOut,
            Err(error) => return Outcome::Broke(error.to_string()),
        };
        of += rankings.len();
        for (before, after) in expected.iter().zip(&rankings) {
            let class = compare(before, after, &asked.corpus.tolerance).class;
            changed += usize::from(class.is_change());
            worst = worst.max(class);
        }
    }
    if changed == 0 { Outcome::Unseen } else { Outcome::Seen { changed, of, worst } }
}

fn answers(bench: &mut dyn Bench, asked: &Asked<'_>) -> Result<Vec<Ranking>, Error> {
    let cases: Vec<&Case> = asked.requests.cases.iter().collect();
    let replayed = replay(&mut |corpus| bench.start(corpus), asked.corpus, &cases, Order::Forward)?;
    Ok(replayed.into_iter().map(|replayed| replayed.ranking).collect())
}
