//! Links, pipes, names that are not UTF-8, repositories in repositories: never a hang, never silence.

use gatefold_source::{BaseRequest, ReadError, Surroundings, Tree, open, open_range};

use crate::repo::{LONG, Repo, link, paths, shown};

/// What reading each path gives on the disk and in the commit of the same files.
fn check_reads(repo: &Repo, expected: &[(&str, &str)]) {
    repo.commit("links");
    let disk = repo.open(&BaseRequest::None).unwrap().head;
    let commit = open_range(&repo.folder, &BaseRequest::None, "HEAD").unwrap().head;
    for (path, expected) in expected {
        assert_eq!(read(&disk, path), *expected, "`{path}` on the disk");
        assert_eq!(read(&commit, path), *expected, "`{path}` in the commit");
    }
}

fn read(tree: &Tree, path: &str) -> String {
    match tree.text(path) {
        Ok(text) => text.to_string(),
        Err(ReadError::Outside(_)) => "outside".to_owned(),
        Err(ReadError::Missing(_)) => "missing".to_owned(),
        Err(error) => error.to_string().split(": ").next().unwrap().to_owned(),
    }
}

#[test]
fn links_are_followed_inside_the_root_and_nowhere_else() {
    let repo = Repo::with(&[("src/a.rs", "a\n"), ("docs/x/deep.md", "deep\n")]);
    std::fs::write(repo.folder.parent().unwrap().join("secret"), "secret").unwrap();
    let links = [
        ("src/a.rs", "direct"),
        ("../src/./a.rs", "docs/up"),
        ("direct", "twice"),
        ("x", "docs/folder"),
        ("docs/folder/deep.md", "through"),
        ("../secret", "secret"),
        ("src/../../secret", "sly"),
        ("/etc/hostname", "absolute"),
        ("loop", "loop"),
        ("ping", "pong"),
        ("pong", "ping"),
        ("nowhere", "broken"),
    ];
    for (target, name) in links {
        link(target, repo.path(name));
    }
    check_reads(
        &repo,
        &[
            ("direct", "a\n"),
            ("docs/up", "a\n"),
            ("twice", "a\n"),
            ("through", "deep\n"),
            ("secret", "outside"),
            ("sly", "outside"),
            ("absolute", "outside"),
            ("docs/folder", "failed to read `docs/folder`"),
            ("docs/folder/deep.md", "missing"),
            ("loop", "failed to read `loop`"),
            ("ping", "failed to read `ping`"),
            ("broken", "failed to read `broken`"),
        ],
    );
}

#[test]
fn what_changes_behind_a_link_changes_the_link() {
    let repo = Repo::with(&[("shared/a.proto", "1\n2\n"), ("ws/b", "b\n"), ("ws/c", "c\n")]);
    for (target, name) in [
        ("../shared/a.proto", "ws/a.proto"),
        ("ws/a.proto", "twice"),
        ("ws/b", "same"),
        ("ws/c", "gone"),
        ("ws/d", "new"),
        ("folder/c", "moved"),
        ("../outside", "outside"),
    ] {
        link(target, repo.path(name));
    }
    link("ws", repo.path("folder"));
    repo.commit("links");
    repo.write("shared/a.proto", "1\n3\n");
    repo.write("ws/d", "d\n");
    repo.remove("ws/c");
    let changed = [
        "Modified gone",
        "Modified moved",
        "Modified new 1-1",
        "Modified shared/a.proto 2-2",
        "Modified twice 2-2",
        "Modified ws/a.proto 2-2",
        "Removed ws/c",
        "Added ws/d 1-1",
    ];
    assert_eq!(shown(&repo.change().files), changed);
    let narrow = open(&repo.path("ws"), &BaseRequest::Default, &Surroundings::default()).unwrap();
    assert_eq!(shown(&narrow.files), ["Removed c", "Added d 1-1"], "what leads out is not read");
    assert_eq!(shown(&narrow.repository.unwrap().files), changed);
}

#[test]
fn a_link_out_of_a_narrow_root_is_outside_of_it() {
    let repo = Repo::with(&[("AGENTS.md", "rules\n"), ("ws/a", "1\n")]);
    link("../AGENTS.md", repo.path("ws/AGENTS.md"));
    repo.commit("link");
    let change = open(&repo.path("ws"), &BaseRequest::Default, &Surroundings::default()).unwrap();
    assert_eq!(read(&change.head, "AGENTS.md"), "outside");
    assert_eq!(read(&change.repository.unwrap().head, "ws/AGENTS.md"), "rules\n");
}

#[test]
fn files_behind_a_folder_that_became_a_link_are_gone() {
    let repo = Repo::with(&[("src/a.rs", "a\n")]);
    let elsewhere = repo.folder.parent().unwrap().join("elsewhere");
    std::fs::rename(repo.path("src"), &elsewhere).unwrap();
    link(&elsewhere, repo.path("src"));
    let change = repo.change();
    assert_eq!(shown(&change.files), ["Added src 1-1", "Removed src/a.rs"]);
    assert_eq!(read(&change.head, "src"), "outside");
}

