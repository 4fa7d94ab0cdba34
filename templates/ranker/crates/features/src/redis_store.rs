//! The store in a Redis server: one pipeline of bounded reads a batch, all of one generation of records.
//!
//! [`publish`](crate::publish) writes a generation of records under keys of its own, `PREFIX:NUMBER:KEY`, never changes
//! them again, and then sets `PREFIX:generation` to the number. A batch reads that number first: if it is the expected
//! one, so is every record of the batch, and if not, the batch is read again from the new one. So a batch costs one round
//! trip, and a request never sees two generations in one batch.
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::ConnectionManager;
use redis::{Pipeline, RedisError};
use tokio::time::timeout;

use crate::codec::{MAX_RECORD_BYTES, decode};
use crate::key::Key;
use crate::record::Record;
use crate::redis_server::{connect, engine, expect_prefix, generation_name, record_name};
use crate::store::{FeatureStore, StoreError};

/// Records read by one pipeline, so that no answer is larger than 64 MiB.
const CHUNK: usize = 512;
/// How often a batch is begun anew because records were published while it was read.
const ATTEMPTS: usize = 3;
/// Longer than any number of a generation, in bytes.
const MAX_GENERATION_BYTES: usize = 20;

/// Records in a Redis server.
///
/// It connects when it is first read, and again after the connection is lost, without waiting in between: where nobody
/// listens a read fails at once, and the first read after somebody listens again succeeds.
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
    /// The generation that was read last; 0 before the first.
    generation: AtomicU64,
}

impl RedisStore {
    /// The records that were published under a prefix to the server of a URL such as `redis://127.0.0.1:6379/0`. It does
    /// not connect yet; [`generation`](Self::generation) shows whether it can.
    ///
    /// # Errors
    /// [`StoreError::Engine`] if that is no URL of a Redis server, if the prefix is not 1 to 64 letters, digits, `-`, `_` and
    /// `.`, or outside of a tokio runtime.
    pub fn open(url: &str, prefix: &str) -> Result<Self, StoreError> {
        expect_prefix(prefix)?;
        // Every read has a deadline of its own.
        let connection = connect(url, None)?;
        Ok(Self { connection, prefix: prefix.to_owned(), generation: AtomicU64::new(0) })
    }

    /// The generation that is published now.
    ///
    /// # Errors
    /// A [`StoreError`] if the server does not answer `within` the time given, or nothing is published.
    pub async fn generation(&self, within: Duration) -> Result<u64, StoreError> {
        timeout(within, self.newest()).await.map_err(|_elapsed| StoreError::Timeout)?
    }

    async fn newest(&self) -> Result<u64, StoreError> {
        let mut pipeline = Pipeline::new();
        self.ask_generation(&mut pipeline);
        let answer: Vec<Vec<u8>> = self.query(&pipeline).await?;
        let generation = generation_of(answer.first())?;
        self.generation.store(generation, Ordering::Relaxed);
        Ok(generation)
    }

    async fn read_now(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let mut generation = match self.generation.load(Ordering::Relaxed) {
            0 => self.newest().await?,
            known => known,
        };
        for _ in 0..ATTEMPTS {
            match self.read_generation(keys, generation).await? {
                Batch::Read(records) => return Ok(records),
                Batch::Outdated { newest } => generation = newest,
            }
            self.generation.store(generation, Ordering::Relaxed);
        }
        Err(engine("records were published faster than they can be read"))
    }

    async fn read_generation(&self, keys: &[Key], expected: u64) -> Result<Batch, StoreError> {
        let mut records = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(CHUNK) {
            let mut pipeline = Pipeline::with_capacity(chunk.len() + 1);
            self.ask_generation(&mut pipeline);
            for key in chunk {
                let name = record_name(&self.prefix, expected, key);
                // A byte more than the largest record tells those that are larger, however large they are.
                pipeline.cmd("GETRANGE").arg(name).arg(0).arg(MAX_RECORD_BYTES);
            }
            let answer: Vec<Vec<u8>> = self.query(&pipeline).await?;
            let newest = generation_of(answer.first())?;
            if newest != expected {
                return Ok(Batch::Outdated { newest });
            }
            let values = answer.get(1..).unwrap_or_default();
            if values.len() != chunk.len() {
                return Err(engine("the server answered for another number of records"));
            }
            for (key, bytes) in chunk.iter().zip(values) {
                records.push(record_of(key, bytes)?);
            }
        }
        Ok(Batch::Read(records))
    }

    fn ask_generation(&self, pipeline: &mut Pipeline) {
        pipeline.cmd("GETRANGE").arg(generation_name(&self.prefix)).arg(0).arg(MAX_GENERATION_BYTES);
    }

    /// Asks once more where the connection was lost: only asking shows that it is, or that it can be had again.
    async fn query<T: redis::FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        match pipeline.query_async(&mut connection).await {
            Err(error) if lost(&error) => pipeline.query_async(&mut connection).await,
            answer => answer,
        }
        .map_err(engine)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the connection: its URL may hold a password.
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

#[async_trait]
impl FeatureStore for RedisStore {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        timeout(within, self.read_now(keys)).await.map_err(|_elapsed| StoreError::Timeout)?
    }
}

enum Batch {
    Read(Vec<Option<Record>>),
    Outdated { newest: u64 },
}

fn lost(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}

fn generation_of(answer: Option<&Vec<u8>>) -> Result<u64, StoreError> {
    match answer.map(Vec::as_slice) {
        None | Some([]) => Err(engine("no records are published")),
        Some(digits) => std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| engine("the generation is not a number")),
    }
}

/// The record that was read. What Redis does not know it answers with no bytes.
fn record_of(key: &Key, bytes: &[u8]) -> Result<Option<Record>, StoreError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    decode(bytes).map(Some).map_err(|source| StoreError::Corrupt { key: key.clone(), source })
}
