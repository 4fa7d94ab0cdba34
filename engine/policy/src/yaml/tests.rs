//! Limits, refusals and places: what hostile and mistaken files get as an answer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::*;

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
struct Sample {
    name: String,
    count: u32,
    ratio: f64,
    kind: Option<Kind>,
    tags: Vec<String>,
    inner: BTreeMap<String, Sample>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Sized(u32),
    Named { name: String },
}

fn sample(text: &str) -> Result<Sample, String> {
    yaml("x.yaml", text).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let start = Instant::now();
    let error = sample(text).expect_err("must be refused");
    assert_eq!(error, format!("x.yaml:{expected}"), "{}", &text[..text.len().min(200)]);
    assert!(start.elapsed() < Duration::from_secs(30), "took {:?}", start.elapsed());
}

#[test]
fn values_take_their_types() {
    let text = "name: n\ncount: 3\nratio: 1\nkind: {sized: 4}\ntags: [a, 'b']\ninner:\n  x: {kind: plain}\n  \"1\": {kind: {named: {name: z}}}\n";
    let read = sample(text).expect("a good file");
    assert_eq!(
        (read.name.as_str(), read.count, read.ratio, &read.kind),
        ("n", 3, 1.0, &Some(Kind::Sized(4)))
    );
    assert_eq!(read.inner["x"].kind, Some(Kind::Plain));
    assert_eq!(read.inner["1"].kind, Some(Kind::Named { name: "z".to_owned() }));
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    refused(
        "name: n\ntags:\n  - a\n  - 1.10\n",
        "4:5: failed to read the file: expected a text, found `1.1`; write it in quotes",
    );
    refused("count: -1\n", "1:8: failed to read the file: invalid value: integer `-1`, expected u32");
    refused(
        "nmae: n\n",
        "1:1: failed to read the file: unknown field `nmae`, expected one of `name`, `count`, `ratio`, `kind`, `tags`, `inner`",
    );
    refused(
        "inner:\n  x:\n    kind: big\n",
        "3:11: failed to read the file: unknown variant `big`, expected one of `plain`, `sized`, `named`",
    );
    refused("kind: {plain: 3}\n", "1:15: failed to read the file: `plain` takes no value");
    refused("kind: sized\n", "1:7: failed to read the file: `sized` needs a value: write `sized: ..`");
    refused(
        "kind: {plain: , sized: 3}\n",
        "1:7: failed to read the file: expected one key of plain, sized, named",
    );
    refused("tags: {a: b}\n", "1:7: failed to read the file: a map does not stand here; expected a list");
}

#[test]
fn what_yaml_allows_and_nobody_means_is_refused() {
    refused(
        "name: a\nname: b\n",
        "2:1: failed to read the file: the key `name` stands here twice, first in line 1",
    );
    refused(
        "inner: {x: {}, \"x\": {}}\n",
        "1:16: failed to read the file: inner: the key `x` stands here twice, first in line 1",
    );
    refused(
        "inner: {1: {}, \"1\": {}}\n",
        "1:16: failed to read the file: inner: the key `1` stands here twice, first in line 1",
    );
    refused("inner:\n  <<: {}\n", "2:3: failed to read the file: inner: merge keys (`<<`) are not read");
    refused("name: !secret x\n", "1:7: failed to read the file: name: tags such as `!word` are not read");
    refused("? [a]\n: b\n", "1:3: failed to read the file: invalid type: sequence, expected a word as key");
    refused(
        "name: a\n---\nname: b\n",
        " failed to read the file: deserializing from YAML containing more than one document is not supported",
    );
}

#[test]
fn broken_text_is_told_with_its_place() {
    refused(
        "name: [a\n",
        "2:1: failed to read the file: did not find expected ',' or ']', while parsing a flow sequence at line 1 column 7",
    );
    refused("name: *none\n", "1:7: failed to read the file: unknown anchor");
    refused("a: b: c\n", "1:5: failed to read the file: mapping values are not allowed in this context");
}

#[test]
fn an_empty_file_is_the_default() {
    for text in ["", "\n\n", "# nothing yet\n", "---\n", "\u{feff}", "\u{feff}# c\n", "null\n"] {
        let read: Option<Sample> = yaml("x.yaml", text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(read, None);
    }
}

#[test]
fn hostile_files_are_refused_at_once() {
    let mut laughs = "a0: &a0 [l, l, l, l, l, l, l, l, l]\n".to_owned();
    for level in 1..10 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    for (name, text) in [
        ("billion laughs", laughs),
        ("open brackets", "[".repeat(100_000)),
        ("open braces", "{a: ".repeat(100_000)),
        ("brackets", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("brackets, one a line", "[\n".repeat(100_000)),
        ("dashes", "- ".repeat(100_000)),
        ("question marks", "? ".repeat(100_000)),
        ("indents", (0..1_400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ("self reference", "a: &a [*a]\n".to_owned()),
        ("self reference in a map", "&a {b: *a}\n".to_owned()),
        ("too large", "x".repeat(MAX_BYTES + 1)),
        ("many values", "- \n".repeat(MAX_BYTES / 3)),
        ("many aliases", format!("- &a [{}]\n{}", "x,".repeat(1000), "- *a\n".repeat(200_000))),
        ("deep", format!("{}x{}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1))),
        ("many anchors", (0..50_000).map(|n| format!("- &a{n} x\n")).collect::<String>() + "- *b\n"),
        ("long key", format!("{}: x: y\n", "k".repeat(500_000))),
        ("zero bytes", "\0\0\0".to_owned()),
        ("quotes", format!("'{}", "''".repeat(300_000))),
    ] {
        let start = Instant::now();
        let node = read(&Arc::new(Source::new("x.yaml", text)));
        let error = node.expect_err(name).to_string();
        assert!(error.contains(": failed to read the file: "), "{name}: {error}");
        assert!(start.elapsed() < Duration::from_secs(30), "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn what_is_within_the_limits_is_read() {
    let deep = format!("{}x{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    let anchored = "a: &a [x, y]\nb: *a\nc: [*a, *a]\n".to_owned();
    for text in [deep, anchored, "x: '[[[[['\n".to_owned()] {
        let node = read(&Arc::new(Source::new("x.yaml", text.clone())));
        assert!(node.is_ok(), "{text}: {node:?}");
    }
}

/// A small stack is what a thread of a pool may have.
#[test]
fn the_greatest_depth_fits_a_small_stack() {
    let text = format!("{}x{}", "{a: ".repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH));
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    let run = move || {
        let source = Arc::new(Source::new("x.yaml", text));
        read(&source).expect("within the limit");
        source.locate(Mark { source: 0, number: 2 * MAX_DEPTH as u32 })
    };
    let place = thread.spawn(run).expect("a thread").join().expect("no overflow");
    assert_eq!(place, Some((1, 4 * MAX_DEPTH as u32 + 1)));
}
