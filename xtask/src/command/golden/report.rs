//! `golden report`: what became of the rankings, for people.

use std::path::Path;

use findings::{Exit, JudgedFinding, Status, Tier, Verdict as Judged};
use golden::bulk::Store;
use golden::intent::Intent;
use golden::partial::Shard;
use golden::report::{self, Report, Verdict};

use super::{merge, replay};
use crate::cli::{ReportArgs, ReportFormat};
use crate::command::gate::{base_request, cache};
use crate::console;
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::output;
use crate::review::{facts, witness};
use crate::scene::Ask;
use crate::store;
use crate::surroundings::{self, Env};

/// Writes the report to the files that were asked for, and prints it. A report informs: what blocks is the gate's to
/// say, and only what could not be looked at is a failure here.
pub(crate) fn run(root: &Path, args: &ReportArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge(Ask {
        root: root.to_owned(),
        base: base_request(args.base.as_deref()),
        head: None,
        surroundings: surroundings::of(env),
        tier: Tier::Static,
        intent: None,
        only: vec!["golden".to_owned()],
        files: None,
        bootstrap: true,
        against: None,
        cache: cache(None, root, env)?,
        today: surroundings::today(),
    })?;
    let policy: golden::Policy = judgement.scene.effective.section("golden")?;
    let report = match args.partials.as_slice() {
        [] if args.live => of_answers(&judgement, &policy, args, env)?,
        [] => of_recorded(&judgement, &policy, &store::of(root, &policy, args.store.as_deref(), env)),
        files => report::of_whole(&merge::whole(files)?, &policy),
    };
    if let Some(file) = &args.html {
        output::write(file, &report::html(&report))?;
    }
    if let Some(file) = &args.markdown {
        output::write(file, &report::markdown(&report))?;
    }
    match args.format {
        ReportFormat::Human => {
            let color = surroundings::colour(env, &std::io::stdout());
            console::print(&report::human(&report, color, surroundings::width(env)));
        }
        ReportFormat::Json => console::print(&report.json()),
    }
    let is_unread = report.corpora.iter().any(|corpus| corpus.unread.is_some());
    let failed =
        judgement.report.verdict() == Judged::Error || is_unread && judgement.report.base.commit.is_some();
    Ok(if failed { Exit::CouldNotRun } else { Exit::Clean })
}

/// Base against head, as they are recorded.
fn of_recorded(judgement: &Judgement, policy: &golden::Policy, store: &Store) -> Report {
    let change = &judgement.scene.change;
    let mut facts = facts(&judgement.report, change.files.len());
    facts.insert(1, "rankings as they are recorded".to_owned());
    facts.insert(2, declared(&Intent::of(&change.said)));
    let verdicts = judgement.report.findings.iter().filter_map(verdict).collect();
    Report::new(facts, verdicts, report::recorded(change, policy, store))
}

fn declared(intent: &Intent) -> String {
    match intent {
        Intent::Declared(claim) => format!("declared: {claim}"),
        Intent::Undeclared(None) => "declared: nothing".to_owned(),
        Intent::Undeclared(Some(reason)) => format!("declared: nothing, {reason}"),
        Intent::Unclear(reasons) => format!("declared: unclear, {}", reasons.join("; ")),
    }
}

/// What the services built from head answer, beside what head has recorded.
fn of_answers(
    judgement: &Judgement,
    policy: &golden::Policy,
    args: &ReportArgs,
    env: Env<'_>,
) -> Result<Report, Failure> {
    let corpora: Vec<&golden::Corpus> = policy.corpora.iter().collect();
    let partial = replay::ask(&judgement.scene, policy, &corpora, Shard::WHOLE, args.store.as_deref(), env)?;
    let whole =
        golden::partial::merge(vec![("the replay".to_owned(), partial)]).map_err(Failure::could_not_run)?;
    Ok(report::of_whole(&whole, policy))
}

fn verdict(judged: &JudgedFinding) -> Option<Verdict> {
    let finding = &judged.finding;
    let status = match judged.status {
        Status::New if judged.blocks() => "blocks",
        Status::New => "advises",
        Status::Approved => "approved",
        Status::Excepted | Status::Known => return None,
    };
    // The worst request stands among the witnesses.
    let message = witness(finding).map_or(finding.message.as_str(), |(count, _)| count);
    Some(Verdict { rule: finding.rule.id.to_owned(), status, message: message.to_owned() })
}
