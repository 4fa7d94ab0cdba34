//! How much of a mean difference is chance: the paired bootstrap.

/// How often differences are drawn anew. At 10,000 the ends of a 95 percent interval lie within three percent of its
/// width of where they would lie with any number.
pub const RESAMPLES: u32 = 10_000;

/// The seed of every interval: the same differences give the same interval, wherever and whenever they are judged.
pub const SEED: u64 = 0x6761_7465_666f_6c64;

/// A mean difference and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean of the differences.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The share of resamples whose mean is not below zero, counted with the sample itself: the p-value of a fall.
    pub fall: f64,
}

/// The percentile interval of the mean of paired differences, one for each request: Efron and Tibshirani, "An
/// introduction to the bootstrap", 1993, chapter 13; as `scipy.stats.bootstrap(method="percentile")` over the differences.
///
/// Draws as many differences as there are, with repetition, [`RESAMPLES`] times from [`SEED`] on, and takes the means at
/// the shares (1 ± confidence)/2 of these, interpolated. `None` without differences, where one is no finite number, and
/// where `confidence` is not strictly between 0 and 1. A single difference has an interval without width, which says that
/// nothing is known of its spread.
pub fn paired_bootstrap(differences: &[f64], confidence: f64) -> Option<Interval> {
    let known = !differences.is_empty() && differences.iter().all(|difference| difference.is_finite());
    if !(known && confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let count = differences.len();
    let mean = differences.iter().sum::<f64>() / count as f64;
    if differences.iter().all(|difference| *difference == differences[0]) {
        let fall = if mean < 0.0 { 1.0 / f64::from(RESAMPLES + 1) } else { 1.0 };
        return Some(Interval { mean, low: mean, high: mean, fall });
    }
    let mut random = Random(SEED);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| (0..count).map(|_| differences[random.below(count)]).sum::<f64>() / count as f64)
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let below_zero = means.partition_point(|mean| *mean < 0.0);
    Some(Interval {
        mean,
        low: quantile(&means, (1.0 - confidence) / 2.0),
        high: quantile(&means, (1.0 + confidence) / 2.0),
        fall: (means.len() - below_zero + 1) as f64 / (means.len() + 1) as f64,
    })
}

/// Between the two values next to it, as numpy does by default.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another. The bias is that of 64 bits over a count, which no sample is large enough to show.
    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }
}
