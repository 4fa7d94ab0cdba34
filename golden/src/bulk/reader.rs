//! Reads a bulk recording block by block, each checked against its digest before anything of it is believed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::MAGIC;
use super::block::{Block, LISTS, Word};
use super::bytes::Bytes;
use super::manifest::{Manifest, Section};
use super::store::{Kind, Store};
use super::texts::Texts;
use crate::{Item, Ranking};

/// The largest block that is read, in bytes: 4,096 rankings of 5,000 items with 64-bit scores, and their ids.
const MAX_BLOCK_BYTES: u64 = 256 << 20;

/// The largest dictionary that is read, in bytes: of some 80 million identifiers.
pub(crate) const MAX_DICTIONARY_BYTES: u64 = 2 << 30;

/// A bulk recording that is being read. In memory are the identifiers of its items and the block that was asked for.
pub struct Reader {
    manifest: Manifest,
    file: File,
    dictionary: Texts,
    words: [Vec<String>; super::block::WORDS],
    /// Where each block begins.
    starts: Vec<u64>,
}

impl Reader {
    /// Opens the file of a manifest and reads its dictionary.
    ///
    /// # Errors
    /// Where the store lacks the file, or it is not the one that the manifest describes; the reason.
    pub fn open(store: &Store, manifest: Manifest) -> Result<Reader, String> {
        let file = store.open(Kind::Rankings, &manifest.file)?;
        let name = Store::name(Kind::Rankings, &manifest.file);
        let mut at = MAGIC.len() as u64;
        let mut starts = Vec::with_capacity(manifest.blocks.len());
        for section in [&manifest.dictionary].into_iter().chain(&manifest.blocks) {
            starts.push(at);
            at = at
                .checked_add(section.bytes)
                .ok_or_else(|| format!("`{name}` is longer than files can be"))?;
        }
        let length = file.metadata().map_err(|error| format!("failed to read `{name}`: {error}"))?.len();
        if length != at {
            return Err(format!(
                "`{name}` in the store has {length} bytes where its manifest says {at}: it was cut off, or replaced"
            ));
        }
        if let Some(large) = manifest.blocks.iter().find(|block| block.bytes > MAX_BLOCK_BYTES) {
            return Err(format!(
                "a block of `{name}` has {} bytes, more than the {MAX_BLOCK_BYTES} that are read",
                large.bytes
            ));
        }
        if manifest.dictionary.bytes > MAX_DICTIONARY_BYTES {
            let bytes = manifest.dictionary.bytes;
            return Err(format!(
                "the dictionary of `{name}` has {bytes} bytes, more than the {MAX_DICTIONARY_BYTES} that are read"
            ));
        }
        let tables = [&manifest.segments, &manifest.statuses, &manifest.models, &manifest.degraded];
        let words = tables.map(|table| table.keys().cloned().collect());
        let mut reader = Reader { file, dictionary: Texts::default(), words, starts, manifest };
        let mut magic = [0; MAGIC.len()];
        reader.file.read_exact(&mut magic).map_err(|error| format!("failed to read `{name}`: {error}"))?;
        if magic != *MAGIC {
            return Err(format!("`{name}` in the store is no bulk recording"));
        }
        let bytes = reader.section(0, &reader.manifest.dictionary.clone(), "the dictionary")?;
        let mut bytes = Bytes::new(&bytes);
        reader.dictionary = Texts::read(&mut bytes)
            .and_then(|texts| bytes.end().map(|()| texts))
            .map_err(|reason| format!("the dictionary of `{name}`: {reason}"))?;
        if reader.dictionary.len() as u64 != reader.manifest.dictionary.count {
            return Err(format!(
                "the dictionary of `{name}` has {} identifiers where its manifest says {}",
                reader.dictionary.len(),
                reader.manifest.dictionary.count
            ));
        }
        Ok(reader)
    }

    /// What the file is about.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.manifest.blocks.len()
    }

    /// The identifier of an item of a block of this file.
    pub fn item(&self, number: u32) -> &str {
        self.dictionary.get(number as usize)
    }

    pub(crate) fn dictionary(&self) -> &Texts {
        &self.dictionary
    }

    pub(crate) fn words(&self, word: Word) -> &[String] {
        &self.words[word as usize]
    }

    /// Reads a block.
    ///
    /// # Errors
    /// Where it cannot be read or is not what the manifest describes; the reason.
    pub fn block(&mut self, index: usize) -> Result<Block, String> {
        let name = Store::name(Kind::Rankings, &self.manifest.file);
        let section = self
            .manifest
            .blocks
            .get(index)
            .cloned()
            .ok_or_else(|| format!("`{name}` has no block {index}"))?;
        let bytes = self.section(index + 1, &section, &format!("block {index}"))?;
        let sizes = self.words.each_ref().map(Vec::len);
        let block = Block::read(&bytes, sizes, self.dictionary.len())
            .map_err(|reason| format!("block {index} of `{name}`: {reason}"))?;
        if block.len() as u64 != section.count || block.len() > LISTS {
            return Err(format!(
                "block {index} of `{name}` has {} rankings where its manifest says {}",
                block.len(),
                section.count
            ));
        }
        Ok(block)
    }

    /// The bytes of a section. The length of the file was checked, so that no more is set aside than there is.
    fn section(&mut self, index: usize, section: &Section, what: &str) -> Result<Vec<u8>, String> {
        let name = Store::name(Kind::Rankings, &self.manifest.file);
        let failed = |error: std::io::Error| format!("failed to read {what} of `{name}`: {error}");
        self.file.seek(SeekFrom::Start(self.starts[index])).map_err(failed)?;
        let mut bytes = Vec::with_capacity(usize::try_from(section.bytes).unwrap_or_default());
        (&mut self.file).take(section.bytes).read_to_end(&mut bytes).map_err(failed)?;
        if *blake3::hash(&bytes).to_hex() != *section.digest {
            return Err(format!(
                "{what} of `{name}` has another digest than its manifest says: it was damaged, or edited"
            ));
        }
        Ok(bytes)
    }

    /// A ranking of a block of this file, with its request's id and segment.
    pub fn row(&self, block: &Block, list: usize) -> Row {
        let word = |word: Word| self.words(word)[block.word(word, list)].as_str();
        let items = block.items(list).iter().zip(block.scores(list));
        let ranking = Ranking {
            status: word(Word::Status).to_owned(),
            items: items.map(|(item, score)| Item::new(self.item(*item), *score)).collect(),
            model: Some(word(Word::Model)).filter(|model| !model.is_empty()).map(str::to_owned),
            degraded: word(Word::Degraded).lines().map(str::to_owned).collect(),
        };
        Row { id: block.requests.get(list).to_owned(), segment: word(Word::Segment).to_owned(), ranking }
    }
}

/// One ranking of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The request's id.
    pub id: String,
    /// Its segment.
    pub segment: String,
    /// What was answered.
    pub ranking: Ranking,
}
