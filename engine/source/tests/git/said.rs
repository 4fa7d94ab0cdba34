//! What commits say: their messages between base and head, and how many changes were merged there.

use gatefold_source::{BaseRequest, Said, open_range};
use git2::Oid;

use crate::repo::Repo;

fn said(repo: &Repo, base: Oid) -> Said {
    repo.open(&BaseRequest::Revision(base.to_string())).unwrap().said.unwrap()
}

fn texts(said: &Said) -> Vec<&str> {
    said.messages.iter().map(|message| message.text.as_str()).collect()
}

/// A commit with these parents, where the branch stands afterwards.
fn commit(repo: &Repo, message: &str, parents: &[Oid]) -> Oid {
    let parents: Vec<_> = parents.iter().map(|id| repo.git.find_commit(*id).unwrap()).collect();
    let who = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(1_790_000_000, 0)).unwrap();
    let (tree, parents) = (parents[0].tree().unwrap(), parents.iter().collect::<Vec<_>>());
    let id = repo.git.commit(None, &who, &who, message, &tree, &parents).unwrap();
    repo.reference("refs/heads/main", id);
    id
}

#[test]
fn every_message_behind_the_base_is_read_newest_first() {
    let repo = Repo::with(&[("a", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    repo.write("a", "b\n");
    let first = repo.commit("b\n\nRanking-Intent: none\n");
    repo.write("a", "c\n");
    repo.commit("c");
    let read = said(&repo, base);
    assert_eq!((texts(&read), read.merges), (vec!["c", "b\n\nRanking-Intent: none\n"], 0));
    assert_eq!(read.messages[1].commit.as_deref(), Some(&first.to_string()[..12]));
    repo.write("a", "not committed yet\n");
    assert_eq!(texts(&repo.open(&BaseRequest::Default).unwrap().said.unwrap()), [""; 0], "against HEAD");
    let range = open_range(&repo.folder, &BaseRequest::Revision(base.to_string()), &first.to_string());
    assert_eq!(texts(&range.unwrap().said.unwrap()), ["b\n\nRanking-Intent: none\n"]);
    assert_eq!(repo.open(&BaseRequest::None).unwrap().said.unwrap(), Said::default());
}

#[test]
fn merges_are_counted_where_they_bring_what_the_base_does_not_have() {
    let repo = Repo::with(&[("a", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    let moved_on = commit(&repo, "somebody else's", &[base]);
    let mine = commit(&repo, "mine", &[base]);
    let caught_up = commit(&repo, "merge main into mine", &[mine, moved_on]);
    assert_eq!(said(&repo, moved_on).merges, 0, "what it brings is the base's");
    let merged = commit(&repo, "merge mine", &[moved_on, caught_up]);
    let read = said(&repo, moved_on);
    assert_eq!((texts(&read).len(), read.merges), (3, 1));
    let other = commit(&repo, "another", &[moved_on]);
    commit(&repo, "merge another", &[merged, other]);
    assert_eq!(said(&repo, moved_on).merges, 2);
}

#[test]
fn what_is_not_known_is_said() {
    let repo = Repo::with(&[("a", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    let long = "x".repeat((1 << 20) + 1);
    let middle = commit(&repo, &long, &[base]);
    let told = |base: Oid| repo.open(&BaseRequest::Revision(base.to_string())).unwrap().said.unwrap_err();
    assert!(told(base).ends_with("is longer than 1048576 bytes"), "{}", told(base));
    // Nothing leads from the base to what a shallow clone has.
    let head = commit(&repo, "last", &[middle]);
    repo.reference("refs/heads/other", base);
    std::fs::write(repo.git.path().join("shallow"), format!("{head}\n")).unwrap();
    assert_eq!(told(base), "the clone is shallow and ends within the change");
}

#[test]
fn a_message_in_another_encoding_is_read_all_the_same() {
    let repo = Repo::with(&[("a", "a\n")]);
    let base = repo.git.head().unwrap().target().unwrap();
    let tree = repo.git.head().unwrap().peel_to_commit().unwrap().tree_id();
    let raw = [
        format!(
            "tree {tree}\nparent {base}\nauthor A <a> 1790000000 +0000\ncommitter A <a> 1790000000 +0000\n\n"
        )
        .into_bytes(),
        b"Grenze \xfcberschritten\n\nRanking-Intent: none\n".to_vec(),
    ];
    let id = repo.git.odb().unwrap().write(git2::ObjectType::Commit, &raw.concat()).unwrap();
    repo.reference("refs/heads/main", id);
    assert!(said(&repo, base).messages[0].text.ends_with("\nRanking-Intent: none\n"));
}
