//! A service in this process, its client, and the golden requests.
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use catalogue::schemas;
use experiments::{Assignments, Exposure, ExposureLog, LogError};
use features::{RedbStore, read_folder};
use models::TractModel;
use now_playing::config::Config;
use now_playing::pipeline::Parts;
use now_playing::server::{App, ServeError, serve};
use prost_reflect::{DescriptorPool, DynamicMessage};
use protocol::FILE_DESCRIPTOR_SET;
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use protocol::ranking::v1::{PlayingTrack, RankQueueRequest, RankQueueResponse, Viewer};
use serde::Deserialize;
use telemetry::FixedClock;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// Long enough for any answer on any machine, so that nothing degrades for want of time.
const AMPLE: Duration = Duration::from_secs(5);

/// The time at which golden requests are ranked.
pub(crate) const NOON: &str = "2026-11-20T12:00:00Z";

/// A service in this process.
pub(crate) struct Running {
    pub(crate) address: String,
    pub(crate) exposures: Arc<MemoryLog>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// A service with all its real parts.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A service some of whose parts a test has changed.
    pub(crate) async fn with(change: impl FnOnce(&mut App)) -> Self {
        let exposures = Arc::new(MemoryLog::default());
        let mut app = app(exposures.clone());
        change(&mut app);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("the listener can be asked not to block");
        let address = format!("http://{}", listener.local_addr().expect("the listener has an address"));
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serve(app, listener, async {
            drop(stopped.await);
        }));
        Self { address, exposures, stop, ended }
    }

    pub(crate) async fn channel(&self) -> Channel {
        connect(&self.address).await
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
        let mut request = Request::new(request);
        request.set_timeout(time);
        let mut client = NowPlayingClient::new(self.channel().await);
        client.rank_queue(request).await.map(tonic::Response::into_inner)
    }

    /// Stops the service, and says how it ended.
    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        self.stop.send(()).expect("the service runs");
        self.ended.await.expect("the service does not panic")
    }
}

/// A channel to a service.
pub(crate) async fn connect(address: &str) -> Channel {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("the address is one");
    let patience = Duration::from_secs(30);
    endpoint.connect_timeout(patience).timeout(patience).connect().await.expect("the service listens")
}

fn app(exposures: Arc<MemoryLog>) -> App {
    let config = Config::read(&here("config.yaml")).expect("the configuration is right");
    let experiments = std::fs::read_to_string(&config.experiments).expect("the experiments are there");
    App {
        parts: Parts { store: Arc::new(store()), model: Arc::new(model()), exposures, seed: config.seed },
        assignments: Assignments::from_yaml(&experiments).expect("the experiments are right"),
        clock: Arc::new(FixedClock(humantime::parse_rfc3339(NOON).expect("the time is one"))),
        config,
    }
}

/// The committed data, read once for all tests.
pub(crate) fn store() -> RedbStore {
    static STORE: OnceLock<RedbStore> = OnceLock::new();
    let read = || {
        let records = read_folder(&here("../../data"), &schemas()).expect("the data is right");
        RedbStore::in_memory(&records).expect("the store opens")
    };
    STORE.get_or_init(read).clone()
}

/// The committed model, loaded once for all tests.
pub(crate) fn model() -> TractModel {
    static MODEL: OnceLock<TractModel> = OnceLock::new();
    let load =
        || TractModel::load(&here("../../models/now_playing.signature.yaml")).expect("the model is right");
    MODEL.get_or_init(load).clone()
}

/// A path within the service's folder.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A log that keeps exposures where tests can read them.
#[derive(Default)]
pub(crate) struct MemoryLog(pub(crate) Mutex<Vec<Exposure>>);

impl MemoryLog {
    pub(crate) fn all(&self) -> Vec<Exposure> {
        self.0.lock().expect("no test panics while it holds the list").clone()
    }
}

#[tonic::async_trait]
impl ExposureLog for MemoryLog {
    async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
        self.0.lock().expect("no test panics while it holds the list").push(exposure);
        Ok(())
    }

    async fn flush(&self, _within: Duration) -> Result<(), LogError> {
        Ok(())
    }
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

/// A golden request.
pub(crate) struct Golden {
    pub(crate) id: String,
    pub(crate) segment: String,
    pub(crate) request: RankQueueRequest,
}

/// The golden requests by identifier, in the order of the file.
pub(crate) fn corpus() -> Vec<Golden> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        id: String,
        segment: String,
        request: serde_json::Value,
    }
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptors are right");
    let message =
        pool.get_message_by_name("ranking.v1.RankQueueRequest").expect("the request has a descriptor");
    let text = std::fs::read_to_string(here("golden/requests.jsonl")).expect("the corpus is there");
    text.lines()
        .map(|line| {
            let line: Line = serde_json::from_str(line).expect("the line is JSON");
            let request =
                DynamicMessage::deserialize(message.clone(), line.request).expect("the request is one");
            Golden {
                id: line.id,
                segment: line.segment,
                request: request.transcode_to().expect("types agree"),
            }
        })
        .collect()
}

/// Which golden requests hold which hazard.
pub(crate) fn coverage() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(here("golden/coverage.json")).expect("the manifest is there");
    serde_json::from_str(&text).expect("the manifest is JSON")
}
