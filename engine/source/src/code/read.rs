//! Reads the facts of many files at once, in threads with large stacks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::collect;
use super::crew::Crew;
use super::facts::Facts;
use super::problem::Problem;
use crate::cache::{Cache, Key, Store};
use crate::cores::cores;
use crate::syntax::STACK_BYTES;
use crate::tree::{Stamp, Tree};

/// What was read of a file.
pub(crate) struct Read {
    /// Of the file before it was read.
    pub(crate) stamp: Option<Stamp>,
    /// None where it could not be read.
    pub(crate) content: Option<Key>,
    /// None where it says what it said.
    pub(crate) facts: Option<Arc<Facts>>,
}

/// The facts of the given files, in their order.
pub(super) fn facts(tree: &Tree, paths: &[&str], store: &Store) -> Vec<Read> {
    in_little_memory(paths, |path| unless(tree, path, None, store))
}

/// The same by threads that keep the syntax trees of some of the files. With each path stands the content whose facts
/// nobody needs.
pub(super) fn facts_with_trees(
    tree: &Tree,
    files: &[(&str, Option<Key>)],
    store: &Arc<Store>,
) -> (Vec<Read>, Crew) {
    let (mut read, crew) = Crew::read(tree, files, store);
    let others = &files[read.len()..];
    read.extend(in_little_memory(others, |(path, known)| unless(tree, path, known.as_ref(), store)));
    (read, crew)
}

/// As many files that it matters where in memory their facts are.
const MANY: usize = 4096;

/// Reads files beside each other. Their facts would lie scattered between the pieces of syntax trees that come and go, and hold
/// as much again as they take themselves: of many files they are packed until all trees are gone.
fn in_little_memory<I: Sync>(items: &[I], read: impl Fn(&I) -> Read + Sync) -> Vec<Read> {
    if items.len() < MANY {
        return in_parallel(items, read);
    }
    let pack = |item: &I| {
        let Read { stamp, content, facts } = read(item);
        (stamp, content, facts.map(|facts| postcard::to_stdvec(&*facts).map_err(|_| facts)))
    };
    let unpack = |packed: &(_, _, Option<Result<Vec<u8>, Arc<Facts>>>)| match packed.2.as_ref()? {
        Ok(bytes) => Some(Arc::new(postcard::from_bytes(bytes).expect("what was just packed is whole"))),
        Err(facts) => Some(Arc::clone(facts)),
    };
    let packed = in_parallel(items, pack);
    let facts = in_parallel(&packed, unpack);
    let whole = |((stamp, content, _), facts)| Read { stamp, content, facts };
    packed.into_iter().zip(facts).map(whole).collect()
}

/// Who looks for facts.
pub(crate) const FACTS: &str = "facts";

/// Reads a file, and its facts unless its content is a known one.
pub(super) fn unless(tree: &Tree, path: &str, known: Option<&Key>, store: &Store) -> Read {
    unless_known(tree, path, known, store, |text| {
        let facts = collect::facts_of(path, text);
        proc_macro2::extra::invalidate_current_thread_spans();
        facts
    })
}

/// The same, given how to find out the facts of a text that nobody has.
pub(super) fn unless_known(
    tree: &Tree,
    path: &str,
    known: Option<&Key>,
    store: &Store,
    find: impl FnOnce(&Arc<str>) -> Facts,
) -> Read {
    let stamp = tree.stamp(path);
    let text = match tree.text(path) {
        Ok(text) => text,
        Err(error) => {
            let problem = Some(Problem::of_read(path, &error));
            let facts = Arc::new(Facts { problem, ..Facts::default() });
            return Read { stamp: None, content: None, facts: Some(facts) };
        }
    };
    let key = Cache::key(&text);
    if known == Some(&key) {
        return Read { stamp, content: Some(key), facts: None };
    }
    let facts = store.get(&key).unwrap_or_else(|| {
        let facts = tree.seen_early(path, &text, FACTS).unwrap_or_else(|| find(&text));
        store.put(key, &facts);
        facts
    });
    Read { stamp, content: Some(key), facts: Some(Arc::new(facts)) }
}

/// Does something with every item, on as many threads as there are cores, each with a large stack. The answers are
/// in the order of the items; a panic goes on in the caller.
pub(crate) fn in_parallel<I: Sync, T: Send>(items: &[I], run: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = cores().min(items.len());
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        let mut own = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            own.push((index, run(item)));
        }
        answers.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
    };
    std::thread::scope(|scope| {
        // Where the system has fewer threads to give, fewer do the work; a small stack would be no help.
        let spawn = |_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let workers: Vec<_> = (0..threads).map_while(|index| spawn(index).ok()).collect();
        assert!(
            threads == 0 || !workers.is_empty(),
            "failed to start a thread with {STACK_BYTES} bytes of stack"
        );
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
