//! A claim held against what moved: what exceeds it, in words.

use std::collections::BTreeMap;

use super::radius::{Radius, Reach, shortly};
use crate::Policy;
use crate::policy::Shares;
use crate::statistics::lower_bound;

/// What moved in a corpus although the change declares that nothing does.
pub(super) fn against_none(radius: &Radius) -> Vec<String> {
    let Reach { all, moved, .. } = radius.total();
    match moved {
        0 => Vec::new(),
        moved => vec![format!("{moved} of {all} recorded rankings of `{}` changed", radius.service)],
    }
}

/// What moved outside of the declared segments, and in which of them too much did. Outside nothing may; inside it is the
/// corpus that is meant, whose requests are the same every time, unless the policy asks for proof.
pub(super) fn against_scope(radius: &Radius, scope: &BTreeMap<String, f64>, policy: &Policy) -> Vec<String> {
    let mut excess = Vec::new();
    for (segment, reach) in &radius.segments {
        let Reach { all, moved, .. } = reach;
        let Some(claimed) = scope.get(segment) else {
            if *moved > 0 {
                excess.push(format!(
                    "outside of it, in `{segment}`, {moved} of {all} recorded rankings of `{}` changed",
                    radius.service
                ));
            }
            continue;
        };
        let share = match policy.shares {
            Shares::Measured => reach.percent(),
            Shares::Proven if *moved == 0 => 0.0,
            Shares::Proven => reach.at_most(policy.confidence),
        };
        if share > claimed + 1e-9 {
            let word = if policy.shares == Shares::Proven { " at most" } else { "" };
            excess.push(format!(
                "in `{segment}` {moved} of {all} recorded rankings of `{}` changed,{word} {share:.1} %",
                radius.service
            ));
        }
    }
    excess
}

/// What another model does beyond the policy's limits, and what is not by that model.
pub(super) fn against_model(radius: &Radius, version: &str, policy: &Policy) -> Vec<String> {
    let mut excess = Vec::new();
    let service = &radius.service;
    if let Some((_, other)) = radius.models.iter().find(|(_, model)| model != version) {
        excess.push(format!("recorded rankings of `{service}` are by model `{other}` now"));
    } else if radius.models.is_empty() && radius.total().moved > 0 {
        excess.push(format!("recorded rankings of `{service}` changed that are by the same model as before"));
    }
    let limits = &policy.model;
    for (segment, reach) in &radius.segments {
        let mean = reach.mean_overlap();
        if mean + chance(reach.all, policy.confidence) < limits.rbo {
            excess.push(format!(
                "in `{segment}` of `{service}` old and new rankings overlap by {mean:.3} (rbo_ext(.9)), less than the {} \
                 of `golden.model.rbo`",
                shortly(limits.rbo)
            ));
        }
        let top = lower_bound(reach.top, reach.all, policy.confidence);
        if top > limits.top {
            excess.push(format!(
                "in `{segment}` of `{service}` another item is on top of {} of {} rankings, more than the {} of \
                 `golden.model.top`",
                reach.top,
                reach.all,
                shortly(limits.top)
            ));
        }
    }
    excess
}

/// How far the mean of that many values between 0 and 1 lies below the true one by chance, with this confidence at most:
/// Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 58(301), 1963.
fn chance(values: u64, confidence: f64) -> f64 {
    if values == 0 { 1.0 } else { (-(1.0 - confidence).ln() / (2.0 * values as f64)).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_shrinks_with_the_root_of_the_sample() {
        assert!((chance(23, 0.95) - 0.255_2).abs() < 1e-3, "{}", chance(23, 0.95));
        assert!((chance(2_300, 0.95) - 0.025_5).abs() < 1e-3);
        assert!(chance(0, 0.95) >= 1.0);
    }
}
