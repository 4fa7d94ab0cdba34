//! What a witness says and why, which requests are chosen, and that shards choose what the whole would.

use golden::compare::Class;
use golden::measures::{Pair, rbo_extrapolated};
use golden::partial::Outcome;
use golden::witness::{Cause, Kind, Seen, Witness, Witnesses, Wording};
use golden::{Item, Part, Ranking, Tolerance, compare};
use proptest::prelude::*;

/// Items as `id=score`, or with what stages gave to the score, as `id=fresh:0.5+popular:0.2`.
fn ranking(notation: &str) -> Ranking {
    let items = notation.split_whitespace().map(item).collect();
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

fn item(word: &str) -> Item {
    let (id, score) = word.split_once('=').unwrap();
    if let Ok(score) = score.parse() {
        return Item::new(id, score);
    }
    let part = |text: &str| {
        let (stage, score) = text.split_once(':').unwrap();
        Part { stage: stage.to_owned(), score: score.parse().unwrap() }
    };
    let parts: Vec<Part> = score.split('+').map(part).collect();
    Item { id: id.to_owned(), score: parts.iter().map(|part| part.score).sum(), parts }
}

fn wording() -> Wording {
    policy::yaml("w", "{item: track, segments: {heavy: people who listen all day}}").unwrap()
}

fn add(witnesses: &mut Witnesses, id: &str, segment: &str, before: &Ranking, after: &Ranking) {
    let comparison = compare(before, after, &Tolerance::default());
    let overlap = rbo_extrapolated(&Pair::of_rankings(before, after), 0.9);
    witnesses
        .add(&Seen { id, segment, line: None, before, after, comparison: &comparison, overlap }, &wording());
}

fn witness(before: &Ranking, after: &Ranking) -> Witness {
    let mut witnesses = Witnesses::default();
    add(&mut witnesses, "r", "cold-start", before, after);
    witnesses.chosen().witnesses[0].clone()
}

#[track_caller]
fn check(before: &str, after: &str, expected: &str) {
    let found = witness(&ranking(before), &ranking(after));
    assert_eq!(found.sentence, format!("cold-start viewers: track {expected}"));
}

#[test]
fn a_fall_is_explained_by_the_stage_that_lost_most_to_another() {
    check(
        "X=fresh:0.6+popular:0.3 Y=fresh:0.1+popular:0.7",
        "Y=fresh:0.1+popular:1 X=fresh:0.2+popular:0.3",
        "`X` fell from 1 to 2 because fresh lost 0.4 to popular",
    );
    check(
        "X=fresh:0.6+popular:0.3 Y=fresh:0.1+popular:0.6",
        "Y=fresh:0.1+popular:1 X=fresh:0.4+popular:0.3",
        "`X` fell from 1 to 2 because popular gained 0.4 over fresh",
    );
    check(
        "A=text:9 B=text:8 X=fresh:0.1+text:2",
        "X=fresh:8+text:2 A=text:9 B=text:8",
        "`X` rose from 3 to 1 because fresh gave it 7.9 more",
    );
    check(
        "A=fresh:5+text:1 B=fresh:4+text:1.5 X=fresh:0.1+text:2",
        "X=fresh:0.1+text:5 A=text:1 B=text:1.5",
        "`X` rose from 3 to 1 because fresh lost 4.5 to text",
    );
}

#[test]
fn what_is_said_to_have_been_given_was_given() {
    check("X=f:0.9 Y=f:0.5", "Y=f:0.5 X=f:0.4", "`X` fell from 1 to 2 because f gave it 0.5 less");
    check("X=f:0.9 Y=f:0.5", "Y=f:1.25 X=f:0.9", "`X` fell from 1 to 2 because f gave `Y` 0.75 more");
    check(
        "X=f:0.9 Y=f:0.5 Z=f:0.4",
        "Y=f:1.3 Z=f:1.2 X=f:0.9",
        "`X` fell from 1 to 3 because f gave what passed it 0.8 more",
    );
    check(
        "X=f:0.9 Y=f:0.5",
        "Y=f:0.8 X=f:0.6",
        "`X` fell from 1 to 2 because f favours `Y` by 0.6 more than before",
    );
    // Both lost, the one more than the other: neither was given what the distance lost.
    check(
        "X=f:0.9 Y=f:0.5",
        "Y=f:0.3 X=f:0.1",
        "`X` fell from 1 to 2 because f favours `Y` by 0.6 more than before",
    );
}

#[test]
fn what_the_parts_do_not_explain_is_not_explained() {
    // Without parts, on one side or on both.
    check("X=0.9 Y=0.5", "Y=0.5 X=0.4", "`X` fell from 1 to 2");
    check("X=0.9 Y=0.5", "Y=f:0.5 X=f:0.4", "`X` fell from 1 to 2");
    check("X=f:0.9 Y=0.5", "Y=0.5 X=f:0.4", "`X` fell from 1 to 2");
    // A last stage that reorders.
    check("X=f:0.9 Y=f:0.5", "Y=f:0.5 X=f:0.9", "`X` fell from 1 to 2 with the same scores");
    check("X=f:0.9 Y=f:0.5", "Y=f:0.5 X=f:0.95", "`X` fell from 1 to 2");
    check(
        "X=0.5 Y=0.5",
        "Y=0.5 X=0.5",
        "`Y` now stands above `X` at 1, with the same score: the order of ties changed",
    );
}

#[test]
fn what_no_stage_says_outweighs_the_stages() {
    let before = ranking("X=f:0.5+g:0.4 Y=f:0.5");
    let mut after = ranking("Y=f:0.5 X=f:0.45+g:0.4");
    after.items[1].score = 0.1;
    assert_eq!(witness(&before, &after).cause, Cause::Unknown, "the parts say 0.05 of 0.8");
    let mut after = ranking("Y=f:0.5 X=f:0.05+g:0.4");
    after.items[1].score = 0.3;
    assert_eq!(witness(&before, &after).cause.stage(), Some("f"), "the parts say 0.45 of 0.6");
}

#[test]
fn what_entered_above_an_item_is_why_it_stands_lower() {
    check(
        "a=9 X=8 b=7 c=6",
        "p=11 q=10 a=9 b=7 X=6.5 c=6",
        "`p` entered at 1; track `X` fell from 2 to 5 because `p` and `q` entered above it; track `q` entered at 2",
    );
    let found = witness(&ranking("X=8 b=7 c=6"), &ranking("p=11 q=10 b=7 X=6.5"));
    assert!(
        found.sentence.contains("`X` fell from 1 to 4 because `p` and `q` entered above it"),
        "{}",
        found.sentence
    );
    assert_eq!(found.cause, Cause::Entered { count: 2 });
}

#[test]
fn a_drift_is_explained_by_the_stage_that_drifted() {
    check(
        "X=f:0.9+g:0.1 Y=f:0.5",
        "X=f:0.6+g:0.2 Y=f:0.5",
        "`X` at 1 scores 0.8 instead of 1 because f gave it 0.3 less",
    );
    check(
        "X=f:0.9 Y=f:0.5",
        "X=f:0.9 Y=f:0.512",
        "`Y` at 2 scores 0.512 instead of 0.5 because f gave it 0.012 more",
    );
}

#[test]
fn another_model_is_a_fact_and_not_an_explanation() {
    let scored_by =
        |model: Option<&str>, notation| Ranking { model: model.map(str::to_owned), ..ranking(notation) };
    let found = witness(&scored_by(Some("3"), "X=0.9 Y=0.5"), &scored_by(Some("4"), "Y=0.9 X=0.5"));
    assert_eq!(
        found.sentence,
        "cold-start viewers: track `X` fell from 1 to 2, with model `4` instead of model `3`"
    );
    let found = witness(&scored_by(None, "X=f:0.9 Y=f:0.5"), &scored_by(Some("4"), "Y=f:0.9 X=f:0.2"));
    assert!(found.sentence.ends_with("because f favours `Y` by 1.1 more than before"), "{}", found.sentence);
}

#[test]
fn a_segment_has_its_words() {
    let mut witnesses = Witnesses::default();
    add(&mut witnesses, "r", "heavy", &ranking("a=1"), &ranking("b=1"));
    assert_eq!(
        witnesses.chosen().witnesses[0].sentence,
        "people who listen all day: track `a` left from 1; track `b` entered at 1"
    );
    assert_eq!(Wording::default().segment("late_night"), "late night viewers");
}

#[test]
fn the_fewest_requests_show_every_kind_of_change_and_the_worst_stands_first() {
    let mut witnesses = Witnesses::default();
    let mut see = |id: &str, segment: &str, before: &str, after: &str| {
        add(&mut witnesses, id, segment, &ranking(before), &ranking(after));
    };
    let (swap, swapped) = ("a=4 b=3 c=2 d=1", "a=4 c=3.5 b=3 d=1");
    for id in 0..50 {
        see(&format!("cold/{id}"), "cold", swap, swapped);
    }
    see("cold/all", "cold", swap, "c=5 a=4 e=3.5 b=3");
    see("home/tie", "home", "a=1 b=1", "b=1 a=1");
    see("home/drift", "home", "a=1 b=0.5", "a=1 b=0.6");
    let chosen = witnesses.chosen();
    let ids: Vec<&str> = chosen.witnesses.iter().map(|witness| witness.id.as_str()).collect();
    assert_eq!(ids, ["cold/all", "home/drift", "home/tie"]);
    assert_eq!(chosen.unseen, 0);
    let kinds: Vec<Kind> = chosen.witnesses[0].shows.iter().map(|shown| shown.kind).collect();
    assert_eq!(kinds, [Kind::MovedAtTop, Kind::Entered, Kind::Left]);
}

#[test]
fn at_most_a_dozen_are_chosen_and_the_rest_is_counted() {
    let mut witnesses = Witnesses::default();
    for id in 0..100 {
        add(
            &mut witnesses,
            &format!("r{id}"),
            &format!("s{id:03}"),
            &ranking("a=1 b=1"),
            &ranking("b=1 a=1"),
        );
    }
    witnesses.add_refused("x", "s", Outcome::Broken, "`a` stands in it more than once", &wording());
    let chosen = witnesses.chosen();
    assert_eq!((chosen.witnesses.len(), chosen.witnesses[0].id.as_str()), (12, "x"));
    assert_eq!(chosen.unseen, 65 - 12, "64 segments of a kind are told apart");
}

#[test]
fn a_witness_stays_small_whatever_the_rankings_hold() {
    let all: Vec<String> = (0..4_000).map(|id| format!("t{id:04}")).collect();
    let ranking = |ids: &mut dyn Iterator<Item = &String>| {
        let items = (0..).zip(ids).map(|(rank, id)| Item::new(id.clone(), -f64::from(rank)));
        Ranking { status: "OK".to_owned(), items: items.collect(), ..Ranking::default() }
    };
    let found = witness(&ranking(&mut all.iter()), &ranking(&mut all.iter().rev()));
    assert_eq!((found.before.length, found.before.rows.len()), (4_000, found.after.rows.len()));
    assert!(found.before.rows.len() <= 20, "{}", found.before.rows.len());
    assert!(serde_json::to_string(&found).unwrap().len() < 4_000);
    let ids = |rows: &[golden::witness::Row]| {
        let mut ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&found.before.rows), ids(&found.after.rows), "what stands on both sides is shown on both");
}

