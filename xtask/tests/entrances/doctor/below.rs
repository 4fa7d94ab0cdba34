//! Commands that are run at the repository's root, where only a folder below has a policy.

use std::fs;

use super::{entries, examined};
use crate::workspace::Workspace;

const CRATE: &str = "[package]\nname = \"NAME\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// Adds a gated folder.
fn gate(workspace: &Workspace, name: &str) {
    workspace.write(&format!("{name}/Cargo.toml"), CRATE.replace("NAME", name));
    workspace.write(&format!("{name}/src/lib.rs"), "//! Small.\n");
    workspace.write(&format!("{name}/gatefold.yaml"), "mode: enforce\n");
}

#[test]
fn the_binary_is_installed_and_the_doctor_looks_at_the_folder_that_is_judged() {
    let workspace = Workspace::empty("repository");
    gate(&workspace, "backend");
    workspace.make_repository();
    workspace.commit("base");
    let ran = workspace.run(&["hook", "install"]);
    assert_eq!(ran.status, 0, "{ran}");
    let binary = workspace.root().join(".git/gatefold/bin/current/gatefold");
    assert!(binary.is_file(), "{ran}");
    // A test needs no copy of so large a file.
    fs::remove_file(binary).expect("it is there");

    let (ran, document) = examined(&workspace, "");
    assert_eq!(document["root"], workspace.root().join("backend").display().to_string(), "{ran}");
    let well = entries(&document, "well");
    assert!(well.iter().any(|entry| entry.starts_with("lints: it looks: 1 files")), "{well:#?}");
    // What puts the hooks in names that folder, so that no second policy is proposed at the root.
    let told = entries(&document, "mend").join("\n");
    let init = format!("gatefold init '{}' --apply", workspace.root().join("backend").display());
    assert!(told.contains(&init), "{told}");

    gate(&workspace, "frontend");
    workspace.commit("another");
    let ran = workspace.run(&["doctor"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr.contains("is judged in `backend`, `frontend`: name one, as `--root backend`"),
        "{ran}"
    );
    assert_eq!(workspace.run(&["hook", "install"]).status, 0);
}
