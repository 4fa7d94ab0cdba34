//! What is not two plain sets of files: no base, a root below the repository's, input that cannot be read.

use findings::Finding;
use gatefold_integrity::{self as integrity, Policies, Policy, RULES};
use policy::{Document, Schema};
use source::{Change, Tree, Wider};

use crate::common::run;

fn judge(change: &Change) -> Option<Vec<Finding>> {
    let empty = Document::empty();
    let policies = Policies {
        base: &empty,
        head: &empty,
        schema: &Schema { sections: &[] },
        rules: RULES,
        spoke_of_nothing: &|_| false,
    };
    let checked = integrity::check(change, &policies, &Policy::default()).expect("the guard looks");
    checked.map(|checked| checked.findings)
}

fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn without_a_base_there_is_nothing_to_compare() {
    let head = Tree::from_memory([("src/lib.rs", "#[test]\n#[ignore]\nfn a() {}\n")]);
    assert!(judge(&Change::of_trees(None, head)).is_none());
}

#[test]
fn an_unchanged_tree_has_no_findings() {
    let tree = Tree::from_memory([("src/lib.rs", "#![allow(warnings)]\n#[test]\nfn a() {}\n")]);
    assert!(judge(&Change::of_trees(Some(tree.clone()), tree)).is_some_and(|findings| findings.is_empty()));
}

#[test]
fn ci_is_read_from_the_root_of_the_repository_and_told_from_the_root_that_is_judged() {
    let workflow =
        |run: &str| format!("on: [pull_request]\njobs: {{ test: {{ steps: [{{ run: {run} }}] }} }}\n");
    let side = |run: &str| {
        Tree::from_memory([(".github/workflows/ci.yml", workflow(run)), ("a/b/src/lib.rs", String::new())])
    };
    let wide = Change::of_trees(Some(side("cargo test")), side("cargo build"));
    let below = || Tree::from_memory([("src/lib.rs", "")]);
    let change = Change {
        repository: Some(Wider {
            base: wide.base,
            head: wide.head,
            files: wide.files,
            prefix: "a/b".to_owned(),
        }),
        ..Change::of_trees(Some(below()), below())
    };
    let findings = judge(&change).expect("there is a base");
    assert_eq!(rules(&findings), ["ci-step-weakened"]);
    assert_eq!(findings[0].file(), Some("../../.github/workflows/ci.yml"));
}

#[test]
fn a_side_that_cannot_be_read_is_never_a_pass() {
    let code = "#[test]\nfn a() { assert_eq!(one(), 1); }\n";
    let sides: [(&str, &[u8], &[u8]); 5] = [
        ("src/lib.rs", code.as_bytes(), b"\xff\xfe\x00"),
        ("src/lib.rs", b"\xff\xfe\x00", code.as_bytes()),
        ("src/lib.rs", b"fn a( {", b"fn b( {"),
        (".github/workflows/ci.yml", b"jobs: {}", b"jobs: {}\njobs: {}\n"),
        (".ci/run", b"cargo test\n", b"<<<<<<< HEAD\ncargo test\n=======\n>>>>>>> topic\n"),
    ];
    for (path, base, head) in sides {
        let findings = run(&[(path, base)], &[(path, head)]);
        assert!(rules(&findings).contains(&"unread-side"), "{path}: {:?}", rules(&findings));
        // What cannot be read says nothing about the tests in it.
        assert!(!rules(&findings).contains(&"test-deleted"), "{path}: {:?}", rules(&findings));
    }
}

#[test]
fn below_a_file_that_cannot_be_read_no_test_is_called_deleted() {
    let below = "#[test]\nfn a() { assert_eq!(crate::one(), 1); }\n";
    let manifest = "[package]\nname = \"a\"\nedition = \"2024\"\n";
    let side = |root: &'static str| [("Cargo.toml", manifest), ("src/lib.rs", root), ("src/below.rs", below)];
    let (base, head) = (side("mod below;\nfn one() -> u32 { 1 }\n"), side("mod below;\nfn one( {\n"));
    assert_eq!(rules(&run(&base, &head)), ["unread-side"]);
    // Where the root can be read, a module that it drops is a loss.
    assert_eq!(rules(&run(&base, &side("fn one() -> u32 { 1 }\n"))), ["test-deleted"]);
}

