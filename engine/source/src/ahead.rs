//! Files that are parsed before anybody knows what else a change holds: each on a thread of its own, which keeps the
//! syntax tree, since that cannot leave its thread, and shows it to whoever asks.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cores::cores;
use crate::regular::read_regular_text;
use crate::syntax::{self, Place, STACK_BYTES, SourceFile};

/// What is parsed ahead.
pub struct Ahead {
    files: Vec<Parsing>,
}

/// A file, and how to ask the thread that has it.
struct Parsing {
    file: PathBuf,
    looks: Mutex<Sender<Look>>,
    /// What the early looks saw: each comes once, as soon as it was taken, and some have come that nobody asked for so far.
    early: Mutex<(Receiver<Seen>, Vec<Seen>)>,
}

/// A look at a syntax tree; at none where the file does not parse.
type Look = Box<dyn FnOnce(Option<&mut SourceFile>) + Send>;

/// What an early look saw, in which text, and whose look it was.
struct Seen {
    text: Arc<str>,
    who: &'static str,
    answer: Answer,
}

type Answer = Box<dyn Any + Send>;

/// A look that is taken as soon as a file is parsed, because it is known that somebody will ask for its answer.
#[derive(Clone)]
pub struct Early {
    who: &'static str,
    look: Arc<dyn Fn(&SourceFile) -> Answer + Send + Sync>,
}

impl Early {
    /// The look that `who` takes [once](crate::Tree::look_once).
    pub fn of<T: Send + 'static>(
        who: &'static str,
        look: impl Fn(&SourceFile) -> T + Send + Sync + 'static,
    ) -> Early {
        Early { who, look: Arc::new(move |file| Box::new(look(file))) }
    }
}

impl Ahead {
    /// Begins to parse files below a root, at most as many as there are cores, and to take the early looks at them. What
    /// cannot be read, or gets no thread, is not parsed ahead.
    pub fn begin<'a>(root: &Path, paths: impl IntoIterator<Item = &'a str>, early: &[Early]) -> Ahead {
        let rust = paths.into_iter().filter(|path| path.ends_with(".rs")).take(cores());
        Ahead { files: rust.filter_map(|path| Parsing::begin(root.join(path), path, early)).collect() }
    }

    /// Looks at a file as a syntax tree, on the thread that has it. None where it was not parsed ahead, says something else
    /// by now, or does not parse, and where the look panics: then the caller parses it, and finds out why.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        file: &Path,
        text: &Arc<str>,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Send + 'static,
    ) -> Option<T> {
        let parsing = self.files.iter().find(|parsing| parsing.file == file)?;
        let (text, place) = (text.clone(), place.cloned());
        let (send, receive) = mpsc::channel();
        let job = move |parsed: Option<&mut SourceFile>| {
            if let Some(parsed) = parsed.filter(|parsed| parsed.text == text) {
                parsed.place = place;
                let _ = send.send(look(parsed));
            }
        };
        parsing.looks.lock().unwrap_or_else(PoisonError::into_inner).send(Box::new(job)).ok()?;
        receive.recv().ok()
    }

    /// What an early look saw in a file, for whoever asks first; it waits for no other look. None as for
    /// [`look`](Self::look).
    pub(crate) fn seen<T: 'static>(&self, file: &Path, text: &Arc<str>, who: &str) -> Option<T> {
        let parsing = self.files.iter().find(|parsing| parsing.file == file)?;
        let mut early = parsing.early.lock().unwrap_or_else(PoisonError::into_inner);
        let (coming, come) = &mut *early;
        let is_it = |seen: &Seen| seen.who == who && seen.text == *text && seen.answer.is::<T>();
        let at = loop {
            match come.iter().position(is_it) {
                Some(at) => break at,
                None => come.push(coming.recv().ok()?),
            }
        };
        come.swap_remove(at).answer.downcast().ok().map(|answer| *answer)
    }
}

impl Parsing {
    /// Begins to parse a file on a thread, if there is one to have.
    fn begin(file: PathBuf, path: &str, early: &[Early]) -> Option<Parsing> {
        let (looks, asked) = mpsc::channel();
        let (send, receive) = mpsc::channel();
        let parsing = Parsing { file, looks: Mutex::new(looks), early: Mutex::new((receive, Vec::new())) };
        let (file, path, early) = (parsing.file.clone(), path.to_owned(), early.to_vec());
        let work = move || parse_and_show(&file, &path, &early, send, &asked);
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).ok()?;
        Some(parsing)
    }
}

