//! What is taken out of what was fetched or stashed, byte for byte, is not the agent's; what was made here and only went round
//! is.

use crate::branches::{check, files, script, start, team};
use crate::client::{LIB, sends_back, stop};

/// Somebody else pushes a branch that changes a file twice and deletes another, as `pr` and as a pull request, and a tag.
const THEIRS: &str = "theirs 'git switch -q -c pr && cat $bad >> src/lib.rs && git rm -q README.md && \
                      git commit -qam pr --author=\"T <t@e>\" && echo >> src/lib.rs && git commit -qam more && \
                      git tag -a -m one v1 && git push -q origin HEAD:refs/pull/7/head v1'\n";
/// The default branch changes the same file elsewhere.
const MOVES: &str = "theirs 'git switch -q main && cat $top src/lib.rs > ../both && cp ../both src/lib.rs && \
                     git commit -qam top && git push -q'\n";

#[test]
fn what_is_taken_of_anything_that_was_fetched_is_not_the_agents() {
    const PULL: &str = "git fetch -q origin pull/7/head";
    for text in [
        format!("{PULL} && git cherry-pick FETCH_HEAD~1"),
        format!("{PULL} && git cherry-pick -n FETCH_HEAD~1"),
        format!("{PULL}:it && git cherry-pick it~1"),
        "git fetch -q origin tag v1 && git cherry-pick v1~1".to_owned(),
        format!("{PULL} && git merge -q --squash FETCH_HEAD > /dev/null"),
        format!(
            "git fetch -q && git rebase -q origin/main && {PULL} && git merge -q --squash FETCH_HEAD > /dev/null"
        ),
        format!("git fetch -q && git rebase -q origin/main && {PULL} && git cherry-pick -n FETCH_HEAD~1"),
    ] {
        // Who picks within a second makes the same commit.
        let text = format!("{THEIRS}{MOVES} git commit -q --allow-empty -m own && {text}");
        check(&text, &[]);
        check(&format!("{text} && echo // >> src/lib.rs"), &[LIB]);
    }
}

#[test]
fn what_others_deleted_is_not_missed_of_the_agent() {
    const TEST: &str = "mkdir tests && printf '//! T.\\n\\n#[test]\\nfn t() {\\n    assert_eq!(small::best(&[1, 2]), Some(2));\\n}\\n' > tests/t.rs";
    let check = |text: &str, sent: bool| {
        let workspace = team();
        script(
            &workspace,
            &format!(
                "git switch -q main && {TEST} && echo N > N && git add . && git commit -qm tests && git push -q origin main"
            ),
        );
        script(&workspace, "git switch -q work && git rebase -q main");
        script(
            &workspace,
            "theirs 'git fetch -q && git switch -q -c pr origin/main && git rm -qr tests && echo // > src/new.rs && git add . && \
             git commit -qm pr && echo // >> src/new.rs && git commit -qam more && git push -q origin pr'",
        );
        start(&workspace, "SessionStart", None);
        script(&workspace, text);
        let at_end = stop(&workspace, "s", None);
        assert_eq!(sends_back(at_end.as_ref()), sent, "{text}: {at_end:?}");
    };
    check("git fetch -q && git merge -q --squash origin/pr > /dev/null && git commit -qm all", false);
    check("git fetch -q && git merge -q --squash origin/pr > /dev/null && echo >> src/new.rs", true);
    check("git fetch -q && git rm -qr tests", true);
}

#[test]
fn a_stash_that_was_there_stays_what_it_was_on_another_base() {
    let workspace = team();
    script(&workspace, "cat ../outside/bad >> src/lib.rs && git stash -q");
    start(&workspace, "SessionStart", None);
    script(&workspace, &format!("{MOVES} git fetch -q && git rebase -q origin/main && git stash pop -q"));
    let at_end = stop(&workspace, "s", None);
    assert_eq!(files(at_end.as_ref()), [""; 0], "{at_end:?}");
    script(&workspace, "echo >> src/lib.rs");
    assert_eq!(files(stop(&workspace, "s", None).as_ref()), [LIB]);
}

#[test]
fn what_was_made_here_comes_from_nowhere_else() {
    const STASH: &str =
        "cat ../outside/bad >> src/lib.rs && git stash -q && git push -q origin stash@{0}:refs/heads/x";
    check(&format!("{STASH} && git fetch -q && git stash pop -q"), &[LIB]);
    check(
        &format!("{STASH} && git update-ref -d refs/remotes/origin/x && git fetch -q && git stash pop -q"),
        &[LIB],
    );
    const UNLOGGED: &str = "cat ../outside/bad > src/own.rs && git add . && git branch t \
                            $(git commit-tree -p HEAD -m t $(git write-tree)) &&";
    const OUT_AND_IN: &str = "git reset -q --hard && git checkout -q origin/t -- src/own.rs";
    for text in [
        "git fetch -q \"$PWD\" t:refs/remotes/origin/t",
        "git fetch -q \"file://$PWD/.git\" t:refs/remotes/origin/t",
        "git remote add me \"$PWD\" && git fetch -q me t:refs/remotes/origin/t",
        "git remote add me . && git fetch -q me && git update-ref refs/remotes/origin/t t",
        "git push -q origin t && git fetch -q",
    ] {
        check(&format!("{UNLOGGED} {text} && {OUT_AND_IN}"), &["src/own.rs"]);
    }
    check(
        "git worktree add -q ../outside/wt -b t && \
         (cd ../outside/wt && cat ../bad > src/own.rs && git add . && git commit -qm own) && git push -q origin t && \
         git worktree remove ../outside/wt && git branch -qD t && git fetch -q && git cherry-pick origin/t",
        &["src/own.rs"],
    );
    const CLONE: &str = "git clone -q . ../outside/copy && (cd ../outside/copy && cat ../bad > src/own.rs && git add . && \
                         git commit -qm own) &&";
    for text in [
        "git pull -q --ff-only ../outside/copy work",
        "git commit -q --allow-empty -m one && git pull -q --no-rebase --no-edit ../outside/copy work",
        "git fetch -q ../outside/copy work && git merge -q FETCH_HEAD",
        "git fetch -q ../outside/copy work:copied && git merge -q copied",
        "git remote add copy \"file://$PWD/../outside/copy\" && git fetch -q copy && git merge -q copy/work",
        "git fetch -q ../outside/copy work && git cherry-pick FETCH_HEAD",
        "git -C ../outside/copy format-patch -q -1 --stdout > ../outside/p && git am -q ../outside/p",
        "git -C ../outside/copy format-patch -q -1 --stdout > ../outside/p && git apply ../outside/p",
    ] {
        check(&format!("{CLONE} {text}"), &["src/own.rs"]);
    }
    // Of what others made, a clone is only another way.
    check(
        &format!(
            "{THEIRS} git clone -q ../outside/origin.git ../outside/copy && \
             (cd ../outside/copy && git pull -q origin pull/7/head) && git pull -q ../outside/copy HEAD"
        ),
        &[],
    );
    check(
        "theirs 'git switch -q -c pr && cat $bad >> src/lib.rs && git commit -qam pr' && git pull -q ../outside/theirs pr",
        &[],
    );
    // What others made and somebody pushes on is theirs.
    check(
        &format!(
            "{THEIRS} git commit -q --allow-empty -m own && git fetch -q origin pull/7/head && sleep 1 && git push -q origin FETCH_HEAD:refs/heads/seven && \
             git merge -q --squash FETCH_HEAD > /dev/null"
        ),
        &[],
    );
}
