//! The Redis server that records are in: how to connect to it, and under which keys they are.
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::{Client, IntoConnectionInfo};
use tokio::runtime::Handle;

use crate::key::Key;
use crate::store::StoreError;

/// How long connecting may take. Reads that wait for it are given up at their own deadlines.
const CONNECT: Duration = Duration::from_secs(1);
const MAX_PREFIX_BYTES: usize = 64;
/// How long the server may leave bytes unacknowledged before the connection counts as lost.
#[cfg(target_os = "linux")]
const SILENCE: Duration = Duration::from_secs(3);

/// A connection that is made, and made again, when it is needed. Without a time for answers it waits for them for ever.
pub(crate) fn connect(url: &str, answers: Option<Duration>) -> Result<ConnectionManager, StoreError> {
    Handle::try_current().map_err(engine)?;
    let info = url.into_connection_info().map_err(engine)?;
    let tcp = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(SILENCE);
    let client = Client::open(info.set_tcp_settings(tcp)).map_err(engine)?;
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(answers);
    ConnectionManager::new_lazy_with_config(client, config).map_err(engine)
}

/// Refuses a prefix by which keys of others could be taken for records.
pub(crate) fn expect_prefix(prefix: &str) -> Result<(), StoreError> {
    let allowed = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    if (1..=MAX_PREFIX_BYTES).contains(&prefix.len()) && prefix.bytes().all(allowed) {
        return Ok(());
    }
    Err(engine(format!("{prefix:?} is not 1 to {MAX_PREFIX_BYTES} letters, digits, `-`, `_` and `.`")))
}

/// The name of the key that holds the number of the newest generation.
pub(crate) fn generation_name(prefix: &str) -> String {
    format!("{prefix}:generation")
}

/// The name of the key that holds a record of a generation.
pub(crate) fn record_name(prefix: &str, generation: u64, key: &Key) -> String {
    format!("{prefix}:{generation}:{key}")
}

pub(crate) fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Engine(error.into())
}
