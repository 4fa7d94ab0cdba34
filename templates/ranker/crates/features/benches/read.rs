//! How long a batch of tracks takes to be read, from redb and from a Redis server on the same machine.
//!
//! `cargo bench -p features` prints a table; it holds nothing to a limit, since machines differ.
#[expect(dead_code, reason = "the tests of the store ask more of it")]
#[path = "../tests/redis/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use divan::Bencher;
use features::{FeatureStore, Key, Record, RedbStore, RedisStore, Value, publish};
use server::Server;
use tokio::runtime::Runtime;

/// Candidates of a request, usual and many.
const CANDIDATES: [usize; 2] = [200, 500];
const TRACKS: usize = 20_000;
const WITHIN: Duration = Duration::from_secs(10);

fn main() {
    divan::main();
}

#[divan::bench(args = CANDIDATES)]
fn redb(bencher: Bencher<'_, '_>, candidates: usize) {
    let store = RedbStore::in_private_file(&tracks()).expect("the store opens");
    read(bencher, &runtime(), &store, candidates);
}

#[divan::bench(args = CANDIDATES)]
fn redis(bencher: Bencher<'_, '_>, candidates: usize) {
    let Some(server) = Server::start() else { return };
    let runtime = runtime();
    let store = runtime.block_on(async {
        publish(&server.url(), "bench", &tracks()).await.expect("the records are published");
        RedisStore::open(&server.url(), "bench").expect("the URL is right")
    });
    read(bencher, &runtime, &store, candidates);
}

fn read(bencher: Bencher<'_, '_>, runtime: &Runtime, store: &dyn FeatureStore, candidates: usize) {
    // Candidates do not lie side by side.
    let keys: Vec<_> = (0..candidates).map(|n| key(n * 7_919 % TRACKS)).collect();
    bencher.bench_local(|| runtime.block_on(store.read(&keys, WITHIN)).expect("the store answers"));
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts")
}

/// Records as large as those of the tracks in `data/`.
fn tracks() -> BTreeMap<Key, Record> {
    let record = |n: usize| {
        let share = n as f64 / TRACKS as f64;
        let numbers = ["completion", "energy", "plays", "released", "skips", "tempo", "valence"]
            .map(|name| (name.to_owned(), Value::Number(share)));
        let mut record = Record::new(1_795_154_400, numbers);
        record.values.insert("artist".to_owned(), Value::Text(format!("art-{:04}", n % 420)));
        record.values.insert("explicit".to_owned(), Value::Flag(n.is_multiple_of(7)));
        record.values.insert("genre".to_owned(), Value::Text("electronic".to_owned()));
        record
    };
    (0..TRACKS).map(|n| (key(n), record(n))).collect()
}

fn key(n: usize) -> Key {
    Key::track(format!("trk-{n:05}"))
}
