//! What buf finds is found, with buf's id, file, line and column.
//!
//! The pairs lie in `tests/buf/`, each with the rows that buf 1.75.0 reported for it. Where a buf binary is at hand
//! (`GATEFOLD_BUF`, or `buf` on the path) it is asked again, and `GATEFOLD_BUF_RECORD=1` writes its answers down.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde::Deserialize;
use service::{Alike, DescriptorSet, Protos, compile, compile_with};
use source::Tree;

use crate::Category;
use crate::asked::of_buf;
use crate::breach::Breach;
use crate::evolution::sides;
use crate::rules::CHECKS;

const CATEGORIES: [Category; 5] =
    [Category::File, Category::Package, Category::Csr, Category::WireJson, Category::Wire];

/// The protos before and after, and what buf says.
pub(super) struct Pair {
    pub(super) title: String,
    pub(super) old: BTreeMap<String, String>,
    pub(super) new: BTreeMap<String, String>,
    rows: Vec<String>,
    /// What `buf.yaml` says under `breaking`; every category where it says nothing.
    config: Option<String>,
    /// What files of an edition mean: the set of descriptors that buf made of a side, as proto JSON.
    pub(super) sets: BTreeMap<String, String>,
    /// Why rows differ, if they do, and the rows: `+` only we find, `-` only buf finds.
    explained: Option<(String, Vec<String>)>,
}

