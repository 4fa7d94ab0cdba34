//! `contracts.models`: which models there are, what serves them, and where the code has their features.

use std::collections::BTreeMap;

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;
use crate::path::Path;

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
    /// Logged rows and scores that the service must give again.
    pub replay: Vec<Replay>,
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

/// Logged rows and scores, and how an answer shows its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The file, one request a line.
    pub file: String,
    /// Which of `services` is asked.
    pub service: String,
    /// The method, as in `ranking.v1.Home/RankShelves`.
    pub rpc: String,
    /// The items of an answer.
    pub items: Path,
    /// What an item is called.
    pub id: Path,
    /// The features of an item.
    #[serde(default)]
    pub features: Option<Path>,
    /// The name of a feature in that list.
    #[serde(default = "feature")]
    pub feature: Path,
    /// The value of a feature in that list.
    #[serde(default = "value")]
    pub value: Path,
    /// The score of an item as the model gave it.
    pub score: Path,
    /// How far a number may be from the logged one, as a share of it or absolutely, whichever is more.
    #[serde(default = "tolerance")]
    pub tolerance: f64,
}

fn feature() -> Path {
    Path::of_key("feature")
}

fn value() -> Path {
    Path::of_key("value")
}

fn tolerance() -> f64 {
    1e-6
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
    Key::new(
        "models.*.replay",
        "list of maps",
        "[]",
        Direction::MoreTightens,
        "Logged rows and scores that the service built from head must give again, in the live tier.",
    ),
    Key::new(
        "models.*.replay[].file",
        "path",
        "none",
        Direction::Free,
        "JSON lines: the artefact's SHA-256 first, then a request a line with the rows of its items. `cargo xtask contracts \
               record` writes it.",
    ),
    Key::new("models.*.replay[].service", "name", "none", Direction::Free, "Which of `services` is asked."),
    Key::new(
        "models.*.replay[].rpc",
        "method",
        "none",
        Direction::Free,
        "As in `ranking.v1.Home/RankShelves`.",
    ),
    Key::new(
        "models.*.replay[].items",
        "path in the answer",
        "none",
        Direction::Free,
        "The items, as in `shelves.items`: names of fields with dots; a list stands for all of its entries, and \
               `scores[stage=model]` for those whose field has that value.",
    ),
    Key::new("models.*.replay[].id", "path in an item", "none", Direction::Free, "What an item is called."),
    Key::new(
        "models.*.replay[].features",
        "path in an item",
        "none",
        Direction::Free,
        "What the model was told, as a list with a name and a value each. Without it only scores are compared.",
    ),
    Key::new(
        "models.*.replay[].feature",
        "path in a feature",
        "feature",
        Direction::Free,
        "The name of a feature.",
    ),
    Key::new("models.*.replay[].value", "path in a feature", "value", Direction::Free, "Its value."),
    Key::new(
        "models.*.replay[].score",
        "path in an item",
        "none",
        Direction::Free,
        "The model's score, as in `stage_scores[stage=model].score`.",
    ),
    Key::new(
        "models.*.replay[].tolerance",
        "number",
        "0.000001",
        Direction::Free,
        "How far a number may be from the logged one: as a share of it, or absolutely where it is below 1.",
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
        let replays = model.replay.iter().map(|replay| ("replay", Some(&replay.file)));
        for (key, file) in files.into_iter().chain(digests).chain(replays) {
            if file.is_some_and(|file| file.starts_with('/') || file.split('/').any(|part| part == "..")) {
                return refused(&format!(".{key}"), "it leads out of the root");
            }
        }
        let paths = model.code.iter().chain(model.vocabularies.values());
        if let Some(path) = paths.into_iter().find(|path| !path.contains("::") || path.contains(' ')) {
            return refused("", &format!("`{path}` is no path in the code, as in `home::inputs::INPUTS`"));
        }
        if model.replay.iter().any(|replay| !(0.0..=1.0).contains(&replay.tolerance)) {
            return refused(".replay", "a `tolerance` is not between 0 and 1");
        }
    }
    Ok(())
}
