//! Branches that are checked out, pulled, merged and rebased while an agent works: what others committed is not the
//! agent's, what it committed itself is, whatever it says about when.

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, ask, payload, ran, sends_back, stop};
use crate::workspace::{Workspace, run};

/// A branch of somebody else that was there before, with an error in `src/lib.rs`, and a remote with another clone.
pub(crate) fn team() -> Workspace {
    let workspace = Workspace::small();
    script(
        &workspace,
        "git clone -q --bare . ../outside/origin.git
         git remote add origin ../outside/origin.git && git fetch -q && git remote set-head origin main
         git clone -q ../outside/origin.git ../outside/theirs
         git switch -q -c old && cat ../outside/bad >> src/lib.rs && git commit -qam old
         git switch -q work",
    );
    workspace
}

/// Runs a script in the repository. `../outside/bad` is code with an error, `../outside/top` code without one that goes in
/// front of a file; `theirs` runs what follows in the other clone.
#[track_caller]
pub(crate) fn script(workspace: &Workspace, text: &str) {
    std::fs::write(workspace.outside().join("bad"), BLOCKS).expect("a file");
    std::fs::write(workspace.outside().join("top"), "//! On top.\n").expect("a file");
    let text = format!(
        "set -e\ntheirs() {{ (cd ../outside/theirs && bad=../bad top=../top && eval \"$1\"); }}\n\
         on_top() {{ cat ../outside/top \"$1\" > ../outside/both && cp ../outside/both \"$1\"; }}\n{text}"
    );
    let who = |command: &mut std::process::Command| {
        for (name, value) in [("NAME", "Team"), ("EMAIL", "team@example")] {
            command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
        }
    };
    let mut shell = workspace.command("sh");
    who(&mut shell);
    let ran = run(shell.args(["-c", &text]).current_dir(workspace.repository()));
    assert_eq!(ran.status, 0, "{text}\n{ran}");
}

pub(crate) fn start(workspace: &Workspace, name: &str, agent: Option<&str>) {
    let mut event = payload(workspace, name, "s");
    if let Some(agent) = agent {
        event["agent_id"] = json!(agent);
    }
    ask(workspace, &event);
}

/// The files with errors that an answer names.
pub(crate) fn files(answer: Option<&Value>) -> Vec<String> {
    let text = answer.and_then(|answer| answer["reason"].as_str()).unwrap_or_default();
    let named =
        text.lines().filter(|line| line.contains(": error[")).filter_map(|line| line.split(':').next());
    named.map(str::to_owned).collect()
}

/// Begins a session, does what the script says, and expects to be told of these files, when a command ran and at the end.
#[track_caller]
pub(crate) fn check(text: &str, expected: &[&str]) {
    let workspace = team();
    start(&workspace, "SessionStart", None);
    script(&workspace, text);
    let told = ran(&workspace, "s", "PostToolBatch", "u1").unwrap_or_default();
    let at_end = stop(&workspace, "s", None);
    assert_eq!(files(at_end.as_ref()), expected, "{text}\n{at_end:?}");
    assert_eq!(sends_back(at_end.as_ref()), !expected.is_empty());
    for file in [LIB, "src/own.rs"] {
        assert_eq!(told.contains(&format!("{file}:")), expected.contains(&file), "{text}\n{told}");
    }
}

#[test]
fn a_branch_that_was_there_is_not_the_agents() {
    check("git switch -q old", &[]);
    check("git switch -q old && echo More. >> README.md && git commit -qam more", &[]);
    check("git switch -q old && git switch -q -c new && git commit -q --allow-empty -m new", &[]);
    check("git merge -q old", &[]);
    check("git commit -q --allow-empty -m own && git merge -q --no-edit old", &[]);
}

