//! Before a tool is used: what judges is not written over.

use serde_json::{Value, json};

use crate::client::{CLOCK, ask, payload};
use crate::workspace::Workspace;

/// The reason for which a use of a tool is denied, if it is.
#[track_caller]
pub(crate) fn denied(workspace: &Workspace, name: &str, mut input: Value) -> Option<String> {
    if let Some(path) = input["file_path"].as_str() {
        input["file_path"] = json!(workspace.root().join(path));
    }
    let mut event = payload(workspace, "PreToolUse-Edit", "s");
    event["tool_name"] = json!(name);
    event["tool_input"] = input;
    let answer = ask(workspace, &event)?;
    let said = &answer["hookSpecificOutput"];
    assert_eq!((&said["hookEventName"], &said["permissionDecision"]), (&json!("PreToolUse"), &json!("deny")));
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1), "{answer}");
    Some(said["permissionDecisionReason"].as_str().expect("a reason").to_owned())
}

#[test]
fn the_policy_is_not_loosened() {
    let workspace = Workspace::new();
    let policy = workspace.read("gatefold.yaml");
    let edit =
        |old: &str, new: &str| json!({ "file_path": "gatefold.yaml", "old_string": old, "new_string": new });
    let write = |text: &str| json!({ "file_path": "gatefold.yaml", "content": text });
    let loosened = policy.replace("category: CALLERS", "category: WIRE");
    for (name, input) in [
        ("Edit", edit("category: CALLERS", "category: WIRE")),
        ("Edit", edit("\nintegrity:\n", "\nlevels: {untied-sort: off}\nintegrity:\n")),
        ("Edit", edit("  exclude: []", "  exclude: [crates/**]")),
        ("Write", write(&loosened)),
        ("Write", write("")),
    ] {
        let reason = denied(&workspace, name, input.clone()).unwrap_or_else(|| panic!("{input}"));
        assert!(reason.contains("would loosen the policy"), "{reason}");
    }
    let invalid = denied(&workspace, "Write", write("lints: [\n")).expect("it is denied");
    assert!(invalid.contains("would be invalid"), "{invalid}");
    for (name, input) in [
        (
            "Edit",
            edit(
                "protocol, telemetry]\n      because: each",
                "protocol, session, telemetry]\n      because: each",
            ),
        ),
        ("Edit", edit("category: CALLERS", "category: FILE")),
        ("Edit", edit("this does not stand there", "anything")),
        ("Write", write(&format!("{policy}\n# A comment.\n"))),
    ] {
        assert_eq!(denied(&workspace, name, input.clone()), None, "{input}");
    }
}

#[test]
fn a_persons_own_settings_of_git_lead_its_hooks_nowhere_else() {
    let workspace = Workspace::small();
    let home = workspace.outside().with_file_name("home");
    let write = |file: &str, text: &str| json!({ "file_path": home.join(file), "content": text });
    let run = |command: &str| json!({ "command": command });
    for (name, input) in [
        ("Write", write(".gitconfig", "[core]\n\thooksPath = /dev/null\n")),
        ("Write", write(".config/git/config", "[include]\n\tpath = x\n")),
        ("Bash", run("printf '[core]\\nhooksPath=/x\\n' >> ~/.gitconfig")),
        ("Bash", run("cat >> $HOME/.gitconfig <<'E'\n[includeIf \"gitdir:a\"]\n  path = x\nE")),
        ("Bash", run("mkdir -p ~/.config/git && echo '[core] hooksPath=/x' | tee ~/.config/git/config")),
    ] {
        let reason = denied(&workspace, name, input.clone()).unwrap_or_else(|| panic!("{input}"));
        assert!(reason.contains("which hooks git runs"), "{reason}");
    }
    for (name, input) in [
        ("Write", write(".gitconfig", "[user]\n\tname = Mira\n")),
        ("Write", write("notes.md", "[core] hooksPath\n")),
        ("Bash", run("echo '[alias] l = log' >> ~/.gitconfig")),
        ("Bash", run("cat ~/.gitconfig; echo hooksPath > /dev/null")),
    ] {
        assert_eq!(denied(&workspace, name, input.clone()), None, "{input}");
    }
}

#[test]
fn a_crate_that_is_gone_leaves_the_policy() {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    add_session(&workspace);
    workspace.commit("before");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    let edit = |new: &str| json!({ "file_path": "gatefold.yaml", "old_string": "session, telemetry]", "new_string": new });
    assert!(denied(&workspace, "Edit", edit("telemetry]")).is_some(), "it is still there");
    workspace.git(&["mv", "crates/session", "crates/visit"]);
    workspace.replace("crates/visit/Cargo.toml", "name = \"session\"", "name = \"visit\"");
    assert!(denied(&workspace, "Edit", edit("telemetry]")).is_some(), "it has another name");
    assert_eq!(denied(&workspace, "Edit", edit("telemetry, visit]")), None);
    workspace.git(&["rm", "-r", "-f", "--quiet", "crates/visit"]);
    assert_eq!(denied(&workspace, "Edit", edit("telemetry]")), None);
}

/// A crate that nothing depends on, with its place in the policy.
fn add_session(it: &Workspace) {
    let manifest = it.read("crates/telemetry/Cargo.toml");
    let (head, _) = manifest.split_once("[dependencies]").expect("dependencies");
    let head = head.replace("name = \"telemetry\"", "name = \"session\"");
    it.write("crates/session/Cargo.toml", format!("{head}[lints]\nworkspace = true\n"));
    it.write("crates/session/src/lib.rs", "//! What a session is.\n\n/// How long a session lasts at most, in seconds.\npub const LONGEST: u64 = 6 * 60 * 60;\n");
    it.replace(
        "gatefold.yaml",
        "telemetry]\n      because: each can be read",
        "session, telemetry]\n      because: each can be read",
    );
}

