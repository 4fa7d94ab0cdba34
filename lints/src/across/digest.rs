//! Hashes of what is kept and compared and never shown: the same in every run, and quick, since each token of a workspace is
//! hashed.

use std::hash::{BuildHasher, Hash};

use foldhash::quality::{FixedState, FoldHasher};

const STATE: FixedState = FixedState::with_seed(0);

/// Each thing once, in no more room than that takes: what a file says is held until all files were looked at.
pub(crate) fn settle<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
    list.shrink_to_fit();
}

pub(super) fn hasher() -> FoldHasher<'static> {
    STATE.build_hasher()
}

pub(crate) fn hash(value: impl Hash) -> u64 {
    STATE.hash_one(value)
}
