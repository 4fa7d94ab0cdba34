//! A model on a server of its own, asked by the Open Inference Protocol.
mod answer;
mod metadata;
mod wire;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tonic::metadata::MetadataKey;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use self::answer::scores;
use self::metadata::differences;
use self::wire::grpc_inference_service_client::GrpcInferenceServiceClient;
use self::wire::model_infer_request::{InferInputTensor, InferRequestedOutputTensor};
use self::wire::{FP32, ModelInferRequest, ModelMetadataRequest, ModelMetadataResponse, ModelReadyRequest};
use crate::load_error::LoadError;
use crate::matrix::Matrix;
use crate::model::{Model, ModelError};
use crate::signature::{Signature, TensorSpec};

/// The most bytes of rows in a request: servers of this protocol take messages of 4 MiB, names and all.
const MAX_ROWS_BYTES: usize = (4 << 20) - (64 << 10);
/// The largest answer that is read: the scores of as many rows as fit into a request, and names. One that is larger is
/// refused before it is read.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// How long one question about the server's state may take, and the wait between two of them.
const PROBE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(200);
/// How often a connection without requests is tried.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// The longest that anything may take, whatever a caller grants.
const LONGEST: Duration = Duration::from_secs(60);

/// A model on a server that speaks the Open Inference Protocol (KServe v2) over gRPC.
///
/// One connection, made when it is first needed and made anew when it is lost. What the server answers is believed only as
/// far as the signature goes. The digest in the signature is the server's to check: the protocol does not speak of it. An
/// answer of another version than the signature's is refused; but there are servers that never say a version, as that
/// of KServe for Python, and then it is up to whoever deploys them that it is the signature's.
#[derive(Debug, Clone)]
pub struct OpenInferenceModel {
    signature: Arc<Signature>,
    client: GrpcInferenceServiceClient<Channel>,
    /// Whether the server speaks of versions.
    versioned: bool,
    headers: Headers,
}

/// Hands headers that a question is to have besides its own to what it is given, each with its name.
pub type Headers = fn(&mut dyn FnMut(&str, String));

impl OpenInferenceModel {
    /// Connects to the server at `endpoint`, as `http://127.0.0.1:8001`, and holds its model to a signature file: name,
    /// version, inputs and outputs with their types and shapes. A server that is not up yet, or whose model is not ready
    /// yet, is waited for as long as `patience` says; it is asked at least once. Needs a Tokio runtime.
    ///
    /// # Errors
    /// A [`LoadError`] if the signature cannot be read, the endpoint is not one, the server cannot be reached or has no
    /// such model within that time, or its model is not what the signature says, with everything that is different.
    pub async fn connect(signature: &Path, endpoint: &str, patience: Duration) -> Result<Self, LoadError> {
        let until = Instant::now() + patience;
        let signature = Signature::read(signature)?;
        let client =
            GrpcInferenceServiceClient::new(channel(endpoint)?).max_decoding_message_size(MAX_ANSWER_BYTES);
        let mut model = Self { signature: Arc::new(signature), client, versioned: true, headers: |_put| {} };
        loop {
            let probed = timeout(PROBE, model.probe()).await;
            match probed.unwrap_or_else(|_elapsed| Err(Status::deadline_exceeded("no answer in time"))) {
                Ok(metadata) => {
                    model.versioned = !metadata.versions.is_empty();
                    let differences = differences(&model.signature, &metadata);
                    return match differences.is_empty() {
                        true => Ok(model),
                        false => Err(LoadError::Differs { endpoint: endpoint.to_owned(), differences }),
                    };
                }
                Err(_) if Instant::now() + PAUSE < until => sleep(PAUSE).await,
                Err(status) => {
                    return Err(LoadError::Unreachable {
                        endpoint: endpoint.to_owned(),
                        source: status.into(),
                    });
                }
            }
        }
    }

