//! Where two git trees differ, found without a look into folders that are the same.

use std::collections::BTreeSet;

use git2::{ObjectType, Repository, Tree, TreeEntry};

/// How many places are looked for: for more than that, comparing all costs no more.
const FEW: usize = 64;

/// The paths at which files of two trees differ, if those are few and no folder is in one tree alone. libgit2 reads every
/// folder of both trees to compare them, unless it is told where. It walks such a list forward only: files stand in it as they
/// stand in trees, but `a`, a folder, before `a-b`, where a tree has it behind.
pub(super) fn few_paths(
    repository: &Repository,
    base: &Tree<'_>,
    head: &Tree<'_>,
) -> Result<Option<Vec<Vec<u8>>>, git2::Error> {
    let mut found = Vec::new();
    let mut folders = vec![(Vec::new(), base.clone(), head.clone())];
    while let Some((folder, base, head)) = folders.pop() {
        let entries: Vec<TreeEntry<'_>> = base.iter().chain(head.iter()).collect();
        let names: BTreeSet<&[u8]> = entries.iter().map(TreeEntry::name_bytes).collect();
        for name in names {
            let (old, new) = (base.get_name_bytes(name), head.get_name_bytes(name));
            if old.as_ref().map(content) == new.as_ref().map(content) {
                continue;
            }
            let path = [&folder, name].concat();
            match (old.as_ref().and_then(folder_of), new.as_ref().and_then(folder_of)) {
                (Some(old), Some(new)) => {
                    let inside = [&path[..], b"/"].concat();
                    folders.push((inside, repository.find_tree(old)?, repository.find_tree(new)?));
                }
                (None, None) => found.push(path),
                _ => return Ok(None),
            }
            if found.len() + folders.len() > FEW {
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}

fn content(entry: &TreeEntry<'_>) -> (git2::Oid, i32) {
    (entry.id(), entry.filemode_raw())
}

fn folder_of(entry: &TreeEntry<'_>) -> Option<git2::Oid> {
    (entry.kind() == Some(ObjectType::Tree)).then(|| entry.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::FileMode;
    use git2::build::TreeUpdateBuilder;

    /// A tree of files by path, with what they say; `+x` makes one executable.
    fn tree<'r>(repository: &'r Repository, files: &[(&str, &str)]) -> Tree<'r> {
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in files {
            let mode = if *text == "+x" { FileMode::BlobExecutable } else { FileMode::Blob };
            update.upsert(
                *path,
                repository.blob(text.trim_start_matches("+x").as_bytes()).expect("a blob"),
                mode,
            );
        }
        let empty = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree");
        let empty = repository.find_tree(empty).expect("a tree");
        let id = update.create_updated(repository, &empty).expect("a tree");
        repository.find_tree(id).expect("a tree")
    }

    fn check(base: &[(&str, &str)], head: &[(&str, &str)], expected: Option<&[&str]>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Repository::init_bare(folder.path()).expect("a repository");
        let (base, head) = (tree(&repository, base), tree(&repository, head));
        let paths = few_paths(&repository, &base, &head).expect("the trees are read");
        let paths = paths.map(|paths| {
            let mut paths: Vec<String> =
                paths.into_iter().map(|path| String::from_utf8(path).expect("UTF-8")).collect();
            paths.sort();
            paths
        });
        assert_eq!(paths, expected.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect()));
    }

    #[test]
    fn two_trees_differ_where_files_do_and_not_where_a_folder_came_or_went() {
        let base = [("a", ""), ("lib/b", "1"), ("lib/deep/c", "1"), ("old/d", ""), ("same/e", "")];
        check(&base, &base, Some(&[]));
        let head = [("a", "+x"), ("lib/b", "2"), ("lib/deep/c", "1"), ("lib/new", ""), ("same/e", "")];
        check(&base[..3], &head[..4], Some(&["a", "lib/b", "lib/new"]));
        check(&base, &head, None);
        check(&base[..3], &[("a/b", ""), ("lib/b", "1"), ("lib/deep/c", "1")], None);
    }

    #[test]
    fn many_differences_are_not_listed() {
        let names: Vec<String> = (0..=FEW).map(|number| format!("f{number}")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        check(&[], &files, None);
        let most: Vec<&str> = names[..FEW].iter().map(String::as_str).collect();
        let mut sorted = most.clone();
        sorted.sort_unstable();
        check(&[], &files[..FEW], Some(&sorted));
    }
}
