//! Histogram buckets: for seconds around a service's own budget, for counts around what is usual.
use std::time::Duration;

/// Thousandths of the budget. The one for the whole budget is where latency is held to its objective.
const OF_BUDGET: [u32; 12] = [10, 25, 50, 125, 250, 500, 750, 1000, 1500, 2500, 6250, 25_000];

/// The numbers of candidates between which requests are told apart.
pub(crate) const CANDIDATES: [f64; 7] = [1.0, 10.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// The numbers of calls of one dependency between which requests are told apart.
pub(crate) const CALLS: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0];

/// The bounds in seconds between which the answers of a service are told apart, whose budget is this.
///
/// They are whole microseconds, so that they read in rules as people write them: `le="0.06"`.
pub fn seconds(budget: Duration) -> Vec<f64> {
    OF_BUDGET.iter().map(|&thousandths| (budget * thousandths / 1000).as_micros() as f64 / 1e6).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_shares_of_the_budget() {
        assert_eq!(
            seconds(Duration::from_millis(40)),
            [0.0004, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 1.0]
        );
        assert_eq!(
            seconds(Duration::from_millis(150)),
            [0.0015, 0.00375, 0.0075, 0.01875, 0.0375, 0.075, 0.1125, 0.15, 0.225, 0.375, 0.9375, 3.75]
        );
    }

    #[test]
    fn bounds_ascend() {
        for budget in [1, 7, 40, 600_000] {
            assert!(seconds(Duration::from_millis(budget)).is_sorted_by(|a, b| a < b));
        }
    }
}
