//! What an ONNX file says of itself: tensors, operators, features. Weights are passed over, not read.
//!
//! Field numbers are those of `onnx.proto3` (onnx 1.19, IR version 12); fields that are not named here are skipped.

use std::collections::{BTreeMap, BTreeSet};

use super::infos;
use super::lock::{Dimension, Feature, FeaturesLock, Tensor};
use super::wire::{Field, each_field, text};

/// How many operators, tensors and sizes are looked at; a file of more is refused.
const MAX_PARTS: usize = 1_000_000;
/// How deep graphs may lie within operators.
const MAX_DEPTH: usize = 32;
/// How many inputs and outputs a graph may have.
const MAX_TENSORS: usize = 65_536;

/// What the parts of a model say, as far as that is asked for.
#[derive(Default)]
struct Model<'a> {
    has_graph: bool,
    opsets: BTreeMap<String, i64>,
    metadata: BTreeMap<&'a str, &'a str>,
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
    /// The names of tensors whose values are in the file, which old files list as inputs too.
    weights: BTreeSet<&'a str>,
    /// Files that hold weights.
    external: BTreeSet<&'a str>,
    knows_nan: bool,
    /// Whether an operator is of a domain that nothing is known of.
    unknown_operators: bool,
    parts: usize,
}

/// Adds what the file says to its lock. The error is a fragment: what is wrong.
pub(super) fn read(bytes: &[u8], lock: &mut FeaturesLock) -> Result<BTreeSet<String>, String> {
    let mut model = Model::default();
    each_field(bytes, &mut |number, field| match (number, field) {
        (7, Field::Bytes(graph)) => {
            model.has_graph = true;
            model.graph(graph, 0)
        }
        (8, Field::Bytes(opset)) => model.opset(opset),
        (14, Field::Bytes(entry)) => {
            let (key, value) = entry_of(entry)?;
            model.metadata.insert(key, value);
            model.count()
        }
        (25, Field::Bytes(function)) => each_field(function, &mut |number, field| match (number, field) {
            (7, Field::Bytes(node)) => model.node(node, 0),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    if !model.has_graph || model.opsets.is_empty() {
        return Err("it is no ONNX model: it has no graph or no version of its operators".to_owned());
    }
    model.into_lock(lock)
}

impl<'a> Model<'a> {
    fn count(&mut self) -> Result<(), String> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(format!("it has more than the {MAX_PARTS} parts that are looked at"));
        }
        Ok(())
    }

    fn opset(&mut self, bytes: &'a [u8]) -> Result<(), String> {
        let (mut domain, mut version) = ("", 0);
        each_field(bytes, &mut |number, field| {
            match (number, field) {
                (1, Field::Bytes(bytes)) => domain = text(bytes)?,
                (2, Field::Number(number)) => version = number as i64,
                _ => {}
            }
            Ok(())
        })?;
        self.opsets.insert(if domain.is_empty() { "ai.onnx".to_owned() } else { domain.to_owned() }, version);
        self.count()
    }

    fn graph(&mut self, bytes: &'a [u8], depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("its graphs lie more than {MAX_DEPTH} deep in each other"));
        }
        each_field(bytes, &mut |number, field| match (number, field) {
            (1, Field::Bytes(node)) => self.node(node, depth),
            (5, Field::Bytes(weights)) => self.weights(weights, depth),
            (11, Field::Bytes(tensor)) if depth == 0 => push(&mut self.inputs, tensor),
            (12, Field::Bytes(tensor)) if depth == 0 => push(&mut self.outputs, tensor),
            _ => Ok(()),
        })
    }

    fn node(&mut self, bytes: &'a [u8], depth: usize) -> Result<(), String> {
        self.count()?;
        let (mut operator, mut domain) = ("", "");
        each_field(bytes, &mut |number, field| match (number, field) {
            (4, Field::Bytes(bytes)) => text(bytes).map(|name| operator = name),
            (7, Field::Bytes(bytes)) => text(bytes).map(|name| domain = name),
            (5, Field::Bytes(attribute)) => {
                each_field(attribute, &mut |number, field| match (number, field) {
                    (5, Field::Bytes(tensor)) => self.weights(tensor, depth),
                    (6 | 11, Field::Bytes(graph)) => self.graph(graph, depth + 1),
                    _ => Ok(()),
                })
            }
            _ => Ok(()),
        })?;
        self.unknown_operators |= !matches!(domain, "" | "ai.onnx" | "ai.onnx.ml");
        self.knows_nan |= knows_nan(operator);
        Ok(())
    }

    fn weights(&mut self, bytes: &'a [u8], depth: usize) -> Result<(), String> {
        self.count()?;
        let mut name = "";
        each_field(bytes, &mut |number, field| match (number, field) {
            (8, Field::Bytes(bytes)) => text(bytes).map(|text| name = text),
            (13, Field::Bytes(bytes)) => {
                let (key, value) = entry_of(bytes)?;
                if key == "location" {
                    self.external.insert(value);
                }
                Ok(())
            }
            _ => Ok(()),
        })?;
        if depth == 0 {
            self.weights.insert(name);
        }
        Ok(())
    }

    fn into_lock(self, lock: &mut FeaturesLock) -> Result<BTreeSet<String>, String> {
        let weights = self.weights;
        lock.inputs =
            self.inputs.into_iter().filter(|tensor| !weights.contains(tensor.name.as_str())).collect();
        lock.outputs = self.outputs;
        lock.opsets = self.opsets;
        lock.knows_nan = match (self.knows_nan, self.unknown_operators) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        };
        lock.scores = match &lock.outputs[..] {
            [only] => columns(only),
            _ => None,
        };
        let dtype = lock.inputs.first().map_or("unknown", |tensor| tensor.dtype.as_str()).to_owned();
        if let Some(names) = self.metadata.get("feature_names") {
            lock.features = infos::names(names)?.into_iter().map(|name| Feature::of(name, &dtype)).collect();
        } else if lock.inputs.len() > 1 && lock.inputs.iter().all(|tensor| columns(tensor) == Some(1)) {
            // Converters of scikit-learn make a tensor of each column.
            let feature = |tensor: &Tensor| Feature::of(tensor.name.clone(), &tensor.dtype);
            lock.features = lock.inputs.iter().map(feature).collect();
        }
        lock.columns = match &lock.inputs[..] {
            [only] => columns(only),
            several => several.iter().map(columns).sum(),
        };
        if let Some(all) = self.metadata.get("feature_infos") {
            infos::add(all, &mut lock.features)?;
        }
        if let Some(all) = self.metadata.get("pandas_categorical") {
            infos::add_categories(all, &mut lock.features)?;
        }
        Ok(self.external.into_iter().map(str::to_owned).collect())
    }
}

