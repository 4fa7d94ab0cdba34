//! The place of a value: the text is read once more up to it, and the parser says where it is.
//!
//! The parser tells places only in its errors, so an error is raised at the value that is looked for. Reading twice
//! costs nothing that matters: places are asked for where something is wrong.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Mark;

/// A text that values were read from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Source {
    /// Line and column, counted from 1.
    pub(crate) fn locate(&self, mark: Mark) -> Option<(u32, u32)> {
        let left = Cell::new(mark.number);
        let walk = Walk { left: &left };
        let stop = walk.deserialize(serde_yaml::Deserializer::from_str(&self.text)).err()?;
        let place = stop.location()?;
        Some((place.line() as u32, place.column() as u32))
    }
}

/// Counts values and keys as reading does, and raises an error at the one that is looked for.
#[derive(Clone, Copy)]
struct Walk<'a> {
    left: &'a Cell<u32>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let found = self.left.get() == 0;
        self.left.set(self.left.get().wrapping_sub(1));
        deserializer.deserialize_any(WalkVisitor { walk: self, found })
    }
}

struct WalkVisitor<'a> {
    walk: Walk<'a>,
    found: bool,
}

impl WalkVisitor<'_> {
    fn pass<E: de::Error>(self) -> Result<(), E> {
        if self.found { Err(E::custom("here")) } else { Ok(()) }
    }
}

impl<'de> Visitor<'de> for WalkVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.pass()
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.pass()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.pass()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.pass()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.pass()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
        self.pass()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
        self.pass()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.pass()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.pass()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let walk = self.walk;
        self.pass()?;
        while items.next_element_seed(walk)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let walk = self.walk;
        self.pass()?;
        while map.next_key_seed(walk)?.is_some() {
            map.next_value_seed(walk)?;
        }
        Ok(())
    }
}
