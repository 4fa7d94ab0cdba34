//! A policy in a subfolder of the repository, and none at its top: gated folders are judged by their own policies, wherever
//! the client stands, and what lies outside of them is nobody's.

use serde_json::{Value, json};

use crate::client::{BLOCKS, ask, context, payload, sends_back};
use crate::workspace::{Workspace, run, run_with};

const CODE: &str = "//! Code.\n\n/// One.\npub const ONE: u32 = 1;\n";
const CI: &str = "on: [pull_request]\njobs:\n  test:\n    steps:\n      - run: cargo test --workspace\n";

/// A repository with these policies, each in a folder with a crate, and with a folder that has none; `work` is checked out.
pub(crate) fn monorepo(policies: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::empty("repository");
    workspace.write("README.md", "Many things.\n");
    workspace.write(".github/workflows/ci.yml", CI);
    package(&workspace, "tools");
    for (folder, policy) in policies {
        package(&workspace, folder);
        workspace.write(&format!("{folder}/gatefold.yaml"), policy);
    }
    workspace.make_repository();
    workspace.commit("base");
    workspace.git(&["switch", "--quiet", "--create", "work"]);
    workspace
}

pub(crate) fn package(workspace: &Workspace, name: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    workspace.write(&format!("{name}/Cargo.toml"), manifest);
    workspace.write(&format!("{name}/src/lib.rs"), CODE);
}

/// An event that comes from a folder of the repository.
fn event(workspace: &Workspace, name: &str, from: &str) -> Value {
    let mut event = payload(workspace, name, "s");
    event["cwd"] = json!(workspace.root().join(from));
    event
}

pub(crate) fn start(workspace: &Workspace, from: &str) -> String {
    context(ask(workspace, &event(workspace, "SessionStart", from)).expect("a card")).expect("a card")
}

pub(crate) fn stop(workspace: &Workspace, from: &str) -> Option<Value> {
    ask(workspace, &event(workspace, "Stop-active", from))
}

/// What the agent is told after a shell command.
fn shell(workspace: &Workspace, from: &str) -> String {
    let mut event = event(workspace, "PostToolBatch", from);
    event["tool_calls"] = json!([{ "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": from,
        "tool_response": "" }]);
    ask(workspace, &event).and_then(context).unwrap_or_default()
}

/// Asks one of git's hooks at the top, with what it reads.
pub(crate) fn git_hook(workspace: &Workspace, name: &str, input: &str) -> (i32, String) {
    let ran = run_with(&mut workspace.gatefold(&["hook", "git", name]), input.as_bytes());
    (ran.status, ran.stderr)
}

/// Writes a fault into a folder, and looks at every answer about it: whether it blocks, and where it is told.
#[track_caller]
fn check(policies: &[(&str, &str)], faulty: &str, from: &str, blocks: bool, told: &[&str]) {
    let workspace = monorepo(policies);
    start(&workspace, from);
    let file = format!("{faulty}/src/lib.rs");
    workspace.append(&file, BLOCKS);
    let heard = shell(&workspace, from);
    assert_eq!(heard.contains("error[blocking-in-async]"), !told.is_empty(), "{faulty} from {from}: {heard}");
    let end = stop(&workspace, from);
    assert_eq!(sends_back(end.as_ref()), blocks, "{faulty} from {from}: {end:?}");
    let end = end.map(|end| end.to_string()).unwrap_or_default();
    workspace.git(&["add", "--all"]);
    let (status, said) = git_hook(&workspace, "pre-commit", "");
    assert_eq!(status, i32::from(blocks), "{faulty}: {said}");
    workspace.commit("a fault");
    let head = workspace.git(&["rev-parse", "HEAD"]);
    let line = format!("refs/heads/work {} refs/heads/work {}\n", head.trim(), "0".repeat(40));
    let (status, said) = git_hook(&workspace, "pre-push", &line);
    assert_eq!(status, i32::from(blocks), "{faulty}: {said}");
    for told in told {
        assert!(heard.contains(told) || !from.is_empty(), "{faulty} from {from}: {told}: {heard}");
        assert!(end.contains(told), "{faulty} from {from}: {told}: {end}");
    }
}

pub(crate) const BACKEND: &[(&str, &str)] = &[("backend", "levels: {}\n")];
pub(crate) const OBSERVED: &[(&str, &str)] = &[("backend", "mode: observe\n")];
const BOTH: &[(&str, &str)] = &[("backend", "mode: observe\n"), ("search", "levels: {}\n")];

