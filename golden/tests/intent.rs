//! Claims held against what moved: `none`, a scope, a model, and what is no claim.

mod common;

use common::{beside, policy, tree};
use findings::{Finding, Level};
use golden::{Declaring, Policy, Shares, check_static};
use source::{Change, Message, Said, Tree};

/// 40 requests of two segments; of each the first so many have their two best items the other way round.
fn side(cold: usize, home: usize, model: &str) -> String {
    let row = |segment: &str, request: usize, moved: bool| {
        let items = if moved { "t2=0.9 t1=0.5" } else { "t1=0.9 t2=0.5" };
        format!("{segment}/{request:02} limit=3 by={model}: {items} t3=0.1\n")
    };
    let rows = |segment: &'static str, moved: usize| (0..20).map(move |at| row(segment, at, at < moved));
    rows("cold", cold).chain(rows("home", home)).collect()
}

/// A change that says these things, one a commit.
fn change(base: Tree, head: Tree, says: &[&str]) -> Change {
    let message =
        |text: &&str| Message { commit: None, text: format!("A change\n\nRanking-Intent: {text}\n") };
    let said = Said { messages: says.iter().map(message).collect(), merges: 0 };
    Change { said: Ok(said), ..Change::of_trees(Some(base), head) }
}

/// What is found beside changed rankings, as `rule: message`.
#[track_caller]
fn check(change: &Change, policy: &Policy, expected: &[&str]) {
    let found = check_static(change, policy).findings;
    found.iter().for_each(findings::testing::check_message);
    let others = found.iter().filter(|finding| finding.rule.id != "ranking-changed");
    let others: Vec<String> =
        others.map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
    assert_eq!(others, expected);
}

fn check_said(cold: usize, home: usize, says: &[&str], expected: &[&str]) {
    check(&change(tree(&side(0, 0, "1")), tree(&side(cold, home, "1")), says), &policy(""), expected);
}

fn of_rule(change: &Change, policy: &Policy, rule: &str) -> Option<Finding> {
    check_static(change, policy).findings.into_iter().find(|finding| finding.rule.id == rule)
}

fn notes(finding: &Finding) -> String {
    finding.notes.iter().map(|note| format!("{}\n", note.text)).collect()
}

#[test]
fn under_none_nothing_moves() {
    check_said(0, 0, &["none"], &[]);
    check_said(
        2,
        1,
        &["none"],
        &["intent-exceeded: the change declares `none`, and 3 of 40 recorded rankings of `queue` changed"],
    );
    check_said(2, 1, &[], &[]);
}

#[test]
fn under_a_scope_nothing_moves_outside_and_no_more_than_declared_inside() {
    check_said(2, 0, &["scoped(cold, <=10%)"], &[]);
    check_said(2, 1, &["scoped(cold, <=10%)", "none", "scoped(home, <=5%)"], &[]);
    check_said(
        3,
        1,
        &["scoped(cold, <=10%)"],
        &[
            "intent-exceeded: the change declares `scoped(cold, <=10%)`, and in `cold` 3 of 20 recorded rankings of \
           `queue` changed, 15.0 %",
        ],
    );
    check_said(
        0,
        1,
        &["scoped(cold, <=10%)"],
        &[
            "intent-exceeded: the change declares `scoped(cold, <=10%)`, and outside of it, in `home`, 1 of 20 recorded \
           rankings of `queue` changed",
        ],
    );
    check_said(
        1,
        0,
        &["scoped(cold, cald, <=10%)"],
        &["intent-unclear: what the change declares is unclear: no corpus has a segment `cald`"],
    );
}

#[test]
fn whoever_approves_reads_what_was_declared_and_how_far_a_sample_proves_it() {
    let change = change(tree(&side(0, 0, "1")), tree(&side(2, 0, "1")), &["scoped(cold, <=10%)"]);
    let finding = of_rule(&change, &policy(""), "ranking-changed").unwrap();
    let said =
        "declared is `scoped(cold, <=10%)`; cold: 2 of 20 (10.0 %, with 95 % confidence at most 28.3 %)";
    assert!(notes(&finding).contains(said), "{}", notes(&finding));
    let proven = Policy { shares: Shares::Proven, ..policy("") };
    check(
        &change,
        &proven,
        &[
            "intent-exceeded: the change declares `scoped(cold, <=10%)`, and in `cold` 2 of 20 recorded rankings of \
           `queue` changed, at most 28.3 %",
        ],
    );
}

