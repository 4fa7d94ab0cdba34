//! `protos`: where the protos lie.

use ::policy::{Direction, Document, Key, PolicyError};

use super::Policy;

pub(super) const KEYS: &[Key] = &[Key::new(
    "protos",
    "list of folders",
    "[]",
    Direction::AnyChangeLoosens,
    "The folders that imports of protos start from. Without the key these are `proto` and `protos` at the \
     root, or else the folders of all protos, less what their package names say. What lies outside them \
     is not compared, and the report counts it.",
)];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (index, root) in policy.protos.iter().enumerate() {
        if root.starts_with('/') || root.split('/').any(|part| part == "..") {
            return Err(document.error_at(&format!("contracts.protos[{index}]"), "it leads out of the root"));
        }
    }
    Ok(())
}
