//! Files looked at beside each other, since each of them is read apart from all others.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files are worth a thread.
const FILES_OF_A_THREAD: usize = 16;
/// How many threads there are at most.
const MOST_THREADS: usize = 8;

/// What becomes of each item, in the order of the items.
pub(crate) fn beside_each_other<I: Sync, R: Send>(items: &[I], each: impl Fn(&I) -> R + Sync) -> Vec<R> {
    let most = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let threads = most.min(items.len() / FILES_OF_A_THREAD);
    if threads < 2 {
        return items.iter().map(each).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        while let Some((index, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|index| Some((index, items.get(index)?)))
        {
            done.push((index, each(item)));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(some)).collect();
        let mut done = some();
        for other in others {
            // A panic is the caller's to report, from wherever it comes.
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for count in [0, 1, 15, 16, 32, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = beside_each_other(&items, |item| item * 2);
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>(), "{count} items");
        }
    }

    #[test]
    #[should_panic(expected = "the 40th")]
    fn a_panic_is_not_lost() {
        let items: Vec<usize> = (0..100).collect();
        beside_each_other(&items, |item| assert!(*item != 40, "the 40th"));
    }
}
