//! What a model is promised to take and give.
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::load_error::LoadError;

const MAX_BYTES: u64 = 256 << 10;
const MAX_FEATURES: usize = 4096;
const MAX_NAME_BYTES: usize = 256;

/// What a model takes and gives, and which artefact it is: a YAML file beside the model, that a review can read.
///
/// ```yaml
/// name: now_playing              # as a model server knows it
/// version: 2026-11-20.1          # as answers and exposures carry it
/// file: now_playing.onnx         # in the same folder
/// sha256: 4f101ff6...            # of that file: 64 digits, 0-9 and a-f
/// inputs:                        # one tensor: a row a candidate, a column a feature
/// - { name: features, dtype: float32, shape: [batch, 2] }
/// outputs:                       # one tensor: a score a candidate
/// - { name: score, dtype: float32, shape: [batch, 1] }
/// features:                      # in the order of the columns
/// - { name: popularity, missing: 0.3 }
/// - { name: skips, missing: .nan }
/// ```
///
/// All keys are needed, none may be there twice, and there are no others. `missing` is the number that stands for a value
/// that is not there, in training as in serving; `.nan` for a model that has been trained to know the difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The model's name.
    pub name: String,
    /// The model's version, as answers and exposures carry it.
    pub version: String,
    /// The model's file, beside the signature.
    pub file: String,
    /// SHA-256 of that file, in lower-case hexadecimal digits.
    pub sha256: String,
    /// The tensors it takes.
    pub inputs: Vec<TensorSpec>,
    /// The tensors it gives.
    pub outputs: Vec<TensorSpec>,
    /// The features in the order of the input's columns.
    pub features: Vec<FeatureSpec>,
}

/// A tensor by name, type and shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorSpec {
    /// The tensor's name.
    pub name: String,
    /// The type of its elements, as `float32`.
    pub dtype: String,
    /// Its dimensions: a number, or a name for one that varies.
    pub shape: Vec<Dimension>,
}

/// One dimension of a tensor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Dimension {
    /// Always this size.
    Fixed(i64),
    /// Varies.
    Named(String),
}

/// A feature that a model takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSpec {
    /// The feature's name.
    pub name: String,
    /// The number that stands for a missing value. Training used the same.
    pub missing: f32,
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(size) => write!(f, "{size}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for TensorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape: Vec<_> = self.shape.iter().map(ToString::to_string).collect();
        write!(f, "{} {}[{}]", self.name, self.dtype, shape.join(", "))
    }
}

impl Signature {
    /// Reads a signature.
    ///
    /// # Errors
    /// A [`LoadError`] if the file is unreadable, larger than 256 KiB or not a signature, or promises what no model of this
    /// workspace can keep: anything but one input of `float32` rows with a column for each feature, and one output with
    /// a `float32` for each row.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let bytes = read_limited(path, MAX_BYTES)?;
        let signature: Self = serde_yaml::from_slice(&bytes)
            .map_err(|source| LoadError::Signature { path: path.to_owned(), source })?;
        match signature.problem() {
            None => Ok(signature),
            Some(problem) => Err(LoadError::Unusable { path: path.to_owned(), problem }),
        }
    }

    /// What no model can keep, if there is anything.
    fn problem(&self) -> Option<String> {
        let Self { name, version, file, sha256, inputs, outputs, features } = self;
        let tensors = inputs.iter().chain(outputs).map(|tensor| &tensor.name);
        let names = [name, version].into_iter().chain(tensors).chain(features.iter().map(|it| &it.name));
        if let Some(name) = names.into_iter().find(|name| !is_name(name)) {
            return Some(format!("{name:?} is not a name"));
        }
        if !is_name(file) || Path::new(file).file_name() != Some(OsStr::new(file)) {
            return Some(format!("{file:?} is not a file in the same folder"));
        }
        if sha256.len() != 64 || !sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Some("`sha256` is not 64 digits, 0-9 and a-f".to_owned());
        }
        if !(1..=MAX_FEATURES).contains(&features.len()) {
            return Some(format!("{} features are not between 1 and {MAX_FEATURES}", features.len()));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = features.iter().find(|feature| !seen.insert(&feature.name)) {
            return Some(format!("the feature `{}` is there twice", twice.name));
        }
        if let Some(feature) = features.iter().find(|feature| feature.missing.is_infinite()) {
            return Some(format!("`{}` is infinite where it is missing", feature.name));
        }
        unkept("input", inputs, features.len()).or_else(|| unkept("output", outputs, 1))
    }

    /// The model's file for a signature that was read from `path`.
    pub fn model_path(&self, path: &Path) -> PathBuf {
        path.with_file_name(&self.file)
    }
}

/// Names stand in lists with commas, in logs and in messages.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len()) && !name.contains(|c: char| c == ',' || c.is_control())
}

/// What no model can keep about its only input or output, of so many columns, if there is anything.
fn unkept(side: &str, tensors: &[TensorSpec], columns: usize) -> Option<String> {
    let [tensor] = tensors else {
        return Some(format!("there are {} {side}s, not one", tensors.len()));
    };
    let kept = tensor.dtype == "float32"
        && matches!(&tensor.shape[..], [Dimension::Named(_), Dimension::Fixed(size)] if *size == columns as i64);
    (!kept).then(|| format!("the {side} is {tensor}, not a float32[batch, {columns}]"))
}

/// Reads a file that is not larger than a limit.
pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        // To open a pipe is to wait for somebody who writes.
        return Err(unreadable(io::Error::other("it is no regular file")));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(LoadError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}
