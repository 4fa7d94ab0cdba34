//! The server around the handler: health, reflection, metrics, and a shutdown that loses nothing.
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::routing::get;
use experiments::Assignments;
use protocol::FILE_DESCRIPTOR_SET;
use protocol::ranking::v1::now_playing_server::NowPlayingServer;
use stages::InputMismatch;
use telemetry::{Clock, Metrics};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::service::Routes;
use tonic::transport::Server;

use crate::config::Config;
use crate::pipeline::{Parts, build};
use crate::service::{Deadlines, Service};

/// The largest request that is taken, in bytes: five hundred candidates and a session fit in several times.
const MAX_REQUEST_BYTES: usize = 256 << 10;

/// The service with all that it stands on.
pub struct App {
    /// What the stages stand on.
    pub parts: Parts,
    /// Who is in which arm.
    pub assignments: Assignments,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Limits and times.
    pub config: Config,
}

/// A server that could not start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The model does not take what the service has.
    #[error("the model is not one for this service")]
    Inputs(#[from] InputMismatch),
    /// The protos cannot be shown by reflection.
    #[error("failed to start reflection")]
    Reflection(#[source] Box<dyn Error + Send + Sync>),
    /// The connection failed.
    #[error("failed to serve")]
    Transport(#[from] tonic::transport::Error),
    /// Exposures may be lost.
    #[error("failed to flush exposures")]
    Exposures(#[from] experiments::LogError),
    /// The listener cannot be used.
    #[error("failed to listen")]
    Listen(#[from] io::Error),
}

/// Serves on a listener that does not block until `stop`, then finishes what is in flight, then flushes exposures.
///
/// # Errors
/// A [`ServeError`] if the service cannot start, the transport fails, or exposures could not be flushed.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let exposures = app.parts.exposures.clone();
    let patience = Duration::from_millis(app.config.shutdown_ms);
    let metrics = Arc::new(Metrics::new(Duration::from_millis(app.config.deadline.default_ms)));
    let (health, health_service) = tonic_health::server::health_reporter();
    let service =
        NowPlayingServer::new(service(app, metrics.clone())?).max_decoding_message_size(MAX_REQUEST_BYTES);
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|error| ServeError::Reflection(error.into()))?;
    health.set_serving::<NowPlayingServer<Service>>().await;

    let router = Routes::new(service)
        .add_service(health_service)
        .add_service(reflection)
        .into_axum_router()
        .route("/metrics", get(move || async move { metrics_text(&metrics) }));
    let (drain, draining) = oneshot::channel::<()>();
    let server = Server::builder()
        // The metrics are read by plain HTTP, on the same port.
        .accept_http1(true)
        .tcp_nodelay(true)
        .add_routes(Routes::from(router))
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async {
            drop(draining.await);
        });
    tokio::pin!(server);
    let ended = tokio::select! {
        ended = &mut server => ended,
        () = stop => {
            tracing::info!("stopping");
            health.set_not_serving::<NowPlayingServer<Service>>().await;
            drop(drain);
            timeout(patience, server).await.unwrap_or_else(|_elapsed| {
                tracing::warn!("requests in flight were cut off");
                Ok(())
            })
        }
    };
    exposures.flush(patience).await?;
    ended?;
    tracing::info!("stopped");
    Ok(())
}

fn service(app: App, metrics: Arc<Metrics>) -> Result<Service, InputMismatch> {
    let deadline = app.config.deadline;
    Ok(Service {
        pipeline: build(&app.parts)?,
        model_version: app.parts.model.signature().version.clone(),
        assignments: app.assignments,
        clock: app.clock,
        metrics,
        deadlines: Deadlines {
            default: Duration::from_millis(deadline.default_ms),
            max: Duration::from_millis(deadline.max_ms),
        },
        slots: Semaphore::new(app.config.in_flight),
    })
}

type Text = (StatusCode, [(header::HeaderName, &'static str); 1], String);

fn metrics_text(metrics: &Metrics) -> Text {
    let (status, text) = match metrics.text() {
        Ok(text) => (StatusCode::OK, text),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    (status, [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
