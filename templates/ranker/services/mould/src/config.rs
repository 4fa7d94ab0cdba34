//! The section of the configuration that only this service has.
use serde::Deserialize;
use serving::{Config, ConfigError};

/// What only this service has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// What the most popular track is worth beside the most relevant one, which is worth 1.
    pub popularity: f64,
}

impl Own {
    /// These keys, if they make sense.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the key that does not.
    pub fn checked(self, config: &Config<Self>) -> Result<Self, ConfigError> {
        config.within("service.popularity", self.popularity, 0.0, 1.0)?;
        Ok(self)
    }
}
