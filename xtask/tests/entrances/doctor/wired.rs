//! Whether anything asks the gate at all: CI, the hooks of another client, hooks that are switched off.

use std::fs;

use super::{LAUNCHER, check, entries, examined, hooked, small};
use crate::workspace::Workspace;

const CI: &str = ".github/workflows/ci.yml";
const INCLUDED: &str = "include:\n  - local: .gitlab/gatefold.yml\n";
const CODEX: &str = ".codex/hooks.json";
const CODEX_HOOKS: &str = include_str!("../../../../ci/codex/hooks.json");

#[test]
fn a_policy_that_nothing_asks_is_told() {
    let workspace = small();
    fs::remove_file(workspace.root().join(CI)).expect("it is there");
    check(&workspace, "", "nothing asks it: no hook of a client, none of git, no CI", "init --apply --judge");
    // Nothing is decided without a policy, so nothing has to ask.
    fs::remove_file(workspace.root().join("gatefold.yaml")).expect("it is there");
    assert_eq!(examined(&workspace, "").0.status, 0);
    // The hooks of a client are enough for one who works alone.
    let workspace = hooked();
    fs::remove_file(workspace.root().join(CI)).expect("it is there");
    let (ran, document) = examined(&workspace, "");
    assert_eq!(ran.status, 0, "{ran}");
    let aside = entries(&document, "not-needed");
    assert!(aside.iter().any(|entry| entry.starts_with("wiring: none is known from here")), "{aside:#?}");
    // A forge runs CI, whatever lies here.
    workspace.git(&["remote", "add", "origin", "https://github.example.com/our/radio.git"]);
    check(&workspace, "", "there is CI, and it does not ask the gate", "init --apply --judge");
}

#[test]
fn ci_that_does_not_ask_or_does_not_know_who_judges_is_told() {
    let workspace = hooked();
    let well = entries(&examined(&workspace, "").1, "well");
    assert!(
        well.iter().any(|entry| entry.starts_with(".github/workflows/ci.yml: it asks the gate")),
        "{well:#?}"
    );
    workspace.write(CI, "# cargo xtask gate\non: [pull_request]\njobs: {}\n");
    check(&workspace, "", "there is CI, and it does not ask the gate", "init --apply --judge");
    let wiring = include_str!("../../../../ci/gitlab/gatefold.yml");
    workspace.write(".gitlab/gatefold.yml", wiring);
    // GitLab looks at its own file, and at what that includes.
    check(&workspace, "", "there is CI, and it does not ask the gate", "init --apply --judge");
    workspace.write(".gitlab-ci.yml", INCLUDED);
    check(
        &workspace,
        "",
        "does not say who judges",
        "set JUDGE_REPOSITORY and JUDGE_COMMIT in .gitlab/gatefold.yml",
    );
}

#[test]
fn ci_that_asks_about_another_folder_is_told() {
    let workspace = hooked();
    workspace.write(CI, "on: [pull_request]\njobs: {}\n");
    let wiring = include_str!("../../../../ci/gitlab/gatefold.yml").replace(": \"\"", ": our");
    workspace.write(".gitlab-ci.yml", INCLUDED);
    workspace.write(".gitlab/gatefold.yml", wiring.replace("GATED: .", "GATED: search"));
    check(
        &workspace,
        "",
        "it asks the gate about `search`, and not about `.`",
        "gatefold init --apply --judge",
    );
    workspace.write(".gitlab/gatefold.yml", wiring);
    assert_eq!(examined(&workspace, "").0.status, 0, "{}", examined(&workspace, "").0);
}

#[test]
fn the_hooks_of_codex_are_looked_at_where_there_are_any() {
    let workspace = hooked();
    let told = |workspace: &Workspace| examined(workspace, "").0.stdout.contains("hooks of codex");
    assert!(!told(&workspace));
    workspace.write(CODEX, CODEX_HOOKS);
    assert!(told(&workspace));
    assert_eq!(examined(&workspace, "").0.status, 0, "{}", examined(&workspace, "").0);
    workspace.write(CODEX, CODEX_HOOKS.replacen("\"Stop\"", "\"Halt\"", 1));
    check(&workspace, "", "no hook of Gatefold for Stop", "merge ci/codex/hooks.json");
    workspace.write(CODEX, CODEX_HOOKS.replacen("\"timeout\": 10", "\"async\": true", 1));
    check(&workspace, "", "for SessionStart has `\"async\": true`", "as it is handed out");
    workspace.write(CODEX, "{ \"hooks\": {} }");
    check(&workspace, "", "it has no hook of Gatefold", "merge ci/codex/hooks.json");
    workspace.write(CODEX, "{ // mine\n}");
    check(
        &workspace,
        "",
        "so Codex runs none of its hooks",
        "take out of .codex/hooks.json: line 1 `// mine`",
    );
    workspace.write(CODEX, CODEX_HOOKS.replace("gatefold-hook", "gatefold-gone"));
    check(&workspace, "", "the launcher that they start is not there", "init --apply");
    assert!(workspace.root().join(LAUNCHER).is_file());
}

#[test]
fn a_hook_that_does_less_than_it_should_is_told() {
    let workspace = hooked();
    let handed_out = include_str!("../../../../ci/claude-code/settings.json");
    for (said, told) in [
        ("\"timeout\": 0.001", "has 0.001 seconds instead of 10"),
        ("\"timeout\": 10, \"async\": true", "has `\"async\": true`"),
        ("\"timeout\": 10, \"once\": true", "has `\"once\": true`"),
        ("\"timeout\": 10, \"if\": \"Bash(foo *)\"", "has `\"if\": \"Bash(foo *)\"`"),
        ("\"timeout\": 10, \"shell\": \"powershell\"", "has `\"shell\": \"powershell\"`"),
    ] {
        workspace.write(".claude/settings.json", handed_out.replacen("\"timeout\": 10", said, 1));
        check(
            &workspace,
            "",
            &format!("the hook of Gatefold for SessionStart {told}"),
            "as it is handed out",
        );
    }
    workspace.write(
        ".claude/settings.json",
        handed_out.replacen("\"type\": \"command\"", "\"type\": \"prompt\"", 1),
    );
    check(&workspace, "", "for SessionStart is of the type `prompt`", "as it is handed out");
}

#[test]
fn hooks_that_are_switched_off_are_called_well_by_nobody() {
    let workspace = hooked();
    workspace.write(".claude/settings.local.json", "{ \"disableAllHooks\": true }");
    let (ran, document) = examined(&workspace, "");
    assert_eq!(ran.status, 1, "{ran}");
    let well = entries(&document, "well");
    assert!(
        !well.iter().any(|entry| entry.contains("round trip") || entry.starts_with("events")),
        "{well:#?}"
    );
    let aside = entries(&document, "not-needed");
    assert!(
        aside.iter().any(|entry| entry.contains("none of them runs while all are switched off")),
        "{aside:#?}"
    );
}

#[test]
fn a_round_trip_under_a_policy_that_observes_is_well() {
    let workspace = hooked();
    workspace.write("gatefold.yaml", "mode: observe\n");
    workspace.commit("observe");
    workspace.git(&["branch", "--force", "main", "HEAD"]);
    workspace.write("README.md", "A crate.\n");
    workspace.commit("more");
    let (ran, document) = examined(&workspace, "");
    assert_eq!(ran.status, 0, "{ran}");
    let well = entries(&document, "well");
    assert!(well.iter().any(|entry| entry.contains("was denied in")), "{well:#?}");
}