#[test]
fn each_gated_folder_is_judged_by_its_own_policy_wherever_the_client_stands() {
    for from in ["", "tools", "backend", "backend/src"] {
        check(BACKEND, "backend", from, true, &["src/lib.rs:8"]);
    }
    check(OBSERVED, "backend", "", false, &["backend/src/lib.rs:8"]);
    check(OBSERVED, "backend", "tools", false, &["backend/src/lib.rs:8"]);
    check(BOTH, "search", "", true, &["search/src/lib.rs:8"]);
    check(BOTH, "search", "backend", true, &["search/src/lib.rs:8"]);
    check(BOTH, "backend", "search", false, &["backend/src/lib.rs:8"]);
}

#[test]
fn what_lies_outside_of_gated_folders_is_nobodys_but_for_what_judges_them() {
    check(BACKEND, "tools", "", false, &[]);
    check(BACKEND, "tools", "tools", false, &[]);
    let workspace = monorepo(BACKEND);
    start(&workspace, "");
    workspace.replace(".github/workflows/ci.yml", "cargo test --workspace", "true");
    let end = stop(&workspace, "").expect("an answer");
    assert!(sends_back(Some(&end)) && end.to_string().contains(".github/workflows/ci.yml"), "{end}");
    workspace.git(&["add", "--all"]);
    assert_eq!(git_hook(&workspace, "pre-commit", "").0, 1);
}

#[test]
fn the_card_and_the_verdict_name_the_folders_and_the_gate_asks_which() {
    let workspace = monorepo(BOTH);
    let card = start(&workspace, "");
    for said in ["`backend`, `search`", "`gatefold gate --root backend`, `gatefold gate --root search`"] {
        assert!(card.contains(said), "{said}: {card}");
    }
    assert!(card.contains("The policy in `backend` only observes: what is found there"), "{card}");
    workspace.append("search/src/lib.rs", BLOCKS);
    let end = stop(&workspace, "").expect("an answer").to_string();
    assert!(end.contains("verify: `gatefold gate --root search`."), "{end}");
    let ran = workspace.run(&["gate"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("is judged in `backend`, `search`: name one, as `--root backend`"), "{ran}");
    assert_eq!(workspace.run(&["gate", "--root", "search"]).status, 1);
    assert_eq!(workspace.run(&["gate", "--root", "backend"]).status, 0, "it observes");
    let here = run(workspace.gatefold(&["gate"]).current_dir(workspace.root().join("search/src")));
    assert_eq!(here.status, 1, "{here}");
}

#[test]
fn each_finding_is_told_with_the_command_of_its_own_folder() {
    let workspace = monorepo(BOTH_BLOCK);
    start(&workspace, "");
    workspace.append("backend/src/lib.rs", BLOCKS);
    let unsafe_order = "\n/// Sorts.\npub fn sort(all: &mut [f32]) {\n    all.sort_by(|one, other| one.partial_cmp(other).unwrap());\n}\n";
    workspace.append("search/src/lib.rs", unsafe_order);
    let end = stop(&workspace, "").expect("an answer");
    let reason = end["reason"].as_str().expect("it is sent back");
    assert!(
        reason.contains("gatefold fix --root search") && !reason.contains("gatefold fix --root backend"),
        "{reason}"
    );
    workspace.git(&["add", "--all"]);
    let (status, said) = git_hook(&workspace, "pre-commit", "");
    assert!(status == 1 && said.contains("`gatefold approve --root backend` lists"), "{said}");
    assert!(said.contains("`gatefold approve --root search` lists"), "{said}");
}

/// What an agent does to escape, over these policies of the base, is sent back all the same for its fault in `backend`.
#[track_caller]
fn escapes_not(policies: &[(&str, &str)], from: &str, trick: &dyn Fn(&Workspace)) {
    let workspace = monorepo(policies);
    package(&workspace, "backend");
    workspace.commit("a folder");
    workspace.git(&["branch", "--force", "main"]);
    start(&workspace, "");
    workspace.append("backend/src/lib.rs", BLOCKS);
    trick(&workspace);
    let end = stop(&workspace, from);
    assert!(sends_back(end.as_ref()), "{policies:?} from {from}: {end:?}");
    let reason = end.expect("an answer")["reason"].to_string();
    assert!(reason.contains("blocking-in-async"), "{policies:?} from {from}: {reason}");
}

#[test]
fn a_policy_that_the_agent_brings_or_takes_away_judges_nothing_less() {
    let bring = |path: &'static str| {
        move |workspace: &Workspace| {
            workspace.write(path, "mode: observe\n");
            workspace.git(&["add", "--all"]);
        }
    };
    for from in ["", "backend"] {
        escapes_not(&[], from, &bring("backend/gatefold.yaml"));
        escapes_not(&[], from, &bring("tools/gatefold.yaml"));
        escapes_not(BACKEND, from, &bring("gatefold.yaml"));
        escapes_not(BACKEND, from, &bring("backend/src/gatefold.yaml"));
        escapes_not(BACKEND, from, &|workspace| {
            drop(workspace.git(&["rm", "--quiet", "backend/gatefold.yaml"]))
        });
        escapes_not(BOTH_BLOCK, from, &|workspace| {
            drop(workspace.git(&["rm", "--quiet", "backend/gatefold.yaml"]))
        });
    }
    let workspace = monorepo(&[]);
    let mut write = event(&workspace, "PreToolUse-Write", "");
    write["tool_input"] =
        json!({ "file_path": workspace.root().join("tools/gatefold.yaml"), "content": "mode: observe\n" });
    let denied = ask(&workspace, &write).expect("an answer").to_string();
    assert!(denied.contains("\"deny\"") && denied.contains("loosen"), "{denied}");
}

