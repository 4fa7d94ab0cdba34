//! What a corpus must hold: which requests hold a hazard, what is told of one that none or all hold, what is refused.

mod common;

use common::{RANKINGS, REQUESTS, policy, recording, rows, tree};
use golden::{Policy, SECTION, check_static};
use policy::{Document, Schema};
use source::{Change, Tree};

/// What is found in a corpus of which policy says this.
#[track_caller]
fn check(more: &str, notation: &str, expected: &[&str]) {
    let change = Change::of_trees(None, tree(notation));
    let found = check_static(&change, &policy(&format!(", {more}"))).findings;
    let found: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(found, expected, "{more}");
}

fn none(hazard: &str) -> String {
    format!("the hazard `{hazard}` is held by no request of the corpus of `queue` where policy asks for 1")
}

const PLAIN: &str = "home/1 limit=2: t1=0.9 t2=0.5\nhome/2 limit=3: t1=0.9 t2=0.5\n";

#[test]
fn a_segment_has_as_many_requests_as_policy_asks_for() {
    check("segments: {home: 2}", PLAIN, &[]);
    check(
        "segments: {home: 3}",
        PLAIN,
        &["the segment `home` is held by 2 requests of the corpus of `queue` where policy asks for 3"],
    );
    check(
        "segments: {cold-start: 1}",
        PLAIN,
        &["the segment `cold-start` is held by no request of the corpus of `queue` where policy asks for 1"],
    );
}

#[test]
fn ties_and_near_ties_are_computed_from_recorded_scores() {
    check("hazards: {t: {is: ties}}", PLAIN, &[&none("t")]);
    check("hazards: {t: {is: ties}}", "home/1 limit=2: t1=0.5 t2=0.5\n", &[]);
    check("hazards: {t: {is: near-ties}}", "home/1 limit=2: t1=0.5 t2=0.5\n", &[&none("t")]);
    check("hazards: {t: {is: near-ties}}", "home/1 limit=2: t1=0.500001 t2=0.5\n", &[]);
    check("hazards: {t: {is: near-ties}}", "home/1 limit=2: t1=0.5001 t2=0.5\n", &[&none("t")]);
    check("hazards: {t: {is: near-ties}}", "home/1 limit=2: INVALID_ARGUMENT\n", &[&none("t")]);
}

#[test]
fn duplicates_and_surplus_are_computed_from_the_request() {
    let held = |kind: &str, request: &str| {
        let rows = rows("a limit=2: t1=0.9\n");
        let files = [
            (REQUESTS, format!("{{\"id\":\"a\",\"segment\":\"a\",\"request\":{request}}}\n")),
            (RANKINGS, recording(&rows).to_text()),
        ];
        let more = format!(", candidates: lists.track_ids.id, hazards: {{h: {{is: {kind}}}}}");
        let change = Change::of_trees(None, Tree::from_memory(files));
        let found = check_static(&change, &policy(&more)).findings;
        !found.iter().any(|finding| finding.rule.id == "hazard-uncovered")
    };
    let request = |ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| format!("{{\"id\":\"{id}\"}}")).collect();
        format!(
            "{{\"limit\":2,\"lists\":[{{\"trackIds\":[{}]}},{{\"trackIds\":[{{\"id\":7}}]}}]}}",
            ids.join(",")
        )
    };
    assert!(!held("duplicates", &request(&["t1", "t2"])));
    assert!(held("duplicates", &request(&["t1", "t1"])));
    assert!(held("duplicates", &request(&["7"])));
    assert!(held("more-than-k", &request(&["t1", "t2"])));
    assert!(!held("more-than-k", &request(&["t1", "t1"])));
    assert!(!held("more-than-k", "{}") && !held("duplicates", "{\"lists\":3}"));
}

