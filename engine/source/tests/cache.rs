//! What the cache gives is what reading gives; what is broken in it is not there.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatefold_source::{Cache, Tree};

const TEXT: &str = "== Cargo.toml
    [package]
    name = \"app\"
    edition = \"2021\"
    == src/lib.rs
    mod a;
    use std::thread as t;
    fn f() { t::sleep(x); crate::a::g(); }
    == src/a.rs
    // @generated
    pub fn g() { super::f(); }
    == src/broken.rs
    fn (
";

/// Everything that is known about the code, as text.
fn read(cache: &Cache) -> String {
    let code = common::read(TEXT, cache);
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}",
        code.files(),
        code.problems,
        code.names().references(),
        code.names().modules()
    )
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn facts_from_the_cache_are_those_of_the_code() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::in_folder(&folder.path().join("deep/cache"));
    let fresh = read(&Cache::off());
    assert_eq!(read(&cache), fresh, "what fills the cache");
    let written = entries(&folder.path().join("deep/cache"));
    assert_eq!(written.len(), 1, "one file, and nothing temporary: {written:?}");
    assert_eq!(read(&cache), fresh, "what reads the cache");
}

#[test]
fn a_cache_that_is_broken_in_any_place_is_not_believed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::in_folder(folder.path());
    let fresh = read(&cache);
    let file = entries(folder.path()).remove(0);
    let whole = std::fs::read(&file).expect("the cache's file");
    for place in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[place] ^= 0x55;
        std::fs::write(&file, &broken).expect("written");
        assert_eq!(read(&cache), fresh, "byte {place}");
    }
    for length in [0, 10, 40, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).expect("written");
        assert_eq!(read(&cache), fresh, "cut to {length}");
    }
    std::fs::write(&file, &whole).expect("written");
    assert_eq!(read(&cache), fresh, "whole again");
}

#[test]
fn a_cache_that_cannot_be_written_is_no_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").expect("written");
    assert_eq!(read(&Cache::in_folder(&blocked)), read(&Cache::off()));
}

/// A file that has been there for a while, in the place of a program.
fn of_this_package(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// Asks once for the items of a file: how many there are, and whether somebody had to look.
fn asked(cache: &Cache, who: &str, path: &str, text: &str) -> (usize, bool) {
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = looks.clone();
    let look = move |file: &gatefold_source::SourceFile| {
        counted.fetch_add(1, Ordering::Relaxed);
        file.ast.items.len()
    };
    let tree = Tree::from_memory([(path, text)]).with_cache(cache);
    let items = tree.look_once(path, who, look).expect("it parses");
    (items, looks.load(Ordering::Relaxed) > 0)
}

#[test]
fn what_was_found_in_a_file_is_looked_for_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let judged_by = |file: &str| Cache::in_folder(folder.path()).judged_by(&of_this_package(file));
    let cache = judged_by("Cargo.toml");
    assert_eq!(asked(&cache, "judge 1", "a.rs", "fn a() {}"), (1, true));
    assert_eq!(asked(&cache, "judge 1", "a.rs", "fn a() {}"), (1, false));
    for (who, path, text) in
        [("judge 1", "a.rs", "fn b() {}"), ("judge 1", "b.rs", "fn a() {}"), ("judge 2", "a.rs", "fn a() {}")]
    {
        assert_eq!(asked(&cache, who, path, text), (1, true), "{who} {path} {text}");
    }
    // Another build, one that nobody knows, and nobody.
    for cache in [judged_by("src/lib.rs"), Cache::in_folder(folder.path()), Cache::off()] {
        assert_eq!(asked(&cache, "judge 1", "a.rs", "fn a() {}"), (1, true));
    }
}

#[test]
fn an_answer_that_is_broken_or_of_another_file_is_not_believed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::in_folder(folder.path()).judged_by(&of_this_package("Cargo.toml"));
    asked(&cache, "judge", "b.rs", "fn a() {}\nfn b() {}");
    let other = entries(folder.path()).remove(0);
    let foreign = std::fs::read(&other).expect("the answer");
    std::fs::remove_file(&other).expect("removed");
    let ask = || asked(&cache, "judge", "a.rs", "fn a() {}");
    assert_eq!(ask(), (1, true));
    let file = entries(folder.path()).remove(0);
    let whole = std::fs::read(&file).expect("the answer");
    let broken = (0..whole.len()).map(|place| {
        let mut broken = whole.clone();
        broken[place] ^= 0x55;
        broken
    });
    let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
    for bytes in broken.chain(cut).chain([foreign]) {
        std::fs::write(&file, &bytes).expect("written");
        assert_eq!(ask(), (1, true), "{bytes:?}");
        assert_eq!(ask(), (1, false), "it is whole again");
    }
}
