//! What rules over several files see: plain facts of each file, kept in the cache by what the file says, never its
//! syntax.

mod collect;
mod copies;
mod digest;
mod flat;
mod meaning;
mod named;
mod pieces;
mod reach;
mod tokens;

use std::collections::HashMap;
use std::sync::Arc;

use findings::{Finding, Location, Rule, Span};
use serde::{Deserialize, Serialize};
use source::{Cache, Code, FileInfo, KeptFacts, SourceFile};

use crate::Base;
use crate::doubles::Doubles;

pub(crate) use digest::{hash, settle};
pub(crate) use meaning::{Meaning, Meanings};
pub(crate) use named::{Key, Named};
pub(crate) use reach::{Place, Reach};

/// Raised with every change of what is kept or how it is found.
const VERSION: u32 = 10;

/// A rule over all files of a change.
pub type AcrossCheck = fn(&Across<'_>, &mut Vec<Finding>);

/// What one file says, wherever it belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Every function with a body, those within others left out.
    pub functions: Vec<Function>,
    /// Every `macro_rules!`, by what its body does. Of a macro only what it calls and asserts is known.
    pub(crate) macros: Vec<(Key, Does)>,
    /// Types, traits, constants and statics, by modules within the file and their name, with a hash of what they say.
    pub(crate) items: Vec<(Box<str>, u64)>,
    /// Modules in other files of which a `cfg` decides whether they are there, with those around them, `sys/unix`, and a hash of
    /// when.
    pub(crate) conditional: Vec<(Box<str>, u64)>,
}

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Modules within the file, the type or trait around, and its name.
    pub path: Box<str>,
    /// Line, column, end line and end column of its name.
    name: (u32, u32, u32, u32),
    /// Whether its attributes, or those of what is around it, keep it to tests.
    pub for_tests: bool,
    /// Whether it is a test that has to say by itself that something is wrong: it neither must panic nor returns a result.
    pub is_test: bool,
    /// The trait that it is of, where a type implements one.
    pub(crate) of: Option<Box<str>>,
    /// The attribute that has it watched, its own or that of its block.
    pub(crate) watched: Option<Box<str>>,
    /// By what it can be called.
    #[serde(with = "flat::keys")]
    pub(crate) keys: Box<[Key]>,
    pub(crate) does: Does,
    /// A hash of what it says.
    pub(crate) said: u64,
    /// None where it is too small to be told from others, or such that all of its kind are alike.
    pub(crate) shape: Option<Shape>,
}

/// What a function or a macro does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Does {
    /// Whether it has a macro that asserts, or panics in so many words.
    pub(crate) asserts: bool,
    /// Whether it stops at an error by `?`, `unwrap` or `expect`.
    pub(crate) fails: bool,
    /// What it may call.
    #[serde(with = "flat::calls")]
    pub(crate) calls: Box<[Named]>,
}

/// What is left of a function without its names, its literals and the order of its statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) tokens: u32,
    /// Without what paths lead to.
    pub(crate) digest: u64,
    pub(crate) outside: Outside,
}

/// The paths that lead out of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outside {
    /// As they are written or imported by the function itself, with blanks between: [`MACRO`] behind those of macros,
    /// [`CALLED`] behind those of what is called.
    pub(crate) written: Box<str>,
    /// Of each, where in the shape it stands. Two that mean the same stand where the sum of theirs says.
    #[serde(with = "flat::keys")]
    pub(crate) places: Box<[u64]>,
}

/// The facts of every file of a side, with which of them are judged.
pub struct Across<'a> {
    /// Sorted by path.
    pub files: &'a [OfFile],
    pub(crate) code: &'a Code,
    pub(crate) asked: &'a (dyn Fn(&str) -> bool + Sync),
    /// The same of the base; `None` where all of head counts as added.
    pub(crate) base: Option<&'a (dyn Fn() -> Vec<OfFile> + Sync)>,
}

/// A file that somebody wrote, and what it says.
pub struct OfFile {
    /// Path from the root.
    pub path: String,
    /// Name of its package; empty where no target reaches it.
    pub package: String,
    /// Whether all of it is there for tests.
    pub for_tests: bool,
    /// What it says.
    pub facts: Arc<FileFacts>,
    /// The hash of the text that says so.
    content: [u8; 32],
}

/// A file whose facts count for its side, and where it belongs.
#[derive(Serialize, Deserialize)]
struct Listed {
    path: String,
    package: String,
    for_tests: bool,
    content: [u8; 32],
}

impl Listed {
    fn with(self, facts: Arc<FileFacts>) -> OfFile {
        let Listed { path, package, for_tests, content } = self;
        OfFile { path, package, for_tests, facts, content }
    }
}

