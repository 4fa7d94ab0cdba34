//! What is known of a rule of the policy: whether it can fail.

use crate::notation::Malformed;

/// A rule of the policy, and what became of its example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The rule as findings call it: `forbidden.engines`, `layers[services]`.
    pub rule: String,
    /// What became of its example.
    pub result: Proved,
}

/// What became of the example of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It breaks the rule.
    Fails {
        /// The line of the example that the first finding stands on, where it stands on one.
        line: Option<u32>,
        /// What the first finding says.
        message: String,
    },
    /// Nothing can break the rule, whatever example it has.
    NeedsNone,
    /// There is none.
    Missing,
    /// It cannot be read.
    Malformed(Malformed),
    /// It does not break the rule.
    Holds {
        /// What it breaks instead: ids of rules of the guard.
        broken: Vec<&'static str>,
    },
}

impl Proved {
    /// Whether the rule is known to find something, or needs not be.
    pub fn is_proof(&self) -> bool {
        matches!(self, Proved::Fails { .. } | Proved::NeedsNone)
    }
}
