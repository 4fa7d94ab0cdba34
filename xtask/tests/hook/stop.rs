//! When the agent wants to end: judged when the tree changed, and only for what the agent brought.

use serde_json::json;

use crate::client::{BLOCKS, LIB, ask, kept, payload, sends_back, stop, written};
use crate::workspace::Workspace;

pub(crate) fn start(workspace: &Workspace, session: &str, source: &str) {
    let mut event = payload(workspace, "SessionStart", session);
    event["source"] = json!(source);
    ask(workspace, &event).expect("the card");
}

#[test]
fn a_tree_that_passed_is_not_judged_again_until_it_changes() {
    let workspace = Workspace::small();
    assert_eq!(stop(&workspace, "s", None), None);
    workspace.append(LIB, BLOCKS);
    let answer = stop(&workspace, "s", None);
    assert!(sends_back(answer.as_ref()), "{answer:?}");
    let reason = answer.expect("an answer")["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("error[blocking-in-async]") && reason.contains("\n  do: "), "{reason}");
    assert!(reason.contains("verify: `gatefold gate`"), "{reason}");
    let again = stop(&workspace, "s", None).expect("an answer");
    let again = again["reason"].as_str().expect("a reason");
    assert!(
        again.contains("what is judged is as it was when you were told") && !again.contains("\n  do: "),
        "{again}"
    );
    workspace.git(&["checkout", "--quiet", "."]);
    assert_eq!(stop(&workspace, "s", None), None);
}

#[test]
fn what_the_person_left_open_is_not_the_agents_to_mend() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    start(&workspace, "s", "startup");
    assert_eq!(stop(&workspace, "s", None), None, "nothing was changed");
    workspace.append("README.md", "More.\n");
    assert_eq!(stop(&workspace, "s", None), None, "another file was changed");
    workspace.append(LIB, "\n/// Two.\npub const TWO: u32 = 2;\n");
    assert_eq!(stop(&workspace, "s", None), None, "the file itself was changed");
    workspace.append(LIB, &BLOCKS.replace("wait()", "wait_too()"));
    let told = stop(&workspace, "s", None).unwrap_or_default().to_string();
    assert!(told.contains("1 error that this change brings"), "{told}");
}

#[test]
fn what_git_puts_back_as_it_was_was_there_before() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    start(&workspace, "s", "startup");
    workspace.git(&["stash", "--quiet"]);
    workspace.git(&["stash", "pop", "--quiet"]);
    let mut event = payload(&workspace, "PostToolBatch", "s");
    event["tool_calls"] = json!([{ "tool_name": "Bash", "tool_input": { "command": "git stash; git stash pop" },
        "tool_use_id": "u1", "tool_response": "" }]);
    assert_eq!(ask(&workspace, &event), None);
    assert_eq!(stop(&workspace, "s", None), None);
    workspace.git(&["commit", "--quiet", "--all", "--message", "as the person asked"]);
    assert_eq!(stop(&workspace, "s", None), None, "it was committed as it was");
}

#[test]
fn a_session_that_goes_on_began_long_ago() {
    let workspace = Workspace::small();
    start(&workspace, "s", "startup");
    workspace.append(LIB, BLOCKS);
    start(&workspace, "s", "compact");
    assert!(sends_back(stop(&workspace, "s", None).as_ref()));
}

#[test]
fn an_agent_inside_a_session_answers_for_its_own_changes() {
    let workspace = Workspace::small();
    start(&workspace, "s", "startup");
    workspace.append(LIB, BLOCKS);
    written(&workspace, "s", "u1", LIB).expect("the session is told");
    let ends = |agent: &str| {
        let mut event = payload(&workspace, "SubagentStop-first", "s");
        event["agent_id"] = json!(agent);
        ask(&workspace, &event)
    };
    assert_eq!(ends("reader"), None, "it has changed nothing");
    workspace.write("src/own.rs", BLOCKS);
    workspace.append(LIB, "\nmod own;\n");
    let answer = ends("writer");
    assert!(sends_back(answer.as_ref()), "{answer:?}");
}

#[test]
fn an_agent_may_wait_for_its_own_work() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let mut waits = payload(&workspace, "Stop-first", "s");
    waits["background_tasks"] = json!([{ "id": "1" }]);
    assert!(!sends_back(ask(&workspace, &waits).as_ref()));
}

#[test]
fn a_policy_that_observes_sends_nobody_back() {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", "mode: observe\n");
    workspace.commit("observe");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.append(LIB, BLOCKS);
    let told = stop(&workspace, "s", None).expect("the person is told");
    let text = told["systemMessage"].as_str().expect("it is told");
    assert!(!sends_back(Some(&told)) && text.contains("error[blocking-in-async]"), "{text}");
    assert_eq!(stop(&workspace, "s", None), None, "once");
}

#[test]
fn a_finding_in_a_file_that_nobody_touched_comes_of_what_the_agent_took_away() {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append(LIB, "\nmod helper;\n");
    workspace.write("src/helper.rs", "//! Helps.\n");
    workspace.commit("a module");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    std::fs::remove_file(workspace.root().join("src/helper.rs")).expect("removed");
    let told = stop(&workspace, "s", None).expect("it is sent back");
    assert!(sends_back(Some(&told)) && told.to_string().contains("error[missing-module]"), "{told}");
}

