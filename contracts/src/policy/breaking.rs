//! `breaking`: how protos may change.

use ::policy::{Direction, Key};
use serde::Deserialize;

use crate::Category;

/// How protos may change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Breaking {
    /// How strict the comparison is; `None` leaves it to `buf.yaml`, or else to the default.
    pub category: Option<Category>,
}

pub(super) const KEYS: &[Key] = &[Key::new(
    "breaking.category",
    "`CALLERS`, or one of buf's `FILE`, `PACKAGE`, `CSR`, `WIRE_JSON`, `WIRE`",
    "CALLERS",
    Direction::Words(&["FILE", "PACKAGE", "CALLERS", "CSR", "WIRE_JSON", "WIRE"]),
    "How protos may change. Without the key that is what the base's `buf.yaml` says under `breaking`, module by module, \
     with `use`, `except`, `ignore`, `ignore_only` and `ignore_unstable_packages`, or else `CALLERS`. `CALLERS` keeps what \
     a caller notices who was built against the old protos and is still running: types, names and methods stay, a field \
     or enum value may go once its number and its name are reserved, declarations may move between the files of their \
     package. buf's own categories find what buf finds in them.",
)];
