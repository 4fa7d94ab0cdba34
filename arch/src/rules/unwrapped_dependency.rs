//! Dependencies on packages from elsewhere that go past the crates that wrap them.

use findings::{Finding, rule};

use crate::Error;
use crate::evidence::{only_may, through_them};
use crate::external::{Externals, crates_of};
use crate::path::Pattern;

rule! {
    /// Dependencies on a package that `only_through` of `external` gives to some crates alone: in the manifest of any other
    /// crate, and with `reach: any` every way to it that does not lead through them.
    ///
    /// ## Why it hurts
    /// A client that one crate wraps is given its time limits, its metrics and its successor in that crate. A second way to
    /// it has none of them, and nobody notices until the store is slow.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   external:
    ///     stores:
    ///       crates: ["*"]
    ///       only_through: { redis: [features] }
    ///       because: stores are behind one port
    ///
    /// crate features -> redis
    /// crate home -> features, redis as cache //~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   external:
    ///     stores:
    ///       crates: ["*"]
    ///       only_through: { redis: [features] }
    ///       because: stores are behind one port
    ///
    /// crate features -> redis
    /// crate home -> features
    /// ```
    pub static UNWRAPPED_DEPENDENCY = {
        id: "unwrapped-dependency",
        guard: "arch",
        group: "dependencies",
        level: Error,
        summary: "finds ways to a package from elsewhere that go past the crates that wrap it",
    };
}

pub(crate) fn find(externals: &Externals<'_>, policy: &crate::Policy) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for held in &externals.held {
        for (package, wrappers) in &held.rule.only_through {
            let let_through = crates_of(externals.map, &policy.patterns(wrappers)?);
            for way in externals.ways_to(held, &Pattern::read(package)?, &let_through) {
                let wrong = only_may(wrappers);
                let help = through_them(wrappers, |names| format!("let {names} do it, and use that"));
                findings.push(externals.told(&UNWRAPPED_DEPENDENCY, held, &way, &wrong, help));
            }
        }
    }
    Ok(findings)
}
