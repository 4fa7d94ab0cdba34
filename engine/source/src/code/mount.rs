//! Follows `mod` declarations from the targets to the files, and lays out one tree of modules per target.

mod builder;
mod named;

use serde::{Deserialize, Serialize};

use crate::workspace::TargetKind;

pub(super) use builder::{Files, forest};
pub(super) use named::named_elsewhere;

/// The trees of all targets.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Forest {
    pub(crate) roots: Vec<Root>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) mounts: Vec<Mount>,
    /// How many `include!`s name a file that is not there.
    pub(crate) missing: u64,
}

/// Where a tree begins: a target, or a file that none reaches.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Root {
    /// Index into the workspace's crates; `None` for a file that no target reaches.
    pub(crate) krate: Option<usize>,
    pub(crate) kind: TargetKind,
    /// Name in paths, with underscores; empty for a file that no target reaches.
    pub(crate) name: String,
    pub(crate) node: u32,
}

/// A module, an enum, or a block with names of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) root: u32,
    /// The node around; its own index at the root.
    pub(crate) parent: u32,
    pub(crate) kind: NodeKind,
    /// Name of a module or an enum; empty otherwise.
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) test: bool,
    /// Whether its macros are those of the module around.
    pub(crate) macro_use: bool,
    /// Index of the file.
    pub(crate) file: u32,
    /// Line of the module in its file; 1 where it is the file.
    pub(crate) line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NodeKind {
    Module,
    Enum,
    Block,
}

/// One file in one tree.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Mount {
    pub(crate) file: u32,
    /// Node of the file's scope 0.
    pub(crate) top: u32,
    /// Node of the file's scope 1; the others follow.
    pub(crate) first: u32,
    /// What takes the file in.
    pub(crate) by: By,
    /// Where that stands: index of the file, line and column.
    pub(crate) at: (u32, u32, u32),
}

/// What takes a file into a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum By {
    /// The manifest, as the root of a target, or nobody.
    Root,
    /// `mod name;`, from where such a module belongs.
    Module,
    /// `#[path]`
    Path,
    /// `include!` among items.
    Items,
    /// `include!` in an expression.
    Expression,
}

impl Forest {
    /// Whether every index points to something, which a cache could have wrong.
    pub(crate) fn is_sound(&self, files: usize) -> bool {
        let nodes = self.nodes.len();
        let node = |(index, node): (usize, &Node)| {
            let parent = node.parent as usize;
            (parent < index || parent == index && node.kind == NodeKind::Module)
                && (node.root as usize) < self.roots.len()
                && (node.file as usize) < files
        };
        let mount = |mount: &Mount| {
            (mount.file as usize) < files
                && (mount.top as usize) < nodes
                && mount.first as usize <= nodes
                && (mount.at.0 as usize) < files
        };
        self.nodes.iter().enumerate().all(node)
            && self.roots.iter().all(|root| (root.node as usize) < nodes)
            && self.mounts.iter().all(mount)
    }
}

impl Mount {
    /// The node of a scope.
    pub(crate) fn node(&self, scope: u32) -> u32 {
        if scope == 0 { self.top } else { self.first + scope - 1 }
    }
}
