//! The periods in which a reward becomes known.

/// The days after a first stream over which the reward is measured.
pub const DAYS: u64 = 60;

/// A part of the [`DAYS`], at whose end it is known on how many of its days a listener came back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Its length in days.
    pub days: u64,
    /// The share of all returns that fall into it, in thousandths: listeners come back more often at first than later.
    pub share: u64,
}

/// The periods in their order. Their days are [`DAYS`], their shares 1000.
pub const PERIODS: [Period; 4] = [
    Period { days: 1, share: 60 },
    Period { days: 6, share: 190 },
    Period { days: 23, share: 410 },
    Period { days: 30, share: 340 },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_periods_are_all_days_and_all_returns() {
        assert_eq!(PERIODS.iter().map(|period| period.days).sum::<u64>(), DAYS);
        assert_eq!(PERIODS.iter().map(|period| period.share).sum::<u64>(), 1_000);
    }
}
