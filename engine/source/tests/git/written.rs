//! Who wrote what: commits, merges, renames and the working tree.

use gatefold_source::{BaseRequest, Role, Written, written};
use git2::{Oid, Signature, Time};

use crate::repo::{LONG, Repo};

fn who(name: &str) -> Signature<'static> {
    Signature::new(name, &format!("{name}@example.org"), &Time::new(1_790_000_000, 0)).unwrap()
}

/// A commit of what lies there, by one and put there by another.
fn commit(repo: &Repo, author: &str, committer: &str, parents: &[Oid]) -> Oid {
    repo.stage();
    let tree = repo.git.find_tree(repo.git.index().unwrap().write_tree().unwrap()).unwrap();
    let parents: Vec<_> = parents.iter().map(|id| repo.git.find_commit(*id).unwrap()).collect();
    let message = "more\n\nCo-authored-by: Cy <cy@example.org>\n";
    let parents: Vec<_> = parents.iter().collect();
    let id = repo.git.commit(None, &who(author), &who(committer), message, &tree, &parents).unwrap();
    repo.git.reference("refs/heads/main", id, true, "test").unwrap();
    id
}

/// `Name as role` of a commit, and what it touches.
fn told(written: &Written) -> (Vec<String>, Vec<String>) {
    let people = written.people.iter().map(|person| format!("{} {:?}", person.name, person.role));
    let paths = written.paths.iter().map(|(from, to)| format!("{from} {to}"));
    (people.collect(), paths.collect())
}

fn all(repo: &Repo, base: Oid) -> Vec<Written> {
    let change = repo.open(&BaseRequest::Revision(base.to_string())).unwrap();
    written(&repo.folder, &change).unwrap()
}

#[test]
fn each_commit_says_who_made_it_and_what_it_touches() {
    let repo = Repo::new();
    repo.write_all(&[("a", LONG), ("b", "b\n")]);
    let base = commit(&repo, "ann", "ann", &[]);
    repo.rename("a", "c/a");
    let first = commit(&repo, "ann", "bob", &[base]);
    repo.write("b", "c\n");
    commit(&repo, "dan", "dan", &[first]);
    let [newer, older] = &all(&repo, base)[..] else { panic!("two commits") };
    let people = |names: [&str; 3]| names.map(str::to_owned).to_vec();
    assert_eq!(told(newer), (people(["dan Author", "dan Committer", "Cy CoAuthor"]), vec!["b b".to_owned()]));
    assert_eq!(
        told(older),
        (people(["ann Author", "bob Committer", "Cy CoAuthor"]), vec!["a c/a".to_owned()])
    );
    assert_eq!(newer.people[2].role, Role::CoAuthor);
}

#[test]
fn a_merge_touches_what_it_has_otherwise_than_each_parent() {
    let repo = Repo::new();
    repo.write_all(&[("a", "a\n"), ("b", "b\n"), ("c", "c\n")]);
    let base = commit(&repo, "ann", "ann", &[]);
    repo.write("a", "mine\n");
    let mine = commit(&repo, "ann", "ann", &[base]);
    repo.write_all(&[("a", "a\n"), ("b", "theirs\n")]);
    let theirs = commit(&repo, "bob", "bob", &[base]);
    repo.write_all(&[("a", "mine\n"), ("c", "slipped in\n")]);
    commit(&repo, "eve", "eve", &[mine, theirs]);
    let merge = &all(&repo, base)[0];
    assert_eq!(told(merge).1, ["c c"]);
}

#[test]
fn what_is_not_committed_is_by_whom_git_knows() {
    let repo = Repo::with(&[("a", "a\n"), ("b", "b\n")]);
    repo.config("user.name", "Ann");
    repo.config("user.email", "ann@example.org");
    repo.write("b", "c\n");
    let change = repo.change();
    let [only] = &written(&repo.folder, &change).unwrap()[..] else { panic!("nothing but the working tree") };
    assert_eq!(
        (only.commit.as_ref(), told(only)),
        (None, (vec!["Ann Author".to_owned()], vec!["b b".to_owned()]))
    );
}
