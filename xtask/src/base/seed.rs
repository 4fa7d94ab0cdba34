//! What head's build made of crates that are no part of the workspace, given to the base's first build.
//!
//! Cargo names what it builds of a crate by a hash of its version, its features, its profile and the compiler, so that a
//! crate that both sides use alike is found as built, and any other is built. Files that are never written twice are linked;
//! those that a later build may write again are copied, so that no build reaches into the other's folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use source::{Tree, Workspace};

/// Where cargo builds by default.
const TARGET: &str = "target";
/// The folders of a profile that hold what was built of single crates.
const PARTS: [&str; 3] = [".fingerprint", "build", "deps"];
/// What compilers and linkers put in place whole, by another name first.
const WRITTEN_ONCE: [&str; 4] = ["rlib", "rmeta", "so", "dylib"];

/// Gives what was built below one root to another that has built nothing yet. What cannot be given is built.
pub(crate) fn seed(from: &Path, to: &Path, trees: [&Tree; 2]) {
    let (from, to) = (from.join(TARGET), to.join(TARGET));
    if to.exists() {
        return;
    }
    let own = own_names(trees);
    let Ok(profiles) = fs::read_dir(&from) else { return };
    for profile in profiles.flatten().filter(|profile| profile.path().join(PARTS[0]).is_dir()) {
        for part in PARTS {
            let (from, to) = (profile.path().join(part), to.join(profile.file_name()).join(part));
            // Whatever is missing then, cargo builds anew.
            let _ = give(&from, &to, &|name| is_own(name, &own));
        }
    }
}

/// The names of the crates of the workspace and of what they build, as files are named after them.
fn own_names(trees: [&Tree; 2]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for krate in trees.into_iter().flat_map(|tree| Workspace::read(tree).crates) {
        let targets = krate.targets.into_iter().map(|target| target.name);
        names.extend(targets.chain([krate.name]).map(|name| name.replace('-', "_")));
    }
    names
}

/// Whether a file or folder, `libNAME-HASH.rlib` or `NAME-HASH`, is of the workspace itself.
fn is_own(file: &str, own: &BTreeSet<String>) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    let Some((name, _hash)) = stem.rsplit_once('-') else { return true };
    let name = name.replace('-', "_");
    own.contains(&name) || name.strip_prefix("lib").is_some_and(|name| own.contains(name))
}

fn give(from: &Path, to: &Path, left_out: &dyn Fn(&str) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(text) = name.to_str().filter(|text| !left_out(text)) else { continue };
        let kind = entry.file_type()?;
        let (from, to) = (entry.path(), to.join(&name));
        if kind.is_dir() {
            give(&from, &to, &|_| false)?;
        } else if kind.is_file() {
            let once = text.rsplit_once('.').is_some_and(|(_, end)| WRITTEN_ONCE.contains(&end));
            if !once || fs::hard_link(&from, &to).is_err() {
                copy(&from, &to)?;
            }
        }
    }
    Ok(())
}

/// Copies a file with its times, by which cargo knows what is newer than what.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let modified = fs::metadata(from)?.modified()?;
    File::options().write(true).open(to)?.set_modified(modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: [(&str, &str); 3] = [
        ("Cargo.toml", "[workspace]\nmembers = [\"now-playing\"]\n"),
        ("now-playing/Cargo.toml", "[package]\nname = \"now-playing\"\n"),
        ("now-playing/src/lib.rs", ""),
    ];

    fn files(root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => open.push(path),
                    path => found.push(path.strip_prefix(root).expect("it lies there").display().to_string()),
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn what_was_built_of_other_crates_is_given_and_of_the_workspace_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let (head, base) = (folder.path().join("head"), folder.path().join("base"));
        for file in [
            "debug/deps/libserde-0123.rlib",
            "debug/deps/libserde-0123.d",
            "debug/deps/libnow_playing-4567.rlib",
            "debug/deps/now_playing-4567.d",
            "debug/build/ring-89ab/out/lib.a",
            "debug/.fingerprint/serde-0123/lib-serde",
            "debug/.fingerprint/now-playing-4567/lib-now_playing",
            "debug/now-playing",
            "debug/incremental/x",
            "other/file",
        ] {
            let path = head.join("target").join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, file).expect("a file");
        }
        let tree = Tree::from_memory(TREE);
        seed(&head, &base, [&tree, &tree]);
        let given = [
            "debug/.fingerprint/serde-0123/lib-serde",
            "debug/build/ring-89ab/out/lib.a",
            "debug/deps/libserde-0123.d",
            "debug/deps/libserde-0123.rlib",
        ];
        assert_eq!(files(&base.join("target")), given);
        for file in given {
            let [from, to] =
                [&head, &base].map(|root| fs::metadata(root.join("target").join(file)).expect("a file"));
            assert_eq!(from.modified().expect("a time"), to.modified().expect("a time"), "{file}");
        }
        // What a later build may write again is a file of its own.
        fs::write(base.join("target").join(given[0]), "again").expect("a file");
        assert_eq!(fs::read_to_string(head.join("target").join(given[0])).expect("a file"), given[0]);
    }

    #[test]
    fn a_base_that_has_built_and_a_head_that_has_not_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (head, base) = (folder.path().join("head"), folder.path().join("base"));
        let tree = Tree::from_memory(TREE);
        seed(&head, &base, [&tree, &tree]);
        assert!(!base.exists());
        fs::create_dir_all(head.join("target/debug/.fingerprint/serde-0123")).expect("a folder");
        fs::create_dir_all(base.join("target")).expect("a folder");
        seed(&head, &base, [&tree, &tree]);
        assert_eq!(files(&base), [""; 0]);
    }
}
