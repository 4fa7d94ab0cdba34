//! What only this service is told in its configuration.
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serving::Config;

/// The service's own section of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchConfig {
    /// The folder with `titles.jsonl`.
    pub titles: PathBuf,
    /// The file of rank profiles.
    pub profiles: PathBuf,
}

impl SearchConfig {
    /// The section of a configuration, its paths made relative to the configuration's file.
    pub fn of(config: &Config<Self>) -> Self {
        let folder = config.path.parent().unwrap_or(Path::new(""));
        Self { titles: folder.join(&config.service.titles), profiles: folder.join(&config.service.profiles) }
    }
}
