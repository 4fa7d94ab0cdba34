//! The keys of people: one that the team trusts, and any that somebody makes.

use std::fs;
use std::path::PathBuf;

use crate::workspace::{Ran, Workspace};

/// The keys that the default branch trusts.
pub(crate) const SIGNERS: &str = "approvals/allowed_signers";

/// Who approves, and never writes code here.
pub(crate) const OWNER: &str = "owner@example";

/// The file of somebody's key, which is made where there is none.
pub(crate) fn key(it: &Workspace, name: &str) -> PathBuf {
    let file = it.outside().join(name);
    if !file.exists() {
        let mut keygen = it.command("ssh-keygen");
        keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file);
        assert!(keygen.status().expect("ssh-keygen runs").success());
    }
    file
}

/// The line by which `allowed_signers` trusts somebody's key.
pub(crate) fn trust(it: &Workspace, name: &str) -> String {
    let public = fs::read_to_string(key(it, name).with_extension("pub")).expect("the public key");
    format!("{name} namespaces=\"gatefold-approval\" {public}")
}

/// Approves what is open under these rules with somebody's key, and leaves the files uncommitted.
pub(crate) fn approve(it: &Workspace, rules: &[&str], name: &str, more: &[&str]) -> Ran {
    let key = key(it, name);
    let key = key.to_str().expect("a path");
    let words = ["--base", "main", "--reason", "it was talked over", "--by", name, "--sign-with", key];
    it.run(&[&["approve"], rules, &words, more].concat())
}

/// The date of today in UTC, as it is written in approvals.
pub(crate) fn today(it: &Workspace) -> String {
    let output = it.command("date").args(["-u", "+%F"]).output().expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Months pass: the approvals of these files were signed and ended in January.
pub(crate) fn months_pass(it: &Workspace, files: &[String], name: &str) {
    let today = today(it);
    for file in files {
        it.write(file, it.read(file).replace(&today, "2026-01-15"));
        fs::remove_file(it.root().join(format!("{file}.sig"))).expect("a signature");
        let mut keygen = it.command("ssh-keygen");
        keygen.current_dir(it.root()).args(["-Y", "sign", "-q", "-n", "gatefold-approval", "-f"]);
        assert!(keygen.arg(key(it, name)).arg(file).status().expect("ssh-keygen runs").success());
    }
}

/// The approvals of an emergency that lie in the working tree.
pub(crate) fn emergencies(it: &Workspace) -> Vec<String> {
    let files = it.git(&["grep", "--untracked", "--name-only", "^emergency: true", "--", "approvals/*.yaml"]);
    files.lines().map(str::to_owned).collect()
}
