//! Items that stand in lists of lists, such as tracks on shelves: one ranking, from the top.

mod common;

use common::{policy, tree};
use golden::{Answer, Policy, check_live};
use serde_json::{Value, json};
use source::Change;

const RECORDED: &str = "home/1: t1=0.9 t2=0.5 t3=0.7";

/// Finds what differs from the recorded ranking in a response whose items stand at a path.
fn judge(path: &str, response: &Value) -> Result<Vec<String>, String> {
    let mut policy: Policy = policy(", descending: false");
    policy.corpora[0].items = path.to_owned();
    let answer = Answer { status: "OK".to_owned(), response: Some(response.clone()), unsent: None };
    let start = &mut |_: &golden::Corpus| {
        let answer = answer.clone();
        Ok(Box::new(move |_: &Value| Ok(answer.clone())) as golden::Ask)
    };
    let checked = check_live(&Change::of_trees(None, tree(RECORDED)), &policy, start);
    let found = checked.map_err(|error| error.to_string())?.findings;
    Ok(found.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect())
}

fn item(id: &str, score: f64) -> Value {
    json!({"track_id": id, "score": score})
}

#[test]
fn the_items_of_all_lists_are_one_ranking_from_the_top() {
    let shelves = json!([
        {"items": [item("t1", 0.9), item("t2", 0.5)]},
        {"items": []},
        {"items": [item("t3", 0.7)]},
    ]);
    assert_eq!(judge("shelves.items", &json!({"shelves": shelves})), Ok(vec![]));
    assert_eq!(judge("page.shelves.items", &json!({"page": {"shelves": shelves}})), Ok(vec![]));
    assert_eq!(
        judge("pages.shelves.items", &json!({"pages": [{"shelves": shelves}, {"shelves": []}]})),
        Ok(vec![])
    );
}

#[test]
fn an_item_that_goes_to_another_list_is_found() {
    let shelves = json!([{"items": [item("t1", 0.9), item("t3", 0.7)]}, {"items": [item("t2", 0.5)]}]);
    let found = judge("shelves.items", &json!({"shelves": shelves})).unwrap();
    assert!(found.len() == 1 && found[0].starts_with("ranking-drifted: "), "{found:?}");
}

#[test]
fn an_item_that_stands_in_two_lists_is_found() {
    let shelves =
        json!([{"items": [item("t1", 0.9), item("t2", 0.5)]}, {"items": [item("t3", 0.7), item("t1", 0.9)]}]);
    let found = judge("shelves.items", &json!({"shelves": shelves})).unwrap();
    assert!(found.iter().any(|found| found.starts_with("ranking-invalid: ")), "{found:?}");
}

#[test]
fn a_list_that_is_missing_on_the_way_is_an_error_and_not_a_shorter_ranking() {
    let whole = json!({"items": [item("t1", 0.9)]});
    for response in [
        json!({}),
        json!({"shelves": {}}),
        json!({"shelves": [whole, {}]}),
        json!({"shelves": [whole, {"items": null}]}),
        json!({"shelves": [whole, 7]}),
        json!({"shelves": [[whole]]}),
    ] {
        let error = judge("shelves.items", &response).unwrap_err();
        assert!(error.ends_with("the response has no list at `shelves.items`"), "{error}");
    }
}
