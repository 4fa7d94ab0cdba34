//! What is declared, with the paths of its signature as they are meant.

use std::collections::HashSet;
use std::sync::Arc;

use super::symbols::PathId;
use super::table::{Base, Found, Guess, Query};
use super::{Names, known};
use crate::code::{
    AttributeFact, Declared, Facts, ItemKind, Mention, Mount, Position, Root, Visibility, WrittenPath,
};

/// How many aliases are followed from one path.
const MAX_ALIASES: usize = 64;

/// Something that is declared, in one tree of modules. Cheap to copy; its paths are looked up when they are asked for.
#[derive(Clone, Copy)]
pub struct Item<'n> {
    names: &'n Names,
    facts: &'n Facts,
    mount: Mount,
    index: u32,
}

/// A path in a signature, or in the header of an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Where in the declaration it stands.
    pub position: Position,
    /// The field, variant, parameter or associated type that it belongs to.
    pub part: Option<String>,
    /// Who can see the part, where that is less than who can see the item.
    pub visibility: Visibility,
    /// What it may mean: several where a `cfg` decides or an alias of the workspace says more.
    pub canonical: Vec<String>,
    /// The path as it is written, without generics.
    pub written: String,
    /// Line of the first segment.
    pub line: u32,
    /// Column of the first segment, in characters.
    pub column: u32,
}

/// An attribute; of `derive` there is one for each trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'n> {
    /// What its path means where it is known, else what is written.
    pub canonical: String,
    /// The path as it is written.
    pub written: String,
    /// Whether it is the trait of a `derive`.
    pub derived: bool,
    /// What stands in its brackets, split at the commas, or behind its `=`; without white space.
    pub arguments: Vec<&'n str>,
    /// Under which condition it is there, without white space: what `cfg_attr` says.
    pub condition: Option<&'n str>,
    /// Its line.
    pub line: u32,
    /// Its column, in characters.
    pub column: u32,
}

impl Names {
    /// Everything that is declared in any target, in the order of the trees; what a trait or an implementation has comes
    /// after it. A file that is in several targets is there for each.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.facts.read_all();
        self.forest.mounts.iter().flat_map(|mount| self.items_of(*mount))
    }

    /// The same of some files, by their paths: what is kept of the others is not read.
    pub fn items_in<'n>(
        &'n self,
        is_asked: &dyn Fn(&str) -> bool,
    ) -> impl Iterator<Item = Item<'n>> + use<'n> {
        let mounts = self.forest.mounts.iter().filter(|mount| is_asked(&self.files[mount.file as usize]));
        let mounts: Vec<Mount> = mounts.copied().collect();
        mounts.into_iter().flat_map(|mount| self.items_of(mount))
    }

    fn items_of(&self, mount: Mount) -> impl Iterator<Item = Item<'_>> {
        let count = self.facts[mount.file as usize].declared.len() as u32;
        (0..count).map(move |index| Item::at(self, mount, index))
    }

    /// The canonical path of what a path means that is written as if from outside: `pipeline::Pipeline`, with the name
    /// that the package's library has in code. `None` where no library of the workspace has it.
    pub fn canonical(&self, path: &str) -> Option<String> {
        let first = path.split("::").next()?.replace('-', "_");
        let is_library =
            |root: &&Root| root.kind == crate::workspace::TargetKind::Library && root.name == first;
        let root = self.forest.roots.iter().find(is_library)?;
        let (found, segments) = self.found_from(root, path);
        found.first().map(|found| self.table.display(*found, &segments))
    }

    /// Whether a canonical path is that of something which a target of the workspace declares or brings in, and no guess.
    pub fn is_declared(&self, path: &str) -> bool {
        let first = path.split("::").next().unwrap_or_default();
        let roots = self.forest.roots.iter().filter(|root| root.name == first);
        roots.into_iter().any(|root| !self.found_from(root, path).0.is_empty())
    }

    /// What a path means that begins with the name of a target.
    fn found_from<'p>(&self, root: &Root, path: &'p str) -> (Vec<Found>, Vec<&'p str>) {
        let mut segments: Vec<&str> = path.split("::").collect();
        segments[0] = "crate";
        let query =
            Query { node: root.node, segments: &segments, absolute: false, is_use: false, is_macro: false };
        (self.table.find(query, Guess::Nothing, &mut |_, _| {}), segments)
    }
}

