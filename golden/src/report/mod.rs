//! What became of the rankings, as one value that every form of the report is written from.

mod gather;
mod html;
mod human;
mod markdown;
mod measured;
mod slope;

use serde::Serialize;

use crate::partial::{Outcome, Segment, Tally};
use crate::statistics::{lower_bound, upper_bound};
use crate::witness::{Witness, Wording};
pub use gather::{of_whole, recorded};
pub use html::html;
pub use human::human;
pub use markdown::markdown;
pub use measured::Measured;
pub use slope::{SLOPE_STYLE, slope};

/// The version of the JSON form.
pub const SCHEMA: &str = "gatefold.golden-report/1";

/// How sure the bounds of a share are: both together leave out the true share in one of twenty corpora.
const CONFIDENCE: f64 = 0.975;

/// The report. Its texts are as they were found: whoever writes them out makes them harmless.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What was compared, by what, for instance `base 1a2b3c .. head 4d5e6f`.
    pub facts: Vec<String>,
    /// What the gate says of the same change.
    pub verdicts: Vec<Verdict>,
    /// In the order of the policy.
    pub corpora: Vec<Corpus>,
}

/// One finding of the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The rule.
    pub rule: String,
    /// `blocks`, `approved`, `excepted`, `known` or `advises`.
    pub status: &'static str,
    /// What is wrong.
    pub message: String,
}

/// What became of one corpus.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Corpus {
    /// What the policy calls it.
    pub name: String,
    /// The service.
    pub service: String,
    /// The RPC, `package.Service/Method`.
    pub rpc: String,
    /// Why nothing was compared; then all else is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// How many requests there are.
    pub requests: u64,
    /// How many of them somebody has to have meant, or to mend.
    pub changed: u64,
    /// How many ended how, gravest first; what did not happen is not listed.
    pub outcomes: Vec<Counted>,
    /// How many requests of the base are gone.
    pub removed: u64,
    /// How many requests ask something else than at the base.
    pub rewritten: u64,
    /// How many requests are known to answer otherwise from run to run.
    pub noisy: u64,
    /// By segment, the widest blast first.
    pub segments: Vec<Blast>,
    /// All segments together.
    pub total: Blast,
    /// Means over the requests that changed.
    pub measures: Vec<Measured>,
    /// Pairs of models, as `OLD -> NEW`.
    pub models: Vec<String>,
    /// Worst first.
    pub witnesses: Vec<Witness>,
    /// How many kinds of change no witness shows.
    pub unseen: usize,
}

/// How many requests ended like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// How.
    pub outcome: Outcome,
    /// How many.
    pub count: u64,
}

/// The blast radius of a change among requests of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Blast {
    /// The segment; empty where all are meant.
    pub segment: String,
    /// Who is meant, for people.
    pub who: String,
    /// How many requests changed.
    pub changed: u64,
    /// Of how many that were compared.
    pub of: u64,
    /// The share, from 0 to 1.
    pub share: f64,
    /// The exact 95 percent interval of Clopper and Pearson, its lower end.
    pub at_least: f64,
    /// Its upper end.
    pub at_most: f64,
}

impl Report {
    /// A report of these corpora.
    pub fn new(facts: Vec<String>, verdicts: Vec<Verdict>, corpora: Vec<Corpus>) -> Self {
        Report { schema: SCHEMA, facts, verdicts, corpora }
    }

    /// How many requests changed.
    pub fn changed(&self) -> u64 {
        self.corpora.iter().map(|corpus| corpus.changed).sum()
    }

    /// For instance `12 of 404 rankings changed`.
    pub fn headline(&self) -> String {
        let requests: u64 = self.corpora.iter().map(|corpus| corpus.requests).sum();
        let unread = self.corpora.iter().filter(|corpus| corpus.unread.is_some()).count();
        let rankings =
            |count: u64| if count == 1 { "1 ranking".to_owned() } else { format!("{count} rankings") };
        let said = match (self.changed(), requests) {
            (0, 0) => "no ranking was compared".to_owned(),
            (0, _) => format!("none of {} changed", rankings(requests)),
            (changed, _) => format!("{changed} of {} changed", rankings(requests)),
        };
        match unread {
            0 => said,
            1 => format!("{said}, 1 corpus was not read"),
            unread => format!("{said}, {unread} corpora were not read"),
        }
    }

    /// The JSON form. The same report gives the same bytes.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers can be written");
        text.push('\n');
        text
    }
}

impl Corpus {
    /// What the tally of a corpus shows.
    pub(crate) fn of(name: &str, [service, rpc]: [&str; 2], tally: &Tally, wording: &Wording) -> Self {
        let total = tally.total();
        let chosen = tally.witnesses.chosen();
        let outcomes = total.outcomes.iter().rev().filter(|(_, count)| **count > 0);
        let mut segments: Vec<Blast> = tally
            .segments
            .iter()
            .map(|(name, segment)| Blast::of(name, &wording.segment(name), segment))
            .collect();
        segments.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.segment.cmp(&b.segment)));
        Corpus {
            name: name.to_owned(),
            service: service.to_owned(),
            rpc: rpc.to_owned(),
            requests: total.requests(),
            changed: total.changed(),
            outcomes: outcomes.map(|(outcome, count)| Counted { outcome: *outcome, count: *count }).collect(),
            segments,
            measures: measured::of(&total),
            models: tally.models.iter().cloned().collect(),
            witnesses: chosen.witnesses.into_iter().cloned().collect(),
            unseen: chosen.unseen,
            total: Blast::of("", "all", &total),
            ..Corpus::default()
        }
    }

    /// A corpus that cannot be compared.
    pub(crate) fn unread(name: &str, [service, rpc]: [&str; 2], reason: String) -> Self {
        let [name, service, rpc] = [name, service, rpc].map(str::to_owned);
        Corpus { name, service, rpc, unread: Some(reason), ..Corpus::default() }
    }

    /// For instance `items 3, order 9, identical 80`.
    fn by_outcome(&self) -> String {
        let mut parts: Vec<String> = self
            .outcomes
            .iter()
            .map(|counted| format!("{} {}", counted.outcome.name(), counted.count))
            .collect();
        parts.extend(self.beside().map(|(what, count)| format!("{what} {count}")));
        parts.join(", ")
    }

    /// What is counted beside how requests ended.
    fn beside(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = [
            ("removed", self.removed),
            ("asked otherwise", self.rewritten),
            ("noisy from run to run", self.noisy),
        ];
        counts.into_iter().filter(|(_, count)| *count > 0)
    }
}

impl Blast {
    fn of(segment: &str, who: &str, counted: &Segment) -> Self {
        let (changed, of) = (counted.changed(), counted.requests() - counted.count(Outcome::Added));
        Blast {
            segment: segment.to_owned(),
            who: who.to_owned(),
            changed,
            of,
            share: if of == 0 { 0.0 } else { changed as f64 / of as f64 },
            at_least: lower_bound(changed, of, CONFIDENCE),
            at_most: upper_bound(changed, of, CONFIDENCE),
        }
    }

    /// For instance `20% to 61%`.
    fn interval(&self) -> String {
        format!("{} to {}", percent(self.at_least), percent(self.at_most))
    }
}

/// A share in percent, with a decimal where whole percents say nothing.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent == 0.0 || percent == 100.0 || (1.0..99.0).contains(&percent) {
        format!("{percent:.0}%")
    } else if (0.1..99.9).contains(&percent) {
        format!("{percent:.1}%")
    } else if percent < 0.1 {
        "<0.1%".to_owned()
    } else {
        ">99.9%".to_owned()
    }
}
