//! What keeps everybody from looking: an agent that brought it is sent back, within the bounds of the loop guard, and what
//! was so before is only said.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, ask, payload, sends_back, stop, written};
use crate::workspace::Workspace;

type Breaks = fn(&Workspace);

fn put(workspace: &Workspace, path: &str, text: &[u8]) {
    let file = workspace.repository().join(path);
    let _ = fs::remove_file(&file);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("written");
}

/// What breaks the sight of everybody, and what is said of it.
const BREAKS: [(Breaks, &str); 12] = [
    (|it| put(it, "gatefold.yaml", b"lints: [\n"), "gatefold.yaml:2:1"),
    (|it| put(it, "gatefold.yaml", b"levels: {} # \xe9\n"), "is not valid UTF-8"),
    (|it| put(it, "gatefold.yaml", &vec![b'#'; 9_000_000]), "more than the"),
    (
        |it| {
            put(it, "../outside/policy", b"mode: observe\n");
            fs::remove_file(it.root().join("gatefold.yaml")).expect("removed");
            symlink("../outside/policy", it.root().join("gatefold.yaml")).expect("a link");
        },
        "leads out of the root",
    ),
    (|it| drop(it.git(&["config", "core.bare", "true"])), "git config core.bare false"),
    (|it| put(it, ".git/config", b"[[[\n"), "failed to parse config file"),
    (|it| put(it, ".git/index", b"DIRCgarbage"), "&& git reset --quiet` builds the index anew"),
    (|it| put(it, ".git/index", &[7; 64]), "&& git reset --quiet` builds the index anew"),
    (
        |it| drop(it.git(&["update-index", "--split-index"])),
        "`git config core.splitIndex false && git update-index",
    ),
    (
        |it| {
            put(it, "docs/deep/a.md", b"A.\n");
            it.git(&["add", "docs"]);
            it.git(&["commit", "--quiet", "-m", "a folder"]);
            it.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
        },
        "`git sparse-checkout reapply --no-sparse-index`",
    ),
    (|it| put(it, ".git/HEAD", b"garbage\n"), "failed to"),
    (|it| put(it, ".git/info/grafts", b"garbage\n"), "graft"),
];

fn start(workspace: &Workspace) {
    ask(workspace, &payload(workspace, "SessionStart", "s"));
}

#[test]
fn an_agent_that_keeps_everybody_from_looking_is_told_once_and_sent_back_three_times() {
    for (breaks, says) in BREAKS {
        let workspace = Workspace::small();
        start(&workspace);
        workspace.append(LIB, BLOCKS);
        breaks(&workspace);
        let heard = written(&workspace, "s", "u1", LIB).unwrap_or_default();
        assert!(heard.contains("could not look") && heard.contains(says), "{says}: {heard}");
        assert_eq!(written(&workspace, "s", "u2", LIB), None, "{says}: once");
        let ends: Vec<Value> = (0..4).map(|_| stop(&workspace, "s", Some("p")).expect("an answer")).collect();
        for end in &ends[..3] {
            let reason = end["reason"].as_str().unwrap_or_default();
            assert!(sends_back(Some(end)) && reason.contains(says), "{says}: {end}");
            assert!(reason.contains("nothing was judged") && reason.contains("git "), "{says}: {end}");
        }
        let gone = ends[3]["systemMessage"].as_str().unwrap_or_default();
        assert!(!sends_back(Some(&ends[3])) && gone.contains("CI will fail"), "{says}: {gone}");
        assert_eq!(stop(&workspace, "s", Some("p")), None, "{says}: it is let go in silence");
    }
}

#[test]
fn what_kept_everybody_from_looking_before_the_agent_began_is_said_once() {
    for (breaks, says) in BREAKS {
        let workspace = Workspace::small();
        breaks(&workspace);
        start(&workspace);
        workspace.append(LIB, BLOCKS);
        let end = stop(&workspace, "s", Some("p")).expect("it is said");
        let told = end["systemMessage"].as_str().unwrap_or_default();
        assert!(!sends_back(Some(&end)) && told.contains(says), "{says}: {end}");
        assert_eq!(stop(&workspace, "s", Some("p")), None, "{says}: once");
    }
}

#[test]
fn what_is_mended_is_judged() {
    let workspace = Workspace::small();
    start(&workspace);
    workspace.append(LIB, BLOCKS);
    workspace.write("gatefold.yaml", "lints: [\n");
    assert!(sends_back(stop(&workspace, "s", Some("p")).as_ref()));
    workspace.git(&["checkout", "--quiet", "--", "gatefold.yaml"]);
    let end = stop(&workspace, "s", Some("p")).expect("an answer");
    assert!(end["reason"].as_str().is_some_and(|reason| reason.contains("blocking-in-async")), "{end}");
}

#[test]
fn an_agent_inside_a_session_does_not_answer_for_what_the_session_broke() {
    let workspace = Workspace::small();
    start(&workspace);
    workspace.write("gatefold.yaml", "lints: [\n");
    written(&workspace, "s", "u1", "gatefold.yaml").expect("it is told");
    let mut end = payload(&workspace, "SubagentStop-first", "s");
    end["agent_id"] = json!("reader");
    assert!(!sends_back(ask(&workspace, &end).as_ref()));
    assert!(sends_back(stop(&workspace, "s", Some("p")).as_ref()), "the session does");
}

#[test]
fn an_agent_that_nothing_can_be_remembered_of_is_sent_back_once_and_never_for_ever() {
    let check = |breaks: Breaks, mends: &str| {
        let workspace = Workspace::small();
        start(&workspace);
        workspace.append(LIB, BLOCKS);
        breaks(&workspace);
        let ends = |active: bool| {
            let mut end = payload(&workspace, "Stop-first", "s");
            end["stop_hook_active"] = json!(active);
            ask(&workspace, &end).expect("an answer")
        };
        let back = ends(false);
        assert!(sends_back(Some(&back)), "the client says that it is the first time: {back}");
        assert!(back.to_string().contains(mends), "{mends}: {back}");
        let gone = ends(true);
        assert!(!sends_back(Some(&gone)) && gone.to_string().contains("CI will fail"), "{gone}");
        assert!(gone.to_string().contains(mends), "{mends}: {gone}");
    };
    fn forget(it: &Workspace) {
        fs::remove_dir_all(it.repository().join(".git/gatefold")).expect("removed");
        put(it, ".git/gatefold", b"");
    }
    fn take_away(it: &Workspace) {
        fs::rename(it.repository().join(".git"), it.outside().join("git")).expect("taken away");
    }
    check(forget, "Take away what lies there");
    check(|it| [take_away(it), put(it, ".git", b"gitdir: ../nowhere\n")][0], "`git worktree repair`");
    check(|it| [take_away(it), put(it, ".git", b"")][0], "Put it back as git made it");
    check(take_away, "leads to no repository");
}

#[test]
fn a_repository_of_another_format_is_refused_and_said_to_be_one() {
    let workspace = Workspace::empty("repository");
    workspace.write("gatefold.yaml", "levels: {}\n");
    workspace.git(&["init", "--quiet", "--object-format=sha256"]);
    let ran = workspace.run(&["gate"]);
    assert!(ran.status == 3 && ran.stderr.contains("named by SHA-1 are read"), "{ran}");
    start(&workspace);
    let end = stop(&workspace, "s", None).unwrap_or_default();
    let told = end["systemMessage"].as_str().unwrap_or_default();
    assert!(!sends_back(Some(&end)) && told.contains("named by SHA-1 are read"), "{end}");
}
