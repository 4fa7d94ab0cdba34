//! What the units of an arm did, as the moments that estimates are made of.
use experiments::Kind;

/// What one unit did, of one metric.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UnitTotal {
    /// The sum of its outcomes.
    pub sum: f64,
    /// How many outcomes it has.
    pub count: u64,
    /// Whether one of them is not 0.
    pub any: bool,
}

/// The units of an arm, taken in one at a time.
///
/// Means and sums of squared deviations are carried along (Welford 1962), not sums of squares: numbers that are large
/// and near each other would cancel.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample {
    units: u64,
    with_any: u64,
    outcomes: u64,
    mean_sum: f64,
    mean_count: f64,
    sum_squared: f64,
    count_squared: f64,
    sum_by_count: f64,
}

/// A number estimated from a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// How far it may be off.
    pub spread: Spread,
}

/// How far an estimate may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// A mean of units, near normal.
    Normal {
        /// The standard deviation of the estimate.
        standard_error: f64,
        /// One less than there are units.
        degrees_of_freedom: f64,
    },
    /// A share of this many units.
    Binomial {
        /// How many.
        units: f64,
    },
}

impl UnitTotal {
    /// Takes in an outcome.
    pub fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
        self.any |= value != 0.0;
    }
}

impl Sample {
    /// Takes in a unit.
    pub fn add(&mut self, unit: UnitTotal) {
        let (sum, count) = (unit.sum, unit.count as f64);
        self.units += 1;
        self.with_any += u64::from(unit.any);
        self.outcomes += unit.count;
        let n = self.units as f64;
        let (off_sum, off_count) = (sum - self.mean_sum, count - self.mean_count);
        self.mean_sum += off_sum / n;
        self.mean_count += off_count / n;
        self.sum_squared += off_sum * (sum - self.mean_sum);
        self.count_squared += off_count * (count - self.mean_count);
        self.sum_by_count += off_sum * (count - self.mean_count);
    }

    /// How many units it has.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// How many outcomes the units have.
    pub fn outcomes(&self) -> u64 {
        self.outcomes
    }

    /// What the sample says of a metric of this kind. `None` if it says nothing: fewer than two units, or for a ratio no
    /// outcome.
    pub fn estimate(&self, kind: Kind) -> Option<Estimate> {
        if self.units < 2 {
            return None;
        }
        let n = self.units as f64;
        let (value, variance) = match kind {
            Kind::Proportion => {
                let share = self.with_any as f64 / n;
                return Some(Estimate { value: share, spread: Spread::Binomial { units: n } });
            }
            Kind::Mean => (self.mean_sum, self.sum_squared / (n - 1.0)),
            Kind::Ratio if self.outcomes == 0 => return None,
            Kind::Ratio => {
                // The delta method: a ratio of means is near the mean of (sum - ratio * count) / mean count.
                let ratio = self.mean_sum / self.mean_count;
                let squared =
                    self.sum_squared - 2.0 * ratio * self.sum_by_count + ratio * ratio * self.count_squared;
                (ratio, squared.max(0.0) / (n - 1.0) / (self.mean_count * self.mean_count))
            }
        };
        let spread = Spread::Normal { standard_error: (variance / n).sqrt(), degrees_of_freedom: n - 1.0 };
        Some(Estimate { value, spread })
    }
}
