//! `protos` and `descriptors`: where the protos lie, and what is said of those that only others can compile.

use ::policy::{Direction, Document, Key, PolicyError};

use super::Policy;

pub(super) const KEYS: &[Key] = &[PROTOS, DESCRIPTORS];

const PROTOS: Key = Key::new(
    "protos",
    "list of folders",
    "[]",
    Direction::AnyChangeLoosens,
    "The folders that imports of protos start from. Without the key these are `proto` and `protos` at the \
     root, or else the folders of all protos, less what their package names say. What lies outside them \
     is not compared, and the report counts it.",
);

const DESCRIPTORS: Key = Key::new(
    "descriptors",
    "path of a file",
    "none",
    Direction::AnyChangeLoosens,
    "A set of descriptors in the tree, as `buf build -o` or `protoc --include_imports --descriptor_set_out` writes it: what \
     protos of an edition are judged from where no `buf` is installed. It must say what their text says; one that was made \
     of an older text speaks for nothing.",
);

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (index, root) in policy.protos.iter().enumerate() {
        if root.starts_with('/') || root.split('/').any(|part| part == "..") {
            return Err(document.error_at(&format!("contracts.protos[{index}]"), "it leads out of the root"));
        }
    }
    match policy.descriptors.as_deref() {
        Some(path) if path.starts_with('/') || path.split('/').any(|part| part == "..") => {
            Err(document.error_at("contracts.descriptors", "it leads out of the root"))
        }
        _ => Ok(()),
    }
}
