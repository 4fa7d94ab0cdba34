//! What only some may use, used by others.

use findings::{Finding, rule};

use crate::evidence::{only_may, through_them};
use crate::members::Members;
use crate::path::Pattern;
use crate::policy::Entry;
use crate::relations::{Relation, World};
use crate::{Error, Policy};

rule! {
    /// Uses of a crate or a module that a rule under `protected` lets only some use, by others: in their code, and of a
    /// whole crate in their manifests. What lies below a protected module is protected with it, and may use it.
    ///
    /// ## Why it hurts
    /// What everybody uses cannot be changed by anybody. A store behind one adapter is replaced in an afternoon; each
    /// further user of it is a place to be found, read and rewritten first.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   protected:
    ///     store: { members: ["features::store"], only_from: ["features::lookup"], because: keys are made in one place }
    ///
    /// crate features
    /// crate home -> features
    /// features/src/store.rs | pub fn get() {}
    /// features/src/lookup.rs | pub fn look() { crate::store::get() }
    /// home/src/lib.rs | pub fn rank() { features::store::get() } //~
    /// ```
    ///
    /// ## Instead
    /// Ask those who may.
    /// ```good
    /// arch:
    ///   protected:
    ///     store: { members: ["features::store"], only_from: ["features::lookup"], because: keys are made in one place }
    ///
    /// crate features
    /// crate home -> features
    /// features/src/store.rs | pub fn get() {}
    /// features/src/lookup.rs | pub fn look() { crate::store::get() }
    /// home/src/lib.rs | pub fn rank() { features::lookup::look() }
    /// ```
    pub static PROTECTED_USED = {
        id: "protected-used",
        guard: "arch",
        group: "relations",
        level: Error,
        summary: "finds uses of what only others may use",
    };
}

pub(crate) fn find(world: &World<'_>, policy: &Policy) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in &policy.protected {
        let members = Members::of(&world.modules, &policy.patterns(&rule.members)?);
        let only_from = policy.patterns(&rule.only_from)?;
        let why = format!("and {}", only_may(&rule.only_from));
        let allowed = |user: &str| only_from.iter().any(|pattern| pattern.covers(user).is_some());
        let forbids = |user, used| {
            let _ = members.holding_without(used, user)?;
            (!allowed(user)).then(|| why.clone())
        };
        let may_be_in = |krate: &str| only_from.iter().any(|pattern: &Pattern| pattern.may_be_in(krate));
        let forbids_crates =
            |user, used| (user != used && members.has_crate(used) && !may_be_in(user)).then(|| why.clone());
        let names: Vec<String> = rule.only_from.iter().map(|name| format!("`{name}`")).collect();
        let help = through_them(&names, |names| format!("ask {names} for it"));
        let relation = Relation {
            rule: &PROTECTED_USED,
            entry: Entry::named("protected", name, rule),
            excepted: world.exceptions.of_rule("protected", name),
            forbids: &forbids,
            forbids_crates: &forbids_crates,
            help: &help,
        };
        findings.extend(world.direct(&relation));
    }
    Ok(findings)
}
