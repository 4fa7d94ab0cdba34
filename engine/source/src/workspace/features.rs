//! The features of a package, and those of a dependency with what the workspace says of it.

use toml_edit::{Item, TableLike};

use super::Feature;
use super::manifest::{Manifest, flag, inherits};

/// The entries of `[features]`, in the order of their names.
pub(super) fn find(manifest: &Manifest) -> Vec<Feature> {
    let Some(table) = manifest.table(&["features"]) else { return Vec::new() };
    let feature = |(name, item): (&str, &Item)| {
        let span = table.get_key_value(name).and_then(|(key, _)| key.span());
        let line = manifest.line_of(span.or_else(|| item.span()));
        Some(Feature { name: name.to_owned(), enables: texts(item)?, line })
    };
    let mut features: Vec<Feature> = table.iter().filter_map(feature).collect();
    features.sort_by(|one, other| one.name.cmp(&other.name));
    features
}

/// The features that an entry of a dependency table asks for, with those of the workspace's entry; sorted.
pub(super) fn asked_for(item: &Item, shared: &Item) -> Vec<String> {
    let mut asked = named(item);
    if inherits(item) {
        asked.extend(named(shared));
    }
    asked.sort();
    asked.dedup();
    asked
}

/// Whether an entry asks for the default features. Before edition 2024 one that inherits can switch them on and not
/// off: RFC 3945.
pub(super) fn default(item: &Item, shared: &Item, edition: u16) -> bool {
    let own = written_default(item);
    if !inherits(item) {
        return own.unwrap_or(true);
    }
    let shared = written_default(shared).unwrap_or(true);
    match own {
        Some(own) if edition >= 2024 => own,
        Some(true) => true,
        _ => shared,
    }
}

fn written_default(item: &Item) -> Option<bool> {
    let table = item.as_table_like()?;
    flag(table, "default-features").or_else(|| flag(table, "default_features"))
}

fn named(item: &Item) -> Vec<String> {
    let features = item.as_table_like().and_then(|table: &dyn TableLike| texts(table.get("features")?));
    features.unwrap_or_default()
}

fn texts(item: &Item) -> Option<Vec<String>> {
    let texts = item.as_array()?.iter().filter_map(|value| Some(value.as_str()?.to_owned()));
    Some(texts.collect())
}
