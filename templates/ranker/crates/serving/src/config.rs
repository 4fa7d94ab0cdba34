//! The configuration file of a service.
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::{Deserializer, IgnoredAny};
use serde::{Deserialize, de::DeserializeOwned};
use serde_yaml::with::singleton_map;
use telemetry::TraceConfig;

use crate::args::Args;
use crate::engines::{ModelConfig, StoreConfig};
use crate::text::read_text;

const TEN_MINUTES_MS: u64 = 10 * 60 * 1000;
const MOST_IN_FLIGHT: u64 = 100_000;

/// A service's configuration: the keys that all services have, and a section of the service's own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, bound = "Own: DeserializeOwned")]
pub struct Config<Own> {
    /// Where to listen; port 0 for any that is free.
    pub listen: SocketAddr,
    /// Where features are kept.
    #[serde(with = "singleton_map")]
    pub store: StoreConfig,
    /// The model, for services that have one; [`Config::model`] is how they ask.
    #[serde(default, with = "singleton_map")]
    pub model: Option<ModelConfig>,
    /// The experiments.
    pub experiments: PathBuf,
    /// The file to whose end exposures go.
    pub exposures: PathBuf,
    /// Where traces go; nowhere where the file says nothing.
    #[serde(default)]
    pub traces: Option<TraceConfig>,
    /// How much time a request has.
    pub deadline: DeadlineConfig,
    /// Requests that are answered at the same time.
    pub in_flight: usize,
    /// How long requests in flight, and then exposures, may take at shutdown, in milliseconds each.
    pub shutdown_ms: u64,
    /// Deals what the service leaves to chance.
    #[serde(default)]
    pub seed: u64,
    /// What only this service has.
    pub service: Own,
    /// The file that all this was read from; paths of the service's own section are relative to it.
    #[serde(skip)]
    pub path: PathBuf,
}

/// The section of a service that has no keys of its own: it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKeys;

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
    #[error("{}: `{key}` has to be between {least} and {most}", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The smallest number that makes sense.
        least: f64,
        /// The largest number that makes sense.
        most: f64,
    },
    /// A key is missing that this service needs.
    #[error("{}: `{key}` is missing", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
    },
}

impl<Own: DeserializeOwned> Config<Own> {
    /// Reads the configuration that the arguments name, else the `usual` one, and puts the arguments before what it says.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn with(args: &Args, usual: &str) -> Result<Self, ConfigError> {
        let mut config = Self::read(args.config.as_deref().unwrap_or(Path::new(usual)))?;
        config.listen = args.listen.unwrap_or(config.listen);
        config.seed = args.seed.unwrap_or(config.seed);
        if let Some(exposures) = &args.exposures {
            config.exposures.clone_from(exposures);
        }
        if let Some(otlp) = &args.traces {
            config.traces = Some(TraceConfig { otlp: otlp.clone(), sampled: 1.0 });
        }
        if let Some(endpoint) = &args.inference {
            config.model = Some(config.model()?.clone().served_at(endpoint.clone()));
        }
        if let Some(data) = &args.data {
            config.store = config.store.with_data(data.clone());
        }
        Ok(config)
    }

    /// Reads a configuration. The paths of the common keys are relative to its file.
    ///
    /// # Errors
    /// A [`ConfigError`] if the file cannot be read, is not a configuration, or has a number that makes no sense.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            read_text(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config: Self = serde_yaml::from_str(&text)
            .map_err(|source| ConfigError::Malformed { path: path.to_owned(), source })?;
        path.clone_into(&mut config.path);
        let numbers = [
            ("deadline.default_ms", config.deadline.default_ms, TEN_MINUTES_MS),
            ("deadline.max_ms", config.deadline.max_ms, TEN_MINUTES_MS),
            ("shutdown_ms", config.shutdown_ms, TEN_MINUTES_MS),
            ("in_flight", config.in_flight as u64, MOST_IN_FLIGHT),
        ];
        for (key, number, most) in numbers {
            config.within(key, number as f64, 1.0, most as f64)?;
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        config.store.resolve(&folder);
        if let Some(model) = &mut config.model {
            model.resolve(&folder);
        }
        for path in [&mut config.experiments, &mut config.exposures] {
            *path = folder.join(&path);
        }
        Ok(config)
    }
}

impl<Own> Config<Own> {
    /// The model of a service that has one.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] if the file says nothing about it.
    pub fn model(&self) -> Result<&ModelConfig, ConfigError> {
        let missing = || ConfigError::Missing { path: self.path.clone(), key: "model" };
        self.model.as_ref().ok_or_else(missing)
    }

    /// Holds a number to a range.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] if it is not between `least` and `most`.
    pub fn within(&self, key: &'static str, number: f64, least: f64, most: f64) -> Result<(), ConfigError> {
        if (least..=most).contains(&number) {
            return Ok(());
        }
        Err(ConfigError::OutOfRange { path: self.path.clone(), key, least, most })
    }
}

impl DeadlineConfig {
    /// The time of a request where the caller says nothing.
    pub fn usual(self) -> Duration {
        Duration::from_millis(self.default_ms)
    }

    /// The time of a request however much the caller grants.
    pub fn most(self) -> Duration {
        Duration::from_millis(self.max_ms)
    }
}

