//! The gate: asks every guard, lets the policy judge what they found, and gives one report.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use findings::{ChangeInfo, Checked, Finding, GuardRun, JudgedFinding, Level, Outcome, Report, Status};
use policy::{Judging, Mode, Settings, rules};
use source::{Change, Problem, ProblemKind, Tree};

use crate::agents;
use crate::answer::{Answer, fault};
use crate::at_base::{self, AtBase};
use crate::controls::{self, Control};
use crate::failure::Failure;
use crate::going_back;
use crate::guards;
use crate::house::{self, Guard};
use crate::looked;
use crate::requests;
use crate::scene::{Ask, Scene};

/// A report, and what it was made from.
pub(crate) struct Judgement {
    pub(crate) report: Report,
    pub(crate) scene: Scene,
}

impl Judgement {
    /// The findings that are new and block.
    pub(crate) fn blocking(&self) -> Vec<&Finding> {
        self.report.blocking().map(|judged| &judged.finding).collect()
    }
}

/// Judges a change.
pub(crate) fn judge(ask: Ask) -> Result<Judgement, Failure> {
    judge_under(ask, controls::of_the_house, Scene::open)
}

/// Judges a change that is opened in another way than from the working tree.
pub(crate) fn judge_opened(
    ask: Ask,
    open: impl FnOnce(&Ask) -> Result<Change, Failure>,
) -> Result<Judgement, Failure> {
    judge_under(ask, controls::of_the_house, |ask| {
        let change = open(&ask)?;
        Scene::of(ask, change)
    })
}

fn judge_under(
    ask: Ask,
    control: Control,
    open: impl FnOnce(Ask) -> Result<Scene, Failure>,
) -> Result<Judgement, Failure> {
    let known = |name: &String| guards::NAMES.contains(&name.as_str());
    if let Some(unknown) = ask.only.iter().find(|name| !known(name)) {
        let names = guards::NAMES.join(", ");
        let meant = policy::did_you_mean(unknown, guards::NAMES.iter().copied());
        return Err(Failure::usage(format_args!("there is no guard `{unknown}`; there are {names}{meant}")));
    }
    judge_read(open(ask)?, control)
}

/// Judges what was opened already: a hook looks at what differs before it asks.
pub(crate) fn judge_scene(scene: Scene) -> Result<Judgement, Failure> {
    judge_read(scene, controls::of_the_house)
}

fn judge_read(scene: Scene, control: Control) -> Result<Judgement, Failure> {
    let mut found = of_the_engine(&scene);
    let mut runs = Vec::new();
    let mut remarks = scene.remarks.clone();
    for (run, checked) in ask_guards(&scene, control) {
        runs.push(run);
        found.extend(checked.findings);
        remarks.extend(checked.remarks);
    }
    remarks.extend(looked::at_anything(&scene, &runs)?);
    let mut judged = sink(&scene, one_fact_one_finding(found), &mut runs)?;
    going_back::let_go(&scene, &mut judged)?;
    requests::tell(&scene, &mut judged);
    requests::call_by_its_name(&scene, &mut judged);

    let requests = requests::of(&scene, &judged);
    if let Some(against) = &scene.ask.against {
        remarks.push(format!("the protos are compared with {} in the place of the base's", against.shown()));
    }
    remarks.extend(looked::left_out(&scene));
    remarks.extend(scene.delegated.remarks());
    remarks.extend(judged.remarks);
    let mut report = Report {
        tool: env!("CARGO_PKG_VERSION"),
        tier: scene.ask.tier,
        base: scene.change.base_info.clone(),
        head: scene.change.head_commit.clone(),
        change: ChangeInfo {
            name: scene.ask.surroundings.change.clone(),
            agents: scene.change.said.as_ref().map(agents::named).unwrap_or_default(),
        },
        policy: scene.policy_info.clone(),
        observe: scene.settings.mode == Mode::Observe,
        guards: runs,
        findings: judged.findings,
        remarks,
        requests,
    };
    settle_outcomes(&mut report);
    report.sort();
    Ok(Judgement { report, scene })
}

/// What the engine itself has to say: what could not be read, and an adoption.
fn of_the_engine(scene: &Scene) -> Vec<Finding> {
    let mut found = looked::unread(scene.head_code());
    found.extend(unnamed(&scene.change));
    found.extend(rules::unread_submodule::find(&scene.change));
    if !scene.ask.bootstrap {
        found.extend(rules::policy_adopted::finding(&scene.change));
    }
    found
}

