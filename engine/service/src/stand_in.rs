//! A stand-in for something that a service depends on: it stands before the real one, writes down what it is asked, and
//! on request leaves a method without an answer.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{HeaderMap, Request, Response};
use prost_reflect::prost::bytes::{Bytes, BytesMut};
use tokio::runtime::Runtime;

use crate::Error;
use crate::wire::parse_timeout;

/// The largest message that is passed on, in bytes.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
/// The most calls that are written down.
const MAX_CALLS: usize = 100_000;

/// A server on loopback that passes calls on to another one. Dropping it ends it.
pub struct StandIn {
    address: SocketAddr,
    notes: Notes,
    runtime: Option<Runtime>,
}

/// A call that the service made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The method, as in `inference.GRPCInferenceService/ModelInfer`.
    pub rpc: String,
    /// When it came in.
    pub at: Instant,
    /// The time that the service granted; `None` if it granted as much as there is.
    pub timeout: Option<Duration>,
    /// When the service gave it up, if it did before there was an answer.
    pub given_up: Option<Instant>,
    /// Whether there was an answer.
    pub answered: bool,
    number: u64,
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// How many calls there were at all.
    count: u64,
    received: Vec<Received>,
    /// Methods that are left without an answer.
    stalled: BTreeSet<String>,
}

impl StandIn {
    /// Stands before the server at an address.
    ///
    /// # Errors
    /// Where no port or no thread is left.
    pub fn before(real: SocketAddr) -> Result<StandIn, Error> {
        let failed = |error: std::io::Error| Error::NoClient { address: real, reason: error.to_string() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let notes = Notes::default();
        runtime.spawn(listen(listener, real, notes.clone()));
        Ok(StandIn { address, notes, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leaves a method without an answer from now on.
    pub fn stall(&self, rpc: &str) {
        self.notes.state().stalled.insert(rpc.to_owned());
    }

    /// Passes every method on again.
    pub fn pass_all(&self) {
        self.notes.state().stalled.clear();
    }

    /// What it was asked since it was last forgotten, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.notes.state().received.clone()
    }

    /// Forgets what it was asked.
    pub fn forget(&self) {
        self.notes.state().received.clear();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Stalled calls would be waited for without end.
            runtime.shutdown_background();
        }
    }
}

impl Notes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a call down. Gives back its number, and whether it is to be left without an answer.
    fn receive(&self, rpc: &str, timeout: Option<Duration>) -> (u64, bool) {
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        if state.received.len() < MAX_CALLS {
            let (rpc, at) = (rpc.to_owned(), Instant::now());
            state.received.push(Received { rpc, at, timeout, given_up: None, answered: false, number });
        }
        (number, state.stalled.contains(rpc))
    }

    /// Changes what was written down of a call, unless that was forgotten.
    fn amend(&self, number: u64, change: impl FnOnce(&mut Received)) {
        let mut state = self.state();
        if let Some(call) = state.received.iter_mut().rev().find(|call| call.number == number) {
            change(call);
        }
    }
}

async fn listen(listener: TcpListener, real: SocketAddr, notes: Notes) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).ok();
        let notes = notes.clone();
        tokio::spawn(async move {
            let Ok(mut connection) = h2::server::handshake(stream).await else { return };
            let Ok(upstream) = tokio::net::TcpStream::connect(real).await else { return };
            upstream.set_nodelay(true).ok();
            let Ok((sender, upstream)) = h2::client::handshake(upstream).await else { return };
            tokio::spawn(upstream);
            while let Some(Ok((request, response))) = connection.accept().await {
                tokio::spawn(handle(request, response, sender.clone(), notes.clone()));
            }
        });
    }
}

async fn handle(
    request: Request<RecvStream>,
    mut response: SendResponse<Bytes>,
    sender: h2::client::SendRequest<Bytes>,
    notes: Notes,
) {
    let rpc = request.uri().path().trim_start_matches('/').to_owned();
    let timeout = request.headers().get("grpc-timeout").and_then(|value| value.to_str().ok());
    let (number, stalled) = notes.receive(&rpc, timeout.and_then(parse_timeout));
    let passed_on = async {
        if stalled {
            std::future::pending::<()>().await;
        }
        pass_on(request, sender).await
    };
    tokio::select! {
        _reset = std::future::poll_fn(|context| response.poll_reset(context)) => {
            notes.amend(number, |call| call.given_up = Some(Instant::now()));
        }
        answer = passed_on => match answer {
            Ok((head, body, trailers)) => {
                notes.amend(number, |call| call.answered = true);
                answer_with(response, head, body, trailers).ok();
            }
            Err(_) => response.send_reset(Reason::INTERNAL_ERROR),
        },
    }
}

type Answer = (Response<()>, Bytes, Option<HeaderMap>);

/// Asks the real server the same.
async fn pass_on(
    request: Request<RecvStream>,
    sender: h2::client::SendRequest<Bytes>,
) -> Result<Answer, h2::Error> {
    let (head, body) = request.into_parts();
    let (body, _) = read(body).await?;
    let mut sender = sender.ready().await?;
    let (response, mut stream) = sender.send_request(Request::from_parts(head, ()), false)?;
    stream.send_data(body, true)?;
    let (head, body) = response.await?.into_parts();
    let (body, trailers) = read(body).await?;
    Ok((Response::from_parts(head, ()), body, trailers))
}

fn answer_with(
    mut response: SendResponse<Bytes>,
    head: Response<()>,
    body: Bytes,
    trailers: Option<HeaderMap>,
) -> Result<(), h2::Error> {
    let is_over = body.is_empty() && trailers.is_none();
    let mut stream = response.send_response(head, is_over)?;
    if !body.is_empty() {
        stream.send_data(body, trailers.is_none())?;
    }
    trailers.map_or(Ok(()), |trailers| stream.send_trailers(trailers))
}

async fn read(mut body: RecvStream) -> Result<(Bytes, Option<HeaderMap>), h2::Error> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        if bytes.len() + chunk.len() > MAX_MESSAGE {
            return Err(Reason::CANCEL.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes.freeze(), body.trailers().await?))
}
