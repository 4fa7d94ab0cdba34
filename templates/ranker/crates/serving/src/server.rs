//! The server around a handler: health, reflection, metrics, limits, and a shutdown that loses nothing.
use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::routing::get;
use protocol::FILE_DESCRIPTOR_SET;
use telemetry::{Metrics, Part, error_chain};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_reflection::server::Builder as Reflection;

use crate::host::Host;
use crate::process::stop;
use crate::reload::at_hangup;

/// The largest request that a service should take, in bytes: five hundred candidates and a session fit in several times.
pub const MAX_REQUEST_BYTES: usize = 256 << 10;

/// Calls of one connection that may be open at the same time.
const MAX_STREAMS: u32 = 1_024;
/// The headers of a call, in bytes: names of methods and the like, nothing long.
const MAX_HEADER_BYTES: u32 = 16 << 10;
/// Calls that a connection may cancel before they are looked at.
const MAX_PENDING_RESETS: usize = 64;
/// How often a connection without traffic is asked whether it is still there, and how long it may take to say so.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(10));
/// The service that says whether a service is up.
const HEALTH: &str = "grpc.health.v1.Health";
/// How much longer than the longest deadline a call may take to be read and answered.
const GRACE: Duration = Duration::from_secs(1);

/// A server that could not start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be had.
    #[error("failed to listen on {address}: {source}")]
    Address {
        /// Where the server should listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The listener cannot be used.
    #[error("failed to listen")]
    Listen(#[from] io::Error),
    /// The protos cannot be shown by reflection.
    #[error("failed to start reflection")]
    Reflection(#[source] Box<dyn Error + Send + Sync>),
    /// The connection failed.
    #[error("failed to serve")]
    Transport(#[from] tonic::transport::Error),
    /// Traces cannot be exported.
    #[error(transparent)]
    Traces(#[from] telemetry::ExportError),
    /// Exposures may be lost.
    #[error("failed to flush exposures")]
    Exposures(#[from] experiments::LogError),
}

/// A server that `tonic` generated, around a service's handler.
pub trait GrpcService:
    Service<Request, Response = Response, Error = Infallible, Future: Send>
    + NamedService
    + Clone
    + Send
    + Sync
    + 'static
{
}

type Request = http::Request<Body>;
type Response = http::Response<Body>;

impl<S> GrpcService for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Listens, prints the address as `listening on ADDR`, and serves until SIGTERM or SIGINT; see [`serve`]. Experiments are
/// read anew at each SIGHUP.
///
/// # Errors
/// A [`ServeError`] if the address cannot be had, and those of [`serve`].
pub async fn start<S: GrpcService>(
    service: S,
    host: Arc<Host>,
    address: SocketAddr,
) -> Result<(), ServeError> {
    if let Some(traces) = &host.traces {
        telemetry::export(S::NAME, traces)?;
    }
    let listener = TcpListener::bind(address).map_err(|source| ServeError::Address { address, source })?;
    let stop = stop()?;
    let reloaded = host.clone();
    at_hangup(Part::Experiments, &host.metrics, move || {
        let reloaded = reloaded.clone();
        async move { reloaded.reload_experiments().await }
    });
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    serve(service, host, listener, stop).await
}

/// Serves on a listener until `stop`, then finishes what is in flight, then flushes exposures.
///
/// # Errors
/// A [`ServeError`] if reflection cannot start, the transport fails, or exposures could not be flushed.
pub async fn serve<S: GrpcService>(
    service: S,
    host: Arc<Host>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    // The builder's own `tcp_nodelay` is ignored for a listener that is there already, and without it an answer waits up
    // to 40 ms for the acknowledgement of what was sent before it.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let (health, health_service) = tonic_health::server::health_reporter();
    let reflection = |error: tonic_reflection::server::Error| ServeError::Reflection(error.into());
    health.set_serving::<S>().await;

    let metrics = host.metrics.clone();
    let router = Routes::new(service)
        .add_service(health_service)
        // Public clients ask in either version.
        .add_service(
            reflecting(S::NAME, "grpc.reflection.v1.ServerReflection").build_v1().map_err(reflection)?,
        )
        .add_service(
            reflecting(S::NAME, "grpc.reflection.v1alpha.ServerReflection")
                .build_v1alpha()
                .map_err(reflection)?,
        )
        .into_axum_router()
        .route("/metrics", get(move || async move { metrics_text(&metrics) }));
    let (drain, draining) = oneshot::channel::<()>();
    let server = Server::builder()
        // The metrics are read by plain HTTP, on the same port.
        .accept_http1(true)
        .max_concurrent_streams(MAX_STREAMS)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS))
        .http2_keepalive_interval(Some(KEEPALIVE.0))
        .http2_keepalive_timeout(Some(KEEPALIVE.1))
        .timeout(host.limits.most + GRACE)
        .add_routes(Routes::from(router))
        .serve_with_incoming_shutdown(incoming, async {
            drop(draining.await);
        });
    tokio::pin!(server);
    let patience = host.limits.shutdown;
    let ended = tokio::select! {
        ended = &mut server => ended,
        () = stop => {
            tracing::info!("stopping");
            health.set_not_serving::<S>().await;
            drop(drain);
            timeout(patience, server).await.unwrap_or_else(|_elapsed| {
                tracing::warn!("requests in flight were cut off");
                Ok(())
            })
        }
    };
    host.exposures.flush(patience).await?;
    if let Err(error) = telemetry::flush_traces(patience).await {
        tracing::warn!(error = error_chain(&error), "traces are lost");
    }
    ended?;
    tracing::info!("stopped");
    Ok(())
}

/// Reflection of one service: the protos are those of the whole workspace, but nobody else's service is to be had here.
fn reflecting(service: &'static str, reflection: &'static str) -> Reflection<'static> {
    Reflection::configure()
        .with_service_name(service)
        .with_service_name(HEALTH)
        .with_service_name(reflection)
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

type Text = (StatusCode, [(header::HeaderName, &'static str); 1], String);

fn metrics_text(metrics: &Metrics) -> Text {
    let (status, text) = match metrics.text() {
        Ok(text) => (StatusCode::OK, text),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    (status, [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
