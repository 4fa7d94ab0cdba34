//! What joins the policy and takes effect at once.

use ::policy::{Effect, differences};
use findings::{Finding, rule};

use crate::Scene;
use crate::evidence::short;
use crate::rules::Check;

rule! {
    /// An entry of the policy that is new and joins what the base has: a member of a layer that there is, a service of a
    /// kind that there is. It is judged by head's entry at once.
    ///
    /// ## Why it hurts
    /// It does not. It is said so that the reviewer sees by which entry the new crate or service was judged.
    ///
    /// ## Example
    /// ```base yaml gatefold.yaml
    /// sample:
    ///   members: [a]
    /// ```
    /// ```head yaml gatefold.yaml bad
    /// sample:
    ///   members: [a, b] #~
    /// ```
    ///
    /// ## Instead
    /// ```base yaml gatefold.yaml
    /// sample:
    ///   members: [a]
    /// ```
    /// ```head yaml gatefold.yaml good
    /// sample:
    ///   members:
    ///     - a
    /// ```
    pub static POLICY_JOINED = {
        id: "policy-joined",
        guard: "integrity",
        group: "gate-integrity",
        level: Note,
        summary: "finds entries that join what the policy has",
    };
}

pub(super) static CHECK: Check = Check { rule: &POLICY_JOINED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let policies = &scene.policies;
    for difference in differences(policies.base, policies.head, policies.schema, policies.rules) {
        if difference.effect != Effect::Joins {
            continue;
        }
        let entry = difference.after.clone().unwrap_or_default();
        let message =
            format!("`{}` joins `{}` and is judged by it at once", short(&entry), short(&difference.path));
        findings.push(
            Finding::new(&POLICY_JOINED, difference.location, message)
                .help("check that it belongs there")
                .fact(&difference.path)
                .fact(&entry)
                .judged("", entry),
        );
    }
}
