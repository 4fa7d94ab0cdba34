//! A tree as it was read before, kept between runs. What changed since is read again, and nothing else, as long as no
//! file says anything else to the others.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::crew::Crew;
use super::facts::Facts;
use super::late::{Late, LateFacts};
use super::read::{self, Read, in_parallel};
use super::shape::{frame, shape};
use super::{Problem, Summary};
use crate::cache::{Cache, Key, Sections};
use crate::names::{Changed, Kept, KeptTables, Names, PARTS, TABLES};
use crate::tree::{Stamp, Tree};
use crate::workspace::Workspace;
use crate::workspace::paths::Paths;

/// As many files may have other contents, or other stamps, before everything is kept anew.
const FEW: usize = 24;

/// Of so many files the system is asked in less time than another thread takes to begin, where other work keeps the cores busy.
const SHARE: usize = 1_024;

/// Where a tree is kept, and whose tree it is.
#[derive(Clone)]
pub(crate) struct Place {
    cache: Cache,
    file: PathBuf,
    id: Key,
}

/// What a whole tree was when it was kept.
#[derive(Clone, Serialize, Deserialize)]
struct Header {
    /// Of the paths, and where they are.
    id: Key,
    /// Of the manifests.
    workspace: Key,
    /// In the order in which files are counted.
    files: Vec<KeptFile>,
    problems: Vec<Problem>,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeptFile {
    path: String,
    /// None where the file cannot be known by one.
    stamp: Option<Stamp>,
    shape: Key,
    frame: Key,
    summary: Summary,
}

/// For whom a tree is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Whoever asks what all files say to each other.
    Whole,
    /// The same for who looks at every file next.
    Looks,
    /// Whoever asks what names mean in files that changed. Files that did not see no name that came or went.
    FewFiles,
}

/// What was kept, with what changed since.
pub(crate) struct Found {
    header: Header,
    tables: KeptTables,
    /// The parts of the cache's file, for what else it has; none where nobody needs that.
    rest: Option<Sections>,
    changed: Vec<(u32, Arc<Facts>)>,
    /// Those of another shape than the one that was kept.
    reshaped: Vec<u32>,
    /// How many files have another stamp than the one that was kept.
    stale: usize,
    crew: Option<Crew>,
}

/// A tree that needed not be read.
pub(crate) struct Restored {
    pub(crate) paths: Vec<String>,
    pub(crate) summaries: Vec<Summary>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) names: Names,
    /// Who has syntax trees of what changed, where somebody looks at it next.
    pub(crate) crew: Option<Crew>,
}

/// Keeps the names of a tree once they are found.
pub(crate) struct Keeper {
    place: Place,
    header: Header,
}

/// What files say now, by their index.
type FactsByFile = Vec<(u32, Arc<Facts>)>;

/// What a look at the files of a tree says.
struct Looked {
    changed: FactsByFile,
    reshaped: Vec<u32>,
    /// How many have another stamp.
    stale: usize,
    crew: Option<Crew>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the keeper of `{}`", self.place.file.display())
    }
}

/// A hash of all that manifests say.
pub(crate) fn digest(workspace: &Workspace) -> Key {
    // Plain data is always written.
    let written = postcard::to_stdvec(workspace).unwrap_or_default();
    *blake3::hash(&written).as_bytes()
}

impl Place {
    /// None without a cache, and for trees that live in memory.
    pub(crate) fn of(tree: &Tree, cache: &Cache, paths: &Paths<'_>) -> Option<Place> {
        let mut hash = blake3::Hasher::new();
        hash.update(tree.place()?);
        for path in paths.all() {
            hash.update(&[0]).update(path.as_bytes());
        }
        let id = *hash.finalize().as_bytes();
        let file = cache.kept(&id)?;
        Some(Place { cache: cache.clone(), file, id })
    }

    /// What stands for the paths of the tree.
    pub(crate) fn id(&self) -> &Key {
        &self.id
    }

    /// What is kept of the tree, if no file has another shape than it had, as far as that is needed. Needs the stack of
    /// [`with_stack`](crate::with_stack).
    pub(crate) fn find(&self, tree: &Tree, need: Need, now: SystemTime) -> Option<Found> {
        // The references come last, and are half of it.
        let sections = Sections::read(&self.file, if need == Need::FewFiles { TABLES + 1 } else { PARTS })?;
        let (header, looked, tables) = std::thread::scope(|scope| {
            let tables = scope.spawn(|| postcard::from_bytes(sections.get(TABLES)?).ok());
            let look = || {
                let mut header: Header = postcard::from_bytes(sections.get(0)?).ok()?;
                let looked = self.look(tree, &mut header, need, now)?;
                Some((header, looked))
            };
            let looked = look();
            let tables = tables.join().ok().flatten();
            let (header, looked) = looked?;
            Some((header, looked, tables?))
        })?;
        let Looked { changed, reshaped, stale, crew } = looked;
        let rest = (need != Need::FewFiles).then_some(sections);
        Some(Found { header, tables, rest, changed, reshaped, stale, crew })
    }

