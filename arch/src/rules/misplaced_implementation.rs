//! Implementations of a trait outside of the places that may have them.

use std::collections::BTreeSet;

use findings::{Finding, rule};
use source::Tree;

use crate::evidence::{of_path, only_may, reasoned, through_them};
use crate::map::Map;
use crate::path::join;
use crate::policy::Entry;
use crate::{Error, Policy};

rule! {
    /// Traits that the policy lets only some implement, implemented elsewhere: by `impl`, also through an alias or a
    /// re-export, or by `derive`. The module that defines the trait may implement it, too. What a macro writes is not
    /// seen.
    ///
    /// ## Why it hurts
    /// Where a kind of part always lies in the same place, it is found, reviewed and tested there. One hydrator beside a
    /// handler is a read of the store that nobody counts.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   implementations:
    ///     hydrators:
    ///       traits: ["pipeline::Hydrator"]
    ///       only_in: [stages, "home::stages"]
    ///       because: what reads the store stands among the stages
    ///
    /// crate pipeline
    /// crate stages -> pipeline
    /// crate home -> pipeline
    /// pipeline/src/hydrator.rs | pub trait Hydrator {}
    /// pipeline/src/lib.rs | pub use hydrator::Hydrator;
    /// stages/src/lib.rs | pub struct Plays; impl pipeline::Hydrator for Plays {}
    /// home/src/service.rs | use pipeline::Hydrator as Part;
    /// home/src/service.rs | struct Titles; impl Part for Titles {} //~
    /// home/src/stages.rs |
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   implementations:
    ///     hydrators:
    ///       traits: ["pipeline::Hydrator"]
    ///       only_in: [stages, "home::stages"]
    ///       because: what reads the store stands among the stages
    ///
    /// crate pipeline
    /// crate stages -> pipeline
    /// crate home -> pipeline
    /// pipeline/src/hydrator.rs | pub trait Hydrator {}
    /// pipeline/src/hydrator.rs | impl<T: Hydrator> Hydrator for Box<T> {}
    /// pipeline/src/lib.rs | pub use hydrator::Hydrator;
    /// stages/src/lib.rs | pub struct Plays; impl pipeline::Hydrator for Plays {}
    /// home/src/stages.rs | pub struct Titles; impl pipeline::Hydrator for Titles {}
    /// ```
    pub static MISPLACED_IMPLEMENTATION = {
        id: "misplaced-implementation",
        guard: "arch",
        group: "items",
        level: Error,
        summary: "finds implementations of traits where the policy does not let them be",
    };
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in &policy.implementations {
        let traits = map.canonical_patterns(&rule.traits)?;
        let only_in = policy.patterns(&rule.only_in)?;
        let mut seen = BTreeSet::new();
        for (place, item) in map.items() {
            if only_in.iter().any(|pattern| pattern.covers(place).is_some()) {
                continue;
            }
            let module = item.module().map(|module| &*map.names.modules()[module].canonical);
            // Where the trait is defined it is at home.
            let is_at_home = |path: &str| path.rsplit_once("::").map(|(above, _)| above) == module;
            let wanted = |path: &str| traits.iter().any(|pattern| pattern.names(path)) && !is_at_home(path);
            let by_impl = item.implemented().into_iter().flat_map(|named| {
                let (line, column) = (named.line, named.column);
                named.canonical.into_iter().map(move |path| (path, line, column, "implements"))
            });
            let derived = item.attributes().filter(|attribute| attribute.derived);
            let by_derive =
                derived.map(|attribute| (attribute.canonical, attribute.line, attribute.column, "derives"));
            for (path, line, column, verb) in by_impl.chain(by_derive).filter(|(path, ..)| wanted(path)) {
                if seen.insert((item.file().clone(), line, column)) {
                    let subject = join(place, item.name());
                    let message = format!("`{subject}` {verb} `{path}`, which {}", only_may(&rule.only_in));
                    let location = of_path(item.file(), line, column, tree);
                    let finding = Finding::new(&MISPLACED_IMPLEMENTATION, location, message);
                    let to = |names: &str| format!("move the implementation to {names}");
                    let help = through_them(&rule.only_in, to);
                    let finding = reasoned(finding, &Entry::named("implementations", name, rule), help);
                    findings.push(finding.fact(subject).fact(path));
                }
            }
        }
    }
    Ok(findings)
}