#[test]
fn where_policy_requires_a_claim_nothing_is_none() {
    let required = Policy { intent: Declaring::Required, ..policy("") };
    let of = |cold, says: &[&str]| change(tree(&side(0, 0, "1")), tree(&side(cold, 0, "1")), says);
    check(&of(0, &[]), &required, &[]);
    check(&of(1, &["scoped(cold, <=5%)"]), &required, &[]);
    check(
        &of(1, &[]),
        &required,
        &[
            "intent-exceeded: the change declares nothing where policy asks for it, and 1 of 40 recorded rankings of \
           `queue` changed",
        ],
    );
    let unknown = Change { said: Err("the clone is shallow".to_owned()), ..of(1, &[]) };
    check(
        &unknown,
        &required,
        &[
            "intent-unclear: what the change declares is unclear: what the commits say is not known: the clone is shallow",
        ],
    );
}

#[test]
fn what_is_no_claim_blocks_only_where_something_moved() {
    let level = |cold, says: &[&str]| {
        let change = change(tree(&side(0, 0, "1")), tree(&side(cold, 0, "1")), says);
        of_rule(&change, &policy(""), "intent-unclear").map(|finding| finding.level)
    };
    assert_eq!(level(1, &["better"]), Some(Level::Error));
    assert_eq!(level(0, &["better"]), Some(Level::Warning));
    assert_eq!(level(1, &["model(taste@2)", "scoped(cold, <=5%)"]), Some(Level::Error));
    assert_eq!(level(1, &[]), None);
}

#[test]
fn several_merges_and_unknown_commits_are_held_against_nothing_and_that_is_told() {
    let mut change = change(tree(&side(0, 0, "1")), tree(&side(3, 3, "1")), &["none", "model(taste@2)"]);
    let told = |change: &Change| notes(&of_rule(change, &policy(""), "ranking-changed").unwrap());
    change.said.as_mut().unwrap().merges = 2;
    check(&change, &policy(""), &[]);
    assert!(told(&change).contains("the 2 merges that are judged as one have claims of their own"));
    change.said = Err("the clone is shallow".to_owned());
    check(&change, &policy(""), &[]);
    assert!(told(&change).contains("what the commits say is not known: the clone is shallow"));
}

/// A retrain: artefact and recorded rankings, and what else is given.
fn retrain(cold: usize, home: usize, model: &str, others: &[(&str, &str)]) -> Change {
    let with = |side: Tree, weights: &str| beside(side, "models/taste.onnx", weights.repeat(100));
    let head = with(tree(&side(cold, home, model)), "v");
    let head = others.iter().fold(head, |head, (path, text)| beside(head, path, (*text).to_owned()));
    change(with(tree(&side(0, 0, "1")), "w"), head, &["model(taste@2)"])
}

#[test]
fn a_retrain_moves_what_it_likes_within_the_limits() {
    check(&retrain(8, 9, "2", &[]), &policy(""), &[]);
    let approval = [("approvals/one.yaml", "x"), ("services/queue/models/features.lock", "x")];
    check(&retrain(8, 9, "2", &approval), &policy(""), &[]);
}

#[test]
fn a_retrain_touches_nothing_but_the_model() {
    check(
        &retrain(8, 9, "2", &[("src/lib.rs", "fn f() {}"), ("src/main.rs", "fn main() {}")]),
        &policy(""),
        &[
            "intent-exceeded: the change declares `model(taste@2)`, and touches `src/lib.rs` and 1 more beside the model",
        ],
    );
    let mut loose = policy("");
    loose.models.push("src/**".to_owned());
    check(&retrain(8, 9, "2", &[("src/lib.rs", "fn f() {}")]), &loose, &[]);
}

