//! Nothing of a repository is executed, nothing is written to it, and its settings do not change what is seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatefold_source::{BaseRequest, Surroundings, open};

use crate::repo::{LONG, Repo, link, paths, shown};

/// A repository in which everything that git could run leaves a mark when it runs.
fn hostile() -> (Repo, PathBuf) {
    let repo = Repo::with(&[("a.rs", LONG), ("b.rs", "b\n"), ("c.txt", "$Id$\n")]);
    let mark = repo.folder.parent().unwrap().join("it-ran");
    let script = repo.folder.parent().unwrap().join("run.sh");
    std::fs::write(&script, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", mark.display())).unwrap();
    executable(&script);
    let run = script.to_str().unwrap();
    for key in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.command",
        "diff.evil.textconv",
        "diff.external",
        "merge.evil.driver",
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.askPass",
        "credential.helper",
        "gpg.program",
        "alias.status",
        "uploadpack.packObjectsHook",
        "core.gitProxy",
    ] {
        repo.config(key, run);
    }
    repo.config("filter.evil.required", "true");
    let hooks = repo.git.path().join("hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    for hook in
        ["post-index-change", "fsmonitor-watchman", "post-checkout", "pre-commit", "reference-transaction"]
    {
        std::fs::copy(&script, hooks.join(hook)).unwrap();
        executable(&hooks.join(hook));
    }
    repo.config("core.hooksPath", hooks.to_str().unwrap());
    repo.write(".gitattributes", "* filter=evil diff=evil merge=evil\n*.txt ident\n");
    repo.write(".lfsconfig", "[lfs]\nurl = http://127.0.0.1:1/\n");
    (repo, mark)
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Content and date of every file below a folder.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let modified = entry.metadata().unwrap().modified().unwrap();
            (entry.path().to_owned(), (std::fs::read(entry.path()).unwrap(), modified))
        })
        .collect()
}

#[test]
fn filters_hooks_and_drivers_do_not_run_and_the_result_is_right() {
    let (repo, mark) = hostile();
    repo.write("a.rs", LONG.replace("two", "2"));
    repo.remove("b.rs");
    repo.write("d.rs", "d\n");
    let changes = [".gitattributes 1-2", ".lfsconfig 1-2", "a.rs 2-2", "b.rs", "d.rs 1-1"].into_iter();
    let kinds = ["Added", "Added", "Modified", "Removed", "Added"];
    let expected: Vec<String> =
        kinds.into_iter().zip(changes).map(|(kind, file)| format!("{kind} {file}")).collect();
    for request in [BaseRequest::Default, BaseRequest::Revision("main".to_owned())] {
        let change = repo.open(&request).unwrap();
        assert_eq!(shown(&change.files), expected);
        assert_eq!(&*change.head.text("a.rs").unwrap(), LONG.replace("two", "2"));
        assert_eq!(&*change.base.unwrap().text("a.rs").unwrap(), LONG);
    }
    assert!(!mark.exists(), "{}", std::fs::read_to_string(&mark).unwrap());
}

#[test]
fn nothing_is_written_to_the_repository() {
    let (repo, _) = hostile();
    repo.write("a.rs", LONG.replace("two", "2"));
    repo.write("new.rs", "new\n");
    let before = state(&repo.folder);
    repo.change();
    repo.open(&BaseRequest::None).unwrap();
    assert_eq!(before, state(&repo.folder));
}

#[test]
fn a_repository_that_the_tree_brings_along_is_not_asked() {
    let repo = Repo::with(&[("ws/a.rs", LONG)]);
    let planted = git2::Repository::init_bare(repo.path("ws")).unwrap();
    planted.config().unwrap().set_bool("core.bare", false).unwrap();
    planted.config().unwrap().set_str("core.worktree", repo.path("ws").to_str().unwrap()).unwrap();
    let root = repo.path("ws");
    let change = open(&root, &BaseRequest::Default, &Surroundings::default()).unwrap();
    assert_eq!(change.repository.unwrap().prefix, "ws");
    assert!(change.head.contains("HEAD"));
}

