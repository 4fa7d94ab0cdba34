//! What a model's artefact says of itself, and the file `features.lock` in which that is committed.

use std::collections::BTreeMap;
use std::fmt;

use policy::{Document, PolicyError};
use serde::Deserialize;
use serde_json::Value;

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// What an artefact says of itself: everything that a lock holds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeaturesLock {
    #[serde(rename = "features-lock")]
    version: u32,
    /// The artefact's file, in the same folder.
    pub artefact: String,
    /// What kind of file it is.
    pub format: Format,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Files beside it that hold weights, each with its SHA-256.
    #[serde(default)]
    pub external: BTreeMap<String, String>,
    /// Versions of the operators by their domain; empty where the format has none.
    #[serde(default)]
    pub opsets: BTreeMap<String, i64>,
    /// Whether an operator of the model tells NaN from a number; `None` where that is not known, or known by feature.
    #[serde(default)]
    pub knows_nan: Option<bool>,
    /// The tensors that it takes; empty where the format has none.
    #[serde(default)]
    pub inputs: Vec<Tensor>,
    /// The tensors that it gives.
    #[serde(default)]
    pub outputs: Vec<Tensor>,
    /// How many numbers it takes for a row; `None` where that varies or is not said.
    #[serde(default)]
    pub columns: Option<u64>,
    /// How many numbers it gives for a row; `None` where that varies or is not said.
    #[serde(default)]
    pub scores: Option<u64>,
    /// The features in the order of the columns; empty where the artefact does not name them.
    #[serde(default)]
    pub features: Vec<Feature>,
}

/// The kinds of artefacts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Protocol buffers of ONNX, `ModelProto`.
    Onnx,
    /// The text that `Booster.save_model` of LightGBM writes.
    Lightgbm,
}

/// A tensor by name, type and shape.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// The type of its elements, as in `float32`.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<Dimension>,
}

/// One dimension of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Dimension {
    /// Always this size.
    Fixed(i64),
    /// Varies.
    Named(String),
}

/// A feature as the artefact knows it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// The type in which the model takes it.
    pub dtype: String,
    /// The smallest and the largest value of training.
    #[serde(default)]
    pub range: Option<(f64, f64)>,
    /// The categories, in the order of their codes where the artefact has one.
    #[serde(default)]
    pub vocabulary: Option<Vocabulary>,
    /// What the model takes for missing; `None` where it never asks for the feature.
    #[serde(default)]
    pub missing: Option<Missing>,
}

/// The categories of a feature.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Vocabulary {
    /// All of them.
    All(Vec<Value>),
    /// More than anybody reads.
    Digest {
        /// How many.
        count: u64,
        /// SHA-256 of their JSON text.
        sha256: String,
    },
}

/// What a model takes for a value that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// NaN is missing.
    Nan,
    /// Zero and NaN are missing.
    Zero,
    /// Nothing is: NaN counts as zero.
    None,
}

impl FeaturesLock {
    /// A lock of an artefact about which nothing is known yet.
    pub(super) fn new(artefact: &str, format: Format, sha256: String) -> FeaturesLock {
        FeaturesLock {
            version: VERSION,
            artefact: artefact.to_owned(),
            format,
            sha256,
            external: BTreeMap::new(),
            opsets: BTreeMap::new(),
            knows_nan: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
            columns: None,
            scores: None,
            features: Vec::new(),
        }
    }

    /// Reads a lock.
    pub(super) fn read(path: &str, text: &str) -> Result<FeaturesLock, PolicyError> {
        let document = Document::of_file(path, text)?;
        let lock: FeaturesLock = document.whole()?;
        if lock.version != VERSION {
            return Err(document.error_at("features-lock", "only version 1 of the format is known"));
        }
        if lock.artefact.is_empty() || lock.artefact.contains(['/', '\\']) || lock.artefact.starts_with('.') {
            return Err(document.error_at("artefact", "it names no file in the same folder"));
        }
        Ok(lock)
    }

    /// The names of the features, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        self.features.iter().map(|feature| feature.name.as_str()).collect()
    }
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.shape.iter().map(|size| match size {
            Dimension::Fixed(size) => size.to_string(),
            Dimension::Named(name) => name.clone(),
        });
        write!(f, "{} {}[{}]", self.name, self.dtype, sizes.collect::<Vec<_>>().join(", "))
    }
}

impl Missing {
    /// The word for it in a lock.
    pub(super) fn name(self) -> &'static str {
        match self {
            Missing::Nan => "nan",
            Missing::Zero => "zero",
            Missing::None => "none",
        }
    }
}
