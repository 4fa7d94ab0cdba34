//! The base on the disk: a folder of its own, kept from run to run with what was built in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use findings::digest;
use serde_json::json;
use service::Service;
use source::Tree;

/// How long another run may keep the folder.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How often it is asked for meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// A tree in a folder. Only what differs is written, so that a build finds unchanged files as old as they are.
pub(crate) struct Checkout {
    /// Holds the rest.
    folder: PathBuf,
    /// Which tree it is.
    digest: String,
    /// The digest and the command of each service's last build.
    built: BTreeMap<String, String>,
    /// Held while the folder is used.
    _lock: File,
}

impl Checkout {
    /// Puts a tree into a folder: what an earlier one had and this one has not goes, what was built stays.
    pub(crate) fn of(tree: &Tree, folder: &Path) -> Result<Checkout, String> {
        let failed = |error: io::Error| format!("failed to write `{}`: {error}", folder.display());
        let workspace = folder.join("workspace");
        fs::create_dir_all(&workspace).map_err(failed)?;
        let folder = folder.canonicalize().map_err(failed)?;
        let lock = lock(&folder)?;
        let before: BTreeSet<String> = read(&folder.join("files.json"));
        let paths: BTreeSet<String> = tree.paths().map(str::to_owned).collect();
        // Written first: should this run be ended, the next one knows of what it left.
        let all: BTreeSet<&String> = before.union(&paths).collect();
        write(&folder.join("files.json"), json!(all).to_string().as_bytes()).map_err(failed)?;
        for gone in before.difference(&paths) {
            match fs::remove_file(workspace.join(gone)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
        let mut names = String::new();
        for path in &paths {
            // A link that leads to no file of the tree leads nowhere in a copy of it either.
            let content = match tree.read(path) {
                Err(_) if tree.is_link(path) => continue,
                content => content.map_err(|error| error.to_string())?,
            };
            names.push_str(&format!("{path}\0{}\n", digest(&content)));
            put(&workspace.join(path), &content).map_err(failed)?;
        }
        write(&folder.join("files.json"), json!(paths).to_string().as_bytes()).map_err(failed)?;
        let built = read(&folder.join("built.json"));
        Ok(Checkout { folder, digest: digest(names.as_bytes()), built, _lock: lock })
    }

    /// Where the tree stands.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    /// Whether a service was built from this very tree by this very command.
    pub(crate) fn has_built(&self, name: &str, service: &Service) -> bool {
        self.built.get(name) == Some(&self.stamp(service))
    }

    /// Remembers that a service was built.
    pub(crate) fn note_built(&mut self, name: &str, service: &Service) -> Result<(), String> {
        let stamp = self.stamp(service);
        self.built.insert(name.to_owned(), stamp);
        let path = self.folder.join("built.json");
        write(&path, json!(self.built).to_string().as_bytes())
            .map_err(|error| format!("failed to write `{}`: {error}", path.display()))
    }

    fn stamp(&self, service: &Service) -> String {
        digest(format!("{} {:?} {}", self.digest, service.build, service.directory).as_bytes())
    }
}

/// The folder for this run alone, once no other run works in it.
fn lock(folder: &Path) -> Result<File, String> {
    let path = folder.join("lock");
    let file =
        File::create(&path).map_err(|error| format!("failed to write `{}`: {error}", path.display()))?;
    let until = Instant::now() + PATIENCE;
    while file.try_lock().is_err() {
        if Instant::now() >= until {
            return Err(format!("another run works in `{}`", folder.display()));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(file)
}

/// What is not there or not whole says nothing.
fn read<T: serde::de::DeserializeOwned + Default>(path: &Path) -> T {
    fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, content)?;
    fs::rename(new, path)
}

/// Gives a file its content, unless it has it.
fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|before| before == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        // What was a file may be a folder now, and the other way round.
        let blocking = folder.ancestors().find(|above| above.is_file());
        blocking.map_or(Ok(()), fs::remove_file)?;
        fs::create_dir_all(folder)?;
    }
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    }
    fs::write(path, content)?;
    // A tree knows no modes. A script is run, by a build or as the service.
    if content.starts_with(b"#!") {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(build: &str) -> Service {
        serde_json::from_value(json!({ "build": [build], "run": ["bin/x"] })).expect("a service")
    }

    fn checkout(folder: &Path, files: &[(&str, &str)]) -> Checkout {
        Checkout::of(&Tree::from_memory(files.iter().copied()), folder).expect("it is written")
    }

    #[test]
    fn what_is_gone_goes_what_is_new_comes_and_what_was_built_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = checkout(folder.path(), &[("a/b.rs", "1"), ("c", "2"), ("run", "#!/bin/sh\n")]);
        let root = first.root();
        fs::create_dir_all(root.join("target/debug")).expect("a build");
        fs::write(root.join("target/debug/x"), "").expect("a build");
        let written = fs::metadata(root.join("run")).and_then(|file| file.modified()).expect("it is there");
        drop(first);
        drop(checkout(folder.path(), &[("a", "1"), ("c/d", "2"), ("run", "#!/bin/sh\n")]));
        assert_eq!(fs::read_to_string(root.join("a")).expect("a file"), "1");
        assert_eq!(fs::read_to_string(root.join("c/d")).expect("a file"), "2");
        assert!(root.join("target/debug/x").is_file());
        let now = fs::metadata(root.join("run")).expect("it is there");
        assert_eq!(now.modified().expect("a time"), written, "what is unchanged is not written");
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&now.permissions()) & 0o111, 0o111);
    }

    #[test]
    fn a_build_is_known_by_its_tree_and_its_command() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = checkout(folder.path(), &[("a", "1")]);
        assert!(!first.has_built("x", &service("make")));
        first.note_built("x", &service("make")).expect("it is kept");
        drop(first);
        let same = checkout(folder.path(), &[("a", "1")]);
        assert!(same.has_built("x", &service("make")));
        assert!(!same.has_built("x", &service("other")) && !same.has_built("y", &service("make")));
        drop(same);
        assert!(!checkout(folder.path(), &[("a", "2")]).has_built("x", &service("make")));
    }

    #[test]
    fn a_folder_that_an_ended_run_left_half_written_is_put_right() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(checkout(folder.path(), &[("a", "1"), ("b", "2")]));
        fs::write(folder.path().join("built.json"), "{ half").expect("a file");
        fs::write(folder.path().join("workspace/a"), "half").expect("a file");
        let again = checkout(folder.path(), &[("a", "1")]);
        assert_eq!(fs::read_to_string(again.root().join("a")).expect("a file"), "1");
        assert!(!again.root().join("b").exists() && again.built.is_empty());
    }
}
