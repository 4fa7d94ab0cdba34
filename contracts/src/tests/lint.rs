//! `buf lint` as it is installed, as it is not, and as it should not be; lossy changes where the policy lets them pass.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use findings::Checked;
use service::Tool;
use source::{Cache, Change, Code, Tree};

use super::buf::buf;
use super::evolution::run;
use crate::{
    Asks, Breaking, Category, Codes, Error, Lint, Lossy, Outside, Policy, check_static, check_static_with,
};

const PROTO: (&str, &str) =
    ("protos/p/v1/a.proto", "syntax = \"proto3\";\npackage p.v1;\nmessage M {\n  string trackId = 1;\n}\n");
const CONFIGURED: (&str, &str) =
    ("buf.yaml", "version: v2\nmodules: [{ path: protos }]\nlint: { use: [FIELD_LOWER_SNAKE_CASE] }\n");
const LOOSE: (&str, &str) =
    ("buf.yaml", "version: v2\nmodules: [{ path: protos }]\nlint: { except: [FIELD_LOWER_SNAKE_CASE] }\n");

fn judge(
    base: &[(&str, &str)],
    head: &[(&str, &str)],
    asks: Asks,
    program: Option<&Path>,
) -> Result<Checked, Error> {
    judge_below(&[], base, head, asks, program)
}

fn judge_below(
    roots: &[String],
    base: &[(&str, &str)],
    head: &[(&str, &str)],
    asks: Asks,
    program: Option<&Path>,
) -> Result<Checked, Error> {
    let tree = |files: &[(&str, &str)]| Tree::from_memory(files.iter().copied());
    let change = Change::of_trees(Some(tree(base)), tree(head));
    let lint = Lint { buf: asks, ..Lint::default() };
    let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let buf = program.map(|program| Tool { program: program.to_owned(), environment });
    let code = Code::read(&Tree::from_memory([("a", "")]), &Cache::off());
    let codes = Codes { head: &|| &code, base: &|| None };
    let outside = Outside { buf, ..Outside::default() };
    check_static_with(&change, &Policy { lint, protos: roots.to_vec(), ..Policy::default() }, codes, &outside)
}

/// A program that does what a script says.
fn script(folder: &Path, script: &str) -> PathBuf {
    let program = folder.join("tool");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    program
}

