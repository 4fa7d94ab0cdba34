//! What somebody asks of the names of other files while one file is looked at, so that it can be told later whether the
//! answers are still the same.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use super::scope::Unfolded;
use super::{Names, Scope, known, scope};
use crate::hashed::HashMap;

/// Names as they are asked for one file, with account of the questions.
///
/// This is all that a rule about one file learns of the others. What it does not ask cannot change what it finds.
pub struct Asking<'n> {
    names: &'n Names,
    /// The node that the file is; `None` where no target reaches it.
    node: Option<u32>,
    answers: RefCell<HashMap<Question, Option<String>>>,
}

/// A path as it stands somewhere in a file, with what the blocks around say put in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Question {
    /// Inline modules from the file.
    modules: Vec<String>,
    segments: Vec<String>,
    /// Whether it begins with `::`.
    absolute: bool,
    /// What it is if a glob of a block around has brought it.
    by_glob: Vec<(Vec<String>, bool)>,
    wanted: Wanted,
}

/// What is asked of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Wanted {
    /// What it means.
    Meaning,
    /// Which macro it means.
    Macro,
    /// The type of the field that a canonical path ends in.
    Field,
    /// What the function at a canonical path gives back, or the type of the constant there.
    Value,
    /// Whether it is a crate of the workspace.
    Crate,
    /// Whether it is a package that the file's crate depends on.
    Dependency,
}

impl Question {
    /// None for what is an item of a block, which has no path.
    pub(super) fn of(node: Option<u32>, scope: &Scope, path: &syn::Path, wanted: Wanted) -> Option<Question> {
        let written = path.segments.iter().map(|segment| scope::text(&segment.ident)).collect();
        let Unfolded { segments, absolute, by_glob } =
            scope.unfold(written, path.leading_colon.is_some(), node.is_none())?;
        Some(Question { modules: scope.modules().to_vec(), segments, absolute, by_glob, wanted })
    }

    /// A question about a canonical path.
    fn about(path: &str, wanted: Wanted) -> Question {
        let segments = path.split("::").map(str::to_owned).collect();
        Question { modules: Vec::new(), segments, absolute: false, by_glob: Vec::new(), wanted }
    }

    pub(super) fn answer(&self, names: &Names, node: Option<u32>) -> Option<String> {
        names.answer(
            node,
            &Borrowed {
                modules: borrowed(&self.modules),
                segments: borrowed(&self.segments),
                absolute: self.absolute,
                by_glob: self.by_glob.iter().map(|(path, absolute)| (borrowed(path), *absolute)).collect(),
                wanted: self.wanted,
            },
        )
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The same with the texts of somebody else, for instance as it is kept.
#[derive(Deserialize)]
pub(super) struct Borrowed<'b> {
    #[serde(borrow)]
    pub(super) modules: Vec<&'b str>,
    #[serde(borrow)]
    pub(super) segments: Vec<&'b str>,
    pub(super) absolute: bool,
    #[serde(borrow)]
    pub(super) by_glob: Vec<(Vec<&'b str>, bool)>,
    pub(super) wanted: Wanted,
}

impl Names {
    /// The names for whoever looks at one file.
    pub fn asking(&self, path: &str) -> Asking<'_> {
        Asking { names: self, node: self.node_of_file(path), answers: RefCell::default() }
    }

    /// The canonical path of what is written in a module of a file without generics, as [`Names::resolve`] has it where no
    /// block around brings names; `modules` are the inline ones around. `None` where it is not known, or no target reaches
    /// the file.
    pub fn meaning(&self, file: &str, modules: &[&str], written: &str, is_macro: bool) -> Option<String> {
        let node = self.node_of_file(file)?;
        let segments: Vec<&str> = written.split("::").collect();
        let std_macro = match segments[..] {
            [name] if is_macro && known::is_std_macro(name) => Some(format!("std::{name}")),
            _ => None,
        };
        let wanted = if is_macro { Wanted::Macro } else { Wanted::Meaning };
        let asked =
            Borrowed { modules: modules.to_vec(), segments, absolute: false, by_glob: Vec::new(), wanted };
        self.answer(Some(node), &asked).or(std_macro)
    }

    /// Whether questions about a file that were [kept](Asking::kept) have the answers that they had.
    pub fn answer_as_kept(&self, path: &str, kept: &[u8]) -> bool {
        let node = self.node_of_file(path);
        let answers = || {
            let (was_reached, mut rest) = postcard::take_from_bytes::<bool>(kept).ok()?;
            if was_reached != node.is_some() {
                return None;
            }
            while !rest.is_empty() {
                let ((question, answer), behind) =
                    postcard::take_from_bytes::<(Borrowed<'_>, Option<&str>)>(rest).ok()?;
                if self.answer(node, &question).as_deref() != answer {
                    return None;
                }
                rest = behind;
            }
            Some(())
        };
        answers().is_some()
    }
}

impl Asking<'_> {
    /// As [`Names::resolve`].
    pub fn resolve(&self, scope: &Scope, path: &syn::Path) -> Option<String> {
        self.ask(Question::of(self.node, scope, path, Wanted::Meaning)?)
    }

    /// As [`Names::resolve_macro`].
    pub fn resolve_macro(&self, scope: &Scope, path: &syn::Path) -> Option<String> {
        self.ask(Question::of(self.node, scope, path, Wanted::Macro)?).or_else(|| known::std_macro(path))
    }

    /// The type of a field, by the canonical path of the struct; None where no code of the workspace says it. It is written
    /// without references and lifetimes, of a `dyn Trait` the trait alone, and names in it are canonical, as in
    /// `::std::collections::HashMap<u64,::home::Track,>`.
    pub fn field(&self, owner: &str, field: &str) -> Option<String> {
        self.ask_of_own(&format!("{owner}::{field}"), Wanted::Field)
    }

    /// What a function gives back or the type of a constant, by its canonical path, written as [`field`](Self::field) does.
    pub fn value(&self, path: &str) -> Option<String> {
        self.ask_of_own(path, Wanted::Value)
    }

    /// Whether the crate of the file depends on a package, by the package's name with underscores.
    pub fn depends_on(&self, package: &str) -> bool {
        self.ask(Question::about(package, Wanted::Dependency)).is_some()
    }

    /// Whether a canonical path is that of something of the workspace.
    pub fn is_own(&self, path: &str) -> bool {
        let krate = path.split_once("::").map(|(krate, _)| krate);
        krate.is_some_and(|krate| self.ask(Question::about(krate, Wanted::Crate)).is_some())
    }

    /// What is asked of other people's crates is not worth to be kept.
    fn ask_of_own(&self, path: &str, wanted: Wanted) -> Option<String> {
        self.is_own(path).then(|| self.ask(Question::about(path, wanted))).flatten()
    }

    fn ask(&self, question: Question) -> Option<String> {
        if let Some(answer) = self.answers.borrow().get(&question) {
            return answer.clone();
        }
        let answer = question.answer(self.names, self.node);
        self.answers.borrow_mut().insert(question, answer.clone());
        answer
    }

    /// The questions with their answers, for [`Names::answer_as_kept`]. The same questions give the same bytes.
    pub fn kept(&self) -> Option<Vec<u8>> {
        let answers = self.answers.borrow();
        let rows = answers.iter().map(|row| postcard::to_stdvec(&row).ok());
        let mut rows: Vec<Vec<u8>> = rows.collect::<Option<_>>()?;
        rows.sort_unstable();
        let mut kept = postcard::to_stdvec(&self.node.is_some()).ok()?;
        rows.iter().for_each(|row| kept.extend_from_slice(row));
        Some(kept)
    }
}
