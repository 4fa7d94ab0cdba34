//! What other tools were asked so far, which the verdict depends on.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use findings::Rule;
use lints::delegated;

/// What became of asking the tools about head, for what comes after.
#[derive(Default)]
pub(crate) struct Asking(Mutex<Progress>);

#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) tools: Vec<delegated::Tool>,
    /// The packages in which clippy found something.
    pub(crate) packages: BTreeSet<String>,
    /// The Cargo workspaces in which cargo-deny did.
    pub(crate) workspaces: BTreeSet<String>,
    remarks: Vec<String>,
}

impl Asking {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn remark(&self, text: String) {
        self.lock().remarks.push(text);
    }

    /// What the reader of the verdict must know of tools that were not asked.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.lock().remarks.clone()
    }

    /// Whether a rule of `lints` was looked for in the tiers that were asked for.
    pub(crate) fn has_looked_for(&self, rule: &Rule, in_static: bool) -> bool {
        delegated::tool_of(rule).map_or(in_static, |tool| self.lock().tools.contains(&tool))
    }
}
