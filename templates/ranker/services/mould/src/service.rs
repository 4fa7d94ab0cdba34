//! The gRPC handler: decode, rank, encode.
use std::sync::Arc;

use pipeline::Pipeline;
use protocol::ranking::v1::mould_server::{Mould, MouldServer};
use protocol::ranking::v1::{MouldRankRequest, MouldRankResponse};
use serving::{Call, Host, MAX_REQUEST_BYTES};
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::config::Own;
use crate::pipeline::{Parts, build};
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    pipeline: Pipeline<Query, Candidate>,
    own: Own,
}

/// The server of the service.
pub fn server(parts: &Parts, host: Arc<Host>) -> MouldServer<Service> {
    let pipeline = build(parts, &host);
    MouldServer::new(Service { host, pipeline, own: parts.own }).max_decoding_message_size(MAX_REQUEST_BYTES)
}

#[tonic::async_trait]
impl Mould for Service {
    async fn rank(&self, request: Request<MouldRankRequest>) -> Result<Response<MouldRankResponse>, Status> {
        let (metadata, _, request) = request.into_parts();
        let request_id = request.request_id.clone();
        let call = Call::begin(&self.host, "Rank", &metadata, &request_id);
        call.answer(async {
            let query = decode(request, call.now, &self.host.assignments())?;
            let outcome = call.rank(&self.pipeline, query).await?;
            Ok(encode(&outcome, self.own))
        })
        .await
    }
}
