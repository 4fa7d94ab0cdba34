//! Every YAML file of Gatefold is read here: with limits, with duplicate keys refused, with the place of each value.

mod locate;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod typed;

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::PolicyError;

pub(crate) use locate::Source;
pub(crate) use node::{Entry, Mark, Node, Value};
pub(crate) use read::read;
pub use read::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, no_yaml};

/// Reads a YAML file with its type. Refuses what is too large, too deep or repeated too often, duplicate keys,
/// merge keys and tags. Enums are written as in JSON: a word, or a map with the variant as its one key.
pub fn yaml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, PolicyError> {
    let source = Arc::new(Source::new(file, text));
    let node = read(&source)?;
    node.typed().map_err(|fault| {
        let place = fault.mark.and_then(|mark| source.locate(mark));
        PolicyError::new(file, format!("failed to read the file: {}", fault.message)).at(place)
    })
}
