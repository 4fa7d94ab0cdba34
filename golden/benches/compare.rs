//! How long it takes to compare 100,000 pairs of lists of 50 items.

use divan::counter::ItemsCount;
use golden::{Item, Ranking, Tolerance, compare, measures};

const LISTS: usize = 100_000;

fn main() {
    divan::main();
}

/// Lists of 50 items with 22-character ids; `changed` of a hundred have a changed counterpart.
fn pairs(changed: usize) -> Vec<(Ranking, Ranking)> {
    (0..LISTS)
        .map(|list| {
            let before: Vec<Item> = (0..50_u32)
                .map(|rank| {
                    let id = format!("track-{:016}", (list as u64) * 977 + u64::from(rank) * 31);
                    Item::new(id, f64::from(50 - rank) / 50.0)
                })
                .collect();
            let mut after = before.clone();
            if list % 100 < changed {
                let item = after.remove(1);
                after.insert(8, item);
            }
            (ranking(before), ranking(after))
        })
        .collect()
}

fn ranking(items: Vec<Item>) -> Ranking {
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

/// With how many changed lists of a hundred.
#[divan::bench(args = [0, 5, 100], sample_count = 5, sample_size = 1)]
fn classes(bencher: divan::Bencher<'_, '_>, changed: usize) {
    let pairs = pairs(changed);
    bencher.counter(ItemsCount::new(LISTS)).bench(|| {
        let tolerance = Tolerance::default();
        pairs.iter().filter(|(before, after)| compare(before, after, &tolerance).class.is_change()).count()
    });
}

/// The measures of every pair, changed or not.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn all_measures_on_all_lists(bencher: divan::Bencher<'_, '_>) {
    let pairs = pairs(100);
    bencher.counter(ItemsCount::new(LISTS)).bench(|| {
        let measured = pairs.iter().map(|(before, after)| measures::Agreement::of(before, after).overlap);
        measured.sum::<f64>()
    });
}
