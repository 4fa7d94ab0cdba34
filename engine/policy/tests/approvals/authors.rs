//! Nobody approves what they wrote, where the policy says so.

use gatefold_policy::Settings;
use source::{Person, Role, Written};

use crate::common::{ANN, APPROVAL, Key, Moved, RANKINGS, why};

fn excluding(principals: &str) -> Moved {
    let settings = Settings { exclude_authors: true, ..Settings::default() };
    Moved::under(&Key::new(1).line(principals), settings).signed(ANN, &Key::new(1))
}

fn person(name: &str, email: &str, role: Role) -> Person {
    Person { name: name.to_owned(), email: email.to_owned(), role }
}

fn commit(people: &[Person], paths: &[(&str, &str)]) -> Written {
    let paths = paths.iter().map(|(from, to)| (from.to_string(), to.to_string())).collect();
    Written { commit: Some("0123456789ab".to_owned()), people: people.to_vec(), paths }
}

#[track_caller]
fn check(principals: &str, written: Vec<Written>, expected: Option<&str>) {
    let moved = excluding(principals);
    let approvals = moved.read().written_by(Ok(written));
    let expected = expected.map(|what| format!("`{ANN}` {what}, and the policy wants somebody else"));
    assert_eq!(why(&approvals, &moved.change()), expected);
}

const RANKING: &[(&str, &str)] = &[(RANKINGS, RANKINGS)];

#[test]
fn who_wrote_committed_or_helped_does_not_approve() {
    for (role, what) in [
        (Role::Author, "wrote `0123456789ab`"),
        (Role::Committer, "committed `0123456789ab`"),
        (Role::CoAuthor, "is a co-author of `0123456789ab`"),
    ] {
        check(ANN, vec![commit(&[person("Ann", "Ann@Example.org", role)], RANKING)], Some(what));
        check(ANN, vec![commit(&[person("Bob", "bob@example.org", role)], RANKING)], None);
    }
    let by_name = person(ANN, "1+ann@users.noreply.example", Role::Author);
    check(ANN, vec![commit(&[by_name], RANKING)], Some("wrote `0123456789ab`"));
    let unnamed = Written { commit: None, ..commit(&[person("", ANN, Role::Author)], RANKING) };
    check(ANN, vec![unnamed], Some("wrote what is not committed yet"));
}

#[test]
fn what_else_somebody_wrote_is_no_matter() {
    let ann = || person("Ann", ANN, Role::Author);
    check(ANN, vec![commit(&[ann()], &[("README.md", "README.md"), (APPROVAL, APPROVAL)])], None);
    check(ANN, vec![commit(&[ann()], &[])], None);
}

#[test]
fn a_file_is_followed_to_where_it_was() {
    let [ann, bob] = [person("Ann", ANN, Role::Author), person("Bob", "bob@x", Role::Author)];
    let renamed = commit(std::slice::from_ref(&bob), &[("old/rankings.jsonl", RANKINGS)]);
    let before = commit(&[ann], &[("old/rankings.jsonl", "old/rankings.jsonl")]);
    check(ANN, vec![renamed, before], Some("wrote `0123456789ab`"));
}

#[test]
fn every_name_of_the_key_is_the_signers() {
    let commit = |email: &str| vec![commit(&[person("A", email, Role::Author)], RANKING)];
    check("*@example.org", commit("carl@example.org"), Some("wrote `0123456789ab`"));
    check("*@example.org", commit("carl@example.com"), None);
    let also = "ann@example.org,*+ann@users.noreply.example";
    check(also, commit("123+ann@users.noreply.example"), Some("wrote `0123456789ab`"));
}

#[test]
fn a_squash_names_who_brought_the_approval_and_flows() {
    let people = [person("Bob", "bob@x", Role::Author), person("Ann", ANN, Role::CoAuthor)];
    let both = &[(RANKINGS, RANKINGS), (APPROVAL, APPROVAL)];
    check(ANN, vec![commit(&people, both)], None);
    let people = [person("Ann", ANN, Role::Author)];
    check(ANN, vec![commit(&people, both)], Some("wrote `0123456789ab`"));
}

#[test]
fn where_it_is_not_known_who_wrote_it_no_signature_counts() {
    let moved = excluding(ANN);
    assert!(moved.read().asks_who_wrote());
    moved.blocks("who wrote the change is not known: it was not looked up");
    let failed = moved.read().written_by(Err("the clone is shallow".to_owned()));
    let expected = "who wrote the change is not known: the clone is shallow";
    assert_eq!(why(&failed, &moved.change()).as_deref(), Some(expected));
}
