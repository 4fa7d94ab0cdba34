//! Who belongs to the house: the guards, their rules, and the schema of the policy.

use std::collections::HashSet;
use std::sync::OnceLock;

use findings::Rule;
use lints::Lint;
use policy::{Document, PolicyError, Schema, Section};

/// A guard as the command line knows it.
pub(crate) struct Guard {
    /// For instance `lints`.
    pub(crate) name: &'static str,
    /// Its folder in a checkout of Gatefold.
    pub(crate) folder: &'static str,
    /// The promise that it keeps.
    pub(crate) promise: &'static str,
    /// Its rules.
    pub(crate) rules: &'static [&'static Rule],
    /// Rules of its whose findings other tools make, by tool.
    pub(crate) delegated: &'static [&'static [&'static Rule]],
    /// Whether it compares base and head itself, so that nothing of it is known.
    pub(crate) compares_itself: bool,
}

impl Guard {
    /// Its rules, and behind them those that other tools look for.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        self.rules.iter().chain(self.delegated.iter().copied().flatten()).copied()
    }
}

/// The five guards, in the order of the report, and the engine's own rules.
pub(crate) static GUARDS: &[Guard] = &[
    Guard {
        name: "lints",
        folder: "lints",
        promise: "No code that is known to hurt a latency-critical ranking service.",
        rules: lints::RULES,
        delegated: lints::delegated::DELEGATED,
        compares_itself: false,
    },
    Guard {
        name: "arch",
        folder: "arch",
        promise: "The architecture stays the one that was decided.",
        rules: arch::RULES,
        delegated: &[],
        compares_itself: false,
    },
    Guard {
        name: "contracts",
        folder: "contracts",
        promise: "Callers keep what they were promised.",
        rules: contracts::RULES,
        delegated: &[],
        compares_itself: true,
    },
    Guard {
        name: "golden",
        folder: "golden",
        promise: "Rankings change only when somebody meant them to.",
        rules: golden::RULES,
        delegated: &[],
        compares_itself: true,
    },
    Guard {
        name: "integrity",
        folder: "integrity",
        promise: "The change does not weaken what judges it.",
        rules: integrity::RULES,
        delegated: &[],
        compares_itself: true,
    },
    Guard {
        name: "policy",
        folder: "engine/policy",
        promise: "What the policy itself, exceptions, approvals and files that cannot be read give rise to.",
        rules: policy::rules::RULES,
        delegated: &[],
        compares_itself: true,
    },
];

static SECTIONS: &[Section] = &[
    lints::SECTION,
    arch::SECTION,
    contracts::SECTION,
    golden::SECTION,
    integrity::SECTION,
    service::SECTION,
];

/// What `gatefold.yaml` may say.
pub(crate) static SCHEMA: Schema = Schema { sections: SECTIONS };

/// The rules that the workspace's own binary brings along, set once when its command line begins.
static OWN: OnceLock<&'static [&'static Lint]> = OnceLock::new();

/// Takes in a workspace's own rules.
pub(crate) fn take_in(lints: &'static [&'static Lint]) {
    // A second command line in one process keeps the rules of the first.
    let _ = OWN.set(lints);
}

/// The workspace's own rules.
pub(crate) fn own() -> &'static [&'static Lint] {
    OWN.get().copied().unwrap_or_default()
}

/// Every rule of the house, and the workspace's own.
pub(crate) fn rules() -> Vec<&'static Rule> {
    let own = own().iter().map(|lint| lint.rule);
    GUARDS.iter().flat_map(Guard::all).chain(own).collect()
}

/// Every rule of the house, the workspace's own, and the house rules of policies, the first of an id.
pub(crate) fn rules_with(policies: &[&Document]) -> Vec<&'static Rule> {
    let mut rules = rules();
    let mut known: HashSet<&str> = rules.iter().map(|rule| rule.id).collect();
    for rule in policies.iter().flat_map(|policy| lints::house_rules(policy)) {
        if known.insert(rule.id) {
            rules.push(rule);
        }
    }
    rules
}

/// Refuses a house rule that is called like a rule of any guard, or like one that the workspace's own binary brings.
///
/// # Errors
/// The first such rule, where it stands.
pub(crate) fn refuse_taken(policy: &Document) -> Result<(), PolicyError> {
    let taken = rules();
    for rule in lints::house_rules(policy) {
        if let Some(other) = taken.iter().find(|other| other.id == rule.id) {
            let message = format!("the guard `{}` has a rule of this id; give it another one", other.guard);
            return Err(policy.error_at(&format!("lints.house.{}", rule.id), message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_house_has_an_id_and_a_guard_of_its_own() {
        let mut ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for guard in GUARDS {
            assert!(guard.all().all(|rule| rule.guard == guard.name), "{}", guard.name);
        }
    }

    #[test]
    fn a_house_rule_has_an_id_of_its_own_among_the_rules_of_all_guards() {
        let check = |id: &str, expected: Option<&str>| {
            let text = format!(
                "lints:\n  house:\n    {id}: {{ forbid: {{ calls: [a] }}, because: it is so, bad: [a] }}\n"
            );
            let policy = Document::parse("gatefold.yaml", &text, &SCHEMA).expect("a policy");
            let refused = refuse_taken(&policy).map_err(|error| error.to_string()).err();
            assert_eq!(refused.is_some(), expected.is_some(), "{refused:?}");
            if let (Some(refused), Some(guard)) = (refused, expected) {
                assert!(refused.starts_with("gatefold.yaml:3:5:"), "{refused}");
                assert!(refused.contains(guard), "{refused}");
            }
            assert_eq!(rules_with(&[&policy, &policy]).iter().filter(|rule| rule.id == id).count(), 1);
        };
        check("of-our-own", None);
        check("untied-sort", Some("`lints`"));
        check("forbidden-path", Some("`arch`"));
        check("policy-loosened", Some("`integrity`"));
    }

    #[test]
    fn every_key_of_the_policy_can_be_compared() {
        assert_eq!(SCHEMA.problems(), Vec::<String>::new());
    }
}
