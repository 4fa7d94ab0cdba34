//! The manifest of a corpus: which requests hold a hazard that only the service's own tests can check.

use std::collections::{BTreeMap, BTreeSet};

use source::{ReadError, Tree};

/// A JSON object of lists: the ids of the requests by hazard.
#[derive(Debug, PartialEq)]
pub(crate) struct Manifest(Result<BTreeMap<String, BTreeSet<String>>, String>);

impl Default for Manifest {
    fn default() -> Self {
        Manifest(Ok(BTreeMap::new()))
    }
}

impl Manifest {
    /// Reads it. What is wrong with it is said of every hazard that needs it.
    pub(crate) fn read(tree: &Tree, path: &str) -> Manifest {
        let text = tree.text(path).map_err(|error| match error {
            ReadError::Missing(_) => format!("there is no `{path}`"),
            error => error.to_string(),
        });
        Manifest(text.and_then(|text| {
            serde_json::from_str(&text)
                .map_err(|error| format!("`{path}` is no lists by hazard: line {}", error.line()))
        }))
    }

    pub(super) fn of(&self, hazard: &str) -> Result<&BTreeSet<String>, String> {
        let hazards = self.0.as_ref().map_err(Clone::clone)?;
        hazards.get(hazard).ok_or_else(|| format!("the manifest has no `{hazard}`"))
    }
}