/// Parses a file, says what each early look sees before it takes the next, and shows it until nobody can ask any more.
fn parse_and_show(file: &Path, path: &str, early: &[Early], seen: Sender<Seen>, looks: &Receiver<Look>) {
    let text = read_regular_text(file).ok();
    let mut parsed = text.and_then(|text| syntax::parse_code(path, &text.into()).ok());
    if let Some(parsed) = &parsed {
        for Early { who, look } in early {
            let _ = seen.send(Seen { text: parsed.text.clone(), who, answer: look(parsed) });
        }
    }
    // Who waits for what was not seen need not wait any longer.
    drop(seen);
    for look in looks {
        look(parsed.as_mut());
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{self, ThreadId};

    use super::*;
    use crate::tree::Tree;

    const FILE: &str = "lib.rs";

    /// A tree on the disk whose only file was parsed ahead with this text.
    fn parsed(text: &str) -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("a real folder");
        std::fs::write(root.join(FILE), text).expect("written");
        let tree = Tree::from_disk(&root, vec![FILE.to_owned()]);
        let early = Early::of("items", |file: &SourceFile| (thread::current().id(), file.ast.items.len()));
        let ahead = Ahead::begin(&root, [FILE, "gone.rs", "data.json"], &[early]);
        // Nothing was read before the first look, for all that this thread knows.
        let _ = ahead.look(&root.join(FILE), &Arc::from(text), None, |_| ());
        (folder, tree.with_ahead(ahead))
    }

    fn seen(tree: &Tree) -> (ThreadId, usize) {
        let look = |file: &SourceFile| (thread::current().id(), file.ast.items.len());
        tree.look_at(FILE, None, look).expect("it parses")
    }

    #[test]
    fn every_look_takes_place_where_the_file_was_parsed() {
        let (_folder, tree) = parsed("fn a() {}\nfn b() {}\n");
        let (first, second) = (seen(&tree), seen(&tree));
        assert_eq!((first, first.1), (second, 2));
        assert_ne!(first.0, thread::current().id());
    }

    #[test]
    fn what_an_early_look_saw_is_there_once_and_for_no_other_text() {
        const TEXT: &str = "fn a() {}\nfn b() {}\n";
        let (folder, tree) = parsed(TEXT);
        let file = folder.path().canonicalize().expect("a real folder").join(FILE);
        let ahead = tree.has::<Ahead>().expect("it was parsed ahead");
        let early = |text: &str, who| ahead.seen::<(ThreadId, usize)>(&file, &Arc::from(text), who);
        assert_eq!(early(TEXT, "another"), None);
        assert_eq!(early("fn a() {}\n", "items"), None);
        assert_eq!(early(TEXT, "items"), Some(seen(&tree)));
        assert_eq!(early(TEXT, "items"), None);
        std::fs::write(&file, "fn a( {}\n").expect("written");
        let broken = Ahead::begin(&file.with_file_name(""), [FILE], &[]);
        assert_eq!(broken.seen::<usize>(&file, &Arc::from("fn a( {}\n"), "items"), None);
    }

    #[test]
    fn what_one_early_look_saw_waits_for_no_later_look() {
        const TEXT: &str = "fn a() {}\n";
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(FILE);
        std::fs::write(&file, TEXT).expect("written");
        let (go_on, may_go_on) = mpsc::channel();
        let may_go_on = Mutex::new(may_go_on);
        let first = Early::of("first", |file: &SourceFile| file.ast.items.len());
        let second = Early::of("second", move |_: &SourceFile| {
            may_go_on.lock().is_ok_and(|told: std::sync::MutexGuard<'_, Receiver<()>>| told.recv().is_ok())
        });
        let ahead = Ahead::begin(folder.path(), [FILE], &[first, second]);
        assert_eq!(ahead.seen(&file, &Arc::from(TEXT), "first"), Some(1_usize));
        go_on.send(()).expect("the second look waits");
        assert_eq!(ahead.seen(&file, &Arc::from(TEXT), "second"), Some(true));
    }

    #[test]
    fn a_file_that_says_something_else_by_now_is_parsed_anew() {
        let (folder, tree) = parsed("fn a() {}\n");
        std::fs::write(folder.path().join(FILE), "fn a() {}\nfn b() {}\n").expect("written");
        assert_eq!(seen(&tree), (thread::current().id(), 2));
        std::fs::write(folder.path().join(FILE), "fn a( {}\n").expect("written");
        assert!(tree.look_at(FILE, None, |_| ()).is_err());
    }

    #[test]
    fn no_look_sees_the_place_of_another() {
        let (_folder, tree) = parsed("fn a() {}\n");
        let place = Place {
            krate: 3,
            target: crate::TargetKind::Library,
            module: Vec::new(),
            test: true,
            generated: false,
        };
        let placed = |place: Option<&Place>| tree.look_at(FILE, place, |file| file.place.clone());
        assert_eq!(placed(Some(&place)).expect("it parses"), Some(place));
        assert_eq!(placed(None).expect("it parses"), None);
    }

    #[test]
    #[should_panic(expected = "a rule fell over")]
    fn a_panic_in_a_look_reaches_the_caller() {
        let (_folder, tree) = parsed("fn a() {}\n");
        let _ = tree.look_at(FILE, None, |_| panic!("a rule fell over"));
    }
}
