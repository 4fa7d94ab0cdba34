//! What globs of crates from elsewhere may have brought, whose names nobody knows.

use super::known;
use super::table::{Base, ForeignGlob, Found, Place, Query, Table};
use crate::code::NodeKind;

impl Table {
    /// The place, and those around it up to its module.
    pub(super) fn around(&self, node: u32) -> impl Iterator<Item = &Place> {
        let up =
            |place: &&Place| (place.kind != NodeKind::Module).then(|| &self.places[place.parent as usize]);
        std::iter::successors(self.places.get(node as usize), up)
    }

    /// Every glob at a place and around it, up to its module, that may have brought a name which nothing else has.
    pub(super) fn foreign_globs(&self, node: u32) -> Vec<ForeignGlob> {
        self.around(node).flat_map(|place| place.foreign_globs.iter().copied()).collect()
    }

    /// What no module has may be what the one glob of a crate from elsewhere brings, or the one of several that is known to
    /// have it.
    pub(super) fn brought_by_glob(&self, query: Query) -> Vec<Found> {
        if query.is_use || query.is_std_macro() {
            return Vec::new();
        }
        let globs = self.foreign_globs(query.node);
        let has = |glob: &&ForeignGlob| {
            known::is_shown(&format!("{}::{}", self.symbols.display(glob.path), query.segments[0]))
        };
        let one = match &globs[..] {
            [one] => Some(one),
            several => several.iter().find(has),
        };
        let found = |glob: &ForeignGlob| Found {
            base: Base::Path(glob.path),
            used: 0,
            by_glob: true,
            mention: false,
        };
        one.map(found).into_iter().collect()
    }
}
