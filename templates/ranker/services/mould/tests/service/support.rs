//! The service in this process, and what its tests ask.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use experiments::ExposureLog;
use mould::config::Own;
use mould::pipeline::Parts;
use mould::service::server;
use protocol::ranking::v1::mould_client::MouldClient;
use protocol::ranking::v1::{MouldCandidate, MouldRankRequest, MouldRankResponse, Viewer};
use serving::{Config, ServeError};
use testkit::{AMPLE, Golden, MemoryLog, Running, host, request_within, store};
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
        let config = config();
        let parts = Parts { store: store().await, own: config.service };
        let mut setup = Setup { config, parts, log: exposures.clone() };
        change(&mut setup);
        let host = Arc::new(host(&setup.config, setup.log));
        let running = Running::start(server(&setup.parts, host.clone()), host);
        Self { exposures, running }
    }

    pub(crate) async fn channel(&self) -> Channel {
        self.running.channel().await
    }

    /// Ranks with ample time.
    pub(crate) async fn rank(&self, request: MouldRankRequest) -> Result<MouldRankResponse, Status> {
        self.rank_within(request, AMPLE).await
    }

    /// Ranks with as much time as the test grants.
    pub(crate) async fn rank_within(
        &self,
        request: MouldRankRequest,
        time: Duration,
    ) -> Result<MouldRankResponse, Status> {
        let mut client = MouldClient::new(self.channel().await);
        client.rank(request_within(request, time)).await.map(Response::into_inner)
    }

    /// Stops the service, and says how it ended.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.running.stop().await
    }
}

pub(crate) fn config() -> Config<Own> {
    Config::read(&here("config.yaml")).expect("the configuration is right")
}

/// A path within the service's folder.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A small valid request.
pub(crate) fn request() -> MouldRankRequest {
    let candidates = (100..130).map(|number| candidate(number, f64::from(number % 7) / 10.0));
    MouldRankRequest {
        request_id: "test".to_owned(),
        viewer: Some(Viewer { viewer_id: "vwr-0003".to_owned(), content_filter: 0 }),
        candidates: candidates.collect(),
        limit: 10,
        explain: false,
    }
}

/// A track of the committed data.
pub(crate) fn candidate(number: u32, relevance: f64) -> MouldCandidate {
    MouldCandidate { track_id: format!("trk-{number:05}"), relevance }
}

/// The golden requests, in the order of the file.
pub(crate) fn corpus() -> Vec<Golden<MouldRankRequest>> {
    testkit::corpus(&here(""), "ranking.v1.MouldRankRequest")
}
