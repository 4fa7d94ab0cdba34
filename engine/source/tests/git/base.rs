//! Which base is chosen, and what happens where there is none.

use crate::repo::{Repo, shown};
use findings::Exit;
use gatefold_source::{BaseRequest, OpenError, Surroundings, open};

const ORIGIN_MAIN: &str = "refs/remotes/origin/main";

fn ci(event_base: &str) -> Surroundings {
    let event_base = Some(event_base).filter(|event| !event.is_empty()).map(Into::into);
    Surroundings { ci: true, event_base, ..Surroundings::default() }
}

/// How the base was chosen and which commit it is, `-` for none.
fn check(repo: &Repo, request: &BaseRequest, surroundings: &Surroundings, chosen: &str, commit: &str) {
    let change = open(&repo.folder, request, surroundings).unwrap();
    assert_eq!(change.base_info.chosen, chosen);
    assert_eq!(change.base_info.commit.unwrap_or("-".to_owned()), commit);
    assert_eq!(change.base.is_some(), commit != "-");
}

fn check_default(repo: &Repo, chosen: &str, commit: impl ToString) {
    check(repo, &BaseRequest::Default, &Surroundings::default(), chosen, &commit.to_string());
}

fn fails(repo: &Repo, request: &BaseRequest, surroundings: &Surroundings, exit: Exit, message: &str) {
    let error = open(&repo.folder, request, surroundings).err().expect("it is refused");
    assert!(error.to_string().contains(message), "{error}");
    assert_eq!(error.exit(), exit, "{error}");
}

/// `main` with two commits, `feature` with one more, `main` at the remote one further.
fn forked() -> (Repo, git2::Oid, git2::Oid) {
    let repo = Repo::with(&[("a", "1\n")]);
    repo.write("a", "2\n");
    let fork = repo.commit("second");
    repo.branch("feature");
    repo.write("b", "1\n");
    let feature = repo.commit("third");
    (repo, fork, feature)
}

#[test]
fn without_commits_everything_is_added() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    check_default(&repo, "no commits", "-");
    let change = repo.change();
    assert_eq!((shown(&change.files), change.head_commit), (vec!["Added a 1-1".to_owned()], None));
    fails(&repo, &BaseRequest::Default, &ci(""), Exit::CouldNotRun, "there are no commits");
}

#[test]
fn on_the_default_branch_the_base_is_head_if_dirty_else_the_first_parent() {
    let repo = Repo::with(&[("a", "1\n")]);
    check_default(&repo, "first commit", "-");
    let first = repo.git.head().unwrap().target().unwrap();
    repo.write("a", "2\n");
    check_default(&repo, "HEAD (working tree differs)", first);
    assert_eq!(repo.change().head_commit.unwrap(), format!("{first}-dirty"));
    let second = repo.commit("second");
    check_default(&repo, "first parent", first);
    assert_eq!(repo.change().head_commit.unwrap(), second.to_string());
}

#[test]
fn off_the_default_branch_the_base_is_the_merge_base() {
    let (repo, fork, _) = forked();
    check_default(&repo, "merge-base with main", fork);
    repo.write("c", "dirty\n");
    check_default(&repo, "merge-base with main", fork);
    assert_eq!(shown(&repo.change().files), ["Added b 1-1", "Added c 1-1"]);
}

#[test]
fn the_remote_is_asked_before_the_local_branch() {
    let (repo, fork, feature) = forked();
    let first = repo.git.find_commit(fork).unwrap().parent_id(0).unwrap();
    repo.reference("refs/remotes/origin/master", first);
    check_default(&repo, "merge-base with origin/master", first);
    repo.reference(ORIGIN_MAIN, fork);
    check_default(&repo, "merge-base with origin/main", fork);
    repo.reference("refs/remotes/origin/trunk", first);
    let head = "refs/remotes/origin/HEAD";
    repo.git.reference_symbolic(head, "refs/remotes/origin/trunk", true, "test").unwrap();
    check_default(&repo, "merge-base with origin/trunk", first);
    repo.reference("refs/remotes/origin/trunk", feature);
    check_default(&repo, "first parent", fork);
}

#[test]
fn commits_on_main_that_are_not_pushed_are_judged_together() {
    let repo = Repo::with(&[("a", "1\n")]);
    let first = repo.git.head().unwrap().target().unwrap();
    repo.reference(ORIGIN_MAIN, first);
    for text in ["2\n", "3\n"] {
        repo.write("a", text);
        repo.commit(text);
    }
    check_default(&repo, "merge-base with origin/main", first);
}

#[test]
fn a_detached_head_has_a_merge_base_too() {
    let (repo, fork, feature) = forked();
    repo.git.set_head_detached(feature).unwrap();
    check_default(&repo, "merge-base with main", fork);
}

