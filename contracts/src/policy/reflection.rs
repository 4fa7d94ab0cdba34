//! `reflection`: whether what runs serves the protos that are committed.

use ::policy::{Direction, Key};
use serde::Deserialize;

/// Whether services are asked what they serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reflection {
    /// Each that is asked for scenarios has to say it, and it must be what is committed.
    Required,
    /// Those that say it must serve what is committed.
    #[default]
    WhereServed,
    /// Nobody is asked.
    Off,
}

pub(super) const KEYS: &[Key] = &[Key::new(
    "reflection",
    "`required`, `where_served` or `off`",
    "where_served",
    Direction::Words(&["required", "where_served", "off"]),
    "Whether services that are asked what scenario files promise must serve, by gRPC server reflection, the protos that \
     head has: methods, fields with their numbers and types, values of enums. `required`: one without reflection is a \
     finding; `where_served`: one that has it is compared.",
)];
