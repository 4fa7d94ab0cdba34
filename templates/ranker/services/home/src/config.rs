//! The section of the configuration that only this service has, and the records that it reads.
use catalogue::belief;
use features::Schema;
use reward::Blend;
use serde::Deserialize;
use serving::{Config, ConfigError};

/// What only this service has to be told.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// How the short term and the long term make one score.
    pub blend: BlendKeys,
}

/// How the short term and the long term make one score: `weight p + mean + min(cap, curiosity sqrt(variance))`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlendKeys {
    /// How often the likelihood of a stream counts, 0 to 1000.
    pub weight: f64,
    /// What a standard deviation of a belief is worth, 0 to 1000.
    pub curiosity: f64,
    /// What all of them together are worth at most, 0 to 1000.
    pub cap: f64,
}

impl Own {
    /// The blend that the configuration says.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if a number makes no sense.
    pub fn blend(&self, config: &Config<Self>) -> Result<Blend, ConfigError> {
        let BlendKeys { weight, curiosity, cap } = self.blend;
        for (key, number) in [
            ("service.blend.weight", weight),
            ("service.blend.curiosity", curiosity),
            ("service.blend.cap", cap),
        ] {
            config.within(key, number, 0.0, 1e3)?;
        }
        let out_of_range = |_| ConfigError::OutOfRange {
            path: config.path.clone(),
            key: "service.blend",
            least: 0.0,
            most: 1e3,
        };
        Blend::new(weight, curiosity, cap).map_err(out_of_range)
    }
}

/// The schemas of what this service reads: tracks, viewers, shelves and beliefs.
pub fn schemas() -> Vec<Schema> {
    [catalogue::schemas(), vec![belief::schema()]].concat()
}
