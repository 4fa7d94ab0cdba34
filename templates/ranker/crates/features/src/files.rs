//! Records in files: a folder with a JSON Lines file for each entity.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::key::Key;
use crate::line::Line;
use crate::record::Record;
use crate::schema::Schema;
use crate::value::Value;

const MAX_FILE_BYTES: u64 = 64 << 20;
const MAX_LINE_BYTES: usize = 64 << 10;
const MAX_ID_BYTES: usize = 64;

/// A file of records that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is larger than any file that this service is meant for.
    #[error("failed to read {}: larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size that is read.
        limit: u64,
    },
    /// One of its lines is not a record.
    #[error("failed to read {}: line {line}: {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads `tracks.jsonl`, `viewers.jsonl` and so on, one file for each schema, from a folder.
///
/// A line is an object: `id`, `at` (when the values were computed, in seconds since 1970), and features by name. Values
/// that were computed at another time have theirs in `times`, an object of seconds by feature name:
///
/// ```json
/// {"id": "trk-7", "at": 1795154400, "genre": "jazz", "plays": 12, "skips": null, "times": {"plays": 1795150800}}
/// ```
///
/// A value that is not known is left out, or said to be `null`, which is the same.
///
/// # Errors
/// A [`FileError`] with the first file and line that is unreadable, larger than 64 MiB (a line: 64 KiB), not such an
/// object, against its schema, or about something that an earlier line was about.
pub fn read_folder(folder: &Path, schemas: &[Schema]) -> Result<BTreeMap<Key, Record>, FileError> {
    let mut records = BTreeMap::new();
    for schema in schemas {
        read_file(folder.join(schema.entity.file()), schema, &mut records)?;
    }
    Ok(records)
}

fn read_file(path: PathBuf, schema: &Schema, records: &mut BTreeMap<Key, Record>) -> Result<(), FileError> {
    let unreadable = |path: &Path, source| FileError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(&path).map_err(|source| unreadable(&path, source))?.is_file() {
        // To open a pipe is to wait for somebody who writes.
        return Err(unreadable(&path, io::Error::other("it is no regular file")));
    }
    let file = File::open(&path).map_err(|source| unreadable(&path, source))?;
    if file.metadata().map_err(|source| unreadable(&path, source))?.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLarge { path, limit: MAX_FILE_BYTES });
    }
    let mut reader = BufReader::new(file.take(MAX_FILE_BYTES));
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        let malformed = |problem| FileError::Malformed { path: path.clone(), line: number, problem };
        match reader.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(source) if source.kind() == io::ErrorKind::InvalidData => {
                return Err(malformed("not UTF-8".to_owned()));
            }
            Err(source) => return Err(unreadable(&path, source)),
        }
        let (id, record) = parse(&line, schema).map_err(malformed)?;
        let key = Key { entity: schema.entity, id };
        let said = format!("`{key}` stands here a second time");
        if records.insert(key, record).is_some() {
            return Err(malformed(said));
        }
    }
    Ok(())
}

fn parse(line: &str, schema: &Schema) -> Result<(String, Record), String> {
    if line.len() > MAX_LINE_BYTES {
        return Err(format!("longer than {MAX_LINE_BYTES} bytes"));
    }
    let Line { id, at, times, values } = serde_json::from_str(line).map_err(|error| problem(&error))?;
    if !(1..=MAX_ID_BYTES).contains(&id.len()) {
        return Err(format!("`id` is not a text of 1 to {MAX_ID_BYTES} bytes"));
    }
    if let Some(name) = times.keys().find(|name| !values.contains_key(*name)) {
        return Err(format!("`times` speaks of `{name}`, which is not here"));
    }
    match values.iter().find_map(|(name, value)| schema.refuse(name, value.as_ref())) {
        Some(problem) => Err(problem),
        None => Ok((id, Record { at, values: present(values), times })),
    }
}

