//! Files that say what ranks and who is shown which ranking: models with what was learned beside them, and experiments.

use std::collections::BTreeSet;

use contracts::{Experiments, Model, Policy};
use globset::{Glob, GlobSetBuilder};

use super::answer::{Line, Mark};
use super::wording::{first_of, things};
use crate::gate::Judgement;

/// Ends of files that are models whatever the policy says.
const ARTEFACTS: [&str; 2] = [".onnx", ".features.lock"];

/// One line for models and one for experiments, where any of their files differ.
pub(crate) fn lines(judgement: &Judgement) -> Vec<Line> {
    let Ok(policy) = judgement.scene.effective.section::<Policy>("contracts") else { return Vec::new() };
    let paths: Vec<&String> = judgement.scene.change.files.iter().map(|file| &file.path).collect();
    let named: BTreeSet<&str> = policy.models.values().flat_map(of_model).collect();
    let is_model = |path: &str| named.contains(path) || ARTEFACTS.iter().any(|end| path.ends_with(end));
    let models = paths.iter().filter(|path| is_model(path));
    let experiments = globs(&policy.experiments);
    let experiments = paths.iter().filter(|path| experiments.is_match(path.as_str()));
    let told = [
        told("models", models.map(|path| (*path).clone()).collect()),
        told("experiments", experiments.map(|path| (*path).clone()).collect()),
    ];
    told.into_iter().flatten().collect()
}

fn told(what: &str, files: Vec<String>) -> Option<Line> {
    let count = things(files.len(), "file");
    (!files.is_empty())
        .then(|| Line::new(Mark::Tells, format!("{count} of {what} changed: {}", first_of(&files))))
}

fn of_model(model: &Model) -> impl Iterator<Item = &str> {
    let files = [&model.artefact, &model.signature, &model.lock].into_iter().flatten();
    files.chain(model.replay.iter().map(|replay| &replay.file)).map(String::as_str)
}

/// Globs that cannot be read match nothing here: the guard says so.
fn globs(experiments: &Experiments) -> globset::GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in experiments.files.iter().filter_map(|glob| Glob::new(glob).ok()) {
        builder.add(glob);
    }
    builder.build().unwrap_or_default()
}
