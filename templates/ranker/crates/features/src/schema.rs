//! Which features the records of an entity have.
use std::time::Duration;

use crate::key::Entity;
use crate::value::{Kind, Value};

/// A feature as a schema knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declared {
    /// The feature's name.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The lowest and highest number that makes sense.
    pub range: Option<(f64, f64)>,
    /// The age up to which values are fresh, if they age.
    pub fresh_for: Option<Duration>,
}

/// The features that records of one entity may have.
#[derive(Debug, Clone)]
pub struct Schema {
    /// What the records are about.
    pub entity: Entity,
    /// The features, each of which may be missing.
    pub features: Vec<Declared>,
}

impl Schema {
    /// Says what is wrong with a value: an unknown feature, a wrong kind, a number out of range.
    pub(crate) fn refuse(&self, name: &str, value: Option<&Value>) -> Option<String> {
        let Some(declared) = self.features.iter().find(|declared| declared.name == name) else {
            return Some(format!("unknown feature `{name}` of a {}", self.entity.name()));
        };
        let value = value?;
        if value.kind() != declared.kind {
            return Some(format!("`{name}` is {}, not {}", value.kind().name(), declared.kind.name()));
        }
        let (low, high) = declared.range?;
        let mut numbers: Box<dyn Iterator<Item = f64> + '_> = match value {
            Value::Number(number) => Box::new(std::iter::once(*number)),
            Value::Weights(weights) => Box::new(weights.values().copied()),
            Value::Flag(_) | Value::Text(_) | Value::Texts(_) => Box::new(std::iter::empty()),
        };
        let out = numbers.find(|number| !(low..=high).contains(number))?;
        Some(format!("`{name}` is {out}, not between {low} and {high}"))
    }
}
