//! What is refused in the section `golden` for what it means.

use std::collections::{BTreeMap, BTreeSet};

use ::policy::{Document, PolicyError};
use serde::Deserialize;

use super::{Corpus, Policy, SECTION, globs};
use crate::coverage::NAMES;
use crate::reading::expressions;
use expression::Expression;

pub(super) fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    let services: BTreeMap<String, Started> = document.section("services")?;
    if policy.store.as_deref().is_some_and(|path| !is_below_root(path)) {
        let message = "a store in the policy lies below the root; whoever runs Gatefold names others with GATEFOLD_STORE";
        return Err(document.error_at("golden.store", message));
    }
    check_claims(document, &policy)?;
    let mut files = BTreeSet::new();
    for corpus in &policy.corpora {
        let fault = |key: &str, message: &str| {
            Err(document.error_at(&format!("golden.corpora[\"{}\"].{key}", corpus.name), message))
        };
        if [&corpus.name, &corpus.service].into_iter().any(|name| !is_name(name)) {
            return fault("service", "a name has letters, digits, `-`, `_` and `.`");
        }
        if !corpus.rpc.split_once('/').is_some_and(|(service, method)| {
            !service.is_empty() && !method.is_empty() && !method.contains('/')
        }) {
            return fault("rpc", "an RPC is written `package.Service/Method`");
        }
        told(corpus, &services).or_else(|(key, message)| fault(key, &message))?;
        let rankings = corpus.recordings().into_iter().map(|path| ("rankings", path));
        for (key, path) in std::iter::once(("requests", corpus.requests())).chain(rankings) {
            if !is_below_root(&path) {
                return fault(key, "a path leads downwards from the root, with `/` between its parts");
            }
            if !files.insert(path) {
                return fault(key, "another corpus already uses this file");
            }
        }
        let paths = [
            ("items", &corpus.items),
            ("id", &corpus.id),
            ("score", &corpus.score),
            ("stage", &corpus.stage),
            ("value", &corpus.value),
        ];
        let paths = paths.map(|(key, path)| (key, Some(path)));
        let optional = [
            ("parts", &corpus.parts),
            ("model", &corpus.model),
            ("degraded", &corpus.degraded),
            ("limit", &corpus.limit),
        ];
        for (key, path) in paths.into_iter().chain(optional.map(|(key, path)| (key, path.as_ref()))) {
            let expressed = expressions(corpus).find(|(other, ..)| *other == key);
            let expression = expressed.and_then(|(_, text, variable)| Expression::marked(text, &[variable]));
            match expression {
                Some(Err(wrong)) => return fault(key, &wrong.to_string()),
                None if path.is_some_and(|path| !is_field_path(path)) => {
                    return fault(key, "a field path is names with `.` between them");
                }
                Some(Ok(_)) | None => {}
            }
        }
        if corpus.judgments.as_deref().is_some_and(|path| !is_below_root(path)) {
            return fault("judgments", "a path leads downwards from the root, with `/` between its parts");
        }
        for (key, share) in [
            ("noise", corpus.noise),
            ("tolerance.absolute", corpus.tolerance.absolute),
            ("tolerance.relative", corpus.tolerance.relative),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return fault(key, "it is a share from 0 to 1");
            }
        }
        if let Some((name, message)) = hazard_fault(corpus) {
            return Err(document
                .error_at(&format!("golden.corpora[\"{}\"].hazards[\"{name}\"]", corpus.name), message));
        }
        if !is_below_root(&corpus.manifest()) {
            return fault("manifest", "a path leads downwards from the root, with `/` between its parts");
        }
        if corpus.candidates.as_ref().is_some_and(|path| path.split('.').any(str::is_empty)) {
            return fault("candidates", "a field path is names with `.` between them");
        }
        if corpus.deadline_ms == 0 {
            return fault("deadline_ms", "a deadline is at least a millisecond");
        }
        if !corpus.wording.is_fit() {
            return fault(
                "wording",
                "words have 1 to 60 characters, without control characters and backticks",
            );
        }
    }
    Ok(())
}

/// Whether the command that starts the service asks for the clock and the seed that the corpus names, and for no others.
/// An error is the key that is wrong, and why.
fn told(corpus: &Corpus, services: &BTreeMap<String, Started>) -> Result<(), (&'static str, String)> {
    let Some(Started { run }) = services.get(&corpus.service) else { return Ok(()) };
    for (key, is_named) in [("clock", corpus.clock.is_some()), ("seed", corpus.seed.is_some())] {
        let mark = format!("{{{key}}}");
        let command = format!("the command that starts `{}`", corpus.service);
        match (run.iter().any(|word| word.contains(&mark)), is_named) {
            (false, true) => {
                return Err((key, format!("{command} asks for no `{mark}`, so it would not be told")));
            }
            (true, false) => {
                return Err(("rpc", format!("{command} asks for `{mark}`, so the corpus names a `{key}`")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What of a service says whether it is told the time.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Started {
    run: Vec<String>,
}

fn check_claims(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    let fault = |key: &str, message: &str| Err(document.error_at(&format!("golden.{key}"), message));
    if !(policy.confidence > 0.0 && policy.confidence < 1.0) {
        return fault("confidence", "a confidence lies between 0 and 1");
    }
    let limits = &policy.model;
    let shares = [
        ("model.rbo", limits.rbo),
        ("model.top", limits.top),
        ("model.drop", limits.drop),
        ("model.drop_segment", limits.drop_segment),
    ];
    for (key, share) in shares {
        if !(0.0..=1.0).contains(&share) {
            return fault(key, "a limit is a number from 0 to 1");
        }
    }
    if !(policy.model.bytes >= 1.0 && policy.model.bytes.is_finite()) {
        return fault("model.bytes", "a model may at least be as large as the base's: a number from 1");
    }
    match globs(&policy.models) {
        Ok(_) => Ok(()),
        Err(why) => fault("models", &why),
    }
}

/// The first hazard of a corpus that means nothing, and why.
fn hazard_fault(corpus: &Corpus) -> Option<(&str, String)> {
    corpus.hazards.iter().find_map(|(name, hazard)| {
        let ways = [
            hazard.is.is_some(),
            hazard.when.is_some(),
            hazard.listed.is_some(),
            hazard.not_applicable.is_some(),
        ];
        let given = |key: &&str| match *key {
            "limit" => corpus.limit.is_some(),
            _ => corpus.candidates.is_some(),
        };
        let fault = if ways.into_iter().filter(|way| *way).count() != 1 {
            "a hazard has exactly one of `is`, `when`, `listed` and `not_applicable`".to_owned()
        } else if hazard.minimum == 0 {
            "a minimum is at least 1; where no request can hold it, say `not_applicable`".to_owned()
        } else if hazard.not_applicable.as_ref().is_some_and(|reason| reason.split_whitespace().count() < 3) {
            "`not_applicable` needs a reason in a few words".to_owned()
        } else if let Some(missing) = hazard.is.and_then(|kind| kind.needs().iter().find(|key| !given(key))) {
            format!("it is computed from the corpus's `{missing}`, which is not set")
        } else {
            let compiled = hazard.when.as_ref().map(|when| Expression::compile(when, NAMES));
            compiled?.err()?.to_string()
        };
        Some((name.as_str(), fault))
    })
}

fn is_field_path(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter == ':')
    };
    path.split('.').all(is_name)
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && name.chars().all(fits) && !name.starts_with('.')
}

fn is_below_root(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
