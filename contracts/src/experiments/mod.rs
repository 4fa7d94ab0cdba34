//! Experiments: that units are dealt fairly, that each can be ended, and that what it is judged by exists.

mod dealing;
mod file;
mod metrics;
mod ranges;
mod rerandomised;
mod served;
mod unread;

use findings::{Checked, Finding, Location};
use policy::PolicyError;
use source::{Code, Tree};

use crate::operations::distance;
use crate::rules::experiment_past_its_end::EXPERIMENT_PAST_ITS_END;
use crate::rules::experiment_without_end::EXPERIMENT_WITHOUT_END;
use crate::rules::experiment_without_exposure::EXPERIMENT_WITHOUT_EXPOSURE;
use crate::rules::experiment_without_guardrail::EXPERIMENT_WITHOUT_GUARDRAIL;
use crate::rules::experiment_without_kill_switch::EXPERIMENT_WITHOUT_KILL_SWITCH;
use crate::rules::unreadable_experiments::UNREADABLE_EXPERIMENTS;
use crate::{Error, Experiments, globs};
use file::{Experiment, ExperimentFile, OFF, ON};

/// The group of its rules.
pub(crate) const GROUP: &str = "experiments";

pub(crate) use rerandomised::rerandomised;

/// Judges the experiments of one side. `today` is a day as in `2026-11-20`.
///
/// # Errors
/// A glob makes no sense, or a file of metrics cannot be read.
pub(crate) fn check_side<'c>(
    tree: &Tree,
    code: &dyn Fn() -> &'c Code,
    policy: &Experiments,
    today: Option<&str>,
) -> Result<Checked, Error> {
    let (files, findings) = read(tree, policy)?;
    let mut checked = Checked { findings, ..Checked::default() };
    if files.is_empty() {
        return Ok(checked);
    }
    let count = files.iter().map(|file| file.experiments.len() as u64).sum();
    checked.counts.insert("experiments", count);
    for (file, experiment) in each(&files) {
        checked.findings.extend(experiment.unknown_state().map(|state| unknown(file, experiment, state)));
        checked.findings.extend(lasting(file, experiment, today));
        checked.findings.extend(ranges::out_of_range(file, experiment, policy.buckets));
    }
    checked.findings.extend(ranges::overlaps(&files, policy.buckets, today));
    checked.findings.extend(ranges::shared_salts(&files));
    checked.findings.extend(metrics::unknown(tree, &files, policy)?);
    if !policy.buckets_in.is_empty() {
        checked.findings.extend(dealing::unnamed(code(), policy));
    }
    let (findings, beyond) = unlogged(&files, code, policy);
    checked.findings.extend(findings);
    if beyond > 0 {
        checked.counts.insert("files of experiments whose exposures were not looked at", beyond);
    }
    Ok(checked)
}

/// All files of experiments that can be read, and a finding for each that cannot.
fn read(tree: &Tree, policy: &Experiments) -> Result<(Vec<ExperimentFile>, Vec<Finding>), Error> {
    let globs = globs::set(&policy.files)?;
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    for path in tree.paths().filter(|path| globs.is_match(path)) {
        let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()));
        match text.and_then(|text| ExperimentFile::read(path, &text)) {
            Ok(file) => files.push(file),
            Err(error) => {
                let fault = error.message.split_whitespace().collect::<Vec<_>>().join(" ");
                let place = at(path, error.line.zip(error.column));
                findings.push(
                    Finding::new(
                        &UNREADABLE_EXPERIMENTS,
                        place,
                        format!("the experiments cannot be read: {fault}"),
                    )
                    .help("repair the file")
                    .fact(&fault),
                );
            }
        }
    }
    Ok((files, findings))
}

fn each(files: &[ExperimentFile]) -> impl Iterator<Item = (&ExperimentFile, &Experiment)> {
    files.iter().flat_map(|file| file.experiments.iter().map(move |experiment| (file, experiment)))
}

fn at(path: &str, place: Option<(u32, u32)>) -> Location {
    place.map_or(Location::file(path), |(line, column)| Location::point(path, line, column))
}

