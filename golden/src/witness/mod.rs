//! Witnesses: requests that show what changed, each with a sentence for people who know the product and not the code.

mod cause;
mod choice;
mod difference;
mod shown;
mod terms;
mod wording;

use serde::{Deserialize, Serialize};

use crate::Ranking;
use crate::compare::Comparison;
use crate::partial::Outcome;
pub use cause::{Cause, Effect};
use cause::{Explained, Sides};
pub use choice::{Chosen, MAX_CHOSEN, Witnesses};
use difference::{Difference, differences};
pub use shown::{Change, Given, Row, Shown};
pub use wording::Wording;

/// How many differences a sentence names before it counts the rest.
const NAMED: usize = 3;

/// How many differences of one request are explained and show what kind of change it is.
const EXPLAINED: usize = 16;

/// One changed request: what it was, what it is, and why as far as the answers say it.
///
/// Bounded whatever the rankings hold, so that partial reports can carry it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// The request's id.
    pub id: String,
    /// The request's segment.
    pub segment: String,
    /// Its line in the file of rankings at head, from 1; `None` where no file holds it.
    pub line: Option<u32>,
    /// What became of it.
    pub outcome: Outcome,
    /// How much both lists agree, from 0 to 1: `rbo_ext(.9)`; 0 where they were not compared.
    pub overlap: f64,
    /// For instance ``cold-start viewers: track `t42` fell from 2 to 9 because freshness lost 0.4 to popularity``.
    pub sentence: String,
    /// Why a difference is there: the first one of the sentence that the answers explain.
    pub cause: Cause,
    /// The item that this difference is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The ranking before, shortened.
    pub before: Shown,
    /// The ranking after, shortened.
    pub after: Shown,
    /// Every kind of change that it shows, sorted, each once.
    pub shows: Vec<Signature>,
}

/// One kind of change: what happened to whom, and by which stage where the answers say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// What happened.
    pub kind: Kind,
    /// To which segment.
    pub segment: String,
    /// The stage that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

/// What can happen to a ranking, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The answer is invalid whatever it is compared with.
    Broken,
    /// Two runs over one build answer differently.
    Unstable,
    /// The status or the degraded stages differ.
    Answer,
    /// An item moved to, from or within the first three ranks.
    MovedAtTop,
    /// An item entered.
    Entered,
    /// An item left.
    Left,
    /// An item moved below the first three ranks.
    MovedBelow,
    /// A score drifted, and the order is the same.
    Drifted,
    /// Items of equal score stand in another order.
    TieOrder,
}

/// One request with both answers, compared.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The request's id.
    pub id: &'a str,
    /// The request's segment.
    pub segment: &'a str,
    /// Its line in the file of rankings at head, from 1.
    pub line: Option<u32>,
    /// What was answered.
    pub before: &'a Ranking,
    /// What is answered.
    pub after: &'a Ranking,
    /// How they differ.
    pub comparison: &'a Comparison,
    /// How much they agree, `rbo_ext(.9)`.
    pub overlap: f64,
}

/// One request and what became of its ranking, for instance
/// ``cold-start/003: `t0042` fell from 2 to 9; `t0077` entered at 3``.
pub fn sentence(request: &str, comparison: &Comparison) -> String {
    format!("{request}: {}", clauses(comparison, &differences(comparison), None, None))
}

/// The first differences in words, with what explains one of them behind it.
fn clauses(
    comparison: &Comparison,
    differences: &[Difference<'_>],
    noun: Option<&str>,
    because: Option<(usize, &str)>,
) -> String {
    let mut named: Vec<String> =
        differences.iter().take(NAMED).map(|difference| difference.words(noun)).collect();
    if let Some((index, because)) = because {
        named[index].push_str(because);
    }
    if named.is_empty() {
        named.push(format!("nothing but {}", comparison.class.name()));
    }
    if differences.len() > NAMED {
        named.push(format!("and {} more", differences.len() - NAMED));
    }
    named.join("; ")
}

impl Witness {
    /// What it says, and where to look it up: for findings, which stand on one line.
    pub fn told(&self) -> String {
        format!("{} (`{}`)", self.sentence, self.id)
    }

    fn of(seen: &Seen<'_>, wording: &Wording, insight: Insight<'_>) -> Witness {
        let Insight { differences, explained, shows } = insight;
        let why = explained.into_iter().enumerate().find(|(_, explained)| !explained.because.is_empty());
        let because = why.as_ref().map(|(index, explained)| (*index, explained.because.as_str()));
        let said = clauses(seen.comparison, &differences, wording.item.as_deref(), because);
        let about = because.and_then(|(index, _)| differences[index].items().next()).map(str::to_owned);
        let [before, after] = shown::both(seen.before, seen.after, &differences);
        Witness {
            id: seen.id.to_owned(),
            segment: seen.segment.to_owned(),
            line: seen.line,
            outcome: Outcome::from(seen.comparison.class),
            overlap: seen.overlap,
            sentence: format!("{}: {said}", wording.segment(seen.segment)),
            cause: why.map_or(Cause::Unknown, |(_, explained)| explained.cause),
            about,
            before,
            after,
            shows,
        }
    }
}

/// What there is to see in a comparison.
struct Insight<'a> {
    differences: Vec<Difference<'a>>,
    /// Why those that the sentence names are there.
    explained: Vec<Explained>,
    shows: Vec<Signature>,
}

impl<'a> Insight<'a> {
    fn of(seen: &Seen<'a>) -> Self {
        let differences = differences(seen.comparison);
        let sides = Sides::of(seen.before, seen.after);
        let mut explained: Vec<Explained> =
            differences.iter().take(EXPLAINED).map(|difference| sides.explain(difference)).collect();
        let signature = |(difference, explained): (&Difference<'_>, &Explained)| Signature {
            kind: difference.kind(),
            segment: seen.segment.to_owned(),
            stage: explained.cause.stage().map(str::to_owned),
        };
        let mut shows: Vec<Signature> = differences.iter().zip(&explained).map(signature).collect();
        shows.sort_unstable();
        shows.dedup();
        explained.truncate(NAMED);
        Insight { differences, explained, shows }
    }
}
