//! Writes a bulk recording ranking by ranking: what is in memory are the identifiers of the items and one block.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use super::block::{Block, LISTS, WORDS, Word};
use super::canonical::Canonical;
use super::manifest::{Manifest, Section};
use super::reader::MAX_DICTIONARY_BYTES;
use super::store::{Kind, Store};
use super::texts::Texts;
use super::{MAGIC, joined};
use crate::lines::{is_id, is_word};
use crate::{MAX_ITEMS, Ranking};

/// What a bulk recording is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Name of the corpus.
    pub corpus: String,
    /// The service that answered.
    pub service: String,
    /// The RPC that was asked.
    pub rpc: String,
    /// Digest of the requests that were answered.
    pub requests: String,
    /// The time at which they were asked, where one was set.
    pub clock: Option<String>,
    /// The seed under which they were asked, where there was one.
    pub seed: Option<u64>,
}

/// A bulk recording in the making.
///
/// Words and items are numbered as they come and written to a spool; [`finish`](Writer::finish) numbers them in
/// alphabetical order, so that the same rankings give the same bytes.
pub struct Writer<'a> {
    store: &'a Store,
    manifest: Manifest,
    canonical: Canonical,
    items: HashMap<Box<str>, u32>,
    words: [Words; WORDS],
    block: Block,
    last: Option<String>,
    spool: File,
    spooled: Vec<u64>,
}

/// Words in the order in which they came, each with how often.
#[derive(Default)]
struct Words {
    numbers: HashMap<String, u32>,
    counts: Vec<u64>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        let number = match self.numbers.get(word) {
            Some(number) => *number,
            None => {
                // Fewer than rankings, of which there are fewer than numbers.
                let number = self.counts.len() as u32;
                self.numbers.insert(word.to_owned(), number);
                self.counts.push(0);
                number
            }
        };
        self.counts[number as usize] += 1;
        number
    }

    /// In alphabetical order with their counts, and for each number the one it has in that order.
    fn sorted(self) -> (BTreeMap<String, u64>, Vec<u32>) {
        let mut words: Vec<(String, u32)> = self.numbers.into_iter().collect();
        words.sort_unstable();
        let mut places = vec![0; words.len()];
        for (place, (_, number)) in (0..).zip(&words) {
            places[*number as usize] = place;
        }
        let counted = words.into_iter().map(|(word, number)| (word, self.counts[number as usize]));
        (counted.collect(), places)
    }
}

impl<'a> Writer<'a> {
    /// Begins a recording of a corpus.
    ///
    /// # Errors
    /// Where the store cannot be written; the reason.
    pub fn new(store: &'a Store, about: About) -> Result<Writer<'a>, String> {
        Ok(Writer {
            store,
            manifest: Manifest::begun(about),
            canonical: Canonical::default(),
            items: HashMap::new(),
            words: Default::default(),
            block: Block::default(),
            last: None,
            spool: store.spool()?,
            spooled: Vec::new(),
        })
    }

    /// Adds the ranking of a request. Requests come in the order of their ids.
    ///
    /// # Errors
    /// Where the ranking is not fit to be recorded, or does not stand behind the last one; the reason.
    pub fn push(&mut self, id: &str, segment: &str, ranking: &Ranking) -> Result<(), String> {
        if let Some(last) = self.last.as_deref().filter(|last| *last >= id) {
            return Err(format!("`{id}` stands below `{last}`: requests are sorted by id, each once"));
        }
        let is_fit = is_id(id)
            && is_id(segment)
            && ranking.items.iter().all(|item| is_id(&item.id) && item.score.is_finite())
            && ranking
                .degraded
                .iter()
                .chain(&ranking.model)
                .chain([&ranking.status])
                .all(|word| is_word(word))
            && ranking.items.len() <= MAX_ITEMS;
        if !is_fit {
            return Err(format!("the ranking of `{id}` is not fit to be recorded"));
        }
        self.canonical.add(id, segment, ranking);
        let model = ranking.model.as_deref().unwrap_or_default();
        let degraded = joined(&ranking.degraded);
        let words = [
            (Word::Segment, segment),
            (Word::Status, &ranking.status),
            (Word::Model, model),
            (Word::Degraded, &degraded),
        ];
        for (column, word) in words {
            let number = self.words[column as usize].number(word);
            self.block.words[column as usize].push(number);
        }
        for item in &ranking.items {
            let number = match self.items.get(item.id.as_str()) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(self.items.len()).ok().filter(|number| *number < u32::MAX);
                    let number = number.ok_or("there are more items than can be numbered")?;
                    self.items.insert(item.id.as_str().into(), number);
                    number
                }
            };
            self.block.items.push(number);
            self.block.scores.push(item.score);
        }
        let fits = self.block.requests.push(id);
        self.block.ends.push(self.block.items.len() as u32);
        self.manifest.lists += 1;
        self.manifest.items += ranking.items.len() as u64;
        self.last = Some(id.to_owned());
        if !fits {
            return Err("the ids of a block are too long".to_owned());
        }
        if self.block.len() == LISTS { self.spool() } else { Ok(()) }
    }

    fn spool(&mut self) -> Result<(), String> {
        let bytes = std::mem::take(&mut self.block).write();
        self.spool.write_all(&bytes).map_err(|error| format!("failed to write to the store: {error}"))?;
        self.spooled.push(bytes.len() as u64);
        Ok(())
    }

    /// Writes the file and gives back its manifest. The file appears in the store as a whole.
    ///
    /// # Errors
    /// Where the store cannot be written; the reason.
    pub fn finish(mut self) -> Result<Manifest, String> {
        if !self.block.is_empty() {
            self.spool()?;
        }
        let mut draft = self.store.draft()?;
        draft.write(MAGIC)?;

        let count = self.items.len();
        let mut ids: Vec<(Box<str>, u32)> = self.items.into_iter().collect();
        ids.sort_unstable();
        let mut dictionary = Texts::default();
        let mut places = vec![0; count];
        for (place, (id, number)) in (0..).zip(&ids) {
            places[*number as usize] = place;
            if !dictionary.push(id) {
                return Err("the identifiers of the items have more than 4 GiB".to_owned());
            }
        }
        drop(ids);
        let mut bytes = Vec::new();
        dictionary.write(&mut bytes);
        drop(dictionary);
        if bytes.len() as u64 > MAX_DICTIONARY_BYTES {
            return Err(format!("the identifiers of the items have more than {MAX_DICTIONARY_BYTES} bytes"));
        }
        self.manifest.dictionary = Section::of(count, &bytes);
        draft.write(&bytes)?;

        let sorted = self.words.map(Words::sorted);
        let sizes = sorted.each_ref().map(|(_, places)| places.len());
        self.spool.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
        for length in &self.spooled {
            let mut bytes = Vec::new();
            let read = (&mut self.spool).take(*length).read_to_end(&mut bytes);
            read.map_err(|error| format!("failed to read what was spooled: {error}"))?;
            let mut block = Block::read(&bytes, sizes, count)?;
            block.items.iter_mut().for_each(|item| *item = places[*item as usize]);
            for (column, (_, places)) in block.words.iter_mut().zip(&sorted) {
                column.iter_mut().for_each(|word| *word = places[*word as usize]);
            }
            let bytes = block.write();
            self.manifest.blocks.push(Section::of(block.len(), &bytes));
            draft.write(&bytes)?;
        }
        let words = sorted.map(|(words, _)| words);
        self.manifest.rankings = self.canonical.digest();
        let manifest = self.manifest.with_words(words).sealed();
        draft.keep(Kind::Rankings, &manifest.file)?;
        Ok(manifest)
    }
}
