//! What a person left open in a file, and an agent that goes on with that file.

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, ask, payload, ran, sends_back, stop};
use crate::stop::start;
use crate::workspace::Workspace;

const MORE: &str = "\n/// Two.\npub const TWO: u32 = 2;\n";

/// Nothing is told after a command and at the end.
#[track_caller]
fn is_silent(workspace: &Workspace, when: &str) {
    assert_eq!(ran(workspace, "s", "PostToolBatch", when), None, "after a tool, {when}");
    assert_eq!(stop(workspace, "s", None), None, "at the end, {when}");
}

#[track_caller]
fn is_sent_back(workspace: &Workspace, when: &str) -> String {
    let told = stop(workspace, "s", None);
    assert!(sends_back(told.as_ref()), "{when}: {told:?}");
    told.unwrap_or_default().to_string()
}

#[test]
fn what_stood_in_a_file_is_not_for_whoever_edits_it_to_mend() {
    let check = |when: &str, leave: fn(&Workspace)| {
        let workspace = Workspace::small();
        workspace.append(LIB, BLOCKS);
        leave(&workspace);
        start(&workspace, "s", "startup");
        workspace.append(LIB, MORE);
        is_silent(&workspace, when);
        workspace.write(LIB, workspace.read(LIB).replace("fn wait()", "fn linger()"));
        is_silent(&workspace, &format!("{when}, under another name"));
        workspace.commit("more");
        assert_eq!(stop(&workspace, "s", None), None, "{when}, committed");
        workspace.append(LIB, &BLOCKS.replace("wait()", "wait_too()"));
        let told = is_sent_back(&workspace, when);
        assert!(told.contains("1 error that this change brings"), "{when}: {told}");
    };
    check("uncommitted", |_| {});
    check("staged", |workspace| drop(workspace.git(&["add", "--all"])));
    check("committed", |workspace| workspace.commit("a person's"));
    check("beside a new file", |workspace| {
        workspace.commit("a person's");
        workspace.append("README.md", "More.\n");
        workspace.write("src/fresh.rs", "//! Fresh.\n");
    });
    check("beside a dump", |workspace| workspace.write("dump.bin", "0".repeat(5 << 20)));
}

#[test]
fn what_stood_on_a_branch_is_not_for_whoever_goes_on_with_it_to_mend() {
    let check = |take: &[&[&str]]| {
        let workspace = Workspace::small();
        workspace.git(&["switch", "--quiet", "--create", "theirs"]);
        workspace.append(LIB, BLOCKS);
        workspace.commit("a person's");
        workspace.git(&["switch", "--quiet", "work"]);
        start(&workspace, "s", "startup");
        workspace.append("README.md", "More.\n");
        workspace.commit("more");
        for step in take {
            workspace.git(step);
        }
        workspace.append(LIB, MORE);
        is_silent(&workspace, &format!("{take:?}"));
        workspace.commit("still more");
        assert_eq!(stop(&workspace, "s", None), None, "{take:?}, committed");
        workspace.append(LIB, &BLOCKS.replace("wait()", "wait_too()"));
        let told = is_sent_back(&workspace, "its own");
        assert!(told.contains("1 error that this change brings"), "{told}");
    };
    check(&[&["switch", "--quiet", "theirs"]]);
    check(&[&["merge", "--quiet", "--no-edit", "theirs"]]);
    check(&[&["switch", "--quiet", "theirs"], &["rebase", "--quiet", "work"]]);
}

#[test]
fn who_weakens_a_test_that_a_person_weakened_is_sent_back() {
    let workspace = Workspace::small();
    let test = |assertion: &str| format!("//! Small.\n\n#[test]\nfn two_and_two() {{\n    {assertion}\n}}\n");
    workspace.write("tests/sums.rs", test("assert_eq!(2 + small::two(), 4);"));
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.commit("a test");
    workspace.git(&["switch", "--quiet", "--create", "weaker"]);
    workspace.write("tests/sums.rs", test("assert!(2 + small::two() > 2);"));
    start(&workspace, "s", "startup");
    workspace.write("tests/sums.rs", test("// Sums.\n    assert!(2 + small::two() > 2);"));
    is_silent(&workspace, "as the person left it");
    workspace.write("tests/sums.rs", test("assert!(2 + small::two() > 0);"));
    is_sent_back(&workspace, "weaker still");
}

#[test]
fn a_session_begins_once_whoever_says_that_an_agent_does() {
    for agent in [Value::Null, json!("")] {
        let workspace = Workspace::small();
        start(&workspace, "s", "startup");
        workspace.append(LIB, BLOCKS);
        let mut event = payload(&workspace, "SubagentStart", "s");
        event["agent_id"] = agent.clone();
        ask(&workspace, &event);
        is_sent_back(&workspace, &agent.to_string());
    }
}

#[test]
fn the_person_is_told_once_that_work_in_the_background_puts_the_judgement_off() {
    let workspace = Workspace::small();
    start(&workspace, "s", "startup");
    let mut event = payload(&workspace, "Stop-first", "s");
    event["background_tasks"] = json!([{ "id": "b1", "status": "running" }]);
    assert_eq!(ask(&workspace, &event), None, "nothing was changed");
    workspace.append(LIB, BLOCKS);
    let told = ask(&workspace, &event).unwrap_or_default().to_string();
    assert!(told.contains("is not judged yet") && !told.contains("\"block\""), "{told}");
    assert_eq!(ask(&workspace, &event), None, "once");
}
