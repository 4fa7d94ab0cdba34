//! The guard's positive control: one violation of every rule of the static tier, planted in memory and judged like any
//! other change. Every area plants its own.

mod consumers;
mod cost;
mod experiments;
mod lint;
mod models;
mod operations;
mod protos;
mod scenarios;

use findings::{Finding, missed};

use crate::Error;

/// What one area plants.
struct Plot {
    /// The ids of the rules that are broken.
    rules: &'static [&'static str],
    /// What the guard finds in it.
    judge: fn() -> Result<Vec<Finding>, Error>,
}

static PLOTS: &[&Plot] = &[
    &protos::PLOT,
    &consumers::PLOT,
    &cost::PLOT,
    &models::PLOT,
    &scenarios::PLOT,
    &lint::PLOT,
    &operations::PLOT,
    &experiments::PLOT,
];

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`crate::check_static`].
pub fn control() -> Result<Vec<&'static str>, Error> {
    let mut silent = Vec::new();
    for plot in PLOTS {
        silent.extend(missed(plot.rules, &(plot.judge)()?));
    }
    Ok(silent)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        // They need a running service, or an installed program.
        let left_out = [
            "buf-lint",
            "scenario-failed",
            "property-failed",
            "deadline-ignored",
            "robustness-failed",
            "served-schema-differs",
            "rules-refused-by-promtool",
            "replay-differs",
        ];
        let is_planted = |id: &&str| PLOTS.iter().any(|plot| plot.rules.contains(id));
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !is_planted(id));
        assert_eq!(unplanted.collect::<BTreeSet<_>>(), BTreeSet::from(left_out));
    }
}