const BOTH_BLOCK: &[(&str, &str)] = &[("backend", "levels: {}\n"), ("search", "levels: {}\n")];

#[test]
fn a_policy_that_a_person_brings_counts_before_it_is_merged() {
    for add in [false, true] {
        let workspace = monorepo(&[]);
        workspace.write("tools/gatefold.yaml", "mode: observe\n");
        if add {
            workspace.git(&["add", "--all"]);
        }
        let card = start(&workspace, "");
        assert!(card.contains("in `tools`"), "{card}");
        workspace.append("tools/src/lib.rs", BLOCKS);
        let end = stop(&workspace, "").expect("an answer");
        assert!(end.to_string().contains("only observes") && !sends_back(Some(&end)), "{end}");
        workspace.git(&["add", "--all"]);
        let (status, said) = git_hook(&workspace, "pre-commit", "");
        assert!(status == 0 && said.contains("only observes"), "{said}");
    }
}

#[test]
fn a_gated_folder_may_move() {
    let workspace = monorepo(OBSERVED);
    start(&workspace, "");
    workspace.git(&["mv", "backend", "services"]);
    workspace.append("services/src/lib.rs", BLOCKS);
    let end = stop(&workspace, "");
    assert!(!sends_back(end.as_ref()), "{end:?}");
}

/// A repository with a gated folder `backend`, in which a fault was known when it was gated, and a file of some length.
fn with_debt() -> Workspace {
    let workspace = monorepo(BACKEND);
    workspace.git(&["switch", "--quiet", "main"]);
    let long: String =
        (0..20).map(|number| format!("\n/// {number}.\npub const N{number}: u32 = {number};\n")).collect();
    workspace.write("backend/src/long.rs", format!("//! Long.\n{long}"));
    workspace.append("backend/src/lib.rs", &format!("{BLOCKS}\npub mod long;\n"));
    workspace.commit("debt");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    start(&workspace, "");
    workspace
}

/// Moves, and says where the agent is sent back for a fault, if it is.
#[track_caller]
fn moves(script: &str, told: &[&str]) {
    for add in ["", "git add --all"] {
        let workspace = with_debt();
        let slow = BLOCKS.replace("wait", "hang");
        std::fs::write(workspace.outside().join("bad"), slow).expect("a file");
        let text = format!("set -e\nbad() {{ cat ../outside/bad >> $1; }}\n{script}\n{add}");
        let mut shell = workspace.command("sh");
        let ran = run(shell.args(["-c", &text]).current_dir(workspace.repository()));
        assert_eq!(ran.status, 0, "{ran}");
        let end = stop(&workspace, "");
        assert_eq!(sends_back(end.as_ref()), !told.is_empty(), "{text}: {end:?}");
        let reason = end.map(|end| end["reason"].as_str().unwrap_or_default().to_owned()).unwrap_or_default();
        let faults = reason.lines().filter(|line| line.contains("error[blocking-in-async]")).count();
        assert_eq!(
            faults,
            usize::from(!told.is_empty()),
            "the debt is no fault of the move: {text}: {reason}"
        );
        for told in told {
            assert!(reason.contains(told), "{told}: {text}: {reason}");
        }
    }
}

