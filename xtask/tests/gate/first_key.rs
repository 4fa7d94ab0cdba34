//! Who approves and who judges, said before the first commit, and what becomes of it where it is said later.

use std::fs;
use std::path::PathBuf;

use crate::workspace::{Ran, Workspace, run};

const SIGNERS: &str = "approvals/allowed_signers";
const WORKFLOW: &str = ".github/workflows/gatefold.yml";
const MIRA: &str = "mira@example.com";

/// Where a workspace of its own will be, and beside it a key.
fn empty() -> (Workspace, PathBuf) {
    let workspace = Workspace::empty("night-radio");
    let file = workspace.outside().join("key");
    let mut keygen = workspace.command("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-C", "mira@laptop", "-N", "", "-f"]).arg(&file);
    assert!(keygen.status().expect("ssh-keygen runs").success());
    (workspace, file)
}

fn new_workspace(workspace: &Workspace, arguments: &[&str]) -> Ran {
    let mut command = workspace.gatefold(&["new", "workspace", "../night-radio"]);
    run(command.args(arguments).current_dir(workspace.outside()))
}

fn committed(workspace: &Workspace) {
    workspace.make_repository();
    workspace.commit("The workspace");
    assert_eq!(workspace.run(&["gate"]).status, 0, "{}", workspace.run(&["gate"]));
}

/// A fault that blocks, for somebody to approve.
fn unfinished(workspace: &Workspace) {
    workspace.append("crates/telemetry/src/clock.rs", "fn later() {\n    todo!();\n}\n");
}

fn public(file: &std::path::Path) -> String {
    fs::read_to_string(file.with_extension("pub")).expect("the public key")
}

#[test]
fn a_key_from_before_the_first_commit_approves_the_first_change() {
    let (workspace, file) = empty();
    let judge = format!("our/gatefold@{}", "a".repeat(40));
    let key = file.with_extension("pub").display().to_string();
    let said =
        new_workspace(&workspace, &["--signer", MIRA, &key, "--owner", "@our/team", "--judge", &judge]);
    assert_eq!(said.status, 0, "{said}");
    assert!(!said.stderr.contains("before the first commit"), "{said}");
    assert!(said.stdout.contains("gatefold hook install"), "{said}");
    assert!(said.stderr.contains("the keys of `approvals/allowed_signers` sign emergencies"), "{said}");
    let expected: Vec<&str> =
        [MIRA].into_iter().chain(public(&file).leak().split_whitespace().take(2)).collect();
    assert_eq!(workspace.read(SIGNERS), format!("{}\n", expected.join(" ")));
    assert_eq!(workspace.read(".github/CODEOWNERS"), "/approvals/ @our/team\n");
    assert!(workspace.read("gatefold.yaml").contains("\napprovals: owners\n"));
    assert!(workspace.read(WORKFLOW).contains("\n  JUDGE_REPOSITORY: our/gatefold\n"));
    committed(&workspace);

    unfinished(&workspace);
    assert_eq!(workspace.run(&["gate"]).status, 1);
    let key = file.to_str().expect("a path");
    let words = ["approve", "unfinished-code", "--reason", "later", "--by", MIRA, "--sign-with", key];
    let ran = workspace.run(&words);
    assert_eq!(ran.status, 0, "{ran}");
    workspace.commit("later");
    assert_eq!(workspace.run(&["gate"]).status, 0, "{}", workspace.run(&["gate"]));
}

#[test]
fn a_key_that_comes_late_is_told_how_a_person_brings_it() {
    let (workspace, file) = empty();
    let said = new_workspace(&workspace, &[]);
    assert!(said.stderr.contains("nobody may approve yet: before the first commit"), "{said}");
    assert!(said.stderr.contains("before the first commit set JUDGE_REPOSITORY"), "{said}");
    committed(&workspace);

    // Who judges is named late: that is stricter than nobody, and a person sees who it is.
    workspace.replace(WORKFLOW, "  JUDGE_REPOSITORY: \"\"\n", "  JUDGE_REPOSITORY: our/gatefold\n");
    workspace.replace(WORKFLOW, "  JUDGE_COMMIT: \"\"\n", &format!("  JUDGE_COMMIT: {}\n", "a".repeat(40)));
    let ran = workspace.run(&["gate"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("who judges is said for the first time: `JUDGE_REPOSITORY`"), "{ran}");
    assert!(
        ran.stdout.contains("help: leave it, and say in your final message which Gatefold that is"),
        "{ran}"
    );
    assert!(!ran.stdout.contains("put it back"), "{ran}");

    workspace.write(SIGNERS, format!("{MIRA} {}", public(&file)));
    let ran = workspace.run(&["gate"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("`mira@example.com` would be the first who may sign approvals"), "{ran}");
    assert!(
        ran.stdout.contains("a person who may merge past the gate first merges the change that"),
        "{ran}"
    );
    assert!(!ran.stdout.contains("--sign-with"), "{ran}");
    let listed = workspace.run(&["approve"]);
    assert!(listed.stdout.contains("    by nobody yet: the base has no"), "{listed}");
    assert!(!listed.stdout.contains("--sign-with"), "{listed}");
    let brief = workspace.run(&["review"]);
    assert!(brief.stdout.contains("may be approved, by nobody yet"), "{brief}");
    assert!(!brief.stdout.contains("--sign-with"), "{brief}");
}

#[test]
fn what_nobody_can_approve_is_not_written() {
    let (workspace, file) = empty();
    assert_eq!(new_workspace(&workspace, &[]).status, 0);
    committed(&workspace);
    unfinished(&workspace);
    let before = workspace.git(&["status", "--porcelain"]);
    let key = file.to_str().expect("a path");
    let words = ["approve", "unfinished-code", "--reason", "later", "--by", MIRA];
    for more in [&[][..], &["--sign-with", key]] {
        let ran = workspace.run(&[&words[..], more].concat());
        assert_eq!(ran.status, 2, "{ran}");
        assert!(
            ran.stderr.contains("nothing was written, since nobody can approve it yet: the base has no"),
            "{ran}"
        );
    }
    assert_eq!(workspace.git(&["status", "--porcelain"]), before);
}

#[test]
fn a_signer_is_a_name_and_a_public_key() {
    let (workspace, file) = empty();
    let check = |name: &str, key: &std::path::Path, says: &str| {
        let ran = new_workspace(&workspace, &["--signer", name, key.to_str().expect("a path")]);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(says), "{says}: {ran}");
    };
    let public = file.with_extension("pub");
    check(MIRA, &file, "that is the private key");
    check(MIRA, &workspace.outside().join("missing"), "the key cannot be read");
    check("mira example", &public, "");
    check("", &public, "");
    fs::write(workspace.outside().join("note"), "no key\n").expect("a file");
    check(MIRA, &workspace.outside().join("note"), "no key is read there");
}
