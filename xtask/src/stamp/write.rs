//! Writing what was planned: beside its place first, then into it by renaming, and back again if that fails half way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::files::Files;
use crate::failure::Failure;

/// Folders that are being written. One that is found later was left by a machine that stopped.
const STAGE: &str = ".gatefold-new-";

/// What is to be written.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The workspace that is written into, or the folder that will be one.
    pub(crate) root: PathBuf,
    /// Files that are new, by their paths from the root.
    pub(crate) create: Files,
    /// Files that change, by their paths from the root.
    pub(crate) edit: BTreeMap<String, Edit>,
    /// The edition by which Rust is formatted.
    pub(crate) edition: String,
    /// What a human must know or do.
    pub(crate) notes: Vec<String>,
}

/// A file before and after.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
}

impl Plan {
    /// What would be written, a line a file.
    pub(crate) fn listing(&self) -> String {
        let create = self.create.keys().map(|path| format!("  create {path}\n"));
        let edit = self.edit.keys().map(|path| format!("  change {path}\n"));
        create.chain(edit).collect()
    }

    /// Refuses what stands in the way, before anything is written.
    pub(crate) fn check_targets(&self) -> Result<(), Failure> {
        for path in self.create.keys() {
            let mut on_disk = self.root.clone();
            for part in path.split('/') {
                on_disk.push(part);
                let shown = on_disk.strip_prefix(&self.root).unwrap_or(&on_disk).display();
                let last = on_disk == self.root.join(path);
                match fs::symlink_metadata(&on_disk) {
                    Ok(found) if found.is_symlink() => {
                        return Err(Failure::usage(format_args!(
                            "`{shown}` is a link, and what is new is not written through links; put a folder in its place"
                        )));
                    }
                    Ok(_) if last => {
                        return Err(Failure::usage(format_args!(
                            "`{shown}` exists already; choose another name, or take it away first"
                        )));
                    }
                    Ok(found) if !found.is_dir() => {
                        return Err(Failure::usage(format_args!(
                            "`{shown}` is no folder; take it out of the way"
                        )));
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                    Err(error) => return Err(failed("look at", &on_disk)(error)),
                }
            }
        }
        Ok(())
    }

    /// Writes into a workspace that is there. Gives back what could not be done beside it.
    pub(crate) fn join_workspace(&self) -> Result<Vec<String>, Failure> {
        self.check_targets()?;
        let stage = stage_in(&self.root)?;
        let notes = self.write_to(stage.path())?;
        let mut done = Vec::new();
        let outcome = self.move_in(stage.path(), &mut done);
        if let Err(failure) = outcome {
            return Err(undone(&done, failure));
        }
        Ok(notes)
    }

    /// Writes a folder that is not there yet, or that is empty.
    pub(crate) fn become_workspace(&self) -> Result<Vec<String>, Failure> {
        let parent = self.root.parent().unwrap_or(Path::new("."));
        let stage = stage_in(parent)?;
        let whole = stage.path().join("whole");
        fs::create_dir(&whole).map_err(failed("make", &whole))?;
        let mut notes = self.write_to(&whole)?;
        notes.extend(settle_lock(&whole));
        // An empty folder in its place has nothing that could be lost.
        if self.root.is_dir() {
            fs::remove_dir(&self.root).map_err(failed("replace", &self.root))?;
        }
        fs::rename(&whole, &self.root).map_err(failed("write", &self.root))?;
        Ok(notes)
    }

    /// Writes every new file below a folder, formatted.
    fn write_to(&self, folder: &Path) -> Result<Vec<String>, Failure> {
        for (path, file) in &self.create {
            let target = folder.join(path);
            let above = target.parent().unwrap_or(folder);
            fs::create_dir_all(above).map_err(failed("make", above))?;
            fs::write(&target, &file.content).map_err(failed("write", &target))?;
            if file.executable {
                make_executable(&target).map_err(failed("write", &target))?;
            }
        }
        Ok(self.format(folder).into_iter().collect())
    }

    /// Formats what is new: names of another length break lines elsewhere. Without rustfmt that is left to the user.
    fn format(&self, folder: &Path) -> Option<String> {
        let files: Vec<&String> = self.create.keys().filter(|path| path.ends_with(".rs")).collect();
        if files.is_empty() {
            return None;
        }
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.current_dir(folder).args(["--quiet", "--edition", &self.edition]).args(files);
        let outcome = rustfmt.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match outcome {
            Ok(status) if status.success() => None,
            _ => Some("rustfmt could not be run; `cargo fmt` puts lines and imports in order".to_owned()),
        }
    }

    fn move_in(&self, stage: &Path, done: &mut Vec<Done>) -> Result<(), Failure> {
        for unit in self.units() {
            let (from, to) = (stage.join(&unit), self.root.join(&unit));
            fs::rename(&from, &to).map_err(failed("write", &to))?;
            done.push(Done::Created { now: to, stage: from });
        }
        for (number, (path, edit)) in self.edit.iter().enumerate() {
            let file = self.root.join(path);
            let current = fs::read(&file).map_err(failed("read", &file))?;
            if current != edit.before {
                return Err(Failure::could_not_run(format_args!(
                    "`{path}` was changed while this ran; run it again"
                )));
            }
            let new = stage.join(format!("edit-{number}"));
            let permissions = fs::metadata(&file).map_err(failed("read", &file))?.permissions();
            fs::write(&new, &edit.after).map_err(failed("write", &new))?;
            fs::set_permissions(&new, permissions).map_err(failed("write", &new))?;
            fs::rename(&new, &file).map_err(failed("write", &file))?;
            done.push(Done::Edited { file, before: edit.before.clone() });
        }
        Ok(())
    }

    /// The files and folders that are moved as a whole: the highest that are not there yet.
    fn units(&self) -> BTreeSet<String> {
        let mut units = BTreeSet::new();
        for path in self.create.keys() {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            let mut beginnings = ends.map(|end| &path[..end]);
            let unit = beginnings.find(|beginning| !self.root.join(beginning).exists());
            units.extend(unit.map(str::to_owned));
        }
        units
    }
}

/// What was done and can be taken back.
enum Done {
    Created { now: PathBuf, stage: PathBuf },
    Edited { file: PathBuf, before: Vec<u8> },
}

/// Takes back what was done, the last first.
fn undone(done: &[Done], failure: Failure) -> Failure {
    let back = |step: &Done| match step {
        Done::Created { now, stage } => fs::rename(now, stage).err().map(|_| now.clone()),
        Done::Edited { file, before } => fs::write(file, before).err().map(|_| file.clone()),
    };
    let left: Vec<String> =
        done.iter().rev().filter_map(back).map(|path| path.display().to_string()).collect();
    let message = match left.is_empty() {
        true => format!("{}; nothing was written", failure.message),
        false => format!("{}; take back by hand what was written: {}", failure.message, left.join(", ")),
    };
    Failure { message, ..failure }
}

/// Lets Cargo take out of the lock file what only features that nobody asks for here would need. Cargo alone knows
/// features; it runs nothing of the workspace for that, and it stays off the network.
fn settle_lock(folder: &Path) -> Option<String> {
    if !folder.join("Cargo.lock").is_file() {
        return None;
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).args(["metadata", "--offline", "--format-version", "1"]);
    match cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) if status.success() => None,
        _ => Some(
            "Cargo.lock could not be settled without the network; the first `cargo test` does it, and only then \
             `--locked` builds"
                .to_owned(),
        ),
    }
}

