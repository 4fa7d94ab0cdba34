//! What follows from hits and labels, and that what is committed holds together.

use std::path::{Path, PathBuf};

use findings::{Level, Rule, rule};

use super::measure::speaks_of_code;
use super::*;
use crate::RULES;

rule! {
    /// Only for tests.
    static SAMPLE = { id: "sample", guard: "lints", group: "tests", level: Error, summary: "finds samples" };
}

fn source(version: &str) -> Source {
    Source { name: "crate".to_owned(), version: version.to_owned() }
}

fn hit(number: usize) -> Hit {
    let (path, item) = ("src/lib.rs".to_owned(), format!("f{number}"));
    Hit { source: source("1.0.0"), path, item, line: 1 }
}

fn label(version: &str, number: usize, right: bool) -> Label {
    let (path, item) = ("src/lib.rs".to_owned(), format!("f{number}"));
    Label { source: source(version), path, item, right, why: "it is".to_owned() }
}

/// Records with so many hits in so many lines, of which the first are labelled.
fn records(hits: usize, lines: u64, right: usize, wrong: usize) -> Records {
    let mut records = Records::default();
    records.census.sizes.insert(source("1.0.0"), Size { files: 1, lines, bytes: lines });
    records.census.hits.insert("sample".to_owned(), (0..hits).map(hit).collect());
    let labels = (0..right + wrong).map(|number| label("1.0.0", number, number < right)).collect();
    records.labels.insert("sample".to_owned(), labels);
    records
}

fn with_mutants(mut records: Records, found: usize, missed: usize) -> Records {
    let mutants = (0..found + missed).map(|number| label("mutant", number, number < found));
    records.labels.entry("sample".to_owned()).or_default().extend(mutants);
    records
}

#[test]
fn a_level_follows_from_hits_labels_and_mutants() {
    const MANY: u64 = 3_000_000;
    for (allows, why, records) in [
        (Level::Error, "nine in ten of enough", records(200, MANY, 32, 3)),
        (Level::Warning, "less than nine in ten", records(200, MANY, 31, 4)),
        (Level::Warning, "more than one in 10,000 lines", records(301, MANY, 35, 0)),
        (Level::Error, "just one in 10,000 lines", records(300, MANY, 35, 0)),
        (Level::Note, "less than six in ten", records(200, MANY, 20, 15)),
        (Level::Warning, "just six in ten", records(200, MANY, 21, 14)),
        (Level::Note, "34 labels of many hits", records(35, MANY, 34, 0)),
        (Level::Error, "all of few hits", records(12, MANY, 12, 0)),
        (Level::Note, "nine hits and no mutants", records(9, MANY, 9, 0)),
        (Level::Error, "two hits and eight mutants", with_mutants(records(2, MANY, 2, 0), 8, 0)),
        (Level::Note, "a hit that nobody judged", with_mutants(records(3, MANY, 2, 0), 12, 0)),
        (Level::Error, "mutants alone", with_mutants(records(0, MANY, 0, 0), 12, 0)),
        (Level::Warning, "a wrong hit among mutants", with_mutants(records(2, MANY, 0, 2), 10, 0)),
        (Level::Note, "mutants save no rule with many hits", with_mutants(records(12, MANY, 2, 10), 90, 0)),
        (Level::Note, "nothing", records(0, MANY, 0, 0)),
    ] {
        assert_eq!(precision(&SAMPLE, &records).allows, allows, "{why}");
    }
}

#[test]
fn a_label_counts_while_its_hit_is_there() {
    let labels = |records: &Records| precision(&SAMPLE, records).labels;
    let mut records = records(4, 1000, 3, 3);
    assert_eq!(labels(&records), 4, "two are found no more");
    records.labels.entry("sample".to_owned()).or_default().push(label("2.0.0", 9, true));
    assert_eq!(labels(&records), 5, "a source that is not pinned cannot be looked at");
    records.census.hits.clear();
    assert_eq!(labels(&records), 7, "the rule is younger than the census");
}

#[test]
fn a_change_of_a_rule_shows_what_it_does() {
    let census = |numbers: &[usize]| {
        let hits = numbers.iter().map(|number| hit(*number)).collect();
        Census { hits: [("sample".to_owned(), hits)].into(), ..Census::default() }
    };
    let found = changes(&census(&[1, 1, 2, 3]), &census(&[0, 1, 3, 3]), &|_| true);
    let expected =
        Changes { rule: "sample".to_owned(), added: vec![hit(0), hit(3)], gone: vec![hit(1), hit(2)] };
    assert_eq!(found, [expected]);
    assert_eq!(changes(&census(&[1]), &census(&[2]), &|rule| rule != "sample"), []);
    assert_eq!(changes(&census(&[1, 2]), &census(&[2, 1]), &|_| true), [], "order is no change");
}

