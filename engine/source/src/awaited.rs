//! What git waits for without end: pipes and devices in the place of files that it opens.

mod configured;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::Config;
use walkdir::WalkDir;

use crate::git_folder::{git_folder, shared_by_worktrees};
use crate::tree::NOT_WALKED;

/// What git opens in every folder that it looks through, and at the top.
const OPENED_BY_GIT: [&str; 3] = [".gitignore", ".gitattributes", ".gitmodules"];

/// What git opens in its own folder, at the top and in these folders with all that is below.
const OPENED_IN_GIT: [&str; 15] = [
    "FETCH_HEAD",
    "HEAD",
    "MERGE_HEAD",
    "ORIG_HEAD",
    "commondir",
    "config",
    "config.worktree",
    "gitdir",
    "index",
    "info/attributes",
    "info/exclude",
    "logs/HEAD",
    "objects/info/alternates",
    "packed-refs",
    "shallow",
];
const WALKED_IN_GIT: [&str; 3] = ["info", "logs", "refs"];

/// The most entries of folders that are looked at.
const MAX_ENTRIES: usize = 500_000;

/// Which of these list what there is, line by line, and are as large as the repository.
const LISTS: [&str; 5] = ["FETCH_HEAD", "index", "logs/HEAD", "packed-refs", "shallow"];

/// The largest list that git reads before anybody has waited for long, in bytes.
const MOST_OF_LIST: u64 = 512 * 1024 * 1024;

/// The same of what it takes apart, above all configuration, of which it reads some 10 MB a second.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The file that git waits for without end once it opens it: a pipe, a device or far too many bytes in the place of one that
/// it reads in its own folder, that its configuration leads to, or in every folder of a checkout. Whoever waits for git can find out here
/// why; `home` is the person's folder, where git looks for theirs.
pub fn what_git_waits_for(folder: &Path, home: Option<&Path>) -> Option<PathBuf> {
    let top = folder.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())?;
    let git = git_folders(top);
    opened_first(top, &git, folder, home)
        .or_else(|| git.iter().find_map(|git| waited_for_in_git(git)))
        .or_else(|| waited_for_below(top))
}

/// The same of what git opens for any checkout, whatever is asked of it: found at once, so that it is looked for before
/// a repository is opened. The person's folder is where git's library finds their configuration.
pub(crate) fn at_opening(top: &Path) -> Option<PathBuf> {
    let own = || Some(Config::find_global().ok()?.parent()?.to_owned());
    let home = own().or_else(|| Some(Config::find_xdg().ok()?.ancestors().nth(3)?.to_owned()));
    opened_first(top, &git_folders(top), top, home.as_deref())
}

/// The git folder of a checkout and the one that it shares with other worktrees, if there are any.
fn git_folders(top: &Path) -> Vec<PathBuf> {
    let Some(own) = git_folder(top) else { return Vec::new() };
    let shared = shared_by_worktrees(&own);
    let shared = shared.canonicalize().unwrap_or(shared);
    vec![own, shared]
}

fn opened_first(top: &Path, git: &[PathBuf], folder: &Path, home: Option<&Path>) -> Option<PathBuf> {
    let most = |name| if LISTS.contains(&name) { MOST_OF_LIST } else { MOST_BYTES };
    let in_git = git.iter().flat_map(|git| OPENED_IN_GIT.map(|name| (git.join(name), most(name))));
    let mut all = std::iter::once((top.join(".git"), MOST_BYTES)).chain(in_git);
    let found = all.find(|(file, most)| is_waited_for(file, *most)).map(|(file, _)| file);
    found.or_else(|| configured::first(git, [top, folder], home, &|file| is_waited_for(file, MOST_BYTES)))
}

fn waited_for_in_git(git: &Path) -> Option<PathBuf> {
    let walk = |name| WalkDir::new(git.join(name)).into_iter().take(MAX_ENTRIES).flatten();
    let mut short = WALKED_IN_GIT.into_iter().flat_map(walk).map(walkdir::DirEntry::into_path);
    short.find(|path| is_waited_for(path, MOST_OF_LIST)).or_else(|| {
        // Objects are many, may be large, and mostly are plain files, as the folder says itself.
        let odd = walk("objects").filter(|entry| !entry.file_type().is_file());
        odd.map(walkdir::DirEntry::into_path).find(|path| is_without_end(path))
    })
}

/// Whether opening a file, or what a link leads to, may take for ever, or reading it as good as that.
fn is_waited_for(file: &Path, most: u64) -> bool {
    is_without_end(file) || file.metadata().is_ok_and(|found| found.is_file() && found.len() > most)
}

/// The null device is read as an empty file, and is how people say that there is none.
fn is_without_end(file: &Path) -> bool {
    let is_null = || file.canonicalize().is_ok_and(|file| file == Path::new("/dev/null"));
    file.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()) && !is_null()
}

