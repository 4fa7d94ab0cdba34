//! The sink: what becomes of findings once policy, exceptions, base and approvals were asked. Guards only find.

mod side;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use findings::{Finding, JudgedFinding, Level, Rule, Status};
use source::Change;

use crate::approvals::{Approvals, FOLDER, SIGNERS_FILE};
use crate::exceptions::Exception;
use crate::known::{self, must_be_looked_at};
use crate::{LevelSetting, POLICY_FILE, Settings, Today};
use side::Side;

/// What is noted of a finding whose exception does not count yet.
pub const AWAITS_APPROVAL: &str = "this exception is not in the base, so an approval has to cover it";

/// What a judgement needs.
pub struct Judging<'a> {
    /// What the guards found at head, in any order; [`crate::rules::problem`] and
    /// [`crate::rules::policy_adopted::finding`] belong here too.
    pub findings: Vec<Finding>,
    /// What the same guards find at the base. Called at most once, and only where head has something that the base
    /// could know.
    pub base_findings: &'a mut dyn FnMut() -> Vec<Finding>,
    /// The guards that looked: an exception for a rule of another is not called unused.
    pub guards: &'a [&'a str],
    /// Whether nobody looked for a rule, though its guard looked: a tool that is not installed, another tier.
    pub unasked: &'a dyn Fn(&Rule) -> bool,
    /// Whether a rule compares base and head itself, so that nothing that it finds is known.
    pub compares_itself: &'a dyn Fn(&Rule) -> bool,
    /// Every rule that there is.
    pub rules: &'a [&'static Rule],
    /// Base and head.
    pub change: &'a Change,
    /// The top level of the policy that judges, see [`crate::effective`].
    pub settings: &'a Settings,
    /// The top level of the base's policy; `None` where it has none.
    pub base_settings: Option<&'a Settings>,
    /// What head says under `approvals/`.
    pub approvals: &'a Approvals,
    /// The moment at which is judged.
    pub today: Today,
}

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Judged {
    /// In the order in which they came, those of the exceptions and approvals behind them.
    pub findings: Vec<JudgedFinding>,
    /// What the reader of the verdict must know.
    pub remarks: Vec<String>,
}

/// Applies levels, then asks of each finding: is there an exception that counts, does the base have it, does an
/// approval cover it? The first that says yes gives the status.
pub fn judge(mut judging: Judging<'_>) -> Judged {
    let Judging { change, settings, approvals, today, .. } = judging;
    let found = Found {
        guards: judging.guards,
        unasked: judging.unasked,
        rules: judging.rules,
        settings,
        today,
        excluded: settings.excluded(),
    };
    let touched = change.files.iter().map(|file| file.path.as_str());
    let head = Side::of(std::mem::take(&mut judging.findings), &change.head, touched, &found);

    let could_be_known =
        |finding: &Finding| !(judging.compares_itself)(finding.rule) && !must_be_looked_at(finding, change);
    let base = match &change.base {
        Some(tree) => {
            let asks = head.findings.iter().any(could_be_known);
            let findings = if asks { (judging.base_findings)() } else { Vec::new() };
            let files = change.files.iter().map(|file| file.from.as_ref().unwrap_or(&file.path).as_str());
            let excepted = head.exceptions.iter().map(|exception| change.base_path(&exception.file));
            Side::of(findings, tree, files.chain(excepted), &found)
        }
        None => Side::default(),
    };
    let (base_excepted, base_open) = base.parted();
    let known = known_of(&head.findings, &base_open, change, judging.compares_itself);
    let was_excepted = known_of(&head.findings, &base_excepted, change, &|_| false);
    let in_base = exceptions_in_base(&head.exceptions, &base.exceptions, change);

    let mut judged = Judged { findings: Vec::new(), remarks: approvals.remarks.clone() };
    let mut emergencies: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, finding) in head.findings.into_iter().enumerate() {
        let Some(mut finding) = levelled(finding, &judging) else { continue };
        let exception = head.excepted_by[index].filter(|_| takes_exceptions(finding.rule));
        let counts = |at: usize| {
            finding.level != Level::Error
                // Without a base, an exception has nothing to be new against.
                || change.base.is_none()
                || settings.self_exceptable.iter().any(|id| id == finding.rule.id)
                || in_base[at].iter().any(|id| id == finding.rule.id)
                || was_excepted[index]
        };
        let status = if let Some(at) = exception.filter(|at| counts(*at)) {
            let Exception { file, span, reason, .. } = &head.exceptions[at];
            finding = finding.excepted(findings::Location::at(file, *span), reason);
            Status::Excepted
        } else if known[index] {
            Status::Known
        } else if let Some(approval) = approvals.covering(&finding, change) {
            if approval.emergency {
                *emergencies.entry(&approval.file).or_default() += 1;
            }
            Status::Approved
        } else {
            if let Some(at) = exception {
                let place = findings::Location::at(&head.exceptions[at].file, head.exceptions[at].span);
                finding = finding.note_at(place, AWAITS_APPROVAL);
            }
            Status::New
        };
        if status == Status::New && finding.level == Level::Error && observes(&finding, settings) {
            finding.level = Level::Warning;
            let guard = finding.rule.guard;
            finding = finding.note(format!("the guard `{guard}` only observes; this would block"));
        }
        judged.findings.push(JudgedFinding { finding, status });
    }
    judged.findings.extend(of_approvals(&judging));
    for (file, count) in emergencies {
        judged.remarks.push(format!("the emergency in `{file}` lets {count} findings pass"));
    }
    judged
}