#[test]
fn what_is_fetched_is_not_the_agents() {
    const THEY_PUSH: &str = "theirs 'git switch -q -c pr && cat $bad >> src/lib.rs && git commit -qam pr && \
                             git push -q origin HEAD:pr HEAD:refs/pull/12/head'\n";
    check(&format!("{THEY_PUSH} git fetch -q && git switch -q pr"), &[]);
    check(&format!("{THEY_PUSH} git fetch -q origin refs/pull/12/head:it && git switch -q it"), &[]);
    check(&format!("{THEY_PUSH} git pull -q origin pr"), &[]);
    check(
        &format!(
            "{THEY_PUSH} git commit -q --allow-empty -m own && git pull -q --no-rebase --no-edit origin pr"
        ),
        &[],
    );
    check(&format!("{THEY_PUSH} git commit -q --allow-empty -m own && git pull -q --rebase origin pr"), &[]);
    check(&format!("{THEY_PUSH} git fetch -q && git reset -q --hard origin/pr"), &[]);
    check(
        "theirs 'git switch -q main && cat $bad >> src/lib.rs && git commit -qam main && git push -q'
         git switch -q main && git pull -q origin main",
        &[],
    );
}

#[test]
fn what_is_put_on_another_base_or_merged_by_git_itself_stays_what_it_was() {
    const MAIN_MOVES: &str = "theirs 'git switch -q main && cat $top src/lib.rs > ../both && cp ../both src/lib.rs && \
                              git commit -qam top && git push -q'\ngit fetch -q\n";
    check(&format!("{MAIN_MOVES} git switch -q old && git rebase -q origin/main"), &[]);
    check(&format!("{MAIN_MOVES} git switch -q old && git merge -q --no-edit origin/main"), &[]);
    check("git switch -q old && git commit -q --amend -m 'better said'", &[]);
    check("git switch -q old && git reset -q --soft HEAD~1 && git commit -qm squashed", &[]);
    check(
        &format!(
            "git switch -q old && cat ../outside/bad > src/own.rs && git add . && git commit -qm own\n{MAIN_MOVES} \
             git rebase -q origin/main"
        ),
        &["src/own.rs"],
    );
}

#[test]
fn what_the_agent_commits_is_its_own_whatever_it_says_of_the_date() {
    const OWN: &str = "cat ../outside/bad > src/own.rs && git add .\n";
    check(&format!("{OWN} git commit -qm own"), &["src/own.rs"]);
    let dates = "GIT_COMMITTER_DATE=2001-01-01T00:00:00Z git commit -qm own --date 2001-01-01T00:00:00Z";
    check(&format!("{OWN} {dates}"), &["src/own.rs"]);
    check(&format!("git switch -q old\n{OWN} git commit -qm own"), &["src/own.rs"]);
    check(&format!("git switch -q old\n{OWN} git commit -q --amend -m own"), &["src/own.rs"]);
    check(
        &format!(
            "{OWN} git commit -qm own && git push -q origin HEAD:new && git update-ref -d refs/remotes/origin/new && git fetch -q && git pull -q origin new"
        ),
        &["src/own.rs"],
    );
    check(
        &format!("{OWN} git commit -qm own && git switch -q old && git merge -q --no-edit work"),
        &["src/own.rs"],
    );
    check(
        &format!(
            "git switch -q old && cat ../outside/bad >> src/own.rs && echo >> {LIB} && git add . && git commit -qm own"
        ),
        &["src/own.rs"],
    );
    check("git switch -q old && cat ../outside/bad > src/own.rs", &["src/own.rs"]);
}

#[test]
fn what_the_agent_takes_from_elsewhere_or_merges_by_hand_is_its_own() {
    check("git commit -q --allow-empty -m own && git cherry-pick old", &[LIB]);
    check("git checkout -q old -- src/lib.rs", &[LIB]);
    check(
        "on_top src/lib.rs && git commit -qam top && git merge -q --no-edit --no-commit old && \
         cat ../outside/bad >> src/lib.rs && git commit -qam merged",
        &[LIB, LIB],
    );
}

