//! Names and paths as numbers, so that tables of them are small and comparisons cheap.

use serde::{Deserialize, Serialize, Serializer};

use super::held::Bounds;
use crate::hashed::{HashMap, HashSet};

/// A name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Symbol(u32);

/// A path: its last name and the path before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct PathId(u32);

/// Every name and every path, once.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Symbols {
    texts: Vec<String>,
    paths: Vec<(Option<PathId>, Symbol)>,
    /// Those of a cache are looked up by halves, and nothing is added to them.
    kept: Vec<Symbol>,
    #[serde(skip)]
    by_text: HashMap<String, Symbol>,
    #[serde(skip)]
    by_step: HashMap<(Option<PathId>, Symbol), PathId>,
}

impl Symbols {
    /// Lets those of a cache be added to. `roots` are the first steps of paths of their own.
    pub(super) fn thaw(&mut self, roots: &HashSet<PathId>) {
        self.kept.clear();
        self.by_text = (0..).zip(&self.texts).map(|(index, text)| (text.clone(), Symbol(index))).collect();
        let steps = (0..).map(PathId).zip(&self.paths).filter(|(path, _)| !roots.contains(path));
        self.by_step = steps.map(|(path, step)| (*step, path)).collect();
    }

    pub(super) fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.by_text.get(text) {
            return *symbol;
        }
        let symbol = Symbol(self.texts.len() as u32);
        self.texts.push(text.to_owned());
        self.by_text.insert(text.to_owned(), symbol);
        symbol
    }

    /// The symbol of a text that some table may have.
    pub(super) fn known(&self, text: &str) -> Option<Symbol> {
        if self.kept.is_empty() {
            return self.by_text.get(text).copied();
        }
        let found = self.kept.binary_search_by(|symbol| self.texts[symbol.0 as usize].as_str().cmp(text));
        found.ok().map(|at| self.kept[at])
    }

    pub(super) fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }

    /// The first step of paths of its own, even where another has the same name: a library and a binary may.
    pub(super) fn new_root(&mut self, text: &str) -> PathId {
        let symbol = self.symbol(text);
        self.paths.push((None, symbol));
        PathId(self.paths.len() as u32 - 1)
    }

    /// A path one step longer; without one before, a crate from elsewhere.
    pub(super) fn child(&mut self, parent: Option<PathId>, symbol: Symbol) -> PathId {
        if let Some(path) = self.by_step.get(&(parent, symbol)) {
            return *path;
        }
        self.paths.push((parent, symbol));
        let path = PathId(self.paths.len() as u32 - 1);
        self.by_step.insert((parent, symbol), path);
        path
    }

    /// Gives back the memory that only who adds paths needs: those of a cache [thaw](Self::thaw) first.
    pub(super) fn settle(&mut self) {
        self.by_step = HashMap::default();
        self.by_text.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.paths.shrink_to_fit();
    }

    /// A path written with `::`.
    pub(super) fn path(&mut self, text: &str) -> PathId {
        let mut path = None;
        for part in text.split("::") {
            let symbol = self.symbol(part);
            path = Some(self.child(path, symbol));
        }
        path.expect("splitting gives at least one part")
    }

    pub(super) fn parent(&self, path: PathId) -> Option<PathId> {
        self.paths[path.0 as usize].0
    }

    /// The last step of a path.
    pub(super) fn last(&self, path: PathId) -> Symbol {
        self.paths[path.0 as usize].1
    }

    pub(super) fn count_paths(&self) -> usize {
        self.paths.len()
    }

    /// Whether every index points to something, which a cache could have wrong.
    pub(super) fn is_sound(&self) -> bool {
        let texts = self.texts.len();
        let step = |(index, (parent, symbol)): (usize, &(Option<PathId>, Symbol))| {
            (symbol.0 as usize) < texts && parent.is_none_or(|parent| (parent.0 as usize) < index)
        };
        self.paths.iter().enumerate().all(step)
            && self.kept.len() == texts
            && self.kept.iter().all(|symbol| (symbol.0 as usize) < texts)
    }

    /// The steps of a path, joined by `::`.
    pub(super) fn display(&self, path: PathId) -> String {
        let mut steps = Vec::new();
        let mut current = Some(path);
        while let Some(PathId(index)) = current {
            let (parent, symbol) = self.paths[index as usize];
            steps.push(self.text(symbol));
            current = parent;
        }
        steps.reverse();
        steps.join("::")
    }
}

impl PathId {
    pub(super) fn is_within(self, bounds: Bounds) -> bool {
        (self.0 as usize) < bounds.paths
    }
}

impl Serialize for Symbols {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut kept: Vec<Symbol> = (0..self.texts.len() as u32).map(Symbol).collect();
        kept.sort_by_key(|symbol| self.text(*symbol));
        (&self.texts, &self.paths, kept).serialize(serializer)
    }
}
