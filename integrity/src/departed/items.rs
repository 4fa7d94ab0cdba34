//! The items of production code in a file, each with where it stands and who can name it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::Value;
use source::SourceFile;
use syn::{Attribute, ImplItem, Item, ItemImpl, Type, Visibility};

use crate::Scene;
use crate::manifest;

/// An item of the base that may be gone.
pub(super) struct Gone {
    /// Its name; of an `impl` that of the type.
    pub(super) name: String,
    /// Lines, from 1.
    pub(super) lines: RangeInclusive<usize>,
    /// Names of its methods, fields and variants.
    pub(super) within: Vec<String>,
    /// The type that it is a method of.
    pub(super) of: Option<String>,
    /// Whether only its module can name it.
    pub(super) is_private: bool,
    /// Whether it stands by itself, no attribute hands it to anybody, and nobody outside of the repository can use it.
    pub(super) may_go: bool,
}

/// The items of a file, those of its modules included, without what is there for tests; and the lines of all its imports.
pub(super) fn of_file(scene: &Scene<'_>, path: &str, text: &str) -> (Vec<Gone>, Vec<RangeInclusive<usize>>) {
    let is_unpublished = is_unpublished(scene, path);
    source::with_stack(|| {
        let (mut found, mut imports) = (Vec::new(), Vec::new());
        let Ok(file) = source::parse(path, text) else { return (found, imports) };
        let mut open: Vec<(&Item, bool)> = file.ast.items.iter().map(|item| (item, false)).collect();
        while let Some((item, is_test)) = open.pop() {
            let span = file.span_of(item);
            let lines = span.line as usize..=span.end_line as usize;
            if let Item::Mod(module) = item {
                let is_test =
                    is_test || module.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
                let items = module.content.iter().flat_map(|(_, items)| items);
                open.extend(items.map(|item| (item, is_test)));
                continue;
            }
            if let Item::Use(_) = item {
                imports.push(lines);
                continue;
            }
            let Some((name, visibility, attributes, within)) = parts(item).filter(|_| !is_test) else {
                continue;
            };
            let is_public = matches!(visibility, Some(Visibility::Public(_)));
            let is_private = matches!(visibility, Some(Visibility::Inherited));
            let may_go =
                attributes.iter().all(is_harmless) && name != "main" && (!is_public || is_unpublished);
            if let Item::Impl(block) = item {
                found.extend(methods(&file, block, &name, is_unpublished));
            }
            found.push(Gone { name, lines, within, of: None, is_private, may_go });
        }
        // What an `impl` adds to a type can be named by who can name that.
        let is_type = |item: &&Gone| item.is_private && item.of.is_none();
        let private: BTreeSet<String> = found.iter().filter(is_type).map(|item| item.name.clone()).collect();
        found.iter_mut().for_each(|item| {
            item.is_private |= private.contains(item.of.as_ref().unwrap_or(&item.name));
        });
        (found, imports)
    })
}

/// The methods of a type by themselves. Those of a trait may be called by whoever knows that.
fn methods(file: &SourceFile, block: &ItemImpl, of: &str, is_unpublished: bool) -> Vec<Gone> {
    let hands_out = block.trait_.is_some() || !block.attrs.iter().all(is_harmless);
    let method = |member: &ImplItem| {
        let ImplItem::Fn(method) = member else { return None };
        let span = file.span_of(method);
        let is_public = matches!(method.vis, Visibility::Public(_));
        Some(Gone {
            name: method.sig.ident.to_string(),
            lines: span.line as usize..=span.end_line as usize,
            within: Vec::new(),
            of: Some(of.to_owned()),
            is_private: matches!(method.vis, Visibility::Inherited) && block.trait_.is_none(),
            may_go: !hands_out && method.attrs.iter().all(is_harmless) && (!is_public || is_unpublished),
        })
    };
    block.items.iter().filter_map(method).collect()
}

type Parts<'i> = (String, Option<&'i Visibility>, &'i [Attribute], Vec<String>);

fn parts(item: &Item) -> Option<Parts<'_>> {
    let none = Vec::new;
    Some(match item {
        Item::Const(item) => (item.ident.to_string(), Some(&item.vis), &item.attrs, none()),
        Item::Static(item) => (item.ident.to_string(), Some(&item.vis), &item.attrs, none()),
        Item::Fn(item) => (item.sig.ident.to_string(), Some(&item.vis), &item.attrs, none()),
        Item::Type(item) => (item.ident.to_string(), Some(&item.vis), &item.attrs, none()),
        Item::Enum(item) => {
            let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
            (item.ident.to_string(), Some(&item.vis), &item.attrs, variants)
        }
        Item::Struct(item) => {
            let fields = item.fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string()));
            (item.ident.to_string(), Some(&item.vis), &item.attrs, fields.collect())
        }
        Item::Impl(item) => {
            let Type::Path(of) = &*item.self_ty else { return None };
            let methods = item.items.iter().filter_map(|member| match member {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                ImplItem::Const(value) => Some(value.ident.to_string()),
                _ => None,
            });
            (of.path.segments.last()?.ident.to_string(), None, &item.attrs, methods.collect())
        }
        _ => return None,
    })
}

/// Whether an attribute hands what it stands on to nobody.
fn is_harmless(attribute: &Attribute) -> bool {
    const HARMLESS: [&str; 10] = [
        "allow",
        "cold",
        "derive",
        "doc",
        "expect",
        "inline",
        "must_use",
        "non_exhaustive",
        "repr",
        "track_caller",
    ];
    HARMLESS.iter().any(|name| attribute.path().is_ident(name))
}

/// Whether nobody outside of the repository can use a package.
fn is_unpublished(scene: &Scene<'_>, path: &str) -> bool {
    let read = |path: &str| {
        scene.base.text(path).ok().and_then(|text| manifest::read(&text).ok()).unwrap_or_default()
    };
    let manifest = manifest::above(scene.base, path).map(|path| read(&path)).unwrap_or_default();
    let no = Some(&Value::Bool(false));
    manifest.pointer("/package/publish") == no
        || manifest.pointer("/package/publish/workspace") == Some(&Value::Bool(true))
            && read("Cargo.toml").pointer("/workspace/package/publish") == no
}

/// Whether a file is that of a module, or of one within.
pub(super) fn in_module(module: &str, path: &str) -> bool {
    let (folder, name) = module.rsplit_once('/').unwrap_or(("", module));
    let stem = name.trim_end_matches(".rs");
    let below = match stem {
        "lib" | "main" | "mod" => folder.to_owned(),
        stem if folder.is_empty() => stem.to_owned(),
        stem => format!("{folder}/{stem}"),
    };
    path == module || path.strip_prefix(&below).is_some_and(|rest| below.is_empty() || rest.starts_with('/'))
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// What a line defines.
pub(super) fn defined(line: &str) -> impl Iterator<Item = &str> {
    const KINDS: [&str; 10] =
        ["const", "enum", "fn", "macro_rules", "mod", "static", "struct", "trait", "type", "union"];
    let words = || line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    words().zip(words().skip(1)).filter(|(kind, _)| KINDS.contains(kind)).map(|(_, name)| name)
}