impl<'de> Deserialize<'de> for NoKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What is missing is read as `None`.
        match Option::<IgnoredAny>::deserialize(deserializer)? {
            None => Ok(Self),
            Some(_) => Err(serde::de::Error::custom("this service has no keys of its own")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;

    use super::*;

    const FILE: &str = "
listen: 127.0.0.1:50151
store: { redb: { data: ../../data } }
model: { tract: { signature: models/m.yaml } }
experiments: experiments.yaml
exposures: var/exposures.jsonl
deadline: { default_ms: 40, max_ms: 10000 }
in_flight: 256
shutdown_ms: 5000
seed: 7
service: { half: 20 }
";

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        half: f64,
    }

    fn read<T: DeserializeOwned>(text: &str) -> Result<Config<T>, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("config.yaml");
        fs::write(&path, text).expect("the file is written");
        let config = Config::read(&path).map_err(|error| {
            let source = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{error}: {source}")
        });
        config.inspect(|config| assert_eq!(config.path, path))
    }

    #[test]
    fn paths_are_relative_to_the_file_and_absolute_ones_stay() {
        let config: Config<Own> = read(&FILE.replace("../../data", "/srv/data")).expect("the file is right");
        let folder = config.path.parent().expect("a file is in a folder");
        assert_eq!(config.store, StoreConfig::redb("/srv/data"));
        assert_eq!(config.model, Some(ModelConfig::Tract { signature: folder.join("models/m.yaml") }));
        assert_eq!(config.experiments, folder.join("experiments.yaml"));
        assert_eq!(config.service, Own { half: 20.0 });
    }

    #[test]
    fn a_service_without_a_model_or_keys_of_its_own_does_not_name_them() {
        let text = FILE.replace("model: { tract: { signature: models/m.yaml } }\n", "");
        let config: Config<NoKeys> =
            read(&text.replace("service: { half: 20 }\n", "")).expect("the file is right");
        let missing = config.model().expect_err("there is none").to_string();
        assert!(missing.ends_with("config.yaml: `model` is missing"), "{missing}");
        let error = read::<NoKeys>(&text).expect_err("there are keys");
        assert!(error.contains("this service has no keys of its own"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("seed: 7", "sed: 7", "unknown field `sed`"),
            ("seed: 7", "seed: 7\nseed: 8", "duplicate field `seed`"),
            ("shutdown_ms: 5000", "", "missing field `shutdown_ms`"),
            ("half: 20", "half: 20, third: 1", "service: unknown field `third`"),
            ("service: { half: 20 }", "", "missing field `service`"),
            ("in_flight: 256", "in_flight: 0", "`in_flight` has to be between 1 and 100000"),
            ("default_ms: 40", "default_ms: 0", "`deadline.default_ms` has to be between 1 and 600000"),
            ("10000", "18446744073709551615", "`deadline.max_ms` has to be between 1 and 600000"),
            ("127.0.0.1:50151", "localhost", "invalid socket address"),
            ("redb: { data: ../../data }", "memcached: {}", "store: unknown variant `memcached`"),
            ("data: ../../data", "date: ../../data", "unknown field `date`"),
            (
                "data: ../../data }",
                "data: a }, tract: {}",
                "store: invalid value: map, expected map with a single key",
            ),
        ];
        for (right, wrong, problem) in cases {
            assert!(FILE.contains(right), "{right}");
            let error = read::<Own>(&FILE.replace(right, wrong)).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn an_engine_is_one_key() {
        let redis = "redis: { url: 'redis://127.0.0.1/0', prefix: features }";
        let server = "open_inference: { endpoint: 'http://127.0.0.1:8001', signature: models/m.yaml }";
        let text = FILE.replace("redb: { data: ../../data }", redis);
        let config: Config<Own> =
            read(&text.replace("tract: { signature: models/m.yaml }", server)).expect("the file is right");
        let (url, prefix) = ("redis://127.0.0.1/0".to_owned(), "features".to_owned());
        assert_eq!(config.store, StoreConfig::Redis { url, prefix });
        let signature = config.path.with_file_name("models/m.yaml");
        let endpoint = "http://127.0.0.1:8001".to_owned();
        let expected = ModelConfig::OpenInference { endpoint, signature, patience_ms: 10_000 };
        assert_eq!(config.model, Some(expected));
    }

    #[test]
    fn a_number_of_the_services_own_is_held_to_its_range() {
        let config: Config<Own> = read(FILE).expect("the file is right");
        assert!(config.within("service.half", config.service.half, 1.0, 1e9).is_ok());
        let error = config.within("service.half", f64::NAN, 1.0, 1e9).expect_err("not a number");
        assert!(error.to_string().ends_with("`service.half` has to be between 1 and 1000000000"), "{error}");
    }

    #[test]
    fn arguments_go_before_what_the_file_says() {
        use clap::Parser;

        #[derive(Parser)]
        struct Cli {
            #[command(flatten)]
            args: Args,
        }
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("config.yaml");
        fs::write(&path, FILE).expect("the file is written");
        let usual = path.to_str().expect("the path is text");
        let of = |arguments: &[&str]| {
            let cli = Cli::parse_from(["service"].iter().chain(arguments));
            Config::<Own>::with(&cli.args, usual).expect("the file is right")
        };
        let plain = of(&[]);
        assert_eq!((plain.seed, plain.listen.port()), (7, 50151));
        let changed = of(&["--seed", "8", "--listen", "127.0.0.1:0", "--data", "d", "--exposures", "e"]);
        assert_eq!((changed.seed, changed.listen.port()), (8, 0));
        assert_eq!(changed.store, StoreConfig::redb("d"));
        let served = of(&["--inference", "http://127.0.0.1:8001"]);
        assert!(
            matches!(served.model, Some(ModelConfig::OpenInference { endpoint, .. }) if endpoint.ends_with(":8001"))
        );
        assert_eq!(changed.exposures, Path::new("e"));
    }
}