/// What both sides are looked at with.
pub(crate) struct Found<'a> {
    pub(crate) guards: &'a [&'a str],
    pub(crate) unasked: &'a dyn Fn(&Rule) -> bool,
    pub(crate) rules: &'a [&'static Rule],
    pub(crate) settings: &'a Settings,
    pub(crate) today: Today,
    pub(crate) excluded: globset::GlobSet,
}

impl Found<'_> {
    /// Whether the policy takes a file out of sight. It cannot take out itself, nor what accepts findings.
    pub(crate) fn excludes(&self, file: &str) -> bool {
        let must_be_seen =
            file == POLICY_FILE || file == SIGNERS_FILE || file.starts_with(&format!("{FOLDER}/"));
        !must_be_seen && self.excluded.is_match(file)
    }
}

/// Whether exceptions in code may speak of a rule.
pub fn takes_exceptions(rule: &Rule) -> bool {
    !matches!(rule.guard, "integrity" | "policy") && !rule.says_not_looked_at() && rule.is_approvable()
}

fn known_of(
    head: &[Finding],
    base: &[Finding],
    change: &Change,
    compares_itself: &dyn Fn(&Rule) -> bool,
) -> Vec<bool> {
    let mut known = known::mark(head, base, change);
    for (known, finding) in known.iter_mut().zip(head) {
        *known &= !compares_itself(finding.rule);
    }
    known
}

/// The finding with the level that policy gives it; `None` where that is `off`.
fn levelled(mut finding: Finding, judging: &Judging<'_>) -> Option<Finding> {
    let own = match finding.level {
        Level::Error => LevelSetting::Error,
        Level::Warning => LevelSetting::Warning,
        Level::Note => LevelSetting::Note,
    };
    let said = |settings: &Settings| settings.levels.get(finding.rule.id).copied().unwrap_or(own);
    let mut level = said(judging.settings);
    // What watches the policy is lowered by the base's policy only, approval or not.
    if matches!(finding.rule.guard, "integrity" | "policy") {
        level = level.max(judging.base_settings.map_or(own, said));
    }
    if must_be_looked_at(&finding, judging.change) {
        level = level.max(own);
    }
    finding.level = level.level()?;
    Some(finding)
}

fn observes(finding: &Finding, settings: &Settings) -> bool {
    settings.observe.iter().any(|guard| guard == finding.rule.guard)
}

/// For each exception of head, the rules for which the base has it: in the same file or the one that it was renamed
/// from, for the same reason, and ending no earlier. Each of the base answers for one.
fn exceptions_in_base(head: &[Exception], base: &[Exception], change: &Change) -> Vec<Vec<String>> {
    let mut left: Vec<(&Exception, &String)> =
        base.iter().flat_map(|exception| exception.rules.iter().map(move |rule| (exception, rule))).collect();
    let mut in_base = Vec::new();
    for exception in head {
        let file = change.base_path(&exception.file);
        let mut rules = Vec::new();
        for rule in &exception.rules {
            let same = |(old, old_rule): &(&Exception, &String)| {
                old.file == file
                    && *old_rule == rule
                    && old.reason == exception.reason
                    && old.until.is_none_or(|old| exception.until.is_some_and(|until| until <= old))
            };
            if let Some(at) = left.iter().position(same) {
                left.swap_remove(at);
                rules.push(rule.clone());
            }
        }
        in_base.push(rules);
    }
    in_base
}

/// Findings about approvals that the change does not touch are the base's, but for emergencies that are over.
fn of_approvals(judging: &Judging<'_>) -> Vec<JudgedFinding> {
    let levelled = judging.approvals.findings.iter().filter_map(|finding| levelled(finding.clone(), judging));
    let judged = levelled.map(|finding| {
        let lasting = *finding.rule == crate::rules::ended_emergency::ENDED_EMERGENCY;
        let touched = finding.file().is_none_or(|file| judging.change.touched(file));
        JudgedFinding { status: if touched || lasting { Status::New } else { Status::Known }, finding }
    });
    judged.collect()
}
