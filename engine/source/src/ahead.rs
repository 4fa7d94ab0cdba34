//! Files that are parsed before anybody knows what else a change holds: each on a thread of its own, which keeps the
//! syntax tree, since that cannot leave its thread, and shows it to whoever asks.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use crate::syntax::{self, Place, STACK_BYTES, SourceFile};
use crate::tree::MAX_FILE_BYTES;

/// What is parsed ahead.
pub struct Ahead {
    files: Vec<(PathBuf, Mutex<Sender<Look>>)>,
}

/// A look at a syntax tree; at none where the file does not parse.
type Look = Box<dyn FnOnce(Option<&mut SourceFile>) + Send>;

impl Ahead {
    /// Begins to parse files below a root, at most as many as there are cores. What cannot be read, or gets no thread, is
    /// not parsed ahead.
    pub fn begin<'a>(root: &Path, paths: impl IntoIterator<Item = &'a str>) -> Ahead {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        let rust = paths.into_iter().filter(|path| path.ends_with(".rs")).take(most);
        let begun = rust.filter_map(|path| {
            let (file, (send, receive)) = (root.join(path), mpsc::channel());
            let of_thread = (file.clone(), path.to_owned());
            let work = move || parse_and_show(&of_thread.0, &of_thread.1, &receive);
            std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).ok()?;
            Some((file, Mutex::new(send)))
        });
        Ahead { files: begun.collect() }
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
        let (_, thread) = self.files.iter().find(|(known, _)| known == file)?;
        let (text, place) = (text.clone(), place.cloned());
        let (send, receive) = mpsc::channel();
        let job = move |parsed: Option<&mut SourceFile>| {
            if let Some(parsed) = parsed.filter(|parsed| parsed.text == text) {
                parsed.place = place;
                let _ = send.send(look(parsed));
            }
        };
        thread.lock().unwrap_or_else(PoisonError::into_inner).send(Box::new(job)).ok()?;
        receive.recv().ok()
    }
}

/// Parses a file and shows it until nobody can ask any more.
fn parse_and_show(file: &Path, path: &str, looks: &Receiver<Look>) {
    let is_read = file.metadata().is_ok_and(|found| found.is_file() && found.len() <= MAX_FILE_BYTES);
    let text = is_read.then(|| std::fs::read_to_string(file).ok()).flatten();
    let mut parsed = text.and_then(|text| syntax::parse(path, &text).ok());
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
        let ahead = Ahead::begin(&root, [FILE, "gone.rs", "data.json"]);
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
