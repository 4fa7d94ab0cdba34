//! What the doctor names, and that it mends.

use std::path::Path;

use super::{LAUNCHER, check, entries, examined, hooked, make_executable};
use crate::workspace::run;

#[test]
fn a_launcher_of_the_judged_tree_that_is_not_ours_is_not_run() {
    let workspace = hooked();
    let mark = workspace.outside().join("ran");
    let text = workspace.read(LAUNCHER);
    workspace.write(LAUNCHER, text.replacen('\n', &format!("\ntouch '{}'\n", mark.display()), 1));
    make_executable(&workspace.root().join(LAUNCHER));
    check(
        &workspace,
        "",
        "it is not the launcher that this binary carries, so it was not run",
        "gatefold init --apply",
    );
    assert!(!mark.exists());
    // What is named mends it.
    let mend =
        entries(&examined(&workspace, "").1, "mend").into_iter().find(|it| it.contains("not the launcher"));
    let step = mend.as_deref().and_then(|it| it.split_once(" | ")).expect("a step").1;
    let step = step.split("   (").next().expect("a command");
    let binary = Path::new(env!("CARGO_BIN_EXE_gatefold")).parent().expect("a folder").display().to_string();
    let mut shell = workspace.command("sh");
    shell.args(["-c", step]).current_dir(workspace.root()).env("PATH", format!("{binary}:/usr/bin:/bin"));
    let ran = run(&mut shell);
    assert_eq!(ran.status, 0, "{step}: {ran}");
    assert_eq!(workspace.read(LAUNCHER), text);
    let told = entries(&examined(&workspace, "").1, "mend");
    assert!(!told.iter().any(|entry| entry.contains("launcher")), "{told:#?}");
}

#[test]
fn a_policy_that_cannot_be_read_is_named_with_its_place() {
    let workspace = hooked();
    workspace.write("gatefold.yaml", "mode: enforce\nlevles: {}\n");
    let file = workspace.root().join("gatefold.yaml").display().to_string();
    let said = "gatefold.yaml: no guard looks, since gatefold.yaml:2:1: failed to read `levles`: unknown key";
    check(&workspace, "", said, &format!("correct `{file}` at that place"));
    let told = entries(&examined(&workspace, "").1, "mend").join("\n");
    assert!(told.contains("; did you mean `levels`? |") && !told.contains("gatefold gate"), "{told}");
}
