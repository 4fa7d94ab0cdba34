//! Protos of an edition: who says what they mean, and what happens where nobody does.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use findings::Checked;
use service::testing::Reaction;
use service::{Served, Tool};
use source::{Cache, Change, Code, Tree};

use super::buf::{buf, bytes, read};
use super::stand_in::reacting;
use crate::{
    Codes, Error, Outside, Policy, Wanted, check_live_with, check_served, check_static_with, compile_protos,
};

/// A pair of `tests/buf/editions.txt` by its title, each side with its set of descriptors.
fn sides(title: &str) -> [BTreeMap<String, Vec<u8>>; 2] {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf/editions.txt");
    let pair = read(&file).into_iter().find(|pair| pair.title == title).expect("there is such a pair");
    [("old", pair.old), ("new", pair.new)].map(|(side, files)| {
        let files = files.into_iter().map(|(name, text)| (format!("protos/{name}"), text.into_bytes()));
        let set = pair.sets.get(side).map(|json| ("protos.binpb".to_owned(), bytes(json)));
        files.chain(set).collect()
    })
}

const RETYPED: &str = "edition: a field is retyped, another goes";

fn judge(
    old: Option<&BTreeMap<String, Vec<u8>>>,
    new: &BTreeMap<String, Vec<u8>>,
    descriptors: bool,
    buf: Option<&Path>,
) -> Result<Checked, Error> {
    let change = Change::of_trees(old.map(Tree::from_memory), Tree::from_memory(new));
    let policy = Policy { descriptors: descriptors.then(|| "protos.binpb".to_owned()), ..Policy::default() };
    let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let buf = buf.map(|program| Tool { program: program.to_owned(), environment });
    let code = Code::read(&Tree::from_memory([("a", "")]), &Cache::off());
    let codes = Codes { head: &|| &code, base: &|| None };
    check_static_with(&change, &policy, codes, &Outside { buf, ..Outside::default() })
}

/// The findings as `RULE LINE`.
fn rules(checked: &Checked) -> Vec<String> {
    let line = |finding: &findings::Finding| {
        finding.location.as_ref().and_then(|place| place.span).map_or(0, |span| span.line)
    };
    let found = checked.findings.iter().map(|finding| format!("{} {}", finding.rule.id, line(finding)));
    let mut found: Vec<String> = found.collect();
    found.sort();
    found
}

#[test]
fn without_anybody_who_says_what_it_means_the_guard_could_not_look() {
    let [old, new] = sides(RETYPED);
    let error = judge(Some(&old), &new, false, None).expect_err("nobody says what it means");
    assert!(matches!(&error, Error::Edition { path, .. } if path == "protos/a.proto"), "{error}");
    judge(None, &new, false, None).expect_err("a full audit looks at everything");
    let missing: BTreeMap<_, _> = new.iter().filter(|(name, _)| name.ends_with(".proto")).collect();
    let missing = missing.into_iter().map(|(name, text)| (name.clone(), text.clone())).collect();
    let error = judge(Some(&old), &missing, true, None).expect_err("there is no set");
    assert!(error.to_string().contains("`protos.binpb` cannot be read"), "{error}");
}

#[test]
fn one_that_the_change_leaves_alone_is_counted() {
    let [old, _] = sides(RETYPED);
    let checked = judge(Some(&old), &old, false, None).expect("the change has no edition");
    assert_eq!((rules(&checked), checked.counts["protos not looked at"]), (vec![], 1));
    let mut new = old.clone();
    let needs_it = b"syntax = \"proto3\"; import \"a.proto\"; message X { p.v1.M m = 1; }";
    new.insert("protos/b.proto".to_owned(), needs_it.to_vec());
    judge(Some(&old), &new, false, None).expect_err("what needs it changed");
}

