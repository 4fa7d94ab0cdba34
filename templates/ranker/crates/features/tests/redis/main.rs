//! The store in Redis against a real server, also one that is slow, gone, or holds what nobody published.
mod server;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use features::{FeatureStore, Key, PublishError, Record, RedbStore, RedisStore, StoreError, Value, publish};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use server::Server;

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(30);

/// More records than one pipeline holds, with values of every kind; all numbers are `number`.
fn records(number: f64) -> BTreeMap<Key, Record> {
    let record = |id: usize| {
        let value = match id % 5 {
            0 => Value::Flag(id.is_multiple_of(2)),
            1 => Value::Number(number),
            2 => Value::Text("blå".repeat(id)),
            3 => Value::Texts(vec![String::new(), format!("trk-{id}")]),
            _ => Value::Weights([(format!("art-{id}"), number)].into()),
        };
        let mut record = Record::new(id as u64, [("feature".to_owned(), value)]);
        if id.is_multiple_of(3) {
            record.times.insert("feature".to_owned(), u64::MAX);
        }
        record
    };
    (0..1_200).map(|id| (Key::track(format!("trk-{id}")), record(id))).collect()
}

async fn published(server: &Server, records: &BTreeMap<Key, Record>) -> RedisStore {
    publish(&server.url(), "ranker", records).await.expect("the records are published");
    RedisStore::open(&server.url(), "ranker").expect("the URL is right")
}

/// Sends a command and reads its answer.
fn ask<T: redis::FromRedisValue>(server: &Server, words: &[&[u8]]) -> T {
    let client = redis::Client::open(server.url()).expect("the URL is right");
    let mut connection = client.get_connection().expect("the server listens");
    let mut command = redis::Cmd::new();
    for word in words {
        command.arg(*word);
    }
    command.query(&mut connection).expect("the server answers")
}

fn said(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {}", said(source)))
}

