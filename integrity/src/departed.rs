//! Tests that are gone together with all that they tested, where nothing else used that: dead code, and its tests.
//!
//! Items of production code that head has no more are dead where only each other and lost tests name them. What texts alone do
//! not tell counts as used; but who is private can be named in its module only, whoever else is called like it.

mod items;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use source::Tree;

use crate::Scene;
use crate::compare::Kind;
use crate::facts::{Assertion, Form, Function};
use crate::rust::At;
use crate::scene::Weakened;
use crate::switches::has_word;
use items::{Gone, defined, in_module, is_comment, of_file};

/// What is gone with nobody left who used it.
pub(crate) struct Departed<'a> {
    scene: &'a Scene<'a>,
    files: Vec<Source<'a>>,
    removed: BTreeSet<&'a str>,
    dead: BTreeSet<String>,
    /// Methods and variants of what is dead.
    within: BTreeSet<String>,
}

/// Tells the assertions that went with dead code from those that a test lost.
pub(crate) fn tell_apart(scene: &mut Scene<'_>) {
    if !scene.weakenings.iter().any(|(.., weakening)| weakening.kind == Kind::Removed) {
        return;
    }
    let went = |(base, _, weakening): &Weakened<'_>, departed: &Departed<'_>| -> Option<String> {
        let names = departed.asserted_by(*base, weakening.lost.as_ref()?)?.join("` and `");
        (weakening.kind == Kind::Removed)
            .then(|| format!("lost an assertion about `{names}`, which is gone and which nothing else used"))
    };
    let departed = Departed::of(scene);
    let told: Vec<Option<String>> = scene.weakenings.iter().map(|one| went(one, &departed)).collect();
    for ((.., weakening), told) in scene.weakenings.iter_mut().zip(told) {
        if let Some(what) = told {
            (weakening.kind, weakening.what) = (Kind::Departed, what);
        }
    }
}

/// A file of the base that the change touches.
struct Source<'a> {
    path: &'a str,
    text: Arc<str>,
    items: Vec<Gone>,
    /// The lines of its imports.
    imports: Vec<RangeInclusive<usize>>,
}

/// More items than these are not asked about one by one.
const MOST: usize = 200;

/// Methods that the standard library has, too: who calls one on something is not asked whose it is.
const OF_STD: [&str; 24] = [
    "as_ref",
    "as_str",
    "clone",
    "collect",
    "contains",
    "default",
    "eq",
    "expect",
    "first",
    "from",
    "get",
    "into",
    "is_empty",
    "is_some",
    "iter",
    "last",
    "len",
    "map",
    "min",
    "max",
    "push",
    "to_owned",
    "to_string",
    "unwrap",
];

