//! Going back is always open; what only looks like going back is not.

use crate::workspace::{RANKINGS, Verdict, Workspace};

const TOP_K: &str = "crates/stages/src/top_k.rs";
const PROTO: &str = "protos/ranking/v1/now_playing.proto";
const STRICTER: [(&str, &str, &str); 2] = [
    (
        TOP_K,
        "assert_eq!(sizes(3, 3), (3, 0));",
        "assert_eq!(sizes(3, 3), (3, 0));\n        assert_eq!(sizes(1, 1), (1, 0));",
    ),
    (TOP_K, "(self.limit)(query).min(ranked.len())", "ranked.len().min((self.limit)(query))"),
];

/// The branch `main` with a commit on top of the base, and the branch `work` at its tip.
fn after(change: impl FnOnce(&Workspace)) -> Workspace {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    change(&workspace);
    workspace.commit("a change to take back");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace
}

fn everything(it: &Workspace) {
    STRICTER.iter().for_each(|(file, from, to)| it.replace(file, from, to));
    it.replace(
        PROTO,
        "uint32 limit = 5;",
        "uint32 limit = 5;\n  // Which player asks.\n  string player = 15;",
    );
    it.replace(
        "crates/stages/src/diversity.rs",
        "assert!(split.removed.is_empty()",
        "assert_eq!(split.removed, []",
    );
    it.replace("gatefold.yaml", "category: CALLERS", "category: FILE");
    it.swap_best(0);
}

#[track_caller]
fn passes(workspace: &Workspace) -> Verdict {
    let verdict = workspace.gate();
    assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", verdict.ran);
    assert!(verdict.ran.stdout.contains("the change goes back to "), "{}", verdict.ran);
    verdict
}

#[track_caller]
fn blocks(workspace: &Workspace) {
    let verdict = workspace.gate();
    assert_ne!(verdict.blocking(), vec![""; 0], "{}", verdict.ran);
    assert_eq!(verdict.ran.status, 1);
}

#[test]
fn a_commit_is_taken_back() {
    let workspace = after(everything);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    let verdict = passes(&workspace);
    let broken: Vec<_> =
        verdict.findings("new").into_iter().filter(|(level, _)| level == "warning").collect();
    assert_eq!(broken.len(), 1, "callers are still told: {broken:?}");
    assert!(broken[0].1.starts_with("contracts field-no-delete "), "{broken:?}");
}

#[test]
fn what_a_consumer_still_names_is_no_more_taken_back_than_a_salt() {
    let consumer =
        "contracts: 1\nconsumer: remote\nuses:\n  ranking.v1.NowPlaying/RankQueue: { sends: [player] }\n";
    let player = "uint32 limit = 5;\n  // Which player asks.\n  string player = 15;";
    let workspace = after(|it| {
        it.replace(PROTO, "uint32 limit = 5;", player);
        it.write("contracts/consumers/remote.yaml", consumer);
    });
    workspace.git(&["checkout", "--quiet", "HEAD~1", "--", PROTO]);
    workspace.commit("the field alone");
    blocks(&workspace);
    workspace.git(&["rm", "--quiet", "contracts/consumers/remote.yaml"]);
    workspace.commit("and its consumer");
    passes(&workspace);

    let salt = ("services/home/experiments.yaml", "salt: home-curiosity-2026-11", "salt: home-curiosity-2");
    let workspace = after(|it| it.replace(salt.0, salt.1, salt.2));
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    let verdict = workspace.gate();
    assert_eq!(verdict.ran.status, 1, "{}", verdict.ran);
    assert!(verdict.blocking()[0].contains("experiment-rerandomised"), "{}", verdict.ran);
}

#[test]
fn an_older_commit_is_taken_back_while_others_stay() {
    let workspace = after(everything);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append("README.md", "\nMore.\n");
    workspace.commit("meanwhile");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.git(&["revert", "--no-edit", "HEAD~1"]);
    passes(&workspace);
}

#[test]
fn two_commits_are_taken_back_at_once() {
    let workspace = after(|it| it.swap_best(0));
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.swap_best(1);
    workspace.commit("one more");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.git(&["checkout", "--quiet", "HEAD~2", "--", "."]);
    passes(&workspace);
}

#[test]
fn taking_back_is_taken_back() {
    let workspace = after(everything);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    passes(&workspace);
}

#[test]
fn the_tests_of_a_commit_alone_are_not_taken_back() {
    let workspace = after(everything);
    workspace.git(&["checkout", "--quiet", "HEAD~1", "--", "crates/stages/src/diversity.rs", TOP_K]);
    workspace.commit("only the tests");
    blocks(&workspace);
}

#[test]
fn with_anything_besides_it_is_a_change_like_any_other() {
    let workspace = after(everything);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    workspace.append("crates/telemetry/src/clock.rs", "\n// More.\n");
    workspace.commit("more");
    blocks(&workspace);
}

#[test]
fn a_key_that_was_taken_away_does_not_come_back_with_the_rest() {
    let leaver =
        "mira@example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJlOyY0X0mYrQhWb7rVbNJ9dVtRZ9G3p0eSxqjN5oM8L\n";
    let workspace = after(|it| {
        it.write("approvals/allowed_signers", leaver);
        it.commit("mira approves");
        it.write("approvals/allowed_signers", "# nobody\n");
        it.swap_best(0);
    });
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    let verdict = workspace.gate();
    assert_eq!(verdict.ran.status, 1, "{}", verdict.ran);
    let blocking = verdict.blocking();
    assert_eq!(blocking.len(), 1, "the ranking goes back: {blocking:?}");
    assert!(blocking[0].contains("policy-loosened"), "{blocking:?}");
}

#[test]
fn rankings_are_taken_back_beside_other_work() {
    let workspace = after(|it| {
        it.swap_best(0);
        it.append("README.md", "\nMore.\n");
    });
    workspace.git(&["checkout", "--quiet", "HEAD~1", "--", RANKINGS]);
    workspace.append("README.md", "\nThe rankings of last week are back.\n");
    workspace.commit("rankings as they were");
    let verdict = workspace.gate();
    assert_eq!((verdict.blocking(), verdict.ran.status), (vec![], 0), "{}", verdict.ran);
    assert!(verdict.ran.stdout.contains("what `golden` reads goes back to "), "{}", verdict.ran);
}

#[test]
fn rankings_of_which_some_are_taken_back_are_other_rankings() {
    let workspace = after(|it| it.swap_best(0));
    workspace.git(&["checkout", "--quiet", "HEAD~1", "--", RANKINGS]);
    workspace.swap_best(1);
    workspace.commit("neither the old nor the new ones");
    blocks(&workspace);
}

#[test]
fn what_no_branch_but_ones_own_held_is_not_gone_back_to() {
    let workspace = after(|it| it.append("README.md", "\nMore.\n"));
    workspace.swap_best(0);
    workspace.commit("mine");
    workspace.swap_best(1);
    workspace.commit("mine, too");
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    blocks(&workspace);
}

#[test]
fn what_lies_too_far_back_is_not_gone_back_to() {
    let workspace = after(|it| it.swap_best(0));
    let mut amend = workspace.command("git");
    amend.current_dir(workspace.root()).env("GIT_COMMITTER_DATE", "2026-01-31T12:00:00Z");
    amend.args(["commit", "--quiet", "--amend", "--no-edit"]);
    workspace.git(&["switch", "--quiet", "main"]);
    assert!(amend.status().expect("git runs").success());
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.git(&["revert", "--no-edit", "HEAD"]);
    blocks(&workspace);
}