impl OfFile {
    fn listed(&self) -> Listed {
        let OfFile { path, package, for_tests, facts: _, content } = self;
        Listed { path: path.clone(), package: package.clone(), for_tests: *for_tests, content: *content }
    }
}

impl Across<'_> {
    /// Whether findings about a file are wanted.
    pub fn is_asked(&self, path: &str) -> bool {
        (self.asked)(path)
    }

    /// A finding at the name of a function.
    pub fn finding(&self, rule: &'static Rule, path: &str, at: &Function, message: String) -> Finding {
        Finding::new(rule, at.location(path), message).fact(&*at.path)
    }
}

impl Function {
    /// Where its name stands.
    pub fn location(&self, path: &str) -> Location {
        let (line, column, end_line, end_column) = self.name;
        Location::at(path, Span { line, column, end_line, end_column })
    }
}

/// The facts of a file, with the hash of the text that has them: it may be another by now.
pub(crate) fn of_text(file: &SourceFile) -> ([u8; 32], FileFacts) {
    (Code::content(&file.text), collect::facts(file))
}

/// The facts of some files by their path, each with the hash of its text.
type ByPath = Vec<(String, ([u8; 32], FileFacts))>;

/// The facts of files that are kept, and those who keep them.
pub(crate) fn kept(code: &Code) -> (KeptFacts, ByPath) {
    let kept = code.kept_facts(KIND, VERSION);
    let of_each = code.kept_of_each(&kept, &|_| true);
    (kept, of_each)
}

/// The facts of all files of a side that belong to its workspace, given those that were read just now, and those that are
/// kept. The others are read.
pub(crate) fn of_side(
    code: &Code,
    doubles: &Doubles,
    read: ByPath,
    (kept, others): (&KeptFacts, ByPath),
) -> Vec<OfFile> {
    let keep = |(path, (content, facts)): (String, ([u8; 32], FileFacts))| {
        kept.put(content, &facts);
        (path, (content, Arc::new(facts)))
    };
    let others = others.into_iter().map(|(path, (content, facts))| (path, (content, Arc::new(facts))));
    let mut all: HashMap<String, ([u8; 32], Arc<FileFacts>)> = others.collect();
    all.extend(read.into_iter().map(keep));
    let missing = code.each_file(&|file| !all.contains_key(&file.path), &of_text);
    all.extend(missing.into_iter().map(keep));
    let of = |file: &FileInfo| {
        let (content, facts) = all.remove(&file.path)?;
        Some(listed(code, doubles, file, content)?.with(facts))
    };
    code.files().iter().filter_map(of).collect()
}

/// The same of the base, of which most files say what they say at head. Which files it has is known where its commit was
/// looked at before.
pub(crate) fn of_base(base: &Base<'_, '_>, head: &[OfFile], kept: &KeptFacts, cache: &Cache) -> Vec<OfFile> {
    let read = || {
        let code = (base.code)();
        of_side(code, &Doubles::of(code, &|_| true), Vec::new(), (kept, code.kept_of_each(kept, &|_| true)))
    };
    let Some((commit, folder)) = base.commit else { return read() };
    let mut found = None;
    let list = || {
        let all = found.insert(read());
        let list: Vec<Listed> = all.iter().map(OfFile::listed).collect();
        // What could not be read may be there the next time.
        if (base.code)().problems.is_empty() { Ok(list) } else { Err(()) }
    };
    let listed = cache.answer("files of the base", (folder, commit), list);
    match (found, listed) {
        (Some(found), _) => found,
        (None, Ok(listed)) => with_facts(listed, head, kept).unwrap_or_else(read),
        (None, Err(())) => read(),
    }
}

/// Listed files with what they say: that of a file of head that says the same, or what is kept. None where neither is there.
fn with_facts(listed: Vec<Listed>, head: &[OfFile], kept: &KeptFacts) -> Option<Vec<OfFile>> {
    let known: HashMap<&[u8; 32], &Arc<FileFacts>> =
        head.iter().map(|file| (&file.content, &file.facts)).collect();
    let with = |listed: Listed| {
        let facts = match known.get(&listed.content) {
            Some(facts) => Arc::clone(facts),
            None => Arc::new(kept.get(&listed.content)?),
        };
        Some(listed.with(facts))
    };
    listed.into_iter().map(with).collect()
}

/// As what facts are kept.
const KIND: &str = "lints";

/// A file of a side, unless nobody wrote it or it is of no package of the workspace.
fn listed(code: &Code, doubles: &Doubles, file: &FileInfo, content: [u8; 32]) -> Option<Listed> {
    let krate = file.place.as_ref().and_then(|place| code.workspace.crates.get(place.krate));
    (!file.generated && !file.foreign).then(|| Listed {
        path: file.path.clone(),
        package: krate.map_or_else(String::new, |krate| krate.name.clone()),
        for_tests: file.is_test() || doubles.has(&file.path),
        content,
    })
}
