//! Paths from the root, as text with `/`; nothing here asks the disk.

use crate::tree::Tree;

/// Every path of a tree, sorted, for questions about folders.
pub(crate) struct Paths<'a> {
    sorted: Vec<&'a str>,
}

impl<'a> Paths<'a> {
    pub(crate) fn of(tree: &'a Tree) -> Self {
        let mut sorted: Vec<&str> = tree.paths().collect();
        sorted.sort_unstable();
        Paths { sorted }
    }

    pub(crate) fn all(&self) -> &[&'a str] {
        &self.sorted
    }

    /// The tree's own text of a path.
    pub(crate) fn get(&self, path: &str) -> Option<&'a str> {
        self.sorted.binary_search(&path).ok().map(|index| self.sorted[index])
    }

    pub(crate) fn contains(&self, path: &str) -> bool {
        self.sorted.binary_search(&path).is_ok()
    }

    /// The folder of the package that a path lies in.
    pub(crate) fn package<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut current = folder(path);
        loop {
            let manifest =
                if current.is_empty() { "Cargo.toml".to_owned() } else { format!("{current}/Cargo.toml") };
            if self.contains(&manifest) {
                return Some(current);
            }
            if current.is_empty() {
                return None;
            }
            current = folder(current);
        }
    }

    /// The paths of all files below a folder, at any depth.
    pub(crate) fn below(&self, folder: &str) -> &[&'a str] {
        if folder.is_empty() {
            return &self.sorted;
        }
        let prefix = format!("{folder}/");
        let start = self.sorted.partition_point(|path| *path < prefix.as_str());
        let length = self.sorted[start..].partition_point(|path| path.starts_with(&prefix));
        &self.sorted[start..start + length]
    }
}

/// `relative` seen from `folder`, without `.` and `..`; `None` where it leaves the root or is absolute.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') || relative.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file; empty for the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is a folder or lies below it; everything lies below the root.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `a`, `a/b` and `a/b/c` of `a/b/c`.
pub(crate) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain(std::iter::once(path))
}
