//! What starts when an event comes: the launcher, and the binary that it finds.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{LAUNCHER, check, hooked};

#[test]
fn a_launcher_that_nobody_can_start_is_mended_by_its_bits() {
    let workspace = hooked();
    fs::set_permissions(workspace.root().join(LAUNCHER), fs::Permissions::from_mode(0o644))
        .expect("it is ours");
    check(&workspace, "", "it is not executable, so no hook runs", "chmod +x");

    let workspace = hooked();
    workspace.git(&["update-index", "--chmod=-x", LAUNCHER]);
    check(&workspace, "", "it is committed as 100644", "git add --chmod=+x");

    let workspace = hooked();
    fs::remove_file(workspace.root().join(LAUNCHER)).expect("it is there");
    check(&workspace, "", "the hook's launcher cannot be read", "gatefold init --apply");
}

#[test]
fn a_binary_that_is_missing_or_not_the_one_asked_for_is_told_with_how_to_get_it() {
    let workspace = hooked();
    let store = workspace.root().join(".git/gatefold/bin");
    let link = store.join("current");
    let key = fs::read_link(&link).expect("a link");
    fs::rename(store.join(&key), store.join("v0.0.1")).expect("it is ours");
    fs::remove_file(&link).expect("it is there");
    symlink("v0.0.1", &link).expect("a link");
    check(&workspace, "", "binary: ", "hook install");

    fs::remove_dir_all(&store).expect("it is there");
    check(&workspace, "", "binary: none is installed for this repository", "gatefold hook install");
    check(
        &workspace,
        "",
        "nothing judged the event; the launcher says: gatefold: no binary is installed",
        "hook install",
    );
    assert!(!workspace.root().join(".git/gatefold/told").exists(), "the doctor leaves nothing behind");
}