#[test]
fn a_source_is_measured_and_what_cannot_be_parsed_must_be_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("Cargo.toml", "[package]\nname = \"crate\"\nversion = \"1.0.0\"\nedition = \"2024\"\n");
    write("src/lib.rs", "mod torn;\nimpl Rank {\n    fn later(&self) {\n        todo!()\n    }\n}\n");
    write("src/torn.rs", "fn torn( {\n");
    let measured = measure(&source("1.0.0"), folder.path()).expect("it is looked at");
    assert_eq!(measured.size, Size { files: 2, lines: 7, bytes: 79 });
    let path = "src/lib.rs".to_owned();
    let expected = Hit { source: source("1.0.0"), path, item: "Rank::later".to_owned(), line: 4 };
    assert_eq!(measured.hits["unfinished-code"], [expected]);

    let unread: Vec<_> = measured.unread.iter().map(|unread| unread.path.as_str()).collect();
    assert_eq!(unread, ["src/torn.rs"]);
    let mut records = Records::default();
    assert_eq!(records.unexplained(&measured.unread).len(), 1);
    let why = "it is torn".to_owned();
    records.explained.push(Explained { source: source("1.0.0"), path: "src/torn.rs".to_owned(), why });
    assert_eq!(records.unexplained(&measured.unread).len(), 0);
    assert_eq!(records.stale(&[]).len(), 1, "an explanation that explains nothing is told");
    records.explained[0].path = "src/".to_owned();
    assert_eq!(records.unexplained(&measured.unread).len(), 0, "a folder is explained whole");
    records.explained[0].source = source("1.0.1");
    assert_eq!(records.unexplained(&measured.unread).len(), 1, "another version is another file");
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let hits = folder.path().join("hits");
    std::fs::create_dir(&hits).expect("a folder");
    std::fs::write(hits.join("gone.tsv"), "crate\t1.0.0\ta.rs\t-\t1\n").expect("a file");
    let mut census = records(3, 1000, 0, 0).census;
    census.hits.insert("quiet".to_owned(), Vec::new());
    census.write(folder.path()).expect("it is written");
    assert_eq!(Records::read(folder.path()).expect("it is read").census, census);
}

#[test]
fn a_broken_line_is_named() {
    for (file, text, said) in [
        ("crates.tsv", "# a remark\n\nserde\n", "crates.tsv:3: 2 columns are needed"),
        ("crates.tsv", "--config\t1.0.0\n", "crates.tsv:1: `--config` `1.0.0` is no crate"),
        ("crates.tsv", "serde\t../1\n", "crates.tsv:1: `serde` `../1` is no crate"),
        ("crates.tsv", "a\t1.0.0\na\t1.0.0\n", "crates.tsv:2: `a-1.0.0` is there twice"),
        ("sizes.tsv", "a\t1.0.0\t1\tmany\t3\n", "sizes.tsv:1: `many` is no number"),
        ("labels/x.tsv", "a\t1\tp\t-\tmaybe\tw\n", "x.tsv:1: `maybe` is neither"),
        ("unread.tsv", "a\t1\tp\t \n", "unread.tsv:1: the reason is missing"),
        ("left-out.tsv", "a\t1\t2\t3\tfour\tw\n", "left-out.tsv:1: `four` is no number"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        let error = Records::read(folder.path()).expect_err(text).to_string();
        assert!(error.contains(said), "{error}");
    }
}

fn committed() -> Records {
    Records::read(&folder().join("census")).expect("the committed census")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Rules whose findings say something about code.
fn judged() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(|rule| speaks_of_code(rule))
}

#[test]
fn no_rule_is_stricter_than_its_labels_allow() {
    let records = committed();
    let stricter: Vec<&str> =
        judged().filter(|rule| rule.level > precision(rule, &records).allows).map(|rule| rule.id).collect();
    assert_eq!(stricter, [""; 0], "judge more hits, or lower the level");
}

#[test]
fn the_committed_census_is_that_of_the_pinned_sources_and_large() {
    let records = committed();
    let mut pinned = records.pinned.clone();
    pinned.sort();
    assert_eq!(records.census.sizes.keys().cloned().collect::<Vec<_>>(), pinned);
    assert!(records.census.size().lines >= 3_000_000, "{:?}", records.census.size());
    let known = |id: &str| RULES.iter().any(|rule| rule.id == id);
    for id in records.census.hits.keys().chain(records.labels.keys()) {
        assert!(known(id), "`{id}` is no rule");
    }
    for left_out in &records.left_out {
        assert!(!known(&left_out.rule), "`{}` is left out and there", left_out.rule);
    }
}

#[test]
fn the_table_is_what_the_files_say() {
    let written = std::fs::read_to_string(folder().join("PRECISION.md")).expect("the table");
    assert!(written == page(RULES, &committed()), "PRECISION.md is out of date; run `cargo xtask docs`");
}
