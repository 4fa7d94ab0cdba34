//! What judged quality says of two sides of a corpus, and when a fall is one.

use golden::quality::{Answered, Delta, quality, unjudged};
use golden::trec::Qrels;
use golden::{Item, Ranking};

/// Every request returns these items, best first.
fn ranking(ids: &str) -> Ranking {
    let items = ids.split_whitespace().zip(1_u32..).map(|(id, rank)| Item::new(id, 1.0 / f64::from(rank)));
    Ranking { status: "OK".to_owned(), items: items.collect(), ..Ranking::default() }
}

/// For each segment: how many requests, and what they return before and after. `good` is what people want.
fn judged(segments: &[(&str, usize, &str, &str)]) -> Vec<Delta> {
    let mut judgments = String::new();
    let mut answers = Vec::new();
    for (segment, count, before, after) in segments {
        for number in 0..*count {
            let id = format!("{segment}/{number}");
            judgments.push_str(&format!("{id} 0 good 2\n{id} 0 fair 1\n{id} 0 poor 0\n"));
            // Every second request is answered as before.
            let after = if number % 2 == 0 { after } else { before };
            answers.push((id, *segment, ranking(before), ranking(after)));
        }
    }
    let rows: Vec<Answered<'_>> =
        answers.iter().map(|(id, segment, before, after)| Answered { id, segment, before, after }).collect();
    quality(&rows, &Qrels::parse(&judgments).unwrap())
}

fn of<'a>(deltas: &'a [Delta], segment: Option<&str>) -> &'a Delta {
    let ndcg = |delta: &&Delta| delta.measure == "ndcg@10/lin/judged-ideal";
    deltas.iter().filter(ndcg).find(|delta| delta.segment.as_deref() == segment).unwrap()
}

#[test]
fn a_fall_in_one_segment_is_told_there_and_nowhere_else() {
    let deltas =
        judged(&[("new", 40, "good fair", "poor fair good"), ("old", 40, "good fair", "good fair poor")]);
    let (new, old, all) = (of(&deltas, Some("new")), of(&deltas, Some("old")), of(&deltas, None));
    assert!(new.falls_beyond(0.01), "{new:?}");
    assert!(new.drop() > 0.15 && new.difference.high < 0.0, "{new:?}");
    assert_eq!((old.difference.mean, old.falls_beyond(0.01)), (0.0, false));
    assert!(all.falls_beyond(0.005) && all.drop() < new.drop(), "{all:?}");
    assert_eq!((new.judged, new.of, all.of), (40, 40, 80));
}

#[test]
fn what_chance_explains_is_no_fall() {
    let few = judged(&[("new", 2, "good fair", "fair good")]);
    let few = of(&few, Some("new"));
    assert!(few.drop() > 0.01 && !few.falls_beyond(0.01), "{few:?}");
}

#[test]
fn a_fall_within_the_limit_is_none() {
    let deltas = judged(&[("new", 200, "good fair", "poor good fair")]);
    let new = of(&deltas, Some("new"));
    assert!(new.falls_beyond(0.01) && !new.falls_beyond(0.9), "{new:?}");
}

#[test]
fn what_nobody_judged_is_named_and_counts_nowhere() {
    let list = ranking("good");
    let row = |id, segment| Answered { id, segment, before: &list, after: &list };
    let rows = [row("a/1", "a"), row("b/1", "b"), row("a/2", "a")];
    let judgments = Qrels::parse("a/1 0 good 1\na/2 0 good 0\n").unwrap();
    let deltas = quality(&rows, &judgments);
    assert_eq!((of(&deltas, None).judged, of(&deltas, None).of), (1, 3));
    assert_eq!(unjudged(&rows, &judgments), ["b"]);
}

#[test]
fn the_same_answers_give_the_same_intervals() {
    let segments = [("new", 30, "good fair", "poor fair good"), ("old", 30, "fair good", "good fair")];
    assert_eq!(judged(&segments), judged(&segments));
}
