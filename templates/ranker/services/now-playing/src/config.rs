//! The service's configuration file.
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

const TEN_MINUTES_MS: u64 = 10 * 60 * 1000;
const MOST_IN_FLIGHT: u64 = 100_000;

/// The service's configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
    /// The folder with the records of tracks, viewers and shelves.
    pub data: PathBuf,
    /// The model's signature.
    pub model: PathBuf,
    /// The experiments.
    pub experiments: PathBuf,
    /// The file to whose end exposures go.
    pub exposures: PathBuf,
    /// How much time a request has.
    pub deadline: DeadlineConfig,
    /// Requests that are answered at the same time.
    pub in_flight: usize,
    /// Deals retrieved tracks.
    pub seed: u64,
    /// How long requests in flight, and then exposures, may take at shutdown, in milliseconds each.
    pub shutdown_ms: u64,
}

/// How much time a request has, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineConfig {
    /// Where the caller says nothing.
    pub default_ms: u64,
    /// However much the caller grants.
    pub max_ms: u64,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is not a configuration.
    #[error("failed to parse {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_yaml::Error,
    },
    /// A number makes no sense.
    #[error("{}: `{key}` has to be between 1 and {most}", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The largest number that makes sense.
        most: u64,
    },
}

impl Config {
    /// Reads a configuration. Its paths are relative to its file.
    ///
    /// # Errors
    /// A [`ConfigError`] if the file cannot be read, is not a configuration, or has a number that makes no sense.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config: Self = serde_yaml::from_str(&text)
            .map_err(|source| ConfigError::Malformed { path: path.to_owned(), source })?;
        let numbers = [
            ("deadline.default_ms", config.deadline.default_ms, TEN_MINUTES_MS),
            ("deadline.max_ms", config.deadline.max_ms, TEN_MINUTES_MS),
            ("shutdown_ms", config.shutdown_ms, TEN_MINUTES_MS),
            ("in_flight", config.in_flight as u64, MOST_IN_FLIGHT),
        ];
        if let Some((key, _, most)) =
            numbers.into_iter().find(|(_, number, most)| !(1..=*most).contains(number))
        {
            return Err(ConfigError::OutOfRange { path: path.to_owned(), key, most });
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        for path in [&mut config.data, &mut config.model, &mut config.experiments, &mut config.exposures] {
            *path = folder.join(&path);
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: &str = include_str!("../config.yaml");

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("config.yaml");
        fs::write(&path, text).expect("the file is written");
        Config::read(&path).map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("{error}: {source}")
        })
    }

    #[test]
    fn the_committed_configuration_is_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.yaml");
        let config = Config::read(&path).expect("the file is right");
        assert_eq!(config.deadline.default_ms, 40);
        assert_eq!(config.data, path.with_file_name("../../data"));
    }

    #[test]
    fn an_absolute_path_stays_as_it_is() {
        let config =
            read(&COMMITTED.replace("data: ../../data", "data: /srv/data")).expect("the file is right");
        assert_eq!(config.data, Path::new("/srv/data"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (COMMITTED.replace("seed: 7", "sed: 7"), "unknown field `sed`"),
            (COMMITTED.replace("seed: 7", "seed: 7\nseed: 8"), "duplicate field `seed`"),
            (COMMITTED.replace("seed: 7", ""), "missing field `seed`"),
            (
                COMMITTED.replace("in_flight: 256", "in_flight: 0"),
                "`in_flight` has to be between 1 and 100000",
            ),
            (
                COMMITTED.replace("default_ms: 40", "default_ms: 0"),
                "`deadline.default_ms` has to be between 1 and 600000",
            ),
            (
                COMMITTED.replace("10000", "18446744073709551615"),
                "`deadline.max_ms` has to be between 1 and 600000",
            ),
            (COMMITTED.replace("127.0.0.1:50151", "localhost"), "invalid socket address"),
        ];
        for (text, problem) in cases {
            let error = read(&text).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
    }
}
