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
pub(crate) fn approve(it: &Workspace, rules: &[&str], name: &str) -> Ran {
    let key = key(it, name);
    let key = key.to_str().expect("a path");
    let more = ["--base", "main", "--reason", "it was talked over", "--by", name, "--sign-with", key];
    it.run(&[&["approve"], rules, &more].concat())
}
