//! Head is the working tree as it is.

use crate::repo::{LONG, Repo, paths, shown};

/// Commits some files, does something to the working tree, and compares what `open` says of it, also where it is known
/// which files differ.
fn check(do_it: impl FnOnce(&Repo), changes: &[&str], head: &[&str]) {
    let repo = Repo::with(&[("a.rs", LONG), ("lib/b.rs", LONG), (".gitignore", "*.log\n")]);
    do_it(&repo);
    let change = repo.change();
    assert_eq!(change.base_info.chosen, "HEAD (working tree differs)");
    assert_eq!(shown(&change.files), changes);
    let among = repo.change_among(&change.unstaged);
    assert_eq!((shown(&among.files), paths(&among.head)), (shown(&change.files), paths(&change.head)));
    let expected: Vec<&str> = [".gitignore"].into_iter().chain(head.iter().copied()).collect();
    assert_eq!(paths(&change.head), expected);
    for path in paths(&change.head) {
        assert_eq!(*change.head.read(&path).unwrap(), *std::fs::read(repo.path(&path)).unwrap());
    }
}

#[test]
fn unstaged_edits_count() {
    let edit = |repo: &Repo| repo.write("a.rs", LONG.replace("two", "2").replace("eight\n", "8\n9\n"));
    check(edit, &["Modified a.rs 2-2 8-9"], &["a.rs", "lib/b.rs"]);
}

#[test]
fn where_it_is_known_what_differs_nothing_else_is_looked_at() {
    let repo = Repo::with(&[("a.rs", LONG), ("lib/b.rs", LONG)]);
    repo.write_all(&[("a.rs", "1\n"), ("lib/b.rs", "1\n"), ("lib/[ab].rs", "1\n"), ("new.rs", "1\n")]);
    let among = |known: &[&str]| shown(&repo.change_among(known.iter().map(ToString::to_string)).files);
    assert_eq!(among(&["a.rs"]), ["Modified a.rs 1-1"]);
    assert_eq!(among(&["new.rs", "gone.rs", "no\0name.rs"]), ["Added new.rs 1-1"]);
    assert_eq!(among(&["lib/[ab].rs"]), ["Added lib/[ab].rs 1-1"], "a path is no pattern");
    assert_eq!(
        among(&["lib"]),
        ["Added lib/[ab].rs 1-1", "Modified lib/b.rs 1-1"],
        "all that is in a folder"
    );
    assert_eq!(among(&[]), ["Added a.rs 1-8", "Added lib/b.rs 1-8"], "what was committed last");
}

#[test]
fn staged_edits_count_and_so_do_edits_on_top_of_them() {
    let edit = |repo: &Repo| {
        repo.write("a.rs", LONG.replace("two", "2"));
        repo.stage();
        repo.write("a.rs", LONG.replace("two", "2").replace("four", "4"));
    };
    check(edit, &["Modified a.rs 2-2 4-4"], &["a.rs", "lib/b.rs"]);
}

#[test]
fn untracked_files_are_added_unless_they_are_ignored() {
    let edit =
        |repo: &Repo| repo.write_all(&[("new/x.rs", "1\n2\n"), ("c.log", "noise"), ("new/d.log", "n")]);
    check(edit, &["Added new/x.rs 1-2"], &["a.rs", "lib/b.rs", "new/x.rs"]);
}

#[test]
fn removed_files_are_gone_staged_or_not() {
    let edit = |repo: &Repo| {
        repo.remove("lib/b.rs");
        repo.stage();
        repo.remove("a.rs");
    };
    check(edit, &["Removed a.rs", "Removed lib/b.rs"], &[]);
}

#[test]
fn a_moved_file_is_a_rename_before_git_knows_of_it() {
    let edit = |repo: &Repo| {
        repo.rename("a.rs", "lib/c.rs");
        repo.write("lib/c.rs", LONG.replace("three", "3"));
    };
    check(edit, &["Renamed lib/c.rs < a.rs 3-3"], &["lib/b.rs", "lib/c.rs"]);
}

