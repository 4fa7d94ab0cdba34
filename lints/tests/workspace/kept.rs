//! What is kept of files: it gives what a look at all of them anew gives.

use gatefold_lints::{self as lints, Policy};
use source::{Cache, Code, Tree};

use crate::MANIFEST;

/// What is found in a tree with nothing kept, as text.
pub(crate) fn cold(tree: &Tree) -> String {
    told(tree, &Cache::off())
}

pub(crate) fn told(tree: &Tree, cache: &Cache) -> String {
    let code = Code::read(tree, &Cache::off());
    let checked =
        lints::check_change(&code, None, tree, &Policy::default(), None, cache).expect("the guard looks");
    format!("{checked:#?}")
}

/// A cache whose judge is a file that has been there for a while.
pub(crate) fn kept_by(judge: &str, folder: &std::path::Path) -> Cache {
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
    // A helper of another file reads the time, and does not.
    let (lib, scorer) = ("mod scorer;\nmod util;\n", "fn score() -> u64 {\n    crate::util::age()\n}\n");
    let reads = "pub fn age() -> u64 {\n    std::time::SystemTime::now().elapsed()\n}\n";
    for (util, findings) in [(reads, 1), ("pub fn age() -> u64 {\n    1\n}\n", 0), (reads, 1)] {
        let sources = [("src/lib.rs", lib), ("src/scorer.rs", scorer), ("src/util.rs", util)];
        check(findings, &[&[("Cargo.toml", MANIFEST)], &sources[..]].concat());
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

/// Looks at one tree after the other with what was kept of those before, and counts what is found in each.
#[track_caller]
pub(crate) fn check_kept(manifest: &str, trees: &[(&[(&str, &str)], usize)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = kept_by("Cargo.toml", folder.path());
    for (files, findings) in trees {
        let tree = Tree::from_memory([("Cargo.toml", manifest)].iter().chain(*files).copied());
        let expected = cold(&tree);
        assert_eq!(expected.matches("message: ").count(), *findings, "{expected}");
        assert_eq!([told(&tree, &cache), told(&tree, &cache)], [expected.clone(), expected]);
    }
}