/// That a file was not looked at is one fact, however many guards would have looked: the first says it.
fn one_fact_one_finding(mut found: Vec<Finding>) -> Vec<Finding> {
    let mut unseen = HashSet::new();
    found.retain(|finding| match (finding.rule.says_not_looked_at(), finding.file()) {
        (true, Some(file)) => unseen.insert(file.to_owned()),
        _ => true,
    });
    found
}

/// New files that no guard can ask for.
fn unnamed(change: &Change) -> impl Iterator<Item = Finding> {
    let before = change.base.as_ref().map(Tree::unreadable_names).unwrap_or_default();
    let new = change.head.unreadable_names().iter().filter(|name| !before.contains(name));
    new.map(|name| {
        let message = "its name is not UTF-8, or it is neither a file nor a link";
        rules::problem(&Problem::of_file(name, ProblemKind::Unreadable, message))
            .help("give it another name, or take it out")
    })
}

/// What a guard says, or the thread that asks it.
enum Asked<'s> {
    Here((GuardRun, Checked)),
    Beside(ScopedJoinHandle<'s, (GuardRun, Checked)>),
}

/// Runs the guards beside each other, and their controls; the answers stand in the order of the house. After an edit, when
/// most of them have nothing to say, this thread asks all but the first.
fn ask_guards(scene: &Scene, control: Control) -> Vec<(GuardRun, Checked)> {
    std::thread::scope(|scope| {
        let is_beside = |name| scene.ask.files.is_none() || guards::NAMES.first() == Some(&name);
        let ask = |name: &&'static str| match is_beside(*name) {
            true => (*name, Asked::Beside(scope.spawn(|| ask_guard(name, scene)))),
            false => (*name, Asked::Here(ask_guard(name, scene))),
        };
        let asked: Vec<_> = guards::NAMES.iter().map(ask).collect();
        let failed = failed_controls(scene, control);
        let join = |(name, asked): (&'static str, Asked<'_>)| {
            let (mut run, checked) = match asked {
                Asked::Here(said) => said,
                Asked::Beside(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| (could_not_run(name, fault(&*panic)), Checked::default())),
            };
            if let Some(reason) = failed.get(name).filter(|_| run.outcome == Outcome::Clean) {
                (run.outcome, run.reason) = (Outcome::CouldNotRun, Some(reason.clone()));
            }
            (run, checked)
        };
        asked.into_iter().map(join).collect()
    })
}

/// The guards whose control failed. What is said of files that were just written is advice: the verdict comes at the end,
/// with every control.
fn failed_controls(scene: &Scene, control: Control) -> BTreeMap<&'static str, String> {
    let is_verdict = scene.ask.files.is_none();
    let asked = guards::NAMES.iter().filter(|name| is_verdict && scene.ask.wants(name));
    controls::failed(asked, control, &scene.ask.cache)
}

/// Runs one guard. A panic inside a rule means that the guard could not look.
fn ask_guard(name: &'static str, scene: &Scene) -> (GuardRun, Checked) {
    let started = Instant::now();
    let answer = catch_unwind(AssertUnwindSafe(|| guards::ask(name, scene)))
        .unwrap_or_else(|panic| Answer::CouldNotRun(fault(&*panic)));
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let required = scene.settings.required.iter().any(|required| required == name);
    let nothing = Checked::default;
    let (run, checked) = match answer {
        Answer::Checked(checked) => match looked::at_nothing(name, scene, &checked) {
            Some(reason) => (could_not_run(name, reason), checked),
            None => (looked(name, &checked), checked),
        },
        Answer::NotAsked(reason) => (silent(name, Outcome::NotAsked, reason), nothing()),
        Answer::NotConfigured(reason) if required => {
            (could_not_run(name, format!("the policy requires it, and {reason}")), nothing())
        }
        Answer::NotConfigured(reason) => (silent(name, Outcome::NotConfigured, Some(reason)), nothing()),
        Answer::CouldNotRun(reason) => (could_not_run(name, reason), nothing()),
        Answer::Partly(checked, reason) => (could_not_run(name, reason), checked),
    };
    (GuardRun { milliseconds, ..run }, checked)
}

fn looked(name: &'static str, checked: &Checked) -> GuardRun {
    GuardRun {
        checked: checked.counts.clone(),
        unresolved: checked.unresolved,
        ..silent(name, Outcome::Clean, None)
    }
}

