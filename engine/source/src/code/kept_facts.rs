//! What a guard makes of single files, kept between runs by what the files say.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Code;
use crate::cache::{Key, Store};

/// What a guard keeps of the files of a tree: plain data that follows from the text of one file and from nothing else.
pub struct KeptFacts<'c> {
    code: &'c Code,
    store: Store,
}

impl Code {
    /// What a guard keeps of files, under its name. The version is raised with every change of what is kept.
    pub fn kept_facts(&self, guard: &str, version: u32) -> KeptFacts<'_> {
        KeptFacts { code: self, store: self.cache.open_for(guard, version) }
    }

    /// The hash of what a file says.
    fn content_of(&self, path: &str) -> Option<Key> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files[at].content
    }
}

impl KeptFacts<'_> {
    /// What is kept of a file, if it says what it said then.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        self.store.get_as(&self.code.content_of(path)?)
    }

    /// Keeps what was found out about a text, by its [hash](Code::content).
    pub fn put(&self, content: [u8; 32], facts: &impl Serialize) {
        self.store.put(content, facts);
    }

    /// Writes what was added, for the next run.
    pub fn close(self) {
        self.store.close();
    }
}
