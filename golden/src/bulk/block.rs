//! Up to 4,096 rankings in columns: what is read, hashed and compared at once.

use super::bytes::{Bytes, put_u32s};
use super::texts::Texts;
use crate::MAX_ITEMS;

/// How many rankings a block has; the last one of a file may have fewer.
pub const LISTS: usize = 4_096;

/// The columns of a block. Numbers of words and items stand for entries of the manifest's tables and of the dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Ids of the requests, ascending.
    pub(crate) requests: Texts,
    /// One a request, each column.
    pub(crate) words: [Vec<u32>; WORDS],
    /// Where the items of each request end.
    pub(crate) ends: Vec<u32>,
    /// Items of all requests, best first.
    pub(crate) items: Vec<u32>,
    /// One an item.
    pub(crate) scores: Vec<f64>,
}

/// How many columns hold words.
pub(crate) const WORDS: usize = 4;

/// Which column holds which words, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Segment,
    Status,
    Model,
    Degraded,
}

/// Scores are stored with 64 bits.
const DOUBLES: u32 = 0;

/// Scores are stored with 32 bits, because every score of the block is such a number exactly.
const SINGLES: u32 = 1;

impl Block {
    /// How many rankings it has.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn word(&self, word: Word, list: usize) -> usize {
        self.words[word as usize][list] as usize
    }

    /// Where the items of a ranking stand.
    pub(crate) fn span(&self, list: usize) -> std::ops::Range<usize> {
        let from = list.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        from..self.ends[list] as usize
    }

    /// The numbers of its items, best first.
    pub fn items(&self, list: usize) -> &[u32] {
        &self.items[self.span(list)]
    }

    /// Its scores, best first.
    pub fn scores(&self, list: usize) -> &[f64] {
        &self.scores[self.span(list)]
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let singles = self.scores.iter().all(|score| f64::from(*score as f32).to_bits() == score.to_bits());
        let mut bytes = Vec::with_capacity(64 + self.scores.len() * 12 + self.len() * 48);
        put_u32s(&mut bytes, &[if singles { SINGLES } else { DOUBLES }]);
        put_u32s(&mut bytes, &[self.items.len() as u32]);
        self.requests.write(&mut bytes);
        for column in self.words.iter().chain([&self.ends, &self.items]) {
            put_u32s(&mut bytes, column);
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        match singles {
            true => bytes.extend(self.scores.iter().flat_map(|score| (*score as f32).to_le_bytes())),
            false => bytes.extend(self.scores.iter().flat_map(|score| score.to_le_bytes())),
        }
        bytes
    }

    /// Reads what [`write`](Block::write) wrote. `sizes` are those of the tables that its words stand for, `dictionary`
    /// that of the items.
    pub(crate) fn read(bytes: &[u8], sizes: [usize; WORDS], dictionary: usize) -> Result<Block, String> {
        let mut bytes = Bytes::new(bytes);
        let kind = bytes.number()? as u32;
        let count = bytes.number()?;
        let requests = Texts::read(&mut bytes)?;
        let lists = requests.len();
        let mut words: [Vec<u32>; WORDS] = Default::default();
        for (column, size) in words.iter_mut().zip(sizes) {
            *column = bytes.numbers(lists)?;
            if column.iter().any(|word| *word as usize >= size) {
                return Err("a word lies outside its table".to_owned());
            }
        }
        let ends = bytes.numbers(lists)?;
        let mut from = 0;
        for end in &ends {
            if *end < from || (*end - from) as usize > MAX_ITEMS {
                return Err(format!("a ranking ends before it begins, or has more than {MAX_ITEMS} items"));
            }
            from = *end;
        }
        if from as usize != count {
            return Err(format!("the rankings have {from} items, the block announces {count}"));
        }
        let items = bytes.numbers(count)?;
        if items.iter().any(|item| *item as usize >= dictionary) {
            return Err("an item lies outside the dictionary".to_owned());
        }
        bytes.align()?;
        let scores = match kind {
            DOUBLES => bytes.doubles(count)?,
            SINGLES => bytes.singles(count)?,
            other => return Err(format!("there is no kind {other} of scores")),
        };
        bytes.end()?;
        if scores.iter().any(|score| !score.is_finite()) {
            return Err("a score is not a finite number".to_owned());
        }
        Ok(Block { requests, words, ends, items, scores })
    }
}
