//! Whether what a cache keeps of the tables points to something.

use super::held::Bounds;
use super::table::{Binding, Place, Table, Target};
use crate::code::NodeKind;

impl Table {
    /// Makes a table that a cache kept ready for use; none where an index in it points to nothing.
    pub(super) fn restored(mut self) -> Option<Table> {
        let bounds = Bounds { places: self.places.len(), paths: self.symbols.count_paths() };
        let is_sound = |(index, place): (usize, &Place)| {
            let parent = place.parent as usize;
            // Every way up ends, and at a module.
            (parent < index || parent == index && place.kind == NodeKind::Module)
                && (place.root as usize) < self.roots.len()
                && place.path.is_within(bounds)
                && place.foreign_globs.iter().all(|glob| glob.path.is_within(bounds))
        };
        let sound = self.symbols.is_sound()
            && self.places.iter().enumerate().all(is_sound)
            && self.roots.iter().all(|root| {
                (root.node as usize) < bounds.places && root.externs.values().all(|it| it.is_within(bounds))
            })
            && self.node_of.values().all(|node| (*node as usize) < bounds.places);
        self.places.iter_mut().for_each(|place| place.names.bound(bounds));
        sound.then_some(self)
    }
}

impl Binding {
    /// Whether it points to something, which a cache could have wrong.
    pub(super) fn is_within(&self, bounds: Bounds) -> bool {
        self.target.is_within(bounds)
    }
}

impl Target {
    fn is_within(self, bounds: Bounds) -> bool {
        match self {
            Target::Node(node) => (node as usize) < bounds.places,
            Target::Path(path) => path.is_within(bounds),
        }
    }
}
