//! The Cargo workspace, from its manifests; no cargo is started.

use crate::code::Problem;
use crate::tree::Tree;

/// The packages of a root and what was wrong with their manifests.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The members, sorted by folder.
    pub crates: Vec<Crate>,
    /// Manifests that could not be understood.
    pub problems: Vec<Problem>,
}

/// One package.
#[derive(Clone, Debug)]
pub struct Crate {
    /// Name of the package.
    pub name: String,
    /// Name of its library in code; `None` without a library.
    pub lib_name: Option<String>,
    /// Folder from the root; empty for the root itself.
    pub dir: String,
    /// Path of its manifest.
    pub manifest: String,
    /// Edition, such as 2024.
    pub edition: u16,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// What it builds.
    pub targets: Vec<Target>,
}

/// One entry of a dependency table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name that code writes, with underscores.
    pub name: String,
    /// Name of the package.
    pub package: String,
    /// In which table it stands.
    pub kind: DependencyKind,
    /// Whether a feature switches it on.
    pub optional: bool,
    /// Index into the workspace's crates, where it is a member.
    pub member: Option<usize>,
    /// Line in the manifest.
    pub line: u32,
    /// Version requirement as written.
    pub requirement: Option<String>,
}

/// The table that a dependency stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// `[dependencies]`
    Normal,
    /// `[dev-dependencies]`
    Dev,
    /// `[build-dependencies]`
    Build,
}

/// Something that Cargo builds from one root file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// What kind of target.
    pub kind: TargetKind,
    /// Its name, as in the manifest.
    pub name: String,
    /// Path of its root file.
    pub root: String,
}

/// Kinds of targets. The order is the order in which a file that several reach is attributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library, procedural macros included.
    Library,
    /// A binary.
    Binary,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// An example.
    Example,
    /// A build script.
    BuildScript,
}

impl Workspace {
    /// Reads the manifests below a root.
    pub fn read(_tree: &Tree) -> Self {
        Workspace::default()
    }
}
