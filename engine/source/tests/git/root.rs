//! Where the root is, what lies around it, and folders without a repository.

use crate::repo::{LONG, Repo, paths, shown};
use findings::Exit;
use gatefold_source::{BaseRequest, Surroundings, find_root, open};

fn open_default(root: &std::path::Path) -> gatefold_source::Change {
    open(root, &BaseRequest::Default, &Surroundings::default()).unwrap()
}

#[test]
fn the_nearest_policy_is_the_root_then_the_workspace_then_the_repository() {
    let repo = Repo::new();
    let check = |start: &str, root: &str| {
        let found = find_root(&repo.path(start)).unwrap();
        assert_eq!(found, if root.is_empty() { repo.folder.clone() } else { repo.path(root) });
    };
    std::fs::create_dir_all(repo.path("ws/crates/a/src")).unwrap();
    std::fs::write(repo.folder.parent().unwrap().join("gatefold.yaml"), "").unwrap();
    check("ws/crates/a/src", "");
    repo.write("ws/crates/a/Cargo.toml", "[package]\n");
    check("ws/crates/a/src", "ws/crates/a");
    repo.write("ws/Cargo.toml", "workspace.members = [\"crates/*\"]\n");
    check("ws/crates/a/src", "ws");
    repo.write("gatefold.yaml", "");
    check("ws/crates/a/src", "");
    repo.write("ws/crates/gatefold.yaml", "");
    check("ws/crates/a/src", "ws/crates");
    assert_eq!(find_root(&repo.path("nowhere")).unwrap_err().exit(), Exit::Usage);
}

#[test]
fn a_root_below_the_repository_sees_its_own_files_and_keeps_the_wider_view() {
    let repo = Repo::with(&[("ci.yml", "1\n"), ("ws/a", LONG), ("ws/sub/b", "1\n"), ("wsx/c", LONG)]);
    repo.write("ci.yml", "2\n");
    repo.rename("wsx/c", "ws/c");
    repo.write("ws/sub/b", "2\n");
    let change = open_default(&repo.path("ws"));
    assert_eq!(paths(&change.head), ["a", "c", "sub/b"]);
    assert_eq!(paths(change.base.as_ref().unwrap()), ["a", "sub/b"]);
    assert_eq!(shown(&change.files), ["Added c 1-8", "Modified sub/b 1-1"]);
    assert_eq!(&*change.head.text("sub/b").unwrap(), "2\n");
    assert_eq!(&*change.base.unwrap().text("sub/b").unwrap(), "1\n");
    let wider = change.repository.unwrap();
    assert_eq!(wider.prefix, "ws");
    assert_eq!(paths(&wider.head), ["ci.yml", "ws/a", "ws/c", "ws/sub/b"]);
    assert_eq!(shown(&wider.files), ["Modified ci.yml 1-1", "Renamed ws/c < wsx/c", "Modified ws/sub/b 1-1"]);
    assert_eq!(&*wider.base.unwrap().text("ci.yml").unwrap(), "1\n");
    assert!(open_default(&repo.folder).repository.is_none());
}

#[test]
fn a_root_that_the_change_adds_or_removes_has_one_empty_side() {
    let repo = Repo::with(&[("old/a", "1\n")]);
    repo.write("new/b", "1\n");
    assert_eq!(shown(&open_default(&repo.path("new")).files), ["Added b 1-1"]);
    repo.remove("old/a");
    let change = open_default(&repo.path("old"));
    assert_eq!((shown(&change.files), paths(&change.head)), (vec!["Removed a".to_owned()], vec![]));
}

#[test]
fn a_path_with_spaces_and_other_letters_changes_nothing() {
    let repo = Repo::in_folder("mein Täglicher Mix ♫");
    repo.write_all(&[("dienste/für dich/a.rs", "1\n"), ("b", "1\n")]);
    repo.commit("first");
    repo.write("dienste/für dich/a.rs", "2\n");
    assert_eq!(shown(&open_default(&repo.folder).files), ["Modified dienste/für dich/a.rs 1-1"]);
    let change = open_default(&repo.path("dienste/für dich"));
    assert_eq!(shown(&change.files), ["Modified a.rs 1-1"]);
    assert_eq!(&*change.base.unwrap().text("a.rs").unwrap(), "1\n");
}

#[test]
fn a_linked_worktree_is_opened_like_any_other() {
    let repo = Repo::with(&[("lib/a", "1\n")]);
    repo.write("lib/a", "2\n");
    repo.commit("second");
    let linked = repo.folder.parent().unwrap().join("linked");
    repo.git.worktree("linked", &linked, None).unwrap();
    std::fs::write(linked.join("lib/a"), "3\n").unwrap();
    for root in [linked.clone(), linked.join("lib")] {
        let change = open_default(&root);
        let path = change.files[0].path.clone();
        assert_eq!(&*change.base.unwrap().text(&path).unwrap(), "2\n");
        assert_eq!(&*change.head.text(&path).unwrap(), "3\n");
    }
}

#[test]
fn a_plain_folder_is_all_head() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("src/a.rs", "1\n2\n");
    write("target", "a file of that name\n");
    // A module may be called as cargo's folder is.
    write("src/target/mod.rs", "1\n");
    write("sub/Cargo.toml", "[package]\n");
    for skipped in ["sub/target/x", "built/target/CACHEDIR.TAG", "node_modules/x", "sub/.git/x"] {
        write(skipped, "x");
    }
    let change = open_default(folder.path());
    let all =
        ["Added src/a.rs 1-2", "Added src/target/mod.rs 1-1", "Added sub/Cargo.toml 1-1", "Added target 1-1"];
    assert_eq!(shown(&change.files), all);
    assert_eq!((change.base_info.chosen.as_str(), change.base.is_none()), ("no repository", true));
    let ci = Surroundings { ci: true, ..Surroundings::default() };
    let error = open(folder.path(), &BaseRequest::Default, &ci).err().unwrap();
    assert_eq!(error.exit(), Exit::CouldNotRun);
    let given = BaseRequest::Revision("HEAD".to_owned());
    assert_eq!(open(folder.path(), &given, &ci).err().unwrap().exit(), Exit::Usage);
    let missing = folder.path().join("missing");
    assert_eq!(open(&missing, &BaseRequest::None, &ci).err().unwrap().exit(), Exit::Usage);
}

#[test]
fn a_root_that_the_repository_around_it_ignores_is_a_plain_folder() {
    let repo = Repo::with(&[(".gitignore", "build/\n")]);
    repo.write("build/copy/a.rs", "1\n");
    let change = open_default(&repo.path("build/copy"));
    assert_eq!(
        (shown(&change.files), change.base_info.chosen.as_str()),
        (vec!["Added a.rs 1-1".to_owned()], "no repository")
    );
}
