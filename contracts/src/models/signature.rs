//! What serving is told of a model: a YAML file beside it.

use policy::{Document, PolicyError};
use serde_json::Value;

use super::lock::{Dimension, Tensor};

/// A signature, as far as it says something that the artefact says too. Other keys are the service's.
pub(super) struct Signature {
    pub(super) path: String,
    pub(super) file: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) inputs: Option<Vec<Tensor>>,
    pub(super) outputs: Option<Vec<Tensor>>,
    /// Names, and what stands for a missing value.
    pub(super) features: Option<Vec<(String, Option<f64>)>>,
    document: Document,
}

impl Signature {
    /// Reads a signature.
    pub(super) fn read(path: &str, text: &str) -> Result<Signature, PolicyError> {
        let document = Document::of_file(path, text)?;
        let raw: Value = document.whole()?;
        let wrong = |key: &str, what: &str| document.error_at(key, what);
        if !raw.is_object() {
            return Err(PolicyError::new(path, "it is no map"));
        }
        let text = |key: &str| match &raw[key] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(wrong(key, "it is no text")),
        };
        let (file, sha256) = (text("file")?, text("sha256")?);
        let tensors = |key: &str| match &raw[key] {
            Value::Null => Ok(None),
            Value::Array(all) => {
                let all: Option<Vec<Tensor>> = all.iter().map(tensor).collect();
                all.map(Some).ok_or_else(|| wrong(key, "a tensor needs `name`, `dtype` and `shape`"))
            }
            _ => Err(wrong(key, "it is no list of tensors")),
        };
        let (inputs, outputs) = (tensors("inputs")?, tensors("outputs")?);
        let features = match &raw["features"] {
            Value::Null => None,
            // NaN is no number of JSON, so that it has to be read as what it is.
            Value::Array(_) => Some(features(&document).ok_or_else(|| {
                wrong("features", "a feature is a name, or a map with `name` and perhaps a number `missing`")
            })?),
            _ => return Err(wrong("features", "it is no list")),
        };
        Ok(Signature { path: path.to_owned(), file, sha256, inputs, outputs, features, document })
    }

    /// Where a value stands.
    pub(super) fn locate(&self, key: &str) -> findings::Location {
        match self.document.locate(key) {
            Some((line, column)) => findings::Location::point(&self.path, line, column),
            None => findings::Location::file(&self.path),
        }
    }

    /// What stands for a missing value of a feature, and where that is said.
    pub(super) fn missing(&self, name: &str) -> Option<(f64, String)> {
        let features = self.features.as_ref()?;
        let index = features.iter().position(|(feature, _)| feature == name)?;
        Some((features[index].1?, format!("features[{index}].missing")))
    }
}

fn features(document: &Document) -> Option<Vec<(String, Option<f64>)>> {
    #[derive(serde::Deserialize)]
    struct Whole {
        features: Vec<Entry>,
    }
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Entry {
        Name(String),
        Map {
            name: String,
            #[serde(default)]
            missing: Option<f64>,
        },
    }
    let whole: Whole = document.whole().ok()?;
    let pair = |entry| match entry {
        Entry::Name(name) => (name, None),
        Entry::Map { name, missing } => (name, missing),
    };
    Some(whole.features.into_iter().map(pair).collect())
}

fn tensor(raw: &Value) -> Option<Tensor> {
    let size = |size: &Value| match size {
        Value::Number(size) => size.as_i64().map(Dimension::Fixed),
        Value::String(name) => Some(Dimension::Named(name.clone())),
        _ => None,
    };
    Some(Tensor {
        name: raw["name"].as_str()?.to_owned(),
        dtype: normal(raw["dtype"].as_str()?),
        shape: raw["shape"].as_array()?.iter().map(size).collect::<Option<_>>()?,
    })
}

/// The name of a type as ONNX and NumPy have it, for those of the Open Inference Protocol and of Triton.
fn normal(dtype: &str) -> String {
    let lower = dtype.to_ascii_lowercase();
    let lower = lower.strip_prefix("type_").unwrap_or(&lower);
    match lower {
        "fp16" => "float16",
        "fp32" | "float" => "float32",
        "fp64" | "double" => "float64",
        "bf16" => "bfloat16",
        "bytes" | "str" => "string",
        other => other,
    }
    .to_owned()
}
