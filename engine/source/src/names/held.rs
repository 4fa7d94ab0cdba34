//! The names of one place: as they were found, or as a cache keeps them, read when somebody asks for one.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::symbols::Symbol;
use super::table::Binding;
use crate::hashed::HashMap;

type Names = HashMap<Symbol, Vec<Binding>>;

/// The names of a place and what each may mean.
#[derive(Debug, Default)]
pub(super) struct Held {
    found: Names,
    /// What a cache keeps, in place of what was found.
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    bounds: Bounds,
    names: OnceLock<Names>,
}

/// How many there are of what a binding can point to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) places: usize,
    pub(super) paths: usize,
}

impl Held {
    pub(super) fn get(&self, symbol: Symbol) -> Option<&Vec<Binding>> {
        self.names().get(&symbol)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Symbol, &Vec<Binding>)> {
        self.names().iter()
    }

    /// The meanings of a name, to add to them: most have one. What a cache keeps is complete and is not added to.
    pub(super) fn entry(&mut self, symbol: Symbol) -> &mut Vec<Binding> {
        self.found.entry(symbol).or_insert_with(|| Vec::with_capacity(1))
    }

    /// Says what the names may point to, before any of those that a cache keeps is asked for.
    pub(super) fn bound(&mut self, bounds: Bounds) {
        if let Some(kept) = &mut self.kept {
            kept.bounds = bounds;
        }
    }

    fn names(&self) -> &Names {
        let Some(Kept { bytes, bounds, names }) = &self.kept else { return &self.found };
        names.get_or_init(|| {
            let names = postcard::from_bytes::<Vec<(Symbol, Vec<Binding>)>>(bytes).unwrap_or_default();
            let within = |mut all: Vec<Binding>| {
                all.retain(|it| it.is_within(*bounds));
                all
            };
            names.into_iter().map(|(symbol, all)| (symbol, within(all))).collect()
        })
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(kept) = &self.kept {
            return serializer.serialize_bytes(&kept.bytes);
        }
        let mut sorted: Vec<(&Symbol, &Vec<Binding>)> = self.found.iter().collect();
        sorted.sort_by_key(|(symbol, _)| **symbol);
        let bytes = postcard::to_stdvec(&sorted).map_err(serde::ser::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes: &[u8] = Deserialize::deserialize(deserializer)?;
        let kept = Kept { bytes: bytes.to_vec(), bounds: Bounds::default(), names: OnceLock::new() };
        Ok(Held { found: Names::default(), kept: Some(kept) })
    }
}