#[test]
fn what_is_picked_or_squashed_of_a_branch_of_a_remote_or_unstashed_is_not_the_agents() {
    const THEY_PUSH: &str = "theirs 'git switch -q -c pr && cat $bad >> src/lib.rs && git commit -qam pr --author=\"T <t@e>\" && \
                             echo more >> README.md && git commit -qam more && git push -q origin HEAD:pr' && git fetch -q\n";
    const OWN: &str = "cat ../outside/bad > src/own.rs && git add . && git commit -qm own";
    // Who picks within a second makes the same commit, had it the same parent.
    const PICK: &str = "git commit -q --allow-empty -m own && git cherry-pick origin/pr~1";
    check(&format!("{THEY_PUSH} {PICK}"), &[]);
    check(
        &format!(
            "{THEY_PUSH} theirs 'git switch -q main && cat $top src/lib.rs > ../both && cp ../both src/lib.rs && \
             git commit -qam top && git push -q'\ngit fetch -q && git rebase -q origin/main && git cherry-pick origin/pr~1"
        ),
        &[],
    );
    check(
        &format!("{THEY_PUSH} git merge -q --squash origin/pr > /dev/null && git commit -qm squashed"),
        &[],
    );
    check(&format!("{THEY_PUSH} {PICK} && {OWN}"), &["src/own.rs"]);
    check(&format!("{THEY_PUSH} {PICK} && echo >> {LIB}"), &[LIB]);
    // What was made here and pushed is not theirs.
    check(
        &format!(
            "{OWN} && git push -q origin HEAD:new && git reset -q --hard HEAD~1 && git checkout -q origin/new -- src/own.rs"
        ),
        &["src/own.rs"],
    );
    check(
        &format!("{OWN} && git update-ref refs/remotes/origin/x HEAD && git reset -q --soft HEAD~1"),
        &["src/own.rs"],
    );

    let after = |before: &str, text: &str, expected: &[&str]| {
        let workspace = team();
        script(&workspace, before);
        start(&workspace, "SessionStart", None);
        script(&workspace, text);
        let at_end = stop(&workspace, "s", None);
        assert_eq!(files(at_end.as_ref()), expected, "{before}; {text}\n{at_end:?}");
    };
    const STASH: &str =
        "cat ../outside/bad >> src/lib.rs && cat ../outside/bad > src/new.rs && git stash -q -u";
    after(STASH, "git stash pop -q", &[]);
    after(STASH, "git stash pop -q && git add . && git commit -qm all", &[]);
    let twice = format!("{STASH} && echo >> README.md && git stash -q");
    after(&twice, "git stash pop -q && git stash pop -q", &[]);
    after(STASH, "git stash pop -q && echo >> src/new.rs", &["src/new.rs"]);
    after("true", &format!("{STASH} && git stash pop -q"), &[LIB, "src/new.rs"]);
    // What they only left alone is not what they did.
    const MENDED: &str = "theirs 'git switch -q main && cat $bad >> src/lib.rs && git commit -qam bad && git push -q && \
                          git push -q origin HEAD:stale && git revert --no-edit HEAD > /dev/null && git push -q'\n\
                          git fetch -q && git rebase -q origin/main";
    after(MENDED, "git checkout -q origin/stale -- src/lib.rs && echo More. >> README.md", &[LIB]);
}

#[test]
fn an_agent_inside_a_session_begins_with_what_is_committed_then() {
    let workspace = team();
    start(&workspace, "SessionStart", None);
    script(&workspace, "cat ../outside/bad > src/own.rs && git add . && git commit -qm own");
    start(&workspace, "SubagentStart", Some("reader"));
    script(&workspace, "git commit -q --allow-empty -m empty && git switch -q old");
    let ends = || {
        let mut event = payload(&workspace, "SubagentStop-first", "s");
        event["agent_id"] = json!("reader");
        ask(&workspace, &event)
    };
    assert_eq!(ends(), None);
    script(&workspace, "git switch -q work");
    assert_eq!(ends(), None, "what the session committed before");
    script(&workspace, "echo >> src/lib.rs && cat ../outside/bad >> src/lib.rs && git commit -qam theirs");
    assert_eq!(files(ends().as_ref()), [LIB]);
    assert_eq!(
        files(stop(&workspace, "s", None).as_ref()),
        [LIB, "src/own.rs"],
        "the session answers for both"
    );
}

