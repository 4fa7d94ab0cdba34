//! Files that want the guard to crash, to hang or to look away.

use std::path::Path;
use std::time::{Duration, Instant};

use findings::Finding;
use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, MAX_FILE_BYTES, Tree};

/// Long enough for a slow machine, short enough to tell a hang.
const PATIENCE: Duration = Duration::from_secs(300);

#[track_caller]
fn check<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Vec<Finding> {
    let start = Instant::now();
    let tree = Tree::from_memory(files.iter().map(|(path, content)| (*path, content.as_ref())));
    let code = Code::read(&tree, &Cache::off());
    let checked = lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks");
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    checked.findings
}

#[track_caller]
fn check_is_unread<C: AsRef<[u8]>>(path: &str, content: C) {
    let found = check(&[(path, content)]);
    let ids: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(ids, ["unread-source"], "{path}");
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("fn f() {{ {}{inner}{}; }}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn deep_nesting_is_a_finding() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("m!(", ")"), ("f(|| ", ")")] {
        check_is_unread("src/lib.rs", nested(open, "1", close, 10_000));
    }
}

#[test]
fn nesting_that_is_read_is_walked() {
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("{", "1", "}"),
        ("if x {", "1", "}"),
        ("async {", "1", "}"),
        ("f(|| ", "1", ")"),
        ("match x { _ => ", "1", "}"),
        ("vec![", "1", "]"),
    ] {
        check(&[("src/lib.rs", nested(open, inner, close, 100))]);
    }
}

#[test]
fn long_chains_end() {
    let chain =
        format!("fn f() {{ std::collections::HashMap::new(){}.collect::<Vec<_>>() }}", ".iter()".repeat(400));
    check(&[("src/lib.rs", chain)]);
    let lets: String = (0..2000).map(|at| format!("let v{} = v{at}.clone();", at + 1)).collect();
    let inference = format!(
        "fn f(v0: std::collections::HashMap<u8, u8>) -> Vec<u8> {{ {lets} v2000.into_keys().collect() }}"
    );
    check(&[("src/lib.rs", inference)]);
    let turns = "let x = x; x = x.clone(); x.connect();".repeat(500);
    check(&[("src/lib.rs", format!("async fn f() {{ {turns} }}"))]);
}

#[test]
fn names_that_go_round_in_circles_end() {
    let code = "
        type A = B; type B = A;
        struct S { next: A, list: Self }
        fn f(s: S) -> Vec<u8> { s.next.next.into_iter().collect() }
        fn g() -> Vec<u8> { let a = b; let b = a; a.into_iter().collect() }
        fn h(mut v: Vec<u8>) { let by = by; v.sort_by(by); }
        use self::x as y; use self::y as x;
        async fn i() { x(); y(); let e = e; e.connect().await; }
    ";
    check(&[("src/lib.rs", code)]);
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    check_is_unread("src/lib.rs", b"\xff\xfe not text".as_slice());
    check_is_unread("src/lib.rs", " ".repeat(MAX_FILE_BYTES as usize + 1));
    check_is_unread("src/lib.rs", "fn f( {");
}

#[test]
fn large_prose_is_a_finding_and_large_data_is_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large_prose");
    std::fs::create_dir_all(&folder).expect("a folder");
    let paths = ["notes.md", "requests.jsonl"];
    for path in paths {
        std::fs::write(folder.join(path), " ".repeat(MAX_FILE_BYTES as usize + 1)).expect("a file");
    }
    let tree = Tree::from_disk(&folder, paths.map(str::to_owned).to_vec());
    let code = Code::read(&tree, &Cache::off());
    let checked = lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks");
    let files: Vec<_> = checked.findings.iter().map(|finding| (finding.rule.id, finding.file())).collect();
    assert_eq!(files, [("unread-source", Some("notes.md"))]);
}

#[test]
fn binary_files_are_no_text() {
    assert_eq!(check(&[("model.onnx", b"\x08\x07\xff\xfe".as_slice())]).len(), 0);
}

