//! The embedded log: JSON lines at the end of a file.
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::append::Append;
use crate::exposure::{Exposure, ExposureLog, LogError};
use crate::trouble::Trouble;

/// Exposures that may wait for the disk; more are refused rather than kept in memory without end.
const WAITING: usize = 1024;

/// How long a line waits after it could not be written.
const PAUSE: Duration = Duration::from_millis(100);

/// Appends exposures to a file, one JSON object a line.
///
/// - A thread of its own writes; each line is one write, so that several processes can share a file.
/// - A line that cannot be written, such as on a full disk, is tried again until it can. Meanwhile others wait, and once
///   as many wait as may, further ones are refused: nothing is lost without [`LogError::Full`] having said so.
/// - Whoever rotates the file moves it away: the next line opens it anew. No signal is needed.
/// - What was written outlives the process at once, and the machine after a [flush](ExposureLog::flush).
#[derive(Debug, Clone)]
pub struct JsonLinesLog {
    entries: mpsc::Sender<Entry>,
    trouble: Arc<Trouble>,
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
        let file = Append::open(path)?;
        let trouble = Arc::new(Trouble::default());
        let (entries, received) = mpsc::channel(WAITING);
        let told = trouble.clone();
        thread::Builder::new().name("exposures".to_owned()).spawn(move || write(file, received, &told))?;
        Ok(Self { entries, trouble })
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
        timeout(within, flush)
            .await
            .unwrap_or_else(|_elapsed| Err(self.trouble.now().map_or(LogError::Timeout, LogError::Write)))
    }
}

/// Writes until all senders are gone.
fn write(mut file: Append, mut entries: mpsc::Receiver<Entry>, trouble: &Trouble) {
    while let Some(entry) = entries.blocking_recv() {
        match entry {
            Entry::Line(line) => {
                while let Err(error) = file.append(&line) {
                    trouble.tell(&error);
                    if entries.is_closed() {
                        return;
                    }
                    thread::sleep(PAUSE);
                }
                trouble.over();
            }
            // Nobody waits any more if the flush took too long, and its caller has said so.
            Entry::Flush(done) => drop(done.send(file.sync())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::*;
    use crate::exposure::Shown;

    /// Ample for any disk.
    const SOON: Duration = Duration::from_secs(30);

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

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("a/b/exposures.jsonl");
        (folder, path)
    }

    async fn record(log: &JsonLinesLog, requests: impl IntoIterator<Item = usize>) {
        for request in requests {
            log.record(exposure(request)).await.expect("there is room");
        }
        log.flush(SOON).await.expect("the file can be written");
    }

    fn read(path: &Path) -> Vec<Exposure> {
        let text = fs::read_to_string(path).expect("the file is there");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is an exposure")).collect()
    }

    #[tokio::test]
    async fn what_was_recorded_is_in_the_file_after_a_flush() {
        let (_folder, path) = file();
        let log = JsonLinesLog::open(&path).expect("the log opens");
        record(&log, 0..100).await;
        assert_eq!(read(&path), (0..100).map(exposure).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn two_logs_share_a_file_and_nothing_is_lost() {
        let (_folder, path) = file();
        let logs =
            [JsonLinesLog::open(&path).expect("opens"), JsonLinesLog::open(&path).expect("opens again")];
        for request in 0..200 {
            logs[request % 2].record(exposure(request)).await.expect("there is room");
        }
        for log in &logs {
            log.flush(SOON).await.expect("the file can be written");
        }
        assert_eq!(read(&path).len(), 200);
    }

    #[tokio::test]
    async fn a_full_log_refuses_instead_of_waiting() {
        let (entries, _nobody_writes) = mpsc::channel(1);
        let log = JsonLinesLog { entries, trouble: Arc::default() };
        log.record(exposure(1)).await.expect("there is room for one");
        assert!(matches!(log.record(exposure(2)).await, Err(LogError::Full)));
        assert!(matches!(log.flush(Duration::from_millis(1)).await, Err(LogError::Timeout)));
    }

    #[tokio::test]
    async fn a_file_that_is_moved_away_is_opened_anew() {
        let (folder, path) = file();
        let log = JsonLinesLog::open(&path).expect("the log opens");
        record(&log, 0..2).await;
        let moved = folder.path().join("exposures.jsonl.1");
        fs::rename(&path, &moved).expect("the file is moved");
        record(&log, 2..5).await;
        fs::remove_dir_all(folder.path().join("a")).expect("file and folder are removed");
        record(&log, 5..6).await;
        assert_eq!(read(&moved), (0..2).map(exposure).collect::<Vec<_>>());
        assert_eq!(read(&path), [exposure(5)]);
    }

    #[tokio::test]
    async fn a_line_that_a_crash_has_torn_does_not_spoil_the_next() {
        let (_folder, path) = file();
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder is made");
        fs::write(&path, "{\"at_ms\":1}\n{\"at_m").expect("the file is written");
        record(&JsonLinesLog::open(&path).expect("the log opens"), 0..1).await;
        let text = fs::read_to_string(&path).expect("the file is there");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..2], ["{\"at_ms\":1}", "{\"at_m"]);
        assert_eq!(serde_json::from_str::<Exposure>(lines[2]).expect("it is whole"), exposure(0));
    }

    #[tokio::test]
    async fn a_full_disk_is_said_and_once_there_is_room_nothing_is_lost() {
        let (folder, path) = (tempfile::tempdir().expect("a folder is made"), "exposures.jsonl");
        let path = folder.path().join(path);
        symlink("/dev/full", &path).expect("a disk that is full is linked");
        let log = JsonLinesLog::open(&path).expect("the log opens");
        let mut taken = 0;
        while log.record(exposure(taken)).await.is_ok() {
            taken += 1;
        }
        assert!((WAITING..=WAITING + 1).contains(&taken), "{taken} are taken");
        let flushed = log.flush(Duration::from_millis(300)).await;
        let Err(LogError::Write(error)) = flushed else { panic!("the disk is full, not {flushed:?}") };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);

        fs::remove_file(&path).expect("the link is removed");
        log.flush(SOON).await.expect("there is room");
        assert_eq!(read(&path), (0..taken).map(exposure).collect::<Vec<_>>());
    }
}
