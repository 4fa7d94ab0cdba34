//! Git's own hooks through the real git: what is staged and what is pushed, judged by the real binary.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::workspace::{Ran, Workspace, run, run_with};

const LIB: &str = "src/lib.rs";
const BLOCKS: &str =
    "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";
const QUIET: &str =
    "\n/// The worst.\npub fn worst(scores: &[u32]) -> Option<u32> {\n    scores.iter().copied().min()\n}\n";

/// A small crate whose hooks are wired by the shipped files, with the binary installed.
fn wired() -> Workspace {
    let workspace = Workspace::small();
    let ci = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci");
    let hooks = workspace.repository().join(".git/hooks");
    for (from, to) in [
        ("claude-code/gatefold-hook", workspace.root().join(".claude/gatefold-hook")),
        ("git-hooks/pre-commit", hooks.join("pre-commit")),
        ("git-hooks/pre-push", hooks.join("pre-push")),
    ] {
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(ci.join(from), &to).expect("a copy");
        fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.commit("the launcher");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    assert_eq!(workspace.run(&["hook", "install"]).status, 0);
    workspace
}

fn git(workspace: &Workspace, arguments: &[&str]) -> Ran {
    run(workspace.command("git").current_dir(workspace.root()).args(arguments))
}

#[track_caller]
fn commit(workspace: &Workspace, arguments: &[&str], is_blocked: bool) -> String {
    let ran = git(workspace, &[&["commit", "--quiet", "-m", "x"], arguments].concat());
    assert_eq!(ran.status != 0, is_blocked, "{ran}");
    assert_eq!(ran.stderr.contains("error[blocking-in-async]"), is_blocked, "{ran}");
    ran.stderr
}

#[test]
fn a_commit_is_judged_by_what_is_staged() {
    let workspace = wired();
    workspace.append(LIB, BLOCKS);
    workspace.git(&["add", LIB]);
    let said = commit(&workspace, &[], true);
    assert!(said.contains("1 finding blocks this commit") && said.contains("src/lib.rs:"), "{said}");

    // The working tree is mended, the index is not; and the other way round.
    workspace.git(&["stash", "--quiet", "--keep-index"]);
    workspace.replace(LIB, BLOCKS, "");
    commit(&workspace, &[], true);
    workspace.git(&["add", LIB]);
    workspace.append(LIB, BLOCKS);
    workspace.write("note", "");
    workspace.git(&["add", "note"]);
    assert_eq!(commit(&workspace, &[], false), "");

    // A commit of everything takes an index of its own.
    commit(&workspace, &["--all"], true);
    commit(&workspace, &[LIB], true);
    workspace.replace(LIB, BLOCKS, QUIET);
    commit(&workspace, &[LIB], false);
    // Nothing staged, nothing to judge.
    assert_eq!(commit(&workspace, &["--allow-empty"], false), "");
}

#[test]
fn a_commit_is_not_blocked_for_what_earlier_ones_brought() {
    let workspace = wired();
    workspace.append(LIB, BLOCKS);
    workspace.commit("unseen");
    workspace.write("note", "");
    workspace.git(&["add", "note"]);
    let said = commit(&workspace, &[], false);
    assert!(said.contains("1 finding that earlier commits bring"), "{said}");
    workspace.append(LIB, QUIET);
    commit(&workspace, &["--all"], true);
}

#[test]
fn a_policy_that_observes_tells_and_blocks_nothing() {
    let workspace = wired();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", "mode: observe\n");
    workspace.commit("observe");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.append(LIB, BLOCKS);
    let ran = git(&workspace, &["commit", "--quiet", "--all", "-m", "x"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stderr.contains("1 finding would block this commit"), "{ran}");
}

#[test]
fn a_merge_and_a_first_commit_are_let_through() {
    let workspace = wired();
    workspace.append(LIB, BLOCKS);
    workspace.commit("ours");
    workspace.git(&["switch", "--quiet", "-c", "theirs", "main"]);
    workspace.append(LIB, QUIET);
    workspace.commit("theirs");
    assert_ne!(git(&workspace, &["merge", "work"]).status, 0, "they conflict");
    workspace.write(LIB, "//! Merged.\n");
    let said = commit(&workspace, &["--all"], false);
    assert!(said.contains("a merge is not judged when it is committed"), "{said}");

    let fresh = Workspace::uncommitted("fresh", "");
    let ran = fresh.run(&["hook", "git", "pre-commit"]);
    assert_eq!((ran.status, &*ran.stderr), (0, ""), "{ran}");
}

#[test]
fn a_push_is_judged_by_what_it_brings() {
    let workspace = wired();
    let there = workspace.outside().join("there.git");
    let remote = there.to_str().expect("UTF-8");
    workspace.git(&["init", "--quiet", "--bare", remote]);
    workspace.git(&["remote", "add", "origin", remote]);
    let push = |arguments: &[&str], is_blocked: bool| {
        let ran = git(&workspace, &[&["push", "--quiet", "origin"], arguments].concat());
        assert_eq!(ran.status != 0, is_blocked, "{arguments:?}: {ran}");
        ran.stderr
    };
    push(&["main"], false);
    workspace.append(LIB, BLOCKS);
    workspace.commit("blocks");
    // What lies in the working tree is not pushed.
    workspace.replace(LIB, BLOCKS, "");
    let said = push(&["work"], true);
    assert!(said.contains("1 finding blocks `work`"), "{said}");
    push(&["main", "work:other"], true);
    push(&["main:other"], false);
    push(&["--delete", "other"], false);
    workspace.git(&["commit", "--quiet", "--no-verify", "--all", "-m", "mended"]);
    assert_eq!(push(&["work"], false), "");
    assert_eq!(push(&["work"], false), "", "nothing is pushed");
    push(&["--all"], false);
}

#[test]
fn what_cannot_be_looked_at_is_said_and_passes() {
    let workspace = wired();
    let none = "0".repeat(40);
    let gone = "1".repeat(40);
    for (arguments, input, status, said) in [
        (&["git", "pre-push"][..], format!("refs/heads/x {gone} refs/heads/x {none}\n"), 0, "could not look"),
        (&["git", "pre-push", "origin", "url"], String::new(), 0, ""),
        (&["git", "pre-push"], "garbage\n".to_owned(), 0, ""),
        (&["git", "pre-push"], "\u{0}".repeat(2_000_000), 0, ""),
        (&["git", "post-merge"], String::new(), 0, "are known, not `post-merge`"),
        (&["git"], String::new(), 0, "not `nothing`"),
        (&["git", "--help"], String::new(), 0, ""),
    ] {
        let ran = workspace.run_with(&[&["hook"], arguments].concat(), input.as_bytes());
        assert_eq!(ran.status, status, "{arguments:?}: {ran}");
        assert!(
            ran.stderr.contains(said) && ran.stderr.is_empty() == said.is_empty(),
            "{arguments:?}: {ran}"
        );
    }
    let outside =
        run_with(workspace.gatefold(&["hook", "git", "pre-commit"]).current_dir(workspace.outside()), b"");
    assert_eq!(outside.status, 0, "{outside}");
    workspace.write("gatefold.yaml", "lints: [\n");
    let ran = git(&workspace, &["commit", "--all", "-m", "x"]);
    assert!(ran.status == 1 && ran.stderr.contains("gatefold.yaml"), "an invalid policy blocks: {ran}");

    // Without its binary a hook blocks nothing.
    fs::remove_dir_all(workspace.repository().join(".git/gatefold")).expect("it is ours");
    let mut command = workspace.command("git");
    let command = command.current_dir(workspace.root()).env("PATH", "/usr/bin:/bin");
    let ran = run(command.args(["commit", "--all", "-m", "x"]));
    assert!(ran.status == 0 && ran.stderr.contains("no binary is installed"), "{ran}");
}
