//! The static tier over corpora in a store.

mod common;

use common::depot::{BASE, Depot, edit, messages};
use common::{RANKINGS, REQUESTS, policy, tree};
use findings::Checked;
use source::{Change, Tree};

#[test]
fn manifests_that_name_the_same_files_are_unchanged_and_nothing_is_read() {
    let depot = Depot::new();
    let [base, head] = [depot.tree(BASE), depot.tree(BASE)];
    depot.empty();
    let checked = depot.judge(Some(base), head);
    assert_eq!(messages(&checked), [""; 0]);
    assert_eq!((checked.counts["requests"], checked.counts["compared"], checked.counts["added"]), (4, 4, 0));
}

#[test]
fn a_changed_ranking_has_the_verdict_that_it_has_in_text() {
    let depot = Depot::new();
    for head in [
        edit("t1=0.9 t2=0.5", "t2=0.9 t1=0.5"),
        edit("t5=0.6", "t6=0.6"),
        edit("NOT_FOUND", "t5=1"),
        edit("t2=0.5", "t2=0.500001"),
        edit("t5=0.6", "t5=0.7").replace("t9=0.5", "t8=0.5"),
    ] {
        let text = golden::check_static(&Change::of_trees(Some(tree(BASE)), tree(&head)), &policy(""));
        let bulk = depot.judge(Some(depot.tree(BASE)), depot.tree(&head));
        let rules =
            |checked: &Checked| checked.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>();
        assert_eq!(rules(&bulk), rules(&text), "{head}");
        assert_eq!(bulk.counts, text.counts, "{head}");
        let counted = |checked: &Checked| {
            let message = checked.findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
            message.split(';').next().unwrap_or_default().to_owned()
        };
        assert_eq!(counted(&bulk), counted(&text), "{head}");
    }
}

#[test]
fn what_became_of_a_corpus_is_counted_by_segment_over_all_of_it() {
    let depot = Depot::new();
    let head = edit("t2=0.5 t3=0.1", "t3=0.5 t2=0.1");
    let finding = depot.judge(Some(depot.tree(BASE)), depot.tree(&head)).findings.remove(0);
    assert!(
        finding.message.starts_with("1 of 4 recorded rankings of `queue` changed; "),
        "{}",
        finding.message
    );
    let notes: Vec<&str> = finding.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes[..2],
        ["requests by what differs: order 1, identical 3", "changed by segment: cold 1 of 2"]
    );
}

#[test]
fn an_approval_binds_what_changed_one_by_one() {
    let depot = Depot::new();
    let found = |base: &str, head: &str, approved: &[&str]| {
        depot.judge_under(&policy(""), Some(depot.tree(base)), depot.tree(head), approved).findings
    };
    let deltas = |base: &str, head: &str| found(base, head, &[]).remove(0).deltas;
    let head = edit("t1=0.9 t2=0.5", "t2=0.9 t1=0.5");
    let others = |text: &str| text.replace("t9=0.5", "t9=0.7");
    assert_eq!(
        deltas(&others(BASE), &others(&head)),
        deltas(BASE, &head),
        "rebased onto another approved change"
    );
    assert_ne!(deltas(BASE, &head.replace("t3=0.1", "t3=0.2")), deltas(BASE, &head), "changed once more");
    let both = deltas(BASE, &others(&head));
    assert_eq!(both.iter().map(|delta| delta.of.as_str()).collect::<Vec<_>>(), ["cold/1", "home/1"]);

    let parts = found(BASE, &others(&head), &["cold/1"]);
    assert_eq!([&parts[0].deltas[..], &parts[1].deltas[..]], [&both[1..], &both[..1]]);
    assert!(
        parts[0].message.starts_with("1 of 3 recorded rankings of `queue` changed"),
        "{}",
        parts[0].message
    );
    assert!(parts[0].notes.iter().any(|note| note.text == "1 more changed and are approved as they are"));
    assert_eq!(found(BASE, &others(&head), &["cold/1", "home/1"]).len(), 1);
}

#[test]
fn requests_that_are_gone_or_changed_are_seen_and_new_ones_are_silent() {
    let depot = Depot::new();
    let without = BASE.lines().take(3).collect::<Vec<_>>().join("\n");
    depot.check(BASE, &without, &["request-removed: the request `home/2` of `queue` is gone"]);
    depot.check(&without, BASE, &[]);
    depot.check(
        BASE,
        &BASE.replace("limit=3", "limit=4"),
        &["request-changed: the request `cold/1` of `queue` and 1 more changed"],
    );
    let gone = depot.judge(Some(depot.tree(BASE)), Tree::from_memory([("other", "")]));
    assert_eq!(messages(&gone), ["request-removed: the whole corpus of `queue` is gone, 4 requests"]);
}

