//! Many short texts in one buffer: identifiers of items, of requests.

use super::bytes::{Bytes, put_u32s};
use crate::lines::is_id;

/// Texts one after the other, strictly ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    text: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[from..self.ends[index] as usize]
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Adds a text behind the others. `false` where there is no room: all of them have at most 4 GiB.
    #[must_use]
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.text.len() + text.len()) else { return false };
        self.text.push_str(text);
        self.ends.push(end);
        true
    }

    /// The number of texts, their ends, their bytes, and nothing up to the next multiple of eight.
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        // `push` bounds the number by the number of bytes, since no text is empty.
        put_u32s(into, &[self.ends.len() as u32]);
        put_u32s(into, &self.ends);
        into.extend_from_slice(self.text.as_bytes());
        into.resize(into.len().next_multiple_of(8), 0);
    }

    /// Reads what [`write`](Texts::write) wrote; refuses texts that are no identifiers, and such as do not ascend.
    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Result<Texts, String> {
        let count = bytes.number()?;
        let ends = bytes.numbers(count)?;
        let text = bytes.take(ends.last().copied().unwrap_or_default() as usize)?;
        let text = std::str::from_utf8(text).map_err(|_| "an identifier is not UTF-8".to_owned())?;
        bytes.align()?;
        let (mut from, mut previous) = (0, "");
        for (index, end) in ends.iter().enumerate() {
            let id = text.get(from..*end as usize).filter(|id| is_id(id));
            let id = id.ok_or_else(|| format!("identifier {index} lies outside its table, or is none"))?;
            if index > 0 && id <= previous {
                return Err(format!("`{id}` stands below `{previous}`: identifiers ascend"));
            }
            (from, previous) = (*end as usize, id);
        }
        Ok(Texts { text: text.to_owned(), ends })
    }
}
