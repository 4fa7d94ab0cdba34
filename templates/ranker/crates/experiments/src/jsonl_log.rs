//! The embedded log: JSON lines at the end of a file.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::exposure::{Exposure, ExposureLog, LogError};

/// Exposures that may wait for the disk; more are refused rather than kept in memory without end.
const WAITING: usize = 1024;

/// Appends exposures to a file, one JSON object a line. A thread of its own writes; each line is one write, so that
/// several processes can share a file.
#[derive(Debug, Clone)]
pub struct JsonLinesLog {
    entries: mpsc::Sender<Entry>,
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    Flush(oneshot::Sender<io::Result<()>>),
}

impl JsonLinesLog {
    /// Opens a log at the end of a file, which is made if it is not there, folders included.
    ///
    /// # Errors
    /// An [`io::Error`] if the file cannot be opened or the writer not be started.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let (entries, received) = mpsc::channel(WAITING);
        thread::Builder::new().name("exposures".to_owned()).spawn(move || write(file, received))?;
        Ok(Self { entries })
    }
}

#[async_trait]
impl ExposureLog for JsonLinesLog {
    async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
        let mut line = serde_json::to_vec(&exposure).map_err(LogError::Encode)?;
        line.push(b'\n');
        self.entries.try_send(Entry::Line(line)).map_err(|error| match error {
            TrySendError::Full(_) => LogError::Full,
            TrySendError::Closed(_) => LogError::Ended,
        })
    }

    async fn flush(&self, within: Duration) -> Result<(), LogError> {
        let flush = async {
            let (done, flushed) = oneshot::channel();
            self.entries.send(Entry::Flush(done)).await.map_err(|_closed| LogError::Ended)?;
            flushed.await.map_err(|_closed| LogError::Ended)?.map_err(LogError::Write)
        };
        timeout(within, flush).await.map_err(|_elapsed| LogError::Timeout)?
    }
}

/// Writes until all senders are gone. The first failure since the last flush is what the next flush answers with.
fn write(mut file: File, mut entries: mpsc::Receiver<Entry>) {
    let mut failure = None;
    while let Some(entry) = entries.blocking_recv() {
        match entry {
            Entry::Line(line) => {
                if let Err(error) = file.write_all(&line) {
                    failure.get_or_insert(error);
                }
            }
            Entry::Flush(done) => {
                let result = failure.take().map_or_else(|| file.sync_data(), Err);
                // Nobody waits any more if the flush took too long, and its caller has said so.
                drop(done.send(result));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::Shown;

    fn exposure(request: usize) -> Exposure {
        Exposure {
            at_ms: 7,
            service: "now-playing".to_owned(),
            request_id: format!("r{request}"),
            unit: "viewer-1".to_owned(),
            arms: [("spacing".to_owned(), "control".to_owned())].into(),
            model_version: "v1".to_owned(),
            degraded: Vec::new(),
            shown: vec![Shown { id: "t1".to_owned(), score: 0.5 }],
        }
    }

    #[tokio::test]
    async fn what_was_recorded_is_in_the_file_after_a_flush() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("a/b/exposures.jsonl");
        let log = JsonLinesLog::open(&path).expect("the log opens");
        for request in 0..100 {
            log.record(exposure(request)).await.expect("there is room");
        }
        log.flush(Duration::from_secs(5)).await.expect("the file can be written");
        let text = fs::read_to_string(&path).expect("the file is there");
        let read: Vec<Exposure> =
            text.lines().map(|line| serde_json::from_str(line).expect("a line is an exposure")).collect();
        assert_eq!(read, (0..100).map(exposure).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn two_logs_share_a_file_and_nothing_is_lost() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("exposures.jsonl");
        let logs =
            [JsonLinesLog::open(&path).expect("opens"), JsonLinesLog::open(&path).expect("opens again")];
        for request in 0..200 {
            logs[request % 2].record(exposure(request)).await.expect("there is room");
        }
        for log in &logs {
            log.flush(Duration::from_secs(5)).await.expect("the file can be written");
        }
        assert_eq!(fs::read_to_string(&path).expect("the file is there").lines().count(), 200);
    }

    #[tokio::test]
    async fn a_full_log_refuses_instead_of_waiting() {
        let (entries, _nobody_writes) = mpsc::channel(1);
        let log = JsonLinesLog { entries };
        log.record(exposure(1)).await.expect("there is room for one");
        assert!(matches!(log.record(exposure(2)).await, Err(LogError::Full)));
        assert!(matches!(log.flush(Duration::from_millis(1)).await, Err(LogError::Timeout)));
    }

    #[tokio::test]
    async fn a_write_that_failed_is_said_at_the_next_flush() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("exposures.jsonl");
        fs::write(&path, "").expect("the file is made");
        let (entries, received) = mpsc::channel(4);
        let read_only = File::open(&path).expect("the file opens");
        thread::spawn(move || write(read_only, received));
        let log = JsonLinesLog { entries };
        log.record(exposure(1)).await.expect("there is room");
        assert!(matches!(log.flush(Duration::from_secs(5)).await, Err(LogError::Write(_))));
    }
}
