//! Names and references as a cache keeps them, and as they are again once files were edited.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::modules::{modules, nodes_of};
use super::references::{self, Found, OfFile};
use super::table::Table;
use super::{Names, Reference, build};
use crate::cache::Sections;
use crate::code::{Facts, Forest, LateFacts};
use crate::hashed::{HashMap, HashSet};

/// The tables of names. They are those of every tree whose files have the same shapes.
#[derive(Deserialize)]
pub(crate) struct KeptTables {
    forest: Forest,
    table: Table,
}

/// What a cache keeps of a tree, as the parts that stand behind what its files were.
pub(crate) struct Kept {
    pub(crate) tables: Vec<u8>,
    pub(crate) references: Vec<u8>,
    pub(crate) links: Vec<u8>,
}

/// Where the parts stand.
pub(crate) const TABLES: usize = 1;
const REFERENCES: usize = 2;
const LINKS: usize = 3;
/// How many there are, with what the files were.
pub(crate) const PARTS: usize = 4;

/// References that a cache keeps, read once somebody asks for them: most ask for less.
#[derive(Debug)]
pub(super) struct LateReferences {
    /// The cache's file, as long as somebody may need it.
    kept: Mutex<Option<Sections>>,
    /// The files that say something else since.
    changed: Vec<u32>,
}

/// Which modules the code of each file refers to from which.
type KeptLinks = Vec<(u32, Vec<(u32, u32)>)>;

/// References, each text once.
#[derive(Default, Serialize, Deserialize)]
struct KeptReferences {
    /// All texts, one behind the other.
    texts: String,
    /// The length of each, in bytes.
    lengths: Vec<u32>,
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
    /// Those of them that have other names for their modules than they had.
    pub(crate) reshaped: Vec<u32>,
    /// The facts of all files.
    pub(crate) facts: LateFacts,
}

impl Names {
    /// What can be kept of the names; nothing where not all of them were followed.
    pub(super) fn kept(&self, found: &Found) -> Option<Kept> {
        // What each file has then depends on which was looked at first.
        if found.cut {
            return None;
        }
        let tables = (&self.forest, &self.table);
        Some(Kept {
            tables: postcard::to_stdvec(&tables).ok()?,
            references: postcard::to_stdvec(&KeptReferences::of(found)).ok()?,
            links: postcard::to_stdvec(&kept_links(found)).ok()?,
        })
    }

    /// The names of a tree in which the shape of no file is another than when they were kept, or that of a few for who
    /// asks for the names in those: files that did not change see no name that came or went. References are read from
    /// the cache's file, `kept`, or found, once somebody asks for them.
    pub(crate) fn restored(
        tables: KeptTables,
        kept: Option<Sections>,
        files: Vec<Arc<str>>,
        changed: Changed,
    ) -> Option<Names> {
        let Changed { files: changed, reshaped, facts } = changed;
        let mut forest = tables.forest;
        let mut table = tables.table.restored()?;
        if !forest.is_sound(files.len()) || forest.nodes.len() != table.places.len() {
            return None;
        }
        for mount in &forest.mounts {
            let Some((_, facts)) = changed.iter().find(|(file, _)| *file == mount.file) else { continue };
            for (scope, fact) in (0..).zip(&facts.scopes).skip(1) {
                forest.nodes.get_mut(mount.node(scope) as usize)?.line = fact.line;
            }
        }
        if !reshaped.is_empty() {
            let mut said = vec![Arc::default(); files.len()];
            for (file, facts) in changed.iter().filter(|(file, _)| reshaped.contains(file)) {
                *said.get_mut(*file as usize)? = facts.clone();
            }
            build::rename(&mut table, &forest, &said, &reshaped)?;
        }
        let modules = modules(&table, &forest, &files);
        let node_of = nodes_of(&forest, &files);
        let late = kept.map(|kept| LateReferences {
            kept: Mutex::new(Some(kept)),
            changed: changed.iter().map(|(file, _)| *file).collect(),
        });
        Some(Names { table, modules, forest, facts, files, node_of, late, ..Names::default() })
    }

    /// The references, where a cache keeps them.
    pub(super) fn found_late(&self) -> Option<Found> {
        let late = self.late.as_ref()?;
        // Nobody needs the file again.
        let kept = late.kept.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let kept = postcard::from_bytes(kept.get(REFERENCES)?).ok()?;
        self.found_again(kept, &late.changed)
    }