#[test]
fn conflicts_and_unreadable_expectations_are_told_once() {
    let conflict = |text: &str| format!("<<<<<<< HEAD\n{text}\n=======\nother\n>>>>>>> topic\n");
    for (path, rule) in [
        ("protos/a.proto", "unread-side"),
        ("src/query.sql", "unread-side"),
        ("services/home/contracts/a.yaml", "expectation-changed"),
        ("src/snapshots/a.snap", "expectation-changed"),
    ] {
        let base = "one: 1".to_owned();
        let findings = run(&[(path, base.clone())], &[(path, conflict(&base))]);
        assert_eq!(rules(&findings), [rule], "{path}");
        // A conflict that the base had is not this change's, but what an expectation says is.
        let again = run(&[(path, conflict("1"))], &[(path, conflict("2"))]);
        assert_eq!(again.len(), usize::from(rule == "expectation-changed"), "{path}");
    }
    // A test of a tool may feed it a conflict.
    let fed = run(&[("tests/inputs/a.diff", "one".to_owned())], &[("tests/inputs/a.diff", conflict("one"))]);
    assert_eq!(rules(&fed), ["test-input-changed"]);
    let (base, head) = ("scenarios: [{ name: a }]\n", "scenarios: [{ name: a }\n");
    let findings =
        run(&[("services/home/contracts/a.yaml", base)], &[("services/home/contracts/a.yaml", head)]);
    assert_eq!(findings[0].message, "expectation `a.yaml` can no longer be read");
    let binary: [(&str, &[u8], &[u8]); 2] =
        [("tests/fixtures/a.bin", b"\xff\x00", b"\xff\x01"), ("tests/fixtures/a.txt", b"text", b"\xff\x01")];
    for (path, base, head) in binary {
        assert_eq!(rules(&run(&[(path, base)], &[(path, head)])), ["expectation-changed"], "{path}");
        assert!(run(&[(path, base)], &[(path, base)]).is_empty());
    }
}

#[test]
fn a_renamed_folder_with_fixtures_and_modules_is_no_loss() {
    let test = "#[test]\nfn ranks() { let ranked = rank(&[7, 3]); assert_eq!(ranked, [7, 3]); }\n";
    let side = |dir: &str| {
        vec![
            ("Cargo.toml".to_owned(), format!("[workspace]\nmembers = [\"{dir}\"]\n").into_bytes()),
            (format!("{dir}/Cargo.toml"), b"[package]\nname = \"ranking\"\n".to_vec()),
            (format!("{dir}/src/lib.rs"), b"pub fn rank() {}\n".to_vec()),
            (format!("{dir}/tests/all/main.rs"), b"mod ties;\n".to_vec()),
            (format!("{dir}/tests/all/ties.rs"), test.as_bytes().to_vec()),
            (format!("{dir}/tests/fixtures/page.json"), b"{\"ids\": [7, 3]}\n".to_vec()),
            (format!("{dir}/tests/fixtures/page.bin"), b"\xff\x00\x01".to_vec()),
        ]
    };
    let found = run(&side("ranker"), &side("crates/ranking"));
    assert!(found.is_empty(), "{:?}", rules(&found));
}

#[test]
fn a_module_tree_that_is_deep_or_circular_ends() {
    let deep = format!("mod a;\nfn b() {{ {}1{} }}\n", "x!(".repeat(20_000), ")".repeat(20_000));
    let manifest = "[package]\nname = \"a\"\n".to_owned();
    let side = |root: String| {
        [
            ("Cargo.toml", manifest.clone()),
            ("src/lib.rs", root),
            ("src/a.rs", "mod a;\n#[test]\nfn a() {}\n".to_owned()),
        ]
    };
    let findings = run(&side("mod a;\n".to_owned()), &side(deep));
    assert_eq!(rules(&findings), ["unread-side"]);
    let circle = |more: &str| side(format!("#[path = \"a.rs\"]\nmod b;\n{more}"));
    assert!(run(&circle(""), &circle("fn c() {}\n")).is_empty());
}

