//! A target folder for the copy that already holds what the services depend on.
//!
//! The copy must not build into the workspace's own target folder: cargo tells packages of two checkouts apart by
//! their paths from the workspace's root only, and whether one is fresh by the age of its files, so that it would hand
//! the faulty build of the copy to the workspace as its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policy::{Document, POLICY_FILE};
use source::{BaseRequest, Surroundings, Tree, Workspace};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::{house, surroundings};

/// Parts of a build folder that hold what was compiled, and what cargo knows about it.
const PARTS: [&str; 3] = ["deps", "build", ".fingerprint"];

/// Built dependencies, in a temporary folder below the workspace's target folder.
pub(crate) struct Seed {
    folder: TempDir,
}

/// Builds the services of a workspace where they are always built, and takes what they depend on out of it.
pub(crate) fn seed(workspace: &Path) -> Result<Seed, Failure> {
    let tree = source::open(workspace, &BaseRequest::None, &Surroundings::default())?.head;
    build(workspace, &tree)?;
    let target = workspace.join("target");
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to link what is in `{}`: {error}", target.display()))
    };
    std::fs::create_dir_all(&target).map_err(failed)?;
    let folder = tempfile::Builder::new().prefix("drill-").tempdir_in(&target).map_err(failed)?;
    let members = names(&Workspace::read(&tree));
    for part in PARTS {
        let (from, to) = (target.join("debug").join(part), folder.path().join("target/debug").join(part));
        if from.is_dir() {
            // Cargo writes into its records, and into nothing that was compiled.
            let take: Take = if part == ".fingerprint" { copy } else { link };
            take_over(&from, &to, &|name| !members.contains(&stem(name)), take).map_err(failed)?;
        }
    }
    Ok(Seed { folder })
}

impl Seed {
    /// Where there is room for a copy on the same file system.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves the folder where it is, with the copy in it.
    pub(crate) fn keep(self) {
        let _ = self.folder.keep();
    }

    /// Makes it the target folder of a copy.
    pub(crate) fn hand_over(&self, copy: &Path) -> Result<(), Failure> {
        let from = self.folder.path().join("target");
        if !from.is_dir() {
            return Ok(());
        }
        std::fs::rename(&from, copy.join("target")).map_err(|error| {
            Failure::could_not_run(format_args!("failed to move `{}`: {error}", from.display()))
        })
    }
}

fn build(workspace: &Path, tree: &Tree) -> Result<(), Failure> {
    let text = tree.text(POLICY_FILE).map_err(Failure::usage)?;
    let services: service::Services =
        Document::parse(POLICY_FILE, &text, &house::SCHEMA)?.section("services")?;
    for service in services.0.values() {
        if let Some(build) = service.build(workspace, service::build_environment(surroundings::all())) {
            build.run().map_err(Failure::could_not_run)?;
        }
    }
    Ok(())
}

/// What files of the workspace's own packages are called: these are built anew.
fn names(workspace: &Workspace) -> BTreeSet<String> {
    let of_crate = |krate: &source::Crate| {
        let targets: Vec<String> = krate.targets.iter().map(|target| plain(&target.name)).collect();
        targets.into_iter().chain([plain(&krate.name), "build_script_build".to_owned()])
    };
    workspace.crates.iter().flat_map(of_crate).collect()
}

/// `libnow_playing-0123456789abcdef.rlib` is called `now_playing`.
fn stem(file: &str) -> String {
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    let known = plain(name);
    known.strip_prefix("lib").filter(|_| file.contains('.')).map(str::to_owned).unwrap_or(known)
}

fn plain(name: &str) -> String {
    name.replace('-', "_")
}

type Take = fn(&Path, &Path) -> std::io::Result<()>;

/// Takes over the wanted entries of a folder with all that is in them.
fn take_over(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool, take: Take) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name: PathBuf = entry.file_name().into();
        if !name.to_str().is_some_and(wanted) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        match entry.file_type()? {
            kind if kind.is_dir() => take_over(&from, &to, &|_| true, take)?,
            kind if kind.is_file() => take(&from, &to)?,
            _ => {}
        }
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::hard_link(from, to)
}

/// With its age, which cargo goes by.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(from, to)?;
    let modified = from.metadata()?.modified()?;
    std::fs::File::options().write(true).open(to)?.set_modified(modified)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn files_of_a_build_are_known_by_the_names_of_their_packages() {
        let check = |file: &str, expect: &str| assert_eq!(stem(file), expect);
        check("libnow_playing-0123456789abcdef.rlib", "now_playing");
        check("now_playing-0123456789abcdef.d", "now_playing");
        check("now-playing-0123456789abcdef", "now_playing");
        check("libc-0123456789abcdef", "libc");
        check("liblibc-0123456789abcdef.rmeta", "libc");
    }
}
