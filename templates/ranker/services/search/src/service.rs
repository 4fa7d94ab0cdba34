//! The gRPC handler: decode, choose the profile, rank, encode.
use std::sync::Arc;

use pipeline::Pipeline;
use protocol::ranking::v1::search_server::{Search, SearchServer};
use protocol::ranking::v1::{SearchTracksRequest, SearchTracksResponse};
use serving::fields::invalid;
use serving::{Call, Host, InvalidField, MAX_REQUEST_BYTES, wire};
use stages::Explainer;
use tonic::{Request, Response, Status};

use crate::candidate::Candidate;
use crate::pipeline::{BuildError, Parts, build, explainer, model_version};
use crate::profiles::{Profiles, RankProfile};
use crate::query::Query;
use crate::request::decode;
use crate::response::encode;

/// Answers requests.
pub struct Service {
    host: Arc<Host>,
    usual: String,
    rankers: Vec<Ranker>,
}

/// A rank profile with the pipeline that it stands for.
struct Ranker {
    profile: RankProfile,
    pipeline: Pipeline<Query, Candidate>,
    /// Explains the second phase, if there is one.
    explainer: Option<Explainer<Query, Candidate>>,
    model_version: String,
}

/// The server of the service.
///
/// # Errors
/// A [`BuildError`] if the model cannot rank one of the profiles.
pub fn server(
    parts: &Parts,
    profiles: Profiles,
    host: Arc<Host>,
) -> Result<SearchServer<Service>, BuildError> {
    let ranker = |profile: RankProfile| {
        Ok(Ranker {
            pipeline: build(parts, &profile, &host)?,
            explainer: explainer(parts, &profile)?,
            model_version: model_version(parts, &profile),
            profile,
        })
    };
    let rankers = profiles.profiles.into_iter().map(ranker).collect::<Result<_, BuildError>>()?;
    let service = Service { host: host.clone(), usual: profiles.usual, rankers };
    Ok(SearchServer::new(service).max_decoding_message_size(MAX_REQUEST_BYTES))
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
            let (profile, explain) = (request.profile.clone(), request.explain);
            let query = decode(request, call.now, &self.host.assignments())?;
            let ranker = self.ranker(&profile)?;
            let mut outcome = call.rank(&ranker.pipeline, query).await?;
            let explained = match &ranker.explainer {
                Some(explainer) if explain => call.explain(explainer, &mut outcome).await,
                _ => Vec::new(),
            };
            let mut response = encode(&outcome, &ranker.profile, &ranker.model_version);
            for (item, contributions) in response.items.iter_mut().zip(explained) {
                item.contributions = contributions.into_iter().map(wire::feature).collect();
            }
            Ok(response)
        })
        .await
    }
}

impl Service {
    /// The ranker of the profile that a request names, or of the usual one if it names none.
    fn ranker(&self, name: &str) -> Result<&Ranker, InvalidField> {
        let name = if name.is_empty() { &self.usual } else { name };
        self.rankers.iter().find(|ranker| ranker.profile.name == name).ok_or_else(|| {
            let names: Vec<_> = self.rankers.iter().map(|ranker| ranker.profile.name.as_str()).collect();
            invalid("profile", format!("is not one of {}", names.join(", ")))
        })
    }
}