    /// The files that say something else. None where one has another shape, as far as that is needed.
    fn look(&self, tree: &Tree, header: &mut Header, need: Need, now: SystemTime) -> Option<Looked> {
        if header.id != self.id {
            return None;
        }
        let stamps_of = |files: &&[KeptFile]| -> Vec<Option<Stamp>> {
            files.iter().map(|file| tree.stamp(&file.path)).collect()
        };
        let shares: Vec<&[KeptFile]> = header.files.chunks(SHARE).collect();
        let stamps = match shares.as_slice() {
            [all] => vec![stamps_of(all)],
            shares => in_parallel(shares, stamps_of),
        };
        let stamps = stamps.into_iter().flatten();
        let other: Vec<usize> = (header.files.iter().zip(stamps).enumerate())
            .filter(|(_, (file, stamp))| file.stamp.is_none() || file.stamp != *stamp)
            .map(|(index, _)| index)
            .collect();
        let nothing = Arc::new(Cache::off().open());
        let again: Vec<(&str, Option<Key>)> = other
            .iter()
            .map(|index| &header.files[*index])
            .map(|file| (file.path.as_str(), file.summary.content))
            .collect();
        let read = |(path, known): &(&str, Option<Key>)| read::unless(tree, path, known.as_ref(), &nothing);
        let (again, crew) = match again.as_slice() {
            [_, ..] if need == Need::Looks => {
                let (again, crew) = read::facts_with_trees(tree, &again, &nothing);
                (again, Some(crew))
            }
            [only] => (vec![read(only)], None),
            again => (in_parallel(again, read), None),
        };
        let (mut changed, mut reshaped) = (Vec::new(), Vec::new());
        for (index, read) in other.iter().zip(again) {
            let Read { stamp, content, facts } = read;
            let file = &mut header.files[*index];
            if let Some(facts) = facts.as_ref().filter(|facts| shape(facts) != file.shape) {
                if need != Need::FewFiles || frame(facts) != file.frame {
                    return None;
                }
                reshaped.push(*index as u32);
            }
            file.stamp = stamp.filter(|stamp| stamp.is_settled(now));
            if let Some(facts) = facts {
                file.summary = Summary::of(&facts, content);
                changed.push((*index as u32, facts));
            }
        }
        Some(Looked { changed, reshaped, stale: other.len(), crew })
    }

    /// What keeps the names of a tree that was read.
    pub(crate) fn keeper(
        &self,
        workspace: &Workspace,
        paths: &[&str],
        read: &[Read],
        problems: &[Problem],
        now: SystemTime,
    ) -> Keeper {
        let file = |(path, read): (&&str, &Read)| {
            let facts = read.facts.clone().unwrap_or_default();
            KeptFile {
                path: (*path).to_owned(),
                stamp: read.stamp.clone().filter(|stamp| stamp.is_settled(now)),
                shape: shape(&facts),
                frame: frame(&facts),
                summary: Summary::of(&facts, read.content),
            }
        };
        let header = Header {
            id: self.id,
            workspace: digest(workspace),
            files: paths.iter().zip(read).map(file).collect(),
            problems: problems.to_vec(),
        };
        Keeper { place: self.clone(), header }
    }
}

impl Header {
    /// What stands for all that names mean: they follow from the manifests, and from what files say to each other.
    fn mark(&self) -> Key {
        let mut hash = blake3::Hasher::new();
        hash.update(&self.workspace);
        for file in &self.files {
            hash.update(&file.shape).update(file.path.as_bytes()).update(&[0]);
        }
        *hash.finalize().as_bytes()
    }
}

impl Found {
    /// The tree, if its manifests say what they said.
    pub(crate) fn restore(self, place: &Place, tree: &Tree, workspace: &Key) -> Option<Restored> {
        let Found { header, tables, rest, changed, reshaped, stale, crew } = self;
        if header.workspace != *workspace {
            return None;
        }
        let files: Vec<Arc<str>> = header.files.iter().map(|file| file.path.as_str().into()).collect();
        let mut facts = vec![None; files.len()];
        for (index, now) in &changed {
            facts[*index as usize] = Some(now.clone());
        }
        let late = Late {
            tree: tree.without_ahead(),
            cache: place.cache.clone(),
            files: files.iter().cloned().zip(header.files.iter().map(|file| file.summary.content)).collect(),
            store: OnceLock::new(),
        };
        // One that has another shape is none of those that were kept.
        let mark = reshaped.is_empty().then(|| header.mark());
        let many = rest.is_some() && changed.len().max(stale) > FEW;
        let changed = Changed { files: changed, reshaped, facts: LateFacts::some(facts, late) };
        let names = Names::restored(tables, rest, files, changed)?.marked(mark);
        let restored = Restored {
            paths: header.files.iter().map(|file| file.path.clone()).collect(),
            summaries: header.files.iter().map(|file| file.summary.clone()).collect(),
            problems: header.problems.clone(),
            names,
            crew,
        };
        if many {
            restored.names.keep(&Keeper { place: place.clone(), header });
        }
        Some(restored)
    }
}

impl Keeper {
    /// What stands for all that the names mean.
    pub(crate) fn mark(&self) -> Key {
        self.header.mark()
    }

    /// Writes what was found out about the tree, given what is kept of its names.
    pub(crate) fn keep(&self, names: &dyn Fn() -> Option<Kept>) {
        let write = || {
            let header = postcard::to_stdvec(&self.header).ok()?;
            let Kept { tables, references, links } = names()?;
            crate::cache::write_sections(&self.place.file, &[&header, &tables, &references, &links])
        };
        // What cannot be kept is read again.
        let _ = write();
    }
}
