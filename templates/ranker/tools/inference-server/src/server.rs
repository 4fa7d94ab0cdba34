//! A model by its signature, and the server around it: health, reflection, limits, shutdown.
use std::error::Error;
use std::ffi::OsStr;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use models::{LightGbmModel, LoadError, Model, Signature, TractModel};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::service::Inference;
use crate::wire::FILE_DESCRIPTOR_SET;
use crate::wire::grpc_inference_service_server::GrpcInferenceServiceServer;

/// How long a request may take, whatever its caller grants.
const LONGEST: Duration = Duration::from_secs(60);

/// A server that could not start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The protos cannot be shown by reflection.
    #[error("failed to start reflection")]
    Reflection(#[source] Box<dyn Error + Send + Sync>),
    /// The connection failed.
    #[error("failed to serve")]
    Transport(#[from] tonic::transport::Error),
}

/// Loads the model of which a signature file speaks: a `.txt` by LightGBM's rules, anything else as ONNX.
///
/// # Errors
/// A [`LoadError`] if the model is not what its signature says, or cannot be run.
pub fn open(signature: &Path) -> Result<Arc<dyn Model>, LoadError> {
    match Path::new(&Signature::read(signature)?.file).extension().and_then(OsStr::to_str) {
        Some("txt") => Ok(Arc::new(LightGbmModel::load(signature)?)),
        _ => Ok(Arc::new(TractModel::load(signature)?)),
    }
}

/// Serves a model until `stop`, then finishes what is in flight.
///
/// # Errors
/// A [`ServeError`] if reflection cannot start or the transport fails.
pub async fn serve(
    model: Arc<dyn Model>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<GrpcInferenceServiceServer<Inference>>().await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|error| ServeError::Reflection(error.into()))?;
    // The builder's own `tcp_nodelay` is ignored for a listener that is there already, and without it a small answer waits
    // 40 ms for the caller's kernel.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .timeout(LONGEST)
        .add_service(GrpcInferenceServiceServer::new(Inference { model, longest: LONGEST }))
        .add_service(health_service)
        .add_service(reflection)
        .serve_with_incoming_shutdown(incoming, stop)
        .await?;
    Ok(())
}
