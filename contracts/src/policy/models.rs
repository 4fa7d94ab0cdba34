//! `contracts.models`: which models there are, what serves them, and where the code has their features.

use std::collections::BTreeMap;

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;

/// A model, and what is held against it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// The artefact: ONNX, or the text of LightGBM. Without it, the file that the signature names.
    pub artefact: Option<String>,
    /// What serving is told of the model.
    pub signature: Option<String>,
    /// The committed lock; `None`: the artefact's name with the ending `.features.lock`.
    pub lock: Option<String>,
    /// Lists of features in the code, by their paths.
    pub code: Vec<String>,
    /// The message whose fields the features are.
    pub message: Option<String>,
    /// What stands for a missing value where the signature says nothing.
    pub missing: Option<f64>,
    /// Lists of categories in the code by feature.
    pub vocabularies: BTreeMap<String, String>,
    /// Where configuration has the artefact's SHA-256.
    pub digests: Vec<DigestAt>,
}

/// A value in a file of configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestAt {
    /// The file, YAML or JSON.
    pub file: String,
    /// The value's path in it, as in `model.sha256`.
    pub key: String,
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "models.*",
        "map of models by name",
        "{}",
        Direction::MoreTightens,
        "The models whose features are held against the code. `cargo xtask contracts lock` writes what the artefact says of \
               itself beside it: names, order, types, ranges, vocabularies, tensors and SHA-256 of ONNX, or of the text of \
               LightGBM.",
    ),
    Key::new(
        "models.*.artefact",
        "path",
        "the file that `signature` names",
        Direction::AnyChangeLoosens,
        "The model's file.",
    ),
    Key::new(
        "models.*.signature",
        "path",
        "none",
        Direction::AnyChangeLoosens,
        "The file by which serving loads the model: YAML with `file`, `sha256`, `inputs` and `outputs` (`name`, `dtype`, \
               `shape`), `features` (names, or maps with `name` and `missing`). What it says is held against the artefact.",
    ),
    Key::new(
        "models.*.lock",
        "path",
        "beside the artefact",
        Direction::AnyChangeLoosens,
        "The committed lock: without the key `home.features.lock` for `home.onnx`.",
    ),
    Key::new(
        "models.*.code",
        "list of paths in the code",
        "[]",
        Direction::MoreTightens,
        "Where the code has the features in the order of the model's columns, as in `home::inputs::INPUTS`: a `const` or \
               `static` list whose entries begin with a name or have a field `name`, the fields of a `struct`, or the \
               variants of an `enum` in snake case.",
    ),
    Key::new(
        "models.*.message",
        "full name of a message",
        "none",
        Direction::AnyChangeLoosens,
        "The message of the protos by which the features reach the service, a field a feature: its types must fit into \
               those of the model.",
    ),
    Key::new(
        "models.*.missing",
        "number, `.nan` too",
        "none",
        Direction::AnyChangeLoosens,
        "What the service gives for a value that is not there, where no signature says it.",
    ),
    Key::new(
        "models.*.vocabularies.*",
        "path in the code",
        "{}",
        Direction::MoreTightens,
        "By feature, the `const` list of categories that the service encodes it by.",
    ),
    Key::new(
        "models.*.digests",
        "list of `{ file, key }`",
        "[]",
        Direction::MoreTightens,
        "Where configuration in YAML or JSON has the artefact's SHA-256, as in \
               `{ file: services/home/config.yaml, key: model.sha256 }`.",
    ),
    Key::new("models.*.digests[].file", "path", "none", Direction::Free, "The file of configuration."),
    Key::new(
        "models.*.digests[].key",
        "path in the file",
        "none",
        Direction::Free,
        "Where the digest stands in it.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (name, model) in &policy.models {
        let at = |key: &str| format!("contracts.models[\"{name}\"]{key}");
        let refused = |key: &str, fault: &str| Err(document.error_at(&at(key), fault));
        if model.artefact.is_none() && model.signature.is_none() {
            return refused("", "it names neither an `artefact` nor a `signature`");
        }
        let digests = model.digests.iter().map(|digest| ("digests", Some(&digest.file)));
        let files = [
            ("artefact", model.artefact.as_ref()),
            ("signature", model.signature.as_ref()),
            ("lock", model.lock.as_ref()),
        ];
        for (key, file) in files.into_iter().chain(digests) {
            if file.is_some_and(|file| file.starts_with('/') || file.split('/').any(|part| part == "..")) {
                return refused(&format!(".{key}"), "it leads out of the root");
            }
        }
        let paths = model.code.iter().chain(model.vocabularies.values());
        if let Some(path) = paths.into_iter().find(|path| !path.contains("::") || path.contains(' ')) {
            return refused("", &format!("`{path}` is no path in the code, as in `home::inputs::INPUTS`"));
        }
    }
    Ok(())
}