fn stage_in(folder: &Path) -> Result<TempDir, Failure> {
    tempfile::Builder::new().prefix(STAGE).tempdir_in(folder).map_err(failed("write to", folder))
}

fn failed(what: &str, path: &Path) -> impl Fn(io::Error) -> Failure {
    let text = format!("failed to {what} `{}`", path.display());
    move |error| Failure::could_not_run(format_args!("{text}: {error}"))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::files::File;

    /// A workspace with one file, and a plan that makes two and changes that one.
    fn planned() -> (TempDir, Plan) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("services")).expect("a folder");
        fs::write(folder.path().join("policy"), "old").expect("a file");
        let plan = Plan {
            root: folder.path().to_owned(),
            create: Files::from([
                ("services/owl/main.txt".to_owned(), File::of_text("owl")),
                ("services/owl/run".to_owned(), File { content: b"#!".to_vec(), executable: true }),
                ("protos/v1/owl.proto".to_owned(), File::of_text("owl")),
            ]),
            edit: BTreeMap::from([(
                "policy".to_owned(),
                Edit { before: b"old".to_vec(), after: b"new".to_vec() },
            )]),
            edition: "2024".to_owned(),
            notes: Vec::new(),
        };
        (folder, plan)
    }

    /// Everything below a folder.
    fn found(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            match path.is_dir() {
                true => {
                    found.push(format!("{name}/"));
                    found.extend(self::found(&path).iter().map(|below| format!("{name}/{below}")));
                }
                false => found.push(format!("{name}={}", fs::read_to_string(&path).expect("text"))),
            }
        }
        found.sort();
        found
    }

    #[test]
    fn everything_is_written_and_nothing_else_is_left() {
        let (folder, plan) = planned();
        assert_eq!(
            plan.listing(),
            "  create protos/v1/owl.proto\n  create services/owl/main.txt\n  create services/owl/run\n  change policy\n"
        );
        plan.join_workspace().map_err(|it| it.message).expect("it is written");
        assert_eq!(
            found(folder.path()),
            [
                "policy=new",
                "protos/",
                "protos/v1/",
                "protos/v1/owl.proto=owl",
                "services/",
                "services/owl/",
                "services/owl/main.txt=owl",
                "services/owl/run=#!"
            ]
        );
    }

    #[test]
    fn a_failure_half_way_is_taken_back() {
        let (folder, mut plan) = planned();
        plan.edit.insert("zzz".to_owned(), Edit { before: Vec::new(), after: Vec::new() });
        let before = found(folder.path());
        let failure = plan.join_workspace().expect_err("`zzz` is not there");
        assert!(failure.message.ends_with("nothing was written"), "{}", failure.message);
        assert_eq!(found(folder.path()), before);
        plan.edit.remove("zzz");
        fs::write(folder.path().join("policy"), "newer").expect("a file");
        let failure = plan.join_workspace().expect_err("`policy` was changed");
        assert!(failure.message.contains("changed while this ran"), "{}", failure.message);
        assert_eq!(found(folder.path()), ["policy=newer", "services/"]);
    }

    #[test]
    fn what_stands_in_the_way_is_refused() {
        let refused = |prepare: &dyn Fn(&Path), says: &str| {
            let (folder, plan) = planned();
            prepare(folder.path());
            let before = found(folder.path());
            let failure = plan.join_workspace().expect_err(says);
            assert!(failure.message.contains(says), "{}", failure.message);
            assert_eq!(found(folder.path()), before);
        };
        let write = |path: &'static str| {
            move |root: &Path| {
                fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("folders");
                fs::write(root.join(path), "mine").expect("a file");
            }
        };
        refused(&write("services/owl/main.txt"), "`services/owl/main.txt` exists already");
        refused(&write("protos/v1"), "`protos/v1` is no folder");
        #[cfg(unix)]
        refused(
            &|root| std::os::unix::fs::symlink("policy", root.join("protos")).expect("a link"),
            "`protos` is a link",
        );
    }

    #[test]
    fn a_whole_folder_appears_at_once_also_where_an_empty_one_was() {
        for empty in [false, true] {
            let (folder, mut plan) = planned();
            plan.root = folder.path().join("new");
            if empty {
                fs::create_dir(&plan.root).expect("a folder");
            }
            plan.become_workspace().map_err(|it| it.message).expect("it is written");
            assert_eq!(found(&plan.root).len(), 7);
            assert_eq!(found(folder.path()).len(), 10);
        }
    }
}