#[tokio::test]
async fn records_are_the_same_from_redis_and_from_redb() {
    let Some(server) = Server::start() else { return };
    let records = records(0.1);
    let redis = published(&server, &records).await;
    let redb = RedbStore::in_memory(&records).expect("the store opens");
    let mut keys: Vec<_> = records.keys().rev().cloned().collect();
    keys.insert(700, Key::track("unknown"));
    keys.push(keys[0].clone());
    let from_redis = redis.read(&keys, LONG).await.expect("the server answers");
    assert_eq!(from_redis, redb.read(&keys, LONG).await.expect("the store answers"));
    assert_eq!(from_redis.iter().flatten().count(), keys.len() - 1);
    assert_eq!(redis.read(&[], LONG).await.expect("there is nothing to ask"), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_of_one_generation_while_others_are_published() {
    let Some(server) = Server::start() else { return };
    let store = published(&server, &records(0.0)).await;
    let keys: Vec<_> = (0..240).map(|index| Key::track(format!("trk-{}", 5 * index + 1))).collect();
    let url = server.url();
    let publishing = tokio::spawn(async move {
        for number in 1..=8 {
            publish(&url, "ranker", &records(f64::from(number))).await.expect("the records are published");
        }
    });
    let mut last = 0.0;
    while last < 8.0 {
        let ended = publishing.is_finished();
        let batch = store.read(&keys, LONG).await.expect("the server answers");
        let number = |record: &Option<Record>| match record.as_ref()?.values.get("feature")? {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        let numbers: Vec<_> =
            batch.iter().map(|record| number(record).expect("the record is there")).collect();
        assert!(
            numbers.iter().all(|number| *number == numbers[0]),
            "a batch of two generations: {numbers:?}"
        );
        assert!(numbers[0] >= last, "{} after {last}", numbers[0]);
        last = numbers[0];
        assert!(last == 8.0 || !ended, "what was published last is not read");
    }
    publishing.await.expect("all are published");
}

#[tokio::test]
async fn older_generations_expire_and_are_not_there_for_ever() {
    let Some(server) = Server::start() else { return };
    published(&server, &records(1.0)).await;
    published(&server, &records(2.0)).await;
    assert!((1..=600).contains(&ask::<i64>(&server, &[b"TTL", b"ranker:1:track/trk-1"])));
    for kept in [b"ranker:2:track/trk-1".as_slice(), b"ranker:generation", b"ranker:last"] {
        assert_eq!(ask::<i64>(&server, &[b"TTL", kept]), -1);
    }
}

#[tokio::test]
async fn who_is_outrun_by_newer_records_does_not_put_older_ones_in_their_place() {
    let Some(server) = Server::start() else { return };
    let store = published(&server, &records(1.0)).await;
    ask::<()>(&server, &[b"SET", b"ranker:last", b"0"]);
    let error = publish(&server.url(), "ranker", &records(2.0)).await.expect_err("there are newer ones");
    assert!(matches!(error, PublishError::Outrun(1)));
    assert_eq!(store.generation(LONG).await.expect("the server answers"), 1);
}

#[tokio::test]
async fn a_server_without_records_is_an_error_until_there_are_some() {
    let Some(server) = Server::start() else { return };
    let store = RedisStore::open(&server.url(), "ranker").expect("the URL is right");
    let keys = [Key::track("trk-1")];
    let error = store.read(&keys, LONG).await.expect_err("nothing is published");
    assert_eq!(said(&error), "the feature store failed: no records are published");
    published(&server, &records(1.0)).await;
    let read = store.read(&keys, LONG).await.expect("the server answers");
    assert_eq!(read, [records(1.0).remove(&keys[0])]);
}

#[tokio::test]
async fn what_nobody_published_is_refused_with_its_key() {
    let Some(server) = Server::start() else { return };
    let store = published(&server, &records(1.0)).await;
    let large = vec![1; 4 << 20];
    let cases: [(&[&[u8]], &str); 4] = [
        (
            &[b"SET", b"ranker:1:track/trk-1", b"garbage"],
            "failed to decode the record of `track/trk-1`: in version 103, not 1",
        ),
        (
            &[b"SET", b"ranker:1:track/trk-1", &large],
            "failed to decode the record of `track/trk-1`: larger than 131072 bytes",
        ),
        (
            &[b"SET", b"ranker:generation", b"newest"],
            "the feature store failed: the generation is not a number",
        ),
        (&[b"SET", b"ranker:generation", &large], "the feature store failed: the generation is not a number"),
    ];
    for (command, problem) in cases {
        ask::<()>(&server, command);
        let error = store.read(&[Key::track("trk-1")], LONG).await.expect_err(problem);
        assert_eq!(said(&error), problem);
    }
    ask::<()>(&server, &[b"SET", b"ranker:generation", b"1"]);
    ask::<()>(&server, &[b"DEL", b"ranker:1:track/trk-1"]);
    ask::<()>(&server, &[b"LPUSH", b"ranker:1:track/trk-1", b"a list"]);
    let error = store.read(&[Key::track("trk-1")], LONG).await.expect_err("a list is no record");
    assert!(matches!(error, StoreError::Engine(_)));
    let read = store.read(&[Key::track("trk-2")], LONG).await.expect("other records are read as before");
    assert_eq!(read, [records(1.0).remove(&Key::track("trk-2"))]);
}

#[tokio::test]
async fn no_value_in_redis_is_too_much_to_read() {
    let Some(server) = Server::start() else { return };
    let store = published(&server, &records(1.0)).await;
    let keys = [Key::track("trk-1"), Key::track("trk-2")];
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let mut bytes = vec(any::<u8>(), 1..200).new_tree(&mut runner).expect("there are bytes").current();
        bytes[0] %= 4;
        ask::<()>(&server, &[b"SET", b"ranker:1:track/trk-1", &bytes]);
        match store.read(&keys, LONG).await {
            Ok(read) => assert_eq!(read.len(), 2),
            Err(StoreError::Corrupt { key, .. }) => assert_eq!(key, keys[0]),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_stands_still_is_given_up_in_time_and_answers_later() {
    let Some(server) = Server::start() else { return };
    let store = published(&server, &records(1.0)).await;
    let keys = [Key::track("trk-1")];
    store.read(&keys, LONG).await.expect("the server answers");
    server.pause();
    for _ in 0..3 {
        let error = store.read(&keys, Duration::from_millis(50)).await.expect_err("nobody answers");
        assert!(matches!(error, StoreError::Timeout));
    }
    server.resume();
    store.read(&keys, LONG).await.expect("the server answers again");
}

#[tokio::test]
async fn a_server_that_is_gone_is_an_error_at_once_and_the_first_read_finds_it_again() {
    let Some(mut server) = Server::start() else { return };
    let store = published(&server, &records(1.0)).await;
    let keys = [Key::track("trk-1")];
    let before = store.read(&keys, LONG).await.expect("the server answers");
    server.kill();
    for _ in 0..3 {
        let error = store.read(&keys, LONG).await.expect_err("nobody listens");
        assert!(matches!(error, StoreError::Engine(_)), "{error}");
    }
    server.restart();
    assert_eq!(store.read(&keys, LONG).await.expect("the server answers again"), before);
    server.kill();
    server.restart();
    assert_eq!(store.read(&keys, LONG).await.expect("nobody has to notice"), before);
}

#[tokio::test]
async fn a_password_is_not_shown() {
    let store = RedisStore::open("redis://:secret@127.0.0.1:1/0", "ranker").expect("the URL is right");
    let error = store.read(&[Key::track("a")], LONG).await.expect_err("nobody listens");
    assert!(!format!("{store:?} {error:?} {}", said(&error)).contains("secret"));
}

#[tokio::test]
async fn what_is_not_a_url_of_a_server_is_refused() {
    for url in ["", "127.0.0.1", "http://127.0.0.1", "rediss://127.0.0.1"] {
        assert!(matches!(RedisStore::open(url, "ranker"), Err(StoreError::Engine(_))), "{url}");
    }
}

#[tokio::test]
async fn a_prefix_that_others_could_share_is_refused() {
    for prefix in ["", "ranker:1", "r*", "a b", &"a".repeat(65)] {
        assert!(
            matches!(RedisStore::open("redis://127.0.0.1", prefix), Err(StoreError::Engine(_))),
            "{prefix}"
        );
        let published = publish("redis://127.0.0.1", prefix, &BTreeMap::new()).await;
        assert!(matches!(published, Err(PublishError::Open(_))), "{prefix}");
    }
}

#[test]
fn a_store_outside_of_a_runtime_is_refused() {
    assert!(matches!(RedisStore::open("redis://127.0.0.1", "ranker"), Err(StoreError::Engine(_))));
}
