//! A report: what every guard did, what was found, and the verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Exit, Finding};

/// The version of the JSON report.
pub const SCHEMA: &str = "gatefold.report/1";

/// What a guard hands over: its findings, and how much it looked at.
#[derive(Debug, Default)]
pub struct Checked {
    /// In any order; the report sorts them.
    pub findings: Vec<Finding>,
    /// How much was looked at, for instance `files: 34`. A guard that looked at nothing says so here.
    pub counts: BTreeMap<&'static str, u64>,
    /// How many references could not be resolved, for guards that resolve any.
    pub unresolved: Option<u64>,
    /// What the reader of the verdict must know of how it looked: fragments without a full stop.
    pub remarks: Vec<String>,
}

/// How one guard's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It looked, and nothing blocks or advises.
    Clean,
    /// It looked and found something.
    Findings,
    /// There is nothing for it to look at, for instance no proto.
    NotConfigured,
    /// It was left out by `--only` or belongs to a tier that did not run.
    NotAsked,
    /// It could not look. The verdict is `error`.
    CouldNotRun,
}

/// One guard's part of the report.
#[derive(Clone, Debug)]
pub struct GuardRun {
    /// For instance `lints`.
    pub guard: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, where that needs saying: what is not configured, what failed.
    pub reason: Option<String>,
    /// Wall-clock time.
    pub milliseconds: u64,
    /// How much was looked at.
    pub checked: BTreeMap<&'static str, u64>,
    /// References that could not be resolved.
    pub unresolved: Option<u64>,
}

/// What becomes of a finding once base, exceptions and approvals were asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The change brings it.
    New,
    /// The base already has it.
    Known,
    /// An exception in the code covers it.
    Excepted,
    /// An approval covers it.
    Approved,
}

/// A finding with its status.
#[derive(Clone, Debug)]
pub struct JudgedFinding {
    /// What was found, its level after policy.
    pub finding: Finding,
    /// What becomes of it.
    pub status: Status,
}

impl JudgedFinding {
    /// Whether it blocks the change.
    pub fn blocks(&self) -> bool {
        self.status == Status::New && self.finding.level == crate::Level::Error
    }
}

/// Which checks ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Nothing of the judged tree is executed.
    Static,
    /// Services are built and run.
    Live,
    /// Both.
    All,
}

impl Tier {
    /// Whether the static checks are part of it.
    pub fn is_static(self) -> bool {
        self != Tier::Live
    }

    /// Whether the live checks are part of it.
    pub fn is_live(self) -> bool {
        self != Tier::Static
    }
}

/// The base that head was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseInfo {
    /// Full commit id; `None` for `--base none` and for a repository without commits.
    pub commit: Option<String>,
    /// How it was chosen, for instance `merge-base`.
    pub chosen: String,
}

/// Whose policy judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicySide {
    /// The base's, as always once there is one.
    Base,
    /// Head's: an adoption, or a full audit.
    Head,
}

/// The policy that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyInfo {
    /// Which side it was read from.
    pub from: PolicySide,
    /// A hash of its text; of the empty text where there is no policy.
    pub digest: String,
}

/// The answer of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing blocks.
    Pass,
    /// At least one finding blocks.
    Fail,
    /// A guard could not look.
    Error,
}

/// What is known of a change besides its two ends, for who counts over many reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeInfo {
    /// What the forge calls it, usually its branch: the same for each report of one change. `None` where nobody says.
    pub name: Option<String>,
    /// The coding agents that trailers of its commits name, sorted, for instance `Claude Code`.
    pub agents: Vec<String>,
}

/// An approval that would let findings pass, ready but for the reason and the name of who approves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Where the file belongs, from the root.
    pub file: String,
    /// Fingerprints of what it accepts.
    pub findings: Vec<String>,
    /// Who may approve it.
    pub by: String,
    /// What writes and signs the file; empty where nobody can approve yet, which `by` says.
    pub command: String,
    /// The file.
    pub text: String,
}

/// Everything that one run has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of the judge.
    pub tool: &'static str,
    /// Which checks ran.
    pub tier: Tier,
    /// What head was compared with.
    pub base: BaseInfo,
    /// Commit id of head, with `-dirty` where the working tree differs; `None` without commits.
    pub head: Option<String>,
    /// What else is known of the change.
    pub change: ChangeInfo,
    /// Whose policy judged.
    pub policy: PolicyInfo,
    /// `mode: observe`: say what would block, and block nothing.
    pub observe: bool,
    /// One entry a guard, in the order of the house.
    pub guards: Vec<GuardRun>,
    /// Sorted by file, position, rule.
    pub findings: Vec<JudgedFinding>,
    /// What the reader must know about the run itself, for instance that approvals rely on the forge.
    pub remarks: Vec<String>,
    /// What a person can commit to let pass what blocks.
    pub requests: Vec<Request>,
}

impl Report {
    /// Puts the findings in their order, so that two runs over one tree give the same bytes.
    pub fn sort(&mut self) {
        self.findings.sort_by_cached_key(|judged| {
            let finding = &judged.finding;
            (finding.location.clone(), finding.rule.id, finding.message.clone(), finding.fingerprint())
        });
    }

    /// The answer. Not having looked outweighs everything.
    pub fn verdict(&self) -> Verdict {
        if self.guards.iter().any(|run| run.outcome == Outcome::CouldNotRun) {
            Verdict::Error
        } else if !self.observe && self.findings.iter().any(JudgedFinding::blocks) {
            Verdict::Fail
        } else {
            Verdict::Pass
        }
    }

    /// The exit status that belongs to the verdict.
    pub fn exit(&self) -> Exit {
        match self.verdict() {
            Verdict::Pass => Exit::Clean,
            Verdict::Fail => Exit::Blocked,
            Verdict::Error => Exit::CouldNotRun,
        }
    }

    /// Findings that block.
    pub fn blocking(&self) -> impl Iterator<Item = &JudgedFinding> {
        self.findings.iter().filter(|judged| judged.blocks())
    }
}
