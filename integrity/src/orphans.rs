//! Snapshots that their test no longer reads, while another text takes their place.
//!
//! `insta` keeps the snapshots of `src/page.rs` in `src/snapshots`, under the module and a name: one that the assertion is given,
//! or that of the test without `test_`. An assertion that is given another name leaves the old file where it is, unchanged and
//! unread (<https://insta.rs/docs/snapshot-files>).

use source::{ChangeKind, FileChange, Tree};

use crate::Scene;
use crate::scene::base_path;

/// A snapshot of the base that nobody reads any more.
pub(crate) struct Orphan {
    /// Where it lies, on both sides.
    pub(crate) path: String,
    /// What is read in its place: a new snapshot, or the file with one that is written in the test.
    pub(crate) instead: String,
}

/// All of them. One whose text stands elsewhere now was renamed, and one without anything in its place went with its test.
pub(crate) fn found(scene: &Scene<'_>) -> Vec<Orphan> {
    let sources = scene.change.files.iter().filter(|file| file.kind != ChangeKind::Added);
    sources.filter(|file| base_path(file).ends_with(".rs")).flat_map(|file| left_by(file, scene)).collect()
}

fn left_by(file: &FileChange, scene: &Scene<'_>) -> Vec<Orphan> {
    let path = base_path(file);
    let (folder, source) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { "snapshots/".to_owned() } else { format!("{folder}/snapshots/") };
    let head = &scene.change.head;
    let stays = |snapshot: &&str| {
        let name = snapshot.strip_prefix(&folder);
        name.is_some_and(|name| !name.contains('/') && name.ends_with(".snap"))
            && head.contains(snapshot)
            && !scene.change.files.iter().any(|file| base_path(file) == *snapshot)
    };
    let mut snapshots = scene.base.paths().filter(stays).peekable();
    if snapshots.peek().is_none() {
        return Vec::new();
    }
    let before = text(scene.base, path);
    let after: Vec<(&str, String)> = scene
        .change
        .files
        .iter()
        .filter(|file| file.kind != ChangeKind::Removed && file.path.ends_with(".rs"))
        .map(|file| (file.path.as_str(), text(head, &file.path)))
        .collect();
    let orphan = |snapshot: &str| {
        let said = Snapshot::read(&text(scene.base, snapshot))?;
        let name = name(snapshot)?;
        let is_left = said.source.ends_with(source)
            && names(&before, name)
            && !after.iter().any(|(_, code)| names(code, name));
        let instead = is_left.then(|| instead(&said, scene, &after, &before))??;
        Some(Orphan { path: snapshot.to_owned(), instead })
    };
    snapshots.filter_map(orphan).collect()
}

/// What takes the place of a snapshot and says something else.
fn instead(said: &Snapshot, scene: &Scene<'_>, after: &[(&str, String)], before: &str) -> Option<String> {
    let fresh = scene.change.files.iter().filter(|file| {
        matches!(file.kind, ChangeKind::Added | ChangeKind::Renamed) && file.path.ends_with(".snap")
    });
    let fresh: Vec<(&str, Snapshot)> = fresh
        .filter_map(|file| Some((&*file.path, Snapshot::read(&text(&scene.change.head, &file.path))?)))
        .collect();
    let is_written = |code: &str| code.contains(said.body.trim());
    if fresh.iter().any(|(_, new)| new.body == said.body) || after.iter().any(|(_, code)| is_written(code)) {
        return None;
    }
    let by_file = fresh.iter().find(|(_, new)| new.expression == said.expression).map(|(path, _)| *path);
    let inline = |code: &str| code.matches(", @").count();
    let by_text = || after.iter().find(|(_, code)| inline(code) > inline(before)).map(|(path, _)| *path);
    by_file.or_else(by_text).map(str::to_owned)
}

/// What a file of `insta` says.
struct Snapshot {
    source: String,
    expression: String,
    body: String,
}

impl Snapshot {
    fn read(text: &str) -> Option<Snapshot> {
        let (head, body) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
        let key = |key: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            line.map(|value| value.trim().to_owned())
        };
        Some(Snapshot {
            source: key("source")?,
            expression: key("expression").unwrap_or_default(),
            body: body.to_owned(),
        })
    }
}

/// The name of a snapshot without its module, its suffix and the number of its assertion: `page` of `app__page@slow-2.snap`.
fn name(path: &str) -> Option<&str> {
    let stem = path.rsplit('/').next()?.strip_suffix(".snap")?;
    let name = stem.rsplit("__").next()?.split('@').next()?;
    let counted = name.rsplit_once('-').filter(|(_, count)| count.bytes().all(|byte| byte.is_ascii_digit()));
    Some(counted.map_or(name, |(name, _)| name)).filter(|name| !name.is_empty())
}

/// Whether code names a snapshot: as a text, or by the name of a test.
fn names(code: &str, name: &str) -> bool {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let function = |start: &str| code.match_indices(start).any(|(at, _)| is_end(&code[at + start.len()..]));
    code.contains(&format!("\"{name}\""))
        || function(&format!("fn {name}"))
        || function(&format!("fn test_{name}"))
}

fn text(tree: &Tree, path: &str) -> String {
    tree.text(path).map(|text| text.to_string()).unwrap_or_default()
}
