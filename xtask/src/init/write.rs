//! Writing a plan: all of it, or nothing. What is changed or taken out is kept beside git's own files first.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{self, File, failed, missing_folders};
use super::plan::Step;
use crate::failure::Failure;
use crate::shell;

/// What was done and can be taken back.
enum Done<'s> {
    Folder(PathBuf),
    Wrote(&'s Step),
    Removed(&'s Step),
}

/// Refuses what cannot be written, before anything is.
pub(super) fn check(top: &Path, steps: &[Step]) -> Result<(), Failure> {
    for step in steps {
        if step.before.is_some() && disk::is_read_only(top, &step.path) {
            return Err(Failure::usage(format_args!(
                "`{}` is read-only; run `chmod u+w {}`, then this again",
                step.path,
                shell::word(&step.path)
            )));
        }
        if disk::read(top, &step.path)? != step.before {
            return Err(Failure::could_not_run(format_args!(
                "`{}` was changed while this ran; run it again",
                step.path
            )));
        }
    }
    Ok(())
}

/// Carries out the steps. What they change is kept in a new folder below `backups`, which is given back where there is
/// something to keep.
pub(super) fn carry_out(top: &Path, backups: &Path, steps: &[Step]) -> Result<Option<PathBuf>, Failure> {
    check(top, steps)?;
    let kept = keep(backups, steps)?;
    let mut done = Vec::new();
    for step in steps {
        if let Err(failure) = carry_out_one(top, step, &mut done) {
            return Err(taken_back(top, done, failure));
        }
    }
    // Folders that were ours alone go with their last file.
    for step in steps.iter().filter(|step| step.after.is_none()) {
        for above in Path::new(&step.path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
            if !step.folders.iter().any(|folder| Path::new(folder) == above)
                || fs::remove_dir(top.join(above)).is_err()
            {
                break;
            }
        }
    }
    Ok(kept)
}

fn carry_out_one<'s>(top: &Path, step: &'s Step, done: &mut Vec<Done<'s>>) -> Result<(), Failure> {
    let target = top.join(&step.path);
    let Some(after) = &step.after else {
        fs::remove_file(&target).map_err(failed("take out", &target))?;
        done.push(Done::Removed(step));
        return Ok(());
    };
    for folder in missing_folders(top, &step.path) {
        fs::create_dir(&folder).map_err(failed("make", &folder))?;
        done.push(Done::Folder(folder));
    }
    put(&target, after, step.before.is_some())?;
    done.push(Done::Wrote(step));
    Ok(())
}

