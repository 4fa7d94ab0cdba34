//! What a brief says, whatever it is written in.

use findings::render::words;
use findings::{Finding, GuardRun, JudgedFinding, Level, Outcome, PolicySide, Report, Status, Tally, Tier};

use super::accepted;
use super::architecture::{self, Change};
use super::below::{Below, below};
use super::evidence::{Evidence, evidence, place, witness};
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
    /// One a guard, in the order of reading.
    pub(crate) sections: Vec<Section>,
    /// What stands below the findings.
    pub(crate) below: Below,
    /// Approvals and exceptions in force, in sentences.
    pub(crate) accepted: Vec<String>,
    /// What is wrong with approvals, exceptions and the policy itself.
    pub(crate) about_policy: Vec<Entry>,
    /// What was not looked at, in sentences.
    pub(crate) unseen: Vec<String>,
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
}

/// Whether a guard looked.
pub(crate) enum Looked {
    /// At how much.
    At(String),
    /// It did not; says why, and whether it should have.
    Not { why: String, failed: bool },
}

/// One finding, for a reader.
pub(crate) struct Entry {
    pub(crate) level: Level,
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
}

/// What weakens the judge stands first, since it puts all else in doubt.
static KINDS: [Kind; 5] = [
    Kind { guard: "integrity", anchor: "weakened", title: "What was weakened", nothing: "nothing" },
    Kind { guard: "golden", anchor: "rankings", title: "Rankings that moved", nothing: "none" },
    Kind { guard: "contracts", anchor: "contracts", title: "Contracts that broke", nothing: "none" },
    Kind {
        guard: "arch",
        anchor: "architecture",
        title: "New edges against the architecture",
        nothing: "none",
    },
    Kind { guard: "lints", anchor: "lints", title: "Lints that block", nothing: "none" },
];

impl Brief {
    /// The brief of a judgement.
    pub(crate) fn of(judgement: &Judgement) -> Brief {
        let report = &judgement.report;
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
            sections: KINDS.iter().map(|kind| Section::of(kind, judgement)).collect(),
            below: below(judgement),
            accepted: accepted::sentences(judgement),
            about_policy: fresh().filter(is_about_policy).map(|judged| Entry::of(&judged.finding)).collect(),
            unseen: unseen(report),
        }
    }
}

impl Section {
    fn of(kind: &Kind, judgement: &Judgement) -> Section {
        let report = &judgement.report;
        let of_guard = report.findings.iter().filter(|judged| {
            let rule = judged.finding.rule;
            judged.status == Status::New && rule.guard == kind.guard && !rule.says_not_looked_at()
        });
        let (blocking, advice): (Vec<_>, Vec<_>) = of_guard.partition(|judged| judged.blocks());
        let entries =
            |list: Vec<&JudgedFinding>| list.into_iter().map(|judged| Entry::of(&judged.finding)).collect();
        Section {
            anchor: kind.anchor,
            title: kind.title,
            nothing: kind.nothing,
            looked: Looked::of(report.guards.iter().find(|run| run.guard == kind.guard)),
            blocking: entries(blocking),
            advice: entries(advice),
            change: (kind.guard == "arch").then(|| architecture::change(judgement)).flatten(),
        }
    }

    /// Whether there is nothing to read in it.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_drawn = self.change.as_ref().is_some_and(|change| change.picture.is_some());
        self.blocking.is_empty() && self.advice.is_empty() && !is_drawn
    }
}

impl Looked {
    fn of(run: Option<&GuardRun>) -> Looked {
        let Some(run) = run else { return Looked::Not { why: "not asked".to_owned(), failed: false } };
        match run.outcome {
            Outcome::Clean | Outcome::Findings => Looked::At(words::looked_at(run)),
            outcome => {
                let why = run.reason.clone().unwrap_or_else(|| words::outcome(outcome).to_owned());
                Looked::Not { why, failed: outcome == Outcome::CouldNotRun }
            }
        }
    }
}

impl Entry {
    fn of(finding: &Finding) -> Entry {
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

fn unseen(report: &Report) -> Vec<String> {
    let mut list: Vec<String> = words::not_run(report.tier).map(str::to_owned).into_iter().collect();
    for run in &report.guards {
        let reason = run.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        match run.outcome {
            Outcome::CouldNotRun | Outcome::NotAsked | Outcome::NotConfigured => {
                list.push(format!("`{}`, {}{reason}", run.guard, words::outcome(run.outcome)));
            }
            Outcome::Clean | Outcome::Findings => {}
        }
        if let Some(count) = run.unresolved.filter(|count| *count > 0) {
            list.push(format!("`{}`: {count} references that could not be resolved", run.guard));
        }
    }
    for judged in report.findings.iter().filter(|judged| judged.finding.rule.says_not_looked_at()) {
        let finding = &judged.finding;
        let at =
            finding.location.as_ref().map(|location| format!(" ({})", place(location))).unwrap_or_default();
        list.push(format!("{}: {}{at}", if judged.blocks() { "blocks" } else { "known" }, finding.message));
    }
    let known = Tally::of(report).known;
    if known > 0 {
        let count = if known == 1 { "1 finding".to_owned() } else { format!("{known} findings") };
        list.push(format!("{count} that the base already has: not shown here (`gate --all` does)"));
    }
    list
}
