//! Names that come from elsewhere in the workspace: re-exports, globs, renamed dependencies, other crates.

mod advised;
mod comparators;
mod copies;
mod deadlines;
mod elsewhere;
mod evasion;
mod kept;
mod kinds;
mod order;
mod support;
mod types;
mod vacuous;

use findings::Finding;
use gatefold_lints::{self as lints, Policy};
use kept::kept_by;
use source::{Cache, Code, Tree};

const MANIFEST: &str = r#"
[package]
name = "ranker"
version = "0.1.0"
edition = "2024"
[dependencies]
runtime = { package = "tokio", version = "1" }
"#;

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    findings_under(MANIFEST, files)
}

fn findings_under(manifest: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let tree = Tree::from_memory([("Cargo.toml", manifest)].iter().chain(files).copied());
    let code = Code::read(&tree, &Cache::off());
    lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks").findings
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str, u32)]) {
    check_under(MANIFEST, files, expected);
}

#[track_caller]
fn check_under(manifest: &str, files: &[(&str, &str)], expected: &[(&str, &str, u32)]) {
    let found = findings_under(manifest, files);
    let found: Vec<_> = found
        .iter()
        .map(|finding| {
            let span = finding.location.as_ref().and_then(|location| location.span);
            (finding.rule.id, finding.file().unwrap_or_default(), span.map_or(0, |span| span.line))
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_re_export_hides_nothing() {
    check(
        &[
            ("src/lib.rs", "mod prelude;\nmod service;\n"),
            ("src/prelude.rs", "pub use std::thread::sleep as pause;\npub use std::fs;\n"),
            (
                "src/service.rs",
                "use crate::prelude::*;\nasync fn f() {\n    pause(D);\n    fs::read(P)?;\n    super::prelude::pause(D);\n}\n",
            ),
        ],
        &[
            ("blocking-in-async", "src/service.rs", 3),
            ("blocking-in-async", "src/service.rs", 4),
            ("blocking-in-async", "src/service.rs", 5),
        ],
    );
}

#[test]
fn a_renamed_dependency_is_known_by_its_own_name() {
    check(
        &[(
            "src/lib.rs",
            "use runtime::sync::mpsc;\nfn f() {\n    let (a, b) = mpsc::unbounded_channel();\n}\n",
        )],
        &[("unbounded-channel", "src/lib.rs", 3)],
    );
}

#[test]
fn a_namesake_of_the_workspace_is_not_what_it_is_called() {
    check(
        &[
            (
                "src/lib.rs",
                "mod thread;\nasync fn f() {\n    thread::sleep(D);\n    crate::thread::sleep(D);\n}\n",
            ),
            ("src/thread.rs", "pub fn sleep(_: u32) {}\n"),
        ],
        &[],
    );
}

#[test]
fn modules_for_tests_are_left_out() {
    check(
        &[
            ("src/lib.rs", "#[cfg(test)]\nmod checks;\nmod service;\n"),
            ("src/checks.rs", "fn f() { todo!() }\n"),
            ("src/service.rs", "fn f() { todo!() }\n"),
        ],
        &[("unfinished-code", "src/service.rs", 1)],
    );
}

/// The same function under a name, with names of its own for what is local to it.
fn helper(name: &str, list: &str, limit: u32) -> String {
    format!(
        "pub fn {name}({list}: &[f32], most: usize) -> Vec<f32> {{\n\
         let total: f32 = {list}.iter().sum();\nlet mut kept = Vec::with_capacity(most + {limit});\n\
         for score in {list}.iter().take(most) {{\nif score.is_finite() && total > 0.0 {{\n\
         kept.push(score / total);\n}} else {{\nkept.push(0.0);\n}}\n}}\nkept\n}}\n"
    )
}

const MODULES: &str = "mod a;\nmod b;\nmod c;\n";

/// A crate of the modules `a`, `b` and `c`.
fn of_modules([a, b, c]: [&str; 3]) -> Tree {
    let files = [("src/a.rs", a), ("src/b.rs", b), ("src/c.rs", c), ("src/lib.rs", MODULES)];
    Tree::from_memory([("Cargo.toml", MANIFEST)].into_iter().chain(files))
}

/// What head says that the base of a commit does not, by file and message. Once it is known which files the base has, its
/// code is not asked for.
fn copies(
    base: [&str; 3],
    head: [&str; 3],
    (cache, commit): (&Cache, &str),
    is_known: bool,
) -> Vec<(String, String)> {
    let (before, after) = (of_modules(base), of_modules(head));
    let (base, head) = (Code::read(&before, cache), Code::read(&after, cache));
    let code = || {
        assert!(!is_known, "the files of the base are known");
        &base
    };
    let base = lints::Base { code: &code, commit: Some((commit, "")) };
    let checked = lints::check_change(&head, Some(base), &after, &Policy::default(), None, cache);
    let findings = checked.expect("the guard looks").findings;
    let copies = findings.iter().filter(|finding| finding.rule.id == "duplicate-helper");
    copies.map(|copy| (copy.file().unwrap_or_default().to_owned(), copy.message.clone())).collect()
}

/// What head says that base does not, given modules `a`, `b` and `c` of both.
#[track_caller]
fn check_copies(base: [&str; 3], head: [&str; 3], expected: &[(&str, &str)]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Read anew, then from the cache.
    for is_known in [false, true] {
        let cache = kept_by("Cargo.toml", folder.path());
        let told = copies(base, head, (&cache, "1"), is_known);
        let told: Vec<_> = told.iter().map(|(file, message)| (file.as_str(), message.as_str())).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn what_a_base_has_is_known_by_its_commit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = kept_by("Cargo.toml", folder.path());
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    let head = [one.as_str(), &other, ""];
    for is_known in [false, true] {
        assert_eq!(copies(head, head, (&cache, "1"), is_known), []);
        assert_eq!(copies([&one, "", ""], head, (&cache, "2"), is_known).len(), 1);
    }
}

const OVER_AGAIN: &str = "over again, but for names, literals and order";

#[test]
fn a_copy_that_the_change_adds_is_told_with_what_it_copies() {
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    // Also where what was there comes later by its path.
    for (base, head, expected) in [
        ([&one, "", ""], [&one, &other, ""], ("src/b.rs", "`spread` is `share` of `src/a.rs`")),
        (["", &one, ""], [&other, &one, ""], ("src/a.rs", "`spread` is `share` of `src/b.rs`")),
    ] {
        let message = format!("{} {OVER_AGAIN}", expected.1);
        check_copies(base, head, &[(expected.0, &message)]);
    }
}

#[test]
fn copies_that_were_there_are_not_told_and_a_third_one_is() {
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    check_copies([&one, &other, ""], [&one, &other, "pub fn f() {}"], &[]);
    let third = helper("part", "all", 2);
    let message = format!("`part` is `share` of `src/a.rs` {OVER_AGAIN}");
    check_copies([&one, &other, ""], [&one, &other, &third], &[("src/c.rs", &message)]);
}

#[test]
fn a_function_that_moved_or_has_another_name_is_no_copy() {
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    check_copies([&one, "", ""], ["", &one, ""], &[]);
    check_copies([&one, "", ""], [&other, "", ""], &[]);
    check_copies([&one, &other, ""], ["", &other, &one], &[]);
}

#[test]
fn two_copies_that_come_with_one_change_are_told_once() {
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    let message = format!("`spread` is `share` of `src/a.rs` {OVER_AGAIN}");
    check_copies(["", "", ""], [&one, &other, ""], &[("src/b.rs", &message)]);
}

#[test]
fn a_helper_of_another_file_asserts_for_a_test() {
    let test = "use super::kit::*;\n#[test]\nfn t() {\n    Kit::of(1).holds();\n}\n#[test]\nfn u() {\n    Kit::of(1);\n}\n";
    let kit = "pub struct Kit(u32);\nimpl Kit {\n    pub fn of(it: u32) -> Kit { Kit(it) }\n    \
               pub fn holds(&self) { same(self.0) }\n}\nfn same(it: u32) { assert_eq!(it, 1) }\n";
    check(
        &[
            ("src/lib.rs", "#[cfg(test)]\nmod checks;\n#[cfg(test)]\nmod kit;\n"),
            ("src/checks.rs", test),
            ("src/kit.rs", kit),
        ],
        &[("test-without-assertion", "src/checks.rs", 7)],
    );
}

#[test]
fn an_attribute_of_a_tool_makes_no_test_of_what_it_stands_on() {
    let text = |attribute: &str| {
        format!("{attribute}\npub async fn f() {{ std::thread::sleep(D); assert!(done()) }}\n")
    };
    check(
        &[
            ("src/lib.rs", "pub mod a;\npub mod b;\n"),
            ("src/a.rs", &text("#[rustfmt::test]")),
            ("src/b.rs", &text("#[tokio::test]")),
        ],
        &[("blocking-in-async", "src/a.rs", 2)],
    );
}

#[test]
fn what_files_say_of_each_other_is_left_to_who_asks_about_all_of_them() {
    let (one, other) = (helper("share", "scores", 0), helper("spread", "values", 1));
    let tree = Tree::from_memory([
        ("Cargo.toml", MANIFEST),
        ("src/a.rs", &one),
        ("src/b.rs", &other),
        ("src/lib.rs", "mod a;\nmod b;\n"),
    ]);
    let code = Code::read(&tree, &Cache::off());
    let told = |only: Option<&(dyn Fn(&str) -> bool + Sync)>| {
        let checked = lints::check(&code, &tree, &Policy::default(), only).expect("the guard looks");
        checked
            .findings
            .iter()
            .map(|finding| (finding.rule.id, finding.file().map(str::to_owned)))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(None), [("duplicate-helper", Some("src/b.rs".to_owned()))]);
    assert_eq!(told(Some(&|path| path == "src/b.rs")), []);
}

#[test]
fn floats_are_given_total_cmp_and_options_of_them_are_not() {
    let code = "struct Hit { score: f32, bonus: Option<f32> }\n\
        fn f(mut hits: Vec<Hit>) {\n\
            hits.sort_by(|a: &Hit, b: &Hit| b.score.partial_cmp(&a.score).unwrap().then(a.id.cmp(&b.id)));\n\
            hits.sort_by(|a: &Hit, b: &Hit| b.bonus.partial_cmp(&a.bonus).unwrap().then(a.id.cmp(&b.id)));\n\
            hits.sort_by(|a: &Hit, b: &Hit| b.score.partial_cmp(&a.score) /* no NaN */ .unwrap().then(a.id.cmp(&b.id)));\n\
            hits.sort_by(|a: &Hit, b: &Hit| b.score.partial_cmp(&a.score).expect(\"// no NaN\").then(a.id.cmp(&b.id)));\n\
        }\n";
    let tree = Tree::from_memory([("Cargo.toml", MANIFEST), ("src/lib.rs", code)]);
    let found = lints::check(&Code::read(&tree, &Cache::off()), &tree, &Policy::default(), None);
    let found = found.expect("the guard looks").findings;
    let fixed: Vec<(u32, bool)> = found
        .iter()
        .map(|finding| {
            let span = finding.location.as_ref().and_then(|location| location.span);
            (span.map_or(0, |span| span.line), finding.fix.as_ref().is_some_and(|fix| fix.safe))
        })
        .collect();
    // A fix takes no comment away unread.
    assert_eq!(fixed, [(3, true), (4, false), (5, false), (6, true)]);
}

#[test]
fn the_policy_says_which_files_rank() {
    let code = "pub fn score() -> u64 {\n    std::time::SystemTime::now().elapsed().unwrap().as_secs()\n}\n";
    let tree = Tree::from_memory([("Cargo.toml", MANIFEST), ("src/lib.rs", code)]);
    let lines = |pure: &[&str]| {
        let policy =
            Policy { pure: pure.iter().map(|glob| (*glob).to_owned()).collect(), ..Policy::default() };
        let checked = lints::check(&Code::read(&tree, &Cache::off()), &tree, &policy, None);
        checked.expect("the guard looks").findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>()
    };
    assert_eq!(lines(&[]), [""; 0]);
    assert_eq!(lines(&["src/l*.rs"]), ["ambient-clock"]);
}
