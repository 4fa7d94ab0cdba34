//! The service in this process, and what its tests ask.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use experiments::ExposureLog;
use now_playing::pipeline::{Parts, ranker};
use now_playing::service::server;
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use protocol::ranking::v1::{PlayingTrack, RankQueueRequest, RankQueueResponse, Viewer};
use serving::{Config, Live, NoKeys, ServeError};
use testkit::{AMPLE, Golden, MemoryLog, Running, host, model, request_within, store};
use tonic::transport::Channel;
use tonic::{Response, Status};

/// What a service is made of, for a test to change.
pub(crate) struct Setup {
    pub(crate) config: Config<NoKeys>,
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
        let config = config();
        let parts = Parts { store: store().await, model: model("now_playing").await, seed: config.seed };
        let mut setup = Setup { config, parts, log: exposures.clone() };
        change(&mut setup);
        let host = Arc::new(host(&setup.config, setup.log));
        let ranker = ranker(&setup.parts, &host).expect("the model is one for this service");
        let server = server(Arc::new(Live::new(ranker)), host.clone());
        Self { exposures, running: Running::start(server, host) }
    }

    pub(crate) async fn channel(&self) -> Channel {
        self.running.channel().await
    }

    /// Ranks with ample time.
    pub(crate) async fn rank(&self, request: RankQueueRequest) -> Result<RankQueueResponse, Status> {
        self.rank_within(request, AMPLE).await
    }

    /// Ranks with as much time as the test grants.
    pub(crate) async fn rank_within(
        &self,
        request: RankQueueRequest,
        time: Duration,
    ) -> Result<RankQueueResponse, Status> {
        let mut client = NowPlayingClient::new(self.channel().await);
        client.rank_queue(request_within(request, time)).await.map(Response::into_inner)
    }

    /// Stops the service, and says how it ended.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.running.stop().await
    }
}

pub(crate) fn config() -> Config<NoKeys> {
    Config::read(&here("config.yaml")).expect("the configuration is right")
}

/// A path within the service's folder.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A small valid request.
pub(crate) fn request() -> RankQueueRequest {
    RankQueueRequest {
        request_id: "test".to_owned(),
        viewer: Some(Viewer { viewer_id: "vwr-0003".to_owned(), content_filter: 0 }),
        playing: Some(PlayingTrack { track_id: "trk-00007".to_owned() }),
        limit: 10,
        ..Default::default()
    }
}

/// The golden requests, in the order of the file.
pub(crate) fn corpus() -> Vec<Golden<RankQueueRequest>> {
    testkit::corpus(&here(""), "ranking.v1.RankQueueRequest")
}
