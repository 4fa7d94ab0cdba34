//! A changed ranking needs someone whom the base trusts, and what they signed passes nothing else.

use std::fs;
use std::path::PathBuf;

use crate::workspace::{Ran, Verdict, Workspace};

const SIGNERS: &str = "approvals/allowed_signers";

/// The reference workspace with an owner whom its base trusts.
struct Owned {
    workspace: Workspace,
    key: PathBuf,
}

/// A new key and its line for `allowed_signers`.
fn key(workspace: &Workspace, name: &str) -> (PathBuf, String) {
    let file = workspace.outside().join(name);
    let mut keygen = workspace.command("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file);
    assert!(keygen.status().expect("ssh-keygen runs").success());
    let public = fs::read_to_string(file.with_extension("pub")).expect("the public key");
    (file, format!("owner@example namespaces=\"gatefold-approval\" {public}"))
}

impl Owned {
    fn new() -> Owned {
        let workspace = Workspace::new();
        let (key, line) = key(&workspace, "owner");
        workspace.git(&["switch", "--quiet", "main"]);
        workspace.write(SIGNERS, line);
        workspace.commit("trust the owner");
        workspace.git(&["switch", "--quiet", "--force-create", "work"]);
        Owned { workspace, key }
    }

    /// With the first and the second item of a ranking in each other's place.
    fn with_change() -> Owned {
        let owned = Owned::new();
        owned.swap(0);
        owned
    }

    /// With the change, approved and signed by the owner.
    fn with_approval() -> Owned {
        let owned = Owned::with_change();
        owned.approve(&["--by", "owner@example"]);
        owned
    }

    /// Swaps the two best items of the ranking on this place of the recording, and commits it.
    fn swap(&self, entry: usize) {
        self.workspace.swap_best(entry);
        self.workspace.commit("another ranking");
    }

    /// Approves what blocks with the owner's key, and commits the approval.
    fn approve(&self, more: &[&str]) {
        self.approve_with(&self.key, more);
    }

    fn approve_with(&self, key: &std::path::Path, more: &[&str]) {
        let key = key.to_str().expect("a path");
        let ran = self.run(&[&["--sign-with", key], more].concat());
        assert!(ran.stderr.contains("signed it as"), "{ran}");
        assert_eq!(ran.status == 0, !ran.stderr.contains("but it will not count"), "{ran}");
        self.workspace.commit("approve it");
    }

    fn request(&self, more: &[&str]) -> Ran {
        let ran = self.run(more);
        assert_eq!(ran.status, 0, "{ran}");
        self.workspace.commit("approve it");
        ran
    }

    fn run(&self, more: &[&str]) -> Ran {
        let words = ["approve", "ranking-changed", "--reason", "the new order was meant"];
        self.workspace.run(&[&words, more].concat())
    }

    /// The file of the approval, from the root.
    fn approval(&self) -> String {
        let files = self.workspace.git(&["ls-files", "approvals/*.yaml"]);
        assert_eq!(files.lines().count(), 1, "{files}");
        files.trim().to_owned()
    }

    fn passes(&self) {
        let verdict = self.workspace.gate();
        assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", verdict.ran);
        let approved = verdict.findings("approved");
        assert_eq!(approved.len(), 1, "{approved:?}");
        assert!(approved[0].1.starts_with("golden ranking-changed "), "{approved:?}");
    }

    /// The ranking blocks; somewhere the report says why the approval does not count.
    fn blocks(&self, because: &str) -> Verdict {
        let verdict = self.workspace.gate();
        let blocking = verdict.blocking();
        assert!(
            blocking.iter().any(|finding| finding.starts_with("golden ranking-changed ")),
            "{}",
            verdict.ran
        );
        assert_eq!(verdict.ran.status, 1);
        assert!(verdict.ran.stdout.contains(because), "{because}: {}", verdict.ran);
        verdict
    }
}

#[test]
fn a_changed_ranking_blocks() {
    let verdict = Owned::with_change().blocks("ranking");
    assert_eq!(verdict.blocking().len(), 1, "{}", verdict.ran);
}

#[test]
fn a_signed_approval_lets_it_pass() {
    Owned::with_approval().passes();
}

#[test]
fn changed_once_more_it_blocks() {
    let owned = Owned::with_approval();
    owned.swap(1);
    owned.blocks("");
    let owned = Owned::with_approval();
    owned.swap(0);
    owned.workspace.gate();
    owned.workspace.rerecord(|recording| recording.entries[0].ranking.items[0].score += 0.5);
    owned.workspace.commit("the same order, other scores");
    owned.blocks("");
}

#[test]
fn copied_from_another_change_it_passes_nothing() {
    let owned = Owned::with_approval();
    owned.workspace.git(&["switch", "--quiet", "--create", "other", "main"]);
    // The same ranking of the base, and another one at head.
    owned.workspace.rerecord(|recording| recording.entries[0].ranking.items.truncate(1));
    owned.workspace.git(&["checkout", "--quiet", "work", "--", "approvals"]);
    owned.workspace.commit("the approval of another change");
    owned.blocks("");
}

#[test]
fn it_outlives_a_rebase() {
    let owned = Owned::with_approval();
    let it = &owned.workspace;
    it.git(&["switch", "--quiet", "main"]);
    it.append("README.md", "\nMore.\n");
    it.append(
        "crates/telemetry/src/names.rs",
        "\n/// Answers that were empty.\npub const EMPTY: &str = \"ranking_empty\";\n",
    );
    it.commit("meanwhile");
    it.git(&["switch", "--quiet", "work"]);
    it.git(&["rebase", "--quiet", "main"]);
    owned.passes();
}

#[test]
fn it_outlives_the_rankings_that_others_change() {
    let owned = Owned::with_approval();
    let it = &owned.workspace;
    it.git(&["switch", "--quiet", "main"]);
    owned.swap(9);
    it.git(&["switch", "--quiet", "work"]);
    it.git(&["rebase", "--quiet", "main"]);
    owned.passes();
}

#[test]
fn a_key_that_nobody_knows_signs_nothing() {
    let owned = Owned::with_change();
    let (stranger, _) = key(&owned.workspace, "stranger");
    owned.approve_with(&stranger, &["--by", "owner@example"]);
    owned.blocks("is not one that the base trusts");
}

#[test]
fn a_key_that_the_change_itself_brings_signs_nothing() {
    let owned = Owned::with_change();
    let (stranger, line) = key(&owned.workspace, "stranger");
    owned.workspace.append(SIGNERS, &line);
    owned.approve_with(&stranger, &["--by", "owner@example"]);
    owned.blocks("is not one that the base trusts");
}

#[test]
fn the_key_signs_for_its_own_name_only() {
    let owned = Owned::with_approval();
    let file = owned.approval();
    owned.workspace.replace(&file, "by: owner@example", "by: somebody@example");
    sign(&owned, &file);
    owned.blocks("does not sign for `somebody@example`");
}

#[test]
fn without_a_signature_it_is_a_request() {
    let owned = Owned::with_change();
    let ran = owned.request(&["--by", "owner@example"]);
    assert!(ran.stderr.contains("it is a request until someone whom the base trusts signs it"), "{ran}");
    owned.blocks("is only a request: there is no signature");
}

#[test]
fn edited_after_it_was_signed_it_is_a_request() {
    let owned = Owned::with_approval();
    owned.workspace.replace(&owned.approval(), "the new order was meant", "whatever");
    owned.workspace.commit("another reason");
    owned.blocks("its signature does not fit its content");
}

/// Signs a file by hand, with the owner's key.
fn sign(owned: &Owned, file: &str) {
    let file = owned.workspace.root().join(file);
    fs::remove_file(file.with_extension("yaml.sig")).expect("the signature of before");
    let mut keygen = owned.workspace.command("ssh-keygen");
    keygen.args(["-q", "-Y", "sign", "-n", "gatefold-approval", "-f"]).arg(&owned.key).arg(file);
    assert!(keygen.status().expect("ssh-keygen runs").success());
    owned.workspace.commit("sign it");
}

#[test]
fn when_its_time_is_over_it_lets_nothing_pass() {
    let owned = Owned::with_approval();
    let file = owned.approval();
    owned.workspace.append(&file, "until: 2026-01-31\n");
    sign(&owned, &file);
    owned.blocks("expired-approval");
}

#[test]
fn what_is_open_is_listed() {
    let owned = Owned::with_change();
    let ran = owned.workspace.run(&["approve"]);
    assert!(ran.stdout.contains("ranking-changed: "), "{ran}");
    assert_eq!(ran.status, 1);
    let fingerprint = &ran.stdout[..12];
    let refused = owned.workspace.run(&["approve", fingerprint]);
    assert_eq!(refused.status, 2, "{refused}");
    assert!(refused.stderr.contains("--reason"), "{refused}");
    let unknown = owned.workspace.run(&["approve", "untied-sort", "--reason", "because"]);
    assert_eq!(unknown.status, 2, "{unknown}");
    let nobody = owned.workspace.run(&["approve", fingerprint, "--reason", "because"]);
    assert!(nobody.status == 2 && nobody.stderr.contains("say who approves with `--by NAME`"), "{nobody}");
    let written = owned.workspace.run(&["approve", fingerprint, "--reason", "because", "--by", "me"]);
    assert_eq!(written.status, 0, "{written}");
}
