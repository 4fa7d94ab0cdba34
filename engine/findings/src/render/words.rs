//! The sentences that several forms of a report share.

use std::collections::BTreeMap;

use super::text::{lines, one_line};
use crate::tally::plural;
use crate::{
    Finding, GuardRun, Level, Location, Note, Outcome, PolicySide, Report, Side, Tally, Tier, Verdict,
};

/// The verdict and its reason, without colour or markup: `fail: 2 findings block`.
pub fn verdict(report: &Report) -> (&'static str, String) {
    let errors = Tally::of(report).errors;
    let block = if errors == 1 { "1 finding blocks".to_owned() } else { format!("{errors} findings block") };
    match report.verdict() {
        Verdict::Error => {
            let broken = report.guards.iter().filter(|run| run.outcome == Outcome::CouldNotRun);
            let names: Vec<_> = broken.map(|run| format!("`{}`", run.guard)).collect();
            let tail = if errors > 0 { format!("; besides, {block}") } else { String::new() };
            ("error", format!("{} could not look, so the change cannot pass{tail}", names.join(", ")))
        }
        Verdict::Fail => ("fail", block),
        Verdict::Pass if report.observe && errors > 0 => (
            "pass",
            format!("{} would block, and the policy says `mode: observe`", plural(errors, "finding")),
        ),
        Verdict::Pass => ("pass", "nothing blocks".to_owned()),
    }
}

/// What was compared with what, by whose policy.
pub(super) fn compared(report: &Report) -> String {
    let head = report.head.as_deref().map_or("head".to_owned(), |head| format!("head {}", short(head)));
    let base = match &report.base.commit {
        Some(commit) => format!("{head} against base {} ({})", short(commit), one_line(&report.base.chosen)),
        None => format!("{head} without a base ({})", one_line(&report.base.chosen)),
    };
    let policy = match report.policy.from {
        PolicySide::Base => "the base's",
        PolicySide::Head => "head's",
    };
    format!("{base}; judged by {policy} policy")
}

/// The first digits of a commit id, and whether the working tree differs from it.
fn short(commit: &str) -> String {
    let (id, dirty) = match commit.strip_suffix("-dirty") {
        Some(id) => (id, "-dirty"),
        None => (commit, ""),
    };
    format!("{}{dirty}", one_line(&id.chars().take(12).collect::<String>()))
}

/// The tier that did not run, if one did not.
pub fn not_run(tier: Tier) -> Option<&'static str> {
    match tier {
        Tier::Static => Some("the live tier, which builds and starts services (`--tier all`)"),
        Tier::Live => Some("the static tier (`--tier all`)"),
        Tier::All => None,
    }
}

/// How a guard's run ended.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clean => "clean",
        Outcome::Findings => "findings",
        Outcome::NotConfigured => "not configured",
        Outcome::NotAsked => "not asked",
        Outcome::CouldNotRun => "could not run",
    }
}

/// What a guard looked at and what it did not, or why it did not look.
pub fn looked_at(run: &GuardRun) -> String {
    counted(run, |reason| one_line(reason).into_owned())
}

/// The same with the lines of the reason kept, each but the first indented: a reason may quote what a program wrote.
pub(super) fn looked_at_in_lines(run: &GuardRun) -> String {
    counted(run, |reason| lines(reason.trim_end()).replace('\n', "\n      "))
}

fn counted(run: &GuardRun, shown: impl Fn(&str) -> String) -> String {
    let mut parts: Vec<String> = run.checked.iter().map(|(what, count)| format!("{count} {what}")).collect();
    if let Some(unresolved) = run.unresolved {
        parts.push(format!("{} not resolved", plural(unresolved as usize, "reference")));
    }
    if let Some(reason) = &run.reason {
        parts.push(shown(reason));
    }
    parts.join(", ")
}

/// `file:line:column`, as terminals and editors make links of it.
pub(super) fn place(location: &Location) -> String {
    let file = one_line(&location.file);
    match location.span {
        None => file.into_owned(),
        Some(span) => format!("{file}:{}:{}", span.line, span.column),
    }
}

/// Where a note stands, and on which side.
pub(super) fn note_place(note: &Note) -> Option<String> {
    let place = place(note.location.as_ref()?);
    Some(match note.side {
        Side::Head => place,
        Side::Base => format!("{place} at the base"),
    })
}

/// How much a finding weighs to whoever reads the report elsewhere: in observe mode nothing is an error.
pub(super) fn weight(report: &Report, finding: &Finding) -> Level {
    if report.observe { finding.level.min(Level::Warning) } else { finding.level }
}

/// A path as the platforms want it: from the repository's root, of which the judged root is the folder `prefix`.
pub(super) fn from_repository(prefix: &str, file: &str) -> String {
    match prefix.trim_end_matches('/') {
        "" => file.to_owned(),
        prefix => format!("{prefix}/{file}"),
    }
}

/// Where a finding that has no place is shown by platforms that refuse a report with such a one: the policy, since
/// what concerns the whole workspace is decided there.
pub(super) const NO_PLACE: &str = "gatefold.yaml";

/// Counts equal keys, for forms in which each entry must be told from the others.
#[derive(Default)]
pub(super) struct Ordinals(BTreeMap<String, u32>);

impl Ordinals {
    /// How often the key has come, this time included.
    pub(super) fn next(&mut self, key: &str) -> u32 {
        let count = self.0.entry(key.to_owned()).or_default();
        *count += 1;
        *count
    }
}
