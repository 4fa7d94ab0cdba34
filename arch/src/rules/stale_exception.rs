//! Exceptions of rules about relations that except nothing.

use findings::{Finding, rule};
use source::Tree;

use crate::exceptions::Exceptions;
use crate::map::Map;
use crate::policy::{Entry, Lacking};
use crate::policy_file::PolicyFile;
use crate::sets::Set;
use crate::{Error, Policy};

rule! {
    /// Entries of `except` that let through nothing that their rule forbids: the use is gone, or the rule never spoke of
    /// it. What matches no crate and no module at all is told by `vacuous-rule`.
    ///
    /// ## Why it hurts
    /// An exception that nobody needs any more is a door that stands open. The next use that goes through it is told to
    /// nobody, whatever its reason is, since the reason that was approved was another one.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   edges:
    ///     pure:
    ///       from: [domain]
    ///       to: [infra]
    ///       because: what is ranked is known without a store
    ///       except:
    ///         - { from: domain::legacy, to: infra, because: it goes in spring } #~
    ///
    /// crate domain
    /// crate infra
    /// domain/src/legacy.rs | pub fn load() {}
    /// ```
    ///
    /// ## Instead
    /// Take out the exception with the last use that needs it.
    /// ```good
    /// arch:
    ///   edges:
    ///     pure:
    ///       from: [domain]
    ///       to: [infra]
    ///       because: what is ranked is known without a store
    ///       except:
    ///         - { from: domain::legacy, to: infra, because: it goes in spring }
    ///
    /// crate domain -> infra
    /// crate infra
    /// domain/src/legacy.rs | pub fn load() { infra::get() }
    /// infra/src/lib.rs | pub fn get() {}
    /// ```
    pub static STALE_EXCEPTION = {
        id: "stale-exception",
        guard: "arch",
        group: "policy",
        level: Error,
        summary: "finds exceptions of the policy that except nothing",
    };
}

pub(crate) fn find(
    map: &Map<'_>,
    exceptions: &Exceptions,
    policy: &Policy,
    tree: &Tree,
) -> Result<Vec<Finding>, Error> {
    let mut file = None;
    let mut findings = Vec::new();
    for entry in policy.entries() {
        let rule = entry.to_string();
        for (index, exception) in entry.rule.excepts().iter().enumerate() {
            if exceptions.was_used(&rule, index) {
                continue;
            }
            let named = |text: &String| -> Result<bool, Error> {
                Ok(policy.patterns(std::slice::from_ref(text))?.iter().any(|pattern| map.has_place(pattern)))
            };
            if !named(&exception.from)? || !named(&exception.to)? {
                continue;
            }
            let file = file.get_or_insert_with(|| PolicyFile::read(tree));
            let written = file.locate_key(&rule, |written| {
                let at = written.excepts().iter().position(|other| other == exception)?;
                Some(format!("except[{at}].from"))
            });
            let Some(location) = written else { continue };
            let message = format!(
                "the exception from `{}` to `{}` in `arch.{rule}` excepts nothing",
                exception.from, exception.to
            );
            findings.push(
                Finding::new(&STALE_EXCEPTION, location, message)
                    .help("take it out of the policy")
                    .note(format!("it was made because {}", exception.because.trim()))
                    .fact(&rule)
                    .fact(&exception.from)
                    .fact(&exception.to),
            );
        }
    }
    Ok(findings)
}

/// Exceptions of rules about things of a kind, for what is there or for what is none of them.
pub(crate) fn of_sets(sets: &[Set<'_>], tree: &Tree) -> Vec<Finding> {
    if sets.iter().all(|set| set.stale.is_empty()) {
        return Vec::new();
    }
    let file = PolicyFile::read(tree);
    let told = |set: &Set<'_>, stale: &Lacking| {
        let rule = Entry::called("complete", set.name);
        let location = file.locate_by(|policy| {
            let own = &policy.complete.get(set.name)?.except;
            let at = own.iter().position(|other| other == stale)?;
            Some(format!("arch.complete[\"{}\"].except[{at}].of", set.name))
        })?;
        let why = match set.things.contains_key(&stale.of) {
            true => format!("`{}` has it", stale.of),
            false => format!("there is no `{}`", stale.of),
        };
        let message = format!("the exception for `{}` in `arch.{rule}` excepts nothing", stale.of);
        Some(
            Finding::new(&STALE_EXCEPTION, location, message)
                .help("take it out of the policy")
                .note(format!("{why}; it may lack `{}` because {}", stale.lacks, stale.because.trim()))
                .fact(rule)
                .fact(&stale.of)
                .fact(&stale.lacks),
        )
    };
    let stale = sets.iter().flat_map(|set| set.stale.iter().map(move |stale| (set, *stale)));
    stale.filter_map(|(set, stale)| told(set, stale)).collect()
}
