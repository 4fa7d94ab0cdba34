//! What a file says of its types: what they derive, how they are compared by hand, and what tests put in their place.

use std::collections::{BTreeMap, BTreeSet};

use findings::Span;
use serde::{Deserialize, Serialize};
use source::SourceFile;
use syn::{Attribute, Fields, Item, ItemImpl, Type, UseTree};

use super::assertions::text_of;
use super::{attributes, tokens};

/// The types of one file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Types {
    /// Structures and enumerations, by name.
    pub(crate) shapes: BTreeMap<String, Shape>,
    /// Comparisons that are written by hand.
    pub(crate) comparisons: Vec<Comparison>,
    /// Types of test code that have a trait which is not the standard library's.
    pub(crate) doubles: BTreeSet<String>,
    /// What the imports and aliases of test code call by a name, in tokens.
    pub(crate) bound: BTreeMap<String, String>,
}

/// What a type is made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// `PartialEq`, `Ord` and their like, as far as they are derived.
    pub(crate) derives: BTreeSet<String>,
    /// Fields of a structure; those of a tuple are numbers.
    pub(crate) fields: Vec<String>,
    /// Variants of an enumeration.
    pub(crate) variants: Vec<String>,
}

/// `impl PartialEq for Track { .. }`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// The trait, without what it compares with.
    pub(crate) of: String,
    pub(crate) kind: String,
    /// The bodies of its methods, in tokens.
    pub(crate) body: Vec<String>,
    pub(crate) text: String,
    pub(crate) span: Span,
}

const COMPARING: &[&str] = &["PartialEq", "PartialOrd", "Ord"];

/// Traits of the standard library and of those that everybody derives.
const STANDARD: &[&str] = &[
    "Add",
    "AddAssign",
    "AsRef",
    "Borrow",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deref",
    "DerefMut",
    "Deserialize",
    "Display",
    "Drop",
    "Eq",
    "Error",
    "Extend",
    "From",
    "FromIterator",
    "FromStr",
    "Future",
    "Hash",
    "Index",
    "Into",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Send",
    "Serialize",
    "Sync",
    "Termination",
    "TryFrom",
    "Unpin",
    "Write",
    "Arbitrary",
];

/// Reads the types of a file; `support` as in [`super::read`].
pub(super) fn of_file(file: &SourceFile, test: bool) -> Types {
    let mut types = Types::default();
    read(file, &file.ast.items, test, &mut types);
    types
}

fn read(file: &SourceFile, items: &[Item], test: bool, types: &mut Types) {
    for item in items {
        let (attrs, name) = super::functions::described(item);
        match item {
            Item::Mod(module) => {
                let said = attributes::read(file, attrs);
                if let Some((_, items)) = &module.content {
                    read(file, items, test || said.for_tests() || said.for_support(), types);
                }
            }
            Item::Struct(made) => {
                let shape =
                    Shape { derives: derives(attrs), fields: fields(&made.fields), ..Shape::default() };
                types.shapes.insert(name, shape);
            }
            Item::Enum(made) => {
                let variants = made.variants.iter().map(|variant| variant.ident.to_string()).collect();
                types.shapes.insert(name, Shape { derives: derives(attrs), variants, ..Shape::default() });
            }
            Item::Impl(block) => implemented(file, block, test, types),
            Item::Type(alias) if test => {
                if let Type::Path(path) = &*alias.ty {
                    let parts = path.path.segments.iter().map(|segment| segment.ident.to_string());
                    types.bound.insert(name, parts.collect::<Vec<_>>().join(" :: "));
                }
            }
            Item::Use(import) if test => imported(&import.tree, &mut Vec::new(), types),
            _ => {}
        }
    }
}

fn implemented(file: &SourceFile, block: &ItemImpl, test: bool, types: &mut Types) {
    let Some((path, _)) = &block.trait_ else { return };
    let (Some(last), Type::Path(own)) = (path.segments.last(), &*block.self_ty) else { return };
    let Some(kind) = own.path.segments.last().map(|segment| segment.ident.to_string()) else { return };
    let of = last.ident.to_string();
    // What is compared with another type is no comparison of two of a kind.
    let other = !last.arguments.is_none() && !tokens::line(&last.arguments).contains(" Self ");
    if COMPARING.contains(&of.as_str()) && !other {
        let body = tokens::of(block).into_iter().skip_while(|token| token != "{").collect();
        let (text, span) = (text_of(file, block), file.span_of(&block.self_ty));
        types.comparisons.push(Comparison { of, kind, body, text, span });
    } else if test && !STANDARD.contains(&of.as_str()) {
        types.doubles.insert(kind);
    }
}

fn derives(attrs: &[Attribute]) -> BTreeSet<String> {
    let derived = attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let names = derived.flat_map(|attribute| attributes::metas(&attribute.meta));
    names.map(|meta| attributes::last(&meta)).filter(|name| COMPARING.contains(&name.as_str())).collect()
}

fn fields(fields: &Fields) -> Vec<String> {
    let phantom = |field: &syn::Field| tokens::of(&field.ty).iter().any(|token| token == "PhantomData");
    let named = |(at, field): (usize, &syn::Field)| {
        field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string)
    };
    fields.iter().enumerate().filter(|(_, field)| !phantom(field)).map(named).collect()
}

fn imported(tree: &UseTree, path: &mut Vec<String>, types: &mut Types) {
    let mut bind = |name: String, path: &[String], last: String| {
        let path = path.iter().chain([&last]).map(String::as_str).collect::<Vec<_>>();
        types.bound.insert(name, path.join(" :: "));
    };
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            imported(&part.tree, path, types);
            path.pop();
        }
        UseTree::Name(name) => bind(name.ident.to_string(), path, name.ident.to_string()),
        UseTree::Rename(renamed) => bind(renamed.rename.to_string(), path, renamed.ident.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, path, types)),
        UseTree::Glob(_) => {}
    }
}