#[test]
fn a_large_file_is_read_in_time() {
    let function =
        "async fn f(mut v: Vec<C>) { v.sort_by(|a, b| b.score.total_cmp(&a.score)); g(v).await; }\n";
    let many = function.repeat(20_000);
    assert_eq!(check(&[("src/lib.rs", many)]).len(), 20_000);
    let hidden = "x\u{200B}".repeat(300_000);
    assert_eq!(check(&[("notes.md", hidden)]).len(), 300_000);
}

#[test]
fn rules_that_look_at_the_whole_file_do_so_once() {
    let client = "fn f() -> Client { reqwest::Client::new() }\n".repeat(20_000);
    let found = check(&[("src/lib.rs", client)]);
    assert_eq!(
        found.iter().filter(|finding| finding.rule.id == "http-client-without-timeout").count(),
        20_000
    );
    let clock = "fn f() -> Instant { std::time::Instant::now() }\n".repeat(20_000);
    let filter = format!("impl SeenFilter {{\n{clock}}}\n");
    check(&[("src/lib.rs", filter)]);
}

#[test]
fn one_function_of_many_statements_is_read_in_time() {
    let statements =
        "let m = HashMap::new(); let v: Vec<u8> = m.keys().collect(); v.first(); nap(x);\n".repeat(1500);
    let code = format!("use std::collections::HashMap; async fn f() {{ {statements} }}");
    check(&[("src/lib.rs", code)]);
}

#[test]
fn excluded_and_unasked_files_are_left_out() {
    let bad = "fn f() { todo!() }";
    let tree = Tree::from_memory([("src/lib.rs", bad), ("vendor/a/b.rs", bad), ("src/other.rs", bad)]);
    let code = Code::read(&tree, &Cache::off());
    let policy = Policy { exclude: vec!["vendor/**".to_owned()], ..Policy::default() };
    let files = |only: Option<&(dyn Fn(&str) -> bool + Sync)>| {
        let checked = lints::check(&code, &tree, &policy, only).expect("the guard looks");
        let files: Vec<_> = checked.findings.iter().filter_map(Finding::file).map(str::to_owned).collect();
        (files, checked.counts["files"])
    };
    assert_eq!(files(None), (vec!["src/lib.rs".to_owned(), "src/other.rs".to_owned()], 2));
    assert_eq!(files(Some(&|path| path == "src/other.rs")), (vec!["src/other.rs".to_owned()], 1));

    let wrong = Policy { exclude: vec!["a{b".to_owned()], ..Policy::default() };
    let error = lints::check(&code, &tree, &wrong, None).expect_err("a glob that is none");
    assert!(error.to_string().starts_with("failed to read `lints.exclude`"), "{error}");
}

#[test]
fn code_for_tests_and_generated_code_is_left_out() {
    let bad = "fn f() { todo!() }";
    let generated = format!("// This file is @generated by prost-build.\n{bad}");
    for path in ["build.rs", "tests/it.rs", "benches/b.rs", "examples/e.rs"] {
        assert_eq!(check(&[(path, bad)]).len(), 0, "{path}");
    }
    assert_eq!(check(&[("src/proto.rs", generated)]).len(), 0);
    for path in ["src/latest.rs", "src/mock.rs", "src/ab_test/a.rs"] {
        assert_eq!(check(&[(path, bad)]).len(), 1, "{path}");
    }
    for attribute in ["#[test]", "#[tokio::test]", "#[cfg(test)]", "#[cfg(all(test, unix))]"] {
        assert_eq!(check(&[("src/lib.rs", format!("{attribute} {bad}"))]).len(), 0, "{attribute}");
    }
    for attribute in ["#[cfg(not(test))]", "#[cfg(any(test, feature = \"x\"))]", "#[inline]"] {
        let found = check(&[("src/lib.rs", format!("{attribute} {bad}"))]);
        let unfinished = found.iter().filter(|finding| finding.rule.id == "unfinished-code");
        assert_eq!(unfinished.count(), 1, "{attribute}");
    }
}
