//! What one file says about modules and names: plain data, so that it can be cached and leave its thread.

use serde::{Deserialize, Serialize};

use super::Problem;
use super::declared::{Declared, Mention, Visibility};
use super::packed::{Segments, Texts};

/// The shape of [`Facts`] and how they are found. Raised with every change of either, so that a cache written before
/// is not read.
pub(crate) const FACTS_VERSION: u32 = 11;

/// Index into [`Facts::names`].
pub(crate) type Name = u32;

/// What one file says, independent of where the file belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Why the file could not be read; then there is nothing else, unless it is a fragment. Its path is filled in by
    /// the reader.
    pub(crate) problem: Option<Problem>,
    /// Whether the file is no file of items but an expression or statements, as `include!` may have.
    pub(crate) fragment: bool,
    /// Whether the header says that the file is generated.
    pub(crate) generated: bool,
    /// How many lines the file has.
    pub(crate) lines: u32,
    /// Every name, once.
    pub(crate) names: Texts,
    /// Where names live. The first is the file itself; a parent comes before its children.
    pub(crate) scopes: Vec<ScopeFact>,
    /// `mod name;`
    pub(crate) declarations: Vec<Declaration>,
    /// `include!("path")`
    pub(crate) includes: Vec<Include>,
    /// `use`, `extern crate` and `type X = path`.
    pub(crate) imports: Vec<Import>,
    /// What is defined.
    pub(crate) items: Vec<ItemFact>,
    /// Paths in signatures, bodies, attributes and macro arguments. One of a single segment is there once a scope.
    pub(crate) paths: Vec<PathFact>,
    /// What is declared, as rules about items see it; what has others comes before them.
    pub(crate) declared: Vec<Declared>,
    /// The paths in signatures that can be seen, in the order of what is declared.
    pub(crate) mentions: Vec<Mention>,
    /// What fields, functions, constants and statics say of types, sorted by owner, name and whether it is a field.
    pub(crate) types: Vec<TypeFact>,
    /// Who can see what the imports bring in; by the index of an import, for those that are not private.
    pub(crate) exports: Vec<(u32, Visibility)>,
    /// `macro_rules!`
    pub(crate) macros: Vec<MacroFact>,
    /// What build scripts write and this file takes in.
    pub(crate) outputs: Vec<OutputFact>,
    /// What names something that nobody can read: paths in macro definitions with a gap that the caller fills, and
    /// `include!`s of computed paths.
    pub(crate) gaps: u32,
}

/// Something that has names of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScopeFact {
    pub(crate) parent: u32,
    pub(crate) kind: ScopeKind,
    /// Whether it is compiled for tests only.
    pub(crate) test: bool,
    /// Whether a `cfg` or a macro decides if it is there.
    pub(crate) conditional: bool,
    pub(crate) public: bool,
    /// Whether it is a module whose macros are those of the module around, by `#[macro_use]`.
    pub(crate) macro_use: bool,
    pub(crate) line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ScopeKind {
    /// The file.
    File,
    /// `mod name { … }`, and the folder that `#[path]` gives it.
    Module { name: Name, path: Option<String> },
    /// `enum name { … }`
    Enum { name: Name },
    /// A block that has items, or the body of a test.
    Block,
}

/// `mod name;`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Declaration {
    pub(crate) scope: u32,
    pub(crate) name: Name,
    /// `#[path]`, and every `#[cfg_attr(…, path = …)]`.
    pub(crate) paths: Vec<String>,
    /// Whether the file beside is meant too: not where a `#[path]` always holds.
    pub(crate) beside: bool,
    pub(crate) test: bool,
    pub(crate) conditional: bool,
    pub(crate) public: bool,
    /// Whether its macros are those of the module around, by `#[macro_use]`.
    pub(crate) macro_use: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// `include!("path")`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Include {
    pub(crate) scope: u32,
    pub(crate) path: String,
    /// Whether it stands among items, so that its items are those of the scope.
    pub(crate) items: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A path and where it stands. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PathFact {
    pub(crate) scope: u32,
    pub(crate) segments: Segments,
    /// Whether it begins with `::`.
    pub(crate) absolute: bool,
    /// Whether it names a macro.
    pub(crate) is_macro: bool,
    /// Whether it was read from tokens that nobody parses, so that it may be no path at all.
    pub(crate) guessed: bool,
    /// Whether a `cfg(test)` on what it stands in keeps it to tests.
    pub(crate) test: bool,
    /// Whether it may name a local variable.
    pub(crate) local: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A name that means what a path means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) path: PathFact,
    pub(crate) binds: Binds,
    pub(crate) public: bool,
    /// Whether it is a `use`, which edition 2015 reads from the crate's root.
    pub(crate) is_use: bool,
    /// Whether it is a type alias that only mentions the path: in generics, behind a `&`, in a tuple.
    pub(crate) mention: bool,
    /// Whether it is an `extern crate` that brings the macros of the crate, too.
    pub(crate) macro_use: bool,
}

