//! Names and paths, of which a large workspace has millions, in little memory.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::facts::Name;

/// As many names as need no memory of their own.
const FEW: usize = 3;

/// The names of a path, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::box_collection,
    reason = "long paths are rare, and a wider pointer would make all of them larger"
)]
pub(crate) enum Segments {
    /// How many, and the names; the others are zero.
    Few(u8, [Name; FEW]),
    Many(Box<Vec<Name>>),
}

impl FromIterator<Name> for Segments {
    fn from_iter<I: IntoIterator<Item = Name>>(names: I) -> Self {
        let mut names = names.into_iter().fuse();
        let (mut few, mut count) = ([0; FEW], 0);
        for (place, name) in few.iter_mut().zip(names.by_ref()) {
            *place = name;
            count += 1;
        }
        match names.next() {
            Some(next) => Segments::Many(Box::new(few.into_iter().chain([next]).chain(names).collect())),
            None => Segments::Few(count, few),
        }
    }
}

impl Deref for Segments {
    type Target = [Name];

    fn deref(&self) -> &[Name] {
        match self {
            Segments::Few(count, names) => &names[..usize::from(*count)],
            Segments::Many(names) => names,
        }
    }
}

impl DerefMut for Segments {
    fn deref_mut(&mut self) -> &mut [Name] {
        match self {
            Segments::Few(count, names) => &mut names[..usize::from(*count)],
            Segments::Many(names) => names,
        }
    }
}

impl Serialize for Segments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.deref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Name>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Texts by number, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Texts {
    all: String,
    /// Behind the last byte of each.
    ends: Vec<u32>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    /// Empty where there is none of this number.
    pub(crate) fn get(&self, number: Name) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(number)).map(|(start, end)| start as usize..*end as usize);
        range.and_then(|range| self.all.get(range)).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_by_their_number() {
        let mut texts = Texts::default();
        ["one", "", "zw\u{f6}lf"].iter().for_each(|text| texts.push(text));
        let all: Vec<&str> = (0..4).map(|number| texts.get(number)).collect();
        assert_eq!((all, texts.len()), (vec!["one", "", "zw\u{f6}lf", ""], 3));
        // As a cache could have it.
        let broken = Texts { all: "zw\u{f6}lf".to_owned(), ends: vec![3, 2, 99] };
        let all: Vec<&str> = (0..4).map(|number| broken.get(number)).collect();
        assert_eq!(all, [""; 4]);
    }

    #[test]
    fn paths_of_any_length_are_what_they_were_when_they_were_kept() {
        for length in 0..6 {
            let names: Vec<Name> = (1..=length).collect();
            let segments: Segments = names.iter().copied().collect();
            assert_eq!(*segments, *names);
            let kept = postcard::to_stdvec(&segments).expect("it is kept");
            assert_eq!(postcard::from_bytes::<Segments>(&kept).as_ref(), Ok(&segments));
        }
    }
}
