//! When two scores are the same: within a tolerance that follows the scale of the list.

use serde::{Deserialize, Serialize};

use crate::Ranking;

/// How far scores may lie apart and still be the same: `absolute · max(1, largest |score|) + relative · |score|`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tolerance {
    /// In units of the list's scale: its largest score by amount, at least 1.
    pub absolute: f64,
    /// As a share of the score itself.
    pub relative: f64,
}

impl Default for Tolerance {
    /// For scores that are sums of 32-bit floats: the largest noise measured was 5.7e-6 at a scale of 5.
    fn default() -> Self {
        Tolerance { absolute: 1e-5, relative: 1e-5 }
    }
}

/// When two scores are the same for these two lists.
pub struct Near {
    absolute: f64,
    relative: f64,
}

impl Near {
    /// By the scale of two lists; exact where their models differ or a score is not finite.
    pub fn of(before: &Ranking, after: &Ranking, tolerance: &Tolerance) -> Self {
        let scores = || before.items.iter().chain(&after.items).map(|item| item.score);
        if before.model != after.model || scores().any(|score| !score.is_finite()) {
            return Near { absolute: 0.0, relative: 0.0 };
        }
        let scale = scores().fold(1.0, |scale: f64, score| scale.max(score.abs()));
        Near { absolute: tolerance.absolute * scale, relative: tolerance.relative }
    }

    /// Whether two scores are the same.
    pub fn same(&self, a: f64, b: f64) -> bool {
        // Written so that a score that is not a number is never the same as anything.
        a == b || (a - b).abs() <= self.absolute + self.relative * a.abs().max(b.abs())
    }
}
