//! The service in this process, and what its tests ask.
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use experiments::ExposureLog;
use protocol::ranking::v1::search_client::SearchClient;
use protocol::ranking::v1::{FoundTrack, SearchTracksRequest, SearchTracksResponse, Viewer};
use search::config::SearchConfig;
use search::index::{Index, LiveIndex};
use search::pipeline::Parts;
use search::profiles::Profiles;
use search::rankers::Rankers;
use search::service::server;
use serving::{Config, Live, ServeError};
use testkit::{AMPLE, Golden, MemoryLog, Running, host, model, request_within, store};
use tonic::transport::Channel;
use tonic::{Response, Status};

/// What a service is made of, for a test to change.
pub(crate) struct Setup {
    pub(crate) config: Config<SearchConfig>,
    pub(crate) parts: Parts,
    pub(crate) profiles: Profiles,
    pub(crate) log: Arc<dyn ExposureLog>,
}

/// A service in this process.
pub(crate) struct Service {
    pub(crate) exposures: Arc<MemoryLog>,
    pub(crate) running: Running,
}

impl Service {
    /// A service with all its real parts.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A service some of whose parts a test has changed.
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let exposures = Arc::new(MemoryLog::default());
        let mut setup =
            Setup { config: config(), parts: parts().await, profiles: profiles(), log: exposures.clone() };
        change(&mut setup);
        let host = Arc::new(host(&setup.config, setup.log));
        let rankers =
            Rankers::new(&setup.parts, &setup.profiles, &host).expect("the model is one for this service");
        let server = server(Arc::new(Live::new(rankers)), host.clone());
        Self { exposures, running: Running::start(server, host) }
    }

    pub(crate) async fn channel(&self) -> Channel {
        self.running.channel().await
    }

    /// Searches with ample time.
    pub(crate) async fn search(&self, request: SearchTracksRequest) -> Result<SearchTracksResponse, Status> {
        self.search_within(request, AMPLE).await
    }

    /// Searches for a text as [`request`] does otherwise.
    pub(crate) async fn find(&self, text: &str) -> SearchTracksResponse {
        let request = SearchTracksRequest { text: text.to_owned(), ..request() };
        self.search(request).await.expect("the request is valid")
    }

    /// Searches with as much time as the test grants.
    pub(crate) async fn search_within(
        &self,
        request: SearchTracksRequest,
        time: Duration,
    ) -> Result<SearchTracksResponse, Status> {
        let mut client = SearchClient::new(self.channel().await);
        client.search_tracks(request_within(request, time)).await.map(Response::into_inner)
    }

    /// Stops the service, and says how it ended.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.running.stop().await
    }
}

/// The real parts.
pub(crate) async fn parts() -> Parts {
    Parts { index: index(), store: store().await, model: model("search").await }
}

/// The index of the committed titles, built once for all tests.
pub(crate) fn index() -> Arc<dyn Index> {
    static INDEX: OnceLock<Arc<LiveIndex>> = OnceLock::new();
    let open = || {
        Arc::new(
            LiveIndex::open(here("../../data"), Some(here("../../data/quality.yaml")))
                .expect("the committed titles are right"),
        )
    };
    INDEX.get_or_init(open).clone()
}

pub(crate) fn profiles() -> Profiles {
    Profiles::read(&here("profiles.yaml")).expect("the profiles are right")
}

pub(crate) fn config() -> Config<SearchConfig> {
    Config::read(&here("config.yaml")).expect("the configuration is right")
}

/// A path within the service's folder.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A small valid request.
pub(crate) fn request() -> SearchTracksRequest {
    SearchTracksRequest {
        request_id: "test".to_owned(),
        viewer: Some(Viewer { viewer_id: "vwr-0003".to_owned(), content_filter: 0 }),
        text: "love".to_owned(),
        limit: 10,
        ..Default::default()
    }
}

pub(crate) fn ids(response: &SearchTracksResponse) -> Vec<&str> {
    response.items.iter().map(|item| item.track_id.as_str()).collect()
}

/// What a stage added to an item's score, if it did.
pub(crate) fn part(item: &FoundTrack, stage: &str) -> Option<f64> {
    item.stage_scores.iter().find(|part| part.stage == stage).map(|part| part.score)
}

/// How many a stage took out.
pub(crate) fn removed(response: &SearchTracksResponse, stage: &str) -> u32 {
    response.removed.iter().filter(|removed| removed.stage == stage).map(|removed| removed.count).sum()
}

/// The golden requests, in the order of the file.
pub(crate) fn corpus() -> Vec<Golden<SearchTracksRequest>> {
    testkit::corpus(&here(""), "ranking.v1.SearchTracksRequest")
}
