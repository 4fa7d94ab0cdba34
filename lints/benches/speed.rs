//! Lines a second of the rules over this repository's own code: parsing alone, parsing with all rules, and text.
//!
//! `cargo bench -p gatefold-lints`; larger corpora are for the example `scan`.

use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use gatefold_lints::Layers;
use source::{Cache, Code, Names, Tree};

fn main() {
    divan::main();
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    each_file(bencher, |path, text, _| {
        divan::black_box(source::parse(path, text).is_ok());
    });
}

#[divan::bench]
fn parse_and_run_all_rules(bencher: Bencher<'_, '_>) {
    each_file(bencher, |path, text, names| {
        if let Ok(file) = source::parse(path, text) {
            divan::black_box(gatefold_lints::check_file(&file, names, &Layers::default()).len());
        }
    });
}

#[divan::bench]
fn read_text(bencher: Bencher<'_, '_>) {
    each_file(bencher, |path, text, _| {
        divan::black_box(gatefold_lints::check_text(path, text).len());
    });
}

/// Shows every Rust file of the engine and the guards to `look`, on one thread.
fn each_file(bencher: Bencher<'_, '_>, look: impl Fn(&str, &str, &Names) + Sync) {
    let texts = texts();
    let code = Code::read(&Tree::from_memory::<&str, &str>([]), &Cache::off());
    let lines: usize = texts.iter().map(|(_, text)| text.lines().count()).sum();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(ItemsCount::new(lines)).counter(BytesCount::new(bytes)).bench(|| {
        // Starting the thread takes about a thousandth of the time.
        source::with_stack(|| {
            for (path, text) in &texts {
                look(path, text, code.names());
                proc_macro2::extra::invalidate_current_thread_spans();
            }
        });
    });
}

fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository");
    let mut texts = Vec::new();
    let mut folders: Vec<_> = ["engine", "lints", "arch", "contracts", "golden", "integrity", "xtask"]
        .map(|folder| root.join(folder))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    texts
}
