//! Which requests of a corpus belong to which shard.

use std::fmt;
use std::str::FromStr;

/// One of `of` parts of a corpus. Requests are dealt by a hash of their ids, so that a request stays in its shard from
/// run to run, whatever is added beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    index: u32,
    of: u32,
}

/// The most shards that a corpus may be cut into.
const MOST: u32 = 100_000;

impl Shard {
    /// All of a corpus: the only one of one.
    pub const WHOLE: Shard = Shard { index: 0, of: 1 };

    /// The shard `index` of `of`, from 0; `None` where there is no such shard.
    pub fn new(index: u32, of: u32) -> Option<Shard> {
        (index < of && of <= MOST).then_some(Shard { index, of })
    }

    /// Its number, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether the request with this id belongs to it: the first eight bytes of the id's blake3, little-endian, modulo
    /// the number of shards.
    pub fn holds(self, id: &str) -> bool {
        let hash = blake3::hash(id.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        u64::from_le_bytes(first) % u64::from(self.of) == u64::from(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `K/N`, K from 0 to N-1: what `JOB_COMPLETION_INDEX` and GitHub's `strategy.job-index` count from.
    fn from_str(text: &str) -> Result<Shard, String> {
        let read = || {
            let (index, of) = text.split_once('/')?;
            Shard::new(index.parse().ok()?, of.parse().ok()?)
        };
        read().ok_or_else(|| {
            format!("a shard is written K/N, with K from 0 to N-1 and N at most {MOST}, for instance 0/4")
        })
    }
}