impl<'a> Departed<'a> {
    pub(crate) fn of(scene: &'a Scene<'a>) -> Departed<'a> {
        let removed = scene.rust.removed_names();
        let (files, dead, within) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut departed = Departed { scene, files, removed, dead, within };
        if departed.removed.is_empty() {
            return departed;
        }
        for side in scene.rust.files.iter().filter_map(|file| file.base.as_ref()) {
            let Ok(text) = scene.base.text(&side.path) else { continue };
            let (items, imports) = of_file(scene, &side.path, &text);
            departed.files.push(Source { path: &side.path, text, items, imports });
        }
        // Where a type is gone, its methods are gone with it.
        let by_itself = |item: &&Gone| item.of.as_deref().is_none_or(|of| !departed.removed.contains(of));
        let all: Vec<&Gone> = departed.files.iter().flat_map(|file| &file.items).filter(by_itself).collect();
        let stays = |name: &str| all.iter().any(|item| item.name == name && !item.may_go);
        let names = all.iter().map(|item| item.name.as_str());
        let may_go: BTreeSet<&str> =
            names.filter(|name| departed.removed.contains(name) && !stays(name)).collect();
        if may_go.len() > MOST {
            return departed;
        }
        let dead = may_go.into_iter().filter(|name| !departed.is_used_elsewhere(name));
        departed.dead = dead.map(str::to_owned).collect();
        while let Some(name) = departed.dead.iter().find(|name| departed.is_used_here(name)).cloned() {
            departed.dead.remove(&name);
        }
        let all = departed.files.iter().flat_map(|file| &file.items);
        let dead = all.filter(|item| departed.dead.contains(&item.name));
        departed.within = dead.flat_map(|item| item.within.iter().cloned()).collect();
        departed
    }

    /// The items that a lost test was about, if all of them are dead, and the test named nothing else that the repository defines.
    pub(crate) fn tested_by(&self, lost: At<'_>) -> Option<Vec<String>> {
        let helpers = &self.scene.helpers.lost;
        let mut said: Vec<String> = lost.function.body.clone();
        let mut called: BTreeSet<&str> = BTreeSet::new();
        while let Some(helper) =
            helpers.iter().find(|at| said.contains(&at.function.name) && !called.contains(&*at.function.name))
        {
            called.insert(&helper.function.name);
            said.extend(helper.function.body.iter().cloned());
        }
        let gone = self.about(&said, &called, &lost.side.path)?;
        let asserted = &lost.function.assertions;
        let is_about = || {
            let bound = self.bound(&lost.function.body);
            let tells = |token: &String| self.dead.contains(token) || bound.contains(token.as_str());
            let mut real = asserted.iter().filter(|one| one.form > Form::Unwrap).peekable();
            real.peek().is_some() && real.all(|one| one.all_tokens().iter().any(tells))
        };
        let has_method = gone.iter().any(|name| self.owners(name).next().is_some());
        (!has_method || is_about()).then_some(gone)
    }

    /// The items that an assertion was about which a surviving test lost, if all of them are dead, as of a test.
    pub(crate) fn asserted_by(&self, base: At<'_>, lost: &Assertion) -> Option<Vec<String>> {
        self.about(&lost.all_tokens(), &BTreeSet::new(), &base.side.path)
    }

    /// The dead items that are named, if nothing else is that the repository defines. A method's type and all that belongs to it
    /// may be: without it there is nothing to call the method on.
    fn about(&self, said: &[String], called: &BTreeSet<&str>, path: &str) -> Option<Vec<String>> {
        let named: BTreeSet<&str> = said
            .iter()
            .map(String::as_str)
            .filter(|token| is_name(token) && !called.contains(token))
            .collect();
        let gone: Vec<&str> = named.iter().copied().filter(|name| self.dead.contains(*name)).collect();
        let removed = self.scene.rust.removed_names();
        let else_removed = |name: &&&str| {
            removed.contains(**name) && !self.dead.contains(**name) && !self.within.contains(**name)
        };
        if gone.is_empty() || named.iter().any(|name| else_removed(&name)) {
            return None;
        }
        let own = self.files.iter().find(|file| file.path == path)?;
        let owners: BTreeSet<&str> = gone.iter().flat_map(|name| self.owners(name)).collect();
        let is_else = |name: &&&str| {
            !self.dead.contains(**name)
                && !self.within.contains(**name)
                && !self.belongs_to(&owners, name)
                && self.is_of_others(own, name, said)
        };
        let others = named.iter().any(|name| is_else(&name));
        (!others).then(|| gone.into_iter().map(str::to_owned).collect())
    }

    /// The types that stay and lost a method of this name.
    fn owners<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n str> {
        let items = self.files.iter().flat_map(|file| &file.items).filter(move |item| item.name == name);
        items.filter_map(|item| item.of.as_deref()).filter(|of| !self.removed.contains(of))
    }

    /// Whether a name is one of these types, or of what belongs to them.
    fn belongs_to(&self, owners: &BTreeSet<&str>, name: &str) -> bool {
        let mut items = self.files.iter().flat_map(|file| &file.items).filter(|item| item.of.is_none());
        owners.contains(name)
            || items.any(|item| {
                owners.contains(item.name.as_str()) && item.within.iter().any(|other| other == name)
            })
    }

    /// The names that a body gives to what something dead gives back.
    fn bound<'b>(&self, body: &'b [String]) -> BTreeSet<&'b str> {
        let bindings = body.split(|token| token == ";" || token == "{").filter_map(|statement| {
            let at = statement.iter().position(|token| token == "let")?;
            let (names, value) =
                statement[at + 1..].split_at(statement[at + 1..].iter().position(|it| it == "=")?);
            let pattern = names.split(|token| token == ":").next()?;
            value.iter().any(|token| self.dead.contains(token)).then_some(pattern)
        });
        let is_own = |name: &&str| name.starts_with(|first: char| first.is_lowercase()) && *name != "mut";
        bindings.flatten().map(String::as_str).filter(is_own).collect()
    }

    /// Whether a name that a test has is that of something that is there for others: it stands in its file, is imported there, or
    /// is named by a path or as a method.
    fn is_of_others(&self, own: &Source<'_>, name: &str, said: &[String]) -> bool {
        let defines = |text: &str, is_free: &dyn Fn(usize, &str) -> bool| {
            let lines = text.lines().enumerate().filter(|(_, line)| !is_comment(line) && line.contains(name));
            lines
                .into_iter()
                .any(|(number, line)| defined(line).any(|other| other == name) && !is_free(number, line))
        };
        if defines(&own.text, &|number, line| self.is_gone(own, number, line)) {
            return true;
        }
        let behind = |sign: &str| said.windows(2).any(|pair| pair[0] == sign && pair[1] == name);
        let imports = |line: &str| {
            let brings_all = line.contains("::*") && !line.trim_start().starts_with("use super::*");
            has_word(line, name) || brings_all
        };
        let lines = || own.text.lines().enumerate().filter(|(number, _)| own.imports(*number));
        let imported = || lines().any(|(_, line)| imports(line));
        let is_method = behind(".") && !OF_STD.contains(&name);
        (is_method || behind(":") || imported())
            && code(self.scene.base).any(|(_, text)| defines(&text, &|_, _| false))
    }

    /// Whether head names something, or code of the base that the change leaves alone. What is private is another's there.
    fn is_used_elsewhere(&self, name: &str) -> bool {
        let items = self.files.iter().flat_map(|file| file.items.iter().map(move |item| (file, item)));
        let own: Vec<_> = items.filter(|(_, item)| item.name == name).collect();
        let is_private = own.iter().all(|(_, item)| item.is_private);
        let may_name = |path: &str| !is_private || own.iter().any(|(file, _)| in_module(file.path, path));
        let names = |text: &str| {
            let is_one = |line: &str| !is_comment(line) && has_word(line, name);
            text.contains(name) && text.lines().any(is_one)
        };
        let mut left = code(&self.scene.change.head).filter(|(path, _)| may_name(path));
        let is_left = left.any(|(_, text)| names(&text));
        let is_touched = |path: &str| self.files.iter().any(|file| file.path == path);
        let mut others = code(self.scene.base).filter(|(path, _)| !is_private && !is_touched(path));
        is_left || others.any(|(_, text)| names(&text))
    }

    /// Whether anything but what is dead, an import or a lost test names something in what the change touches.
    fn is_used_here(&self, name: &str) -> bool {
        self.files.iter().filter(|file| file.text.contains(name)).any(|file| {
            let mut lines = file.text.lines().enumerate().filter(|(_, line)| has_word(line, name));
            let is_gone = |number, line| file.imports(number) || self.is_gone(file, number, line);
            lines.any(|(number, line)| !is_comment(line) && !is_gone(number, line))
        })
    }

    /// Whether a line of a file belongs to what is dead, or to a lost test or what served it.
    fn is_gone(&self, file: &Source<'_>, number: usize, line: &str) -> bool {
        let dead = |item: &Gone| self.dead.contains(&item.name) && item.lines.contains(&(number + 1));
        // What a test named that stays, it names no more: else something of head would.
        let changed =
            self.scene.tests.pairs.iter().filter(|(base, head)| base.function.body != head.function.body);
        let tests = self.scene.tests.lost.iter().chain(changed.map(|(base, _)| base));
        let mut lost = tests.chain(&self.scene.helpers.lost);
        file.items.iter().any(dead) || lost.any(|at| at.side.path == file.path && has_line(at.function, line))
    }
}

impl Source<'_> {
    /// Whether a line, counted from 0, is one of an import.
    fn imports(&self, number: usize) -> bool {
        self.imports.iter().any(|lines| lines.contains(&(number + 1)))
    }
}

fn has_line(function: &Function, line: &str) -> bool {
    function.text.lines().any(|other| other.trim() == line.trim())
}

fn code(tree: &Tree) -> impl Iterator<Item = (String, Arc<str>)> {
    let paths = tree.paths().filter(|path| path.ends_with(".rs"));
    paths.filter_map(|path| Some((path.to_owned(), tree.text(path).ok()?)))
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}