#[test]
fn scores_that_are_no_numbers_are_written_and_read_back() {
    let after = Ranking { items: vec![Item::new("a", f64::NAN)], ..ranking("") };
    let found = witness(&ranking("a=1"), &after);
    assert_eq!(found.after.rows[0].score, None);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Witness>(&text).unwrap(), found);
}

/// Items with three stages each on a grid of 1/64, so that sums are exact, best first.
fn staged() -> impl Strategy<Value = Ranking> {
    prop::collection::btree_map(0_u8..12, prop::array::uniform3(-64_i32..64), 0..12).prop_map(|items| {
        let mut items: Vec<Item> = items
            .into_iter()
            .map(|(id, scores)| {
                let part = |(stage, score): (&str, i32)| Part {
                    stage: stage.to_owned(),
                    score: f64::from(score) / 64.0,
                };
                let parts: Vec<Part> = ["f", "g", "h"].into_iter().zip(scores).map(part).collect();
                Item { id: format!("t{id:02}"), score: parts.iter().map(|part| part.score).sum(), parts }
            })
            .collect();
        items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_named_stage_did_most_to_the_distance_from_those_that_changed_places(before in staged(), after in staged()) {
        let comparison = compare(&before, &after, &Tolerance::default());
        prop_assume!(comparison.class == Class::Order || comparison.class == Class::Items);
        let found = witness(&before, &after);
        let Cause::Stage { stage, amount, .. } = &found.cause else { return Ok(()) };
        let clause = found.sentence.split("; ").find(|clause| clause.contains(" because ")).unwrap();
        let id = clause.split('`').nth(1).unwrap();
        let moved = comparison.moved.iter().find(|moved| moved.id == id).unwrap();
        let fell = moved.from < moved.to;
        let find = |ranking: &Ranking, id: &str| {
            ranking.items.iter().enumerate().find(|(_, item)| item.id == id).map(|(rank, item)| (rank + 1, item.clone()))
        };
        let gave = |item: &Item, stage: &str| item.parts.iter().find(|part| part.stage == stage).unwrap().score;
        let mut terms = std::collections::BTreeMap::new();
        let mut rivals = 0.0;
        let (own_before, own_after) = (find(&before, &moved.id).unwrap().1, find(&after, &moved.id).unwrap().1);
        for rival in &after.items {
            let Some((from, rival_before)) = find(&before, &rival.id) else { continue };
            let (to, _) = find(&after, &rival.id).unwrap();
            let crossed = if fell { from > moved.from && to < moved.to } else { from < moved.from && to > moved.to };
            if !crossed { continue }
            rivals += 1.0;
            for stage in ["f", "g", "h"] {
                let gap_before = gave(&own_before, stage) - gave(&rival_before, stage);
                let gap_after = gave(&own_after, stage) - gave(rival, stage);
                let change = if fell { gap_before - gap_after } else { gap_after - gap_before };
                *terms.entry(stage).or_insert(0.0) += change;
            }
        }
        let largest = terms.values().copied().fold(f64::MIN, f64::max);
        prop_assert!((terms[stage.as_str()] - largest).abs() < 1e-9, "{terms:?} {stage}");
        prop_assert!((largest / rivals - amount).abs() < 1e-9, "{largest} / {rivals} {amount}");
    }

    #[test]
    fn parts_that_sum_to_the_score_always_name_a_stage(before in staged(), after in staged()) {
        if !compare(&before, &after, &Tolerance::default()).class.is_change() { return Ok(()) }
        let found = witness(&before, &after);
        let names_move = [" fell from ", " rose from "].iter().any(|verb| found.sentence.contains(verb));
        let is_named = !matches!(found.cause, Cause::Unknown | Cause::Model);
        prop_assert!(is_named || !names_move, "{}", found.sentence);
    }

    #[test]
    fn shards_merged_in_any_order_choose_what_the_whole_chooses(
        pairs in prop::collection::vec((staged(), staged(), 0_usize..3, 0_usize..5), 1..60),
    ) {
        let mut whole = Witnesses::default();
        let mut shards = vec![Witnesses::default(); 3];
        for (index, (before, after, segment, shard)) in pairs.iter().enumerate() {
            if !compare(before, after, &Tolerance::default()).class.is_change() { continue }
            let (id, segment) = (format!("r{index}"), ["cold", "home", "late"][*segment]);
            add(&mut whole, &id, segment, before, after);
            add(&mut shards[shard % 3], &id, segment, before, after);
        }
        let [a, b, c] = [shards[0].clone(), shards[1].clone(), shards[2].clone()];
        let forth = a.clone().merge(b.clone()).merge(c.clone());
        let back = c.merge(b.merge(a));
        prop_assert_eq!(&forth, &whole);
        prop_assert_eq!(&back, &whole);
        let read: Witnesses = serde_json::from_str(&serde_json::to_string(&whole).unwrap()).unwrap();
        prop_assert_eq!(&read, &whole);
        let ids = |witnesses: &Witnesses| -> Vec<String> {
            witnesses.chosen().witnesses.iter().map(|witness| witness.id.clone()).collect()
        };
        prop_assert_eq!(ids(&forth), ids(&whole));
        prop_assert_eq!(ids(&read), ids(&whole));
    }
}
