//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use pipeline::Pipeline;
use protocol::ranking::v1::now_playing_server::{NowPlaying, NowPlayingServer};
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use serving::{Call, Host, Live, MAX_REQUEST_BYTES};
use stages::{Explainer, InputMismatch};
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::pipeline::{Parts, build};
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    ranker: Arc<Live<Ranker>>,
}

/// All that ranks by one model.
pub struct Ranker {
    pipeline: Pipeline<Query, Candidate>,
    explainer: Explainer<Query, Candidate>,
    model_version: String,
}

impl Ranker {
    /// Ranks by the model of these parts.
    ///
    /// # Errors
    /// An [`InputMismatch`] if the model does not take what the service has.
    pub fn new(parts: &Parts, host: &Host) -> Result<Self, InputMismatch> {
        let explainer = Explainer::new(parts.model.clone(), &INPUTS)?;
        let model_version = parts.model.signature().version.clone();
        Ok(Self { pipeline: build(parts, host)?, explainer, model_version })
    }
}

/// The server of the service.
pub fn server(ranker: Arc<Live<Ranker>>, host: Arc<Host>) -> NowPlayingServer<Service> {
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
            let Ranker { pipeline, explainer, model_version } = &*self.ranker.current();
            let explain = request.explain;
            let query = decode(request, call.now, &self.host.assignments())?;
            let mut outcome = call.rank(pipeline, query).await?;
            let explained = if explain { call.explain(explainer, &mut outcome).await } else { Vec::new() };
            Ok(encode(&outcome, explained, model_version))
        })
        .await
    }
}
