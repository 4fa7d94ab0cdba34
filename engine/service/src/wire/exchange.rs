//! One stream of a connection: sent as it is to be, heard to its end.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::{HeaderMap, Request, Version};
use prost_reflect::prost::bytes::{Bytes, BytesMut};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::Code;

use super::{End, Heard, MAX_ANSWER, Outgoing};

/// A connection whose settings were exchanged.
pub(super) async fn connect(address: SocketAddr, within: Duration) -> Result<SendRequest<Bytes>, String> {
    let connecting = async {
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (sender, connection) = h2::client::Builder::new()
            // Many small answers at once are what is asked for, and no attack.
            .data_frame_budget(usize::MAX)
            .handshake(stream)
            .await
            .map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        sender.ready().await.map_err(|error| error.to_string())
    };
    timeout(within, connecting).await.unwrap_or_else(|_| Err(format!("no connection within {within:?}")))
}

/// Listens to an exchange until its patience ends.
pub(super) async fn patiently(
    exchange: impl Future<Output = Result<Heard, String>>,
    started: Instant,
    patience: Duration,
) -> Heard {
    let heard = match timeout(patience, exchange).await {
        Ok(Ok(heard)) => heard,
        Ok(Err(reason)) => Heard::nothing(reason),
        Err(_) => Heard::nothing(format!("nothing within {patience:?}")),
    };
    Heard { after: started.elapsed(), ..heard }
}

/// Sends one stream and hears it to its end.
pub(super) async fn exchange(
    sender: SendRequest<Bytes>,
    address: SocketAddr,
    outgoing: Outgoing,
) -> Result<Heard, String> {
    let said = |error: h2::Error| error.to_string();
    let request = request(address, &outgoing)?;
    let mut sender = sender.ready().await.map_err(said)?;
    let (response, mut stream) = sender.send_request(request, false).map_err(said)?;
    let ends = outgoing.end == End::Finished;
    // A service that refuses a call before it was sent in full has answered all the same.
    stream.send_data(outgoing.body, ends).ok();
    if let End::Cancelled(pause) = outgoing.end {
        tokio::time::sleep(pause).await;
        stream.send_reset(Reason::CANCEL);
        return Ok(Heard::nothing("the call was cancelled".to_owned()));
    }
    let (head, body) = response.await.map_err(said)?.into_parts();
    let mut heard = Heard { http: Some(head.status.as_u16()), broken: None, ..Heard::nothing(String::new()) };
    let (bytes, trailers) = match read(body).await {
        Ok((bytes, trailers)) => (bytes, trailers.unwrap_or_default()),
        Err(reason) => {
            heard.broken = Some(reason);
            (Bytes::new(), HeaderMap::new())
        }
    };
    heard.body = bytes;
    // An answer without messages may have its status among the headers.
    let status = if trailers.contains_key("grpc-status") { &trailers } else { &head.headers };
    heard.code = status.get("grpc-status").map(|value| Code::from_bytes(value.as_bytes()));
    heard.message = status.get("grpc-message").map_or_else(String::new, |value| decoded(value.as_bytes()));
    Ok(heard)
}

fn request(address: SocketAddr, outgoing: &Outgoing) -> Result<Request<()>, String> {
    let mut request = Request::post(format!("http://{address}/{}", outgoing.rpc))
        .version(Version::HTTP_2)
        .header("te", "trailers");
    if !outgoing.headers.iter().any(|(name, _)| name == "content-type") {
        request = request.header("content-type", "application/grpc");
    }
    for (name, value) in &outgoing.headers {
        request = request.header(name, value);
    }
    request.body(()).map_err(|error| error.to_string())
}

async fn read(mut body: RecvStream) -> Result<(Bytes, Option<HeaderMap>), String> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.map_err(|error| error.to_string())?;
        body.flow_control().release_capacity(chunk.len()).map_err(|error| error.to_string())?;
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err(format!("the answer has more than {MAX_ANSWER} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    let trailers = body.trailers().await.map_err(|error| error.to_string())?;
    Ok((bytes.freeze(), trailers))
}

/// A status message with its percent signs resolved. Bytes that are no text are shown as such.
fn decoded(value: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_messages_are_decoded_as_far_as_they_can_be() {
        for (value, expected) in
            [("limit%20is%200", "limit is 0"), ("%C3%A9%", "é%"), ("100%", "100%"), ("%zz%4", "%zz%4")]
        {
            assert_eq!(decoded(value.as_bytes()), expected);
        }
    }
}
