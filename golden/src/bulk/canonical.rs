//! The digest of a corpus's rankings as such, whatever form they are kept in.

use crate::{Ranking, Recording};

/// Digests rankings one after the other, in the order of their requests' ids: `ID SEGMENT DIGEST` a line, with
/// [`Ranking::digest`].
#[derive(Clone, Debug, Default)]
pub struct Canonical(blake3::Hasher);

impl Canonical {
    /// Takes one in.
    pub fn add(&mut self, id: &str, segment: &str, ranking: &Ranking) {
        self.0.update(format!("{id} {segment} {}\n", ranking.digest()).as_bytes());
    }

    /// The digest of those taken in, 32 hex digits.
    pub fn digest(&self) -> String {
        self.0.finalize().to_hex()[..32].to_owned()
    }

    /// The digest of a recording in text.
    pub fn of(recording: &Recording) -> String {
        let mut canonical = Canonical::default();
        for entry in &recording.entries {
            canonical.add(&entry.id, &entry.segment, &entry.ranking);
        }
        canonical.digest()
    }
}
