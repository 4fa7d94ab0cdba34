//! Whether a policy lost what spoke of nothing any more: that loosens nothing.

use std::sync::OnceLock;

use policy::Document;
use source::{Cache, Change, Code};

/// What is asked of both sides before the scene is set.
pub(super) struct Gone<'a> {
    pub(super) change: &'a Change,
    pub(super) policies: (&'a Document, &'a Document),
    pub(super) cache: &'a Cache,
}

impl Gone<'_> {
    /// Whether a difference takes out what spoke of nothing that head has. Only then code is read.
    pub(super) fn is_gone(
        &self,
        difference: &policy::Difference,
        codes: (&OnceLock<Code>, &OnceLock<Code>),
    ) -> bool {
        let Some(base) = &self.change.base else { return false };
        let code = || {
            let base = codes.0.get_or_init(|| Code::read(base, self.cache));
            (base, codes.1.get_or_init(|| Code::read(&self.change.head, self.cache)))
        };
        is_gone(difference, self.change, self.policies, code)
    }
}

/// Whether a difference of two policies takes out what spoke of nothing that head has. What cannot be told loosens.
pub(crate) fn is_gone<'c>(
    difference: &policy::Difference,
    change: &Change,
    (before, after): (&Document, &Document),
    code: impl FnOnce() -> (&'c Code, &'c Code),
) -> bool {
    if arch::may_be_gone(difference) {
        let section = |document: &Document| document.section::<arch::Policy>(arch::SECTION.name);
        let (Ok(before), Ok(after)) = (section(before), section(after)) else { return false };
        let (base, head) = code();
        let sides = arch::Sides { change, base: (&before, base), head: (&after, head) };
        return arch::is_gone(&sides, difference).unwrap_or(false);
    }
    if lints::may_be_gone(difference) {
        let section = |document: &Document| document.section::<lints::Policy>(lints::SECTION.name);
        let (Ok(before), Ok(after)) = (section(before), section(after)) else { return false };
        let (base, head) = code();
        return lints::is_gone(
            &lints::Sides { change, base: (&before.house, base), head: (&after.house, head) },
            difference,
        );
    }
    false
}