#[test]
fn a_set_of_descriptors_in_the_tree_says_what_it_means() {
    let [old, new] = sides(RETYPED);
    let checked = judge(Some(&old), &new, true, None).expect("the set says it");
    assert_eq!(rules(&checked), ["field-no-delete 3", "field-same-type 4"]);
    let notes: String =
        checked.findings.iter().flat_map(|finding| &finding.notes).map(|it| &*it.text).collect();
    assert!(notes.contains("lossy: {\"a\":\"5000000000\"} (08 80 e4 97 d0 12) arrives as {\"a\":705032704}"));
    let same = judge(Some(&old), &old, true, None).expect("the set says it");
    assert_eq!(rules(&same), [""; 0]);
}

const SERVED: &str = "edition: services and reserved names";

/// The scenarios that were asked and what was found, of a service that says what it heard.
fn ask(side: &BTreeMap<String, Vec<u8>>, policy: &Policy, outside: &Outside) -> Result<(u64, usize), Error> {
    let scenario = "contracts: 1\nservice: p.v1.S\ntarget: s\nscenarios:\n  - name: one\n    rpc: Get\n    request: { a: 7 }\n    \
                    expect: { status: OK, response: { a: 7 } }\n";
    let mut side = side.clone();
    side.insert("services/s/contracts/s.yaml".to_owned(), scenario.as_bytes().to_vec());
    let change = Change::of_trees(None, Tree::from_memory(&side));
    let mut start = |wanted: &Wanted<'_>| {
        reacting(wanted, |_, call| Reaction::Answer(call.messages.first().map_or(vec![], |it| it.to_vec())))
    };
    let checked = check_live_with(&change, policy, outside, &mut start)?;
    Ok((checked.counts["scenarios"], checked.findings.len()))
}

#[test]
fn a_service_of_an_edition_is_asked_and_compared_by_what_the_set_says() {
    let [old, _] = sides(SERVED);
    let described = Policy { descriptors: Some("protos.binpb".to_owned()), ..Policy::default() };
    let outside = Outside::default();
    assert_eq!(ask(&old, &described, &outside).expect("the set says it"), (1, 0));
    let nobody = |error: &Error| matches!(error, Error::Edition { path, .. } if path == "protos/a.proto");
    let error = ask(&old, &Policy::default(), &outside).expect_err("nobody says it");
    assert!(nobody(&error) && error.to_string().contains("needs `buf` on the search path"), "{error}");

    let tree = Tree::from_memory(&old);
    assert!(compile_protos(&tree, &described, &outside).pool.get_service_by_name("p.v1.S").is_some());
    let served = |set: &[u8]| Served { services: vec!["p.v1.S".to_owned()], descriptors: set.to_vec() };
    let compare = |set: &[u8], policy: &Policy| check_served(&tree, policy, &served(set), &outside);
    let same = compare(&old["protos.binpb"], &described).expect("both are read");
    assert_eq!((same.counts["services compared"], rules(&same)), (1, vec![]));
    let [_, new] = sides(SERVED);
    let other = compare(&new["protos.binpb"], &described).expect("both are read");
    assert_eq!(rules(&other), ["served-schema-differs 8"], "{other:?}");
    assert!(nobody(&compare(&old["protos.binpb"], &Policy::default()).expect_err("nobody says it")));
}