#[test]
fn what_is_remembered_goes_with_its_session_or_after_a_week() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    for session in ["one", "two"] {
        stop(&workspace, session, None).expect("an answer");
    }
    ask(&workspace, &payload(&workspace, "SubagentStop-first", "one"));
    assert_eq!(kept(&workspace).len(), 3);
    assert_eq!(ask(&workspace, &payload(&workspace, "SessionEnd", "one")), None);
    assert_eq!(kept(&workspace).len(), 3, "something is open");
    workspace.git(&["checkout", "--quiet", "--", LIB]);
    assert_eq!(stop(&workspace, "one", None), None);
    assert_eq!(ask(&workspace, &payload(&workspace, "SessionEnd", "one")), None);
    assert_eq!(kept(&workspace).len(), 1);
    let file = workspace.repository().join(".git/gatefold/sessions").join(&kept(&workspace)[0]);
    let week_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(8 * 24 * 60 * 60);
    std::fs::File::options()
        .append(true)
        .open(file)
        .and_then(|it| it.set_modified(week_ago))
        .expect("a date");
    let old = kept(&workspace);
    start(&workspace, "three", "startup");
    let now = kept(&workspace);
    assert!(now.len() == 2 && !now.contains(&old[0]), "{now:?}");
    assert_eq!(ask(&workspace, &payload(&workspace, "SessionEnd", "three")), None);
    assert_eq!(kept(&workspace), Vec::<String>::new(), "with what the references led to");
}

#[test]
fn who_resumes_a_session_finds_open_what_was_open() {
    for is_told in [true, false] {
        let workspace = Workspace::small();
        start(&workspace, "s", "startup");
        workspace.append(LIB, BLOCKS);
        match is_told {
            true => drop(stop(&workspace, "s", None).expect("it is sent back")),
            false => {
                let mut event = payload(&workspace, "PostToolBatch", "s");
                event["tool_calls"] = json!([{ "tool_name": "Bash", "tool_input": { "command": "make" } }]);
                ask(&workspace, &event).expect("it is told");
            }
        }
        assert_eq!(ask(&workspace, &payload(&workspace, "SessionEnd", "s")), None);
        start(&workspace, "s", "resume");
        let answer = stop(&workspace, "s", None);
        assert!(sends_back(answer.as_ref()), "{is_told}: {answer:?}");
    }
}

#[test]
fn what_two_roots_find_alike_is_told_once_with_its_path_from_the_outer_one() {
    const INNER: &str = "lints:\n  house:\n    printed-line:\n      forbid: { macros: [\"println!\"] }\n      \
        because: nobody reads it\n      bad: [\"fn f() { println!() }\"]\n      level: error\n";
    const PRINTS: &str = "\n/// Prints.\npub fn print() {\n    println!(\"one\");\n}\n";
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", "workspaces: [inner]\n");
    workspace.write("inner/gatefold.yaml", INNER);
    let manifest = workspace.read("Cargo.toml").replace("small", "inner");
    workspace.write("inner/Cargo.toml", manifest + "\n[workspace]\n");
    workspace.write("inner/src/lib.rs", "//! Inner.\n");
    workspace.commit("an inner root");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.append("inner/src/lib.rs", &format!("{BLOCKS}{PRINTS}"));
    let answer = stop(&workspace, "s", None).expect("an answer");
    let reason = answer["reason"].as_str().expect("a reason");
    assert!(reason.contains("gatefold: 2 errors"), "{reason}");
    for rule in ["blocking-in-async", "printed-line"] {
        assert_eq!(reason.matches(&format!("error[{rule}]")).count(), 1, "{reason}");
    }
    assert_eq!(reason.matches("\ninner/src/lib.rs:").count(), 2, "{reason}");
}

/// Begins a session on a branch that has a second crate and names it in the policy, between two steps.
fn with_a_second_crate(
    before: impl FnOnce(&Workspace),
    after: impl FnOnce(&Workspace),
) -> Option<serde_json::Value> {
    let workspace = Workspace::empty("repository");
    let made = |name: &str, members: &str| {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        workspace.write(&format!("crates/{name}/Cargo.toml"), manifest);
        workspace.write(&format!("crates/{name}/src/lib.rs"), "//! Small.\n");
        let layers =
            format!("arch:\n  layers:\n    - {{ name: all, members: [{members}], because: all of it }}\n");
        workspace.write("gatefold.yaml", layers);
    };
    workspace.write("README.md", "Two.\n");
    workspace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n");
    made("one", "one");
    workspace.make_repository();
    workspace.commit("base");
    workspace.git(&["switch", "--quiet", "--create", "work"]);
    made("two", "one, two");
    workspace.commit("two");
    before(&workspace);
    start(&workspace, "s", "startup");
    after(&workspace);
    stop(&workspace, "s", None)
}

#[test]
fn a_policy_that_speaks_of_what_the_agent_took_away_is_its_own_to_mend() {
    let take = |workspace: &Workspace| drop(workspace.git(&["rm", "-rq", "crates/two"]));
    let more = |workspace: &Workspace| workspace.append("README.md", "More.\n");
    let commit = |workspace: &Workspace| workspace.commit("it is gone");
    let told = with_a_second_crate(|_| {}, take).unwrap_or_default().to_string();
    assert!(told.contains("vacuous-rule") && told.contains("\"block\""), "{told}");
    let told = with_a_second_crate(more, |it| (take(it), commit(it)).0).unwrap_or_default();
    assert!(sends_back(Some(&told)), "what else was there is known: {told}");
    let told = with_a_second_crate(|_| {}, |it| (take(it), commit(it)).0).unwrap_or_default().to_string();
    assert!(told.contains("vacuous-rule") && told.contains("\"block\""), "{told}");
    let told = with_a_second_crate(|it| (take(it), commit(it)).0, more);
    assert!(!sends_back(told.as_ref()), "it was so: {told:?}");
    let told = with_a_second_crate(take, more);
    assert!(!sends_back(told.as_ref()), "it was so: {told:?}");
}