#[test]
fn a_pipe_is_no_file_and_never_opened() {
    let repo = Repo::with(&[("a.rs", "a\n"), ("b.rs", "b\n")]);
    repo.remove("a.rs");
    for pipe in ["a.rs", "c.rs"] {
        assert!(std::process::Command::new("mkfifo").arg(repo.path(pipe)).status().unwrap().success());
    }
    link("c.rs", repo.path("d.rs"));
    let change = repo.change();
    assert_eq!(shown(&change.files), ["Removed a.rs", "Added d.rs 1-1"]);
    assert_eq!(paths(&change.head), ["b.rs", "d.rs"]);
    assert_eq!(read(&change.head, "d.rs"), "failed to read `d.rs`");
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_listed_on_both_sides() {
    use std::os::unix::ffi::OsStrExt;
    let name = |bytes: &[u8]| std::path::PathBuf::from(std::ffi::OsStr::from_bytes(bytes));
    let repo = Repo::with(&[("a", "1\n")]);
    std::fs::write(repo.folder.join(name(b"b\xff.rs")), "1\n").unwrap();
    repo.commit("second");
    std::fs::write(repo.folder.join(name(b"c\xff.rs")), "1\n").unwrap();
    repo.write("a", "2\n");
    let change = repo.change();
    assert_eq!(change.base.unwrap().unreadable_names(), ["b\u{fffd}.rs"]);
    assert_eq!(change.head.unreadable_names(), ["b\u{fffd}.rs", "c\u{fffd}.rs"]);
    assert_eq!(shown(&change.files), ["Modified a 1-1"]);

    let plain = tempfile::tempdir().unwrap();
    std::fs::write(plain.path().join(name(b"d\xff")), "").unwrap();
    let change = open(plain.path(), &BaseRequest::None, &Surroundings::default()).unwrap();
    assert_eq!(change.head.unreadable_names(), ["d\u{fffd}"]);
}

#[test]
fn names_that_git_refuses_are_listed() {
    let repo = Repo::with(&[("a", "1\n")]);
    repo.write_all(&[("git~1", "x"), ("sub/git~1", "x"), ("ok", "1\n")]);
    let change = repo.change();
    assert_eq!(shown(&change.files), ["Added ok 1-1"]);
    assert_eq!(change.head.unreadable_names(), ["git~1", "sub/git~1"]);
}

#[test]
fn repositories_inside_are_named_and_not_read() {
    let repo = Repo::with(&[("a", "1\n")]);
    let inner = Repo::with(&[("x.rs", "1\n")]);
    for folder in ["untracked/inner", "module"] {
        std::fs::create_dir_all(repo.path("untracked")).unwrap();
        git2::Repository::clone(inner.folder.to_str().unwrap(), repo.path(folder)).unwrap();
    }
    let mut index = repo.git.index().unwrap();
    index.add_path("module".as_ref()).unwrap();
    index.write().unwrap();
    let change = repo.change();
    assert_eq!(paths(&change.head), ["a"]);
    assert_eq!(change.head.nested_repositories(), ["module", "untracked/inner"]);
    assert_eq!(shown(&change.files), ["Added module"]);
    let inside = open(&repo.path("module"), &BaseRequest::Default, &Surroundings::default()).unwrap();
    assert_eq!(paths(&inside.head), ["x.rs"]);
}

#[test]
fn a_file_that_is_too_large_has_changed_but_has_no_lines() {
    let repo = Repo::with(&[("a", "1\n")]);
    repo.write("big.rs", "x\n".repeat(5_000_000));
    for _ in 0..2 {
        let change = repo.open(&BaseRequest::Revision("main".to_owned())).unwrap();
        assert_eq!(shown(&change.files), ["Added big.rs"]);
        assert!(matches!(change.head.read("big.rs"), Err(ReadError::TooLarge { bytes: 10_000_000, .. })));
        repo.stage();
    }
}

#[test]
fn a_commit_whose_folders_multiply_is_refused() {
    let repo = Repo::with(&[("a", "1\n")]);
    let mut tree = repo.git.head().unwrap().peel_to_tree().unwrap().id();
    for _ in 0..12 {
        let mut folder = repo.git.treebuilder(None).unwrap();
        for name in 0..10 {
            folder.insert(name.to_string(), tree, 0o040_000).unwrap();
        }
        tree = folder.write().unwrap();
    }
    let head = repo.git.head().unwrap().peel_to_commit().unwrap();
    let tree = repo.git.find_tree(tree).unwrap();
    let who = head.author();
    repo.git.commit(Some("refs/heads/bomb"), &who, &who, "bomb", &tree, &[&head]).unwrap();
    let error = open_range(&repo.folder, &BaseRequest::None, "bomb").err().unwrap();
    assert!(error.to_string().contains("too many files"), "{error}");
}

#[test]
fn threads_read_one_commit_at_the_same_time() {
    let repo = Repo::with(&[("a", LONG), ("b", "b")]);
    let head = open_range(&repo.folder, &BaseRequest::None, "HEAD").unwrap().head;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| assert_eq!(&*head.text("a").unwrap(), LONG)));
        }
    });
}