#[test]
fn a_revision_may_be_a_branch_a_tag_a_prefix_or_an_expression() {
    let (repo, fork, feature) = forked();
    let first = repo.git.find_commit(fork).unwrap().parent_id(0).unwrap();
    let object = repo.git.find_object(first, None).unwrap();
    repo.git.tag("v1", &object, &repo.git.find_commit(first).unwrap().author(), "one", false).unwrap();
    let prefix = feature.to_string()[..8].to_owned();
    for (revision, commit) in
        [("main", fork), ("HEAD~2", first), ("v1", first), (prefix.as_str(), feature), ("HEAD", feature)]
    {
        let request = BaseRequest::Revision(revision.to_owned());
        check(&repo, &request, &Surroundings::default(), "given", &commit.to_string());
        check(&repo, &request, &ci(""), "given", &commit.to_string());
    }
    check(&repo, &BaseRequest::None, &ci(""), "none", "-");
}

#[test]
fn an_unknown_revision_is_wrong_usage() {
    let (repo, ..) = forked();
    for revision in ["nowhere", "HEAD~9", "", "HEAD:a", "--help", "deadbeef"] {
        let request = BaseRequest::Revision(revision.to_owned());
        fails(&repo, &request, &Surroundings::default(), Exit::Usage, "names no commit here");
    }
}

#[test]
fn in_ci_the_base_is_the_events() {
    let (repo, fork, feature) = forked();
    check(&repo, &BaseRequest::Default, &ci(&fork.to_string()), "event base", &fork.to_string());
    repo.git.set_head("refs/heads/main").unwrap();
    repo.git.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).unwrap();
    repo.write("a", "3\n");
    let moved_on = repo.commit("main moves on");
    repo.git.set_head_detached(feature).unwrap();
    let event = ci(&moved_on.to_string());
    check(&repo, &BaseRequest::Default, &event, "merge-base with the event base", &fork.to_string());
}

#[test]
fn in_ci_nothing_is_guessed() {
    let (repo, fork, _) = forked();
    let help = "check out with `fetch-depth: 0`, or give `--base REV`";
    let unknown = ci("0123456789012345678901234567890123456789");
    fails(&repo, &BaseRequest::Default, &unknown, Exit::CouldNotRun, help);
    for event in ["", "0000000000000000000000000000000000000000"] {
        check(&repo, &BaseRequest::Default, &ci(event), "merge-base with main", &fork.to_string());
    }
    repo.reference(ORIGIN_MAIN, repo.git.head().unwrap().target().unwrap());
    fails(&repo, &BaseRequest::Default, &ci(""), Exit::CouldNotRun, help);
}

#[test]
fn a_shallow_clone_says_that_it_is_shallow() {
    let (repo, fork, feature) = forked();
    std::fs::write(repo.git.path().join("shallow"), format!("{feature}\n")).unwrap();
    let default = Surroundings::default();
    fails(
        &repo,
        &BaseRequest::Default,
        &default,
        Exit::CouldNotRun,
        "shallow and ends before the merge base",
    );
    repo.git.find_reference("refs/heads/main").unwrap().delete().unwrap();
    fails(&repo, &BaseRequest::Default, &default, Exit::CouldNotRun, "shallow and ends before the parent");
    let given = BaseRequest::Revision("HEAD~1".to_owned());
    fails(&repo, &given, &default, Exit::Usage, "this clone is shallow");
    fails(&repo, &BaseRequest::Default, &ci(&fork.to_string()), Exit::CouldNotRun, "shallow");
}

#[test]
fn histories_without_a_common_commit_need_a_given_base() {
    let (repo, ..) = forked();
    repo.git.set_head("refs/heads/orphan").unwrap();
    repo.commit("orphan");
    let default = Surroundings::default();
    fails(&repo, &BaseRequest::Default, &default, Exit::CouldNotRun, "have no commit in common");
}

#[test]
fn a_bare_repository_has_nothing_to_judge() {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init_bare(folder.path()).unwrap();
    let error = open(folder.path(), &BaseRequest::None, &Surroundings::default()).err().unwrap();
    assert!(matches!(error, OpenError::NoWorkingTree(_)), "{error}");
    let repo = Repo::new();
    let error = open(repo.git.path(), &BaseRequest::None, &Surroundings::default()).err().unwrap();
    assert!(matches!(error, OpenError::NoWorkingTree(_)), "{error}");
}

#[test]
fn a_broken_repository_is_not_taken_for_a_plain_folder() {
    let repo = Repo::with(&[("lib/a", "1\n")]);
    std::fs::remove_file(repo.git.path().join("HEAD")).unwrap();
    let error = open(&repo.path("lib"), &BaseRequest::Default, &Surroundings::default()).err().unwrap();
    assert!(matches!(error, OpenError::Git { .. }), "{error}");
}
