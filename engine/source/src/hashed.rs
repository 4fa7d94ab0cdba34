//! Hash tables of what is looked up millions of times in one run: quick, and seeded anew in each process, so that nobody
//! can write names that all fall into one place.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, RandomState>;
