//! What rules over several files see: plain facts of each file, kept in the cache by what the file says, never its
//! syntax.

mod collect;
mod copies;
mod named;
mod tokens;

use std::collections::HashMap;

use findings::{Finding, Location, Rule, Span};
use serde::{Deserialize, Serialize};
use source::{Code, FileInfo, SourceFile};

use crate::doubles::Doubles;

pub(crate) use named::{Key, Named};

/// Raised with every change of what is kept or how it is found.
const VERSION: u32 = 4;

/// A rule over all files of a change.
pub type AcrossCheck = fn(&Across<'_>, &mut Vec<Finding>);

/// What one file says, wherever it belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Every function with a body, those within others left out.
    pub functions: Vec<Function>,
    /// Every `macro_rules!`, by what its body does. Of a macro only what it calls and asserts is known.
    pub(crate) macros: Vec<(Key, Does)>,
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
    pub(crate) keys: Box<[Key]>,
    pub(crate) does: Does,
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
    pub(crate) calls: Box<[Named]>,
}

/// What is left of a function without its names, its literals and the order of its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) tokens: u32,
    pub(crate) digest: u64,
}

/// The facts of every file of a side, with which of them are judged.
pub struct Across<'a> {
    /// Sorted by path.
    pub files: Vec<OfFile>,
    pub(crate) asked: &'a (dyn Fn(&str) -> bool + Sync),
    /// The same of the base; `None` where all of head counts as added.
    pub(crate) base: Option<&'a dyn Fn() -> Vec<OfFile>>,
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
    pub facts: FileFacts,
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

/// The facts of all files of a side that belong to its workspace, given those that were read just now. The others are kept
/// or else read.
pub(crate) fn of_side(
    code: &Code,
    doubles: &Doubles,
    read: Vec<(String, ([u8; 32], FileFacts))>,
) -> Vec<OfFile> {
    let kept = code.kept_facts("lints", VERSION);
    let keep = |(path, (content, facts)): (String, ([u8; 32], FileFacts))| {
        kept.put(content, &facts);
        (path, facts)
    };
    let mut all: HashMap<String, FileFacts> = read.into_iter().map(keep).collect();
    let others = code.files().iter().filter(|file| file.parses && !all.contains_key(&file.path));
    let others: Vec<_> = others.filter_map(|file| Some((file.path.clone(), kept.get(&file.path)?))).collect();
    all.extend(others);
    let missing = code.each_file(&|file| !all.contains_key(&file.path), &of_text);
    all.extend(missing.into_iter().map(keep));
    kept.close();
    let of = |file: &FileInfo| {
        let facts = all.remove(&file.path)?;
        let for_tests = file.is_test() || doubles.has(&file.path);
        let krate = file.place.as_ref().and_then(|place| code.workspace.crates.get(place.krate));
        let package = krate.map_or_else(String::new, |krate| krate.name.clone());
        (!file.generated && !file.foreign).then(|| OfFile {
            path: file.path.clone(),
            package,
            for_tests,
            facts,
        })
    };
    code.files().iter().filter_map(of).collect()
}
