//! Features of tracks and viewers: what they are called, where they are kept, how they are read.
//!
//! A [`Feature`] is a name with a type; a [`Record`] is what is known about one thing; a [`FeatureStore`] reads records
//! in batches, and only in batches, so that no stage can read candidate by candidate.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod codec;
mod feature;
mod files;
mod key;
mod line;
mod record;
mod redb_store;
mod redis_publish;
mod redis_server;
mod redis_store;
mod reloading_store;
mod schema;
mod store;
mod value;

pub use codec::CodecError;
pub use feature::Feature;
pub use files::{FileError, read_folder};
pub use key::{Entity, Key};
pub use record::Record;
pub use redb_store::RedbStore;
pub use redis_publish::{PublishError, publish};
pub use redis_store::RedisStore;
pub use reloading_store::ReloadingStore;
pub use schema::{Declared, Schema};
pub use store::{FeatureStore, StoreError};
pub use value::{FromValue, Kind, Value};
