//! Writes records into a Redis server, and lets readers see all of them at once.
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{Pipeline, RedisError, cmd};

use crate::codec::{CodecError, encode};
use crate::key::Key;
use crate::record::Record;
use crate::redis_server::{connect, expect_prefix, generation_name, record_name};
use crate::store::StoreError;

/// Records written by one pipeline.
const CHUNK: usize = 256;
/// How long the server may take for one pipeline.
const ANSWER: Duration = Duration::from_secs(30);
/// How long records stay that newer ones have taken the place of, in seconds: longer than any request.
const GRACE_SECONDS: u64 = 600;
/// Sets a generation if it is newer than the one that is set: two who publish at once end with the newer.
const SWITCH: &str = "local set = redis.call('GET', KEYS[1])
if set and tonumber(set) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1";

/// Records that could not be published. Readers see those that were published before.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The URL is not one of a Redis server, or the prefix not one of records.
    #[error("failed to open the store")]
    Open(#[source] StoreError),
    /// The server failed.
    #[error("failed to write to the store")]
    Write(#[source] Box<dyn Error + Send + Sync>),
    /// A record cannot be written.
    #[error("failed to encode the record of `{key}`")]
    Encode {
        /// Whose record.
        key: Key,
        /// Why.
        #[source]
        source: CodecError,
    },
    /// Somebody else published newer records meanwhile.
    #[error("generation {0} is older than the published one")]
    Outrun(u64),
}

/// Writes the records under a prefix to the server of a URL, as a new generation whose number is given back, then lets
/// readers see it, and lets older ones expire ten minutes later. The server has to be Redis 7 or newer, or Valkey.
///
/// # Errors
/// A [`PublishError`] if anything fails; what readers see is then as it was before. Where only letting older generations
/// expire failed, readers see the new one, and the next call makes up for it.
pub async fn publish(url: &str, prefix: &str, records: &BTreeMap<Key, Record>) -> Result<u64, PublishError> {
    expect_prefix(prefix).map_err(PublishError::Open)?;
    let mut connection = connect(url, Some(ANSWER)).map_err(PublishError::Open)?;
    let generation: u64 =
        cmd("INCR").arg(format!("{prefix}:last")).query_async(&mut connection).await.map_err(unwritten)?;
    let records: Vec<_> = records.iter().collect();
    for chunk in records.chunks(CHUNK) {
        let mut pipeline = Pipeline::with_capacity(chunk.len());
        for (key, record) in chunk {
            let bytes =
                encode(record).map_err(|source| PublishError::Encode { key: (*key).clone(), source })?;
            pipeline.cmd("SET").arg(record_name(prefix, generation, key)).arg(bytes).ignore();
        }
        pipeline.query_async::<()>(&mut connection).await.map_err(unwritten)?;
    }
    let switched: bool = cmd("EVAL")
        .arg(SWITCH)
        .arg(1)
        .arg(generation_name(prefix))
        .arg(generation)
        .query_async(&mut connection)
        .await
        .map_err(unwritten)?;
    if !switched {
        return Err(PublishError::Outrun(generation));
    }
    expire_older(&mut connection, prefix, generation).await.map_err(unwritten)?;
    Ok(generation)
}

/// The engine's error as one that tells nobody which engine it is.
fn unwritten(error: RedisError) -> PublishError {
    PublishError::Write(Box::new(error))
}

async fn expire_older(
    connection: &mut ConnectionManager,
    prefix: &str,
    generation: u64,
) -> Result<(), RedisError> {
    let mut cursor = 0;
    loop {
        let (next, names): (u64, Vec<Vec<u8>>) = cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{prefix}:*"))
            .arg("COUNT")
            .arg(1_000)
            .query_async(connection)
            .await?;
        let mut pipeline = Pipeline::new();
        for name in
            names.iter().filter(|name| generation_in(name, prefix).is_some_and(|old| old < generation))
        {
            pipeline.cmd("EXPIRE").arg(name).arg(GRACE_SECONDS).arg("NX").ignore();
        }
        if !pipeline.is_empty() {
            pipeline.query_async::<()>(connection).await?;
        }
        if next == 0 {
            return Ok(());
        }
        cursor = next;
    }
}

/// The generation of the record that a key holds, if it holds one.
fn generation_in(name: &[u8], prefix: &str) -> Option<u64> {
    let name = std::str::from_utf8(name).ok()?.strip_prefix(prefix)?.strip_prefix(':')?;
    name.split_once(':')?.0.parse().ok()
}
