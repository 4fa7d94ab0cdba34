//! A service in this process.
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use serving::{GrpcService, Host, ServeError, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

/// Long enough for any answer on any machine, so that nothing degrades for want of time.
pub const AMPLE: Duration = Duration::from_secs(5);

/// A service in this process, on a port of its own.
pub struct Running {
    /// Its address, as `http://127.0.0.1:50151`.
    pub address: String,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Starts a service.
    pub fn start<S: GrpcService>(service: S, host: Arc<Host>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("the listener has an address"));
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serve(service, host, listener, async {
            drop(stopped.await);
        }));
        Self { address, stop, ended }
    }

    /// A channel to the service.
    pub async fn channel(&self) -> Channel {
        connect(&self.address).await
    }

    /// Stops the service, and says how it ended.
    pub async fn stop(self) -> Result<(), ServeError> {
        self.stop.send(()).expect("the service runs");
        self.ended.await.expect("the service does not panic")
    }
}

/// A channel to a service.
pub async fn connect(address: &str) -> Channel {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("the address is one");
    let patience = Duration::from_secs(30);
    endpoint.connect_timeout(patience).timeout(patience).connect().await.expect("the service listens")
}

/// A request that has to be answered within a time.
pub fn request_within<T>(message: T, time: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(time);
    request
}
