//! What a model is promised to take and give.
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::load_error::LoadError;

const MAX_BYTES: u64 = 256 << 10;

/// What a model takes and gives, and which artefact it is.
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
    /// A [`LoadError`] if the file is unreadable, larger than 256 KiB or not a signature.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let bytes = read_limited(path, MAX_BYTES)?;
        serde_yaml::from_slice(&bytes)
            .map_err(|source| LoadError::Signature { path: path.to_owned(), source })
    }

    /// The model's file for a signature that was read from `path`.
    pub fn model_path(&self, path: &Path) -> PathBuf {
        path.with_file_name(&self.file)
    }
}

/// Reads a file that is not larger than a limit.
pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(LoadError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}
