//! Names and references as a cache keeps them, and as they are again once files were edited.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::references::{self, Found, OfFile};
use super::table::Table;
use super::{Names, Reference, modules};
use crate::code::{Facts, Forest, LateFacts, in_parallel};
use crate::hashed::HashMap;

/// The tables of names. They are those of every tree whose files have the same shapes.
#[derive(Deserialize)]
pub(crate) struct KeptTables {
    forest: Forest,
    table: Table,
}

/// References, each text once.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct KeptReferences {
    texts: Vec<String>,
    /// Sorted by the path of the file.
    files: Vec<KeptFile>,
}

#[derive(Serialize, Deserialize)]
struct KeptFile {
    file: u32,
    unresolved: u64,
    references: Vec<Row>,
}

/// A [`Reference`], but for what its file and its module say.
#[derive(Serialize, Deserialize)]
struct Row {
    line: u32,
    column: u32,
    canonical: u32,
    written: u32,
    krate: u32,
    from: u32,
    to: Option<u32>,
    in_test: bool,
}

/// The files that are not what they were, with what they say now.
pub(crate) struct Changed {
    pub(crate) files: Vec<(u32, Arc<Facts>)>,
    /// The facts of all files.
    pub(crate) facts: LateFacts,
}

impl Names {
    /// What can be kept of the names; nothing where not all of them were followed.
    pub(super) fn kept(&self, found: &Found) -> Option<(Vec<u8>, Vec<u8>)> {
        // What each file has then depends on which was looked at first.
        if found.cut {
            return None;
        }
        let tables = (&self.forest, &self.table);
        let references = KeptReferences::of(found);
        Some((postcard::to_stdvec(&tables).ok()?, postcard::to_stdvec(&references).ok()?))
    }

    /// The names of a tree in which the shape of no file is another than when they were kept. `facts` are those of the
    /// files that say something else inside.
    pub(crate) fn restored(
        tables: KeptTables,
        kept: KeptReferences,
        files: Vec<Arc<str>>,
        changed: Changed,
    ) -> Option<Names> {
        let Changed { files: changed, facts } = changed;
        let mut forest = tables.forest;
        let table = tables.table.restored()?;
        if !forest.is_sound(files.len()) || forest.nodes.len() != table.places.len() {
            return None;
        }
        for mount in &forest.mounts {
            let Some((_, facts)) = changed.iter().find(|(file, _)| *file == mount.file) else { continue };
            for (scope, fact) in (0..).zip(&facts.scopes).skip(1) {
                forest.nodes.get_mut(mount.node(scope) as usize)?.line = fact.line;
            }
        }
        let modules = modules(&table, &forest, &files);
        let node_of = super::nodes_of(&forest, &files);
        let names = Names { table, modules, forest, facts, files, node_of, ..Names::default() };
        let found = names.found_again(kept, &changed)?;
        names.found.set(found).ok()?;
        Some(names)
    }

    /// The references of the files that say what they said, and those of the others anew.
    fn found_again(&self, kept: KeptReferences, changed: &[(u32, Arc<Facts>)]) -> Option<Found> {
        let texts: Vec<Arc<str>> = kept.texts.into_iter().map(Arc::from).collect();
        let is_changed = |file: u32| changed.iter().any(|(other, _)| *other == file);
        let again: Vec<u32> = changed.iter().map(|(file, _)| *file).collect();
        let mut again: HashMap<u32, Found> = references::of_files(self, &again);
        let parts = in_parallel(&kept.files.chunks(64).collect::<Vec<_>>(), |files| {
            let old = files.iter().filter(|file| !is_changed(file.file));
            old.map(|file| self.references_of(file, &texts)).collect::<Option<Vec<_>>>()
        });
        let mut by_file: Vec<(u32, Vec<Reference>, u64)> = Vec::with_capacity(self.files.len());
        for part in parts {
            by_file.extend(part?);
        }
        for (file, _) in changed {
            if let Some(found) = again.remove(file) {
                by_file.push((*file, found.references, found.unresolved));
            }
        }
        by_file.sort_by_key(|(file, ..)| &self.files[*file as usize]);
        let mut found = Found { unresolved: self.forest.missing, ..Found::default() };
        found.references.reserve(by_file.iter().map(|(_, references, _)| references.len()).sum());
        for (file, references, unresolved) in by_file {
            found.by_file.push(OfFile { file, count: references.len(), unresolved });
            found.unresolved += unresolved;
            found.references.extend(references);
        }
        Some(found)
    }

    fn references_of(&self, kept: &KeptFile, texts: &[Arc<str>]) -> Option<(u32, Vec<Reference>, u64)> {
        let file = self.files.get(kept.file as usize)?;
        let reference = |row: &Row| {
            let Row { line, column, canonical, written, krate, from, to, in_test } = row;
            let module = self.modules.get(*from as usize)?;
            let to = to.map(|to| to as usize);
            if to.is_some_and(|to| to >= self.modules.len()) || module.krate != Some(*krate as usize) {
                return None;
            }
            Some(Reference {
                file: file.clone(),
                line: *line,
                column: *column,
                canonical: texts.get(*canonical as usize)?.clone(),
                written: texts.get(*written as usize)?.clone(),
                krate: *krate as usize,
                from: *from as usize,
                to,
                module: module.path.clone(),
                in_test: *in_test,
            })
        };
        let references = kept.references.iter().map(reference).collect::<Option<Vec<_>>>()?;
        Some((kept.file, references, kept.unresolved))
    }
}

impl KeptReferences {
    fn of(found: &Found) -> Self {
        let mut kept = KeptReferences::default();
        let mut known: HashMap<Arc<str>, u32> = HashMap::default();
        let mut ahead = found.references.as_slice();
        for OfFile { file, count, unresolved } in &found.by_file {
            let (own, rest) = ahead.split_at(*count);
            ahead = rest;
            let references = own.iter().map(|it| kept.row(it, &mut known)).collect();
            kept.files.push(KeptFile { file: *file, unresolved: *unresolved, references });
        }
        kept
    }

    fn row(&mut self, reference: &Reference, known: &mut HashMap<Arc<str>, u32>) -> Row {
        let Reference { file: _, line, column, canonical, written, krate, from, to, module: _, in_test } =
            reference;
        let mut text = |text: &Arc<str>| {
            *known.entry(text.clone()).or_insert_with(|| {
                self.texts.push(text.to_string());
                self.texts.len() as u32 - 1
            })
        };
        Row {
            line: *line,
            column: *column,
            canonical: text(canonical),
            written: text(written),
            krate: *krate as u32,
            from: *from as u32,
            to: to.map(|to| to as u32),
            in_test: *in_test,
        }
    }
}
