//! Experiments that head has where nothing reads them.

use std::collections::{BTreeMap, BTreeSet};

use findings::Finding;
use source::{Change, ChangeKind};

use super::file::{Experiment, ExperimentFile};
use super::{at, each};
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;
use crate::rules::watched_by_nobody::WATCHED_BY_NOBODY;
use crate::{Error, Experiments, globs};

/// What speaks of experiments and holds none: code and prose.
const NO_CONFIGURATION: [&str; 10] =
    [".rs", ".md", ".txt", ".rst", ".adoc", ".html", ".py", ".sql", ".ipynb", ".proto"];

/// Experiments that run at the base or will, and that head has in a file that changed and that the policy's globs do not
/// read, whatever it is written in. One that is nowhere any more is ended, which is free.
///
/// # Errors
/// A glob makes no sense.
pub(super) fn unread(
    change: &Change,
    policy: &Experiments,
    before: &[ExperimentFile],
    after: &[ExperimentFile],
    today: Option<&str>,
) -> Result<Vec<Finding>, Error> {
    let names: BTreeSet<&str> = each(after).map(|(_, experiment)| experiment.name.as_str()).collect();
    let gone: BTreeMap<&str, &Experiment> = each(before)
        .filter(|(_, old)| old.is_on(today) && !names.contains(old.name.as_str()))
        .map(|(_, old)| (old.name.as_str(), old))
        .collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let globs = globs::set(&policy.files)?;
    let mut findings = Vec::new();
    for file in change.files.iter().filter(|file| file.kind != ChangeKind::Removed) {
        let path = file.path.as_str();
        if globs.is_match(path) || NO_CONFIGURATION.iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        let Ok(text) = change.head.text(path) else { continue };
        // What it said before the change, it may go on saying.
        let was = change.base.as_ref().and_then(|base| base.text(change.base_path(path)).ok());
        let was = was.filter(|_| !before.iter().any(|file| file.path == change.base_path(path)));
        let read =
            |text: &str| ExperimentFile::read(path, text).ok().filter(|file| !file.experiments.is_empty());
        if let Some(now) = read(&text) {
            let was = was.as_deref().and_then(read);
            let had = |name: &str| was.iter().flat_map(|was| &was.experiments).any(|was| was.name == name);
            for experiment in now.experiments.iter().filter(|it| it.is_on(today) && !had(&it.name)) {
                let old = gone.get(experiment.name.as_str());
                findings.extend(old.map(|old| {
                    let said = format!("{path}\n{}", experiment.assignment());
                    finding(path, experiment.at, old, today, said)
                }));
            }
        } else {
            let is_here =
                |old: &&&Experiment| holds(&text, old) && !was.as_deref().is_some_and(|was| holds(was, old));
            let here = gone.values().filter(is_here);
            findings.extend(here.map(|old| finding(path, None, old, today, format!("{path}\n{text}"))));
        }
    }
    Ok(findings)
}

/// Whether a text that is in no format of ours has an experiment: its name, a salt and all of its arms.
fn holds(text: &str, experiment: &Experiment) -> bool {
    let words = text.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '-'));
    let mut wanted: BTreeSet<&str> = experiment.arms.iter().map(|arm| arm.name.as_str()).collect();
    wanted.extend([experiment.name.as_str(), "salt"]);
    words.for_each(|word| {
        wanted.remove(word);
    });
    wanted.is_empty()
}

fn finding(
    path: &str,
    place: Option<(u32, u32)>,
    old: &Experiment,
    today: Option<&str>,
    said: String,
) -> Finding {
    let name = &old.name;
    let (rule, when) = match old.is_running(today) {
        true => (&EXPERIMENT_RERANDOMISED, "runs"),
        false => (&WATCHED_BY_NOBODY, "begins later"),
    };
    Finding::new(
        rule,
        at(path, place),
        format!("`{name}` {when}, and nobody sees what becomes of its units in this file"),
    )
    .help("keep it in a file that `contracts.experiments.files` names, or add its new place there")
    .fact(name)
    .judged(old.assignment(), said)
}
