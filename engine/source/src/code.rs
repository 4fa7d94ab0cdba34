//! Every Rust file of a tree: where it belongs, what it says, and a way to visit all of them.

mod problem;

use crate::cache::Cache;
use crate::names::Names;
use crate::syntax::{self, Place, SourceFile};
use crate::tree::Tree;
use crate::workspace::Workspace;

pub use problem::{Problem, ProblemKind};

/// The Rust code of a tree.
pub struct Code {
    /// The packages.
    pub workspace: Workspace,
    /// Files that could not be read, sorted by path. Those of manifests are in the workspace.
    pub problems: Vec<Problem>,
    tree: Tree,
    files: Vec<FileInfo>,
    names: Names,
}

/// One Rust file.
#[derive(Clone, Debug)]
pub struct FileInfo {
    /// Path from the root.
    pub path: String,
    /// Where it belongs; `None` where no target reaches it.
    pub place: Option<Place>,
    /// Whether no target reaches it.
    pub orphan: bool,
}

impl Code {
    /// Reads every Rust file of a tree and resolves its names.
    pub fn read(tree: &Tree, _cache: &Cache) -> Self {
        let files = tree
            .paths()
            .filter(|path| path.ends_with(".rs"))
            .map(|path| FileInfo { path: path.to_owned(), place: None, orphan: true })
            .collect();
        let mut code = Code {
            workspace: Workspace::read(tree),
            problems: Vec::new(),
            tree: tree.clone(),
            files,
            names: Names::default(),
        };
        let problems = syntax::with_stack(|| {
            let parse = |file: &FileInfo| parse_file(&code.tree, file).err();
            code.files.iter().filter_map(parse).collect()
        });
        code.problems = problems;
        code
    }

    /// Every Rust file, sorted by path.
    pub fn files(&self) -> &[FileInfo] {
        &self.files
    }

    /// Visits every wanted file that parses, in worker threads with large stacks; the answers are sorted by path.
    pub fn each_file<T: Send>(
        &self,
        wanted: &(dyn Fn(&FileInfo) -> bool + Sync),
        visit: &(dyn Fn(&SourceFile) -> T + Sync),
    ) -> Vec<(String, T)> {
        let wanted: Vec<&FileInfo> = self.files.iter().filter(|file| wanted(file)).collect();
        syntax::with_stack(|| {
            let mut answers = Vec::new();
            for info in wanted {
                if let Ok(file) = parse_file(&self.tree, info) {
                    answers.push((info.path.clone(), visit(&file)));
                }
                proc_macro2::extra::invalidate_current_thread_spans();
            }
            answers
        })
    }

    /// What the names in the code mean.
    pub fn names(&self) -> &Names {
        &self.names
    }
}

fn parse_file(tree: &Tree, info: &FileInfo) -> Result<SourceFile, Problem> {
    let text = tree.text(&info.path).map_err(|error| Problem::of_read(&info.path, &error))?;
    let mut file = syntax::parse_shared(&info.path, &text)?;
    file.place = info.place.clone();
    Ok(file)
}
