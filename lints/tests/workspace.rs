//! Names that come from elsewhere in the workspace: re-exports, globs, renamed dependencies, other crates.

use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

const MANIFEST: &str = r#"
[package]
name = "ranker"
version = "0.1.0"
edition = "2024"
[dependencies]
runtime = { package = "tokio", version = "1" }
"#;

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str, u32)]) {
    let tree = Tree::from_memory([("Cargo.toml", MANIFEST)].iter().chain(files).copied());
    let code = Code::read(&tree, &Cache::off());
    let checked = lints::check(&code, &tree, &Policy::default(), None).expect("the guard looks");
    let found: Vec<_> = checked
        .findings
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