#[test]
fn what_judges_is_not_written_over() {
    let workspace = Workspace::new();
    workspace.write("crates/telemetry/src/snapshots/old.snap", "---\n---\na\n");
    workspace.commit("a snapshot");
    let input =
        |path: &str| json!({ "file_path": path, "content": "", "old_string": "a", "new_string": "b" });
    for path in [
        "approvals/allowed_signers",
        "approvals/x.yaml.sig",
        "services/now-playing/golden/rankings.jsonl",
        "services/../services/now-playing/golden/rankings.jsonl",
        "crates/telemetry/src/snapshots/old.snap",
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".github/workflows/gatefold.yml",
        "CODEOWNERS",
        ".git/hooks/pre-commit",
        "lefthook.yml",
    ] {
        for tool in ["Write", "Edit", "MultiEdit"] {
            assert!(denied(&workspace, tool, input(path)).is_some(), "{tool} {path}");
        }
    }
    for path in [
        CLOCK,
        "README.md",
        "approvals/ranking-changed-1.yaml",
        "crates/telemetry/src/snapshots/new.snap",
        "new/folder/file.rs",
        "/tmp/notes.md",
    ] {
        assert_eq!(denied(&workspace, "Write", input(path)), None, "{path}");
    }
    // What a snapshot says under its new name is judged in the gate.
    let folder = "cd crates/telemetry/src/snapshots &&";
    for command in ["git mv old.snap renamed.snap", "mv old.snap renamed.snap"] {
        assert_eq!(denied(&workspace, "Bash", json!({ "command": format!("{folder} {command}") })), None);
    }
    for command in ["mv new.snap old.snap", "git mv new.snap old.snap", "mv old.snap gone.txt"] {
        let given = json!({ "command": format!("{folder} {command}") });
        assert!(denied(&workspace, "Bash", given).is_some(), "{command}");
    }
}

#[test]
fn another_repository_without_a_policy_is_none_of_ours() {
    let (workspace, other) = (Workspace::new(), Workspace::small());
    std::fs::remove_file(other.root().join("gatefold.yaml")).expect("a policy");
    let file = |path: &str| other.root().join(path).display().to_string();
    for path in [".github/workflows/ci.yml", "CODEOWNERS", ".claude/settings.json"] {
        assert_eq!(denied(&workspace, "Write", json!({ "file_path": file(path), "content": "" })), None);
        let command = format!("cp x {}", file(path));
        assert_eq!(denied(&workspace, "Bash", json!({ "command": command })), None, "{command}");
    }
    let command =
        format!("cd {} && rm -rf .git && cd {} && rm CODEOWNERS", file(""), workspace.root().display());
    assert!(denied(&workspace, "Bash", json!({ "command": command })).is_some(), "the way back is followed");
    other.write("gatefold.yaml", "mode: observe\n");
    assert!(denied(&workspace, "Write", json!({ "file_path": file("CODEOWNERS"), "content": "" })).is_some());
}

#[test]
fn who_takes_the_policy_away_is_not_told_to_edit_it() {
    let workspace = Workspace::small();
    for command in ["rm gatefold.yaml", "git rm -q gatefold.yaml", "unlink gatefold.yaml"] {
        let reason = denied(&workspace, "Bash", json!({ "command": command })).expect("it is denied");
        assert!(reason.contains("the policy that judges the change, would be gone"), "{command}: {reason}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_hides_nothing() {
    let workspace = Workspace::small();
    workspace.write("approvals/allowed_signers", "");
    std::os::unix::fs::symlink("approvals/allowed_signers", workspace.root().join("notes")).expect("a link");
    assert!(denied(&workspace, "Write", json!({ "file_path": "notes", "content": "" })).is_some());
}

#[test]
fn what_the_policy_protects_is_denied_with_where_that_is_said() {
    let workspace = Workspace::small();
    workspace.write("gatefold.yaml", "protected: [\"src/tables/**\"]\n");
    let write = |path: &str| denied(&workspace, "Write", json!({ "file_path": path, "content": "" }));
    let reason = write("src/tables/a.rs").expect("it is denied");
    assert!(reason.contains("`protected` in gatefold.yaml"), "{reason}");
    assert_eq!(write("src/other.rs"), None);
    // That a policy cannot judge as it stands takes no protection away.
    workspace.write("gatefold.yaml", "protected: [\"src/tables/**\"]\nprotect: []\n");
    assert!(write("src/tables/a.rs").is_some());
    assert_eq!(write("src/other.rs"), None);
}

#[test]
fn where_the_forge_vouches_an_approval_is_a_persons_to_write() {
    let workspace = Workspace::small();
    let all = |expected: bool| {
        for (name, input) in [
            ("Write", json!({ "file_path": "approvals/a.yaml", "content": "x" })),
            ("Write", json!({ "file_path": "approvals/ranking/a.yml", "content": "x" })),
            ("Bash", json!({ "command": "echo x > approvals/a.yaml" })),
        ] {
            assert_eq!(denied(&workspace, name, input.clone()).is_some(), expected, "{name} {input}");
        }
    };
    all(false);
    workspace.append("gatefold.yaml", "approvals: owners\n");
    all(true);
    let elsewhere = json!({ "file_path": "docs/approvals/a.yaml", "content": "x" });
    assert_eq!(denied(&workspace, "Write", elsewhere), None);
}
