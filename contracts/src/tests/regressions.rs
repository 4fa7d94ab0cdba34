//! Requests that failed once: found beside the gate, saved, and asked first.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use findings::Finding;
use prost_reflect::DynamicMessage;
use source::{Change, Tree};

use super::properties::{FIELDS, FILE, PROTO, file, react};
use super::stand_in::reacting;
use crate::{Error, Outside, Policy, Search, Searched, Wanted, check_live, check_static, search};

const SAVED: &str = "services/ranker/contracts/regressions/rank.yaml";

fn scenarios() -> String {
    file(&format!(
        "  - name: laws\n    rpc: Rank\n    cases: 1\n    require:\n      - limit: {{ field: items, by: limit }}{FIELDS}"
    ))
}

fn tree(saved: Option<&str>) -> Tree {
    let scenarios = scenarios();
    let files = [("protos/p.proto", PROTO), (FILE, scenarios.as_str())];
    Tree::from_memory(files.into_iter().chain(saved.map(|text| (SAVED, text))))
}

fn is_kept(judged: Result<Vec<Finding>, Error>) -> bool {
    judged.expect("it is asked").is_empty()
}

fn judge(bug: &'static str, base: Option<&str>, head: Option<&str>) -> Result<Vec<Finding>, Error> {
    let change = Change::of_trees(Some(tree(base)), tree(head));
    let checked = check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
        let calls = AtomicU64::new(0);
        reacting(wanted, move |pool, call| react(bug, &calls, pool, call))
    });
    Ok(checked?.findings)
}

fn searched(bug: &'static str, search_for: Search) -> Searched {
    let change = Change::of_trees(None, tree(None));
    let searched =
        search(&change, &Policy::default(), search_for, &Outside::default(), &mut |wanted: &Wanted| {
            let calls = AtomicU64::new(0);
            reacting(wanted, move |pool, call| react(bug, &calls, pool, call))
        });
    searched.expect("it is asked")
}

#[test]
fn what_more_cases_find_is_saved_and_then_found_by_the_gate() {
    assert!(is_kept(judge("one too many", None, None)), "one case does not find it");
    let found = searched("one too many", Search { seed: Some(3), cases: Some(300) }).found;
    let [found] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((found.law, found.path.as_str(), found.property.as_str()), ("limit", SAVED, "laws"));
    let text = found.saved(None);
    let twice = found.saved(Some(&text));
    assert_eq!(twice.matches("property: ").count(), 2);
    for (base, head) in
        [(None, Some(text.as_str())), (Some(text.as_str()), None), (Some(&text), Some(&twice))]
    {
        let findings = judge("one too many", base, head).expect("it is asked");
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        findings::testing::check_message(finding);
        assert!(
            finding.message.starts_with("property `laws` failed: `limit` does not hold"),
            "{}",
            finding.message
        );
        assert_eq!(finding.notes[2].text, format!("saved in {SAVED}"));
    }
    assert!(is_kept(judge("", Some(&text), Some(&twice))));
}

#[test]
fn what_is_saved_is_asked_before_anything_else() {
    let saved = |id: &str| {
        format!(
            "regressions: 1\nrequests:\n  - {{ property: laws, law: limit, request: {{ id: {id}, limit: 3 }} }}\n"
        )
    };
    let (base, head) = (saved("before"), saved("after"));
    let change = Change::of_trees(Some(tree(Some(&base))), tree(Some(&head)));
    let ids = Arc::new(Mutex::new(Vec::new()));
    let checked = check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
        let (calls, ids) = (AtomicU64::new(0), ids.clone());
        reacting(wanted, move |pool, call| {
            let query = pool.get_message_by_name("p.v1.Query").expect("the protos have it");
            let query = DynamicMessage::decode(query, call.messages[0].clone()).expect("it is a query");
            let id = query.get_field_by_name("id").and_then(|id| id.as_str().map(str::to_owned));
            ids.lock().expect("nobody panics over it").extend(id);
            react("", &calls, pool, call)
        })
    });
    assert!(checked.expect("it is asked").findings.is_empty());
    let ids = ids.lock().expect("nobody panics over it");
    let mut first = ids[..2].to_vec();
    first.sort();
    assert_eq!((first, ids.len()), (vec!["after".to_owned(), "before".to_owned()], 3), "{ids:?}");
}

#[test]
fn a_service_without_faults_is_searched_in_vain() {
    assert_eq!(searched("", Search::default()), Searched { properties: 1, cases: 1, found: Vec::new() });
    let wider = Search { seed: None, cases: Some(300) };
    assert_eq!(searched("", wider), Searched { properties: 1, cases: 300, found: Vec::new() });
}

#[test]
fn what_is_saved_has_to_fit() {
    for (saved, place, part) in [
        ("regressions: 2\nrequests: []\n", "1:14", "only version 1"),
        ("regressions: 1\nrequests: [{ property: laws, law: limit }]\n", "2:12", "request"),
        (
            "regressions: 1\nrequests: [{ property: gone, law: limit, request: {} }]\n",
            "2:24",
            "has no property `gone`",
        ),
        (
            "regressions: 1\nrequests: [{ property: laws, law: limit, request: { size: 3 } }]\n",
            "2:42",
            "size",
        ),
    ] {
        let checked = check_static(&Change::of_trees(None, tree(Some(saved))), &Policy::default());
        let findings = checked.expect("it looks").findings;
        let [finding] = findings.as_slice() else { panic!("{saved}: {findings:#?}") };
        findings::testing::check_message(finding);
        let location = finding.location.as_ref().expect("it has a place");
        let span = location.span.map(|span| format!("{}:{}", span.line, span.column)).unwrap_or_default();
        assert!(
            location.file == SAVED && span == place && finding.message.contains(part),
            "{saved} is refused at {span}: {}",
            finding.message
        );
        assert!(matches!(judge("", None, Some(saved)), Err(Error::Scenario(_))), "{saved} is asked");
        assert!(is_kept(judge("", Some(saved), None)), "a base that does not fit is left out");
    }
}
