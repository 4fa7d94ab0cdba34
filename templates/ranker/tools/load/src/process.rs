//! A service that is started for a run, and stopped after it.
use std::env;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The time for which the committed data is fresh.
const NOON: &str = "2026-11-20T12:00:00Z";

/// A running service.
#[derive(Debug)]
pub struct Process {
    /// Where it listens.
    pub address: String,
    child: Child,
    _exposures: TempDir,
}

/// A service that did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no binary.
    #[error(
        "failed to start {}: run `cargo build --release -p load -p {service}`, then `target/release/load --service {service}`",
        path.display()
    )]
    Binary {
        /// Where it should be.
        path: PathBuf,
        /// The service.
        service: String,
        /// Why it did not start.
        #[source]
        source: io::Error,
    },
    /// It ended before it listened.
    #[error("`{0}` ended before it listened; start it by hand to see why")]
    Ended(String),
    /// Something else of the machine failed.
    #[error("failed to start the service")]
    Io(#[from] io::Error),
}

impl Process {
    /// Starts the binary of a service that lies beside this one, as it is configured, with its exposures in a folder of
    /// their own and without its logs being kept.
    ///
    /// # Errors
    /// A [`StartError`] if there is no binary or it does not come to listen.
    pub fn start(service: &str) -> Result<Self, StartError> {
        let path = env::current_exe()?.with_file_name(service);
        let exposures = tempfile::tempdir()?;
        let mut child = Command::new(&path)
            .args(["--listen", "127.0.0.1:0", "--clock", NOON, "--exposures"])
            .arg(exposures.path().join("exposures.jsonl"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| StartError::Binary { path, service: service.to_owned(), source })?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let process = |address: &str| Self { address: address.to_owned(), child, _exposures: exposures };
        let address = line.trim_end().strip_prefix("listening on ");
        address.map(process).ok_or_else(|| StartError::Ended(service.to_owned()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().unwrap_or_default();
        drop(self.child.wait());
    }
}