#[test]
fn a_set_that_was_made_of_another_text_says_nothing() {
    let [old, new] = sides(RETYPED);
    let stale = |from: &str, to: &str| {
        let mut stale = new.clone();
        let text = String::from_utf8(new["protos/a.proto"].clone()).expect("it is text");
        assert!(text.contains(from), "{from}");
        stale.insert("protos/a.proto".to_owned(), text.replace(from, to).into_bytes());
        let checked = judge(Some(&old), &stale, true, None).expect("it is told");
        let told: Vec<&str> = checked.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(rules(&checked), ["unreadable-proto 1"], "{told:?}");
        told[0].rsplit(": ").next().unwrap_or_default().to_owned()
    };
    for (from, to, expected) in [
        ("int32 a", "int64 a", "`type` of `a` is another one"),
        ("int32 a", "repeated int32 a", "`label` of `a` is another one"),
        ("int32 a", "M a", "`type_name` of `a` is another one"),
        ("int32 a", "int32 b", "`name` of `b` is another one"),
        ("a = 1", "a = 2", "`number` of `a` is another one"),
        ("a = 1;", "a = 1; int32 c = 3;", "`field` of `M` are more or less"),
        ("a = 1;", "a = 1; reserved 5;", "`reserved_range` of `M` are more or less"),
        ("a = 1;", "a = 1 [deprecated = true];", "the option `deprecated` of `a` has another value"),
        (
            "a = 1;",
            "a = 1 [features.field_presence = IMPLICIT];",
            "the option `features.field_presence` of `a` has another value",
        ),
        ("message M", "enum E { E_ZERO = 0; } message M", "`enum_type` of the file are more or less"),
        ("a = 1;", "a = 1 [default = 3];", "the default value of `a` is another one"),
        ("package p.v1;", "package p.v2;", "`package` of the file is another one"),
        (
            "message M",
            "option java_package = \"p\"; message M",
            "the option `java_package` of the file has another value",
        ),
    ] {
        assert_eq!(stale(from, to), expected, "{to}");
    }
}

#[test]
fn every_set_of_the_pairs_agrees_with_its_text() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf/editions.txt");
    for pair in read(&file) {
        for (side, files) in [("old", &pair.old), ("new", &pair.new)] {
            let Some(json) = pair.sets.get(side) else { continue };
            let set = service::DescriptorSet::read(&bytes(json)).expect("it can be read");
            assert_eq!(set.agrees("a.proto", &files["a.proto"]), Ok(()), "{} {side}", pair.title);
        }
    }
}

#[test]
fn a_set_that_is_none_says_nothing() {
    let [old, mut new] = sides(RETYPED);
    for bytes in [&b""[..], b"\xff\xff\xff", b"\x0a\x00", b"\x0a\x05\x0a\x03a.p"] {
        new.insert("protos.binpb".to_owned(), bytes.to_vec());
        match judge(Some(&old), &new, true, None) {
            Err(error) => assert!(error.to_string().contains("`protos.binpb` cannot be read"), "{error}"),
            Ok(checked) => assert_eq!(rules(&checked), ["unreadable-proto 1"]),
        }
    }
}

#[test]
fn a_tool_that_fails_hangs_or_lies_is_no_pass() {
    let [old, new] = sides(RETYPED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = |script: &str| {
        let path = folder.path().join("tool");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
        judge(Some(&old), &new, false, Some(&path))
    };
    for script in ["exit 1", "exit 0", "echo no set", "echo 'oh: no' >&2; exit 100", "kill -9 $$"] {
        let error = tool(script).expect_err(script);
        assert!(matches!(error, Error::Edition { .. }), "{script}: {error}");
    }
    let blamed = tool("echo 'a.proto:4:7:syntax error: unexpected word' >&2; exit 100").expect("it is told");
    assert_eq!(rules(&blamed), ["unreadable-proto 4"]);
    judge(Some(&old), &new, false, Some(Path::new("/no/such/buf"))).expect_err("it is not there");
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn buf_says_what_it_means_where_it_is_installed() {
    let Some(buf) = buf() else {
        eprintln!("skipped: no buf binary in GATEFOLD_BUF or on the path");
        return;
    };
    let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let outside = Outside { buf: Some(Tool { program: buf.clone(), environment }), ..Outside::default() };
    let asked = ask(&sides(SERVED)[0], &Policy::default(), &outside);
    assert_eq!(asked.expect("buf says it"), (1, 0));
    let [old, mut new] = sides(RETYPED);
    let checked = judge(Some(&old), &new, false, Some(&buf)).expect("buf says it");
    assert_eq!(rules(&checked), ["field-no-delete 3", "field-same-type 4"]);
    new.insert("protos/a.proto".to_owned(), b"edition = \"2023\";\nmessage M {\n  int32 a = ;\n}\n".to_vec());
    let checked = judge(Some(&old), &new, false, Some(&buf)).expect("buf says what is wrong");
    assert_eq!(rules(&checked), ["unreadable-proto 3"]);
}
