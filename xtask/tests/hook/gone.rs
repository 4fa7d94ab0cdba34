//! A gated folder that is gone from the repository, or that went elsewhere in it: the base's policy judges on, at the end of
//! a turn and in git's own hooks.

use crate::below::{BACKEND, OBSERVED, git_hook, monorepo, start, stop};
use crate::client::{BLOCKS, sends_back};
use crate::workspace::{Workspace, run};

const BOTH: &[(&str, &str)] = &[("backend", "levels: {}\n"), ("search", "levels: {}\n")];

/// How a folder leaves a repository.
const LEAVES: [&str; 5] = [
    "git rm -rq backend",
    "rm -r backend",
    "mkdir build && mv backend build/ && echo /build/ > .gitignore",
    "git rm -rq --cached backend && echo /backend/ > .gitignore",
    "git rm -rq --cached backend && cd backend && git init -q && git add . && git commit -qm own",
];

fn shell(workspace: &Workspace, script: &str) {
    let mut shell = workspace.command("sh");
    for (name, value) in [("NAME", "A"), ("EMAIL", "a@b.c")] {
        shell.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let ran = run(shell.args(["-ec", script]).current_dir(workspace.repository()));
    assert_eq!(ran.status, 0, "{script}: {ran}");
}

/// What git's hooks say of everything, before it is committed and before it is pushed.
fn git_hooks(workspace: &Workspace, script: &str) -> [(i32, String); 2] {
    shell(workspace, "git add --all 2> /dev/null");
    let commit = git_hook(workspace, "pre-commit", "");
    shell(workspace, "git commit -qm all");
    let head = workspace.git(&["rev-parse", "HEAD"]);
    let line = format!("refs/heads/work {} refs/heads/work {}\n", head.trim(), "0".repeat(40));
    let push = git_hook(workspace, "pre-push", &line);
    assert!(
        !commit.1.contains("could not look") && !push.1.contains("could not look"),
        "{script}: {commit:?} {push:?}"
    );
    [commit, push]
}

#[test]
fn a_gated_folder_that_is_gone_is_let_go_by_a_person_only() {
    let check = |policies: &[(&str, &str)], script: &str| {
        let workspace = monorepo(policies);
        start(&workspace, "");
        shell(&workspace, script);
        let end = stop(&workspace, "");
        assert!(sends_back(end.as_ref()), "{script}: {end:?}");
        let reason = end.as_ref().and_then(|end| end["reason"].as_str()).unwrap_or_default();
        for told in
            ["backend/gatefold.yaml", "error[policy-loosened]", "the policy is gone", "Only a person lets"]
        {
            assert!(reason.contains(told), "{told}: {script}: {reason}");
        }
        for (status, said) in git_hooks(&workspace, script) {
            assert!(status == 1 && said.contains("policy-loosened"), "{script}: {said}");
            assert!(said.contains("Only a person lets"), "{script}: {said}");
        }
    };
    for script in LEAVES {
        check(BACKEND, script);
        check(BOTH, script);
    }
}

#[test]
fn a_git_folder_in_a_gated_one_frees_it_of_nothing() {
    let check = |policies: &[(&str, &str)], script: &str| {
        let workspace = monorepo(policies);
        std::fs::write(workspace.outside().join("bad"), BLOCKS).expect("a file");
        start(&workspace, "");
        shell(&workspace, &format!("{script} && cat ../outside/bad >> backend/src/lib.rs"));
        let end = stop(&workspace, "");
        let reason = end.as_ref().and_then(|end| end["reason"].as_str()).unwrap_or_default();
        assert!(sends_back(end.as_ref()) && reason.contains("blocking-in-async"), "{script}: {end:?}");
        for (status, said) in git_hooks(&workspace, script) {
            assert!(status == 1 && said.contains("blocking-in-async"), "{script}: {said}");
        }
    };
    let moves = "mkdir docs && git mv backend/Cargo.toml docs/";
    for script in
        ["mkdir backend/.git", "ln -s nowhere backend/.git", &format!("mkdir backend/.git && {moves}")]
    {
        check(BACKEND, script);
        check(BOTH, script);
    }
}

#[test]
fn a_folder_that_was_only_observed_or_that_others_took_out_may_go() {
    for script in LEAVES {
        let workspace = monorepo(OBSERVED);
        start(&workspace, "");
        shell(&workspace, script);
        let end = stop(&workspace, "");
        assert!(!sends_back(end.as_ref()), "{script}: {end:?}");
        for (status, said) in git_hooks(&workspace, script) {
            assert_eq!(status, 0, "{script}: {said}");
        }
    }
    let workspace = monorepo(BACKEND);
    shell(
        &workspace,
        "git switch -qc theirs && git rm -rq backend && git commit -qm gone && git switch -q work",
    );
    start(&workspace, "");
    shell(&workspace, "git switch -q theirs");
    let end = stop(&workspace, "");
    assert!(!sends_back(end.as_ref()), "{end:?}");
}

#[test]
fn gits_own_hooks_judge_a_moved_folder_as_the_base_had_it() {
    let check = |script: &str, told: &[&str]| {
        let workspace = monorepo(BACKEND);
        std::fs::write(workspace.outside().join("bad"), BLOCKS).expect("a file");
        shell(&workspace, script);
        for (status, said) in git_hooks(&workspace, script) {
            assert_eq!(status, i32::from(!told.is_empty()), "{script}: {said}");
            for told in told {
                assert!(said.contains(told), "{told}: {script}: {said}");
            }
        }
    };
    check("git mv backend services", &[]);
    let told = ["src/lib.rs:8", "blocking-in-async", "At the base `backend` is judged"];
    let bad = "git mv backend services && cat ../outside/bad >> services/src/lib.rs";
    check(bad, &told);
    check(&format!("{bad} && echo 'mode: observe' > services/gatefold.yaml"), &told);
    check("git mv backend services && rm services/gatefold.yaml", &["the policy is gone"]);
    check(
        "mkdir -p tools/src && git mv backend/src/lib.rs tools/src/l.rs && cat ../outside/bad >> tools/src/l.rs",
        &["src/l.rs:8", "At the base `backend` is judged"],
    );
}
