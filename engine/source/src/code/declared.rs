//! What one file declares, as rules about items see it: kinds, visibilities, attributes, and the paths in signatures.

use serde::{Deserialize, Serialize};

use super::facts::Name;
use super::packed::Segments;

/// What is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ItemKind {
    /// `struct`
    Struct,
    /// `enum`
    Enum,
    /// `union`
    Union,
    /// `trait`, or an alias of traits.
    Trait,
    /// `type` outside of traits and implementations.
    Alias,
    /// A function, free or of a type or trait.
    Function,
    /// `const` outside of traits and implementations.
    Constant,
    /// `static`
    Static,
    /// `mod`
    Module,
    /// `impl`
    Implementation,
    /// `macro_rules!`
    Macro,
}

/// Who can see an item, as far as its own words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Visibility {
    /// The module that it is in.
    Private,
    /// Some module further up: `pub(super)`, `pub(in …)`.
    Within,
    /// The crate.
    Crate,
    /// Everybody who sees the module that it is in.
    Public,
}

/// Where in a declaration a path stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Position {
    /// The type of a field that can be seen.
    Field,
    /// The type of a parameter.
    Parameter,
    /// The type that a function gives back.
    Returned,
    /// A bound, or the default of a generic parameter.
    Bound,
    /// A trait above a trait.
    Supertrait,
    /// The type of a constant or a static.
    Type,
    /// What an alias means.
    Aliased,
    /// An associated type or constant.
    Associated,
    /// The trait that is implemented.
    Trait,
    /// The type that it is implemented for, without what is around it in `Box<…>` or `[…]`.
    Subject,
    /// What stands within the trait or the type of an implementation.
    Header,
    /// What the body of an exported macro names.
    Expansion,
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Declared {
    pub(crate) scope: u32,
    pub(crate) kind: ItemKind,
    /// Of an implementation, the last name of its type, where that has one.
    pub(crate) name: Name,
    /// For what a trait or an implementation has: that, by its index.
    pub(crate) outer: Option<u32>,
    pub(crate) visibility: Visibility,
    /// Whether it is compiled for tests only, by its own words or those of the scope.
    pub(crate) test: bool,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) attributes: Box<[AttributeFact]>,
    /// Where its paths begin in [`super::Facts::mentions`], and how many they are.
    pub(crate) mentions: (u32, u32),
    /// The outermost type that a function gives back, whoever can see it.
    pub(crate) gives: Option<WrittenPath>,
}

/// A path in the signature of what can be seen, or in the header of an implementation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mention {
    pub(crate) position: Position,
    /// The field, variant, parameter or associated type that it belongs to.
    pub(crate) part: Option<Name>,
    /// Who can see the part, where that is less than who can see the item.
    pub(crate) visibility: Visibility,
    pub(crate) path: WrittenPath,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A path as it is written, without generics.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct WrittenPath {
    pub(crate) segments: Segments,
    /// Whether it begins with `::`.
    pub(crate) absolute: bool,
}

/// An attribute; of `derive` there is one for each trait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttributeFact {
    pub(crate) path: WrittenPath,
    /// Whether it is the trait of a `derive`.
    pub(crate) derived: bool,
    /// What stands in its brackets, split at the commas, or behind its `=`; without white space.
    pub(crate) arguments: Box<[Name]>,
    /// Under which condition it is there, without white space: what `cfg_attr` says.
    pub(crate) condition: Option<Name>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Declared {
    /// Whether every index is one.
    pub(super) fn is_sound(&self, scopes: u32, names: u32, mentions: u32, index: u32) -> bool {
        let (first, count) = self.mentions;
        self.scope < scopes
            && self.name < names
            && self.outer.is_none_or(|outer| outer < index)
            && first.checked_add(count).is_some_and(|end| end <= mentions)
            && self.gives.iter().all(|path| path.is_sound(names))
            && self.attributes.iter().all(|attribute| {
                let words = attribute.arguments.iter().chain(&attribute.condition);
                attribute.path.is_sound(names) && words.into_iter().all(|word| *word < names)
            })
    }
}

impl Mention {
    /// Whether every index is one.
    pub(super) fn is_sound(&self, names: u32) -> bool {
        self.path.is_sound(names) && self.part.is_none_or(|part| part < names)
    }
}

impl WrittenPath {
    fn is_sound(&self, names: u32) -> bool {
        !self.segments.is_empty() && self.segments.iter().all(|name| *name < names)
    }
}
