//! What tracks are called: the file that the index is built of, and what it is held to.
use std::path::Path;
use std::time::SystemTime;

use catalogue::title;
use features::Record;
use serving::{RecordsError, read_records};

/// The most bytes that a title, an artist's name or an album may have.
const MAX_TEXT_BYTES: usize = 512;

/// What a track is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The track's identifier.
    pub track_id: String,
    /// The title.
    pub title: String,
    /// The name of the artist.
    pub artist_name: String,
    /// The title of the album.
    pub album: String,
}

/// A file of titles that no index is built of.
#[derive(Debug, thiserror::Error)]
pub enum TitlesError {
    /// It cannot be read, one of its lines is not a title, or its titles are not as expected.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// A title has a text that cannot be shown.
    #[error("failed to take the titles: `{track_id}`: `{feature}` {problem}")]
    Text {
        /// The track's identifier.
        track_id: String,
        /// Which of its texts.
        feature: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is nothing to find.
    #[error("failed to take the titles: there are none")]
    Empty,
}

/// Reads `titles.jsonl` from a folder, and holds it to the expectations in the file `quality`, if there is one: the titles by
/// ascending track identifier, whatever the order of the lines.
///
/// # Errors
/// A [`TitlesError`] with the first line or text that is wrong.
pub fn read_titles(folder: &Path, quality: Option<&Path>) -> Result<Vec<Title>, TitlesError> {
    let records = read_records(folder, quality, vec![title::schema()])?;
    let titles: Vec<_> =
        records.into_iter().map(|(key, record)| title(key.id, &record)).collect::<Result<_, _>>()?;
    if titles.is_empty() { Err(TitlesError::Empty) } else { Ok(titles) }
}

fn title(track_id: String, record: &Record) -> Result<Title, TitlesError> {
    // Titles do not age, so that the time at which they are read is of no matter.
    let read = |feature: &features::Feature<String>| {
        let text = feature.read(record, SystemTime::UNIX_EPOCH);
        let problem = match &text {
            None => Some("is missing".to_owned()),
            Some(text) if text.trim().is_empty() => Some("is empty".to_owned()),
            Some(text) if text.len() > MAX_TEXT_BYTES => {
                Some(format!("has {} bytes, at most {MAX_TEXT_BYTES} are taken", text.len()))
            }
            Some(text) => text
                .chars()
                .find(|letter| letter.is_control())
                .map(|letter| format!("has the control character {letter:?}")),
        };
        match (text, problem) {
            (Some(text), None) => Ok(text),
            (_, problem) => Err(TitlesError::Text {
                track_id: track_id.clone(),
                feature: feature.name(),
                problem: problem.unwrap_or_default(),
            }),
        }
    };
    Ok(Title {
        title: read(&title::TITLE)?,
        artist_name: read(&title::ARTIST_NAME)?,
        album: read(&title::ALBUM)?,
        track_id,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(lines: &str) -> Result<Vec<Title>, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        fs::write(folder.path().join("titles.jsonl"), lines).expect("the file is written");
        read_titles(folder.path(), None).map_err(|error| {
            let text = error.to_string();
            text.split_once(": ").map_or(text.clone(), |(_, rest)| rest.to_owned())
        })
    }

    fn line(id: &str, title: &str) -> String {
        format!("{{\"id\":\"{id}\",\"at\":1,\"title\":{title},\"artist_name\":\"A\",\"album\":\"B\"}}\n")
    }

    #[test]
    fn titles_stand_by_track_whatever_the_order_of_the_lines() {
        let titles = read(&(line("t2", "\"Two\"") + &line("t1", "\"One\""))).expect("the lines are right");
        let ids: Vec<_> =
            titles.iter().map(|title| (title.track_id.as_str(), title.title.as_str())).collect();
        assert_eq!(ids, [("t1", "One"), ("t2", "Two")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (lines, problem) in [
            (String::new(), "there are none"),
            (line("t1", "\" \""), "`t1`: `title` is empty"),
            (line("t1", "\"a\\u0007\""), "`t1`: `title` has the control character '\\u{7}'"),
            (
                line("t1", &format!("\"{}\"", "x".repeat(513))),
                "`t1`: `title` has 513 bytes, at most 512 are taken",
            ),
            (
                "{\"id\":\"t1\",\"at\":1,\"title\":\"T\",\"album\":\"B\"}\n".to_owned(),
                "`t1`: `artist_name` is missing",
            ),
            (line("t1", "7"), "line 1: `title` is a number, not a text"),
        ] {
            let said = read(&lines).expect_err(problem);
            assert!(said.ends_with(problem), "{said}");
        }
    }
}
