//! Commands that are run at the repository's root, where only a folder below has a policy.

use std::fs;

use super::{entries, examined};
use crate::workspace::Workspace;

const CRATE: &str = "[package]\nname = \"NAME\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// Somebody who may sign.
const KEY: &str =
    "mira@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIXugwjsjrMnuNIEAhg3pU+fvkeEDmuxmV7joRoPwZy\n";

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
    assert_eq!(workspace.run(&["hook", "install"]).status, 0);
}

#[test]
fn each_of_several_gated_folders_is_looked_at_and_what_is_alike_is_told_once() {
    let workspace = Workspace::empty("repository");
    for name in ["backend", "frontend"] {
        gate(&workspace, name);
        workspace.write(&format!("{name}/approvals/allowed_signers"), KEY);
    }
    workspace.make_repository();
    workspace.commit("base");
    workspace.commit("another");
    let (ran, document) = examined(&workspace, "");
    assert_eq!((ran.status, &document["root"]), (1, &workspace.root().display().to_string().into()), "{ran}");
    let well = entries(&document, "well");
    let has = |text: &str| well.iter().filter(|entry| entry.starts_with(text)).count();
    assert_eq!(
        (has("git: git version "), has("integrity: it looks"), has("approvals: ")),
        (1, 1, 1),
        "{well:#?}"
    );
    let mend = entries(&document, "mend");
    for name in ["backend", "frontend"] {
        let said = format!("`{name}`, gatefold.yaml: there is a policy, and nothing asks it");
        let init = format!("| gatefold init '{}' --apply", workspace.root().join(name).display());
        let told = mend.iter().filter(|entry| entry.starts_with(&said) && entry.contains(&init));
        assert_eq!(told.count(), 1, "{mend:#?}");
    }
    // What is wrong in one alone is told of that one.
    workspace.write("frontend/gatefold.yaml", "mode: [\n");
    let (ran, document) = examined(&workspace, "");
    let mend = entries(&document, "mend");
    assert_eq!(mend.iter().filter(|entry| entry.contains("no guard looks")).count(), 1, "{mend:#?}");
    assert!(
        mend.iter().any(|entry| entry.starts_with("`frontend`, gatefold.yaml: no guard looks")),
        "{mend:#?}"
    );
    assert!(
        entries(&document, "well").iter().any(|it| it.starts_with("`backend`, integrity: it looks")),
        "{ran}"
    );
    let human = workspace.run(&["doctor"]);
    assert_eq!((human.status, human.stdout.matches("\nguards\n").count()), (1, 1), "{human}");
}

#[test]
fn a_policy_that_git_does_not_have_yet_is_looked_at_and_named() {
    let workspace = Workspace::empty("repository");
    workspace.write(".gitignore", "target\n");
    workspace.make_repository();
    workspace.commit("base");
    gate(&workspace, "target/vendored");
    let (_, document) = examined(&workspace, "");
    assert_eq!(document["root"], workspace.root().display().to_string(), "what git ignores is nobody's");

    gate(&workspace, "home");
    let (ran, document) = examined(&workspace, "");
    let home = workspace.root().join("home").display().to_string();
    assert_eq!(document["root"], home, "{ran}");
    let told = entries(&document, "mend").join("\n");
    assert!(told.contains(&format!("gatefold init '{home}' --apply")), "{told}");
    let ran = workspace.run(&["gate"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("is judged in `home`: name one, as `--root home`"), "{ran}");
    assert_eq!(workspace.run(&["gate", "--root", ".", "--bootstrap"]).status, 0);
    gate(&workspace, "search");
    let (ran, document) = examined(&workspace, "");
    let told = entries(&document, "mend").join("\n");
    assert!(ran.status == 1 && told.contains("`home`, ") && told.contains("`search`, "), "{ran}");
}
