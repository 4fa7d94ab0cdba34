//! What a message or enum has reserved, and what of a range it leaves free.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Reserved numbers and names.
pub(crate) struct Reserved<'a> {
    /// Sorted, and neither overlapping nor touching.
    numbers: Vec<RangeInclusive<i64>>,
    names: BTreeSet<&'a str>,
}

impl<'a> Reserved<'a> {
    pub(crate) fn of(
        numbers: impl Iterator<Item = RangeInclusive<i64>>,
        names: impl Iterator<Item = &'a str>,
    ) -> Reserved<'a> {
        let mut sorted: Vec<_> = numbers.collect();
        sorted.sort_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<i64>> = Vec::new();
        for range in sorted {
            match merged.last_mut() {
                Some(last) if *range.start() <= last.end() + 1 => {
                    *last = *last.start()..=*last.end().max(range.end());
                }
                _ => merged.push(range),
            }
        }
        Reserved { numbers: merged, names: names.collect() }
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(crate) fn has_number(&self, number: i64) -> bool {
        self.missing(&(number..=number)).is_empty()
    }

    /// The parts of a range that are not reserved.
    pub(crate) fn missing(&self, range: &RangeInclusive<i64>) -> Vec<RangeInclusive<i64>> {
        let first = self.numbers.partition_point(|reserved| reserved.end() < range.start());
        let mut missing = Vec::new();
        let mut next = *range.start();
        for reserved in self.numbers[first..].iter().take_while(|reserved| reserved.start() <= range.end()) {
            if *reserved.start() > next {
                missing.push(next..=reserved.start() - 1);
            }
            next = reserved.end() + 1;
        }
        if next <= *range.end() {
            missing.push(next..=*range.end());
        }
        missing
    }
}

/// A range of field numbers, whose end a descriptor leaves out.
pub(crate) fn inclusive(range: std::ops::Range<u32>) -> RangeInclusive<i64> {
    i64::from(range.start)..=i64::from(range.end) - 1
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
    fn what_is_left_free_is_found_in_order() {
        for (range, reserved, expected) in [
            (1..=5, vec![], "1 to 5"),
            (1..=5, vec![1..=5], ""),
            (1..=9, vec![5..=5, 2..=3], "1, 4, 6 to 9"),
            (4..=6, vec![1..=4, 6..=99], "5"),
            (4..=6, vec![7..=9], "4 to 6"),
            (4..=6, vec![1..=3], "4 to 6"),
            (1..=9, vec![2..=8, 3..=4, 9..=9], "1"),
            (9..=536_870_911, vec![], "9 to max"),
        ] {
            let left = Reserved::of(reserved.clone().into_iter(), [].into_iter()).missing(&range);
            assert_eq!(shown(&left), expected, "{range:?} without {reserved:?}");
        }
    }
}
