//! What a brief says, whatever it is written in.

use findings::render::words;
use findings::{Finding, JudgedFinding, Level, PolicySide, Report, Request, Status, Tier};
use golden::report::Corpus;

use super::accepted;
use super::answer::{Answer, Mark};
use super::answers::{answers, measured};
use super::architecture::{self, Change};
use super::below::{Below, Block, below};
use super::claims::{Claims, claims};
use super::evidence::{Evidence, evidence, place, witness};
use super::look::Looked;
use super::seen::Seen;
use crate::gate::Judgement;

/// The brief. Its texts are as they were found: whoever writes them out makes them harmless.
pub(crate) struct Brief {
    /// `pass`, `fail` or `error`.
    pub(crate) verdict: &'static str,
    /// For instance `5 findings block`.
    pub(crate) headline: String,
    /// What was compared, by whose policy, with what.
    pub(crate) facts: Vec<String>,
    /// What the reader must know about the run itself.
    pub(crate) remarks: Vec<String>,
    /// The five questions, in the order in which they are asked.
    pub(crate) answers: [Answer; 5],
    /// What the change says of itself.
    pub(crate) claims: Claims,
    /// One a guard, in the order of reading.
    pub(crate) sections: Vec<Section>,
    /// What stands below beside them.
    pub(crate) below: Below,
    /// Approvals that would let pass what blocks, ready but for the reason and the name.
    pub(crate) requests: Vec<Request>,
    /// Approvals and exceptions in force, in sentences.
    pub(crate) accepted: Vec<String>,
    /// What is wrong with approvals, exceptions and the policy itself.
    pub(crate) about_policy: Vec<Entry>,
    /// How the reader calls Gatefold: `cargo xtask`, or `gatefold`.
    pub(crate) program: String,
}

/// What one guard has to say.
pub(crate) struct Section {
    /// A word that links may use.
    pub(crate) anchor: &'static str,
    pub(crate) title: &'static str,
    /// What the section says where there is nothing to say.
    pub(crate) nothing: &'static str,
    /// How much was looked at, or why nothing was.
    pub(crate) looked: Looked,
    /// What blocks.
    pub(crate) blocking: Vec<Entry>,
    /// What advises or informs.
    pub(crate) advice: Vec<Entry>,
    /// What the change does to what is guarded, whatever is thought of it.
    pub(crate) change: Option<Change>,
    /// Rankings that changed, whoever approved it.
    pub(crate) corpora: Vec<Corpus>,
}

/// One finding, for a reader.
pub(crate) struct Entry {
    pub(crate) level: Level,
    /// What becomes of the change by it, in a word or two.
    pub(crate) word: &'static str,
    pub(crate) rule: &'static str,
    /// What `approve` takes.
    pub(crate) id: String,
    /// `file:line`.
    pub(crate) place: Option<String>,
    pub(crate) message: String,
    /// The two ends of an edge that must not be.
    pub(crate) edge: Option<(String, String)>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) help: Option<String>,
}

struct Kind {
    guard: &'static str,
    anchor: &'static str,
    title: &'static str,
    nothing: &'static str,
    /// What it counts where it looked; empty means all of it.
    counts: &'static [&'static str],
}

/// The order of reading below the first screen: what weakens the judge first, since it puts all else in doubt.
static KINDS: [Kind; 5] = [
    Kind {
        guard: "integrity",
        anchor: "integrity",
        title: "Integrity, with both versions",
        nothing: "nothing",
        counts: &[],
    },
    Kind {
        guard: "golden",
        anchor: "rankings",
        title: "Rankings that moved",
        nothing: "none",
        counts: &["requests", "replayed"],
    },
    Kind {
        guard: "contracts",
        anchor: "contracts",
        title: "Contracts: witnesses and consumers",
        nothing: "none",
        counts: &[],
    },
    Kind {
        guard: "arch",
        anchor: "architecture",
        title: "Architecture, before and after",
        nothing: "nothing",
        counts: &["crates"],
    },
    Kind { guard: "lints", anchor: "lints", title: "Lints", nothing: "none", counts: &["files"] },
];

/// Blocks that say where to begin.
const FIRST: [&str; 2] = ["landed", "first"];

impl Brief {
    /// The brief of a judgement, and of what the change says of itself.
    pub(crate) fn of(judgement: &Judgement, description: Option<&str>) -> Brief {
        let report = &judgement.report;
        let seen = Seen::of(judgement);
        let below = below(judgement);
        let measured = measured(&seen);
        let claims = claims(&seen, &measured, description);
        let answers = answers(&seen, &below, measured);
        let (verdict, headline) = words::verdict(report);
        let fresh = || report.findings.iter().filter(|judged| judged.status == Status::New);
        let is_about_policy = |judged: &&JudgedFinding| {
            judged.finding.rule.guard == "policy" && !judged.finding.rule.says_not_looked_at()
        };
        Brief {
            verdict,
            headline,
            facts: facts(report, judgement.scene.change.files.len()),
            remarks: report.remarks.clone(),
            answers,
            claims,
            sections: KINDS.iter().map(|kind| Section::of(kind, &seen)).collect(),
            below,
            requests: report.requests.clone(),
            accepted: accepted::sentences(judgement),
            about_policy: fresh()
                .filter(is_about_policy)
                .map(|judged| Entry::of(&judged.finding, report.observe))
                .collect(),
            program: judgement.scene.called(),
        }
    }
}

