//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use pipeline::Pipeline;
use protocol::ranking::v1::home_server::{Home, HomeServer};
use protocol::ranking::v1::{RankShelvesRequest, RankShelvesResponse};
use reward::Blend;
use serving::{Call, Host, MAX_REQUEST_BYTES, wire};
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
    pipeline: Pipeline<Query, Candidate>,
    explainer: Explainer<Query, Candidate>,
    model_version: String,
    blend: Blend,
}

/// The server of the service.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn server(parts: &Parts, host: Arc<Host>) -> Result<HomeServer<Service>, InputMismatch> {
    let pipeline = build(parts, &host)?;
    let explainer = Explainer::new(parts.model.clone(), &INPUTS)?;
    let model_version = parts.model.signature().version.clone();
    let service = Service { host, pipeline, explainer, model_version, blend: parts.blend };
    Ok(HomeServer::new(service).max_decoding_message_size(MAX_REQUEST_BYTES))
}

#[tonic::async_trait]
impl Home for Service {
    async fn rank_shelves(
        &self,
        request: Request<RankShelvesRequest>,
    ) -> Result<Response<RankShelvesResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        let request_id = request.request_id.clone();
        let call = Call::begin(&self.host, "RankShelves", &metadata, &request_id);
        call.answer(async {
            let explain = request.explain;
            let query = decode(request, call.now, &self.host.assignments(), self.blend)?;
            let mut outcome = call.rank(&self.pipeline, query).await?;
            let explained =
                if explain { call.explain(&self.explainer, &mut outcome).await } else { Vec::new() };
            let mut response = encode(&outcome, &self.model_version);
            wire::explain(response.shelves.iter_mut().flat_map(|shelf| &mut shelf.items), explained);
            Ok(response)
        })
        .await
    }
}
