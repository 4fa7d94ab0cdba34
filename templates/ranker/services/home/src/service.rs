//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use protocol::ranking::v1::home_server::{Home, HomeServer};
use protocol::ranking::v1::{RankShelvesRequest, RankShelvesResponse};
use reward::Blend;
use serving::{Call, Host, Live, MAX_REQUEST_BYTES, Ranker, wire};
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    ranker: Arc<Live<Ranker<Query, Candidate>>>,
    blend: Blend,
}

/// The server of the service, with the blend of viewers who are in no experiment.
pub fn server(
    ranker: Arc<Live<Ranker<Query, Candidate>>>,
    blend: Blend,
    host: Arc<Host>,
) -> HomeServer<Service> {
    HomeServer::new(Service { host, ranker, blend }).max_decoding_message_size(MAX_REQUEST_BYTES)
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
            // One model for the whole of a request, whatever is loaded meanwhile.
            let ranker = self.ranker.current();
            let explain = request.explain;
            let query = decode(request, call.now, &self.host.assignments(), self.blend)?;
            let (outcome, explained) = call.rank_by(&ranker, query, explain).await?;
            let mut response = encode(&outcome, ranker.model_version());
            wire::explain(response.shelves.iter_mut().flat_map(|shelf| &mut shelf.items), explained);
            Ok(response)
        })
        .await
    }
}