fn linted(checked: &Checked) -> Vec<&str> {
    let found = checked.findings.iter().filter(|finding| finding.rule.id == "buf-lint");
    found.map(|finding| finding.message.as_str()).collect()
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn buf_finds_what_the_base_asks_for() {
    let Some(buf) = buf() else {
        eprintln!("skipped: no buf binary in GATEFOLD_BUF or on the path");
        return;
    };
    let found =
        "buf's `FIELD_LOWER_SNAKE_CASE`: Field name `trackId` should be lower_snake_case, such as `track_id`";
    for (base, head, expected) in
        [(CONFIGURED, CONFIGURED, vec![found]), (CONFIGURED, LOOSE, vec![found]), (LOOSE, CONFIGURED, vec![])]
    {
        let checked =
            judge(&[PROTO, base], &[PROTO, head], Asks::WhereInstalled, Some(&buf)).expect("it looks");
        assert_eq!(linted(&checked), expected);
    }
    let unconfigured = judge(&[PROTO], &[PROTO], Asks::WhereInstalled, Some(&buf)).expect("it looks");
    assert_eq!(linted(&unconfigured), [""; 0]);
    let required = judge(&[PROTO], &[PROTO], Asks::Required, Some(&buf)).expect("it looks");
    assert!(linted(&required).contains(&found), "{required:?}");
    assert_eq!(required.findings[0].file(), Some(PROTO.0));
}

/// Protos of three roots, one within another, that import each other by them.
const ROOTS: [(&str, &str); 3] = [
    ("apis/p/v1/a.proto", "syntax = \"proto3\";\npackage p.v1;\nmessage M {\n  string track_id = 1;\n}\n"),
    (
        "apis/inner/q/v1/b.proto",
        "syntax = \"proto3\";\npackage q.v1;\nimport \"p/v1/a.proto\";\nmessage N {\n  p.v1.M trackId = 1;\n}\n",
    ),
    (
        "own/r/v1/c.proto",
        "syntax = \"proto3\";\npackage r.v1;\nimport \"q/v1/b.proto\";\nmessage O {\n  q.v1.N n = 1;\n}\n",
    ),
];

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn without_a_configuration_buf_starts_from_the_roots_that_the_policy_names() {
    let Some(buf) = buf() else {
        eprintln!("skipped: no buf binary in GATEFOLD_BUF or on the path");
        return;
    };
    let roots = ["apis", "./apis/inner/", "own"].map(str::to_owned).to_vec();
    let checked = judge_below(&roots, &ROOTS, &ROOTS, Asks::Required, Some(&buf)).expect("it looks");
    let findings = checked.findings.iter().filter(|finding| finding.rule.id == "buf-lint");
    let found = findings.map(|finding| (finding.file().unwrap_or_default(), finding.message.as_str()));
    let expected =
        "buf's `FIELD_LOWER_SNAKE_CASE`: Field name `trackId` should be lower_snake_case, such as `track_id`";
    assert_eq!(found.collect::<Vec<_>>(), [("apis/inner/q/v1/b.proto", expected)]);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not look must say so")]
fn folders_with_a_configuration_of_their_own_are_asked_by_it() {
    let Some(buf) = buf() else {
        eprintln!("skipped: no buf binary in GATEFOLD_BUF or on the path");
        return;
    };
    let lint = "version: v1\nlint: { use: [FIELD_LOWER_SNAKE_CASE] }\n";
    let using =
        "syntax = \"proto3\";\npackage p.v1;\nimport \"p/v1/a.proto\";\nmessage N {\n  M someName = 1;\n}\n";
    let elsewhere = "syntax = \"proto3\";\npackage x.v1;\nmessage X {\n  string trackId = 1;\n}\n";
    let files =
        [PROTO, ("protos/p/v1/b.proto", using), ("protos/buf.yaml", lint), ("other/x/v1/x.proto", elsewhere)];
    let roots = ["protos", "other"].map(str::to_owned);
    let checked = judge_below(&roots, &files, &files, Asks::WhereInstalled, Some(&buf)).expect("it looks");
    let found: Vec<_> = checked.findings.iter().filter_map(findings::Finding::file).collect();
    assert_eq!(found, ["protos/p/v1/a.proto", "protos/p/v1/b.proto"], "{checked:?}");
    assert_eq!(checked.counts.get("protos not linted by buf"), Some(&1));
}

#[test]
fn what_buf_cannot_compile_it_has_not_looked_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let row = r#"{"path":"protos/p/v1/a.proto","start_line":3,"type":"COMPILE","message":"imported file does not exist"}"#;
    let program = script(folder.path(), &format!("echo '{row}'; exit 100"));
    let files = [PROTO, CONFIGURED];
    let checked = judge(&files, &files, Asks::WhereInstalled, Some(&program)).expect("it goes on");
    assert_eq!(linted(&checked), [""; 0]);
    assert_eq!(checked.counts.get("protos not linted by buf"), Some(&1));
    let error = judge(&files, &files, Asks::Required, Some(&program)).expect_err("it is required");
    let says = "cannot compile `protos/p/v1/a.proto` (line 3: imported file does not exist)";
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn where_it_is_not_installed_the_report_says_so_or_the_guard_could_not_look() {
    let files = [PROTO, CONFIGURED];
    let checked = judge(&files, &files, Asks::WhereInstalled, None).expect("it looks");
    assert_eq!(checked.counts.get("protos not linted by buf"), Some(&1));
    let error = judge(&files, &files, Asks::Required, None).expect_err("it is required");
    assert!(error.to_string().contains("not installed"), "{error}");
    let off = judge(&files, &files, Asks::Off, None).expect("it looks");
    assert_eq!(off.counts.get("protos not linted by buf"), None);
}

#[test]
fn one_that_fails_or_speaks_another_language_is_no_pass() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = [PROTO, CONFIGURED];
    for says in ["exit 1", "exit 100", "echo '{}'; exit 100", "echo no; exit 0", "kill -9 $$"] {
        let program = script(folder.path(), says);
        judge(&files, &files, Asks::Required, Some(&program)).expect_err(says);
    }
}

#[test]
fn lossy_changes_are_found_where_the_wire_lets_them_pass_unless_the_policy_does_too() {
    let rules = |old: &str, new: &str, category: Category, lossy: Lossy| {
        let proto = |kind: &str| format!("message M {{\n  {kind} a = 1;\n}}\nenum E {{ E_ZERO = 0; }}");
        let policy = Policy { breaking: Breaking { category: Some(category), lossy }, ..Policy::default() };
        let found = run(Some(&[("a.proto", &proto(old))]), &[("a.proto", &proto(new))], &policy);
        found.into_iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    for (old, new, category) in [
        ("int64", "int32", Category::Wire),
        ("int32", "int64", Category::Wire),
        ("int64", "bool", Category::Wire),
        ("sint64", "sint32", Category::Wire),
        ("fixed32", "sfixed32", Category::Wire),
        ("string", "bytes", Category::Wire),
        ("int32", "uint32", Category::WireJson),
        ("fixed64", "sfixed64", Category::WireJson),
    ] {
        assert_eq!(rules(old, new, category, Lossy::Block), ["lossy-change"], "{old} {new}");
        assert_eq!(rules(old, new, category, Lossy::Pass), [""; 0], "{old} {new}");
    }
    // What is a breach anyway is one finding, and what values survive is none.
    assert_eq!(rules("int64", "string", Category::Wire, Lossy::Block), ["field-same-type"]);
    assert_eq!(rules("int64", "int32", Category::Callers, Lossy::Block), ["field-same-type"]);
    assert_eq!(rules("int32", "optional int32", Category::Wire, Lossy::Block), [""; 0]);
    assert_eq!(rules("E", "E", Category::Wire, Lossy::Block), [""; 0]);
}

/// What is found under a category, of protos that are written out as a whole.
fn found_under(
    category: Category,
    lossy: Lossy,
    old: &[(&str, &str)],
    new: &[(&str, &str)],
) -> Vec<&'static str> {
    let tree = |files: &[(&str, &str)]| {
        Tree::from_memory(files.iter().map(|(name, text)| (format!("protos/{name}"), *text)))
    };
    let policy = Policy { breaking: Breaking { category: Some(category), lossy }, ..Policy::default() };
    let change = Change::of_trees(Some(tree(old)), tree(new));
    let found = check_static(&change, &policy).expect("it can be looked at").findings;
    found.into_iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn what_a_wire_category_lets_pass_in_maps_and_extensions_and_under_other_numbers_is_found() {
    let three = "syntax = \"proto3\"; package p.v1; ";
    let two = "syntax = \"proto2\"; package p.v1; message M { extensions 100 to 200; } ";
    for (head, old, new, expected) in [
        (
            three,
            "message M { map<string, int64> a = 1; }",
            "message M { map<string, int32> a = 1; }",
            "lossy-change",
        ),
        (
            three,
            "message M { map<string, uint64> a = 1; }",
            "message M { map<string, int64> a = 1; }",
            "lossy-change",
        ),
        (
            three,
            "message M { map<int64, string> a = 1; }",
            "message M { map<int32, string> a = 1; }",
            "lossy-change",
        ),
        (two, "extend M { optional int64 a = 100; }", "extend M { optional int32 a = 100; }", "lossy-change"),
        (
            three,
            "message M { string track = 1; string artist = 2; }",
            "message M { string artist = 1; string track = 2; }",
            "field-renumbered field-renumbered",
        ),
        (
            three,
            "message M { string track = 1; string artist = 2; }",
            "message M { reserved 2; string artist = 1; }",
            "field-renumbered",
        ),
        (
            three,
            "enum E { Z = 0; A = 1; B = 2; }",
            "enum E { Z = 0; B = 1; A = 2; }",
            "enum-value-renumbered enum-value-renumbered",
        ),
        (three, "message M { string a = 1; }", "message M { string b = 1; string c = 2; }", ""),
        (three, "enum E { Z = 0; A = 1; }", "enum E { Z = 0; B = 1; C = 2; }", ""),
        (
            three,
            "enum E { option allow_alias = true; Z = 0; A = 1; B = 1; }",
            "enum E { option allow_alias = true; Z = 0; A = 1; C = 1; B = 2; }",
            "",
        ),
        (two, "extend M { optional int64 a = 100; }", "extend M { optional int64 b = 100; }", ""),
    ] {
        let [was, is] = [old, new].map(|text| format!("{head}{text}"));
        let found =
            |lossy| found_under(Category::Wire, lossy, &[("a.proto", &was)], &[("a.proto", &is)]).join(" ");
        assert_eq!(found(Lossy::Block), expected, "{old} became {new}");
        assert_eq!(found(Lossy::Pass), "", "{old} became {new}");
    }
}

#[test]
fn a_well_known_type_that_one_side_brings_itself_is_compared_with_the_compilers() {
    let name = "google/protobuf/timestamp.proto";
    let use_it = "syntax = \"proto3\"; package p.v1; import \"google/protobuf/timestamp.proto\"; \
                  message M { google.protobuf.Timestamp at = 1; }";
    let as_it_is = "syntax = \"proto3\"; package google.protobuf; \
                    message Timestamp { int64 seconds = 1; int32 nanos = 2; }";
    let other = as_it_is.replace("int64 seconds = 1", "string seconds = 1");
    let plain = [("a.proto", use_it)];
    for (brought, expected) in [(as_it_is, &[][..]), (&other, &["field-same-type"])] {
        let with = [("a.proto", use_it), (name, brought)];
        for (old, new) in [(&plain[..], &with[..]), (&with, &plain)] {
            assert_eq!(found_under(Category::Callers, Lossy::Block, old, new), expected, "{brought}");
        }
    }
}
