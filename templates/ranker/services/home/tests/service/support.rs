//! The service in this process, and what its tests ask.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use experiments::ExposureLog;
use features::FeatureStore;
use home::config::{Own, schemas};
use home::pipeline::{Parts, ranker};
use home::service::server;
use protocol::ranking::v1::home_client::HomeClient;
use protocol::ranking::v1::{
    RankShelvesRequest, RankShelvesResponse, RankedTrack, ShelfCandidate, ShelfKind, Viewer,
};
use serving::{Config, Live, ServeError, engines};
use testkit::{AMPLE, Golden, MemoryLog, Running, host, model, request_within};
use tokio::sync::OnceCell;
use tonic::transport::Channel;
use tonic::{Response, Status};

/// What a service is made of, for a test to change.
pub(crate) struct Setup {
    pub(crate) config: Config<Own>,
    pub(crate) parts: Parts,
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
        let mut setup = Setup { config: config(), parts: parts().await, log: exposures.clone() };
        change(&mut setup);
        let host = Arc::new(host(&setup.config, setup.log));
        let ranker = ranker(&setup.parts, &host).expect("the model is one for this service");
        let server = server(Arc::new(Live::new(ranker)), setup.parts.blend, host.clone());
        Self { exposures, running: Running::start(server, host) }
    }

    pub(crate) async fn channel(&self) -> Channel {
        self.running.channel().await
    }

    /// Ranks with ample time.
    pub(crate) async fn rank(&self, request: RankShelvesRequest) -> Result<RankShelvesResponse, Status> {
        self.rank_within(request, AMPLE).await
    }

    /// Ranks with as much time as the test grants.
    pub(crate) async fn rank_within(
        &self,
        request: RankShelvesRequest,
        time: Duration,
    ) -> Result<RankShelvesResponse, Status> {
        let mut client = HomeClient::new(self.channel().await);
        client.rank_shelves(request_within(request, time)).await.map(Response::into_inner)
    }

    /// Stops the service, and says how it ended.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.running.stop().await
    }
}

pub(crate) fn config() -> Config<Own> {
    Config::read(&here("config.yaml")).expect("the configuration is right")
}

/// The real parts.
pub(crate) async fn parts() -> Parts {
    let config = config();
    let blend = config.service.blend(&config).expect("the blend is right");
    Parts { store: store().await, model: model("home").await, blend, seed: config.seed }
}

/// The committed data with its beliefs, read once for all tests.
pub(crate) async fn store() -> Arc<dyn FeatureStore> {
    static STORE: OnceCell<Arc<dyn FeatureStore>> = OnceCell::const_new();
    let open =
        async || engines::store(&config().store, &schemas()).await.expect("the committed data is right");
    STORE.get_or_init(open).await.clone()
}

/// A path within the service's folder.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A small valid request.
pub(crate) fn request() -> RankShelvesRequest {
    RankShelvesRequest {
        request_id: "test".to_owned(),
        viewer: Some(Viewer { viewer_id: "vwr-0003".to_owned(), content_filter: 0 }),
        shelves: Vec::new(),
        shelf_limit: 5,
        item_limit: 10,
        explain: false,
    }
}

/// A shelf that people put together.
pub(crate) fn shelf(id: &str, tracks: &[&str]) -> ShelfCandidate {
    ShelfCandidate {
        shelf_id: id.to_owned(),
        kind: ShelfKind::Editorial.into(),
        subject: String::new(),
        track_ids: tracks.iter().map(|&track| track.to_owned()).collect(),
    }
}

/// A request with one shelf of these tracks.
pub(crate) fn of_tracks(tracks: &[&str]) -> RankShelvesRequest {
    RankShelvesRequest { shelves: vec![shelf("shelf", tracks)], item_limit: 50, ..request() }
}

/// All tracks of a page, from the top.
pub(crate) fn items(response: &RankShelvesResponse) -> Vec<&RankedTrack> {
    response.shelves.iter().flat_map(|shelf| &shelf.items).collect()
}

/// The identifiers of all tracks of a page, from the top.
pub(crate) fn ids(response: &RankShelvesResponse) -> Vec<&str> {
    items(response).into_iter().map(|item| item.track_id.as_str()).collect()
}

/// What a stage added to a track's score; `None` if it added nothing.
pub(crate) fn part(item: &RankedTrack, stage: &str) -> Option<f64> {
    item.stage_scores.iter().find(|part| part.stage == stage).map(|part| part.score)
}

/// The golden requests, in the order of the file.
pub(crate) fn corpus() -> Vec<Golden<RankShelvesRequest>> {
    testkit::corpus(&here(""), "ranking.v1.RankShelvesRequest")
}

/// The requests whose order of shelves is golden, in the order of the file.
pub(crate) fn pages() -> Vec<Golden<RankShelvesRequest>> {
    testkit::requests(&here("golden/pages.jsonl"), "ranking.v1.RankShelvesRequest")
}
