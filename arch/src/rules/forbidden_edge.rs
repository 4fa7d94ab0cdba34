//! Crates and modules that use what they must not use.

use findings::{Finding, rule};

use crate::members::Members;
use crate::policy::{Entry, Reach};
use crate::relations::{Relation, World};
use crate::{Error, Policy};

rule! {
    /// Crates and modules that use others which a rule under `edges` forbids them, in their code or in their manifest. With
    /// `reach: any` a chain counts as well: over any number of modules by the paths in their code, and between whole
    /// crates over any number of crates by their manifests. The finding shows a shortest chain, link by link. Code for
    /// tests and dev-dependencies are no links, unless the policy says `tests: judged`. Of more than 200 chains of one rule
    /// each member's shortest is shown, and how many more there are: the others come to light as these go.
    ///
    /// A module in between that only re-exports is a link like any other, so that a chain may lead over names that the one
    /// before did not take: there, write an `except`.
    ///
    /// ## Why it hurts
    /// A rule that looks at direct uses only is kept by one module in between, and what was kept apart is together again:
    /// it is built, changed and broken together, and nobody sees it in either place.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   edges:
    ///     pure: { from: [domain], to: [infra], reach: any, because: what is ranked is known without a store }
    ///
    /// crate domain -> shared
    /// crate shared -> infra
    /// crate infra
    /// domain/src/order.rs | use shared::cache::Shelf; //~
    /// shared/src/cache.rs | use infra::Db;
    /// infra/src/lib.rs | pub struct Db;
    /// ```
    ///
    /// ## Instead
    /// Let the one ask for a trait, and hand in the other from above.
    /// ```good
    /// arch:
    ///   edges:
    ///     pure: { from: [domain], to: [infra], reach: any, because: what is ranked is known without a store }
    ///
    /// crate domain
    /// crate shared -> domain, infra
    /// crate infra
    /// domain/src/order.rs | pub trait Shelves {}
    /// shared/src/cache.rs | use domain::order::Shelves;
    /// shared/src/cache.rs | impl Shelves for infra::Db {}
    /// infra/src/lib.rs | pub struct Db;
    /// ```
    pub static FORBIDDEN_EDGE = {
        id: "forbidden-edge",
        guard: "arch",
        group: "relations",
        level: Error,
        summary: "finds crates and modules that use, or reach, what they must not",
    };
}

pub(crate) fn find(world: &World<'_>, policy: &Policy) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in &policy.edges {
        let from = Members::of(&world.modules, &policy.patterns(&rule.from)?);
        let to = Members::of(&world.modules, &policy.patterns(&rule.to)?);
        let forbids = |user, used| {
            let other = to.holding_without(used, user)?;
            let one = from.holding(user)?;
            Some(format!("and {one} must not use {other}"))
        };
        let forbids_crates = |user, used| {
            (user != used && from.has_crate(user) && to.has_crate(used))
                .then(|| format!("and `{user}` must not use `{used}`"))
        };
        let relation = Relation {
            rule: &FORBIDDEN_EDGE,
            entry: Entry::named("edges", name, rule),
            excepted: world.exceptions.of_rule("edges", name),
            forbids: &forbids,
            forbids_crates: &forbids_crates,
            help: "hand in from above what is needed, or move it to where both may use it",
        };
        findings.extend(world.direct(&relation));
        if rule.reach == Reach::Any {
            findings.extend(world.reached(&relation, &from.all(), &to.all()));
        }
    }
    Ok(findings)
}
