//! What a guard makes of single files, kept between runs by what the files say.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Code, FileInfo, in_parallel};
use crate::cache::{Cache, Key, Store};

/// What a guard keeps of files: plain data that follows from the text of one file and from nothing else.
pub struct KeptFacts(Store);

impl Cache {
    /// What a guard keeps of files, under its name. The version is raised with every change of what is kept.
    pub fn kept_facts(&self, guard: &str, version: u32) -> KeptFacts {
        KeptFacts(self.open_for(guard, version))
    }
}

impl Code {
    /// The same, where the code is kept.
    pub fn kept_facts(&self, guard: &str, version: u32) -> KeptFacts {
        self.cache.kept_facts(guard, version)
    }

    /// What is kept of each of the wanted files, with the hash of what the file says; those left out of which nothing is.
    pub fn kept_of_each<T: DeserializeOwned + Send>(
        &self,
        kept: &KeptFacts,
        wanted: &(dyn Fn(&FileInfo) -> bool + Sync),
    ) -> Vec<(String, (Key, T))> {
        let wanted = self.wanted(wanted);
        let each = in_parallel(&wanted.chunks(AT_ONCE).collect::<Vec<_>>(), |files| {
            let of = |file: &&FileInfo| {
                let content = file.content?;
                Some((file.path.clone(), (content, kept.get(&content)?)))
            };
            files.iter().filter_map(of).collect::<Vec<_>>()
        });
        each.into_iter().flatten().collect()
    }
}

/// How many files a thread takes at a time.
const AT_ONCE: usize = 64;

impl KeptFacts {
    /// What is kept of a text, by its [hash](Code::content).
    pub fn get<T: DeserializeOwned>(&self, content: &[u8; 32]) -> Option<T> {
        self.0.get_as(content)
    }

    /// Keeps what was found out about a text, by its [hash](Code::content).
    pub fn put(&self, content: [u8; 32], facts: &impl Serialize) {
        self.0.put(content, facts);
    }

    /// Writes what was added, for the next run.
    pub fn close(self) {
        self.0.close();
    }
}
