//! When requests are due.
use std::time::Duration;

use clap::ValueEnum;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// How requests follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Arrivals {
    /// Each as long after the last one as that after the one before.
    Constant,
    /// As people come who do not know of each other: in bunches and gaps, by a Poisson process.
    Poisson,
}

impl Arrivals {
    /// When each request is due, from the start on, of so many `rate` a second. The same seed deals the same schedule.
    pub fn schedule(self, rate: u32, time: Duration, seed: u64) -> Vec<Duration> {
        let rate = f64::from(rate.max(1));
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut due = 0.0;
        let mut all = Vec::new();
        loop {
            due += match self {
                Self::Constant => 1.0 / rate,
                // The time between two arrivals is exponentially distributed.
                Self::Poisson => -(1.0 - unit(&mut random)).ln() / rate,
            };
            let after = Duration::from_secs_f64(due);
            if after > time {
                return all;
            }
            all.push(after);
        }
    }
}

/// A number from 0 up to but not including 1.
fn unit(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(20);

    #[test]
    fn constant_arrivals_are_equally_far_apart() {
        let schedule = Arrivals::Constant.schedule(4, Duration::from_secs(1), 1);
        assert_eq!(schedule, [250, 500, 750, 1000].map(Duration::from_millis));
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_the_spread() {
        let schedule = Arrivals::Poisson.schedule(500, TIME, 7);
        let count = schedule.len() as f64;
        assert!((9_700.0..10_300.0).contains(&count), "{count} is more than three deviations away");
        let gaps: Vec<_> = schedule.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((0.9..1.1).contains(&(variance.sqrt() / mean)), "gaps deviate as much as they last");
        assert!(schedule.is_sorted() && schedule.last().is_some_and(|last| *last <= TIME));
    }

    #[test]
    fn a_seed_deals_one_schedule() {
        let schedule = |seed| Arrivals::Poisson.schedule(100, TIME, seed);
        assert_eq!(schedule(1), schedule(1));
        assert_ne!(schedule(1), schedule(2));
    }
}
