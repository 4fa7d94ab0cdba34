//! Hashes of what is kept and compared and never shown: the same in every run, and quick, since each token of a workspace is
//! hashed.

use std::hash::{BuildHasher, Hash};

use foldhash::quality::{FixedState, FoldHasher};

const STATE: FixedState = FixedState::with_seed(0);

pub(super) fn hasher() -> FoldHasher<'static> {
    STATE.build_hasher()
}

pub(crate) fn hash(value: impl Hash) -> u64 {
    STATE.hash_one(value)
}
