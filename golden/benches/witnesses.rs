//! How long it takes to choose witnesses out of a million changed requests, each worse than the one before.

use golden::compare::{Class, Comparison};
use golden::witness::{Seen, Witnesses, Wording};
use golden::{Item, Part, Ranking, Tolerance, compare};

fn main() {
    divan::main();
}

fn ranking(step: usize) -> Ranking {
    let item = |rank: usize| {
        // Every seventh item goes up, by a stage that depends on the step.
        let given = if (rank + step).is_multiple_of(7) { step as f64 } else { 0.0 };
        let stage = |stage: &str, score: f64| Part { stage: stage.to_owned(), score };
        let parts = vec![stage("text", 50.0 - rank as f64), stage(["fresh", "popular"][step % 2], given)];
        Item { id: format!("trk-{rank:05}"), score: parts.iter().map(|part| part.score).sum(), parts }
    };
    let mut items: Vec<Item> = (0..50).map(item).collect();
    items.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

/// A million requests of 40 segments with 50 items each, all changed.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn of_a_million_changed_requests(bencher: divan::Bencher<'_, '_>) {
    let rankings: Vec<Ranking> = (0..64).map(ranking).collect();
    let segments: Vec<String> = (0..40).map(|segment| format!("segment-{segment}")).collect();
    let comparisons: Vec<Comparison> =
        rankings.windows(2).map(|pair| compare(&pair[0], &pair[1], &Tolerance::default())).collect();
    assert!(comparisons.iter().all(|comparison| comparison.class >= Class::Order));
    bencher.bench_local(|| {
        let mut witnesses = Witnesses::default();
        for index in 0..1_000_000_usize {
            let at = index % comparisons.len();
            let seen = Seen {
                id: &format!("r{index}"),
                segment: &segments[index % segments.len()],
                line: None,
                before: &rankings[at],
                after: &rankings[at + 1],
                comparison: &comparisons[at],
                overlap: 1.0 - index as f64 / 1e6,
            };
            witnesses.add(&seen, &Wording::default());
        }
        witnesses.chosen().witnesses.len()
    });
}
