//! What CI checked at base and no longer checks, or checks less strictly.

use std::collections::BTreeMap;

use super::conditions::{is_harmless, plain};
use super::narrowed::narrowed;
use super::triggers::is_as_often;
use super::{Command, Job, Pipeline, Step};

/// Something that CI lost, by the file in which it was and in which its counterpart is.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    pub(crate) kind: Kind,
    /// What happened: a fragment that stands alone.
    pub(crate) what: String,
    /// Text at base, and text at head by which the place is found.
    pub(crate) base: String,
    pub(crate) head: Option<String>,
    /// What to do about it, where that is not to put back what was.
    pub(crate) help: Option<&'static str>,
    /// The file, by index, at base and where head has a counterpart.
    pub(crate) base_file: usize,
    pub(crate) head_file: Option<usize>,
}

/// Which rule it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A check is gone, softened or narrowed.
    Step,
    /// A setting that makes a check weaker without taking it away.
    Setting,
    /// An action that is no longer what was read.
    Action,
    /// More that a job may do, or that a stranger may make it do.
    Trust,
    /// Another machine.
    Runner,
    /// A job under another name.
    Name,
}

impl Lost {
    /// Something of one file that both sides have.
    pub(super) fn of_file(file: usize, kind: Kind, what: String, base: &str, head: &str) -> Lost {
        Lost {
            kind,
            what,
            base: base.to_owned(),
            head: Some(head.to_owned()),
            help: None,
            base_file: file,
            head_file: Some(file),
        }
    }
}

/// More checks than that are not compared one with another.
const MOST: usize = 1_500;

struct Check<'a> {
    file: usize,
    pipeline: &'a Pipeline,
    job: &'a Job,
    step: &'a Step,
    command: &'a Command,
    name: String,
    soft: Option<String>,
}

impl Check<'_> {
    /// How often it runs: once for each entry of the lists of the matrix that it names.
    fn times(&self) -> usize {
        let named = |key: &&String| self.command.raw.replace(' ', "").contains(&format!("matrix.{key}"));
        let lists =
            self.job.matrix.iter().filter(|(key, _)| named(key)).map(|(_, values)| values.len().max(1));
        lists.product()
    }

    /// Under what it runs; the job's own condition is compared with the job's.
    fn conditions(&self) -> Vec<String> {
        self.command.conditions.iter().chain(&self.step.condition).map(|condition| plain(condition)).collect()
    }

    /// Why another one counts for less than this one, though it checks the same.
    fn less(&self, other: &Check<'_>) -> Option<String> {
        if let Some(soft) = &other.soft {
            return Some(soft.clone());
        }
        if other.command.loose && !self.command.loose {
            return Some("does not end its script when it fails".to_owned());
        }
        if self.command.stops && !other.command.stops && self.file == other.file {
            return Some("stands in a script that goes on after a failure".to_owned());
        }
        let had = self.conditions();
        let new: Vec<String> = other
            .conditions()
            .into_iter()
            .filter(|condition| !had.contains(condition) && !is_harmless(condition, self.job))
            .collect();
        // A condition in the place of another one may well be no narrower.
        if !new.is_empty() && other.conditions().len() > had.len() {
            let shown = crate::evidence::short(new.first().map(String::as_str).unwrap_or_default());
            return Some(format!("runs only where `{}`", shown.replace('`', "'")));
        }
        if self.file != other.file && !self.is_started_as_often(other) {
            return Some("went to where no change starts it".to_owned());
        }
        None
    }

    /// Whether what starts this check starts the other one, which is in another file.
    fn is_started_as_often(&self, other: &Check<'_>) -> bool {
        let starts = |pipeline: &Pipeline, event: &str| pipeline.triggers.contains_key(event);
        let (base, head) = (self.pipeline, other.pipeline);
        if !head.reached {
            return false;
        }
        let called = head.triggers.is_empty() || starts(head, "workflow_call");
        let changes = ["pull_request", "pull_request_target"];
        let on_change = |event: &&str| {
            starts(head, event) && base.triggers.get(*event).is_none_or(|was| is_as_often(event, was, head))
        };
        let on_changes = changes.iter().any(|event| starts(base, event));
        let on_push = |pipeline: &Pipeline| starts(pipeline, "push") || starts(pipeline, "merge_group");
        called || changes.iter().any(on_change) || !on_changes && (on_push(head) || !on_push(base))
    }
}

fn checks(pipelines: &[Pipeline]) -> Vec<Check<'_>> {
    let mut all = Vec::new();
    for (file, pipeline) in pipelines.iter().enumerate() {
        for (job, step, command) in pipeline.commands() {
            let Some(name) = command.checks() else { continue };
            let soft = match () {
                () if job.never || step.never => Some("never runs".to_owned()),
                () if job.soft || step.soft => Some("may fail".to_owned()),
                () => {
                    step.shell.as_ref().map(|shell| format!("is run by `{}`", crate::evidence::short(shell)))
                }
            };
            let soft = soft.or_else(|| command.soft.clone());
            all.push(Check { file, pipeline, job, step, command, name, soft });
        }
    }
    all
}

