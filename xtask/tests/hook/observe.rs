//! Where the policy only observes: nothing is denied, and the agent is told what would be.

use serde_json::{Value, json};

use crate::client::{ask, payload};
use crate::workspace::Workspace;

/// What the agent is told before a tool is used, and whether the tool is denied.
#[track_caller]
fn before(workspace: &Workspace, name: &str, input: Value) -> (String, bool) {
    let mut event = payload(workspace, "PreToolUse-Edit", "s");
    event["tool_name"] = json!(name);
    event["tool_input"] = input;
    let answer = ask(workspace, &event).unwrap_or_default();
    let said = &answer["hookSpecificOutput"];
    let text = said["additionalContext"].as_str().or_else(|| said["permissionDecisionReason"].as_str());
    (text.unwrap_or_default().to_owned(), said["permissionDecision"] == "deny")
}

fn write(workspace: &Workspace, path: &str) -> Value {
    json!({ "file_path": workspace.root().join(path), "content": "levels: {untied-sort: off}\n" })
}

/// What is denied where the policy enforces, each with words of the reason.
fn forbidden(workspace: &Workspace) -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("Write", write(workspace, "approvals/allowed_signers"), "says who may approve"),
        ("Write", write(workspace, ".github/workflows/ci.yml"), "is CI"),
        ("Write", write(workspace, ".claude/settings.json"), "holds the hooks"),
        ("Bash", json!({ "command": "git commit --no-verify -m x" }), "go round git's hooks"),
        ("Bash", json!({ "command": "cargo insta accept" }), ""),
    ]
}

fn begin(workspace: &Workspace) {
    ask(workspace, &payload(workspace, "SessionStart", "s"));
}

/// A repository whose base has this policy, and in which a session has begun.
fn with_policy(policy: &str) -> Workspace {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", policy);
    workspace.commit("the policy");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    // Where nothing differs from the default branch, its last commit is judged by the one before.
    workspace.append("README.md", "More.\n");
    workspace.commit("more");
    begin(&workspace);
    workspace
}

#[test]
fn nothing_is_denied_and_the_reason_is_told() {
    for policy in ["mode: observe\n", "observe: [integrity]\n"] {
        let workspace = with_policy(policy);
        for (tool, input, reason) in forbidden(&workspace) {
            let (told, denied) = before(&workspace, tool, input.clone());
            assert!(!denied, "{policy}, {input}: {told}");
            assert!(told.starts_with("gatefold only observes here"), "{policy}, {input}: {told}");
            assert!(told.contains(reason), "{reason}: {told}");
        }
        let harmless = json!({ "command": "git commit -m x" });
        assert_eq!(before(&workspace, "Bash", harmless), (String::new(), false));
    }
}

#[test]
fn a_mode_that_only_the_change_has_lets_nothing_through() {
    let workspace = with_policy("mode: enforce\n");
    for text in ["mode: observe\n", "# observe\n", "observe: [lints]\n"] {
        workspace.write("gatefold.yaml", text);
        for (tool, input, _) in forbidden(&workspace) {
            assert!(before(&workspace, tool, input.clone()).1, "{text}, {input}");
        }
    }
    // What the change tightens counts at once.
    let workspace = with_policy("mode: observe\n");
    workspace.write("gatefold.yaml", "\n");
    for (tool, input, _) in forbidden(&workspace) {
        assert!(before(&workspace, tool, input.clone()).1, "{input}");
    }
}

#[test]
fn what_came_after_the_session_began_lets_nothing_through() {
    let check = |workspace: &Workspace, what: &str| {
        for (tool, input, _) in forbidden(workspace) {
            assert!(before(workspace, tool, input.clone()).1, "{what}: {input}");
        }
    };
    let workspace = with_policy("mode: enforce\n");
    workspace.write("gatefold.yaml", "mode: observe\n");
    workspace.commit("observe");
    workspace.append("README.md", "Once more.\n");
    workspace.commit("once more");
    workspace.git(&["branch", "--force", "main"]);
    check(&workspace, "the base was moved");

    // Another repository, in which a session would only be observed.
    let workspace = with_policy("mode: enforce\n");
    let other = with_policy("mode: observe\n");
    let mut event = payload(&workspace, "PreToolUse-Edit", "s");
    event["cwd"] = json!(other.root());
    event["tool_name"] = json!("Write");
    event["tool_input"] = write(&workspace, "approvals/allowed_signers");
    let answer = ask(&workspace, &event).unwrap_or_default();
    assert_eq!(answer["hookSpecificOutput"]["permissionDecision"], "deny");
}
