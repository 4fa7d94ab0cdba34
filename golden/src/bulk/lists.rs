//! The rankings of one side in the order of their requests' ids, whatever form they are kept in.

use super::block::{Block, Word};
use super::reader::{Reader, Row};
use crate::{Noise, Recording};

/// Rankings one after the other.
pub(crate) enum Lists<'a> {
    Text(&'a Recording, usize),
    Bulk(Box<Cursor>),
}

impl<'a> Lists<'a> {
    pub(crate) fn of_text(recording: &'a Recording) -> Lists<'a> {
        Lists::Text(recording, 0)
    }

    pub(crate) fn of_bulk(reader: Reader) -> Lists<'a> {
        Lists::Bulk(Box::new(Cursor { reader, block: Block::default(), next: 0, at: 0, last: String::new() }))
    }

    /// The id of the next ranking; `None` at the end.
    pub(crate) fn id(&mut self) -> Result<Option<&str>, String> {
        match self {
            Lists::Text(recording, at) => Ok(recording.entries.get(*at).map(|entry| entry.id.as_str())),
            Lists::Bulk(cursor) => {
                Ok(if cursor.fill()? { Some(cursor.block.requests.get(cursor.at)) } else { None })
            }
        }
    }

    /// Gives out the next ranking and goes on; there is one, since [`id`](Lists::id) said so.
    pub(crate) fn take(&mut self) -> Row {
        match self {
            Lists::Text(recording, at) => {
                let entry = &recording.entries[*at];
                *at += 1;
                Row { id: entry.id.clone(), segment: entry.segment.clone(), ranking: entry.ranking.clone() }
            }
            Lists::Bulk(cursor) => {
                cursor.at += 1;
                cursor.reader.row(&cursor.block, cursor.at - 1)
            }
        }
    }

    /// The noise that is recorded beside the next ranking. A bulk recording has none: what it holds is quiet.
    pub(crate) fn noise(&self) -> Option<Noise> {
        match self {
            Lists::Text(recording, at) => recording.entries.get(*at)?.noise,
            Lists::Bulk(_) => None,
        }
    }

    /// Goes on over the next ranking.
    pub(crate) fn pass(&mut self) {
        match self {
            Lists::Text(_, at) => *at += 1,
            Lists::Bulk(cursor) => cursor.at += 1,
        }
    }
}

/// A place in a bulk recording.
pub(crate) struct Cursor {
    pub(crate) reader: Reader,
    pub(crate) block: Block,
    /// The block behind this one.
    pub(crate) next: usize,
    pub(crate) at: usize,
    /// The last id of the block before.
    last: String,
}

impl Cursor {
    /// Whether it stands between two blocks, with the next one not read.
    pub(crate) fn is_between_blocks(&self) -> bool {
        self.at == self.block.len()
    }

    /// Goes on over a block without reading it.
    pub(crate) fn skip_block(&mut self) {
        (self.block, self.at, self.next) = (Block::default(), 0, self.next + 1);
    }

    /// Reads the next block where this one is at its end; whether there is a ranking.
    fn fill(&mut self) -> Result<bool, String> {
        while self.is_between_blocks() {
            if self.next == self.reader.blocks() {
                return Ok(false);
            }
            if let Some(last) = self.block.len().checked_sub(1) {
                self.last = self.block.requests.get(last).to_owned();
            }
            self.block = self.reader.block(self.next)?;
            if self.block.is_empty() || self.block.requests.get(0) <= self.last.as_str() {
                return Err(format!("block {} is empty, or does not stand behind the one before", self.next));
            }
            (self.at, self.next) = (0, self.next + 1);
        }
        Ok(true)
    }
}

/// What the numbers of one bulk recording are in another one.
pub struct Translation {
    /// `None` where both number their items alike.
    items: Option<Vec<u32>>,
    words: [Vec<u32>; super::block::WORDS],
}

/// Stands for what the other recording does not have.
const NOWHERE: u32 = u32::MAX;

impl Translation {
    /// From `from` to `to`.
    pub fn between(from: &Reader, to: &Reader) -> Translation {
        let alike = from.manifest().dictionary == to.manifest().dictionary;
        let items = (!alike).then(|| numbers(from.dictionary().iter(), to.dictionary().iter()));
        let all = [Word::Segment, Word::Status, Word::Model, Word::Degraded];
        let texts = |reader: &Reader, word| reader.words(word).to_vec();
        let words = all.map(|word| {
            let (from, to) = (texts(from, word), texts(to, word));
            numbers(from.iter().map(String::as_str), to.iter().map(String::as_str))
        });
        Translation { items, words }
    }

    /// Whether every number means the same in both.
    pub(crate) fn is_identity(&self) -> bool {
        let same = |words: &Vec<u32>| words.iter().zip(0..).all(|(there, here)| *there == here);
        self.items.is_none() && self.words.iter().all(same)
    }

    /// Whether two rankings are the same, of a block that is translated and one that is not.
    pub fn same(&self, from: &Block, a: usize, to: &Block, b: usize) -> bool {
        let words = from.words.iter().zip(&to.words).zip(&self.words);
        let same_words =
            |((from, to), numbers): ((&Vec<u32>, &Vec<u32>), &Vec<u32>)| numbers[from[a] as usize] == to[b];
        let (mine, others) = (from.items(a), to.items(b));
        let same_items = match &self.items {
            None => mine == others,
            Some(numbers) => {
                mine.len() == others.len()
                    && mine.iter().zip(others).all(|(mine, other)| numbers[*mine as usize] == *other)
            }
        };
        same_items && same_scores(from.scores(a), to.scores(b)) && words.into_iter().all(same_words)
    }
}

/// For each of ascending texts its place among other ascending texts.
fn numbers<'a>(from: impl Iterator<Item = &'a str>, to: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut to = (0..).zip(to).peekable();
    from.map(|text| {
        while to.next_if(|(_, other)| *other < text).is_some() {}
        to.peek().filter(|(_, other)| *other == text).map_or(NOWHERE, |(number, _)| *number)
    })
    .collect()
}

/// Whether two rankings of the same items have the same scores. Bits are compared first, all of them, since a loop
/// without a way out is one that several scores go through at once.
fn same_scores(mine: &[f64], others: &[f64]) -> bool {
    let bits = mine.iter().zip(others).fold(0, |bits, (a, b)| bits | (a.to_bits() ^ b.to_bits()));
    mine.len() == others.len() && (bits == 0 || mine == others)
}
