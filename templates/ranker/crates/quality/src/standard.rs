//! The files that batches are held to.
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use features::Schema;
use serde::de::DeserializeOwned;

use crate::expectations::Expectations;
use crate::profile::Profile;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// All that batches are held to.
#[derive(Debug, Clone)]
pub struct Standard {
    /// Which features records have.
    pub schemas: Vec<Schema>,
    /// What they have to be like.
    pub expectations: Expectations,
    /// What they used to be like.
    pub reference: Option<Profile>,
}

/// A file that batches cannot be held to.
#[derive(Debug, thiserror::Error)]
pub enum StandardError {
    /// It cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is larger than any that somebody would write.
    #[error("failed to read {}: larger than {MAX_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// It is not what it should be.
    #[error("failed to parse {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_yaml::Error,
    },
    /// It speaks of something that there is not.
    #[error("failed to use {}: {problem}", path.display())]
    Stray {
        /// The file.
        path: PathBuf,
        /// Of what.
        problem: String,
    },
}

impl Standard {
    /// Expects nothing of records but that they fit their schemas.
    pub fn of_schemas(schemas: Vec<Schema>) -> Self {
        Self { schemas, expectations: Expectations::default(), reference: None }
    }

    /// Reads expectations, and the reference that they name, whose path is relative to their file.
    ///
    /// # Errors
    /// A [`StandardError`] if one of the files cannot be read, is no such file, or speaks of an entity that there is not
    /// or of a feature that is in none of the schemas.
    pub fn read(path: &Path, schemas: Vec<Schema>) -> Result<Self, StandardError> {
        let expectations = Expectations::read(path, &schemas)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let reference =
            expectations.reference.as_ref().map(|reference| Profile::read(&folder.join(reference)));
        let reference = reference.transpose()?;
        Ok(Self { schemas, expectations, reference })
    }
}

impl Expectations {
    /// Reads expectations, without the reference that they name.
    ///
    /// # Errors
    /// A [`StandardError`] as of [`Standard::read`].
    pub fn read(path: &Path, schemas: &[Schema]) -> Result<Self, StandardError> {
        let expectations: Self = read_yaml(path)?;
        match expectations.stray(schemas) {
            None => Ok(expectations),
            Some(problem) => Err(StandardError::Stray { path: path.to_owned(), problem }),
        }
    }
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// A [`StandardError`] if the file cannot be read, or is not a profile that can have been measured.
    pub fn read(path: &Path) -> Result<Self, StandardError> {
        let profile: Self = read_yaml(path)?;
        match profile.unsound() {
            None => Ok(profile),
            Some(feature) => {
                let problem = format!("`{feature}` has no possible distribution");
                Err(StandardError::Stray { path: path.to_owned(), problem })
            }
        }
    }
}

fn read_yaml<T: DeserializeOwned>(path: &Path) -> Result<T, StandardError> {
    let unreadable = |source| StandardError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        // To open a pipe is to wait for somebody who writes.
        return Err(unreadable(io::Error::other("it is no regular file")));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if read as u64 > MAX_BYTES {
        return Err(StandardError::TooLarge(path.to_owned()));
    }
    let malformed = |source| StandardError::Malformed { path: path.to_owned(), source };
    // Read as a plain value first, which finds keys that stand twice.
    serde_yaml::from_str::<serde_yaml::Value>(&text).map_err(malformed)?;
    serde_yaml::from_str(&text).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::checks::testing::schemas;

    const PROFILE: &str =
        "entities: {track: {records: 1, features: {energy: {edges: [0.5], counts: [1, 0]}}}}";

    fn read(expectations: &str, profile: &str) -> Result<Standard, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        fs::write(folder.path().join("quality.yaml"), expectations).expect("the file is written");
        fs::write(folder.path().join("profile.yaml"), profile).expect("the file is written");
        Standard::read(&folder.path().join("quality.yaml"), schemas()).map_err(|error| {
            let source = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{error}: {source}").replace(&format!("{}/", folder.path().display()), "")
        })
    }

    #[test]
    fn expectations_and_their_reference_are_read() {
        let standard = read("{reference: profile.yaml, entities: {track: {records: [1, 2]}}}", PROFILE)
            .expect("both are right");
        assert_eq!(standard.reference.expect("there is a reference").entities["track"].records, 1);
        assert_eq!(standard.expectations.entities["track"].records, Some((1, 2)));
        assert_eq!(read("entities: {}", "").expect("nothing is expected").reference, None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let expecting = |track: &str| format!("{{reference: profile.yaml, entities: {{track: {track}}}}}");
        let cases = [
            ("", "failed to parse quality.yaml"),
            ("entities: {trakc: {}}", "failed to use quality.yaml: unknown entity `trakc`"),
            (&expecting("{features: {tempo: {}}}"), "unknown feature `tempo` of a track"),
            (&expecting("{recrods: [1, 2]}"), "unknown field `recrods`"),
            ("{entities: {track: {}, track: {}}}", "duplicate entry"),
            (
                &expecting("{features: {genre: {vocabulary: {ids_of: genre, unknown: {refuse: 0}}}}}"),
                "unknown entity `genre`",
            ),
            ("{reference: other.yaml, entities: {}}", "failed to read other.yaml"),
        ];
        for (expectations, problem) in cases {
            let error = read(expectations, PROFILE).expect_err(problem);
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_reference_that_nobody_can_have_measured_is_refused() {
        let energies = [
            "{edges: [0.5], counts: [1]}",
            "{edges: [0.5, 0.5], counts: [1, 1, 1]}",
            "{edges: [.nan], counts: [1, 1]}",
            "{edges: [0.5], counts: [1, 18446744073709551615]}",
        ];
        for energy in energies {
            let profile = PROFILE.replace("{edges: [0.5], counts: [1, 0]}", energy);
            let error = read("{reference: profile.yaml, entities: {}}", &profile).expect_err(energy);
            assert!(error.contains("`track.energy` has no possible distribution"), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let error = read(&" ".repeat(MAX_BYTES as usize + 1), PROFILE).expect_err("the file is too large");
        assert!(error.contains("larger than 4194304 bytes"), "{error}");
    }
}
