//! The embedded engine: a committed ONNX file, run by tract.
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use prost::Message;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto};
use tract_onnx::prelude::*;

use crate::artefact::{expect_same, read_artefact};
use crate::background::{self, BLOCK};
use crate::load_error::LoadError;
use crate::matrix::Matrix;
use crate::model::{Model, ModelError};
use crate::signature::{Dimension, Signature, TensorSpec};

/// The time that the engine needs for a graph grows with the square of its operators: a chain of these took five seconds.
const MAX_OPERATORS: usize = 2_000;
/// The largest tensor that a graph may have for a block of rows: 64 MiB of `f32`.
const MAX_ELEMENTS: usize = 16 << 20;

/// An ONNX model with one input of rows and one output of numbers.
#[derive(Debug, Clone)]
pub struct TractModel {
    signature: Arc<Signature>,
    columns: usize,
    plan: Arc<TypedRunnableModel>,
}

impl TractModel {
    /// Loads the model of which a signature file speaks, and holds it to the signature.
    ///
    /// # Errors
    /// A [`LoadError`] if a file cannot be read or run, or the model is not what its signature says: another SHA-256,
    /// other inputs, outputs, types, shapes or features, or features in another order.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let (signature, file, bytes) = read_artefact(path)?;
        let mismatch = |problem| LoadError::Mismatch { path: file.clone(), problem };
        let broken = |source| LoadError::Model { path: file.clone(), source };

        let proto = ModelProto::decode(bytes.as_slice()).map_err(|error| broken(error.into()))?;
        let operators = proto.graph.as_ref().map_or(0, operators);
        if operators > MAX_OPERATORS {
            return Err(broken(format!("{operators} operators are more than {MAX_OPERATORS}").into()));
        }
        expect_tensors(&signature, &proto).map_err(mismatch)?;
        expect_features(&signature, &proto).map_err(mismatch)?;
        let columns = signature.features.len();
        let plan = plan(&proto, columns).map_err(broken)?;
        Ok(Self { signature: Arc::new(signature), columns, plan })
    }

    /// As [`Self::load`], beside what else the runtime does, and no longer than `patience`. Needs a Tokio runtime.
    ///
    /// # Errors
    /// As [`Self::load`], and [`LoadError::Late`].
    pub async fn open(path: &Path, patience: Duration) -> Result<Self, LoadError> {
        let path = path.to_owned();
        let (done, loaded) = oneshot::channel();
        let load = {
            let path = path.clone();
            move || drop(done.send(Self::load(&path)))
        };
        // A thread of its own, not one of the runtime: the runtime would not end before a load that never does.
        thread::Builder::new()
            .name("load model".to_owned())
            .spawn(load)
            .map_err(|source| LoadError::Unreadable { path: path.clone(), source })?;
        match timeout(patience, loaded).await {
            Ok(Ok(loaded)) => loaded,
            _ => Err(LoadError::Late { path }),
        }
    }

    fn score(&self, block: &[f32]) -> TractResult<Vec<f32>> {
        let input = Tensor::from_shape(&[BLOCK, self.columns], block)?;
        let outputs = self.plan.run(tvec!(input.into_tvalue()))?;
        let output = outputs.first().ok_or_else(|| TractError::msg("the model gave no output"))?;
        Ok(output.to_plain_array_view::<f32>()?.iter().copied().collect())
    }
}

#[async_trait]
impl Model for TractModel {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        let model = self.clone();
        background::infer(rows, self.columns, within, move |block| model.score(block)).await
    }
}

