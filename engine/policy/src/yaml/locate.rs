//! The place of a value: the text is read once more, and the parser says where it is.
//!
//! The parser tells places only in its errors, so an error is raised at each text, number and word, and caught where it was
//! raised: one pass knows the places of all of them. A list or a map cannot be left in that way. Its place is asked for
//! seldom, and is found by a pass of its own.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::OnceLock;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Mark;

/// A text that values were read from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
    /// The places of texts, numbers and words, by the numbers of their marks; known once one is asked for.
    places: OnceLock<Vec<Option<Place>>>,
}

/// Line and column, counted from 1.
type Place = (u32, u32);

impl Source {
    pub(crate) fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Source { file: file.into(), text: text.into(), places: OnceLock::new() }
    }

    /// Line and column, counted from 1.
    pub(crate) fn locate(&self, mark: Mark) -> Option<Place> {
        let places = self.places.get_or_init(|| self.places());
        places.get(mark.number as usize).copied().flatten().or_else(|| self.search(mark))
    }

    fn places(&self) -> Vec<Option<Place>> {
        let (left, scalars) = (Cell::new(u32::MAX), Scalars::default());
        let walk = Walk { left: &left, scalars: Some(&scalars) };
        // What is behind an error has no place here, and is searched for.
        let _ = walk.deserialize(serde_yaml::Deserializer::from_str(&self.text));
        scalars.places.into_inner()
    }

    /// Reads up to the value.
    fn search(&self, mark: Mark) -> Option<Place> {
        let left = Cell::new(mark.number);
        let walk = Walk { left: &left, scalars: None };
        let stop = walk.deserialize(serde_yaml::Deserializer::from_str(&self.text)).err()?;
        let place = stop.location()?;
        Some((place.line() as u32, place.column() as u32))
    }
}

/// The places of texts, numbers and words that a pass has met.
#[derive(Default)]
struct Scalars {
    places: RefCell<Vec<Option<Place>>>,
    /// Whether the error that is on its way up is ours.
    raised: Cell<bool>,
}

/// Counts values and keys as reading does, and raises an error at the one that is looked for, or at every scalar.
#[derive(Clone, Copy)]
struct Walk<'a> {
    left: &'a Cell<u32>,
    scalars: Option<&'a Scalars>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let found = self.left.get() == 0;
        self.left.set(self.left.get().wrapping_sub(1));
        let visitor = WalkVisitor { walk: self, found };
        let Some(scalars) = self.scalars else { return deserializer.deserialize_any(visitor) };
        let number = scalars.places.borrow().len();
        scalars.places.borrow_mut().push(None);
        deserializer.deserialize_any(visitor).or_else(|error| {
            if !scalars.raised.take() {
                return Err(error);
            }
            scalars.places.borrow_mut()[number] = place_in(&error.to_string());
            Ok(())
        })
    }
}

/// The place that the words of an error end in. Of the first letter of a file they say nothing.
fn place_in(error: &str) -> Option<Place> {
    let Some((_, place)) = error.rsplit_once(" at line ") else { return Some((1, 1)) };
    let (line, column) = place.split_once(" column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

struct WalkVisitor<'a> {
    walk: Walk<'a>,
    found: bool,
}

impl WalkVisitor<'_> {
    fn pass<E: de::Error>(self) -> Result<(), E> {
        if self.found { Err(E::custom("here")) } else { Ok(()) }
    }

    fn scalar<E: de::Error>(self) -> Result<(), E> {
        match self.walk.scalars {
            Some(scalars) => {
                scalars.raised.set(true);
                Err(E::custom("here"))
            }
            None => self.pass(),
        }
    }
}

impl<'de> Visitor<'de> for WalkVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_knows_the_places_that_a_search_for_each_finds() {
        let long = (0..200).map(|at| format!("- {{ name: n{at}, of: [1, {at}, ~] }}\n")).collect::<String>();
        for text in [
            "a",
            "",
            "# nothing\n",
            "--- \n- 1\n",
            "a: 1\nb:\n  - c\n  - { d: 'e', f: \"g\\n\", h: [] }\n  -\n    i: |\n      text at line 7 column 9\n    j: >-\n      more\n",
            "base: &base { a: 1, b: [x, y] }\none: *base\ntwo: [*base, *base]\n",
            "\"quoted at line 1 column 2\": ~\nnull: true\n3.5: .inf\n",
            "\u{feff}a: b\n",
            "a: {}\nb: []\nc:\nd: ''\n",
            "ä: ö\n日本: 語\n",
            long.as_str(),
        ] {
            let source = Source::new("a.yaml", text);
            let places = source.places();
            let mut scalars = 0;
            for number in 0..places.len() as u32 {
                let mark = Mark { source: 0, number };
                let searched = source.search(mark);
                let place = places[number as usize];
                scalars += u32::from(place.is_some());
                assert!(
                    place.is_none() || place == searched,
                    "{number} of {text:.60}: {place:?}, {searched:?}"
                );
                assert_eq!(source.locate(mark), searched, "{number} of {text:.60}");
            }
            assert!(text.len() < 20 || scalars > 1, "{text:.60}");
        }
    }

    #[test]
    fn what_comes_behind_something_that_cannot_be_walked_is_searched_for() {
        let source = Source::new("a.yaml", "a: 1\nb: !tag c\nd: 2\n");
        for number in 0..8 {
            let mark = Mark { source: 0, number };
            assert_eq!(source.locate(mark), source.search(mark), "{number}");
        }
    }
}