/// That nobody knows whether an experiment deals units.
fn unknown(file: &ExperimentFile, experiment: &Experiment, state: &str) -> Finding {
    let (name, state) =
        (&experiment.name, state.replace(|letter: char| letter == '`' || letter.is_control(), " "));
    // Of a short word nobody knows what was meant.
    let limit = (state.chars().count() / 3).min(2);
    let near = ON.iter().chain(&OFF).find(|word| distance(word, &state.to_lowercase(), limit) <= limit);
    let help = match near {
        Some(near) => format!("write `{near}`"),
        None => "write `running` or `stopped`".to_owned(),
    };
    let message = format!(
        "`{name}` has the state `{state}`, which says neither that units are assigned nor that none are"
    );
    Finding::new(&UNREADABLE_EXPERIMENTS, at(&file.path, experiment.state_at.or(experiment.at)), message)
        .help(help)
        .note(format!("units are assigned in the states `{}`", ON.join("`, `")))
        .note(format!("none are in the states `{}`", OFF.join("`, `")))
        .fact(name)
        .fact(state)
}

/// What an experiment lacks that would end it, at its time or in the night.
fn lasting(file: &ExperimentFile, experiment: &Experiment, today: Option<&str>) -> Vec<Finding> {
    let name = &experiment.name;
    let mut findings = Vec::new();
    let mut find = |rule, message: String, help: &str| {
        findings.push(Finding::new(rule, at(&file.path, experiment.at), message).help(help).fact(name));
    };
    match experiment.ends.as_deref().zip(today) {
        None if experiment.ends.is_none() => find(
            &EXPERIMENT_WITHOUT_END,
            format!("experiment `{name}` does not say when it ends"),
            "write `ends:` with the day from which on all are served alike",
        ),
        Some((ends, today)) if !experiment.is_on(Some(today)) && experiment.is_on(None) => find(
            &EXPERIMENT_PAST_ITS_END,
            format!("experiment `{name}` ended on {}, and is still here", ends.get(..10).unwrap_or(ends)),
            "take it out, with the code of the arm that lost",
        ),
        _ => {}
    }
    if experiment.state.is_none() {
        find(
            &EXPERIMENT_WITHOUT_KILL_SWITCH,
            format!("experiment `{name}` has no `state` by which it can be stopped"),
            "write `state: running`, which one word turns into `state: stopped`",
        );
    }
    if !experiment.is_guarded {
        find(
            &EXPERIMENT_WITHOUT_GUARDRAIL,
            format!("experiment `{name}` has no guardrail metric"),
            "write under `guardrails:` what must not become worse",
        );
    }
    findings
}

/// Files whose package does not log exposures, and how many lie in no package of the workspace: what serves those is
/// written in another language.
fn unlogged<'c>(
    files: &[ExperimentFile],
    code: &dyn Fn() -> &'c Code,
    policy: &Experiments,
) -> (Vec<Finding>, u64) {
    let Some(exposure) = &policy.exposure else { return (Vec::new(), 0) };
    let code = code();
    let logs: Vec<String> =
        exposure.iter().map(|path| code.names().canonical(path).unwrap_or_else(|| path.clone())).collect();
    let is_log = |canonical: &str| {
        let within = |log: &String| {
            canonical.strip_prefix(log.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        logs.iter().any(within)
    };
    let mut beyond = 0;
    let finding = |file: &ExperimentFile| {
        let experiment = file.experiments.first()?;
        let crates = code.workspace.crates.iter().enumerate();
        let within = crates.filter(|(_, krate)| {
            file.path
                .strip_prefix(&krate.dir)
                .is_some_and(|rest| krate.dir.is_empty() || rest.starts_with('/'))
        });
        let Some((index, krate)) = within.max_by_key(|(_, krate)| krate.dir.len()) else {
            beyond += 1;
            return None;
        };
        let mut references = code.names().references().iter();
        if references
            .any(|reference| reference.krate == index && !reference.in_test && is_log(&reference.canonical))
        {
            return None;
        }
        let message = format!(
            "`{}` serves experiments, as `{}`, and nothing in it names `{}`",
            krate.name,
            experiment.name,
            exposure.join("` or `")
        );
        Some(
            Finding::new(&EXPERIMENT_WITHOUT_EXPOSURE, at(&file.path, experiment.at), message)
                .help("log who was served under which arm, or take the experiments out")
                .fact(&krate.name),
        )
    };
    let findings = files.iter().filter_map(finding).collect();
    (findings, beyond)
}
