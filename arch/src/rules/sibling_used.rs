//! Members that use each other and are to be independent.

use findings::{Finding, rule};

use crate::members::Members;
use crate::policy::{Entry, Reach};
use crate::relations::{Relation, World};
use crate::{Error, Policy};

rule! {
    /// Crates and modules that use each other although a rule under `independent` lists both, in their code or in their
    /// manifest. With `reach: any` a chain over others counts as well, as for `edges`.
    ///
    /// ## Why it hurts
    /// Whoever changes one of them looks at that one, and tests that one. If another lives on it, it breaks where nobody
    /// looked, and the two can no longer be given to two teams, or one of them taken out.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   independent:
    ///     stages: { members: ["ranker::stages::*"], because: each stage is replaced alone }
    ///
    /// crate ranker
    /// ranker/src/stages.rs | pub mod score; pub mod select;
    /// ranker/src/stages/score.rs | pub fn score() {}
    /// ranker/src/stages/select.rs | pub fn select() { super::score::score() } //~
    /// ```
    ///
    /// ## Instead
    /// Let what is above call both, or move what both need beside them.
    /// ```good
    /// arch:
    ///   independent:
    ///     stages: { members: ["ranker::stages::*"], because: each stage is replaced alone }
    ///
    /// crate ranker
    /// ranker/src/stages.rs | pub mod score; pub mod select;
    /// ranker/src/stages.rs | pub fn run() { score::score(); select::select() }
    /// ranker/src/stages/score.rs | pub fn score() {}
    /// ranker/src/stages/select.rs | pub fn select() {}
    /// ```
    pub static SIBLING_USED = {
        id: "sibling-used",
        guard: "arch",
        group: "relations",
        level: Error,
        summary: "finds members that use each other and are to be independent",
    };
}

pub(crate) fn find(world: &World<'_>, policy: &Policy) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in &policy.independent {
        let members = Members::of(&world.modules, &policy.patterns(&rule.members)?);
        let forbids = |user, used| {
            let one = members.holding_without(user, used)?;
            let other = members.holding_without(used, user)?;
            Some(format!("and {one} and {other} are independent of each other"))
        };
        let forbids_crates = |user, used| {
            (user != used && members.has_crate(user) && members.has_crate(used))
                .then(|| "and the two are independent of each other".to_owned())
        };
        let relation = Relation {
            rule: &SIBLING_USED,
            entry: Entry::named("independent", name, rule),
            excepted: world.exceptions.of_rule("independent", name),
            forbids: &forbids,
            forbids_crates: &forbids_crates,
            help: "move what both need to where both may use it",
        };
        findings.extend(world.direct(&relation));
        if rule.reach == Reach::Any {
            let all = members.all();
            findings.extend(world.reached(&relation, &all, &all));
        }
    }
    Ok(findings)
}