#[test]
fn a_root_that_became_a_link_is_refused() {
    let repo = Repo::with(&[("ws/in/a.rs", LONG), ("lax/in/a.rs", "a\n")]);
    std::fs::rename(repo.path("ws"), repo.path("was")).unwrap();
    link("lax", repo.path("ws"));
    for root in ["ws", "ws/in"] {
        let error = open(&repo.path(root), &BaseRequest::Default, &Surroundings::default()).err().unwrap();
        assert!(error.to_string().contains("is a link inside the repository"), "{error}");
    }
    let outside = repo.folder.parent().unwrap().join("shortcut");
    link(repo.path("was"), &outside);
    let change = open(&outside, &BaseRequest::Default, &Surroundings::default()).unwrap();
    assert_eq!(paths(&change.head), ["in/a.rs"]);
}

#[test]
fn a_repository_of_another_user_is_refused_with_the_way_out() {
    let repo = Repo::with(&[("lib/a", "1\n")]);
    // Only root can give a file away; elsewhere there is nothing to see.
    for folder in [repo.folder.as_path(), repo.git.path()] {
        if std::os::unix::fs::chown(folder, Some(12_345), None).is_err() {
            return;
        }
    }
    let error = open(&repo.path("lib"), &BaseRequest::None, &Surroundings::default()).err().unwrap();
    let way_out = format!("safe.directory '{}'`", repo.folder.display());
    assert!(error.to_string().ends_with(&way_out), "{error}");
}

#[test]
fn settings_of_the_repository_do_not_hide_a_change() {
    let repo = Repo::with(&[("a.rs", LONG), ("b.rs", LONG)]);
    for (key, value) in [
        ("status.showUntrackedFiles", "no"),
        ("diff.renames", "false"),
        ("diff.renameLimit", "1"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.context", "9"),
        ("core.ignoreStat", "true"),
        ("core.trustctime", "false"),
        ("core.checkStat", "minimal"),
        ("core.untrackedCache", "true"),
        ("core.preloadIndex", "true"),
        ("core.safecrlf", "true"),
        ("core.bigFileThreshold", "1"),
    ] {
        repo.config(key, value);
    }
    repo.write("a.rs", LONG.replace("two", "2\r"));
    repo.rename("b.rs", "c.rs");
    repo.write("d.rs", "d\n");
    assert_eq!(shown(&repo.change().files), ["Modified a.rs 2-2", "Renamed c.rs < b.rs", "Added d.rs 1-1"]);
}

#[test]
fn a_checkout_with_converted_line_ends_has_not_changed() {
    let repo = Repo::with(&[("a.rs", LONG), (".gitattributes", "*.rs text eol=crlf\n")]);
    repo.config("core.autocrlf", "true");
    repo.write("a.rs", LONG.replace('\n', "\r\n"));
    let change = repo.open(&BaseRequest::Revision("main".to_owned())).unwrap();
    assert_eq!(shown(&change.files), Vec::<String>::new());
    // What is judged is what lies on the disk.
    assert_eq!(&*change.head.text("a.rs").unwrap(), LONG.replace('\n', "\r\n"));
    repo.write("a.rs", LONG.replace('\n', "\r\n").replace("two", "2"));
    assert_eq!(shown(&repo.change().files), ["Modified a.rs 2-2"]);
}

#[test]
fn a_setting_that_refuses_mixed_line_ends_refuses_nothing_here() {
    let repo = Repo::with(&[("a.rs", LONG)]);
    repo.config("core.autocrlf", "input");
    repo.config("core.safecrlf", "true");
    repo.write("a.rs", LONG.replace("two\n", "2\r\n"));
    let change = repo.change();
    assert_eq!(paths(&change.head), ["a.rs"]);
    assert!(change.touched("a.rs"));
}

#[test]
fn an_edit_that_keeps_size_and_date_is_seen() {
    let repo = Repo::with(&[("a.rs", LONG)]);
    let modified = std::fs::metadata(repo.path("a.rs")).unwrap().modified().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    repo.stage();
    repo.write("a.rs", LONG.replace("two", "TWO"));
    std::fs::File::options().write(true).open(repo.path("a.rs")).unwrap().set_modified(modified).unwrap();
    assert_eq!(shown(&repo.change().files), ["Modified a.rs 2-2"]);
}
