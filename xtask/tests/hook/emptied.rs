//! A repository that an agent takes the history out of: what it was is judged against as long as git has it, and
//! missed where it does not.

use crate::branches::{files, script, start, team};
use crate::client::{LIB, sends_back, stop};
use crate::workspace::Workspace;

const BAD: &str = "cat ../outside/bad >> src/lib.rs";
const LOSES: &str = "git branch -q -D main old work && git remote remove origin";

#[test]
fn history_that_is_cut_off_is_judged_by_what_was_there() {
    let check = |text: &str, expected: &[&str]| {
        let workspace = team();
        start(&workspace, "SessionStart", None);
        script(&workspace, text);
        let end = stop(&workspace, "s", None);
        assert_eq!(files(end.as_ref()), expected, "{text}: {end:?}");
    };
    let cuts = format!("git checkout -q --orphan o && git add -A && git commit -qm o && {LOSES}");
    check(&format!("{BAD} && {cuts}"), &[LIB]);
    check(&format!("{BAD} && {cuts} && git commit -q --allow-empty -m more"), &[LIB]);
    check(&format!("{BAD} && git checkout -q --orphan o && {LOSES}"), &[LIB]);
    // One commit in the place of many is nobody's fault.
    check(&cuts, &[]);
    check(&format!("echo // >> src/lib.rs && {cuts}"), &[]);
    // What is published beside the code has a history of its own.
    check(
        "git checkout -q --orphan pages && git rm -rqf src && git commit -qm pages && git switch -q work",
        &[],
    );
}

#[test]
fn a_base_that_git_has_lost_is_missed() {
    let workspace = team();
    start(&workspace, "SessionStart", None);
    script(
        &workspace,
        &format!(
            "{BAD} && git checkout -q --orphan o && git add -A && git commit -qm o && {LOSES} && rm -f .git/FETCH_HEAD && \
             git reflog expire --expire=now --all && git gc -q --prune=now"
        ),
    );
    for _ in 0..3 {
        let end = stop(&workspace, "s", Some("p"));
        let reason = end.as_ref().and_then(|end| end["reason"].as_str()).unwrap_or_default();
        assert!(sends_back(end.as_ref()) && reason.contains("began is gone"), "{end:?}");
    }
    assert!(!sends_back(stop(&workspace, "s", Some("p")).as_ref()));
}

#[test]
fn a_repository_that_has_no_history_yet_is_left_alone() {
    let workspace = Workspace::small();
    script(&workspace, "rm -rf .git && git init -q");
    start(&workspace, "SessionStart", None);
    script(&workspace, "git add -A && git commit -qm all");
    assert_eq!(stop(&workspace, "s", None), None);
}
