//! Rank profiles: named, versioned bundles of how tracks are found and ranked.
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serving::read_text;

use crate::index::Boosts;

/// The most tracks that a request can ask for. No profile lets fewer come as far as that.
pub const MAX_LIMIT: u32 = 100;
/// The most tracks that a profile may have features read for.
const MAX_MATCHES: usize = 1_000;
/// The largest weight that makes sense.
const MAX_WEIGHT: f64 = 1_000.0;

/// All profiles of the service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// The profile of requests that name none.
    pub usual: String,
    /// All profiles, in the order of the file.
    pub profiles: Vec<RankProfile>,
}

/// How tracks are found and ranked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankProfile {
    /// The name by which requests ask for it.
    pub name: String,
    /// Its version, which is another whenever anything below is.
    pub version: String,
    /// How many of the tracks that fit go on, the best by text.
    pub matches: usize,
    /// What a word is worth where it is found.
    pub boosts: Boosts,
    /// What all that goes on is scored by.
    pub first_phase: FirstPhase,
    /// What the best of the first phase are scored by once more; without it the first phase decides.
    #[serde(default)]
    pub second_phase: Option<SecondPhase>,
}

/// The weights of the first phase. The model of the second phase has weight 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstPhase {
    /// Of how well the text fits, which is 0 to 1.
    pub text: f64,
    /// Of how popular the track is, which is 0 to 1.
    pub popularity: f64,
}

/// The second phase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondPhase {
    /// The name of the model, as its signature has it.
    pub model: String,
    /// How many are scored again; the others are taken out.
    pub rerank: usize,
}

/// Profiles that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfilesError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is no list of profiles.
    #[error("failed to parse {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_yaml::Error,
    },
    /// A profile makes no sense.
    #[error("failed to use {}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl Profiles {
    /// Reads profiles.
    ///
    /// # Errors
    /// A [`ProfilesError`] if the file cannot be read, is no list of profiles, or one of them makes no sense.
    pub fn read(path: &Path) -> Result<Self, ProfilesError> {
        let text =
            read_text(path).map_err(|source| ProfilesError::Unreadable { path: path.to_owned(), source })?;
        let profiles: Self = serde_yaml::from_str(&text)
            .map_err(|source| ProfilesError::Malformed { path: path.to_owned(), source })?;
        match profiles.problem() {
            None => Ok(profiles),
            Some(problem) => Err(ProfilesError::Wrong { path: path.to_owned(), problem }),
        }
    }

    fn problem(&self) -> Option<String> {
        for (place, profile) in self.profiles.iter().enumerate() {
            let name = &profile.name;
            if self.profiles.iter().take(place).any(|other| other.name == *name) {
                return Some(format!("profile `{name}` stands there a second time"));
            }
            if let Some(problem) = profile.problem() {
                return Some(format!("profile `{name}`: {problem}"));
            }
        }
        let known = self.profiles.iter().any(|profile| profile.name == self.usual);
        (!known).then(|| format!("the usual profile `{}` is not among the profiles", self.usual))
    }
}

impl RankProfile {
    fn problem(&self) -> Option<String> {
        let is_name = |text: &str| {
            (1..=64).contains(&text.len())
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        };
        if !is_name(&self.name) || !is_name(&self.version) {
            return Some("name and version have 1 to 64 letters, digits, '-', '_' and '.'".to_owned());
        }
        let least = MAX_LIMIT as usize;
        if !(least..=MAX_MATCHES).contains(&self.matches) {
            return Some(format!("`matches` has to be between {least} and {MAX_MATCHES}"));
        }
        if let Some(second) = &self.second_phase
            && !(least..=self.matches).contains(&second.rerank)
        {
            return Some(format!("`rerank` has to be between {least} and {}", self.matches));
        }
        let weights = [
            ("boosts.title", self.boosts.title.into()),
            ("boosts.artist", self.boosts.artist.into()),
            ("boosts.album", self.boosts.album.into()),
            ("first_phase.text", self.first_phase.text),
            ("first_phase.popularity", self.first_phase.popularity),
        ];
        let wrong = weights.into_iter().find(|(_, weight)| !(0.0..=MAX_WEIGHT).contains(weight));
        wrong.map(|(key, _)| format!("`{key}` has to be between 0 and {MAX_WEIGHT}"))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;

    use super::*;

    const FILE: &str = "
usual: one
profiles:
  - name: one
    version: '1'
    matches: 500
    boosts: { title: 3, artist: 2, album: 1 }
    first_phase: { text: 1, popularity: 0.3 }
    second_phase: { model: search, rerank: 200 }
  - name: two
    version: '1'
    matches: 100
    boosts: { title: 1, artist: 1, album: 1 }
    first_phase: { text: 1, popularity: 0 }
";

    fn read(text: &str) -> Result<Profiles, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("profiles.yaml");
        fs::write(&path, text).expect("the file is written");
        Profiles::read(&path).map_err(|error| {
            let source = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{error}: {source}")
        })
    }

    #[test]
    fn a_profile_has_one_phase_or_two() {
        let profiles = read(FILE).expect("the file is right").profiles;
        assert_eq!(profiles[0].second_phase, Some(SecondPhase { model: "search".to_owned(), rerank: 200 }));
        assert_eq!(profiles[1].second_phase, None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (right, wrong, problem) in [
            ("usual: one", "usual: three", "the usual profile `three` is not among the profiles"),
            ("name: two", "name: one", "profile `one` stands there a second time"),
            ("name: two", "name: 'a b'", "name and version have 1 to 64"),
            ("matches: 100", "matches: 99", "profile `two`: `matches` has to be between 100 and 1000"),
            ("rerank: 200", "rerank: 501", "profile `one`: `rerank` has to be between 100 and 500"),
            ("popularity: 0.3", "popularity: -1", "`first_phase.popularity` has to be between 0 and 1000"),
            ("popularity: 0.3", "popularity: .nan", "`first_phase.popularity` has to be between 0 and 1000"),
            ("title: 3", "title: .inf", "`boosts.title` has to be between 0 and 1000"),
            ("title: 3", "titel: 3", "unknown field `titel`"),
            ("rerank: 200", "rerank: 200, extra: 1", "unknown field `extra`"),
            ("version: '1'\n    matches: 100", "matches: 100", "missing field `version`"),
        ] {
            assert!(FILE.contains(right), "{right}");
            let error = read(&FILE.replace(right, wrong)).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
    }
}