fn silent(guard: &'static str, outcome: Outcome, reason: Option<String>) -> GuardRun {
    GuardRun { guard, outcome, reason, milliseconds: 0, checked: Default::default(), unresolved: None }
}

fn could_not_run(guard: &'static str, reason: String) -> GuardRun {
    silent(guard, Outcome::CouldNotRun, Some(reason))
}

/// Levels, exceptions, base, approvals.
fn sink(scene: &Scene, found: Vec<Finding>, runs: &mut [GuardRun]) -> Result<policy::Judged, Failure> {
    let base_settings = scene.base_policy.exists().then(|| Settings::read(&scene.base_policy)).transpose()?;
    let asked: Vec<&str> = runs
        .iter()
        .filter(|run| matches!(run.outcome, Outcome::Clean | Outcome::Findings) && scene.ask.files.is_none())
        .map(|run| run.guard)
        .collect();
    let trouble = RefCell::new(Vec::new());
    let mut base_findings = || {
        let AtBase { found, failed } = at_base::find(scene);
        *trouble.borrow_mut() = failed;
        found
    };
    let judged = policy::judge(Judging {
        findings: found,
        base_findings: &mut base_findings,
        guards: &asked,
        unasked: &|rule| {
            let in_static = scene.ask.tier.is_static();
            rule.guard == "lints" && !scene.delegated.has_looked_for(rule, in_static)
        },
        compares_itself: &|rule| {
            house::GUARDS.iter().any(|guard: &Guard| guard.name == rule.guard && guard.compares_itself)
                && !rule.says_not_looked_at()
                && !contracts::judges_one_side(rule)
        },
        rules: &scene.rules,
        change: &scene.change,
        settings: &scene.settings,
        base_settings: base_settings.as_ref(),
        approvals: &scene.approvals,
        today: scene.ask.today,
    });
    for (guard, reason) in trouble.into_inner() {
        if let Some(run) = runs.iter_mut().find(|run| run.guard == guard) {
            run.outcome = Outcome::CouldNotRun;
            run.reason = Some(format!("at the base: {reason}"));
        }
    }
    Ok(judged)
}

/// A guard of which something new is left is not clean.
fn settle_outcomes(report: &mut Report) {
    let counts = |judged: &JudgedFinding| judged.status == Status::New && judged.finding.level > Level::Note;
    for run in report.guards.iter_mut().filter(|run| run.outcome == Outcome::Clean) {
        if report.findings.iter().any(|judged| judged.finding.rule.guard == run.guard && counts(judged)) {
            run.outcome = Outcome::Findings;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use findings::{Exit, Tier};
    use policy::Today;
    use source::{BaseRequest, Cache, Surroundings};

    use super::*;

    fn ask(root: &Path, only: &[&str]) -> Ask {
        Ask {
            root: root.to_owned(),
            base: BaseRequest::None,
            head: None,
            surroundings: Surroundings::default(),
            tier: Tier::Static,
            intent: None,
            only: only.iter().map(|&name| name.to_owned()).collect(),
            files: None,
            bootstrap: true,
            against: None,
            cache: Cache::off(),
            today: Today::at(0),
        }
    }

    #[test]
    fn a_guard_that_misses_what_it_plants_could_not_run_and_what_it_found_stands() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("gatefold.yaml"), "").expect("a file");
        std::fs::write(folder.path().join("lib.rs"), "pub fn later() {\n    todo!()\n}\n").expect("a file");
        let check = |only: &[&str], control: Control, exit: Exit, blind: &[&str]| {
            let report =
                judge_under(ask(folder.path(), only), control, Scene::open).expect("a report").report;
            let is_blind = |run: &&GuardRun| run.outcome == Outcome::CouldNotRun;
            let found: Vec<_> = report.guards.iter().filter(is_blind).map(|run| run.guard).collect();
            assert_eq!((report.exit(), found.as_slice()), (exit, blind));
            assert_eq!(report.blocking().count(), usize::from(only != ["contracts"]), "{only:?}");
        };
        let misses: Control = |guard| Ok(if guard == "lints" { vec!["unfinished-code"] } else { Vec::new() });
        check(&[], controls::of_the_house, Exit::Blocked, &[]);
        check(&[], misses, Exit::CouldNotRun, &["lints"]);
        check(&["lints"], |_| panic!("a fault"), Exit::CouldNotRun, &["lints"]);
        // Whom nobody asks, and who has nothing to look at, says so as before.
        check(&["contracts"], misses, Exit::Clean, &[]);
    }
}
