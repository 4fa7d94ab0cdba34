//! What globs of crates from elsewhere may have brought, whose names nobody knows.

use super::build::GENERATED;
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
        let found =
            |glob: ForeignGlob| Found { base: Base::Path(glob.path), used: 0, by_glob: true, mention: false };
        self.one_that_brings(&globs, query.segments[0]).map(found).into_iter().collect()
    }

    /// What is meant by a path that goes on where a module does not have the next name: what the one glob brings that the
    /// module re-exports, or the one of several that is known to have the name. Anything else is what it is. What a build
    /// script writes is the module's own.
    pub(super) fn shown_by_glob(&self, found: Found, query: Query) -> Found {
        let (Base::Node(node), Some(name)) = (found.base, query.segments.get(found.used)) else {
            return found;
        };
        let is_below = self.is_below(query.node, node);
        let globs = self.places[node as usize].foreign_globs.iter().copied();
        let globs: Vec<ForeignGlob> = globs.filter(|glob| glob.public || is_below).collect();
        let is_generated = |glob: &ForeignGlob| {
            self.symbols.display(glob.path).split("::").next().is_some_and(|first| first == GENERATED)
        };
        match self.one_that_brings(&globs, name).filter(|glob| !is_generated(glob)) {
            Some(glob) => Found { base: Base::Path(glob.path), by_glob: true, ..found },
            None => found,
        }
    }

    fn one_that_brings(&self, globs: &[ForeignGlob], name: &str) -> Option<ForeignGlob> {
        let has =
            |glob: &&ForeignGlob| known::is_shown(&format!("{}::{name}", self.symbols.display(glob.path)));
        match globs {
            [one] => Some(*one),
            several => several.iter().find(has).copied(),
        }
    }

    /// Whether a place is in a module, or in one within.
    fn is_below(&self, place: u32, module: u32) -> bool {
        let up = |place: &u32| Some(self.places[*place as usize].parent).filter(|parent| parent != place);
        std::iter::successors(Some(place), up).any(|around| around == module)
    }
}
