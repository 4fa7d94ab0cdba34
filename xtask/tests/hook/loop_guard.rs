//! The loop guard: an agent is sent back so often and no more, and what it is let go with is recorded.

use std::fs;

use serde_json::Value;

use crate::client::{BLOCKS, LIB, sends_back, stop};
use crate::workspace::Workspace;

fn recorded(workspace: &Workspace) -> Vec<Value> {
    let text =
        fs::read_to_string(workspace.repository().join(".git/gatefold/let-go.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn one_set_of_findings_is_sent_back_three_times() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    for time in 1..=3 {
        let answer = stop(&workspace, "s", Some("p1"));
        assert!(sends_back(answer.as_ref()), "{time}: {answer:?}");
        assert_eq!(answer.and_then(|it| it.as_object().map(serde_json::Map::len)), Some(2));
    }
    assert_eq!(recorded(&workspace), Vec::<Value>::new());
    let answer = stop(&workspace, "s", Some("p1")).expect("the person is told");
    let told = answer["systemMessage"].as_str().expect("a message");
    assert!(told.contains("1 error still open") && told.contains("CI will fail"), "{told}");
    assert_eq!(stop(&workspace, "s", Some("p1")), None, "said once");
    // Another place of the same finding is the same set: a fingerprint has no line number.
    workspace.write(LIB, format!("// Moved.\n{}", workspace.read(LIB)));
    assert!(!sends_back(stop(&workspace, "s", Some("p1")).as_ref()));
    assert!(!sends_back(stop(&workspace, "s", Some("p2")).as_ref()), "the next prompt");
    assert!(sends_back(stop(&workspace, "another", Some("p1")).as_ref()), "another session");
    let recorded = recorded(&workspace);
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!(recorded[0]["schema"], "gatefold.let-go/1");
    assert_eq!(recorded[0]["rules"], serde_json::json!({ "blocking-in-async": 1 }));
    assert!(recorded[0]["at"].as_i64().is_some_and(|at| at > 1_700_000_000));
}

#[test]
fn one_prompt_is_sent_back_six_times_whatever_it_breaks() {
    let workspace = Workspace::small();
    let sent = |number: usize, prompt: Option<&str>, session: &str| {
        workspace.append(LIB, &BLOCKS.replace("wait()", &format!("wait_{session}_{number}()")));
        sends_back(stop(&workspace, session, prompt).as_ref())
    };
    let first: Vec<bool> = (0..8).map(|number| sent(number, Some("p1"), "s")).collect();
    assert_eq!(first, [true, true, true, true, true, true, false, false]);
    assert!(sent(8, Some("p2"), "s"), "the next prompt");
    let unnamed: Vec<bool> = (0..8).map(|number| sent(number, None, "t")).collect();
    assert_eq!(unnamed.iter().filter(|sent| **sent).count(), 6, "without prompts the session counts");
}

#[cfg(unix)]
#[test]
fn who_cannot_count_sends_nobody_back() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    // A file in the place of the folder, which is refused to root as well.
    workspace.write(".git/gatefold", "");
    let answer = stop(&workspace, "s", None).expect("the person is told");
    assert!(answer["systemMessage"].as_str().is_some_and(|text| text.contains("1 error")), "{answer}");
    assert!(!sends_back(Some(&answer)));
}
