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
    /// What the titles have to be like; where nothing is said, they only have to fit their schema.
    #[serde(default)]
    pub quality: Option<PathBuf>,
    /// The file of rank profiles.
    pub profiles: PathBuf,
}

impl SearchConfig {
    /// The section of a configuration, its paths made relative to the configuration's file.
    pub fn of(config: &Config<Self>) -> Self {
        let folder = config.path.parent().unwrap_or(Path::new(""));
        let Self { titles, quality, profiles } = &config.service;
        Self {
            titles: folder.join(titles),
            quality: quality.as_ref().map(|path| folder.join(path)),
            profiles: folder.join(profiles),
        }
    }
}
