//! The configuration that clippy is given: that of the base, wherever head's says something else.

use std::path::Path;

use findings::digest;
use source::{Change, Tree};

/// The names under which clippy looks for it, in each folder upwards.
const NAMES: [&str; 2] = [".clippy.toml", "clippy.toml"];
/// What is set where the configuration is silent about it.
const INVALID_TYPES: &str = "await-holding-invalid-types";
const ENTERED: &str = "[\"tracing::span::Entered\", \"tracing::span::EnteredSpan\"]";

/// The text that judges a folder of packages: the nearest one upwards at the base, or at head where there is no base.
pub(super) fn of(change: &Change, folder: &str) -> String {
    let tree = change.base.as_ref().unwrap_or(&change.head);
    let wider =
        change.repository.as_ref().map(|wider| (wider.base.as_ref().unwrap_or(&wider.head), &wider.prefix));
    let found = nearest(tree, folder).or_else(|| {
        let (tree, prefix) = wider?;
        nearest(tree, prefix)
    });
    with_default(&found.unwrap_or_default())
}

fn nearest(tree: &Tree, folder: &str) -> Option<String> {
    let folders = Path::new(folder).ancestors();
    folders.flat_map(|folder| NAMES.map(|name| folder.join(name))).find_map(|path| {
        let text = tree.text(path.to_str()?).ok()?;
        Some(text.to_string())
    })
}

/// A key stands before every table.
fn with_default(text: &str) -> String {
    match text.contains(INVALID_TYPES) {
        true => text.to_owned(),
        false => format!("{INVALID_TYPES} = {ENTERED}\n{text}"),
    }
}

/// Fails where the judged tree would take from clippy what it is asked to look for: cargo sets what `[env]` says for every
/// program that it starts.
pub(super) fn refuse_arguments(tree: &Tree) -> Result<(), String> {
    let is_config = |path: &&str| {
        [".cargo/config.toml", ".cargo/config"].iter().any(|name| {
            path.strip_suffix(name).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        })
    };
    let sets = |path: &str| tree.text(path).is_ok_and(|text| text.contains("CLIPPY_ARGS"));
    match tree.paths().filter(is_config).find(|path| sets(path)) {
        Some(path) => Err(format!(
            "`{path}` sets `CLIPPY_ARGS`, which is how clippy is told what to look for; take it out"
        )),
        None => Ok(()),
    }
}

/// Writes a configuration below a folder and gives the folder that clippy is to look in: the same one for the same text,
/// so that what clippy found before is still known to cargo.
pub(super) fn write(text: &str, below: &Path) -> std::io::Result<std::path::PathBuf> {
    let folder = below.join(&digest(text.as_bytes())[..16]);
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(NAMES[1]);
    if std::fs::read(&file).ok().as_deref() != Some(text.as_bytes()) {
        let new = folder.join("clippy.toml.new");
        std::fs::write(&new, text)?;
        std::fs::rename(new, file)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bases_nearest_file_judges_and_heads_only_where_there_is_no_base() {
        let base = || Tree::from_memory([("clippy.toml", "# root\n"), ("a/.clippy.toml", "# a\n")]);
        let head = || Tree::from_memory([("clippy.toml", "# other\n"), ("b/clippy.toml", "# b\n")]);
        let check = |base: Option<Tree>, folder: &str, expected: &str| {
            let found = of(&Change::of_trees(base, head()), folder);
            assert!(found.ends_with(expected), "{folder}: {found}");
        };
        check(Some(base()), "", "# root\n");
        check(Some(base()), "a/src", "# a\n");
        check(Some(base()), "b", "# root\n");
        check(None, "b", "# b\n");
        check(Some(Tree::from_memory([("x", "")])), "b", &format!("{ENTERED}\n"));
    }

    #[test]
    fn a_tree_that_says_what_clippy_looks_for_is_refused() {
        let check = |path: &str, text: &str, refused: bool| {
            let tree = Tree::from_memory([(path, text)]);
            assert_eq!(refuse_arguments(&tree).is_err(), refused, "{path}: {text}");
        };
        let env = "[env]\nCLIPPY_ARGS = { value = \"\", force = true }\n";
        check(".cargo/config.toml", env, true);
        check("app/.cargo/config", env, true);
        check(".cargo/config.toml", "[env]\nCLIPPY_CONF_DIR = \".\"\n", false);
        check("docs.cargo/config.toml", env, false);
    }

    #[test]
    fn a_default_stands_before_what_is_there_and_gives_way_to_it() {
        let written = with_default("msrv = \"1.80\"\n[x]\n");
        assert_eq!(written, format!("{INVALID_TYPES} = {ENTERED}\nmsrv = \"1.80\"\n[x]\n"));
        let own = "await-holding-invalid-types = []\n";
        assert_eq!(with_default(own), own);
    }
}