#[test]
fn every_row_of_buf_is_found_where_buf_finds_it() {
    let (mut pairs, mut rows, mut failed) = (0, 0, Vec::new());
    for pair in files().iter().flat_map(|file| read(file)) {
        let mut expected: Vec<String> = pair.rows.iter().filter(|row| is_ours(row)).cloned().collect();
        for row in pair.explained.iter().flat_map(|(_, rows)| rows) {
            match row.split_at(1) {
                ("+", row) => expected.push(row.to_owned()),
                (_, row) => {
                    let at = expected.iter().position(|expected| expected == row);
                    expected.remove(at.unwrap_or_else(|| panic!("{}: buf does not say {row}", pair.title)));
                }
            }
        }
        expected.sort();
        let found = ours(&pair);
        pairs += 1;
        rows += expected.len();
        if found != expected {
            let diff = |a: &[String], b: &[String]| {
                a.iter().filter(|row| !b.contains(row)).cloned().collect::<Vec<_>>()
            };
            failed.push(format!(
                "{}: missing {:?}, surplus {:?}",
                pair.title,
                diff(&expected, &found),
                diff(&found, &expected)
            ));
        }
    }
    assert!(pairs >= 380 && rows >= 1_500, "only {pairs} pairs with {rows} rows were read");
    assert!(failed.is_empty(), "{} of {pairs} pairs differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn the_recorded_rows_are_those_of_buf() {
    let Some(buf) = buf() else {
        eprintln!("skipped: no buf binary in GATEFOLD_BUF or on the path");
        return;
    };
    let record = std::env::var_os("GATEFOLD_BUF_RECORD").is_some();
    let mut failed = Vec::new();
    for file in files() {
        let mut pairs = read(&file);
        for pair in &mut pairs {
            let rows = theirs(&buf, pair);
            if rows != pair.rows && !record {
                failed.push(format!("{}: recorded {:?}, buf says {rows:?}", pair.title, pair.rows));
            }
            pair.rows = rows;
            if record {
                pair.sets = sets(&buf, pair);
            }
        }
        if record {
            let text: String = pairs.iter().map(write).collect();
            fs::write(&file, text).expect("the pairs can be written");
        }
    }
    assert!(failed.is_empty(), "{} pairs differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn what_both_sides_have_alike_may_be_left_out() {
    let (mut partial, mut failed) = (0, Vec::new());
    for pair in files().iter().flat_map(|file| read(file)).filter(|pair| pair.sets.is_empty()) {
        // Files that nothing of the pair needs, and so many of them that most is alike.
        let others = (0..=pair.old.len() + pair.new.len()).map(|index| {
            let text = format!("syntax = \"proto3\";\npackage others.v1;\nmessage Other{index} {{}}\n");
            (format!("others/v1/{index}.proto"), text)
        });
        let others: Vec<(String, String)> = others.collect();
        let tree = |files: &BTreeMap<String, String>| {
            Tree::from_memory(files.clone().into_iter().chain(others.clone()))
        };
        let (old, new) = (tree(&pair.old), tree(&pair.new));
        let roots = [String::new()];
        let alike = Alike::of((&old, &roots), (&new, &roots), |_, _| None);
        assert!(alike.are_most(), "{}", pair.title);
        let new = compile(&new, &roots);
        let Some(old) = alike.compile_others(&old, &new) else {
            failed.push(format!("{}: it is not compiled in part", pair.title));
            continue;
        };
        assert!(old.paths.keys().all(|name| pair.old.contains_key(name)), "{}: {:?}", pair.title, old.paths);
        partial += 1;
        let (found, expected) = (rows(&pair, &old, &new), ours(&pair));
        if found != expected {
            failed.push(format!("{}: {found:?} instead of {expected:?}", pair.title));
        }
    }
    assert!(partial >= 380, "only {partial} pairs were compiled in part");
    assert!(failed.is_empty(), "{} pairs differ:\n{}", failed.len(), failed.join("\n"));
}

/// Our rows over all of buf's categories, each id once.
fn ours(pair: &Pair) -> Vec<String> {
    let side = |files: &BTreeMap<String, String>, side: &str| {
        let set = pair.sets.get(side).map_or_else(DescriptorSet::default, |json| set(json));
        let protos = compile_with(&Tree::from_memory(files), &[String::new()], &set);
        assert_eq!(protos.errors, [], "{}", pair.title);
        protos
    };
    rows(pair, &side(&pair.old, "old"), &side(&pair.new, "new"))
}

/// The rows of both sides.
fn rows(pair: &Pair, old: &Protos, new: &Protos) -> Vec<String> {
    if let Some(config) = &pair.config {
        let tree = Tree::from_memory([("buf.yaml", config.as_str())]);
        let (asked, findings) = of_buf(&tree, &tree);
        assert!(findings.is_empty(), "{}: {findings:?}", pair.title);
        let breaches = asked.breaches(&sides(old, new, asked.category()));
        let mut rows: Vec<String> = breaches.iter().map(|breach| row(pair, breach)).collect();
        rows.sort();
        return rows;
    }
    let mut by_id: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for category in CATEGORIES {
        let breaches = sides(old, new, category).breaches(CHECKS);
        let mut of_category: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for breach in breaches {
            of_category.entry(breach.id).or_default().push(row(pair, &breach));
        }
        by_id.extend(of_category);
    }
    let mut rows: Vec<String> = by_id.into_values().flatten().collect();
    rows.sort();
    rows
}

/// A set of descriptors out of its proto JSON.
fn set(json: &str) -> DescriptorSet {
    DescriptorSet::read(&bytes(json)).expect("the set can be read")
}

/// The same as the file that buf writes.
pub(super) fn bytes(json: &str) -> Vec<u8> {
    let descriptor = DescriptorPool::global().get_message_by_name("google.protobuf.FileDescriptorSet");
    // The descriptors that are described here are older than this edition.
    let json = json.replace("\"EDITION_2024\"", "1001");
    let mut json = serde_json::Deserializer::from_str(&json);
    let set = DynamicMessage::deserialize(descriptor.expect("descriptors are described"), &mut json);
    set.expect("the set is one").encode_to_vec()
}

/// The sets that buf makes of both sides, where one has an edition.
fn sets(buf: &Path, pair: &Pair) -> BTreeMap<String, String> {
    let sides = [("old", &pair.old), ("new", &pair.new)];
    let has_edition =
        |files: &BTreeMap<String, String>| files.values().any(|text| text.starts_with("edition"));
    let of_side = |files: &BTreeMap<String, String>| {
        let folder = tempfile::tempdir().expect("there is room for files");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        let output = Command::new(buf)
            .args(["build", "-o", "-#format=json", "--as-file-descriptor-set"])
            .current_dir(folder.path())
            .output()
            .expect("buf runs");
        assert!(output.status.success(), "{}: {}", pair.title, String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("JSON is text").trim().to_owned()
    };
    let edited = sides.into_iter().filter(|(_, files)| has_edition(files));
    edited.map(|(side, files)| (side.to_owned(), of_side(files))).collect()
}

/// A breach as a row of buf's.
fn row(pair: &Pair, breach: &Breach) -> String {
    let place = match &breach.at {
        None => "-:1:1".to_owned(),
        Some(place) => {
            let (line, column) = place.span.map_or((1, 1), |span| (span.line, span.column));
            format!("{}:{line}:{}", place.file, buf_column(&pair.new[&place.file], line, column))
        }
    };
    format!("{} {place}", breach.id)
}

/// Our columns count characters. Buf's count cells of a terminal, with a tab stop every four.
fn buf_column(text: &str, line: u32, column: u32) -> usize {
    let line = text.lines().nth(line as usize - 1).unwrap_or_default();
    let cells = line.chars().take(column as usize - 1).fold(0, |cells, letter| match letter {
        '\t' => cells / 4 * 4 + 4,
        '\u{1f300}'.. => cells + 2,
        _ => cells + 1,
    });
    cells + 1
}

/// Whether a row is of a rule that we have.
fn is_ours(row: &str) -> bool {
    let ids: BTreeSet<&str> =
        CHECKS.iter().flat_map(|check| CATEGORIES.map(check.ids).into_iter().flatten()).collect();
    row.split_once(' ').is_some_and(|(id, _)| ids.contains(id))
}

/// A row of buf's JSON.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    path: String,
    #[serde(default)]
    start_line: u32,
    #[serde(default)]
    start_column: u32,
    r#type: String,
}

fn theirs(buf: &Path, pair: &Pair) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is room for files");
    for (side, files) in [("old", &pair.old), ("new", &pair.new)] {
        for (name, text) in files {
            let path = folder.path().join(side).join(name);
            fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
            fs::write(path, text).expect("a file can be written");
        }
    }
    let all = r#"{"version":"v2","breaking":{"use":["FILE","PACKAGE","CSR","WIRE_JSON","WIRE"]}}"#;
    let config = match &pair.config {
        None => all.to_owned(),
        Some(config) => {
            let path = folder.path().join("config.yaml");
            fs::write(&path, config).expect("a file can be written");
            path.to_string_lossy().into_owned()
        }
    };
    let output = Command::new(buf)
        .args(["breaking", ".", "--against", "../old", "--error-format", "json", "--config", &config])
        .args(["--against-config", &config])
        .current_dir(folder.path().join("new"))
        // It ends before there is anything to collect, and collecting takes it a third of its time.
        .env("GOGC", "off")
        .output()
        .expect("buf runs");
    assert!(
        matches!(output.status.code(), Some(0 | 100)),
        "{}: {}",
        pair.title,
        String::from_utf8_lossy(&output.stderr)
    );
    let mut rows: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            let row: Row = serde_json::from_str(line).expect("buf writes JSON");
            let path = if row.path.is_empty() { "-" } else { row.path.as_str() };
            format!("{} {path}:{}:{}", row.r#type, row.start_line, row.start_column)
        })
        .collect();
    rows.sort();
    rows
}

