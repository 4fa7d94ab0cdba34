//! The workspace as read from manifests is the workspace that `cargo metadata` tells of.

#[path = "common/oracle.rs"]
mod oracle;

use std::fmt::Write as _;
use std::path::Path;

use gatefold_source::{Tree, Workspace};

/// Files in one text: each begins with a line `== path`.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.trim_start().strip_prefix("== ") {
            files.push((path.trim().to_owned(), String::new()));
        } else if let Some((_, content)) = files.last_mut() {
            writeln!(content, "{}", line.trim_start()).expect("a String takes all");
        }
    }
    files
}

/// Reads the same files both ways and compares.
#[track_caller]
fn check(text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files(text) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    let workspace = Workspace::read(&Tree::from_memory(files(text)));
    assert_eq!(workspace.problems, [], "{text}");
    compare(folder.path(), &workspace);
}

#[track_caller]
fn compare(root: &Path, workspace: &Workspace) {
    let theirs = oracle::theirs(root).expect("cargo reads the workspace");
    assert_eq!(oracle::differences(&oracle::ours(workspace), &theirs), [""; 0]);
}

#[test]
fn gatefolds_own_workspace_is_read_as_cargo_reads_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let walk = walkdir::WalkDir::new(&root)
        .into_iter()
        .filter_entry(|entry| !["target", ".git", "templates"].iter().any(|name| entry.file_name() == *name));
    let paths = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let paths = paths.map(|entry| {
        let path = entry.path().strip_prefix(&root).expect("below the root");
        path.to_str().expect("text").replace('\\', "/")
    });
    let workspace = Workspace::read(&Tree::from_disk(&root, paths.collect()));
    assert_eq!(workspace.problems, []);
    compare(&root, &workspace);
}

#[test]
fn a_single_package_has_the_targets_that_cargo_finds() {
    check(
        "== Cargo.toml
        [package]
        name = \"my-app\"
        edition = \"2021\"
        == build.rs
        == src/lib.rs
        == src/main.rs
        == src/bin/extra.rs
        == src/bin/folder/main.rs
        == src/bin/folder/part.rs
        == src/bin/.hidden.rs
        == src/inner/main.rs
        == tests/one.rs
        == tests/two/main.rs
        == tests/common/mod.rs
        == benches/fast.rs
        == examples/show.rs
        == examples/many/main.rs",
    );
}

#[test]
fn named_targets_come_before_those_that_are_found() {
    check(
        "== Cargo.toml
        [package]
        name = \"named\"
        edition = \"2024\"
        build = \"make/script.rs\"
        autobenches = false
        [lib]
        name = \"other_name\"
        path = \"library/root.rs\"
        [[bin]]
        name = \"tool\"
        path = \"src/bin/found.rs\"
        [[bin]]
        name = \"named\"
        [[test]]
        name = \"whole\"
        path = \"checks/whole.rs\"
        [[example]]
        name = \"demo\"
        crate-type = [\"staticlib\"]
        == make/script.rs
        == library/root.rs
        == src/main.rs
        == src/bin/found.rs
        == src/bin/alone.rs
        == checks/whole.rs
        == tests/found.rs
        == benches/skipped.rs
        == examples/demo.rs",
    );
}

#[test]
fn edition_2015_stops_searching_where_a_target_is_named() {
    check(
        "== Cargo.toml
        [package]
        name = \"old\"
        [[test]]
        name = \"a\"
        == src/lib.rs
        == tests/a.rs
        == tests/b.rs
        == examples/c.rs",
    );
}

#[test]
fn switched_off_searches_find_nothing() {
    check(
        "== Cargo.toml
        [package]
        name = \"quiet\"
        edition = \"2021\"
        build = false
        autobins = false
        autotests = false
        autoexamples = false
        == build.rs
        == src/lib.rs
        == src/main.rs
        == tests/a.rs
        == examples/b.rs",
    );
}

#[test]
fn a_procedural_macro_is_a_library() {
    check(
        "== Cargo.toml
        [package]
        name = \"derive-it\"
        edition = \"2021\"
        [lib]
        proc-macro = true
        == src/lib.rs",
    );
}

#[test]
fn members_come_by_globs_and_what_is_excluded_stays_out() {
    check(
        "== Cargo.toml
        [workspace]
        resolver = \"2\"
        members = [\"crates/*\", \"./tools/one/\", \"services/**/app\"]
        exclude = [\"crates/left-out\", \"tools\"]
        [workspace.package]
        edition = \"2021\"
        [workspace.dependencies]
        base = { path = \"crates/base\" }
        local = { package = \"base-two\", path = \"crates/base-two\", version = \"0.1\" }
        == crates/base/Cargo.toml
        [package]
        name = \"base\"
        edition.workspace = true
        == crates/base/src/lib.rs
        == crates/base-two/Cargo.toml
        [package]
        name = \"base-two\"
        version = \"0.1.0\"
        edition = { workspace = true }
        [lib]
        name = \"second\"
        [dependencies]
        base.workspace = true
        == crates/base-two/src/lib.rs
        == crates/left-out/Cargo.toml
        [package]
        name = \"left-out\"
        == crates/left-out/src/lib.rs
        == tools/one/Cargo.toml
        [package]
        name = \"one\"
        edition = \"2024\"
        [dependencies]
        local = { workspace = true, optional = true }
        [dev-dependencies]
        base = { workspace = true }
        [build-dependencies.again]
        package = \"base\"
        path = \"../../crates/base\"
        [target.'cfg(unix)'.dependencies]
        base-two = { path = \"../../crates/base-two\", version = \"0.1.0\" }
        == tools/one/src/main.rs
        == tools/two/Cargo.toml
        [package]
        name = \"two\"
        == tools/two/src/main.rs
        == services/a/b/app/Cargo.toml
        [package]
        name = \"app\"
        edition = \"2021\"
        == services/a/b/app/src/main.rs",
    );
}

#[test]
fn path_dependencies_below_a_root_package_are_members_also_in_a_circle() {
    check(
        "== Cargo.toml
        [package]
        name = \"root\"
        edition = \"2021\"
        [workspace]
        [dependencies]
        part = { path = \"part\" }
        == src/lib.rs
        == part/Cargo.toml
        [package]
        name = \"part\"
        edition = \"2021\"
        [dev-dependencies]
        root = { path = \"..\" }
        deep = { path = \"deep\" }
        == part/src/lib.rs
        == part/deep/Cargo.toml
        [package]
        name = \"deep\"
        edition = \"2021\"
        [dependencies]
        part = { path = \"..\" }
        == part/deep/src/lib.rs
        == unrelated/Cargo.toml
        [package]
        name = \"unrelated\"
        == unrelated/src/lib.rs",
    );
}

#[test]
fn dependencies_from_elsewhere_keep_their_requirement() {
    check(
        "== Cargo.toml
        [package]
        name = \"user\"
        edition = \"2021\"
        [features]
        json = [\"dep:serde_json\"]
        [dependencies]
        serde = \"1\"
        serde_json = { version = \"1.0.100\", optional = true }
        old-rand = { package = \"rand\", version = \">=0.7, <0.9\" }
        [dev-dependencies]
        tokio = { version = \"1\", features = [\"full\"] }
        [target.'cfg(windows)'.build-dependencies]
        cc = \"1\"
        [target.x86_64-unknown-linux-gnu.dependencies]
        serde = \"1\"
        == src/lib.rs",
    );
}
