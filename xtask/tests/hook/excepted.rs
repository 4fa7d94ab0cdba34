//! An exception that the agent writes itself counts once a person has approved it, and the agent is told so.

use serde_json::Value;

use crate::client::{LIB, ask, payload, sends_back, stop, written};
use crate::workspace::Workspace;

const EXCEPTED: &str = "\n/// Waits.\npub async fn wait() {\n    // gatefold: allow(blocking-in-async): only once\n    \
                        std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";

/// A small crate with this policy, whose approvals code owners are asked about.
fn owned(policy: &str) -> Workspace {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", format!("approvals: owners\n{policy}"));
    workspace.write(".github/CODEOWNERS", "/approvals/ @us\n");
    workspace.commit("who approves");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    workspace
}

#[test]
fn an_exception_that_waits_for_a_person_is_told_with_the_persons_command() {
    const SAYS: &str = "its exception counts only once it is approved by a code owner of `approvals/`, in the forge: \
                        `gatefold approve ";
    let workspace = owned("");
    workspace.append(LIB, EXCEPTED);
    for id in ["u1", "u2"] {
        let told = written(&workspace, "s", id, LIB).expect("it is told");
        assert!(told.contains("error[blocking-in-async]") && told.contains(SAYS), "{told}");
    }
    for _ in 0..2 {
        let end = stop(&workspace, "s", None);
        let reason = end.as_ref().and_then(|end| end["reason"].as_str()).unwrap_or_default();
        assert!(sends_back(end.as_ref()) && reason.contains(SAYS), "{end:?}");
    }
}

#[test]
fn an_exception_that_counts_at_once_is_not_told() {
    for policy in ["self_exceptable: [blocking-in-async]\n", "levels: { blocking-in-async: warning }\n"] {
        let workspace = owned(policy);
        workspace.append(LIB, EXCEPTED);
        assert_eq!(written(&workspace, "s", "u1", LIB), None, "{policy}");
        assert_eq!(stop(&workspace, "s", None), None::<Value>, "{policy}");
    }
}