    /// Which modules refer to which, where a cache keeps it.
    pub(super) fn links_late(&self) -> Option<HashSet<(usize, usize)>> {
        let late = self.late.as_ref()?;
        let kept = late.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: KeptLinks = postcard::from_bytes(kept.as_ref()?.get(LINKS)?).ok()?;
        let old = kept.iter().filter(|(file, _)| !late.changed.contains(file));
        let old = old.flat_map(|(_, links)| links.iter().map(|(from, to)| (*from as usize, *to as usize)));
        let mut links: HashSet<(usize, usize)> = old.collect();
        if links.iter().any(|(from, to)| *from.max(to) >= self.modules.len()) {
            return None;
        }
        let again = references::of_files(self, &late.changed);
        links.extend(again.values().flat_map(|found| &found.references).filter_map(references::link));
        Some(links)
    }

    /// The references of the files that say what they said, and those of the others anew.
    fn found_again(&self, kept: KeptReferences, changed: &[u32]) -> Option<Found> {
        let texts = kept.shared_texts()?;
        let again: HashMap<u32, Found> = references::of_files(self, changed);
        let old = kept.files.iter().filter(|file| !again.contains_key(&file.file)).map(OfOneFile::Kept);
        let new = again.iter().map(|(file, found)| OfOneFile::Again(*file, found));
        let all = old.chain(new).map(|of| Some((self.files.get(of.file() as usize)?, of)));
        let mut all = all.collect::<Option<Vec<_>>>()?;
        all.sort_by_key(|(path, _)| *path);
        let mut found = Found { unresolved: self.forest.missing, ..Found::default() };
        // In one piece: what is copied together costs more than it takes to write it.
        found.references.reserve_exact(all.iter().map(|(_, of)| of.count()).sum());
        for (_, of) in all {
            found.by_file.push(OfFile { file: of.file(), count: of.count(), unresolved: of.unresolved() });
            found.unresolved += of.unresolved();
            match of {
                OfOneFile::Kept(kept) => self.restore(kept, &texts, &mut found.references)?,
                OfOneFile::Again(_, again) => found.references.extend_from_slice(&again.references),
            }
        }
        Some(found)
    }

    /// Adds the references of a file; nothing where they are none of this tree.
    fn restore(&self, kept: &KeptFile, texts: &[Arc<str>], found: &mut Vec<Reference>) -> Option<()> {
        let file = self.files.get(kept.file as usize)?;
        for row in &kept.references {
            let Row { line, column, canonical, written, krate, from, to, in_test } = row;
            let module = self.modules.get(*from as usize)?;
            let to = to.map(|to| to as usize);
            if to.is_some_and(|to| to >= self.modules.len()) || module.krate != Some(*krate as usize) {
                return None;
            }
            found.push(Reference {
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
            });
        }
        Some(())
    }
}

/// The references of one file.
enum OfOneFile<'k> {
    Kept(&'k KeptFile),
    Again(u32, &'k Found),
}

impl OfOneFile<'_> {
    fn file(&self) -> u32 {
        match self {
            OfOneFile::Kept(kept) => kept.file,
            OfOneFile::Again(file, _) => *file,
        }
    }

    fn count(&self) -> usize {
        match self {
            OfOneFile::Kept(kept) => kept.references.len(),
            OfOneFile::Again(_, found) => found.references.len(),
        }
    }

    fn unresolved(&self) -> u64 {
        match self {
            OfOneFile::Kept(kept) => kept.unresolved,
            OfOneFile::Again(_, found) => found.unresolved,
        }
    }
}

fn kept_links(found: &Found) -> KeptLinks {
    let mut ahead = found.references.as_slice();
    let of_file = |of: &OfFile| {
        let (own, rest) = ahead.split_at(of.count);
        ahead = rest;
        let links = own.iter().filter_map(references::link).map(|(from, to)| (from as u32, to as u32));
        let links: BTreeSet<(u32, u32)> = links.collect();
        (of.file, links.into_iter().collect())
    };
    found.by_file.iter().map(of_file).collect()
}

impl KeptReferences {
    /// Each text; none where the lengths are not theirs.
    fn shared_texts(&self) -> Option<Vec<Arc<str>>> {
        let mut rest = self.texts.as_str();
        let mut shared = Vec::with_capacity(self.lengths.len());
        for length in &self.lengths {
            let (text, behind) = rest.split_at_checked(*length as usize)?;
            shared.push(Arc::from(text));
            rest = behind;
        }
        rest.is_empty().then_some(shared)
    }

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
                self.texts.push_str(text);
                self.lengths.push(text.len() as u32);
                self.lengths.len() as u32 - 1
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
