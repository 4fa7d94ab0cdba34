//! The kernels over numbers against the measures over ids, on lists with repetitions, ties and nothing in common.

use golden::measures::{self, Judged, Kernel, Pair};
use proptest::prelude::*;

fn scores(groups: &[u8]) -> Vec<f32> {
    let mut score = 100.0;
    let next = |step: &u8| {
        score -= f32::from(*step);
        score
    };
    groups.iter().map(next).collect()
}

/// Ids with whether each is tied with the one above.
fn list(longest: usize) -> impl Strategy<Value = Vec<(u32, u8)>> {
    prop::collection::vec((0..300_u32, 0..2_u8), 0..longest)
}

proptest! {
    #[test]
    fn numbers_are_measured_as_their_names_are(a in list(200), b in list(200), c in list(20)) {
        let mut kernel = Kernel::default();
        // What was looked up before leaves no trace.
        let ids = |list: &[(u32, u8)]| list.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        kernel.pair(&ids(&c), &ids(&a));
        let steps = |list: &[(u32, u8)]| scores(&list.iter().map(|(_, step)| *step).collect::<Vec<_>>());
        let pair = kernel.scored_pair((&ids(&a), &steps(&a)), (&ids(&b), &steps(&b)));
        let names = |list: &[(u32, u8)]| list.iter().map(|(id, _)| format!("track-{id}")).collect::<Vec<_>>();
        let (names_a, names_b) = (names(&a), names(&b));
        let ranked = |names: &'_ [String], list: &[(u32, u8)]| -> Vec<(String, u32)> {
            let groups = steps(list).into_iter().map(|score| (100.0 - score) as u32);
            names.iter().cloned().zip(groups).collect()
        };
        let (ranked_a, ranked_b) = (ranked(&names_a, &a), ranked(&names_b, &b));
        let a: Vec<(&str, u32)> = ranked_a.iter().map(|(id, group)| (id.as_str(), *group)).collect();
        let b: Vec<(&str, u32)> = ranked_b.iter().map(|(id, group)| (id.as_str(), *group)).collect();
        let expected = Pair::of(&a, &b);
        prop_assert_eq!(pair.common(), expected.common());
        prop_assert_eq!(pair.has_ties(), expected.has_ties());
        prop_assert_eq!(pair.has_repetitions(), expected.has_repetitions());
        prop_assert_eq!(measures::rbo_extrapolated(pair, 0.9), measures::rbo_extrapolated(&expected, 0.9));
        prop_assert_eq!(measures::jaccard_at(pair, 10), measures::jaccard_at(&expected, 10));
        prop_assert_eq!(measures::tau_b_common(pair), measures::tau_b_common(&expected));
        prop_assert_eq!(measures::tau_b_common(pair), by_the_definition(&a, &b));
    }
}

/// Tau-b as it is defined, pair by pair, over the first standings of the ids of both lists.
fn by_the_definition(a: &[(&str, u32)], b: &[(&str, u32)]) -> Option<f64> {
    let firsts = |list: &[(&'_ str, u32)]| {
        let mut seen = std::collections::BTreeMap::new();
        for (id, group) in list {
            seen.entry((*id).to_owned()).or_insert(*group);
        }
        seen
    };
    let (a, b) = (firsts(a), firsts(b));
    let columns: Vec<(u32, u32)> = a.iter().filter_map(|(id, group)| Some((*group, *b.get(id)?))).collect();
    let (mut balance, mut untied_a, mut untied_b) = (0_i64, 0_u64, 0_u64);
    for (index, (a, b)) in columns.iter().enumerate() {
        for (other_a, other_b) in &columns[..index] {
            let sign = |x: &u32, y: &u32| i64::from(x > y) - i64::from(x < y);
            balance += sign(a, other_a) * sign(b, other_b);
            untied_a += u64::from(a != other_a);
            untied_b += u64::from(b != other_b);
        }
    }
    let scale = (untied_a as f64).sqrt() * (untied_b as f64).sqrt();
    (scale > 0.0).then(|| (balance as f64 / scale).clamp(-1.0, 1.0))
}

proptest! {
    #[test]
    fn numbers_are_judged_as_their_names_are(
        ids in prop::collection::vec(0..60_u32, 0..80),
        grades in prop::collection::btree_map(0..60_u32, -1..4_i32, 0..40),
    ) {
        let mut kernel = Kernel::default();
        kernel.pair(&ids, &[1, 2, 3]);
        let numbered: Vec<(u32, i32)> = grades.iter().map(|(id, grade)| (*id, *grade)).collect();
        let judged = kernel.judged(&ids, &numbered).clone();
        let names: Vec<String> = ids.iter().map(|id| format!("track-{id}")).collect();
        let named = grades.iter().map(|(id, grade)| (format!("track-{id}"), *grade)).collect();
        prop_assert_eq!(judged, Judged::of(names.iter().map(String::as_str), &named));
    }
}
