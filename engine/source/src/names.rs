//! What the paths in the code mean: canonical names by `use`, modules and dependencies.

mod scope;

pub use scope::Scope;

use crate::syntax::SourceFile;

/// The names of a tree.
#[derive(Debug, Default)]
pub struct Names {
    references: Vec<Reference>,
    unresolved: u64,
}

/// A path in the code that leaves its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Index into the workspace's crates.
    pub krate: usize,
    /// The module that refers, from the crate's root.
    pub module: Vec<String>,
    /// Path of the file.
    pub file: String,
    /// Line of the first segment.
    pub line: u32,
    /// Column of the first segment, in characters.
    pub column: u32,
    /// What is meant, such as `std::thread::sleep`.
    pub canonical: String,
    /// Whether the reference is compiled for tests only.
    pub in_test: bool,
}

impl Names {
    /// The canonical path of what a path means, as in `std::thread::sleep`; what `core` and `alloc` have is named
    /// by `std`. `None` where it is not known.
    pub fn resolve(&self, _file: &SourceFile, scope: &Scope, path: &syn::Path) -> Option<String> {
        scope.resolve(path)
    }

    /// Every path that leaves its module, sorted by file and position.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// How many paths of several segments begin with a name that could not be bound at all.
    pub fn unresolved(&self) -> u64 {
        self.unresolved
    }
}