#[test]
fn what_is_new_and_does_not_parse_is_another_guards_finding() {
    assert!(run(&[("README.md", "")], &[("README.md", ""), ("src/broken.rs", "fn a( {")]).is_empty());
}

#[test]
fn deep_and_large_files_end() {
    let deep = format!("fn a() {{ {}1{} }}", "(".repeat(50_000), ")".repeat(50_000));
    let findings = run(&[("src/lib.rs", "fn a() {}".to_owned())], &[("src/lib.rs", deep)]);
    assert_eq!(rules(&findings), ["unread-side"]);
    let many: String =
        (0..2_000).map(|n| format!("#[test]\nfn t{n}() {{ assert_eq!(f({n}), {n}); }}\n")).collect();
    let renamed = many.replace("fn t", "fn u");
    assert!(run(&[("src/lib.rs", many)], &[("src/lib.rs", renamed)]).is_empty());
}

#[test]
fn a_renamed_folder_is_no_loss() {
    let test = "#[test]\nfn ranks() { let ranked = rank(&[7, 3]); assert_eq!(ranked, [7, 3]); }\n";
    let manifest = |name: &str| format!("[package]\nname = \"{name}\"\n");
    let side = |dir: &str| {
        vec![
            ("Cargo.toml".to_owned(), format!("[workspace]\nmembers = [\"{dir}\"]\n")),
            (format!("{dir}/Cargo.toml"), manifest("ranking")),
            (format!("{dir}/src/lib.rs"), test.to_owned()),
            (format!("{dir}/tests/all.rs"), test.to_owned()),
        ]
    };
    assert!(run(&side("ranker"), &side("crates/ranking")).is_empty());
}

#[test]
fn both_versions_stand_in_the_notes() {
    let findings = run(
        &[("src/lib.rs", "#[test]\nfn a() { assert_eq!(one(), Ok(1)); }\n")],
        &[("src/lib.rs", "#[test]\nfn a() { assert!(one().is_ok()); }\n")],
    );
    let note = &findings[0].notes[0];
    assert_eq!(note.text, "- assert_eq!(one(), Ok(1))\n+ assert!(one().is_ok())");
    assert_eq!(note.side, findings::Side::Base);
    assert!(findings[0].judged.is_some());
}

#[test]
fn promises_are_expectations_wherever_the_policy_has_them() {
    let policy = "contracts: { scenarios: [promises/*.yaml], consumers: { files: [callers/*.yaml] } }\n";
    let scenario = "contracts: 1\nservice: p.Ranker\nproperties: [{ name: sound, rpc: Rank, cases: 40, require: [no_server_fault] }]\n";
    let caller = "contracts: 1\nconsumer: app\nuses: { p.Ranker/Rank: { reads: [items.id, model] } }\n";
    let more = scenario.replace("cases: 40", "cases: 400");
    let fewer = scenario.replace("cases: 40", "cases: 4");
    let less = caller.replace("items.id, model", "items.id");
    let side = |files: &[(&str, &str)]| -> Vec<(String, String)> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        std::iter::once(("gatefold.yaml".to_owned(), policy.to_owned())).chain(files).collect()
    };
    let saved = "regressions: 1\nrequests: [{ property: sound, law: accepted, request: { limit: 7 } }]\n";
    let (promise, use_of) = ("promises/home.yaml", "callers/app.yaml");
    let failed = ("promises/regressions/home.yaml", saved);
    let base = side(&[(promise, scenario), (use_of, caller), failed]);
    let changed = &["expectation-changed"][..];
    for (head, expected) in [
        (&[(promise, more.as_str()), (use_of, caller), failed][..], &[][..]),
        (&[(promise, fewer.as_str()), (use_of, caller), failed], changed),
        (&[(promise, scenario), (use_of, less.as_str()), failed], changed),
        (&[(use_of, caller), failed], changed),
        // Nothing reads it there; here something does.
        (&[("attic/home.yaml", scenario), (use_of, caller), failed], changed),
        (&[("promises/ranking.yaml", scenario), (use_of, caller), failed], &[]),
        (&[(promise, scenario), (use_of, caller)], changed),
    ] {
        assert_eq!(rules(&run(&base, &side(head))), expected, "{head:?}");
    }
}
