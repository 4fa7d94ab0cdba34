//! Answers of the Open Inference Protocol about one model.
use std::sync::Arc;
use std::time::Duration;

use models::{Dimension, Matrix, Model, ModelError, Signature, TensorSpec};
use tonic::{Request, Response, Status};

use crate::wire::grpc_inference_service_server::GrpcInferenceService;
use crate::wire::model_infer_request::InferInputTensor;
use crate::wire::model_infer_response::InferOutputTensor;
use crate::wire::model_metadata_response::TensorMetadata;
use crate::wire::{
    InferTensorContents, ModelInferRequest, ModelInferResponse, ModelMetadataRequest, ModelMetadataResponse,
    ModelReadyRequest, ModelReadyResponse, ServerLiveRequest, ServerLiveResponse, ServerMetadataRequest,
    ServerMetadataResponse, ServerReadyRequest, ServerReadyResponse,
};

/// The protocol's name for `float32`.
const FP32: &str = "FP32";

/// Answers questions about one model, in one version.
pub(crate) struct Inference {
    /// The model.
    pub(crate) model: Arc<dyn Model>,
    /// How long it may take.
    pub(crate) longest: Duration,
}

#[tonic::async_trait]
impl GrpcInferenceService for Inference {
    async fn server_live(
        &self,
        _: Request<ServerLiveRequest>,
    ) -> Result<Response<ServerLiveResponse>, Status> {
        Ok(Response::new(ServerLiveResponse { live: true }))
    }

    async fn server_ready(
        &self,
        _: Request<ServerReadyRequest>,
    ) -> Result<Response<ServerReadyResponse>, Status> {
        Ok(Response::new(ServerReadyResponse { ready: true }))
    }

    async fn model_ready(
        &self,
        request: Request<ModelReadyRequest>,
    ) -> Result<Response<ModelReadyResponse>, Status> {
        let ModelReadyRequest { name, version } = request.into_inner();
        self.find(&name, &version)?;
        Ok(Response::new(ModelReadyResponse { ready: true }))
    }

    async fn server_metadata(
        &self,
        _: Request<ServerMetadataRequest>,
    ) -> Result<Response<ServerMetadataResponse>, Status> {
        Ok(Response::new(ServerMetadataResponse {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            extensions: Vec::new(),
        }))
    }

    async fn model_metadata(
        &self,
        request: Request<ModelMetadataRequest>,
    ) -> Result<Response<ModelMetadataResponse>, Status> {
        let ModelMetadataRequest { name, version } = request.into_inner();
        let signature = self.find(&name, &version)?;
        Ok(Response::new(ModelMetadataResponse {
            name: signature.name.clone(),
            versions: vec![signature.version.clone()],
            platform: "ranker".to_owned(),
            inputs: signature.inputs.iter().map(describe).collect(),
            outputs: signature.outputs.iter().map(describe).collect(),
        }))
    }

    async fn model_infer(
        &self,
        request: Request<ModelInferRequest>,
    ) -> Result<Response<ModelInferResponse>, Status> {
        let request = request.into_inner();
        let signature = self.find(&request.model_name, &request.model_version)?;
        let raw = !request.raw_input_contents.is_empty();
        let rows = rows(signature, &request)?;
        let scores = self.model.infer(rows, self.longest).await.map_err(|error| match error {
            ModelError::Timeout => Status::deadline_exceeded(error.to_string()),
            error => Status::internal(error.to_string()),
        })?;
        Ok(Response::new(answer(signature, request.id, scores, raw)))
    }
}

impl Inference {
    /// The model's signature, if it is the model that is asked about. No version is any version.
    fn find(&self, name: &str, version: &str) -> Result<&Signature, Status> {
        let signature = self.model.signature();
        if name == signature.name && (version.is_empty() || version == signature.version) {
            Ok(signature)
        } else {
            Err(Status::not_found(format!("there is no model `{name}` {version}")))
        }
    }
}

fn describe(spec: &TensorSpec) -> TensorMetadata {
    let shape = spec.shape.iter().map(|dimension| match dimension {
        Dimension::Fixed(size) => *size,
        Dimension::Named(_) => -1,
    });
    TensorMetadata { name: spec.name.clone(), datatype: FP32.to_owned(), shape: shape.collect() }
}

/// The rows of a request, all of whose tensors, types, shapes and lengths are right.
fn rows(signature: &Signature, request: &ModelInferRequest) -> Result<Matrix, Status> {
    let invalid = |what: &str| Err(Status::invalid_argument(format!("the model takes {what}")));
    let (columns, promised) = (signature.features.len(), &signature.inputs);
    let [input] = &request.inputs[..] else {
        return invalid("one input");
    };
    if promised.iter().any(|spec| spec.name != input.name) || input.datatype != FP32 {
        return invalid("its own input, of type FP32");
    }
    if request.outputs.iter().any(|asked| signature.outputs.iter().all(|spec| spec.name != asked.name)) {
        return Err(Status::invalid_argument("the model does not give what is asked for"));
    }
    let Some(values) = values(input, &request.raw_input_contents) else {
        return invalid("elements either raw or in `fp32_contents`");
    };
    let rows = values.len() / columns;
    if values.len() % columns != 0 || input.shape != [rows as i64, columns as i64] {
        return invalid(&format!("[rows, {columns}], and as many elements"));
    }
    let mut matrix = Matrix::with_capacity(rows, columns);
    values.chunks(columns).for_each(|row| matrix.push(row.iter().copied()));
    Ok(matrix)
}

fn values(input: &InferInputTensor, raw: &[Vec<u8>]) -> Option<Vec<f32>> {
    let listed = input.contents.as_ref().map(|contents| &contents.fp32_contents);
    match (raw, listed) {
        ([], Some(listed)) => Some(listed.clone()),
        ([raw], None) => {
            let (values, rest) = raw.as_chunks();
            rest.is_empty().then(|| values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        }
        _ => None,
    }
}

/// Scores in the way in which the rows came: raw or listed.
fn answer(signature: &Signature, id: String, scores: Vec<f32>, raw: bool) -> ModelInferResponse {
    let output = |spec: &TensorSpec| InferOutputTensor {
        name: spec.name.clone(),
        datatype: FP32.to_owned(),
        shape: vec![scores.len() as i64, 1],
        contents: (!raw)
            .then(|| InferTensorContents { fp32_contents: scores.clone(), ..InferTensorContents::default() }),
        ..InferOutputTensor::default()
    };
    let bytes = || scores.iter().flat_map(|score| score.to_le_bytes()).collect();
    ModelInferResponse {
        model_name: signature.name.clone(),
        model_version: signature.version.clone(),
        id,
        outputs: signature.outputs.iter().map(output).collect(),
        raw_output_contents: if raw { vec![bytes()] } else { Vec::new() },
        ..ModelInferResponse::default()
    }
}
