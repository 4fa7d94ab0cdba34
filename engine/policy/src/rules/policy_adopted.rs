//! `policy-adopted`: finds changes that bring the policy by which they are judged.

use findings::{Finding, Location, rule};
use source::Change;

use crate::POLICY_FILE;

rule! {
    /// A change whose base has no `gatefold.yaml`. Its own policy judges it.
    ///
    /// ## Why it hurts
    /// Who brings the rules can bring lax ones: the first policy decides what every later change is measured by. The example is
    /// the policy of a change whose base has none; with a policy in the base, there is nothing to find.
    ///
    /// ## Example
    /// ```bad
    /// mode: observe #~
    /// ```
    ///
    /// ## Instead
    /// Have it approved, or say `--bootstrap` where a person starts the run. CI says no such thing: bring the policy with
    /// `mode: observe`, which lets its own change pass, and take that line out in a later one.
    /// ```good
    /// # The base has this policy already.
    /// mode: observe
    /// ```
    pub static POLICY_ADOPTED = {
        id: "policy-adopted",
        guard: "policy",
        group: "adoption",
        level: Error,
        summary: "finds changes that bring the policy by which they are judged",
    };
}

/// The finding, where head brings the policy. A full audit has no base that could have had one.
pub fn finding(change: &Change) -> Option<Finding> {
    let base = change.base.as_ref()?;
    if base.contains(POLICY_FILE) || !change.head.contains(POLICY_FILE) {
        return None;
    }
    let text = change.head.read(POLICY_FILE).unwrap_or_default();
    let finding = Finding::new(
        &POLICY_ADOPTED,
        Location::point(POLICY_FILE, 1, 1),
        "the base has no policy, so this one judges the change that brings it",
    );
    Some(finding.help("have the policy approved, or run with `--bootstrap`; where CI runs without it, bring the policy with `mode: observe`, and \
             take that line out in a later change").judged([], text))
}
