//! Repositories that are not as most are: a clear answer each, and never a pass for want of looking.

use std::fs;
use std::os::unix::fs::symlink;

use crate::base_judges::cheat;
use crate::workspace::{Workspace, run};

const CODE: &str = "src/lib.rs";

/// What it is called, how it is made, the status that the gate ends with, and what it says.
type Case = (&'static str, fn(&Workspace), i32, &'static str);

/// The gate ends with this status and says this, on whichever stream.
#[track_caller]
fn check(cases: &[Case]) {
    for (name, make, status, says) in cases {
        let it = Workspace::small();
        make(&it);
        let ran = it.run(&["gate", "--all"]);
        assert_eq!(ran.status, *status, "{name}: {ran}");
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains(says), "{name}: {says}: {ran}");
        assert!(!ran.stderr.contains("panicked"), "{name}: {ran}");
    }
}

/// A commit on a branch of its own that writes one file.
fn branch(it: &Workspace, name: &str, file: &str, text: &str) {
    it.git(&["switch", "--quiet", "--create", name, "main"]);
    it.write(file, text);
    it.commit(name);
    it.git(&["switch", "--quiet", "work"]);
}

#[test]
fn merges() {
    check(&[
        ("a merge of three that is honest", octopus, 0, "nothing new"),
        (
            "a merge of three with a cheat",
            |it| {
                branch(it, "three", "src/c.rs", "fn c() {}\n");
                cheat(it);
                it.commit("the cheat");
                octopus(it);
            },
            1,
            "test-deleted",
        ),
        (
            "a cheat that stands in the merge alone",
            |it| {
                octopus(it);
                cheat(it);
                it.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
            },
            1,
            "test-deleted",
        ),
        (
            "a conflict that nobody has settled",
            |it| {
                it.replace(CODE, ".max()", ".min()");
                it.commit("the lowest");
                it.git(&["switch", "--quiet", "main"]);
                it.replace(CODE, ".max()", ".last()");
                it.commit("the last");
                it.git(&["switch", "--quiet", "work"]);
                let merge =
                    it.command("git").args(["merge", "--quiet", "main"]).current_dir(it.root()).status();
                assert!(!merge.expect("git runs").success());
            },
            1,
            "unparsable-source",
        ),
        (
            "a conflict in the policy",
            |it| {
                it.write(
                    "gatefold.yaml",
                    "<<<<<<< ours\nmode: observe\n=======\nmode: enforce\n>>>>>>> theirs\n",
                )
            },
            2,
            "gatefold.yaml:",
        ),
        (
            "a conflict that was committed in a workflow",
            |it| {
                let workflow = it.read(".github/workflows/ci.yml");
                it.write(
                    ".github/workflows/ci.yml",
                    format!("<<<<<<< ours\n{workflow}=======\n>>>>>>> theirs\n"),
                );
            },
            1,
            "ci.yml",
        ),
    ]);
}

fn octopus(it: &Workspace) {
    branch(it, "one", "a.md", "a\n");
    branch(it, "two", "b.md", "b\n");
    it.git(&["merge", "--quiet", "--no-edit", "one", "two"]);
}

#[test]
fn files_that_one_side_has_another_way() {
    check(&[
        (
            "a folder with another name",
            |it| {
                it.git(&["mv", "src", "lib"]);
                it.append("Cargo.toml", "\n[lib]\npath = \"lib/lib.rs\"\n");
            },
            0,
            "nothing new",
        ),
        (
            "a folder with another name, and a cheat",
            |it| {
                cheat(it);
                it.git(&["mv", "src", "lib"]);
                it.append("Cargo.toml", "\n[lib]\npath = \"lib/lib.rs\"\n");
            },
            1,
            "test-deleted",
        ),
        ("a picture", |it| it.write("logo.png", b"\x89PNG\0\0\xff"), 0, "nothing new"),
        ("code that became binary", |it| it.write(CODE, b"\0\x01\x02\xff"), 1, "unreadable-file"),
        (
            "a zero byte in a comment, and a cheat",
            |it| {
                cheat(it);
                it.append(CODE, "// \0\n");
            },
            1,
            "test-deleted",
        ),
        ("code that does not parse any more", |it| it.append(CODE, "fn f( {\n"), 1, "unparsable-source"),
        (
            "code that parses again, and lost its tests",
            |it| {
                it.git(&["switch", "--quiet", "main"]);
                it.append(CODE, "fn f( {\n");
                it.commit("it does not parse");
                it.git(&["switch", "--quiet", "--force-create", "work"]);
                it.write(CODE, "//! Ranks.\n");
            },
            1,
            "unread-side",
        ),
        (
            "a folder that became a link",
            |it| {
                fs::rename(it.root().join("src"), it.outside().join("src")).expect("it is ours");
                symlink(it.outside().join("src"), it.root().join("src")).expect("a link");
            },
            1,
            "test-deleted",
        ),
        (
            "a folder that became a submodule",
            |it| {
                fs::rename(it.root().join("src"), it.outside().join("src")).expect("it is ours");
                submodule(it, "src");
                it.write("src/lib.rs", "//! Ranks.\n");
            },
            1,
            "test-deleted",
        ),
        ("a submodule that is new", |it| submodule(it, "vendored"), 0, "unread-submodule"),
    ]);
}

