//! Threads that keep the syntax trees of files which they parsed, for who looks at the files once all names are known. A tree
//! cannot leave its thread, and to parse takes more time than everything else.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use super::FileInfo;
use super::collect;
use super::read::{self, Read};
use crate::cache::{Key, Store};
use crate::cores::cores;
use crate::syntax::{Place, STACK_BYTES, SourceFile};
use crate::tree::Tree;

/// How much memory facts and syntax trees take together, in bytes, as far as that is up to who keeps trees.
const MOST_MEMORY: usize = 240 * 1024 * 1024;

/// What the facts of a file take, names and what rules say of each other's files included.
const OF_FILE: usize = 24 * 1024;

/// What a syntax tree takes for each byte of its text.
const OF_BYTE: usize = 32;

/// How many bytes of text are kept as trees: all of most workspaces, and none of one whose facts alone take the memory.
fn most_bytes(files: usize) -> usize {
    MOST_MEMORY.saturating_sub(files.saturating_mul(OF_FILE)) / OF_BYTE
}

/// Threads with syntax trees. They end with it.
pub(crate) struct Crew {
    hands: Vec<Hand>,
    /// The files that they have.
    files: HashSet<String>,
}

/// One of the threads.
struct Hand(Sender<Job>);

/// What a thread does with the trees that it has.
type Job = Box<dyn FnOnce(&mut Shelf) + Send>;

/// Files by their paths.
type Shelf = HashMap<String, SourceFile>;

/// What all threads answer.
pub(super) struct Answers<T>(Vec<Answer<Vec<T>>>);

/// What a thread answers: what it found, or how it fell over.
struct Answer<T>(Receiver<Result<T, Box<dyn Any + Send>>>);

impl Crew {
    /// Reads the first of the given files, in their order, until enough of them are kept. With each path stands the content
    /// whose facts nobody needs.
    pub(super) fn read(tree: &Tree, files: &[(&str, Option<Key>)], store: &Arc<Store>) -> (Vec<Read>, Crew) {
        let reading = Arc::new(Reading {
            tree: tree.clone(),
            files: files.iter().map(|(path, known)| ((*path).to_owned(), *known)).collect(),
            store: store.clone(),
            next: AtomicUsize::new(0),
            most_bytes: most_bytes(files.len()),
            bytes: AtomicUsize::new(0),
        });
        let threads = cores().min(files.len());
        let hands = (0..threads).map_while(|_| Hand::hire()).collect();
        let mut crew = Crew { hands, files: HashSet::new() };
        let mut read = crew.ask(move |shelf| reading.read(shelf)).wait();
        crew.files.extend(crew.ask(|shelf| shelf.keys().cloned().collect()).wait());
        read.sort_by_key(|(index, _)| *index);
        (read.into_iter().map(|(_, read)| read).collect(), crew)
    }

    /// Whether one of them has a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Begins to look at the wanted files among those that are kept, and gives up all of them.
    pub(super) fn look_at_kept<T: Send + 'static>(
        self,
        wanted: &[&FileInfo],
        look: impl Fn(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Answers<(String, T)> {
        let places = wanted.iter().map(|info| (info.path.clone(), info.place.clone()));
        let places: Arc<HashMap<String, Option<Place>>> = Arc::new(places.collect());
        self.ask(move |shelf| {
            let mut seen = Vec::new();
            for (path, mut file) in shelf.drain() {
                if let Some(place) = places.get(&path) {
                    file.place.clone_from(place);
                    seen.push((path, look(&file)));
                }
            }
            proc_macro2::extra::invalidate_current_thread_spans();
            seen
        })
    }

    /// Has all threads do something, beside each other.
    fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Shelf) -> Vec<T> + Clone + Send + 'static,
    ) -> Answers<T> {
        Answers(self.hands.iter().map(|hand| hand.ask(job.clone())).collect())
    }
}

impl<T> Answers<T> {
    /// What all threads answer. A panic goes on in the caller.
    pub(super) fn wait(self) -> Vec<T> {
        self.0.into_iter().flat_map(Answer::wait).collect()
    }
}

impl Hand {
    /// None where the system has no more threads to give.
    fn hire() -> Option<Hand> {
        let (jobs, asked) = mpsc::channel::<Job>();
        let work = move || {
            let mut shelf = Shelf::new();
            asked.into_iter().for_each(|job| job(&mut shelf));
        };
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).ok()?;
        Some(Hand(jobs))
    }

    fn ask<T: Send + 'static>(&self, job: impl FnOnce(&mut Shelf) -> T + Send + 'static) -> Answer<T> {
        let (answer, answered) = mpsc::channel();
        let job = move |shelf: &mut Shelf| {
            let done = catch_unwind(AssertUnwindSafe(|| job(shelf)));
            // Who does not wait for it needs no answer.
            let _ = answer.send(done);
        };
        self.0.send(Box::new(job)).expect("a thread works as long as it can be asked");
        Answer(answered)
    }
}

impl<T> Answer<T> {
    fn wait(self) -> T {
        let done = self.0.recv().expect("a thread answers whatever it is asked");
        done.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// Files that several threads read.
struct Reading {
    tree: Tree,
    files: Vec<(String, Option<Key>)>,
    store: Arc<Store>,
    /// The index of the first that nobody reads.
    next: AtomicUsize,
    /// How many bytes of text are kept.
    most_bytes: usize,
    /// How many are.
    bytes: AtomicUsize,
}

impl Reading {
    /// One thread's share, by index.
    fn read(&self, shelf: &mut Shelf) -> Vec<(usize, Read)> {
        let mut all = Vec::new();
        while self.bytes.load(Ordering::Relaxed) < self.most_bytes {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((path, known)) = self.files.get(index) else { break };
            let read = read::unless_known(&self.tree, path, known.as_ref(), &self.store, |text| {
                let fits = self.bytes.fetch_add(text.len(), Ordering::Relaxed) < self.most_bytes;
                let (facts, file) = collect::facts_and_file(path, text);
                if let Some(file) = file.filter(|_| fits) {
                    shelf.insert(path.clone(), file);
                }
                facts
            });
            all.push((index, read));
        }
        all
    }
}
