//! Servers that tests start: ours as a process, and one in this process that answers what a test says.
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use inference_server::wire::grpc_inference_service_server::{
    GrpcInferenceService, GrpcInferenceServiceServer,
};
use inference_server::wire::model_infer_response::InferOutputTensor;
use inference_server::wire::model_metadata_response::TensorMetadata;
use inference_server::wire::{
    ModelInferRequest, ModelInferResponse, ModelMetadataRequest, ModelMetadataResponse, ModelReadyRequest,
    ModelReadyResponse, ServerLiveRequest, ServerLiveResponse, ServerMetadataRequest, ServerMetadataResponse,
    ServerReadyRequest, ServerReadyResponse,
};
use models::{Matrix, OpenInferenceModel};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

pub(crate) const AMPLE: Duration = Duration::from_secs(20);

/// The signature of the committed model of now-playing.
pub(crate) fn now_playing() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/now_playing.signature.yaml")
}

/// Rows that are all different.
pub(crate) fn rows(count: usize, columns: usize) -> Matrix {
    let mut rows = Matrix::with_capacity(count, columns);
    for row in 0..count {
        rows.push((0..columns).map(|column| ((row * 31 + column * 17) % 1009) as f32 / 1009.0 - 0.2));
    }
    rows
}

/// A process that does not outlive its test.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts our server as a process: the process, and the address that it printed.
pub(crate) fn spawn(signature: &Path, listen: &str) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inference-server"));
    command.args(["--listen", listen, "--signature"]).arg(signature).stdout(Stdio::piped());
    let mut process = Process(command.spawn().expect("the binary starts"));
    let mut line = String::new();
    let stdout = process.0.stdout.take().expect("the output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the output is text");
    let address = line.trim_end().strip_prefix("listening on ").expect("the address is printed").to_owned();
    (process, address)
}

/// A server in this process, whose words a test chooses.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) ready: Result<bool, Status>,
    /// How often it says that it is not ready yet, before what it says for good.
    pub(crate) not_yet: Arc<AtomicUsize>,
    pub(crate) metadata: ModelMetadataResponse,
    pub(crate) infer: Result<ModelInferResponse, Status>,
    pub(crate) delay: Duration,
    /// What it was asked last: the header `grpc-timeout`, and the question.
    pub(crate) asked: Arc<Mutex<Option<(String, ModelInferRequest)>>>,
    /// The header `traceparent` of that.
    pub(crate) traceparent: Arc<Mutex<Option<String>>>,
}

impl Told {
    /// What is right for the committed model, and the scores 0.5 and 0.25 for two rows.
    pub(crate) fn right() -> Self {
        let tensor = |name: &str, columns| TensorMetadata {
            name: name.to_owned(),
            datatype: "FP32".to_owned(),
            shape: vec![-1, columns],
        };
        let output = InferOutputTensor {
            name: "score".to_owned(),
            datatype: "FP32".to_owned(),
            shape: vec![2, 1],
            ..InferOutputTensor::default()
        };
        Self {
            ready: Ok(true),
            not_yet: Arc::default(),
            metadata: ModelMetadataResponse {
                name: "now_playing".to_owned(),
                versions: vec!["2026-11-20.0".to_owned(), "2026-11-20.1".to_owned()],
                platform: String::new(),
                inputs: vec![tensor("features", 14)],
                outputs: vec![tensor("score", 1)],
            },
            infer: Ok(ModelInferResponse {
                model_name: "now_playing".to_owned(),
                model_version: "2026-11-20.1".to_owned(),
                outputs: vec![output],
                raw_output_contents: vec![little_endian(&[0.5, 0.25])],
                ..ModelInferResponse::default()
            }),
            delay: Duration::ZERO,
            asked: Arc::default(),
            traceparent: Arc::default(),
        }
    }

    /// Serves until the handle is dropped or aborted.
    pub(crate) async fn serve(&self) -> (JoinHandle<()>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        (self.serve_on(listener), address)
    }

    pub(crate) fn serve_on(&self, listener: TcpListener) -> JoinHandle<()> {
        let service = GrpcInferenceServiceServer::new(self.clone()).max_encoding_message_size(usize::MAX);
        let server = Server::builder().add_service(service);
        tokio::spawn(async move {
            server.serve_with_incoming(TcpIncoming::from(listener)).await.expect("it serves");
        })
    }

    /// Serves, and connects a model to it.
    pub(crate) async fn model(&self) -> OpenInferenceModel {
        let (_server, address) = self.serve().await;
        connect(address).await
    }
}

pub(crate) async fn connect(address: SocketAddr) -> OpenInferenceModel {
    let endpoint = format!("http://{address}");
    OpenInferenceModel::connect(&now_playing(), &endpoint, AMPLE).await.expect("the server has the model")
}

pub(crate) fn little_endian(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[tonic::async_trait]
impl GrpcInferenceService for Told {
    async fn server_live(
        &self,
        _: Request<ServerLiveRequest>,
    ) -> Result<Response<ServerLiveResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }

    async fn server_ready(
        &self,
        _: Request<ServerReadyRequest>,
    ) -> Result<Response<ServerReadyResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }

    async fn server_metadata(
        &self,
        _: Request<ServerMetadataRequest>,
    ) -> Result<Response<ServerMetadataResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }

    async fn model_ready(
        &self,
        _: Request<ModelReadyRequest>,
    ) -> Result<Response<ModelReadyResponse>, Status> {
        let counted = |left: usize| left.checked_sub(1);
        if self.not_yet.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted).is_ok() {
            return Ok(Response::new(ModelReadyResponse { ready: false }));
        }
        Ok(Response::new(ModelReadyResponse { ready: self.ready.clone()? }))
    }

    async fn model_metadata(
        &self,
        _: Request<ModelMetadataRequest>,
    ) -> Result<Response<ModelMetadataResponse>, Status> {
        Ok(Response::new(self.metadata.clone()))
    }

    async fn model_infer(
        &self,
        request: Request<ModelInferRequest>,
    ) -> Result<Response<ModelInferResponse>, Status> {
        let header =
            |name| request.metadata().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let timeout = header("grpc-timeout").unwrap_or_default();
        *self.traceparent.lock().expect("nobody panicked") = header("traceparent");
        *self.asked.lock().expect("nobody panicked") = Some((timeout, request.into_inner()));
        tokio::time::sleep(self.delay).await;
        Ok(Response::new(self.infer.clone()?))
    }
}
