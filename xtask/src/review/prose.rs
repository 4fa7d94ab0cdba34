//! Which files of a change are there for people only.

use std::collections::BTreeSet;

use source::{Change, FileChange, Tree};

/// Ends of files that nobody builds, ranks or is judged by.
const ENDS: [&str; 3] = [".md", ".adoc", ".rst"];

/// What agents obey is no prose.
const RULES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];

/// Names of files that look like prose and are built in.
pub(crate) struct Prose {
    built: BTreeSet<String>,
}

impl Prose {
    /// Looks for those of a change in the code of both sides.
    pub(crate) fn of(change: &Change) -> Prose {
        let names: BTreeSet<&str> =
            change.files.iter().filter(|file| looks(file)).map(|file| name(&file.path)).collect();
        let mut built = BTreeSet::new();
        if !names.is_empty() {
            [Some(&change.head), change.base.as_ref()]
                .into_iter()
                .flatten()
                .for_each(|tree| built_in(tree, &names, &mut built));
        }
        Prose { built }
    }

    /// Whether a file is there for people only.
    pub(crate) fn is(&self, file: &FileChange) -> bool {
        looks(file) && !self.built.contains(name(&file.path))
    }
}

/// Whether its name says so, and the name that it had.
fn looks(file: &FileChange) -> bool {
    [Some(&file.path), file.from.as_ref()].into_iter().flatten().all(|path| is_named(name(path)))
}

fn is_named(name: &str) -> bool {
    let is_licence = name.starts_with("LICENSE") && (!name.contains('.') || name.ends_with(".txt"));
    ENDS.iter().any(|end| name.ends_with(end)) && !RULES.contains(&name) || is_licence
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The names that stand in a line of code that includes a file or says where a module is, but not as documentation.
fn built_in(tree: &Tree, names: &BTreeSet<&str>, built: &mut BTreeSet<String>) {
    for path in tree.paths().filter(|path| path.ends_with(".rs")) {
        let Ok(text) = tree.text(path) else { continue };
        let lines = text.lines().filter(|line| line.contains("include") || line.contains("path"));
        for line in lines.filter(|line| !line.contains("doc")) {
            let read = names.iter().filter(|name| line.contains(&format!("{name}\"")));
            built.extend(read.map(|name| (*name).to_owned()));
        }
    }
}