#[test]
fn an_ignore_rule_hides_no_tracked_file() {
    let edit = |repo: &Repo| {
        repo.write(".gitignore", "*\n");
        repo.write("a.rs", LONG.replace("one", "1"));
    };
    check(edit, &["Modified .gitignore 1-1", "Modified a.rs 1-1"], &["a.rs", "lib/b.rs"]);
}

#[test]
fn a_file_that_only_the_index_lost_is_still_there() {
    let edit = |repo: &Repo| {
        let mut index = repo.git.index().unwrap();
        index.remove_path("a.rs".as_ref()).unwrap();
        index.write().unwrap();
        repo.write("lib/b.rs", LONG.replace("one", "1"));
    };
    check(edit, &["Modified lib/b.rs 1-1"], &["a.rs", "lib/b.rs"]);
}

#[test]
fn flags_that_hide_edits_from_git_hide_none_here() {
    for (flags, flags_extended) in [(0x8000, 0), (0x4000, 1 << 14)] {
        let edit = |repo: &Repo| {
            let mut index = repo.git.index().unwrap();
            let mut entry = index.get_path("a.rs".as_ref(), 0).unwrap();
            (entry.flags, entry.flags_extended) =
                (entry.flags | flags, entry.flags_extended | flags_extended);
            index.add(&entry).unwrap();
            index.write().unwrap();
            repo.write("a.rs", LONG.replace("two", "2"));
        };
        check(edit, &["Modified a.rs 2-2"], &["a.rs", "lib/b.rs"]);
    }
}

#[test]
fn what_a_sparse_checkout_left_out_is_read_from_git() {
    let repo = Repo::with(&[("a.rs", LONG), ("lib/b.rs", "b")]);
    let mut index = repo.git.index().unwrap();
    let mut entry = index.get_path("lib/b.rs".as_ref(), 0).unwrap();
    (entry.flags, entry.flags_extended) = (entry.flags | 0x4000, 1 << 14);
    index.add(&entry).unwrap();
    index.write().unwrap();
    repo.remove("lib/b.rs");
    repo.write("a.rs", "other");
    let change = repo.change();
    assert_eq!(shown(&change.files), ["Modified a.rs 1-1"]);
    assert_eq!(&*change.head.text("lib/b.rs").unwrap(), "b");
}

#[test]
fn an_announced_file_is_added_with_its_content() {
    let edit = |repo: &Repo| {
        repo.write("c.rs", "1\n2\n");
        let mut index = repo.git.index().unwrap();
        let mut entry = index.get_path("a.rs".as_ref(), 0).unwrap();
        entry.path = b"c.rs".to_vec();
        (entry.flags, entry.flags_extended) = (4 | 0x4000, 1 << 13);
        index.add(&entry).unwrap();
        index.write().unwrap();
    };
    check(edit, &["Added c.rs 1-2"], &["a.rs", "c.rs", "lib/b.rs"]);
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let edit = |repo: &Repo| {
        repo.remove("a.rs");
        repo.write("a.rs/x", "x\n");
        repo.remove("lib/b.rs");
        std::fs::remove_dir(repo.path("lib")).unwrap();
        repo.write("lib", "y\n");
    };
    let changes = ["Removed a.rs", "Added a.rs/x 1-1", "Added lib 1-1", "Removed lib/b.rs"];
    check(edit, &changes, &["a.rs/x", "lib"]);
}

#[test]
fn a_conflict_is_judged_as_it_lies_on_the_disk() {
    let edit = |repo: &Repo| {
        let mut index = repo.git.index().unwrap();
        let entry = index.get_path("a.rs".as_ref(), 0).unwrap();
        index.remove_path("a.rs".as_ref()).unwrap();
        for stage in 1..=3 {
            let mut side = git2::IndexEntry { path: entry.path.clone(), ..copy(&entry) };
            side.flags = 4 | (stage << 12);
            index.add(&side).unwrap();
        }
        index.write().unwrap();
        repo.write("a.rs", LONG.replace("two", "<<<<<<<\n2\n=======\ntwo\n>>>>>>>"));
    };
    check(edit, &["Modified a.rs 2-4 6-6"], &["a.rs", "lib/b.rs"]);
}