impl Brief {
    /// What is read before what the guards found, and what after it.
    pub(crate) fn blocks(&self, before: bool) -> impl Iterator<Item = &Block> {
        self.below.blocks.iter().filter(move |block| FIRST.contains(&block.anchor) == before)
    }
}

impl Section {
    fn of(kind: &Kind, seen: &Seen<'_>) -> Section {
        let (judgement, report) = (seen.judgement, &seen.judgement.report);
        let of_guard = report.findings.iter().filter(|judged| {
            let rule = judged.finding.rule;
            judged.status == Status::New && rule.guard == kind.guard && !rule.says_not_looked_at()
        });
        let (blocking, advice): (Vec<_>, Vec<_>) = of_guard.partition(|judged| judged.blocks());
        let entries = |list: Vec<&JudgedFinding>| {
            list.into_iter().map(|judged| Entry::of(&judged.finding, report.observe)).collect()
        };
        Section {
            anchor: kind.anchor,
            title: kind.title,
            nothing: kind.nothing,
            looked: match kind.counts {
                _ if kind.guard == "integrity" => seen.weighed(),
                [] => Looked::of(report.guards.iter().find(|run| run.guard == kind.guard)),
                counts => Looked::at_any(report, kind.guard, counts),
            },
            blocking: entries(blocking),
            advice: entries(advice),
            change: (kind.guard == "arch").then(|| architecture::change(judgement)).flatten(),
            corpora: seen
                .corpora
                .iter()
                .filter(|corpus| kind.guard == "golden" && corpus.changed > 0)
                .cloned()
                .collect(),
        }
    }

    /// What those are that block and are only counted; they would, where the policy only observes.
    pub(crate) fn more_blocking(&self) -> &'static str {
        match self.blocking.iter().any(|entry| entry.word == Mark::WouldBlock.word()) {
            true => "more that would block",
            false => "more that block",
        }
    }

    /// Whether there is nothing to read in it.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_drawn = self.change.as_ref().is_some_and(|change| change.picture.is_some());
        self.blocking.is_empty() && self.advice.is_empty() && !is_drawn && self.corpora.is_empty()
    }
}

impl Entry {
    fn of(finding: &Finding, observed: bool) -> Entry {
        let word = match (finding.level, observed) {
            (Level::Error, false) => Mark::Blocks.word(),
            (Level::Error, true) => Mark::WouldBlock.word(),
            (level, _) => level.name(),
        };
        let edge = match (finding.rule.id, finding.facts.as_slice()) {
            (
                "layer-broken" | "forbidden-path" | "forbidden-edge" | "sibling-used" | "protected-used",
                [from, to],
            ) => Some((from.clone(), to.clone())),
            _ => None,
        };
        // A ranking that moved is told by its worst requests, below the count.
        let message = witness(finding).map_or(finding.message.as_str(), |(count, _)| count);
        // What to do about the other two is the same for every finding: put it back, or have it approved.
        let help = finding.help.clone().filter(|_| !matches!(finding.rule.guard, "integrity" | "golden"));
        Entry {
            word,
            level: finding.level,
            rule: finding.rule.id,
            id: finding.fingerprint().chars().take(12).collect(),
            place: finding.location.as_ref().map(place),
            message: message.to_owned(),
            edge,
            evidence: evidence(finding),
            help,
        }
    }
}

/// What was compared, by whose policy, with what.
pub(crate) fn facts(report: &Report, files: usize) -> Vec<String> {
    let short = |commit: &str| match commit.strip_suffix("-dirty") {
        Some(id) => format!("{} with changes", &id[..id.len().min(12)]),
        None => commit.chars().take(12).collect(),
    };
    let head = report.head.as_deref().map_or_else(|| "no commit".to_owned(), short);
    let range = match &report.base.commit {
        Some(base) => format!("base {} ({}) .. head {head}", short(base), report.base.chosen),
        None => format!("head {head} without a base ({})", report.base.chosen),
    };
    let files = if files == 1 { "1 file changed".to_owned() } else { format!("{files} files changed") };
    let policy = match report.policy.from {
        PolicySide::Base => "judged by the base's policy",
        PolicySide::Head => "judged by head's own policy",
    };
    let tier = match report.tier {
        Tier::Static => "static tier",
        Tier::Live => "live tier",
        Tier::All => "static and live tier",
    };
    vec![range, files, policy.to_owned(), tier.to_owned(), format!("Gatefold {}", report.tool)]
}
