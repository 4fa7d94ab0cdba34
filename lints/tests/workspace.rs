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

/// What is found in a tree with nothing kept, as text.
fn cold(tree: &Tree) -> String {
    told(tree, &Cache::off())
}

fn told(tree: &Tree, cache: &Cache) -> String {
    let code = Code::read(tree, &Cache::off());
    let checked = lints::check_with(&code, tree, &Policy::default(), None, cache).expect("the guard looks");
    format!("{checked:#?}")
}

/// A cache whose judge is a file that has been there for a while.
fn kept_by(judge: &str, folder: &std::path::Path) -> Cache {
    Cache::in_folder(folder).judged_by(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(judge))
}

const BLOCKS: &str = "pub use std::thread::sleep as pause;\n";
const WAITS: &str = "pub use runtime::time::sleep as pause;\n";
const SERVICE: &str = "use crate::prelude::*;\nasync fn f() {\n    pause(D);\n}\n";
const INLINE: &str = "mod inner {\n    async fn g() {\n        super::super::prelude::pause(D);\n    }\n}\n";
const CHANNEL: &str = "use runtime::sync::mpsc;\nfn f() {\n    let (a, b) = mpsc::unbounded_channel();\n}\n";

/// A crate in which two files ask a third what a name means.
fn asking<'a>(lib: &'a str, prelude: &'a str, service: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    let others = [("src/prelude.rs", prelude), ("src/inline.rs", INLINE)];
    [("Cargo.toml", MANIFEST), ("src/lib.rs", lib), service].into_iter().chain(others).collect()
}

#[test]
fn what_is_kept_of_a_file_holds_until_it_or_what_it_asks_is_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = kept_by("Cargo.toml", folder.path());
    let check = |findings: usize, files: &[(&str, &str)]| {
        let tree = Tree::from_memory(files.iter().copied());
        let expected = cold(&tree);
        assert_eq!(expected.matches("message: ").count(), findings, "{expected}");
        // Twice, since the first one may find what the second one restores.
        assert_eq!([told(&tree, &cache), told(&tree, &cache)], [expected.clone(), expected]);
    };
    let usual = |prelude: &str, service: &str, findings: usize| {
        let lib = "mod prelude;\nmod service;\nmod inline;\n";
        check(findings, &asking(lib, prelude, ("src/service.rs", service)));
    };
    usual(BLOCKS, SERVICE, 2);
    // Another file says otherwise what a name means, and back; a file says otherwise itself.
    usual(WAITS, SERVICE, 0);
    usual(BLOCKS, SERVICE, 2);
    usual(BLOCKS, "use crate::prelude::*;\nasync fn f() {}\n", 1);
    usual(BLOCKS, &SERVICE.replace("pause(D);", "pause(D); pause(E);"), 3);
    // A name is another's, and nobody's.
    usual(BLOCKS, &format!("{SERVICE}fn pause() {{}}\n"), 1);
    usual("", SERVICE, 0);
    // The same text at another path, compiled for tests only, and in no target at all.
    let service = ("src/service.rs", SERVICE);
    let moved = ("src/moved.rs", SERVICE);
    check(2, &asking("mod prelude;\nmod moved;\nmod inline;\n", BLOCKS, moved));
    check(1, &asking("mod prelude;\n#[cfg(test)]\nmod service;\nmod inline;\n", BLOCKS, service));
    check(1, &asking("mod prelude;\nmod inline;\n", BLOCKS, service));
    // A manifest gives a name to something else.
    let renamed = MANIFEST.replace("package = \"tokio\"", "package = \"threads\"");
    for (manifest, findings) in [(MANIFEST, 1), (&renamed, 0), (MANIFEST, 1)] {
        check(findings, &[("Cargo.toml", manifest), ("src/lib.rs", CHANNEL)]);
    }
}

#[test]
fn what_another_build_found_is_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = kept_by("Cargo.toml", folder.path());
    let tree = |body: &str| {
        let code = format!("fn f() {{\n    {body}\n}}\n");
        Tree::from_memory([("Cargo.toml", MANIFEST), ("src/lib.rs", code.as_str())])
    };
    let (bad, good) = (tree("todo!()"), tree("1;"));
    told(&good, &one);
    let file = || {
        let files = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path());
        files.max_by_key(|file| file.metadata().and_then(|file| file.modified()).ok()).expect("it is kept")
    };
    let of_one = file();
    let other = kept_by("src/lib.rs", folder.path());
    told(&good, &other);
    std::fs::copy(&of_one, file()).expect("it is put in the other's place");
    for cache in [&one, &other] {
        assert_eq!(told(&bad, cache), cold(&bad));
    }
}