impl<'n> Item<'n> {
    fn fact(&self) -> &'n Declared {
        &self.facts.declared[self.index as usize]
    }

    pub(super) fn at(names: &'n Names, mount: Mount, index: u32) -> Self {
        Item { names, facts: &names.facts[mount.file as usize], mount, index }
    }

    pub(super) fn node(&self) -> u32 {
        self.mount.node(self.fact().scope)
    }

    /// What is declared.
    pub fn kind(&self) -> ItemKind {
        self.fact().kind
    }

    /// Its name; of an implementation, the last name of its type.
    pub fn name(&self) -> &'n str {
        self.facts.name(self.fact().name)
    }

    /// Who can see it, as far as its own words say. What a trait has is seen like the trait; an implementation and what
    /// is in one of a trait are private by their own words.
    pub fn visibility(&self) -> Visibility {
        self.fact().visibility
    }

    /// Whether it is compiled for tests only: by `cfg(test)`, or by its target.
    pub fn in_test(&self) -> bool {
        self.fact().test
            || self.names.forest.nodes[self.node() as usize].test
            || self.module().is_some_and(|module| self.names.modules[module].test)
    }

    /// Path of the file.
    pub fn file(&self) -> &'n Arc<str> {
        &self.names.files[self.mount.file as usize]
    }

    /// Line of its name; of an implementation, of its `impl`.
    pub fn line(&self) -> u32 {
        self.fact().line
    }

    /// Column of the same, in characters.
    pub fn column(&self) -> u32 {
        self.fact().column
    }

    /// Index into [`Names::modules`]: the module that it is in.
    pub fn module(&self) -> Option<usize> {
        self.names.module_of_node(self.names.table.module(self.node()))
    }

    /// The trait or the implementation that has it.
    pub fn outer(&self) -> Option<Item<'n>> {
        self.fact().outer.map(|index| Item { index, ..*self })
    }

    /// Its attributes, but for documentation.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'n>> + use<'n> {
        let item = *self;
        self.fact().attributes.iter().map(move |attribute| item.attribute(attribute))
    }

    /// The paths of its signature that whoever sees it can see, and those of an implementation's header.
    pub fn named(&self) -> impl Iterator<Item = Named> + use<'n> {
        let item = *self;
        self.mentions().iter().map(move |mention| item.resolved(mention))
    }

    /// The trait that an implementation is of, and what it may mean.
    pub fn implemented(&self) -> Option<Named> {
        let mut mentions = self.mentions().iter();
        mentions.find(|mention| mention.position == Position::Trait).map(|mention| self.resolved(mention))
    }

    /// What the outermost type that a function gives back may mean; for `Self`, the type around.
    pub fn gives(&self) -> Vec<String> {
        let Some(path) = &self.fact().gives else { return Vec::new() };
        let only = path.segments.first().filter(|_| path.segments.len() == 1);
        match only.map(|only| self.facts.name(*only)) {
            Some("Self") => self.outer().map(|outer| outer.subjects()).unwrap_or_default(),
            _ => self.meanings(path, Asked::Meant),
        }
    }

    /// What the type of an implementation may mean, or the trait itself.
    pub(super) fn subjects(&self) -> Vec<String> {
        let subject = self.mentions().iter().find(|mention| mention.position == Position::Subject);
        match subject {
            Some(mention) => self.meanings(&mention.path, Asked::Meant),
            None => vec![self.path()],
        }
    }

    /// Where it is declared, with its name: for what has another around, behind that one's path.
    pub fn path(&self) -> String {
        let table = &self.names.table;
        let around = match self.outer() {
            Some(outer) if outer.kind() == ItemKind::Implementation => outer.subjects().into_iter().next(),
            Some(outer) => Some(outer.path()),
            None => None,
        };
        let around = around.unwrap_or_else(|| table.symbols.display(table.places[self.node() as usize].path));
        format!("{around}::{}", self.name())
    }

    fn mentions(&self) -> &'n [Mention] {
        let (first, count) = self.fact().mentions;
        &self.facts.mentions[first as usize..(first + count) as usize]
    }

    fn resolved(&self, mention: &Mention) -> Named {
        let canonical = self.meanings(&mention.path, Asked::Named);
        let written: Vec<&str> = mention.path.segments.iter().map(|name| self.facts.name(*name)).collect();
        Named {
            position: mention.position,
            part: mention.part.map(|part| self.facts.name(part).to_owned()),
            visibility: mention.visibility,
            canonical,
            written: written.join("::"),
            line: mention.line,
            column: mention.column,
        }
    }

    fn attribute(&self, fact: &'n AttributeFact) -> Attribute<'n> {
        let facts = self.facts;
        let names: Vec<&str> = fact.path.segments.iter().map(|name| facts.name(*name)).collect();
        let known = known::derive(&names).filter(|_| fact.derived).map(str::to_owned);
        let written = names.join("::");
        let canonical = self.meanings(&fact.path, Asked::Macro).into_iter().next().or(known);
        Attribute {
            canonical: canonical.unwrap_or_else(|| written.clone()),
            written,
            derived: fact.derived,
            arguments: fact.arguments.iter().map(|name| facts.name(*name)).collect(),
            condition: fact.condition.map(|name| facts.name(name)),
            line: fact.line,
            column: fact.column,
        }
    }

    fn meanings(&self, path: &WrittenPath, asked: Asked) -> Vec<String> {
        let segments: Vec<&str> = path.segments.iter().map(|name| self.facts.name(*name)).collect();
        let found = self.found(&segments, path.absolute, asked == Asked::Macro);
        let mut meanings = Vec::new();
        let mut aliases = Vec::new();
        for found in found {
            if asked == Asked::Named || !found.mention {
                meanings.push(self.names.table.display(found, &segments));
            }
            if asked == Asked::Named {
                aliases.extend(self.names.alias_found(found));
            }
        }
        if asked == Asked::Named {
            behind_aliases(aliases, &mut meanings);
        }
        meanings
    }

    fn found(&self, segments: &[&str], absolute: bool, is_macro: bool) -> Vec<Found> {
        let query = Query { node: self.node(), segments, absolute, is_use: false, is_macro };
        self.names.table.find(query, Guess::Leaf, &mut |_, _| {})
    }
}

