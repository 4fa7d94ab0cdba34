//! A consumer's file: which methods somebody calls, what they send and what they read.

use std::collections::BTreeMap;

use policy::{Document, PolicyError};
use serde::Deserialize;
use source::Tree;

/// A consumer's file as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsumerFile {
    /// The version of the format.
    contracts: u32,
    /// Who it is. Unique among all files.
    pub(crate) consumer: String,
    /// Whom to ask before something that it uses goes.
    pub(crate) owner: Option<String>,
    /// What it uses, by `package.Service/Method`.
    pub(crate) uses: BTreeMap<String, Calls>,
}

/// What a consumer uses of a method, as paths of proto field names: `items.track_id`. A path that ends at a message means
/// all of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Calls {
    /// Fields of the request.
    pub(crate) sends: Vec<String>,
    /// Fields of the response.
    pub(crate) reads: Vec<String>,
}

/// A consumer's file as one side has it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) path: String,
    pub(crate) file: ConsumerFile,
    pub(crate) document: Document,
}

/// Reads the files at the given paths; what comes later under a name that was there is wrong.
pub(crate) fn read_all(tree: &Tree, paths: &[&str]) -> Vec<Result<Read, PolicyError>> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    paths
        .iter()
        .map(|path| {
            let read = read(tree, path)?;
            let name = &read.file.consumer;
            if let Some(other) = names.insert(name.clone(), read.path.clone()) {
                let message = format!("`{name}` is the consumer of `{other}`");
                return Err(read.document.error_at("consumer", message));
            }
            Ok(read)
        })
        .collect()
}

fn read(tree: &Tree, path: &str) -> Result<Read, PolicyError> {
    let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()))?;
    let document = Document::of_file(path, &text)?;
    let file: ConsumerFile = document.whole()?;
    if file.contracts != 1 {
        return Err(document.error_at("contracts", "only version 1 of the format is known"));
    }
    for (key, name) in [("consumer", Some(&file.consumer)), ("owner", file.owner.as_ref())] {
        let is_plain = |name: &String| {
            !name.trim().is_empty() && !name.contains('`') && !name.chars().any(char::is_control)
        };
        if !name.is_none_or(is_plain) {
            return Err(document.error_at(key, "a name is one line of text without backticks"));
        }
    }
    if file.uses.is_empty() {
        return Err(document.error_at("uses", "a consumer that uses nothing is none"));
    }
    Ok(Read { path: path.to_owned(), file, document })
}

impl Read {
    /// Every path that the file names: its place in the file, the method, how the field is used, the path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (String, &str, super::How, &str)> {
        self.file.uses.iter().flat_map(|(method, calls)| {
            let lists =
                [("sends", super::How::Sends, &calls.sends), ("reads", super::How::Reads, &calls.reads)];
            lists.into_iter().flat_map(move |(key, how, paths)| {
                paths.iter().enumerate().map(move |(index, path)| {
                    (format!("{}.{key}[{index}]", at(method)), method.as_str(), how, path.as_str())
                })
            })
        })
    }
}

/// The place of a method in the file, as documents name places.
pub(crate) fn at(method: &str) -> String {
    format!("uses[\"{method}\"]")
}