fn waited_for_below(top: &Path) -> Option<PathBuf> {
    let walk = WalkDir::new(top).into_iter().filter_entry(|entry| {
        let is_left_out = |name: &&str| entry.file_type().is_dir() && entry.file_name() == OsStr::new(name);
        entry.depth() == 0 || !NOT_WALKED.iter().any(is_left_out)
    });
    let opened = |name: &OsStr| OPENED_BY_GIT.iter().any(|opened| name == *opened);
    let found = walk.take(MAX_ENTRIES).flatten().filter(|entry| opened(entry.file_name()));
    found.map(walkdir::DirEntry::into_path).find(|path| is_waited_for(path, MOST_BYTES))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn pipe(file: &Path) {
        let made = Command::new("mkfifo").arg(file).status().expect("mkfifo runs");
        assert!(made.success());
    }

    #[test]
    fn what_git_would_wait_for_in_a_worktree_lies_elsewhere() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |path: &str| folder.path().join(path);
        for made in ["main/.git/worktrees/linked", "main/.git/info", "linked/src"] {
            std::fs::create_dir_all(at(made)).expect("a folder");
        }
        std::fs::write(at("linked/.git"), "gitdir: ../main/.git/worktrees/linked\n").expect("written");
        std::fs::write(at("main/.git/worktrees/linked/commondir"), "../..\n").expect("written");
        assert_eq!(what_git_waits_for(&at("linked/src"), None), None);
        for path in ["main/.git/worktrees/linked/index", "main/.git/info/exclude"] {
            pipe(&at(path));
            let found = what_git_waits_for(&at("linked/src"), None).and_then(|file| file.canonicalize().ok());
            assert_eq!(found, at(path).canonicalize().ok());
            std::fs::remove_file(at(path)).expect("removed");
        }
        std::fs::remove_file(at("linked/.git")).expect("removed");
        pipe(&at("linked/.git"));
        assert_eq!(what_git_waits_for(&at("linked/src"), None), Some(at("linked/.git")));
    }

    #[test]
    fn a_file_without_end_is_waited_for_and_one_without_anything_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join(".git/config");
        std::fs::create_dir_all(folder.path().join(".git")).expect("a folder");
        let check = |bytes: u64, expected: Option<&Path>| {
            let file = std::fs::File::create(&config).expect("made");
            file.set_len(bytes).expect("a file with nothing on the disk");
            assert_eq!(what_git_waits_for(folder.path(), None).as_deref(), expected, "{bytes}");
        };
        check(MOST_BYTES + 1, Some(&config));
        check(0, None);
        std::fs::write(&config, "[core]\n\texcludesFile = /dev/null\n").expect("written");
        symlink("/dev/null", folder.path().join(".gitignore")).expect("a link");
        assert_eq!(what_git_waits_for(folder.path(), None), None);
        symlink("/dev/zero", folder.path().join(".gitattributes")).expect("a link");
        assert!(what_git_waits_for(folder.path(), None).is_some());
    }

    #[test]
    fn what_the_configuration_leads_to_is_looked_at() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |path: &str| folder.path().join(path);
        for made in ["top/.git", "top/src", "home/.config/git", "elsewhere"] {
            std::fs::create_dir_all(at(made)).expect("a folder");
        }
        let included = "[core]\n\texcludesFile = src/pipe\n[include]\n\tpath = loop\n";
        std::fs::write(at("elsewhere/more"), included).expect("written");
        std::fs::write(at("elsewhere/loop"), "[include]\n\tpath = more\n").expect("written");
        std::fs::write(at("home/.gitconfig"), "[core] attributesFile = ~/attributes\n").expect("written");
        std::fs::write(at("top/.git/config"), "[include]\n\tpath = ../../elsewhere/more\n").expect("written");
        let found = || what_git_waits_for(&at("top/src"), Some(&at("home")));
        assert_eq!(found(), None);
        for path in ["top/src/pipe", "home/attributes", "home/.config/git/ignore", "elsewhere/loop"] {
            let _ = std::fs::rename(at(path), at("kept"));
            pipe(&at(path));
            let named = found().and_then(|file| file.canonicalize().ok());
            assert_eq!(named, at(path).canonicalize().ok(), "{path}");
            std::fs::remove_file(at(path)).expect("removed");
            let _ = std::fs::rename(at("kept"), at(path));
        }
    }

    #[test]
    fn what_git_would_wait_for_is_found_where_git_looks() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = folder.path();
        for below in [".git", "src/deep", "target", "node_modules/a"] {
            std::fs::create_dir_all(top.join(below)).expect("a folder");
        }
        std::fs::write(top.join(".gitignore"), "/target/\n").expect("written");
        for path in ["src/pipe.rs", "target/.gitignore", "node_modules/a/.gitignore", ".git/.gitignore"] {
            pipe(&top.join(path));
        }
        assert_eq!(what_git_waits_for(&top.join("src"), None), None);
        for path in ["src/deep/.gitattributes", ".gitmodules"] {
            pipe(&top.join(path));
            assert_eq!(what_git_waits_for(&top.join("src"), None), Some(top.join(path)));
            std::fs::remove_file(top.join(path)).expect("removed");
        }
        for path in [
            "shallow",
            "FETCH_HEAD",
            "info/exclude",
            "objects/info/alternates",
            "logs/HEAD",
            "refs/heads/a/b",
            "objects/ab/c",
        ] {
            let file = top.join(".git").join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            pipe(&file);
            assert_eq!(what_git_waits_for(top, None), Some(file.clone()));
            std::fs::remove_file(file).expect("removed");
        }
        pipe(&top.join(".git/somebodys.pipe"));
        assert_eq!(what_git_waits_for(top, None), None, "git opens no such file");
        symlink("pipe.rs", top.join("src/.gitignore")).expect("a link");
        assert_eq!(what_git_waits_for(top, None), Some(top.join("src/.gitignore")));
    }
}