/// A submodule with one commit of its own.
fn submodule(it: &Workspace, path: &str) {
    it.git(&["clone", "--quiet", "--no-local", ".", path]);
    it.git(&["add", "--all"]);
}

#[test]
fn where_the_repository_stands() {
    check(&[
        (
            "a head that no branch names",
            |it| {
                cheat(it);
                it.commit("the cheat");
                it.append("README.md", "More.\n");
                it.commit("more");
                it.git(&["switch", "--quiet", "--detach"]);
            },
            1,
            "merge-base with main",
        ),
        ("an index that is none", |it| it.write(".git/index", "DIRC?"), 3, "index"),
        (
            "a base whose content is gone",
            |it| {
                it.git(&["config", "gc.auto", "0"]);
                let blob = it.git(&["rev-parse", "main:src/lib.rs"]);
                cheat(it);
                it.commit("the cheat");
                let blob = blob.trim();
                fs::remove_file(it.root().join(".git/objects").join(&blob[..2]).join(&blob[2..]))
                    .expect("it is loose");
            },
            3,
            "",
        ),
        (
            "a base whose folder is gone",
            |it| {
                let tree = it.git(&["rev-parse", "main^{tree}"]);
                cheat(it);
                it.commit("the cheat");
                let tree = tree.trim();
                fs::remove_file(it.root().join(".git/objects").join(&tree[..2]).join(&tree[2..]))
                    .expect("it is loose");
            },
            3,
            "",
        ),
        (
            "a head that leads nowhere",
            |it| it.write(".git/HEAD", "1234567890123456789012345678901234567890\n"),
            3,
            "HEAD",
        ),
        ("no store", |it| fs::remove_dir_all(it.root().join(".git/objects")).expect("it is ours"), 3, ""),
        (
            "a store elsewhere",
            |it| {
                it.git(&["config", "core.worktree", it.outside().to_str().expect("a path")]);
            },
            3,
            "has no working tree",
        ),
        (
            "no working tree",
            |it| {
                it.git(&["config", "core.bare", "true"]);
            },
            3,
            "has no working tree",
        ),
    ]);
}

#[test]
fn repositories_of_other_kinds() {
    let small = Workspace::small();
    for (kind, says) in [("--object-format=sha256", "sha256"), ("--ref-format=reftable", "ref")] {
        let it = Workspace::empty("repository");
        it.write("src/lib.rs", small.read("src/lib.rs"));
        let init = it.command("git").args(["init", "--quiet", kind, "."]).current_dir(it.root()).status();
        if !init.expect("git runs").success() {
            continue; // A git that does not know the kind yet.
        }
        it.append("src/lib.rs", "fn later() { todo!() }\n");
        let ran = run(&mut it.gatefold(&["gate"]));
        assert!(ran.status == 3 && ran.stderr.to_lowercase().contains(says), "{kind}: {ran}");
    }
    let bare = small.outside().join("bare.git");
    small.git(&["clone", "--quiet", "--bare", ".", bare.to_str().expect("a path")]);
    let ran = run(small.gatefold(&["gate"]).current_dir(&bare));
    assert!(ran.status == 3 && ran.stderr.contains("has no working tree"), "{ran}");
}

#[test]
fn a_clone_without_the_contents_of_the_base() {
    let it = Workspace::small();
    cheat(&it);
    it.commit("the cheat");
    it.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = it.outside().join("clone");
    let from = format!("file://{}", it.repository().display());
    it.git(&[
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--branch",
        "work",
        &from,
        clone.to_str().expect("a path"),
    ]);
    let ran = run(it.gatefold(&["gate", "--base", "origin/main"]).current_dir(&clone));
    assert!(ran.status == 1 || ran.status == 3, "{ran}");
    assert!(!ran.stdout.contains("pass:"), "{ran}");
}

#[test]
fn a_default_branch_of_another_name() {
    let it = Workspace::small_on("trunk");
    cheat(&it);
    it.commit("the cheat");
    let ran = it.run(&["gate"]);
    assert_eq!(ran.status, 1, "{ran}");
    it.append("README.md", "More.\n");
    it.commit("more");
    // Nothing says that the branch is the one: only the last commit is judged, and the report says why.
    let ran = it.run(&["gate"]);
    assert!(ran.status == 0 && ran.stdout.contains("found no default branch"), "{ran}");
    assert_eq!(it.run(&["gate", "--base", "trunk"]).status, 1);
    it.git(&["update-ref", "refs/remotes/origin/trunk", "trunk"]);
    it.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    assert_eq!(it.run(&["gate"]).status, 1);
}
