//! Pairs of rankings with the class and the sentence that they must get.

use golden::{Item, Ranking, Tolerance, compare, witness};

fn ranking(notation: &str) -> Ranking {
    let item = |word: &str| {
        let (id, score) = word.split_once('=').unwrap();
        Item::new(id, score.parse().unwrap())
    };
    let items = notation.split_whitespace().map(item).collect();
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

#[track_caller]
fn check(before: &str, after: &str, expected: &str) {
    let (before, after) = (ranking(before), ranking(after));
    let comparison = compare(&before, &after, &Tolerance::default());
    let found = format!("{} - {}", comparison.class.name(), witness::sentence("r", &comparison));
    assert_eq!(found, expected);
    let back = compare(&after, &before, &Tolerance::default());
    assert_eq!(back.class, comparison.class, "turned round");
}

#[test]
fn equal_lists_are_identical() {
    check("", "", "identical - r: nothing but identical");
    check("a=2 b=1", "a=2 b=1", "identical - r: nothing but identical");
    check("a=0 b=-1", "a=-0 b=-1", "identical - r: nothing but identical");
}

#[test]
fn scores_within_the_tolerance_are_noise() {
    check("a=2 b=1", "a=2.00001 b=0.99999", "noise - r: nothing but noise");
    check("a=100 b=0.5", "a=100 b=0.5009", "noise - r: nothing but noise");
}

#[test]
fn near_ties_that_neither_list_can_tell_apart_may_change_places() {
    check("a=1.000001 b=1 c=0", "b=1.000001 a=1 c=0", "noise - r: nothing but noise");
    check("a=1 b=1 c=0", "b=1.000001 a=1 c=0", "noise - r: nothing but noise");
}

#[test]
fn equal_scores_in_another_order_are_a_change_of_the_tie_break() {
    check("a=1 b=1 c=0", "b=1 a=1 c=0", "tie order - r: `b` now stands above `a` at 1, with the same score");
    check(
        "a=1 b=1 c=0",
        "b=1.000001 a=1.000001 c=0",
        "tie order - r: `b` now stands above `a` at 1, with the same score",
    );
    // Each pair is told once.
    check("a=1 b=1 c=1", "c=1 b=1 a=1", "tie order - r: `b` now stands above `a` at 2, with the same score");
}

#[test]
fn scores_beyond_the_tolerance_in_the_same_order_are_a_drift() {
    check("a=2 b=1", "a=2 b=1.1", "scores - r: `b` at 2 scores 1.1 instead of 1");
    check("a=1e-7 b=0", "a=3e-5 b=0", "scores - r: `a` at 1 scores 0.00003 instead of 0.0000001");
}

#[test]
fn an_order_that_one_list_can_tell_apart_is_a_move() {
    check("a=1.001 b=1 c=0", "b=1.001 a=1 c=0", "order - r: `a` fell from 1 to 2");
    check("a=1.0001 b=1 c=0", "b=1.0001 a=1.0001 c=0", "order - r: `a` fell from 1 to 2");
    check("a=3 b=3 c=3", "c=3.1 a=3 b=3", "order - r: `c` rose from 3 to 1");
}

#[test]
fn one_item_that_falls_is_one_move_and_not_a_move_of_all_it_passed() {
    check("a=9 b=8 c=7 d=6 e=5", "a=9 c=8 d=7 e=6 b=5", "order - r: `b` fell from 2 to 5");
}

#[test]
fn an_item_that_enters_does_not_move_those_below_it() {
    check("a=5 b=4 c=3", "x=6 a=5 b=4", "items - r: `x` entered at 1; `c` left from 3");
    check("a=5 b=4", "a=5", "items - r: `b` left from 2");
    check("", "a=5", "items - r: `a` entered at 1");
    check(
        "",
        "a=5 b=4 c=3 d=2 e=1",
        "items - r: `a` entered at 1; `b` entered at 2; `c` entered at 3; and 2 more",
    );
}

#[test]
fn the_sentence_names_moves_and_entries_by_the_best_rank_they_touch() {
    check(
        "a=9 t0042=8 c=7 d=6 e=5",
        "a=9 c=7 t0077=6.5 d=6 e=5 t0042=4",
        "items - r: `t0042` fell from 2 to 6; `t0077` entered at 3",
    );
}

#[test]
fn a_repeated_item_cannot_hide_behind_its_first_place() {
    check("a=2 b=1", "a=2 b=1 a=1", "items - r: `a` entered at 3");
    check("a=2 b=1 a=1", "a=2 a=1 b=1", "items - r: `a` entered at 2; `a` left from 3");
}

#[test]
fn scores_that_are_not_finite_are_never_noise() {
    check("a=inf b=1", "a=inf b=1.000001", "scores - r: `b` at 2 scores 1.000001 instead of 1");
    check("a=1 b=1", "a=NaN b=1", "scores - r: `a` at 1 scores NaN instead of 1");
}

#[test]
fn another_status_or_a_degraded_stage_is_another_answer() {
    let before = ranking("a=1");
    let failed = Ranking { status: "UNAVAILABLE".to_owned(), ..Ranking::default() };
    let degraded = Ranking { degraded: vec!["plays".to_owned()], ..before.clone() };
    for (after, expected) in [
        (failed, "r: answered UNAVAILABLE instead of OK"),
        (degraded, "r: answered OK without plays instead of OK"),
    ] {
        let comparison = compare(&before, &after, &Tolerance::default());
        assert_eq!(witness::sentence("r", &comparison), expected);
        assert!(comparison.class.is_change());
    }
}

#[test]
fn between_two_models_nothing_is_noise() {
    let before = Ranking { model: Some("3".to_owned()), ..ranking("a=2 b=1") };
    let after = Ranking { model: Some("4".to_owned()), ..ranking("a=2 b=1.000001") };
    assert_eq!(compare(&before, &after, &Tolerance::default()).class.name(), "scores");
    let same = Ranking { model: Some("4".to_owned()), ..before.clone() };
    assert_eq!(compare(&before, &same, &Tolerance::default()).class.name(), "identical");
}
