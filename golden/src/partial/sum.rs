//! Sums of measures that are the same in whatever order they are made.

use serde::{Deserialize, Serialize};

/// The number of steps that make one: values are kept to the nearest 2^-60.
const STEPS: f64 = (1_u64 << 60) as f64;

/// The largest value that is summed, by amount. Measures of agreement lie between -1 and 1.
const LARGEST: f64 = (1_u64 << 40) as f64;

/// How many values there are and what they sum up to, in whole steps of 2^-60: adding floats in another order gives
/// another sum, adding whole numbers does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// How many values.
    pub count: u64,
    #[serde(with = "decimal")]
    steps: i128,
}

impl Sum {
    /// Adds a value. One that is not finite, or larger than any measure can be, is no value and is left out.
    pub fn add(&mut self, value: f64) {
        if value.abs() <= LARGEST {
            // At most 2^100 by amount, so that 2^27 largest values fit, and 2^67 of those between -1 and 1.
            self.steps = self.steps.saturating_add((value * STEPS).round() as i128);
            self.count = self.count.saturating_add(1);
        }
    }

    /// The mean; `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.steps as f64 / STEPS / self.count as f64)
    }

    /// Both together.
    #[must_use]
    pub fn merge(self, other: Sum) -> Sum {
        Sum { count: self.count.saturating_add(other.count), steps: self.steps.saturating_add(other.steps) }
    }
}

/// Whole numbers as text: JSON has no others of that size.
mod decimal {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(steps: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(steps)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
