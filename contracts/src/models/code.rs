//! The features as the code has them: a list, the fields of a struct, the variants of an enum.

use findings::Location;
use heck::ToSnakeCase as _;
use source::{Code, Unlisted};

/// A list of features in the code.
pub(super) struct List {
    /// Its path, as the policy has it.
    pub(super) path: String,
    /// Where its name stands.
    pub(super) place: Location,
    /// Its entries, in order.
    pub(super) given: Vec<Given>,
}

/// A feature as the code has it.
#[derive(Debug, PartialEq)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) place: Location,
    /// The Rust type of its field, where it is one: `i64` of `Option<i64>` too.
    pub(super) dtype: Option<String>,
    /// The number that the code puts in for a value that is not there, where an entry says so.
    pub(super) fill: Option<f64>,
}

/// Finds the list at a path in the code and reads it. A variant gives its feature in snake case.
pub(super) fn read(code: &Code, path: &str) -> Result<List, Unlisted> {
    let listed = code.listed(path)?;
    let given = |entry: source::ListedEntry| {
        let name = if entry.is_variant { entry.name.to_snake_case() } else { entry.name };
        Given { name, place: entry.place, dtype: entry.dtype, fill: entry.fill }
    };
    let given = listed.entries.into_iter().map(given).collect();
    Ok(List { path: path.to_owned(), place: listed.place, given })
}
