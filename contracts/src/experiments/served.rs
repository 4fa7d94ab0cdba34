//! Arms of a running experiment that do something else than before, under the same name.

use findings::{Finding, Level};
use source::Change;

use super::at;
use super::file::{Experiment, ExperimentFile};
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;

/// An arm that does what another did before, or, as a warning, something that none did.
pub(super) fn otherwise(
    change: &Change,
    file: &ExperimentFile,
    new: &Experiment,
    old: &Experiment,
) -> Option<Finding> {
    let differs = |arm: &str| {
        let (was, is) = (old.parameters_of(arm), new.parameters_of(arm));
        was.is_some() && is.is_some() && was != is
    };
    let others: Vec<&str> = old.arms.iter().map(|arm| arm.name.as_str()).filter(|arm| differs(arm)).collect();
    let taken = |arm: &str| {
        let is = new.parameters_of(arm);
        others.iter().find(|other| **other != arm && old.parameters_of(other) == is).copied()
    };
    let changed = || new.arms.iter().filter(|arm| differs(&arm.name));
    let swapped = changed().find_map(|arm| Some((arm, taken(&arm.name)?)));
    let arm = swapped.map(|(arm, _)| arm).or_else(|| changed().next())?;
    let does = match swapped {
        Some((_, other)) => format!("what arm `{other}` did"),
        None => "something else than before".to_owned(),
    };
    let message = format!("`{}` runs, and arm `{}` now does {does}", new.name, arm.name);
    let said = |parameters: Option<Option<&serde_json::Value>>| {
        parameters.flatten().map_or_else(|| "none".to_owned(), ToString::to_string)
    };
    let all = |of: &Experiment| {
        let of = of.arms.iter().map(|arm| format!("{} {}", arm.name, said(of.parameters_of(&arm.name))));
        of.collect::<Vec<_>>().join("\n")
    };
    let was = said(old.parameters_of(&arm.name)).replace('`', "'");
    let mut finding = Finding::new(&EXPERIMENT_RERANDOMISED, at(&file.path, arm.at), message)
        .help("put it back, or stop this experiment and begin another, with a name and a salt of its own")
        .note_at_base(at(change.base_path(&file.path), old.at), format!("its parameters were {was}"))
        .fact(&new.name)
        .judged(all(old), all(new));
    if swapped.is_none() {
        finding.level = finding.level.min(Level::Warning);
    }
    Some(finding)
}
