//! What listeners did, added up: all that a filter needs to know of any number of outcomes.
use crate::error::RewardError;
use crate::period::PERIODS;

/// Outcomes of one track, added up.
///
/// They are whole numbers, so that outcomes may be added in any order, and on any number of machines, and come to the
/// same belief to the last bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    /// For how many listeners each period is known.
    listeners: [u64; PERIODS.len()],
    /// On how many days, over all of these, listeners came back.
    days: u64,
}

impl Evidence {
    /// Adds an outcome: a listener came back on so many `days` of a `period`, counted from 0.
    ///
    /// # Errors
    /// A [`RewardError`] if there is no such period, or it has not as many days; nothing is added then.
    pub fn add(&mut self, period: usize, days: u64) -> Result<(), RewardError> {
        let (Some(known), Some(listeners)) = (PERIODS.get(period), self.listeners.get_mut(period)) else {
            return Err(RewardError::Period(period));
        };
        if days > known.days {
            return Err(RewardError::Days { days, length: known.days });
        }
        *listeners = listeners.saturating_add(1);
        self.days = self.days.saturating_add(days);
        Ok(())
    }

    /// How many outcomes were added.
    pub fn outcomes(&self) -> u64 {
        self.listeners.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// As how many listeners whose whole reward is known these outcomes count: the sum of the periods' shares.
    pub(crate) fn whole(&self) -> f64 {
        let shares =
            self.listeners.iter().zip(PERIODS).map(|(count, period)| *count as f64 * period.share as f64);
        shares.sum::<f64>() / 1_000.0
    }

    /// On how many days listeners came back.
    pub(crate) fn days(&self) -> f64 {
        self.days as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_have_happened_is_refused_and_changes_nothing() {
        let mut evidence = Evidence::default();
        assert_eq!(evidence.add(4, 0).expect_err("there are four").to_string(), "period 4 is none of the 4");
        assert_eq!(evidence.add(1, 7).expect_err("it has six").to_string(), "7 days of a period of 6");
        assert_eq!(evidence, Evidence::default());
    }

    #[test]
    fn a_listener_of_whom_all_is_known_counts_as_one() {
        let mut evidence = Evidence::default();
        for (period, days) in [(0, 1), (1, 2), (2, 0), (3, 5)] {
            evidence.add(period, days).expect("it may have happened");
        }
        assert_eq!((evidence.outcomes(), evidence.whole(), evidence.days()), (4, 1.0, 8.0));
    }
}
