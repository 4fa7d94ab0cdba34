//! The names of one place: as they are found, once all are found, or as a cache keeps them, read when somebody asks for one.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::symbols::Symbol;
use super::table::Binding;
use crate::hashed::HashMap;

/// The names of a place and what each may mean. A large workspace has hundreds of thousands of places, most of them
/// without a name.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// As long as there may be more to come.
    open: Option<Box<HashMap<Symbol, Vec<Binding>>>>,
    /// Once there are no more to come, which takes a quarter of the memory.
    settled: Settled,
    /// What a cache keeps, in place of what was found.
    kept: Option<Box<Kept>>,
}

/// Sorted by name; the meanings of one in the order in which they were found.
type Settled = Box<[(Symbol, Binding)]>;

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    bounds: Bounds,
    names: OnceLock<Settled>,
}

/// How many there are of what a binding can point to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) places: usize,
    pub(super) paths: usize,
}

impl Held {
    /// What a name may mean.
    pub(super) fn get(&self, symbol: Symbol) -> impl Iterator<Item = &Binding> {
        let open = self.found().and_then(|open| open.get(&symbol)).into_iter().flatten();
        let settled = self.settled();
        let own = &settled[settled.partition_point(|(other, _)| *other < symbol)..];
        open.chain(own.iter().take_while(move |(other, _)| *other == symbol).map(|(_, binding)| binding))
    }

    /// Every name with each of its meanings.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Symbol, Binding)> {
        let open = self.found().into_iter().flatten();
        let open = open.flat_map(|(symbol, all)| all.iter().map(|binding| (*symbol, *binding)));
        open.chain(self.settled().iter().copied())
    }

    /// The meanings of a name, to add to them: most have one. What a cache keeps is complete and is not added to.
    pub(super) fn entry(&mut self, symbol: Symbol) -> &mut Vec<Binding> {
        let open = self.open.get_or_insert_default();
        for (symbol, binding) in std::mem::take(&mut self.settled) {
            open.entry(symbol).or_default().push(binding);
        }
        open.entry(symbol).or_insert_with(|| Vec::with_capacity(1))
    }

    /// Says that there are no more to come.
    pub(super) fn settle(&mut self) {
        if self.open.is_some() {
            self.settled = self.sorted();
            self.open = None;
        }
    }

    /// Says what the names may point to, before any of those that a cache keeps is asked for.
    pub(super) fn bound(&mut self, bounds: Bounds) {
        if let Some(kept) = &mut self.kept {
            kept.bounds = bounds;
        }
    }

    fn found(&self) -> Option<&HashMap<Symbol, Vec<Binding>>> {
        self.open.as_deref().filter(|_| self.kept.is_none())
    }

    fn settled(&self) -> &Settled {
        let Some(kept) = &self.kept else { return &self.settled };
        kept.names.get_or_init(|| {
            let mut names = postcard::from_bytes::<Vec<(Symbol, Binding)>>(&kept.bytes).unwrap_or_default();
            names.retain(|(_, binding)| binding.is_within(kept.bounds));
            names.sort_by_key(|(symbol, _)| *symbol);
            names.into()
        })
    }

    fn sorted(&self) -> Settled {
        let mut all: Vec<(Symbol, Binding)> = self.iter().collect();
        all.sort_by_key(|(symbol, _)| *symbol);
        all.into()
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(kept) = &self.kept {
            return serializer.serialize_bytes(&kept.bytes);
        }
        let bytes = postcard::to_stdvec(&self.sorted()).map_err(serde::ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes: &[u8] = Deserialize::deserialize(deserializer)?;
        let kept = Kept { bytes: bytes.to_vec(), bounds: Bounds::default(), names: OnceLock::new() };
        Ok(Held { kept: Some(Box::new(kept)), ..Held::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbols::Symbols;
    use super::super::table::Target;
    use super::*;

    #[test]
    fn names_mean_in_their_order_what_they_were_found_to_mean_whether_more_come_or_not() {
        let mut symbols = Symbols::default();
        let [first, second, none] = ["first", "second", "none"].map(|name| symbols.symbol(name));
        let means =
            |node| Binding { target: Target::Node(node), public: true, by_glob: false, mention: false };
        let mut held = Held::default();
        held.entry(second).extend([9, 7].map(means));
        held.entry(first).push(means(8));
        check(&held, [(first, &[8]), (second, &[9, 7]), (none, &[])]);
        held.settle();
        check(&held, [(first, &[8]), (second, &[9, 7]), (none, &[])]);
        held.entry(second).push(means(1));
        check(&held, [(first, &[8]), (second, &[9, 7, 1]), (none, &[])]);

        let kept = postcard::to_stdvec(&held).expect("it is kept");
        let mut held: Held = postcard::from_bytes(&kept).expect("it is read");
        held.bound(Bounds { places: 9, paths: 0 });
        // What a cache has is not added to, and points to nothing that is not there.
        held.entry(first).push(means(2));
        check(&held, [(first, &[8]), (second, &[7, 1]), (none, &[])]);
    }

    #[track_caller]
    fn check(held: &Held, expected: [(Symbol, &[u32]); 3]) {
        let node = |binding: &Binding| match binding.target {
            Target::Node(node) => node,
            Target::Path(_) => u32::MAX,
        };
        for (symbol, nodes) in expected {
            assert_eq!(held.get(symbol).map(node).collect::<Vec<_>>(), nodes);
        }
        let mut all: Vec<(Symbol, u32)> =
            held.iter().map(|(symbol, binding)| (symbol, node(&binding))).collect();
        all.sort_by_key(|(symbol, _)| *symbol);
        let flat =
            expected.into_iter().flat_map(|(symbol, nodes)| nodes.iter().map(move |node| (symbol, *node)));
        let mut flat: Vec<(Symbol, u32)> = flat.collect();
        flat.sort_by_key(|(symbol, _)| *symbol);
        assert_eq!(all, flat);
    }
}
