//! The features as the code has them: a list, the fields of a struct, the variants of an enum.

mod entry;
mod found;

use findings::Location;
use source::{Code, ItemKind, SourceFile, Tree, with_stack};

use entry::Reader;

/// A list of features in the code.
pub(super) struct List {
    /// Its path, as the policy has it.
    pub(super) path: String,
    /// Where its name stands.
    pub(super) place: Location,
    /// Its entries, in order.
    pub(super) given: Vec<Given>,
}

/// A feature as the code has it.
#[derive(Debug, PartialEq)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) place: Location,
    /// The Rust type of its field, where it is one: `i64` of `Option<i64>` too.
    pub(super) dtype: Option<String>,
    /// The number that the code puts in for a value that is not there, where an entry says so.
    pub(super) fill: Option<f64>,
}

/// Why a list cannot be read, and where.
pub(super) struct Unread {
    pub(super) place: Option<Location>,
    pub(super) reason: String,
}

/// Finds the list at a path in the code and reads it.
pub(super) fn read(code: &Code, tree: &Tree, path: &str) -> Result<List, Unread> {
    let nowhere = |reason: String| Unread { place: None, reason };
    let wanted = code.names().canonical(path).unwrap_or_else(|| path.replace('-', "_"));
    let is_list =
        |kind| matches!(kind, ItemKind::Constant | ItemKind::Static | ItemKind::Struct | ItemKind::Enum);
    let name = wanted.rsplit("::").next().unwrap_or(&wanted);
    let mut items = code.names().items();
    let item = items
        .find(|item| is_list(item.kind()) && item.name() == name && !item.in_test() && item.path() == wanted)
        .ok_or_else(|| nowhere(format!("the code has no constant, static, struct or enum `{path}`")))?;
    let (file, line) = (item.file().to_string(), item.line());
    let at = Location::point(&file, line, item.column());
    let text = tree.text(&file).map_err(|error| nowhere(error.to_string()))?;
    let resolve =
        |file: &SourceFile, path: &syn::Path| code.names().resolve(file, &source::Scope::of(file), path);
    // The tree of a file is deep; it is visited and dropped where there is stack for it.
    with_stack(|| {
        let file = source::parse(&file, &text).map_err(|problem| nowhere(problem.message))?;
        let unread = |reason: &str| Unread { place: Some(at.clone()), reason: reason.to_owned() };
        let item = found::item(&file, name, line).ok_or_else(|| unread("it is written by a macro"))?;
        let reader = Reader { file: &file, code, tree, resolve: &resolve };
        let given = reader.item(item).map_err(|(span, reason)| Unread {
            place: Some(Location::at(&file.path, file.span(span))),
            reason,
        })?;
        Ok(List { path: path.to_owned(), place: at.clone(), given })
    })
}