pub(super) fn buf() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("GATEFOLD_BUF") {
        return Some(PathBuf::from(path));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("buf")).find(|path| path.is_file())
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of pairs is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    files
}

pub(super) fn read(file: &Path) -> Vec<Pair> {
    let text = fs::read_to_string(file).expect("the pairs can be read");
    text.split("## ").skip(1).map(pair).collect()
}

fn pair(text: &str) -> Pair {
    let (title, rest) = text.split_once('\n').expect("a pair has a title");
    let mut pair = Pair {
        title: title.to_owned(),
        old: BTreeMap::new(),
        new: BTreeMap::new(),
        rows: Vec::new(),
        config: None,
        sets: BTreeMap::new(),
        explained: None,
    };
    for part in format!("\n{rest}").split("\n-- ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let rows = || body.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        match head.split_once(' ') {
            Some(("old", name)) => drop(pair.old.insert(name.to_owned(), format!("{body}\n"))),
            Some(("new", name)) => drop(pair.new.insert(name.to_owned(), format!("{body}\n"))),
            None if head == "config" => pair.config = Some(format!("{body}\n")),
            Some(("set", side)) => drop(pair.sets.insert(side.to_owned(), body.trim().to_owned())),
            Some(("explained:", why)) => pair.explained = Some((why.to_owned(), rows())),
            _ => pair.rows = rows(),
        }
    }
    pair
}

fn write(pair: &Pair) -> String {
    let mut text = format!("## {}\n", pair.title);
    for (side, files) in [("old", &pair.old), ("new", &pair.new)] {
        for (name, body) in files {
            text += &format!("-- {side} {name}\n{}\n", body.trim_end_matches('\n'));
        }
    }
    if let Some(config) = &pair.config {
        text += &format!("-- config\n{}\n", config.trim_end_matches('\n'));
    }
    for (side, json) in &pair.sets {
        text += &format!("-- set {side}\n{json}\n");
    }
    let lines = |rows: &[String]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    text += &format!("-- buf\n{}", lines(&pair.rows));
    if let Some((why, rows)) = &pair.explained {
        text += &format!("-- explained: {why}\n{}", lines(rows));
    }
    text + "\n"
}
