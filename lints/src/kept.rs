//! Findings of single files, kept between runs.
//!
//! What is found in a file depends on its path, its place in the workspace, its text, and the answers to what it asks
//! about names, on who refers to it where it is called a double, and on what the policy says: whether it ranks, and the house rules. A note is kept under all but the
//! questions, and holds as long as their answers are the same: nobody needs to ask again where no file says anything else to
//! the others.

use findings::{Finding, Kept, Rule};
use serde::{Deserialize, Serialize};
use source::{Asking, Code, FileInfo, Names, Notes, Place, SourceFile, Tree};

use crate::doubles::Doubles;
use crate::house::House;
use crate::layers::Layers;
use crate::said::Said;

/// What is kept of one Rust file.
#[derive(Serialize, Deserialize)]
struct OfFile<'b> {
    /// What stood for all names when the answers were these: where it does again, they are.
    names: Option<[u8; 32]>,
    /// What was asked about names, with the answers.
    asked: &'b [u8],
    findings: Vec<Kept>,
    said: Said,
}

/// What findings of a file depend on beside the rules, as it was when they were found.
pub(crate) struct Seen {
    place: Option<Place>,
    /// The hash of the text that was looked at, which is another where the file changed meanwhile.
    content: [u8; 32],
    names: Option<[u8; 32]>,
    asked: Vec<u8>,
}

impl Seen {
    pub(crate) fn of(file: &SourceFile, names: &Names, asking: &Asking<'_>) -> Option<Seen> {
        Some(Seen {
            place: file.place.clone(),
            content: Code::content(&file.text),
            names: names.mark().copied(),
            asked: asking.kept()?,
        })
    }
}

/// The notes of one set of rules.
pub(crate) struct Keeper<'r> {
    notes: Notes,
    rules: &'r [&'static Rule],
    layers: &'r Layers,
    house: &'r House,
    doubles: &'r Doubles,
}

impl<'r> Keeper<'r> {
    pub(crate) fn new(
        notes: Notes,
        rules: &'r [&'static Rule],
        layers: &'r Layers,
        house: &'r House,
        doubles: &'r Doubles,
    ) -> Self {
        Keeper { notes, rules, layers, house, doubles }
    }

    /// Which code ranks, which decides what is found in it.
    pub(crate) fn layers(&self) -> &'r Layers {
        self.layers
    }

    /// Which files are there for tests although no `cfg` says so.
    pub(crate) fn doubles(&self) -> &'r Doubles {
        self.doubles
    }

    /// Whether anything is kept at all.
    pub(crate) fn keeps(&self) -> bool {
        self.notes.are_kept()
    }

    /// What was found in a Rust file, and what that says to the others, if nothing is another that it depends on.
    pub(crate) fn of_file(&self, names: &Names, info: &FileInfo) -> Option<(Vec<Finding>, Said)> {
        let key = self.key_of_file(&info.path, info.place.as_ref(), info.content?);
        let mut kept: OfFile<'_> = postcard::from_bytes(self.notes.get(&key)?).ok()?;
        let names_now = names.mark().copied();
        if names_now.is_none() || kept.names != names_now {
            if !names.answer_as_kept(&info.path, kept.asked) {
                return None;
            }
            kept.names = names_now;
            if let (Some(_), Ok(note)) = (names_now, postcard::to_stdvec(&kept)) {
                self.notes.put(key, note);
            }
        }
        Some((self.restored(kept.findings)?, kept.said))
    }

    /// Keeps what was found in a Rust file, and what that says.
    pub(crate) fn keep_file(&self, path: &str, seen: &Seen, (findings, said): (&[Finding], &Said)) {
        let key = self.key_of_file(path, seen.place.as_ref(), seen.content);
        let findings = findings.iter().map(Kept::of).collect();
        let kept = OfFile { names: seen.names, asked: &seen.asked, findings, said: said.clone() };
        if let Ok(note) = postcard::to_stdvec(&kept) {
            self.notes.put(key, note);
        }
    }

    /// What rules over text found in each of some files, or find now: `check` says so of one.
    pub(crate) fn of_texts<E>(
        &self,
        tree: &Tree,
        paths: &[&str],
        check: impl Fn(&str) -> Result<Vec<Finding>, E>,
    ) -> Vec<Result<Vec<Finding>, E>> {
        // Before they are read, so that what is found in a newer text is not kept under the mark of an older one.
        let marks = self.notes.marks(tree, paths);
        paths.iter().zip(marks).map(|(path, mark)| self.of_text(mark, || check(path))).collect()
    }

    /// What could not be looked at is not kept.
    fn of_text<E>(
        &self,
        key: Option<[u8; 32]>,
        check: impl FnOnce() -> Result<Vec<Finding>, E>,
    ) -> Result<Vec<Finding>, E> {
        let kept = key.as_ref().and_then(|key| self.notes.get(key));
        let kept = kept.and_then(|note| postcard::from_bytes(note).ok());
        if let Some(findings) = kept.and_then(|findings| self.restored(findings)) {
            return Ok(findings);
        }
        let findings = check()?;
        let kept: Vec<Kept> = findings.iter().map(Kept::of).collect();
        if let (Some(key), Ok(note)) = (key, postcard::to_stdvec(&kept)) {
            self.notes.put(key, note);
        }
        Ok(findings)
    }

    /// Has what was found kept for the next run.
    pub(crate) fn close(self) {
        self.notes.close();
    }

    fn key_of_file(&self, path: &str, place: Option<&Place>, content: [u8; 32]) -> [u8; 32] {
        let ranks = [u8::from(self.layers.name(path)), u8::from(self.doubles.has(path))];
        let place = format!("{place:?}");
        Notes::key(&[b"rust", path.as_bytes(), place.as_bytes(), &content, &ranks, self.house.mark()])
    }

    fn restored(&self, findings: Vec<Kept>) -> Option<Vec<Finding>> {
        findings.into_iter().map(|kept| kept.restored(self.rules)).collect()
    }
}
