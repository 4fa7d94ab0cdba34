//! How bad a measure is, and from where on.
use serde::{Deserialize, Serialize};

/// What a measure means for the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As expected.
    Fine,
    /// Somebody should look; the batch can be served.
    Warn,
    /// The batch must not be served.
    Refuse,
}

impl Level {
    /// The level as a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

/// The largest measures that are no reason to warn, and to refuse. A level without one is never reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct Limits {
    /// A larger measure is warned of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn: Option<f64>,
    /// Because of a larger measure the batch is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuse: Option<f64>,
}

impl Limits {
    /// Refuses whatever is measured at all.
    pub const NONE: Self = Self { warn: None, refuse: Some(0.0) };

    /// The level of a measure. One that is not a number is as bad as can be.
    pub fn judge(self, measure: f64) -> Level {
        let above = |limit: Option<f64>| limit.is_some_and(|limit| measure.is_nan() || measure > limit);
        if above(self.refuse) {
            Level::Refuse
        } else if above(self.warn) {
            Level::Warn
        } else {
            Level::Fine
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    warn: Option<f64>,
    refuse: Option<f64>,
}

impl TryFrom<Bounds> for Limits {
    type Error = &'static str;

    fn try_from(Bounds { warn, refuse }: Bounds) -> Result<Self, Self::Error> {
        if [warn, refuse].into_iter().flatten().any(|limit| !(limit.is_finite() && limit >= 0.0)) {
            return Err("a limit is not a number of at least 0");
        }
        match (warn, refuse) {
            (None, None) => Err("neither `warn` nor `refuse` is given"),
            (Some(warn), Some(refuse)) if warn > refuse => Err("`warn` is above `refuse`"),
            _ => Ok(Self { warn, refuse }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_judged_by_the_worst_limit_that_it_is_above() {
        let both = Limits { warn: Some(0.1), refuse: Some(0.5) };
        let cases = [
            (both, 0.1, Level::Fine),
            (both, 0.11, Level::Warn),
            (both, 0.5, Level::Warn),
            (both, 0.51, Level::Refuse),
            (both, f64::NAN, Level::Refuse),
            (Limits { warn: Some(0.1), refuse: None }, 9.0, Level::Warn),
            (Limits { warn: None, refuse: Some(0.5) }, 0.4, Level::Fine),
            (Limits::NONE, 0.0, Level::Fine),
            (Limits::NONE, 1e-9, Level::Refuse),
        ];
        for (limits, measure, level) in cases {
            assert_eq!(limits.judge(measure), level, "{measure} by {limits:?}");
        }
    }

    #[test]
    fn limits_that_make_no_sense_are_refused() {
        let cases = [
            ("{}", "neither `warn` nor `refuse` is given"),
            ("{warn: 0.5, refuse: 0.1}", "`warn` is above `refuse`"),
            ("{warn: -1}", "a limit is not a number of at least 0"),
            ("{refuse: .nan}", "a limit is not a number of at least 0"),
            ("{wran: 1}", "unknown field `wran`"),
        ];
        for (text, problem) in cases {
            let error = serde_yaml::from_str::<Limits>(text).expect_err(problem).to_string();
            assert!(error.contains(problem), "{error}");
        }
    }
}