/// Whether an operator gives something else than NaN where it is given NaN, as ONNX specifies it.
fn knows_nan(operator: &str) -> bool {
    matches!(operator, "IsNaN" | "Imputer") || operator.starts_with("TreeEnsemble")
}

/// How many numbers a tensor has for a row, where that is fixed.
fn columns(tensor: &Tensor) -> Option<u64> {
    let (_rows, sizes) = tensor.shape.split_first()?;
    sizes.iter().try_fold(1_u64, |all, size| match size {
        Dimension::Fixed(size) => all.checked_mul(u64::try_from(*size).ok()?),
        Dimension::Named(_) => None,
    })
}

/// Key and value of a `StringStringEntryProto`.
fn entry_of(bytes: &[u8]) -> Result<(&str, &str), String> {
    let (mut key, mut value) = ("", "");
    each_field(bytes, &mut |number, field| match (number, field) {
        (1, Field::Bytes(bytes)) => text(bytes).map(|text| key = text),
        (2, Field::Bytes(bytes)) => text(bytes).map(|text| value = text),
        _ => Ok(()),
    })?;
    Ok((key, value))
}

/// Adds a `ValueInfoProto` to the tensors.
fn push(tensors: &mut Vec<Tensor>, bytes: &[u8]) -> Result<(), String> {
    if tensors.len() >= MAX_TENSORS {
        return Err(format!("it has more than {MAX_TENSORS} inputs or outputs"));
    }
    let mut tensor = Tensor { name: String::new(), dtype: "no tensor".to_owned(), shape: Vec::new() };
    each_field(bytes, &mut |number, field| match (number, field) {
        (1, Field::Bytes(bytes)) => text(bytes).map(|text| tensor.name = text.to_owned()),
        // TypeProto, and the tensor in it.
        (2, Field::Bytes(bytes)) => each_field(bytes, &mut |number, field| match (number, field) {
            (1, Field::Bytes(bytes)) => typed(bytes, &mut tensor),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    tensors.push(tensor);
    Ok(())
}

fn typed(bytes: &[u8], tensor: &mut Tensor) -> Result<(), String> {
    each_field(bytes, &mut |number, field| match (number, field) {
        (1, Field::Number(number)) => {
            tensor.dtype = dtype(number).to_owned();
            Ok(())
        }
        (2, Field::Bytes(shape)) => each_field(shape, &mut |number, field| match (number, field) {
            (1, Field::Bytes(dimension)) => {
                if tensor.shape.len() >= 64 {
                    return Err("a tensor has more than 64 dimensions".to_owned());
                }
                let mut size = Dimension::Named("?".to_owned());
                each_field(dimension, &mut |number, field| {
                    match (number, field) {
                        (1, Field::Number(number)) => size = Dimension::Fixed(number as i64),
                        (2, Field::Bytes(name)) => size = Dimension::Named(text(name)?.to_owned()),
                        _ => {}
                    }
                    Ok(())
                })?;
                tensor.shape.push(size);
                Ok(())
            }
            _ => Ok(()),
        }),
        _ => Ok(()),
    })
}

/// `TensorProto.DataType`.
fn dtype(number: u64) -> &'static str {
    const NAMES: [&str; 17] = [
        "undefined",
        "float32",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "float64",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16",
    ];
    usize::try_from(number).ok().and_then(|number| NAMES.get(number)).copied().unwrap_or("unknown")
}
