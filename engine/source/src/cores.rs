//! How many threads work beside each other.

use std::sync::OnceLock;

/// As many as there are cores for this process. The system is asked once: it reads several files to tell, which takes as
/// long as two threads.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}