#[test]
fn code_that_leaves_a_gated_folder_is_judged_by_what_the_base_knew_of_it() {
    const OBSERVE: &str = "echo 'mode: observe' >";
    let told = |script: &str, file: &str, who_sees: &str| {
        moves(script, &[file, "At the base `backend` is judged", who_sees])
    };
    // What went as a whole, the gate sees by itself.
    let check = |script: &str, file: &str| told(script, file, "as it was there. If the policy must");
    let renamed = "mv backend services; bad services/src/lib.rs";
    check(renamed, "services/src/lib.rs:15");
    check(&format!("{renamed}; {OBSERVE} services/gatefold.yaml"), "services/src/lib.rs:15");
    check(&format!("{renamed}; {OBSERVE} services/gatefold.yaml"), "services/gatefold.yaml");
    check(&format!("{renamed}; rm services/gatefold.yaml"), "services/src/lib.rs:15");
    check(
        &format!("mkdir a; mv backend a/b; bad a/b/src/lib.rs; {OBSERVE} a/gatefold.yaml"),
        "a/b/src/lib.rs:15",
    );
    let one = "mkdir -p search/src; mv backend/src/long.rs search/src/l.rs; bad search/src/l.rs; sed -i /long/d backend/src/lib.rs";
    let check = |script: &str, file: &str| told(script, file, "verify by ending again");
    check(&format!("{one}; {OBSERVE} search/gatefold.yaml"), "search/src/l.rs:6");
    check(
        "mv backend/src/long.rs tools/src/; bad tools/src/long.rs; sed -i /long/d backend/src/lib.rs",
        "tools/src/long.rs:6",
    );
}

#[test]
fn who_stood_in_the_folder_that_was_moved_is_judged_and_who_began_elsewhere_is_not() {
    let workspace = with_debt();
    start(&workspace, "backend");
    workspace.git(&["mv", "backend", "services"]);
    workspace.append("services/src/lib.rs", &BLOCKS.replace("wait", "hang"));
    assert!(sends_back(stop(&workspace, "backend/src").as_ref()));
    let mut other = event(&workspace, "Stop-active", "backend");
    other["session_id"] = json!("of another checkout");
    assert_eq!(ask(&workspace, &other), None);
}

#[test]
fn a_test_that_goes_to_another_gated_folder_is_missed_where_it_was() {
    let workspace = monorepo(&[("backend", ""), ("search", "")]);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write(
        "backend/tests/one.rs",
        "//! T.\n\n#[test]\nfn one() {\n    assert_eq!(backend::ONE, 1);\n}\n",
    );
    workspace.commit("a test");
    workspace.git(&["switch", "--quiet", "-C", "work"]);
    start(&workspace, "");
    workspace.git(&["mv", "backend/tests/one.rs", "search/one.rs"]);
    let back = stop(&workspace, "");
    assert!(sends_back(back.as_ref()), "{back:?}");
    let told = back.as_ref().and_then(|back| back["reason"].as_str()).unwrap_or_default();
    assert!(told.contains("test-deleted") && told.contains("backend/tests/one.rs"), "{back:?}");
}

#[test]
fn an_honest_move_and_an_adoption_flow() {
    moves("mv backend services", &[]);
    moves("mkdir deep; mv backend deep/services; echo >> deep/services/src/lib.rs", &[]);
    moves("mv backend/src/long.rs tools/src/; sed -i /long/d backend/src/lib.rs", &[]);
    moves("echo 'mode: observe' > tools/gatefold.yaml; bad tools/src/lib.rs", &[]);
    moves(
        "mkdir -p new/src; cp tools/Cargo.toml new; echo 'levels: {}' > new/gatefold.yaml; echo '//! New.' > new/src/lib.rs",
        &[],
    );
}

#[test]
fn a_repository_without_any_policy_is_judged_by_the_defaults() {
    check(&[], "tools", "", true, &["tools/src/lib.rs:8"]);
    check(&[], "tools", "tools", true, &["src/lib.rs:8"]);
}
