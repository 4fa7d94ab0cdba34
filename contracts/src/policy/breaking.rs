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
    /// What becomes of changes that a wire category lets pass and that values do not survive.
    pub lossy: Lossy,
}

/// What becomes of changes that a wire category lets pass and that values do not survive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lossy {
    /// They are found.
    #[default]
    Block,
    /// They pass, as buf has it.
    Pass,
}

pub(super) const KEYS: &[Key] = &[CATEGORY, LOSSY];

const CATEGORY: Key = Key::new(
    "breaking.category",
    "`CALLERS`, or one of buf's `FILE`, `PACKAGE`, `CSR`, `WIRE_JSON`, `WIRE`",
    "CALLERS",
    Direction::Words(&["FILE", "PACKAGE", "CALLERS", "CSR", "WIRE_JSON", "WIRE"]),
    "How protos may change. Without the key that is what the base's `buf.yaml` says under `breaking`, module by module, \
     with `use`, `except`, `ignore`, `ignore_only` and `ignore_unstable_packages`, or else `CALLERS`. `CALLERS` keeps what \
     a caller notices who was built against the old protos and is still running: types, names and methods stay, a field \
     or enum value may go once its number and its name are reserved, declarations may move between the files of their \
     package. buf's own categories find what buf finds in them.",
);

const LOSSY: Key = Key::new(
    "breaking.lossy",
    "`block` or `pass`",
    "block",
    Direction::Words(&["block", "pass"]),
    "Whether a change of a type that `WIRE` or `WIRE_JSON` let pass is found all the same where a value that one side \
     writes means something else to the other.",
);
