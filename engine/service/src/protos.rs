//! The protos of a tree as they are once compiled, and what is wrong with those that are not.

use std::collections::BTreeMap;

use prost_reflect::DescriptorPool;

use crate::editions::Features;
use crate::positions::Positions;
use crate::scan::EDITIONS;

/// What became of the protos of one tree.
#[derive(Clone, Debug, Default)]
pub struct Protos {
    /// Every file that compiled, with its imports and options.
    pub pool: DescriptorPool,
    /// The source positions and comments of its files.
    pub positions: Positions,
    /// Path in the tree of every file that compiled, by the name that imports use.
    pub paths: BTreeMap<String, String>,
    /// What files of editions say and the pool cannot hold.
    pub features: Features,
    /// What is wrong with the others, one entry a cause.
    pub errors: Vec<ProtoError>,
}

impl Protos {
    /// The files that could not be read because they are written in an edition.
    pub fn of_editions(&self) -> impl Iterator<Item = &ProtoError> {
        self.errors.iter().filter(|error| error.message == EDITIONS)
    }
}

/// Why a proto could not be compiled.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}:{}:{}: {message}", line.unwrap_or(1), column.unwrap_or(1))]
pub struct ProtoError {
    /// Path in the tree.
    pub path: String,
    /// The name that imports use.
    pub name: String,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// Column, from 1, where it is known.
    pub column: Option<u32>,
    /// What is wrong: lower case, one line.
    pub message: String,
    /// Import names of files that were not compiled because they need this one.
    pub dependents: Vec<String>,
}

pub(crate) fn error(path: &str, name: &str, place: Option<(u32, u32)>, message: String) -> ProtoError {
    ProtoError {
        path: path.to_owned(),
        name: name.to_owned(),
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        message,
        dependents: Vec::new(),
    }
}

pub(crate) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
