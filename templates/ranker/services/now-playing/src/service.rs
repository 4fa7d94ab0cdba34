//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use pipeline::Pipeline;
use protocol::ranking::v1::now_playing_server::{NowPlaying, NowPlayingServer};
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use serving::{Call, Host, MAX_REQUEST_BYTES};
use stages::InputMismatch;
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::pipeline::{Parts, build};
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    pipeline: Pipeline<Query, Candidate>,
    model_version: String,
}

/// The server of the service.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn server(parts: &Parts, host: Arc<Host>) -> Result<NowPlayingServer<Service>, InputMismatch> {
    let pipeline = build(parts, &host)?;
    let model_version = parts.model.signature().version.clone();
    let service = Service { host, pipeline, model_version };
    Ok(NowPlayingServer::new(service).max_decoding_message_size(MAX_REQUEST_BYTES))
}

#[tonic::async_trait]
impl NowPlaying for Service {
    async fn rank_queue(
        &self,
        request: Request<RankQueueRequest>,
    ) -> Result<Response<RankQueueResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        let request_id = request.request_id.clone();
        let call = Call::begin(&self.host, "RankQueue", &metadata, &request_id);
        call.answer(async {
            let query = decode(request, call.now, &self.host.assignments())?;
            let outcome = call.rank(&self.pipeline, query).await?;
            Ok(encode(&outcome, &self.model_version))
        })
        .await
    }
}