/// A macro definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MacroFact {
    pub(crate) scope: u32,
    pub(crate) name: Name,
    pub(crate) exported: bool,
    /// The paths in its body: the first in [`Facts::paths`], and the first that is no more.
    pub(crate) body: (u32, u32),
    /// Whether it brings names to wherever it is called that only the expansion has.
    pub(crate) brings_names: bool,
}

/// What a build script writes, taken in by `include_proto!` or by an `include!` from `OUT_DIR`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutputFact {
    pub(crate) scope: u32,
    /// The names of the package, or of the file.
    pub(crate) package: Vec<String>,
    pub(crate) test: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Binds {
    /// One name.
    Name(Name),
    /// `*`: every name.
    All,
    /// `as _`: no name.
    Nothing,
}

/// Something that is defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemFact {
    pub(crate) scope: u32,
    pub(crate) name: Name,
    pub(crate) public: bool,
    /// Whether it is a macro with `#[macro_export]`, which lives in the crate's root.
    pub(crate) exported_macro: bool,
}

/// The type of a field, of what a function gives back, of a constant or a static.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TypeFact {
    /// Where the names in it are looked up.
    pub(crate) scope: u32,
    /// The struct, the trait, or the last name of the type of an implementation; none of what stands in a module itself.
    pub(crate) owner: Option<Name>,
    /// Of a field without a name, its number.
    pub(crate) name: Name,
    pub(crate) is_field: bool,
    /// The type without references and lifetimes, with its names as they are written.
    pub(crate) text: Name,
}

impl Facts {
    /// The text of a name.
    pub(crate) fn name(&self, name: Name) -> &str {
        self.names.get(name)
    }

    /// Gives back the memory that was meant for more of everything: facts of all files are there at once.
    pub(crate) fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.scopes.shrink_to_fit();
        self.imports.shrink_to_fit();
        self.items.shrink_to_fit();
        self.paths.shrink_to_fit();
        self.declared.shrink_to_fit();
        self.mentions.shrink_to_fit();
        self.types.shrink_to_fit();
    }

    pub(crate) fn sort_types(&mut self) {
        let mut types = std::mem::take(&mut self.types);
        types.sort_by(|one, other| self.order_of(one).cmp(&self.order_of(other)));
        self.types = types;
    }

    /// What is said of the types of one thing.
    pub(crate) fn types_of(&self, owner: Option<&str>, name: &str, is_field: bool) -> &[TypeFact] {
        let wanted = (owner, name, is_field);
        let start = self.types.partition_point(|it| self.order_of(it) < wanted);
        let count = self.types[start..].partition_point(|it| self.order_of(it) == wanted);
        &self.types[start..start + count]
    }

    fn order_of(&self, it: &TypeFact) -> (Option<&str>, &str, bool) {
        (it.owner.map(|owner| self.name(owner)), self.name(it.name), it.is_field)
    }

    /// Whether every index points to something, which a cache could have wrong.
    pub(crate) fn is_sound(&self) -> bool {
        let names = self.names.len();
        let scopes = self.scopes.len() as u32;
        let path = |path: &PathFact| {
            path.scope < scopes
                && !path.segments.is_empty()
                && path.segments.iter().all(|segment| *segment < names)
        };
        let scope = |(index, scope): (usize, &ScopeFact)| {
            let name = match scope.kind {
                ScopeKind::Module { name, .. } | ScopeKind::Enum { name } => name < names,
                ScopeKind::File => index == 0,
                ScopeKind::Block => true,
            };
            name && (index == 0 || (scope.parent as usize) < index)
        };
        let import = |import: &Import| {
            path(&import.path) && !matches!(import.binds, Binds::Name(name) if name >= names)
        };
        (self.problem.is_some() || scopes > 0)
            && self.scopes.iter().enumerate().all(scope)
            && self.declarations.iter().all(|it| it.scope < scopes && it.name < names)
            && self.includes.iter().all(|it| it.scope < scopes)
            && self.imports.iter().all(import)
            && self.items.iter().all(|it| it.scope < scopes && it.name < names)
            && self.paths.iter().all(path)
            && self.macros.iter().all(|it| {
                let (first, end) = it.body;
                it.scope < scopes && it.name < names && first <= end && end as usize <= self.paths.len()
            })
            && self.outputs.iter().all(|it| it.scope < scopes && !it.package.is_empty())
            && self.are_items_sound()
    }

    fn are_items_sound(&self) -> bool {
        let names = self.names.len();
        let scopes = self.scopes.len() as u32;
        let mentions = self.mentions.len() as u32;
        (0..).zip(&self.declared).all(|(index, it)| it.is_sound(scopes, names, mentions, index))
            && self.mentions.iter().all(|it| it.is_sound(names))
            && self.types.iter().all(|it| {
                let TypeFact { scope, owner, name, is_field: _, text } = it;
                *scope < scopes && [*name, *text].iter().chain(owner).all(|name| *name < names)
            })
            && self.exports.iter().all(|(import, _)| (*import as usize) < self.imports.len())
    }
}