impl Names {
    fn alias_found(&self, found: Found) -> Option<Item<'_>> {
        match found.base {
            Base::Path(path) => self.alias(path),
            _ => None,
        }
    }

    /// The alias that a path is, where it is declared in the workspace: no other file is read for it.
    fn alias(&self, path: PathId) -> Option<Item<'_>> {
        let node = *self.table.node_of.get(&self.table.symbols.parent(path)?)?;
        let name = self.table.symbols.text(self.table.symbols.last(path));
        let mount = self.mount_of(node)?;
        let facts = &self.facts[mount.file as usize];
        let is_alias = |(_, declared): &(u32, &Declared)| {
            let is_here = declared.outer.is_none() && mount.node(declared.scope) == node;
            declared.kind == ItemKind::Alias && is_here && facts.name(declared.name) == name
        };
        let (index, _) = (0..).zip(&facts.declared).find(is_alias)?;
        Some(Item::at(self, mount, index))
    }
}

/// Adds what aliases of the workspace name, and those behind them.
fn behind_aliases(mut waiting: Vec<Item<'_>>, meanings: &mut Vec<String>) {
    let mut seen = HashSet::new();
    while let Some(alias) = waiting.pop() {
        if seen.len() >= MAX_ALIASES || !seen.insert((alias.mount.file, alias.index)) {
            continue;
        }
        for mention in alias.mentions() {
            let segments: Vec<&str> =
                mention.path.segments.iter().map(|name| alias.facts.name(*name)).collect();
            for found in alias.found(&segments, mention.path.absolute, false) {
                let meaning = alias.names.table.display(found, &segments);
                if !meanings.contains(&meaning) {
                    meanings.push(meaning);
                }
                waiting.extend(alias.names.alias_found(found));
            }
        }
    }
}

/// What is asked of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// What it means.
    Meant,
    /// What it means, and what the aliases on the way mention besides.
    Named,
    /// Which macro it means.
    Macro,
}
