//! Requests that failed once: saved beside the scenario file, and asked before any others.

use policy::{Document, PolicyError};
use prost_reflect::DescriptorPool;
use serde::Deserialize;
use serde_json::Value as Json;
use source::{Change, Tree};

use super::Property;
use crate::Error;
use crate::promise::Terms;

/// What a new file begins with.
const HEAD: &str = "\
# Requests that failed once, asked before any others. `cargo xtask contracts search --save` adds to them.
regressions: 1
requests:
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The version of the format.
    regressions: u32,
    requests: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The property that asks it.
    property: String,
    /// The law that did not hold, for whoever reads it. All are held against the answer.
    #[serde(rename = "law")]
    _law: String,
    request: Json,
}

/// A request that failed once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Saved {
    pub(super) request: Json,
    /// The file that it stands in.
    pub(super) path: String,
}

/// The requests of a property, those of the base and those of head, each once. A file of the base that cannot be read is
/// left out.
///
/// # Errors
/// Where head's file cannot be read.
pub(super) fn saved(change: &Change, scenario: &str, property: &str) -> Result<Vec<Saved>, Error> {
    let path = path_of(scenario);
    let base = change.base.as_ref().and_then(|base| read(base, &path).transpose()?.ok());
    let head = read(&change.head, &path)?;
    let entries = [base, head].into_iter().flatten().flat_map(|(file, _)| file.requests);
    let mut saved: Vec<Saved> = Vec::new();
    for entry in entries.filter(|entry| entry.property == property) {
        let entry = Saved { request: entry.request, path: path.clone() };
        if !saved.contains(&entry) {
            saved.push(entry);
        }
    }
    Ok(saved)
}

/// Refuses the first thing in which head's saved requests do not fit the scenario file or the protos.
pub(crate) fn check(
    tree: &Tree,
    scenario: &str,
    properties: &[&Property],
    terms: &Terms,
    pool: &DescriptorPool,
) -> Result<(), PolicyError> {
    let Some((file, document)) = read(tree, &path_of(scenario))? else { return Ok(()) };
    for (index, entry) in file.requests.iter().enumerate() {
        let at = |key: &str| format!("requests[{index}].{key}");
        let Some(property) = properties.iter().find(|property| property.name == entry.property) else {
            let fault = format!("`{scenario}` has no property `{}`", entry.property);
            return Err(document.error_at(&at("property"), fault));
        };
        let request = service::method(pool, &terms.method(&property.rpc))
            .and_then(|method| service::request(&method, entry.request.clone()));
        request.map_err(|error| document.error_at(&at("request"), error))?;
    }
    Ok(())
}

/// The file with one more request, as a whole.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn with(text: Option<&str>, property: &str, law: &str, request: &Json) -> String {
    let entry = format!("  - property: {}\n    law: {law}\n    request: {request}\n", Json::from(property));
    let text = text.unwrap_or(HEAD);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{end}{entry}")
}

/// Where the requests of a scenario file are saved: in a folder beside it, under its name.
pub(super) fn path_of(scenario: &str) -> String {
    let (folder, name) = scenario.rsplit_once('/').map_or(("", scenario), |(folder, name)| (folder, name));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}regressions/{name}")
}

fn read(tree: &Tree, path: &str) -> Result<Option<(File, Document)>, PolicyError> {
    if !tree.contains(path) {
        return Ok(None);
    }
    let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()))?;
    let document = Document::of_file(path, &text)?;
    let file: File = document.whole()?;
    if file.regressions != 1 {
        return Err(document.error_at("regressions", "only version 1 of the format is known"));
    }
    Ok(Some((file, document)))
}
