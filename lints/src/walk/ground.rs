//! What is the same all over a file.

use std::cell::OnceCell;

use source::{Asking, Scope, SourceFile};

use crate::facts::Facts;
use crate::flow::Flow;
use crate::house::Look;
use crate::site::{Site, Step};

#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) facts: &'a Facts<'a>,
    pub(super) names: &'a Asking<'a>,
    /// Whether the whole file is of a layer that ranks.
    pub(super) ranks: bool,
    pub(super) house: &'a Look<'a>,
}

impl<'a> Ground<'a> {
    /// A place in the file.
    pub(super) fn site<'s>(
        self,
        scope: &'s Scope,
        steps: &'s [Step<'a>],
        flow: &'s OnceCell<Flow>,
    ) -> Site<'s>
    where
        'a: 's,
    {
        let Ground { file, facts, names, ranks, .. } = self;
        Site { file, facts, names, ranks, scope, steps, flow }
    }
}
