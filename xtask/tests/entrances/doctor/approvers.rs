//! Whether somebody could approve what will block.

use std::fs;

use serde_json::Value;

use super::{check, examined};
use crate::workspace::{Workspace, run};

/// A small crate whose policy says this on the default branch, and the branch `work` from there.
fn with_policy(policy: &str) -> Workspace {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append("gatefold.yaml", policy);
    workspace.commit("policy");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.commit("work");
    workspace
}

/// What is said of approvals, with the state before it.
fn told(workspace: &Workspace) -> Vec<String> {
    let (_, document) = examined(workspace, "");
    let all = document["entries"].as_array().expect("entries").iter();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let approvals = all.filter(|entry| entry["what"] == "approvals");
    approvals
        .map(|entry| format!("{} {} | {}", text(entry, "state"), text(entry, "said"), text(entry, "mend")))
        .collect()
}

#[test]
fn a_policy_that_enforces_and_trusts_nobody_is_told_with_what_mends_it() {
    let workspace = with_policy("");
    let file = workspace.root().join("approvals/allowed_signers").display().to_string();
    check(
        &workspace,
        "",
        "the policy enforces, and nobody may approve: the base has no",
        &format!(">> {file}"),
    );
    // What is named mends it.
    let mend = told(&workspace).remove(0);
    let step = mend.split_once(" | ").and_then(|(_, step)| step.split("   (").next()).expect("a command");
    let mut keygen = workspace.command("sh");
    keygen.args(["-c", "mkdir -p ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519"]);
    assert_eq!(run(&mut keygen).status, 0);
    workspace.git(&["switch", "--quiet", "main"]);
    let ran = run(workspace.command("sh").args(["-c", step]).current_dir(workspace.root()));
    assert_eq!(ran.status, 0, "{step}: {ran}");
    // From then on it waits for the merge, and after that somebody may.
    let [waits] = told(&workspace).try_into().expect("one");
    assert!(waits.starts_with("not-needed") && waits.contains("the base lacks the keys that"), "{waits}");
    workspace.commit("the first key");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.commit("work");
    let [well] = told(&workspace).try_into().expect("one");
    assert!(well.starts_with("well ") && well.contains("somebody is trusted to sign them"), "{well}");
}

#[test]
fn nobody_is_missed_where_nothing_blocks_and_where_owners_vouch() {
    let [told_of_it] = told(&with_policy("mode: observe\n")).try_into().expect("one");
    assert!(told_of_it.starts_with("not-needed") && told_of_it.contains("only observes"), "{told_of_it}");
    // The forge is another matter, and told as such.
    let [owners] = told(&with_policy("approvals: owners\n")).try_into().expect("one");
    assert!(owners.contains("they rely on the forge, and no line of CODEOWNERS"), "{owners}");
    let without = Workspace::small();
    without.git(&["switch", "--quiet", "main"]);
    fs::remove_file(without.root().join("gatefold.yaml")).expect("it is there");
    without.commit("no policy");
    without.git(&["switch", "--quiet", "--force-create", "work"]);
    without.commit("work");
    assert_eq!(told(&without), Vec::<String>::new());
}