    /// Asks for scores with more headers, such as those that pass a trace on.
    #[must_use]
    pub fn with_headers(mut self, headers: Headers) -> Self {
        self.headers = headers;
        self
    }

    /// What the server says of the model, once it is ready.
    async fn probe(&self) -> Result<ModelMetadataResponse, Status> {
        let Signature { name, version, .. } = &*self.signature;
        let mut client = self.client.clone();
        let question = ModelReadyRequest { name: name.clone(), version: version.clone() };
        if !client.model_ready(question).await?.into_inner().ready {
            return Err(Status::unavailable(format!("model `{name}` {version} is not ready")));
        }
        let question = ModelMetadataRequest { name: name.clone(), version: version.clone() };
        Ok(client.model_metadata(question).await?.into_inner())
    }

    fn question(&self, rows: &Matrix) -> ModelInferRequest {
        let Signature { name, version, inputs, outputs, .. } = &*self.signature;
        let input = |spec: &TensorSpec| InferInputTensor {
            name: spec.name.clone(),
            datatype: FP32.to_owned(),
            shape: vec![rows.rows() as i64, rows.columns() as i64],
            ..InferInputTensor::default()
        };
        let output = |spec: &TensorSpec| InferRequestedOutputTensor {
            name: spec.name.clone(),
            ..InferRequestedOutputTensor::default()
        };
        ModelInferRequest {
            model_name: name.clone(),
            model_version: version.clone(),
            inputs: inputs.iter().map(input).collect(),
            outputs: outputs.iter().map(output).collect(),
            raw_input_contents: vec![rows.values().iter().flat_map(|value| value.to_le_bytes()).collect()],
            ..ModelInferRequest::default()
        }
    }
}

#[async_trait]
impl Model for OpenInferenceModel {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        let until = Instant::now() + within;
        let columns = self.signature.features.len();
        if rows.columns() != columns {
            return Err(ModelError::Columns { expected: columns, got: rows.columns() });
        }
        let most = MAX_ROWS_BYTES / size_of::<f32>() / columns.max(1);
        if rows.rows() > most {
            return Err(ModelError::Rows { most, got: rows.rows() });
        }
        if rows.rows() == 0 {
            return Ok(Vec::new());
        }
        let mut request = Request::new(self.question(&rows));
        let remaining = until.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Err(ModelError::Timeout);
        }
        // The server is told what is left, so that it does not work for nobody.
        request.set_timeout(remaining);
        (self.headers)(&mut |name, value| {
            // What is not a header is left out: scores do not depend on it.
            if let (Ok(name), Ok(value)) = (MetadataKey::from_bytes(name.as_bytes()), value.parse()) {
                request.metadata_mut().insert(name, value);
            }
        });
        let mut client = self.client.clone();
        let answer =
            timeout_at(until, client.model_infer(request)).await.map_err(|_elapsed| ModelError::Timeout)?;
        let answer = answer.map_err(|status| match status.code() {
            Code::DeadlineExceeded | Code::Cancelled => ModelError::Timeout,
            _ => ModelError::Engine(status.into()),
        })?;
        Ok(scores(&self.signature, self.versioned, rows.rows(), answer.into_inner())?)
    }
}

/// A connection that is made when it is first needed, and anew when it is lost.
fn channel(endpoint: &str) -> Result<Channel, LoadError> {
    let refused =
        |source: Box<dyn Error + Send + Sync>| LoadError::Endpoint { endpoint: endpoint.to_owned(), source };
    if !endpoint.starts_with("http://") {
        return Err(refused("it has to be `http://HOST:PORT`".into()));
    }
    let endpoint = Endpoint::from_shared(endpoint.to_owned()).map_err(|error| refused(error.into()))?;
    Ok(endpoint
        .connect_timeout(PROBE)
        .timeout(LONGEST)
        .tcp_nodelay(true)
        // A server that vanished without a word is noticed before the next request waits for it in vain.
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_while_idle(true)
        .keep_alive_timeout(PROBE)
        .connect_lazy())
}