/// The commands that checked something at base and have no counterpart, or a softer or narrower one. Both lists hold
/// the files of the change, so that a job that moved is found where it went.
pub(super) fn compare(base: &[Pipeline], head: &[Pipeline]) -> Vec<Lost> {
    let (before, after) = (checks(base), checks(head));
    if before.len().max(after.len()) > MOST {
        let what =
            format!("CI has more than {MOST} checks in the files of this change, too many to be compared");
        return vec![Lost::of_file(0, Kind::Step, what, "", "")];
    }
    let mut taken: Vec<usize> = vec![0; after.len()];
    let mut partner = |check: &Check<'_>, fits: &dyn Fn(&Check<'_>) -> bool| {
        let apart = |other: &Check<'_>| {
            let job = other.job.name == check.job.name && other.file == check.file;
            (!job, other.step.folder != check.step.folder, check.less(other).is_some())
        };
        let free = |index: &usize| taken[*index] < after[*index].times() && fits(&after[*index]);
        let found = (0..after.len()).filter(free).min_by_key(|index| apart(&after[*index]))?;
        taken[found] += check.times();
        Some(found)
    };
    let hard = before.iter().filter(|check| check.soft.is_none());
    let left: Vec<&Check<'_>> = hard
        .filter(|check| {
            let equal =
                |other: &Check<'_>| other.command.words == check.command.words && check.less(other).is_none();
            partner(check, &equal).is_none()
        })
        .collect();
    let still: Vec<&Check<'_>> = left
        .into_iter()
        .filter(|check| {
            let as_much = |other: &Check<'_>| {
                other.name == check.name
                    && check.less(other).is_none()
                    && narrowed(check.command, other.command).is_none()
            };
            partner(check, &as_much).is_none()
        })
        .filter(|check| !after.iter().any(|other| covers(check, other)))
        .collect();
    let (mut lost, mut gone) = (Vec::new(), BTreeMap::<(usize, &str), Vec<&Check<'_>>>::new());
    for check in still {
        let same = |other: &Check<'_>| other.name == check.name;
        let Some(index) = partner(check, &same) else {
            gone.entry((check.file, &check.job.name)).or_default().push(check);
            continue;
        };
        lost.extend(weaker(check, &after[index]));
    }
    lost.extend(gone.into_iter().map(|((file, job), checks)| gone_from(file, job, &checks, head)));
    lost.extend(documentation(&before, &after));
    lost
}

/// Tests in the documentation, which `cargo test` runs and nextest does not.
fn documentation(before: &[Check<'_>], after: &[Check<'_>]) -> Option<Lost> {
    let runs = |check: &&Check<'_>| {
        let has = |flag: &str| check.command.words.iter().any(|word| word == flag);
        let some = ["--lib", "--bins", "--tests", "--all-targets", "--benches", "--examples", "--no-run"]
            .iter()
            .any(|flag| has(flag));
        check.name == "tests" && check.soft.is_none() && (has("test") || has("t")) && !has("nextest") && !some
    };
    let nextest =
        |check: &&Check<'_>| check.command.words.iter().any(|word| word == "nextest") && check.soft.is_none();
    let was = before.iter().find(runs)?;
    let now = after.iter().find(nextest).filter(|_| !after.iter().any(|check| runs(&check)))?;
    Some(Lost {
        kind: Kind::Setting,
        what: "tests in the documentation no longer run: nextest leaves them out, and `cargo test --doc` runs them".to_owned(),
        base: was.command.raw.clone(),
        head: Some(now.command.raw.clone()),
        help: None,
        base_file: was.file,
        head_file: Some(now.file),
    })
}

/// Whether a command that stands in head anyway makes this one superfluous: the same one, or a wider one.
fn covers(check: &Check<'_>, other: &Check<'_>) -> bool {
    let all_packages = check.command.names_packages() && !other.command.names_packages();
    let wider = all_packages
        && other.command.toolchain() == check.command.toolchain()
        && narrowed(check.command, other.command).is_none();
    let built = check.name == "build" && ["tests", "cargo clippy"].contains(&other.name.as_str());
    let same = other.name == check.name && (wider || other.command.words == check.command.words);
    check.less(other).is_none() && (built || same)
}

fn weaker(check: &Check<'_>, other: &Check<'_>) -> Option<Lost> {
    let (kind, what) = match (check.less(other), narrowed(check.command, other.command)) {
        (Some(less), None) => (Kind::Step, format!("`{}` {less}", shown(check.command))),
        (Some(less), Some(how)) => (Kind::Step, format!("`{}` {less}, and runs {how}", shown(check.command))),
        (None, Some(how)) if how == "without `--locked`" => {
            (Kind::Setting, format!("`{}` runs {how}", shown(check.command)))
        }
        (None, Some(how)) => (Kind::Step, format!("`{}` runs {how}", shown(check.command))),
        (None, None) => return None,
    };
    Some(Lost {
        kind,
        what,
        base: check.command.raw.clone(),
        head: Some(other.command.raw.clone()),
        help: None,
        base_file: check.file,
        head_file: Some(other.file),
    })
}

fn gone_from(file: usize, job: &str, checks: &[&Check<'_>], head: &[Pipeline]) -> Lost {
    let names: Vec<String> = checks.iter().map(|check| format!("`{}`", shown(check.command))).collect();
    let there = head.get(file).is_some_and(|pipeline| pipeline.jobs.iter().any(|other| other.name == job));
    let verb = if names.len() == 1 { "is" } else { "are" };
    let base = checks.iter().map(|check| check.command.raw.as_str()).collect::<Vec<_>>().join("\n");
    Lost {
        kind: Kind::Step,
        what: format!("{} {verb} gone from job `{}`", names.join(", "), crate::evidence::short(job)),
        base,
        head: there.then(|| format!("{job}:")),
        help: None,
        base_file: file,
        head_file: there.then_some(file),
    }
}

fn shown(command: &Command) -> String {
    crate::evidence::short(&command.raw)
}
