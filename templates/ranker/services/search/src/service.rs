//! The gRPC handler: decode, choose the profile, rank, encode.
use std::sync::Arc;

use protocol::ranking::v1::search_server::{Search, SearchServer};
use protocol::ranking::v1::{SearchTracksRequest, SearchTracksResponse};
use serving::{Call, Host, Live, MAX_REQUEST_BYTES, wire};
use tonic::{Request, Response, Status};

use crate::rankers::Rankers;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    rankers: Arc<Live<Rankers>>,
}

/// The server of the service.
pub fn server(rankers: Arc<Live<Rankers>>, host: Arc<Host>) -> SearchServer<Service> {
    SearchServer::new(Service { host, rankers }).max_decoding_message_size(MAX_REQUEST_BYTES)
}

#[tonic::async_trait]
impl Search for Service {
    async fn search_tracks(
        &self,
        request: Request<SearchTracksRequest>,
    ) -> Result<Response<SearchTracksResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        let request_id = request.request_id.clone();
        let call = Call::begin(&self.host, "SearchTracks", &metadata, &request_id);
        call.answer(async {
            // One model for the whole of a request, whatever is loaded meanwhile.
            let rankers = self.rankers.current();
            let (profile, explain) = (request.profile.clone(), request.explain);
            let query = decode(request, call.now, &self.host.assignments())?;
            let (profile, ranker) = rankers.of(&profile)?;
            let (outcome, explained) = call.rank_by(ranker, query, explain).await?;
            let mut response = encode(&outcome, profile, ranker.model_version());
            for (item, contributions) in response.items.iter_mut().zip(explained) {
                item.contributions = contributions.into_iter().map(wire::feature).collect();
            }
            Ok(response)
        })
        .await
    }
}