#[test]
fn a_corpus_that_moves_into_the_store_or_out_of_it_is_compared_all_the_same() {
    let depot = Depot::new();
    let head = edit("t5=0.6", "t6=0.6");
    for [base, same, other] in
        [[tree(BASE), depot.tree(BASE), depot.tree(&head)], [depot.tree(BASE), tree(BASE), tree(&head)]]
    {
        assert_eq!(messages(&depot.judge(Some(base.clone()), same)), [""; 0]);
        let found = messages(&depot.judge(Some(base), other));
        assert!(found.len() == 1 && found[0].starts_with("ranking-changed: 1 of 4"), "{found:?}");
    }
}

#[test]
fn what_the_store_does_not_have_was_not_looked_at() {
    let depot = Depot::new();
    let [base, head] = [depot.tree(BASE), depot.tree(&edit("t5=0.6", "t6=0.6"))];
    depot.empty();
    let found = messages(&depot.judge(Some(base), head.clone()));
    assert!(
        found.len() == 1
            && found[0].starts_with(
                "corpus-unreadable: the corpus of `queue` is not read: at the base, the store has no"
            ),
        "{found:?}"
    );
    let found = messages(&depot.judge(None, head.clone()));
    assert!(
        found.len() == 1
            && found[0].starts_with("corpus-unreadable: the corpus of `queue` is not read: the store has no"),
        "{found:?}"
    );
    let found = messages(&golden::check_static(&Change::of_trees(None, head), &policy("")));
    assert!(
        found[0].contains("no store is known: set GATEFOLD_STORE, or `golden.store` in the policy"),
        "{found:?}"
    );
}

#[test]
fn a_manifest_that_does_not_do_is_not_read() {
    let depot = Depot::new();
    let [requests, rankings] = depot.manifests(BASE);
    let found = |requests: &str, rankings: &str| {
        let head = Tree::from_memory([(REQUESTS, requests), (RANKINGS, rankings)]);
        messages(&depot.judge(Some(depot.tree(BASE)), head)).remove(0)
    };
    let unread = "corpus-unreadable: the corpus of `queue` is not read: ";
    assert_eq!(
        found(&requests, &rankings.replace("\"lists\": 4", "\"lists\": 5")),
        format!("{unread}its digest does not fit: it was damaged, or edited by hand")
    );
    assert_eq!(
        found(&requests, &rankings.replace("bulk/1", "bulk/9")),
        format!(
            "{unread}it has the format `gatefold.golden-bulk/9`, this Gatefold reads `gatefold.golden-bulk/1`"
        )
    );
    assert!(found(&requests.replace("\"requests\": 4", "\"requests\": 4.0"), &rankings).starts_with(unread));
    assert!(found(&requests, &rankings[..99]).starts_with(&format!("{unread}it does not parse")));
    let other = depot.judge(None, Tree::from_memory([(REQUESTS, &requests), (RANKINGS, &rankings)]));
    assert_eq!(messages(&other), [""; 0]);
    let [of_requests, of_rankings] = [REQUESTS, RANKINGS].map(|path| path.replace("queue", "home"));
    let head = Tree::from_memory([(of_requests, &requests), (of_rankings, &rankings)]);
    let other = depot.judge_under(&policy(", service: home"), None, head, &[]);
    assert!(
        messages(&other)[0]
            .starts_with("corpus-unreadable: the corpus of `home` is not read: it belongs to another corpus"),
        "{other:?}"
    );
}

#[test]
fn requests_and_rankings_that_do_not_belong_together_are_stale() {
    let depot = Depot::new();
    let [requests, rankings] = depot.manifests(BASE);
    let stale = |requests: &str, rankings: &str| {
        let head = Tree::from_memory([(REQUESTS, requests), (RANKINGS, rankings)]);
        messages(&depot.judge(Some(depot.tree(BASE)), head)).contains(
            &"corpus-stale: the recording of `queue` was made for requests that have changed since"
                .to_owned(),
        )
    };
    assert!(!stale(&requests, &rankings));
    let [rewritten, _] = depot.manifests(&BASE.replace("limit=3", "limit=4"));
    assert!(stale(&rewritten, &rankings));
    // The manifest says that it was made for these requests, and has the ranking of another one.
    let file = requests.split('"').rev().nth(1).unwrap();
    let swapped = depot.rankings(&BASE.replace("home/2", "home/3"), file);
    assert!(stale(&requests, &swapped.to_text()));
}

#[test]
fn an_invalid_ranking_of_what_changed_or_is_new_is_seen() {
    let depot = Depot::new();
    let expected =
        "ranking-invalid: the recorded ranking of `home/1` is invalid: `t1` stands in it more than once";
    let head = depot.tree(&edit("t9=0.5", "t1=0.5"));
    assert!(messages(&depot.judge(Some(depot.tree(BASE)), head.clone())).contains(&expected.to_owned()));
    assert_eq!(messages(&depot.judge(None, head)), [expected]);
}