#[test]
fn a_retrain_is_by_the_model_that_it_names() {
    check(
        &retrain(8, 9, "3", &[]),
        &policy(""),
        &[
            "intent-exceeded: the change declares `model(taste@2)`, and recorded rankings of `queue` are by model `3` now",
        ],
    );
    check(
        &retrain(8, 9, "1", &[]),
        &policy(""),
        &[
            "intent-exceeded: the change declares `model(taste@2)`, and recorded rankings of `queue` changed that are by \
           the same model as before",
        ],
    );
    check(
        &retrain(0, 0, "1", &[]),
        &policy(""),
        &[
            "intent-exceeded: the change declares `model(taste@2)`, and no recorded ranking is by another model than \
           before",
        ],
    );
}

#[test]
fn another_ranker_is_no_retrain_and_a_small_sample_proves_nothing() {
    let strict = |limit: fn(&mut Policy)| {
        let mut policy = policy("");
        limit(&mut policy);
        policy
    };
    // Of 20 rankings all have another item on top: with 95 percent confidence more than 86 percent have.
    let found = of_rule(&retrain(20, 0, "2", &[]), &policy(""), "intent-exceeded").unwrap();
    assert!(
        found.message.ends_with(
            "another item is on top of 20 of 20 rankings, more than the 0.5 of `golden.model.top`"
        )
    );
    check(&retrain(20, 20, "2", &[]), &strict(|policy| policy.model.top = 1.0), &[]);
    let overlap = strict(|policy| {
        policy.model.top = 1.0;
        policy.model.rbo = 1.0;
        policy.confidence = 0.01;
    });
    let found = of_rule(&retrain(20, 20, "2", &[]), &overlap, "intent-exceeded").unwrap();
    assert!(found.message.contains("old and new rankings overlap by 0.9"), "{}", found.message);
}

#[test]
fn a_model_that_grows_is_told_and_one_that_grows_far_blocks() {
    let level = |weights: usize| {
        let mut change = retrain(8, 9, "2", &[]);
        let head = beside(tree(&side(8, 9, "2")), "models/taste.onnx", "w".repeat(weights * 100));
        let base = change.base.take();
        let said = change.said.clone();
        let change = Change { said, ..Change::of_trees(base, head) };
        of_rule(&change, &policy(""), "model-heavier").map(|finding| finding.level)
    };
    assert_eq!(
        [2, 3, 4, 5].map(level),
        [None, Some(Level::Warning), Some(Level::Warning), Some(Level::Error)]
    );
}

#[test]
fn a_retrain_that_people_judge_worse_is_no_fit_and_chance_is() {
    let path = "services/queue/golden/judgments.jsonl";
    let grades = |item: &str| -> String {
        let of = |segment: &str, at: usize| {
            format!("{{\"request\":\"{segment}/{at:02}\",\"item\":\"{item}\",\"grade\":1}}\n")
        };
        ["cold", "home"].iter().flat_map(|segment| (0..20).map(move |at| of(segment, at))).collect()
    };
    let judged = |moved: usize, item: &str| {
        let mut change = retrain(moved, 0, "2", &[]);
        let base = change.base.take().map(|base| beside(base, path, grades(item)));
        let head = beside(change.head.clone(), path, grades("t2"));
        Change { said: change.said, ..Change::of_trees(base, head) }
    };
    let mut policy = policy(&format!(", judgments: {path}"));
    policy.model.top = 1.0;
    policy.models.push("services/*/golden/judgments.jsonl".to_owned());
    check(&judged(18, "t2"), &policy, &[]);
    let gone = "judgment-changed: the judgment of `t1` for `cold/00` of `queue` is gone, which was grade 1, beside 39 more";
    check(&judged(1, "t1"), &policy, &[gone]);
    let found = of_rule(&judged(18, "t1"), &policy, "intent-exceeded").unwrap();
    assert!(found.message.contains("`queue` is judged worse: over all ndcg@10"), "{}", found.message);
    assert!(notes(&found).contains("`queue` is judged worse: in `cold`"), "{}", notes(&found));
    let mut unread = policy.clone();
    unread.corpora[0].judgments = Some("nowhere.jsonl".to_owned());
    let found = of_rule(&judged(1, "t1"), &unread, "intent-exceeded").unwrap();
    assert!(
        found.message.ends_with("the judged quality of `queue` is not known: there is no `nowhere.jsonl`"),
        "{}",
        found.message
    );
}