#[test]
fn an_expression_tells_and_must_be_able_to_fail() {
    let when = |when: &str| format!("hazards: {{h: {{when: \"{when}\"}}}}");
    check(&when("request.limit == 3"), PLAIN, &[]);
    check(&when("id == 'home/1' && segment == 'home' && ranking.items[0].id == 't1'"), PLAIN, &[]);
    check(&when("request.limit == 4"), PLAIN, &[&none("h")]);
    let all = "the hazard `h` of the corpus of `queue` means nothing: all 2 requests are said to hold it, which says nothing";
    check(&when("request.limit > 1"), PLAIN, &[all]);
    let fault = "the hazard `h` of the corpus of `queue` means nothing: for `home/1`, the expression \
                 `request.cursor > 1` finds no field `cursor`";
    check(&when("request.cursor > 1"), PLAIN, &[fault]);
}

#[test]
fn a_manifest_names_requests_that_are_there_and_not_all() {
    let listed = "hazards: {missing: {listed: missing, minimum: 1}}";
    let with = |manifest: &str| format!("{PLAIN}{manifest}\n");
    check(listed, &with("+missing home/1"), &[]);
    check(listed, &with("+missing home/7"), &[&none("missing")]);
    let means = |why: &str| format!("the hazard `missing` of the corpus of `queue` means nothing: {why}");
    check(listed, &with("+other home/1"), &[&means("the manifest has no `missing`")]);
    check(listed, PLAIN, &[&means("there is no `services/queue/golden/coverage.json`")]);
    check(
        listed,
        &with("+missing home/1 home/2"),
        &[&means("all 2 requests are said to hold it, which says nothing")],
    );
}

#[test]
fn what_no_request_can_hold_is_said_with_a_reason() {
    check("hazards: {non-finite: {not_applicable: the store refuses them}}", PLAIN, &[]);
}

#[test]
fn a_removed_request_is_one_finding_that_says_which_hazards_went_with_it() {
    let (base, head) = (
        "a/1 limit=2: x=0.5 y=0.5\na/2 limit=2: x=0.5 y=0.5\nb/1 limit=2: x=0.9 y=0.5\n",
        "a/1 limit=2: x=0.5 y=0.5\n",
    );
    let policy = policy(", hazards: {ties: {is: ties}}, segments: {a: 1}");
    let found = check_static(&Change::of_trees(Some(tree(base)), tree(head)), &policy).findings;
    let [removed] = &found[..] else { panic!("{found:?}") };
    assert_eq!(removed.rule.id, "request-removed");
    let notes: Vec<&str> = removed.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes[1], "what they held of the corpus's hazards: `a` 1, 1 left; `ties` 1, 1 left");
}

#[test]
fn a_hazard_that_means_nothing_is_refused_where_it_stands() {
    static SECTIONS: &[policy::Section] = &[SECTION];
    let schema = Schema { sections: SECTIONS };
    let refused = |hazard: &str, expected: &str| {
        let text = format!(
            "golden: {{corpora: {{queue: {{rpc: r.v1.Queue/Rank, items: items, id: id, score: score, hazards: {{h: {hazard}}}}}}}}}"
        );
        let document = Document::parse("gatefold.yaml", &text, &schema).map_err(|error| error.to_string());
        let error = document
            .and_then(|document| document.section::<Policy>("golden").map_err(|error| error.to_string()));
        let error = error.unwrap_err();
        assert!(error.starts_with("gatefold.yaml:1:") && error.contains(expected), "{error}");
    };
    refused("{}", "exactly one of `is`, `when`, `listed` and `not_applicable`");
    refused("{is: ties, when: 'true'}", "exactly one of");
    refused("{is: near}", "near");
    refused("{is: ties, minimum: 0}", "at least 1");
    refused("{is: duplicates}", "the corpus's `candidates`, which is not set");
    refused("{is: more-than-k}", "the corpus's `candidates`, which is not set");
    refused("{not_applicable: no}", "a reason in a few words");
    refused("{when: 'requst.limit > 3'}", "names `requst`, which there is not");
    refused("{when: 'request.limit >'}", "does not parse");
}