#[test]
fn build_folders_are_left_out_without_an_ignore_file() {
    let edit = |repo: &Repo| {
        repo.write_all(&[("Cargo.toml", ""), ("in/Cargo.toml", "")]);
        repo.stage();
        repo.write_all(&[("target/x.rs", ""), ("in/target/x.rs", ""), ("in/node_modules/x.js", "")]);
        repo.write("lib/target/mod.rs", "1\n");
    };
    let changes = ["Added Cargo.toml", "Added in/Cargo.toml", "Added lib/target/mod.rs 1-1"];
    check(edit, &changes, &["Cargo.toml", "a.rs", "in/Cargo.toml", "lib/b.rs", "lib/target/mod.rs"]);
}

#[test]
fn a_binary_file_has_no_lines() {
    let edit = |repo: &Repo| repo.write("model.onnx", b"\x08\x00\n\n\x01");
    check(edit, &["Added model.onnx"], &["a.rs", "lib/b.rs", "model.onnx"]);
}

#[test]
fn a_touched_file_with_the_same_content_has_not_changed() {
    let repo = Repo::with(&[("a.rs", LONG)]);
    repo.write("a.rs", LONG);
    let change = repo.change();
    assert_eq!((change.base_info.chosen.as_str(), change.head_commit.unwrap().len()), ("first commit", 40));
}

#[test]
fn a_commit_alone_is_read_from_git() {
    let repo = Repo::with(&[("a.rs", "1\n")]);
    repo.write_all(&[("a.rs", "2\n"), ("b.rs", "1\n")]);
    repo.commit("second");
    repo.write("a.rs", "3\n");
    let change = gatefold_source::open_range(&repo.folder, &Default::default(), "main").unwrap();
    assert_eq!(change.base_info.chosen, "first parent");
    assert_eq!(shown(&change.files), ["Modified a.rs 1-1", "Added b.rs 1-1"]);
    assert_eq!(&*change.head.text("a.rs").unwrap(), "2\n");
    assert_eq!(&*change.base.unwrap().text("a.rs").unwrap(), "1\n");
}

fn copy(entry: &git2::IndexEntry) -> git2::IndexEntry {
    git2::IndexEntry {
        ctime: entry.ctime,
        mtime: entry.mtime,
        dev: entry.dev,
        ino: entry.ino,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        file_size: entry.file_size,
        id: entry.id,
        flags: entry.flags,
        flags_extended: entry.flags_extended,
        path: entry.path.clone(),
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_can_no_longer_be_run_or_became_a_link_says_so() {
    use gatefold_source::Mode;
    use std::os::unix::fs::PermissionsExt;

    let repo = Repo::with(&[("a.rs", LONG), ("run", "true\n"), ("same", "true\n")]);
    let allow = |bits: u32| {
        std::fs::set_permissions(repo.path("run"), std::fs::Permissions::from_mode(bits)).unwrap();
    };
    allow(0o755);
    repo.commit("runs");
    allow(0o644);
    repo.remove("same");
    crate::repo::link("a.rs", repo.path("same"));
    let change = repo.change();
    assert_eq!(change.file("run").unwrap().modes, Some((Mode::Executable, Mode::Plain)));
    assert_eq!(change.file("same").unwrap().modes, Some((Mode::Plain, Mode::Link)));
    allow(0o755);
    assert!(repo.change().file("run").is_none());
}

#[test]
fn a_folder_that_goes_or_comes_is_seen_beside_names_that_sort_before_it() {
    let repo = Repo::with(&[("a/x.rs", "1\n"), ("a-b", "1\n"), ("a-c", "1\n"), ("c-d", "1\n")]);
    repo.remove("a/x.rs");
    repo.write_all(&[("a-b", "2\n"), ("c/y.rs", "3\n"), ("c-d", "2\n")]);
    let expected = ["Modified a-b 1-1", "Removed a/x.rs", "Modified c-d 1-1", "Added c/y.rs 1-1"];
    assert_eq!(shown(&repo.change().files), expected);
}
