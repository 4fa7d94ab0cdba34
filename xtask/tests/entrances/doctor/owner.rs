//! Whose the repository is.

use serde_json::Value;

use super::{doctor, entries};
use crate::workspace::{Workspace, run};

#[test]
fn a_repository_of_another_user_is_told_with_the_command_that_mends_it() {
    let workspace = Workspace::small();
    // Only root can give a file away; elsewhere there is nothing to see.
    for folder in [workspace.root().to_owned(), workspace.root().join(".git")] {
        if std::os::unix::fs::chown(folder, Some(12_345), None).is_err() {
            return;
        }
    }
    let look = |variables: &[(&str, &str)]| {
        let mut command = doctor(&workspace, "", &["--format", "json"]);
        let ran = run(command.envs(variables.iter().copied()));
        let document: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
        let found = entries(&document, "unseen");
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        assert!(!ran.stdout.contains("no repository") && !ran.stdout.contains("this is none"), "{ran}");
        assert_eq!(ran.status, 3, "{ran}");
        one.clone()
    };
    let path = workspace.root().display().to_string();
    let told = look(&[]);
    assert!(told.contains("belongs to another user") && !told.contains("GIT_CONFIG_COUNT"), "{told}");
    assert!(told.contains(&format!("| git config --global --add safe.directory '{path}'   (if")), "{told}");
    let told = look(&[
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ]);
    assert!(told.contains("and not from `GIT_CONFIG_COUNT`"), "{told}");
}