/// Begins a session, commits a fault, moves the base as the script says, and expects to be sent back for it.
#[track_caller]
fn frees_nothing(workspace: &Workspace, text: &str) {
    start(workspace, "SessionStart", None);
    script(workspace, "cat ../outside/bad > src/own.rs && git add . && git commit -qm own");
    script(workspace, text);
    let at_end = stop(workspace, "s", None);
    assert_eq!(files(at_end.as_ref()), ["src/own.rs"], "{text}\n{at_end:?}");
    let reason = at_end.expect("an answer").to_string();
    assert!(reason.contains("default branch was moved or lost while you worked"), "{text}: {reason}");
    assert!(reason.contains(" --base "), "{text}: {reason}");
}

#[test]
fn a_base_that_is_moved_here_frees_nothing() {
    for text in [
        "git branch -qf main && git commit -q --allow-empty -m more",
        "git branch -qf main && echo More. >> README.md",
        "git update-ref refs/heads/main HEAD && echo More. >> README.md",
        "git fetch -q . work:main && echo More. >> README.md",
        "git push -q . work:main && echo More. >> README.md",
        "git switch -q main && git merge -q work && echo More. >> README.md",
        "git branch -q --move main trunk && echo More. >> README.md",
    ] {
        frees_nothing(&Workspace::small(), text);
    }
    for text in [
        "git update-ref refs/remotes/origin/main HEAD && echo More. >> README.md",
        "git push -q origin HEAD:main && echo More. >> README.md",
        "git branch -qf main && git remote remove origin && echo More. >> README.md",
        "git push -q origin HEAD:x && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/x && \
         echo More. >> README.md",
    ] {
        frees_nothing(&team(), text);
    }
    let on_main = Workspace::small();
    on_main.git(&["switch", "--quiet", "main"]);
    frees_nothing(&on_main, "echo More. >> README.md && git commit -qam more && echo More. >> README.md");
}

#[test]
fn a_base_that_others_move_or_that_gets_what_was_there_is_the_base() {
    const MAIN_MOVES: &str = "theirs 'git switch -q main && cat $bad >> src/lib.rs && echo mode: observe > gatefold.yaml && \
                              git commit -qam main && git push -q'\n";
    const OWN: &str =
        "git commit -q --allow-empty -m own && echo More. >> README.md && git commit -qam more\n";
    check(&format!("{OWN}{MAIN_MOVES} git fetch -q && git rebase -q origin/main"), &[]);
    check(&format!("{OWN}{MAIN_MOVES} git pull -q --rebase origin main && git fetch -q"), &[]);
    check(
        &format!("{MAIN_MOVES} git switch -q main && git pull -q origin main && echo More. >> README.md"),
        &[],
    );
    check(&format!("{OWN} git push -q origin HEAD:main && git fetch -q && echo More. >> README.md"), &[]);
    let alone = |text: &str| {
        let workspace = Workspace::small();
        script(
            &workspace,
            "git switch -q -c old && cat ../outside/bad >> src/lib.rs && git commit -qam old && git switch -q work",
        );
        start(&workspace, "SessionStart", None);
        script(&workspace, text);
        let at_end = stop(&workspace, "s", None);
        assert!(!sends_back(at_end.as_ref()), "{text}: {at_end:?}");
    };
    alone(&format!(
        "git switch -q main && git merge -q old && git switch -q work && git rebase -q main\n{OWN}"
    ));
    alone(&format!(
        "git switch -q main && git merge -q --no-ff --no-edit old && git switch -q work && git rebase -q main\n{OWN}"
    ));
    alone(&format!("git fetch -q . old:main && git switch -q work && git rebase -q main\n{OWN}"));
    alone(&format!("git branch -qf main old && git rebase -q main\n{OWN}"));
    alone(&format!("git switch -q main\n{OWN}{OWN}"));
}
