//! Reserved numbers as ranges, and what of a range is left uncovered.

use std::ops::RangeInclusive;

/// Ranges of numbers, in any order, overlapping or not.
pub(crate) type Ranges = Vec<RangeInclusive<i64>>;

/// The parts of a range that none of the others covers.
pub(crate) fn missing(range: &RangeInclusive<i64>, others: &[RangeInclusive<i64>]) -> Ranges {
    let mut sorted: Ranges = others.to_vec();
    sorted.sort_by_key(|other| *other.start());
    let mut missing = Vec::new();
    let mut next = *range.start();
    for other in sorted {
        if *other.start() > next {
            let gap = next..=(*range.end()).min(other.start() - 1);
            if !gap.is_empty() {
                missing.push(gap);
            }
        }
        next = next.max(other.end().saturating_add(1));
    }
    if next <= *range.end() {
        missing.push(next..=*range.end());
    }
    missing
}

/// Ranges as a proto writes them.
pub(crate) fn shown(ranges: &[RangeInclusive<i64>]) -> String {
    let one = |range: &RangeInclusive<i64>| match (range.start(), range.end()) {
        (start, end) if start == end => start.to_string(),
        // The highest number of a field and of an enum value.
        (start, 536_870_911 | 2_147_483_647) => format!("{start} to max"),
        (start, end) => format!("{start} to {end}"),
    };
    ranges.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_uncovered_is_found_in_order() {
        for (range, others, expected) in [
            (1..=5, vec![], "1 to 5"),
            (1..=5, vec![1..=5], ""),
            (1..=9, vec![5..=5, 2..=3], "1, 4, 6 to 9"),
            (4..=6, vec![1..=4, 6..=99], "5"),
            (4..=6, vec![7..=9], "4 to 6"),
            (4..=6, vec![1..=3], "4 to 6"),
            (9..=536_870_911, vec![], "9 to max"),
        ] {
            assert_eq!(shown(&missing(&range, &others)), expected, "{range:?} without {others:?}");
        }
    }
}
