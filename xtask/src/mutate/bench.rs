//! A copy of a workspace to plant mutants in: its sources are removed at the end whatever happens, its build is kept.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use golden::mutants::{Bench, Built};
use golden::{Ask, Corpus};
use service::{Protos, Service, Services, Workshop};
use source::Tree;

use crate::failure::Failure;
use crate::surroundings;

/// What of the copy is kept: where cargo builds by default.
const KEPT: &str = "target";

/// The copy. Dropping it removes all of it but the build.
pub(crate) struct Copy {
    folder: PathBuf,
    /// Removes the sources if this process ends without having done it, even by SIGKILL: its pipe closes then.
    watchdog: Child,
    /// Held while the copy is used, so that no other run works in it.
    _lock: File,
    services: Services,
    protos: Protos,
    service: String,
    within: Duration,
    built_once: bool,
}

impl Copy {
    /// Copies what belongs to a workspace, and nothing that git ignores, into a folder of its own.
    pub(crate) fn of(
        tree: &Tree,
        folder: &Path,
        services: Services,
        protos: Protos,
        within: Duration,
    ) -> Result<Copy, Failure> {
        let failed = |error: io::Error| {
            Failure::could_not_run(format_args!("failed to copy to `{}`: {error}", folder.display()))
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let folder = folder.canonicalize().map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Err(Failure::could_not_run(format_args!("another run works in `{}`", folder.display())));
        }
        let folder = folder.join("workspace");
        fs::create_dir_all(&folder).map_err(failed)?;
        clear(&folder).map_err(failed)?;
        let watchdog = watch(&folder).map_err(failed)?;
        let copy = Copy {
            folder,
            watchdog,
            _lock: lock,
            services,
            protos,
            service: String::new(),
            within,
            built_once: false,
        };
        for path in tree.paths() {
            let content = tree.read(path).map_err(Failure::could_not_run)?;
            copy.put(path, &content).map_err(Failure::could_not_run)?;
        }
        Ok(copy)
    }

    /// Turns to another service.
    pub(crate) fn turn_to(&mut self, service: &str) {
        service.clone_into(&mut self.service);
        self.built_once = false;
    }

    fn put(&self, path: &str, content: &[u8]) -> Result<(), String> {
        let to = self.folder.join(path);
        let written =
            fs::create_dir_all(to.parent().unwrap_or(&self.folder)).and_then(|()| fs::write(&to, content));
        written.map_err(|error| format!("failed to write `{}`: {error}", to.display()))
    }

    fn service(&self) -> Result<&Service, String> {
        self.services
            .0
            .get(&self.service)
            .ok_or_else(|| format!("the policy's `services` have no `{}`", self.service))
    }
}

impl Bench for Copy {
    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.put(path, text.as_bytes())
    }

    fn build(&mut self) -> Built {
        let environment = service::build_environment(surroundings::all());
        let build = match self.service() {
            Ok(service) => service.build(&self.folder, environment),
            Err(reason) => return Built::Refused(reason),
        };
        let Some(mut build) = build else { return Built::Done };
        // The first build makes all that mutants share.
        if self.built_once {
            build.within = build.within.min(self.within);
        }
        match build.run() {
            Ok(_) => {
                self.built_once = true;
                Built::Done
            }
            Err(service::Error::TooSlow { .. }) => Built::TooSlow,
            Err(error) => Built::Refused(error.to_string()),
        }
    }

    fn start(&mut self, corpus: &Corpus) -> Result<Ask, String> {
        let mut services = self.services.clone();
        for service in services.0.values_mut() {
            // It is built already.
            service.build.clear();
        }
        let environment = service::run_environment(surroundings::all());
        let mut workshop = Workshop::new(&self.folder, services, Vec::new(), environment);
        golden::grpc::ask(&mut workshop, &self.protos, corpus)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = clear(&self.folder);
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
    }
}

/// Removes everything of a copy but its build.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == KEPT {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A shell in a group of its own that waits for the end of its input and clears the copy: once more after a moment,
/// should a build that is being ended still write.
fn watch(folder: &Path) -> io::Result<Child> {
    let clear = "read -r _; for _ in 1 2; do find \"$1\" -mindepth 1 -maxdepth 1 ! -name \"$2\" -exec rm -rf {} +; sleep 1; done";
    Command::new("/bin/sh")
        .args(["-c", clear, "gatefold-watchdog"])
        .arg(folder)
        .arg(KEPT)
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(folder: &Path) -> Result<Copy, Failure> {
        let tree = Tree::from_memory([("a/b.rs", "fn a() {}"), ("Cargo.toml", "")]);
        let protos = service::compile(&tree, &[]);
        Copy::of(&tree, folder, Services::default(), protos, Duration::from_secs(1))
    }

    #[test]
    fn the_sources_are_removed_and_the_build_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("workspace");
        fs::create_dir_all(workspace.join("target/debug")).expect("a build");
        fs::write(workspace.join("left.rs"), "").expect("a file of a run that was cut short");
        let mut made = copy(folder.path()).expect("a copy");
        assert!(workspace.join("a/b.rs").is_file() && !workspace.join("left.rs").exists());
        made.write("a/b.rs", "fn b() {}").expect("a file");
        assert_eq!(fs::read_to_string(workspace.join("a/b.rs")).expect("a file"), "fn b() {}");
        drop(made);
        assert!(workspace.join("target/debug").is_dir() && !workspace.join("a").exists());
    }

    #[test]
    fn only_one_run_works_in_a_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = copy(folder.path());
        assert!(first.is_ok());
        let second = copy(folder.path()).err().expect("it is taken");
        assert!(second.message.contains("another run works in"), "{}", second.message);
    }

    #[test]
    fn the_watchdog_clears_the_copy_of_a_process_that_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("target")).expect("a build");
        fs::write(folder.path().join("left.rs"), "").expect("a file");
        let mut watchdog = watch(folder.path()).expect("a shell");
        drop(watchdog.stdin.take());
        watchdog.wait().expect("it ends");
        assert!(folder.path().join("target").is_dir() && !folder.path().join("left.rs").exists());
    }
}