fn present(values: BTreeMap<String, Option<Value>>) -> BTreeMap<String, Value> {
    values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What is wrong with a line as JSON. The parser sees one line only, so that its line number would mislead.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let said = text.rsplit_once(" at line ").map_or(text.as_str(), |(said, _)| said);
    format!("{said}, column {}", error.column())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::feature::Feature;
    use crate::key::Entity;

    fn read(tracks: &[u8]) -> Result<BTreeMap<Key, Record>, String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        fs::write(folder.path().join("tracks.jsonl"), tracks).expect("the file is written");
        let energy = Feature::<f64>::new("energy").within(0.0, 1.0);
        let genre = Feature::<String>::new("genre");
        let schema = Schema { entity: Entity::Track, features: vec![energy.declare(), genre.declare()] };
        read_folder(folder.path(), &[schema]).map_err(|error| {
            let text = error.to_string();
            text.rsplit_once("tracks.jsonl")
                .map(|(_, rest)| rest.to_owned())
                .expect("the error names the file")
        })
    }

    #[test]
    fn a_line_is_a_record() {
        let records = read(br#"{"id":"t1","at":12,"energy":0.5,"genre":"jazz"}"#).expect("the line is right");
        let record = &records[&Key::track("t1")];
        assert_eq!(record.at, 12);
        assert_eq!(record.values["energy"], Value::Number(0.5));
    }

    #[test]
    fn a_value_may_have_a_time_of_its_own() {
        let records = read(br#"{"id":"t1","at":12,"energy":0.5,"genre":"jazz","times":{"energy":11}}"#)
            .expect("the line is right");
        assert_eq!(records[&Key::track("t1")].times, [("energy".to_owned(), 11)].into());
    }

    #[test]
    fn a_value_that_is_said_to_be_missing_is_missing() {
        let records = read(br#"{"id":"t1","at":12,"energy":null}"#).expect("the line is right");
        assert_eq!(records[&Key::track("t1")], Record::new(12, []));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said_with_its_number() {
        let cases: [(&[u8], &str); 16] = [
            (b"{\"id\":\"t1\",\"at\":1}\n{", ": line 2: EOF while parsing an object, column 1"),
            (
                b"[]",
                ": line 1: invalid type: sequence, expected an object with `id`, `at` and features, column 0",
            ),
            (b"{\"at\":1}", ": line 1: missing field `id`, column 8"),
            (b"{\"id\":\"\",\"at\":1}", ": line 1: `id` is not a text of 1 to 64 bytes"),
            (b"{\"id\":\"t1\",\"at\":-1}", ": line 1: invalid value: integer `-1`, expected u64, column 18"),
            (b"{\"id\":\"t1\",\"at\":1,\"tempo\":1}", ": line 1: unknown feature `tempo` of a track"),
            (b"{\"id\":\"t1\",\"at\":1,\"energy\":\"a\"}", ": line 1: `energy` is a text, not a number"),
            (b"{\"id\":\"t1\",\"at\":1,\"energy\":1.5}", ": line 1: `energy` is 1.5, not between 0 and 1"),
            (b"{\"id\":\"t1\",\"at\":1,\"energy\":1e999}", ": line 1: number out of range, column 32"),
            (b"{\"id\":\"t1\",\"at\":1,\"tempo\":null}", ": line 1: unknown feature `tempo` of a track"),
            (
                b"{\"id\":\"t1\",\"at\":1,\"energy\":[[]]}",
                ": line 1: invalid type: sequence, expected a string, column 28",
            ),
            (
                b"{\"id\":\"t1\",\"at\":1,\"energy\":1,\"times\":{\"genre\":1}}",
                ": line 1: `times` speaks of `genre`, which is not here",
            ),
            (
                b"{\"id\":\"t1\",\"at\":1,\"energy\":1,\"times\":{\"energy\":1,\"energy\":2}}",
                ": line 1: `energy` stands here a second time, column 60",
            ),
            (
                b"{\"id\":\"t1\",\"at\":1,\"energy\":1,\"energy\":0}",
                ": line 1: `energy` stands here a second time, column 40",
            ),
            (
                b"{\"id\":\"t1\",\"at\":1,\"genre\":{\"a\":1,\"a\":2}}",
                ": line 1: `a` stands here a second time, column 39",
            ),
            (
                b"{\"id\":\"t1\",\"at\":1}\n{\"id\":\"t1\",\"at\":1}",
                ": line 2: `track/t1` stands here a second time",
            ),
        ];
        for (file, problem) in cases {
            assert_eq!(read(file).expect_err("the file is wrong"), problem);
        }
    }

    #[test]
    fn a_line_that_is_not_utf_8_or_too_long_is_refused() {
        assert_eq!(read(b"\xff\xfe").expect_err("not UTF-8"), ": line 1: not UTF-8");
        let long = vec![b' '; MAX_LINE_BYTES + 1];
        assert_eq!(read(&long).expect_err("too long"), ": line 1: longer than 65536 bytes");
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let file = File::create(folder.path().join("tracks.jsonl")).expect("the file is made");
        file.set_len(MAX_FILE_BYTES + 1).expect("the file grows without being written");
        let schema = Schema { entity: Entity::Track, features: Vec::new() };
        let error = read_folder(folder.path(), &[schema]).expect_err("the file is too large");
        assert!(matches!(error, FileError::TooLarge { .. }));
    }

    #[test]
    fn a_pipe_is_refused_before_anybody_waits_for_it() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let pipe = Command::new("mkfifo").arg(folder.path().join("tracks.jsonl")).status();
        assert!(pipe.expect("there is a mkfifo command").success());
        let schema = Schema { entity: Entity::Track, features: Vec::new() };
        let error = read_folder(folder.path(), &[schema]).expect_err("there is no file");
        assert!(matches!(error, FileError::Unreadable { .. }));
    }

    #[test]
    fn a_folder_without_the_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let schema = Schema { entity: Entity::Track, features: Vec::new() };
        let error = read_folder(folder.path(), &[schema]).expect_err("there is no file");
        assert!(matches!(error, FileError::Unreadable { .. }));
    }

    proptest! {
        #[test]
        fn no_file_is_too_much_to_read(bytes in vec(any::<u8>(), 0..512)) {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            if let Ok(records) = read(&bytes) {
                prop_assert!(records.len() <= lines);
            }
        }

        #[test]
        fn no_line_of_a_record_can_be_changed_to_too_much(changes in vec((0..80_usize, any::<u8>()), 1..4)) {
            let mut line = br#"{"id":"t1","at":12,"energy":0.5,"genre":"jazz","times":{"energy":11}}"#.to_vec();
            for (index, byte) in changes {
                let index = index % line.len();
                line[index] = byte;
            }
            for (key, record) in read(&line).unwrap_or_default() {
                prop_assert!(key.id.len() <= MAX_ID_BYTES);
                let energy = record.values.get("energy");
                prop_assert!(!matches!(energy, Some(Value::Number(energy)) if !(0.0..=1.0).contains(energy)));
            }
        }

        #[test]
        fn lists_within_lists_do_not_run_out_of_stack(depth in 1..20_000_usize, open in "[\\[{]") {
            let line = format!(r#"{{"id":"t1","at":1,"energy":{}"#, open.repeat(depth));
            prop_assert!(read(line.as_bytes()).is_err());
        }
    }
}
