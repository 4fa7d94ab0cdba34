//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use protocol::ranking::v1::now_playing_server::{NowPlaying, NowPlayingServer};
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use serving::{Call, Host, Live, MAX_REQUEST_BYTES, Ranker};
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    ranker: Arc<Live<Ranker<Query, Candidate>>>,
}

/// The server of the service.
pub fn server(ranker: Arc<Live<Ranker<Query, Candidate>>>, host: Arc<Host>) -> NowPlayingServer<Service> {
    NowPlayingServer::new(Service { host, ranker }).max_decoding_message_size(MAX_REQUEST_BYTES)
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
            // One model for the whole of a request, whatever is loaded meanwhile.
            let ranker = self.ranker.current();
            let explain = request.explain;
            let query = decode(request, call.now, &self.host.assignments())?;
            let (outcome, explained) = call.rank_by(&ranker, query, explain).await?;
            Ok(encode(&outcome, explained, ranker.model_version()))
        })
        .await
    }
}
