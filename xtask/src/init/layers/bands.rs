//! Heights folded into few bands, so that as few pairs of packages as possible stay free to use each other.

/// Where the bands begin, lowest first: for each height the number of its band. Packages of one band may use each other, so
/// that a band of n leaves n(n-1) pairs unjudged; the cuts are set where the fewest stay so.
pub(super) fn fold(sizes: &[usize], most: usize) -> Vec<usize> {
    let heights = sizes.len();
    let most = most.clamp(1, heights.max(1));
    let cost = |from: usize, to: usize| {
        let count: usize = sizes[from..to].iter().sum();
        count * count.saturating_sub(1)
    };
    // best[bands][end]: what the heights below `end` cost in so many bands, and where the last of them begins.
    let mut best = vec![vec![(usize::MAX, 0); heights + 1]; most + 1];
    best[0][0] = (0, 0);
    for bands in 1..=most {
        for end in 1..=heights {
            let cuts = (0..end).filter(|from| best[bands - 1][*from].0 != usize::MAX);
            let options = cuts.map(|from| (best[bands - 1][from].0 + cost(from, end), from));
            best[bands][end] = options.min().unwrap_or((usize::MAX, 0));
        }
    }
    let used = (1..=most).min_by_key(|bands| (best[*bands][heights].0, *bands)).unwrap_or(1);
    let (mut band_of, mut end) = (vec![0; heights], heights);
    for band in (0..used).rev() {
        let from = best[band + 1][end].1;
        band_of[from..end].fill(band);
        end = from;
    }
    band_of
}

#[cfg(test)]
mod tests {
    use super::fold;

    fn check(sizes: &[usize], most: usize, expected: &[usize]) {
        assert_eq!(fold(sizes, most), expected, "{sizes:?} in {most}");
    }

    #[test]
    fn cuts_stand_where_the_fewest_pairs_stay_free() {
        check(&[], 3, &[]);
        check(&[5], 3, &[0]);
        check(&[2, 2, 2], 3, &[0, 1, 2]);
        check(&[1, 1, 1, 1], 2, &[0, 0, 1, 1]);
        check(&[10, 1, 1, 1, 1], 2, &[0, 1, 1, 1, 1]);
        check(&[1, 1, 1, 10, 1, 1], 3, &[0, 0, 0, 1, 2, 2]);
        // One package each leaves nothing free, so that no cut is needed but those between heights.
        check(&[1, 1], 1, &[0, 0]);
    }
}
