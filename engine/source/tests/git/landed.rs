//! What landed between two commits, and how often files changed before a change.

use std::collections::BTreeMap;

use gatefold_source::{BaseRequest, ChangeKind, Landing, Range, churn};
use git2::Oid;

use crate::repo::Repo;

/// A commit of the working tree's files with these parents, where the branch stands afterwards.
fn commit(repo: &Repo, message: &str, seconds: i64, parents: &[Oid]) -> Oid {
    let mut index = repo.git.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.update_all(["*"], None).unwrap();
    let tree = repo.git.find_tree(index.write_tree().unwrap()).unwrap();
    let parents: Vec<_> = parents.iter().map(|id| repo.git.find_commit(*id).unwrap()).collect();
    let who = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(seconds, 0)).unwrap();
    let id = repo.git.commit(None, &who, &who, message, &tree, &parents.iter().collect::<Vec<_>>()).unwrap();
    repo.reference("refs/heads/main", id);
    id
}

fn landed(repo: &Repo, base: Oid, head: Oid, limit: usize) -> (Vec<Landing>, bool) {
    let range = Range::open(&repo.folder, &base.to_string(), &head.to_string()).unwrap();
    range.landings(limit, &|path| path != "b").unwrap()
}

fn subjects(landings: &[Landing]) -> Vec<&str> {
    landings.iter().map(|landing| landing.subject.as_str()).collect()
}

#[test]
fn landings_are_the_line_of_first_parents_and_merges_bring_what_the_line_does_not_have() {
    let repo = Repo::with(&[("a", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    repo.write("a", "b\n");
    let one = commit(&repo, "one\n\nCo-authored-by: Bob <b@example.org>", 10, &[base]);
    repo.write("b", "b\n");
    let two = commit(&repo, "two", 20, &[one]);
    repo.write("c", "c\n");
    let squash = commit(&repo, "\nsquash\n\nmore", 30, &[base]);
    let merge = commit(&repo, "merge", 40, &[squash, two]);
    let again = commit(&repo, "merge again", 50, &[merge, two]);
    let (landings, cut) = landed(&repo, base, again, 10);
    assert_eq!((subjects(&landings), cut), (vec!["merge again", "merge", "squash"], false));
    let brings: Vec<_> = landings.iter().map(|landing| (landing.is_merge, landing.brings)).collect();
    assert_eq!(brings, [(true, Some(0)), (true, Some(2)), (false, Some(0))]);
    let co_authors: Vec<&str> = landings[1].co_authors.iter().map(|person| person.name.as_str()).collect();
    assert_eq!((co_authors, landings[1].time), (vec!["Bob"], 40));
    let asked = [("a".to_owned(), ChangeKind::Modified), ("c".to_owned(), ChangeKind::Added)];
    assert_eq!((landings[2].files, landings[2].asked.as_slice()), (3, &asked[..]), "`b` was not asked about");
    let range = Range::open(&repo.folder, &base.to_string(), &again.to_string()).unwrap();
    assert_eq!(range.text(&landings[2].commit, "a", true).as_deref(), Some("a\n"));
    assert_eq!(range.text(&landings[2].commit, "a", false).as_deref(), Some("b\n"));
    assert_eq!(range.text(&landings[2].commit, "c", true), None);
    let (newest, cut) = landed(&repo, base, again, 1);
    assert_eq!((subjects(&newest), cut), (vec!["merge again"], true));
    assert_eq!(landed(&repo, again, base, 10), (Vec::new(), false), "what head does not have did not land");
}

#[test]
fn what_is_asked_below_a_folder_is_told_from_there() {
    let repo = Repo::with(&[("inner/a", "a\n"), ("outer", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    repo.write("inner/a", "b\n");
    repo.write("outer", "b\n");
    let head = commit(&repo, "both", 10, &[base]);
    let range = Range::open(&repo.folder.join("inner"), &base.to_string(), &head.to_string()).unwrap();
    let (landings, _) = range.landings(10, &|_| true).unwrap();
    assert_eq!((landings[0].files, &landings[0].asked[0].0), (1, &"a".to_owned()));
    assert_eq!(range.text(&landings[0].commit, "a", false).as_deref(), Some("b\n"));
    assert_eq!(range.text(&landings[0].commit, "../outer", false), None);
}

#[test]
fn churn_counts_the_commits_before_a_change_back_to_a_moment() {
    let repo = Repo::with(&[("a", "0\n"), ("b", "0\n")]);
    let mut last = repo.git.head().unwrap().target().unwrap();
    for (seconds, file) in
        [(1_900_000_000, "a"), (1_900_000_100, "b"), (1_900_000_200, "a"), (1_900_000_300, "a")]
    {
        repo.write(file, format!("{seconds}\n"));
        last = commit(&repo, "change", seconds, &[last]);
    }
    repo.write("a", "the change itself\n");
    let change = repo.open(&BaseRequest::Revision(last.to_string())).unwrap();
    let check = |since: i64, paths: &[&str], expected: &[(&str, usize)], looked_at: usize| {
        let churn = churn(&repo.folder, &change, since, paths).unwrap();
        let expected: BTreeMap<String, usize> =
            expected.iter().map(|(path, count)| ((*path).to_owned(), *count)).collect();
        assert_eq!(
            (churn.commits, churn.looked_at, churn.cut),
            (expected, looked_at, false),
            "{since} {paths:?}"
        );
    };
    check(1_900_000_000, &["a", "b"], &[("a", 3), ("b", 1)], 4);
    check(1_900_000_100, &["a"], &[("a", 2)], 3);
    check(1_900_000_100, &["*"], &[], 3);
    check(0, &[], &[], 0);
}