/// Writes beside the place and moves it in, so that nobody ever sees half a file. What was there keeps its permissions.
fn put(target: &Path, file: &File, is_there: bool) -> Result<(), Failure> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let new = tempfile::Builder::new()
        .prefix(".gatefold-")
        .tempfile_in(folder)
        .map_err(failed("write to", folder))?;
    fs::write(new.path(), &file.content).map_err(failed("write", target))?;
    set_permissions(new.path(), target, file.executable, is_there).map_err(failed("write", target))?;
    new.persist(target).map_err(|error| failed("write", target)(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn set_permissions(new: &Path, old: &Path, executable: bool, is_there: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match is_there {
        true => fs::metadata(old)?.permissions().mode(),
        false => 0o644,
    };
    // Who may read it may run it.
    let mode = if executable { mode | (mode & 0o444) >> 2 } else { mode };
    fs::set_permissions(new, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_permissions(_: &Path, _: &Path, _: bool, _: bool) -> std::io::Result<()> {
    Ok(())
}

/// Copies what the steps change to a folder of its own.
fn keep(backups: &Path, steps: &[Step]) -> Result<Option<PathBuf>, Failure> {
    let changed: Vec<(&str, &File)> =
        steps.iter().filter_map(|step| Some((step.path.as_str(), step.before.as_ref()?))).collect();
    if changed.is_empty() {
        return Ok(None);
    }
    fs::create_dir_all(backups).map_err(failed("make", backups))?;
    let mut number = 1;
    let folder = loop {
        let folder = backups.join(format!("{number:04}"));
        match fs::create_dir(&folder) {
            Ok(()) => break folder,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(failed("make", &folder)(error)),
        }
    };
    for (path, file) in changed {
        let copy = folder.join(path);
        let above = copy.parent().unwrap_or(&folder);
        fs::create_dir_all(above).map_err(failed("make", above))?;
        fs::write(&copy, &file.content).map_err(failed("write", &copy))?;
    }
    Ok(Some(folder))
}

/// Takes back what was done, the last first.
fn taken_back(top: &Path, done: Vec<Done<'_>>, failure: Failure) -> Failure {
    let back = |step: &Done<'_>| match step {
        Done::Folder(folder) => fs::remove_dir(folder).is_err().then(|| folder.display().to_string()),
        Done::Wrote(step) | Done::Removed(step) => {
            let target = top.join(&step.path);
            let outcome = match &step.before {
                Some(before) => put(&target, before, target.exists()).is_err(),
                None => fs::remove_file(&target).is_err(),
            };
            outcome.then(|| step.path.clone())
        }
    };
    let left: Vec<String> = done.iter().rev().filter_map(back).collect();
    let message = match left.is_empty() {
        true => format!("{}; everything is as it was", failure.message),
        false => format!("{}; put back by hand: {}", failure.message, left.join(", ")),
    };
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(path: &str, before: Option<&str>, after: Option<&str>) -> Step {
        let (before, after) = (before.map(File::text), after.map(File::text));
        Step { path: path.to_owned(), before, after, why: String::new(), folders: Vec::new() }
    }

    /// Everything below a folder.
    fn found(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => found.extend(self::found(&path)),
                false => found.push(fs::read_to_string(&path).expect("text")),
            }
            found.push(path.file_name().expect("a name").to_string_lossy().into_owned());
        }
        found.sort();
        found
    }

    #[test]
    fn all_is_written_or_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let (top, backups) = (folder.path().join("top"), folder.path().join("backups"));
        fs::create_dir_all(top.join("stands")).expect("a folder");
        fs::write(top.join("kept"), "old").expect("a file");
        fs::write(top.join("gone"), "gone").expect("a file");
        let before = found(&top);
        let mut steps = vec![
            step("new/below/file", None, Some("new")),
            step("kept", Some("old"), Some("other")),
            step("gone", Some("gone"), None),
        ];
        // A name that is longer than any file's.
        steps.push(step(&"x".repeat(300), None, Some("never")));
        let failure = carry_out(&top, &backups, &steps).expect_err("the name is too long");
        assert!(failure.message.contains("File name too long"), "{}", failure.message);
        assert_eq!(found(&top), before);
        steps.pop();
        fs::write(top.join("kept"), "mine").expect("a file");
        let failure = carry_out(&top, &backups, &steps).expect_err("it was changed");
        assert!(failure.message.contains("changed while this ran"), "{}", failure.message);
        fs::write(top.join("kept"), "old").expect("a file");
        let kept = carry_out(&top, &backups, &steps)
            .map_err(|it| it.message)
            .expect("it is written")
            .expect("copies");
        assert_eq!(found(&top), ["below", "file", "kept", "new", "new", "other", "stands"]);
        assert_eq!(found(&kept), ["gone", "gone", "kept", "old"]);
    }

    #[test]
    fn a_failure_half_way_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let (top, backups) = (folder.path().join("top"), folder.path().join("backups"));
        fs::create_dir_all(top.join("stands/full")).expect("a folder");
        fs::write(top.join("kept"), "old").expect("a file");
        fs::write(top.join("gone"), "gone").expect("a file");
        let before = found(&top);
        let steps = [
            step("new/below/file", None, Some("new")),
            step("kept", Some("old"), Some("other")),
            step("gone", Some("gone"), None),
            // The first step makes it a file, so that nothing can lie below it.
            step("new/below/file/deeper", None, Some("never")),
        ];
        let failure = carry_out(&top, &backups, &steps).expect_err("a file is no folder");
        assert!(failure.message.ends_with("everything is as it was"), "{}", failure.message);
        assert_eq!(found(&top), before);
    }
}