/// Makes a plan of a graph. The engine panics at some graphs that make no sense, and where there is no memory; to us that
/// is one more way to say so.
fn plan(proto: &ModelProto, columns: usize) -> Result<Arc<TypedRunnableModel>, Box<dyn Error + Send + Sync>> {
    let plan = || {
        let rows = f32::fact([BLOCK, columns]).into();
        let typed = onnx().model_for_proto_model(proto)?.with_input_fact(0, rows)?.into_typed()?;
        // What the engine computes of constants is only held to it afterwards: it computes some as it reads the graph.
        expect_sizes(&typed)?;
        let optimized = typed.into_optimized()?;
        expect_sizes(&optimized)?;
        let output = optimized.output_fact(0)?;
        if output.datum_type != f32::datum_type() || output.shape.as_concrete() != Some(&[BLOCK, 1]) {
            return Err(TractError::msg(format!("its output for {BLOCK} rows is {output:?}")));
        }
        optimized.into_runnable()
    };
    match catch_unwind(AssertUnwindSafe(plan)) {
        Ok(plan) => plan.map_err(TractError::into),
        Err(_panic) => Err("the graph makes no sense".into()),
    }
}

/// Holds every tensor of a graph to a size that is known and not too large.
fn expect_sizes(model: &TypedModel) -> TractResult<()> {
    for node in model.nodes() {
        for TypedFact { shape, .. } in node.outputs.iter().map(|output| &output.fact) {
            let sizes = shape.as_concrete().into_iter().flatten();
            let elements = sizes.copied().try_fold(1, usize::checked_mul);
            if !shape.is_concrete() || elements.is_none_or(|elements| elements > MAX_ELEMENTS) {
                return Err(TractError::msg(format!("`{}` is too large: {shape:?}", node.name)));
            }
        }
    }
    Ok(())
}

/// How many operators a graph has, with those of the graphs inside it.
fn operators(graph: &GraphProto) -> usize {
    let inner = |node: &NodeProto| {
        let graphs = node.attribute.iter().flat_map(|attribute| attribute.g.iter().chain(&attribute.graphs));
        1 + graphs.map(operators).sum::<usize>()
    };
    graph.node.iter().map(inner).sum()
}

fn expect_tensors(signature: &Signature, proto: &ModelProto) -> Result<(), String> {
    let graph = proto.graph.as_ref().ok_or("it has no graph")?;
    for (side, promised, got) in
        [("input", &signature.inputs, &graph.input), ("output", &signature.outputs, &graph.output)]
    {
        let got: Vec<_> = got.iter().map(describe).collect();
        let promised: Vec<_> = promised.iter().map(TensorSpec::to_string).collect();
        expect_same(&format!("the {side}"), &promised.join(", "), &got.join(", "))?;
    }
    Ok(())
}

fn expect_features(signature: &Signature, proto: &ModelProto) -> Result<(), String> {
    let promised: Vec<_> = signature.features.iter().map(|feature| feature.name.as_str()).collect();
    let got = proto.metadata_props.iter().find(|entry| entry.key == "feature_names");
    let got = got.ok_or("its metadata has no `feature_names`")?;
    expect_same("the list of features", &promised.join(","), &got.value)
}

/// A tensor of an ONNX graph in the words of a signature.
fn describe(info: &tract_onnx::pb::ValueInfoProto) -> String {
    use tract_onnx::pb::tensor_shape_proto::dimension::Value;
    use tract_onnx::pb::{tensor_proto::DataType, type_proto};

    let Some(type_proto::Value::TensorType(tensor)) = info.r#type.as_ref().and_then(|t| t.value.as_ref())
    else {
        return format!("{} (not a tensor)", info.name);
    };
    let dtype = match DataType::try_from(tensor.elem_type) {
        Ok(DataType::Float) => "float32".to_owned(),
        Ok(other) => format!("{other:?}").to_lowercase(),
        Err(_) => "unknown".to_owned(),
    };
    let dims = tensor.shape.iter().flat_map(|shape| &shape.dim).map(|dim| match &dim.value {
        Some(Value::DimValue(size)) => Dimension::Fixed(*size),
        Some(Value::DimParam(name)) => Dimension::Named(name.clone()),
        None => Dimension::Named("?".to_owned()),
    });
    TensorSpec { name: info.name.clone(), dtype, shape: dims.collect() }.to_string()
}
