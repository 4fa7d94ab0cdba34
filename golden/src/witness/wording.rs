//! What the product calls its items and the people who get them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most characters of a wording.
const LONGEST: usize = 60;

/// Words for reports. They change no verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    /// What one item is, for instance `track`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What segments are called, for instance `new viewers` for `cold-start`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub segments: BTreeMap<String, String>,
}

impl Wording {
    /// Whether all of it can stand in a sentence.
    pub(crate) fn is_fit(&self) -> bool {
        self.item.iter().chain(self.segments.values()).all(|words| {
            let fits = |letter: char| !letter.is_control() && letter != '`';
            (1..=LONGEST).contains(&words.chars().count()) && words.chars().all(fits)
        })
    }

    /// Who is meant by a segment: by default its name and `viewers`.
    pub fn segment(&self, name: &str) -> String {
        match self.segments.get(name) {
            Some(words) => words.clone(),
            None => format!("{} viewers", name.replace('_', " ")),
        }
    }
}
