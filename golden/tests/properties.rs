//! What must hold for every pair of rankings.

use golden::compare::Class;
use golden::{Entry, Item, Ranking, Recording, Requests, Tolerance, compare};
use proptest::prelude::*;
use proptest::sample::Index;

/// Up to 30 items with scores on a coarse grid, so that ties are common; best first.
fn rankings() -> impl Strategy<Value = Ranking> {
    prop::collection::btree_map(0_u8..60, -20_i32..20, 0..30).prop_map(|items| {
        let mut items: Vec<Item> = items
            .into_iter()
            .map(|(id, score)| Item::new(format!("t{id:02}"), f64::from(score) / 4.0))
            .collect();
        items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
    })
}

fn class(before: &Ranking, after: &Ranking) -> Class {
    compare(before, after, &Tolerance::default()).class
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_ranking_is_identical_to_itself(ranking in rankings()) {
        prop_assert_eq!(class(&ranking, &ranking), Class::Identical);
    }

    #[test]
    fn the_comparison_is_symmetric(a in rankings(), b in rankings()) {
        let (there, back) = (compare(&a, &b, &Tolerance::default()), compare(&b, &a, &Tolerance::default()));
        prop_assert_eq!(there.class, back.class);
        prop_assert_eq!(there.entered, back.left);
        prop_assert_eq!(there.left, back.entered);
        prop_assert_eq!(there.drifted.len(), back.drifted.len());
    }

    #[test]
    fn another_order_of_exact_ties_is_a_change_of_the_tie_order(ranking in rankings(), keys in prop::collection::vec(any::<u32>(), 30)) {
        let mut keyed: Vec<(Item, u32)> = ranking.items.iter().cloned().zip(keys).collect();
        keyed.sort_by(|(a, x), (b, y)| b.score.total_cmp(&a.score).then(x.cmp(y)));
        let shuffled = Ranking { items: keyed.into_iter().map(|(item, _)| item).collect(), ..ranking.clone() };
        let expected = if shuffled == ranking { Class::Identical } else { Class::TieOrder };
        prop_assert_eq!(class(&ranking, &shuffled), expected);
    }

    #[test]
    fn what_stays_below_half_the_tolerance_is_noise(ranking in rankings(), noise in prop::collection::vec(-4.9e-6_f64..4.9e-6, 30)) {
        // Distinct noise on exact ties, so that the order among them is the noise's and not a tie-break's.
        let mut items = ranking.items.clone();
        for (index, (item, noise)) in items.iter_mut().zip(noise).enumerate() {
            item.score += noise + index as f64 * 1e-12;
        }
        items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        let noisy = Ranking { items, ..ranking.clone() };
        prop_assert!(class(&ranking, &noisy) <= Class::Noise);
    }

    #[test]
    fn the_digest_is_equal_exactly_where_the_rankings_are(a in rankings(), b in rankings()) {
        prop_assert_eq!(a.digest() == b.digest(), a == b);
    }

    #[test]
    fn every_reordering_of_told_apart_items_is_a_change(ranking in rankings(), i: Index, j: Index) {
        prop_assume!(!ranking.items.is_empty());
        let (i, j) = (i.index(ranking.items.len()), j.index(ranking.items.len()));
        prop_assume!(ranking.items[i].score != ranking.items[j].score);
        let mut items = ranking.items.clone();
        items.swap(i, j);
        let swapped = Ranking { items, ..ranking.clone() };
        prop_assert_eq!(class(&ranking, &swapped), Class::Order);
    }

    #[test]
    fn every_recording_is_read_back_as_it_was_written(scores in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, 0..20)) {
        let items = (0..).zip(&scores).map(|(id, score)| Item::new(format!("t{id}"), *score)).collect();
        let ranking = Ranking { status: "OK".to_owned(), items, ..Ranking::default() };
        let entry = Entry { id: "a".to_owned(), segment: "s".to_owned(), ranking, noise: None, line: 2 };
        let [service, rpc, requests] = ["s", "r", "0"].map(str::to_owned);
        let recording = Recording { service, rpc, requests, entries: vec![entry], ..Recording::default() };
        prop_assert_eq!(Recording::parse(&recording.to_text()), Ok(recording));
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in r#"[{}\[\]",:a-z0-9.\n-]{0,200}"#) {
        prop_assert!(Recording::parse(&text).is_err());
        let _ = Requests::parse(&text);
    }
}
