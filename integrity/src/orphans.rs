//! Snapshots that their test no longer reads, while another text takes their place.
//!
//! `insta` keeps the snapshots of `src/page.rs` in `src/snapshots`, under the module and a name: one that the assertion is given,
//! or that of the test without `test_`. An assertion that is given another name, a test in another module, and a setting leave
//! the old file where it is, unchanged and unread (<https://insta.rs/docs/snapshot-files>).

use std::collections::BTreeSet;

use source::{ChangeKind, FileChange, Tree};

use crate::Scene;
use crate::facts::{Assertion, Form, Function, Role, is_literal};
use crate::matching::reachable;
use crate::rust::{At, by_name};
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
        let reads = |(other, code): &(&str, String)| {
            (*other == path || may_read(other, snapshot)) && names(code, name)
        };
        let is_left = said.source.ends_with(source)
            && names(&before, name)
            && (!after.iter().any(reads) || is_read_elsewhere(scene, path, name));
        let instead = is_left.then(|| instead(&said, scene, &after, (&before, snapshot)))??;
        Some(Orphan { path: snapshot.to_owned(), instead })
    };
    snapshots.filter_map(orphan).collect()
}

/// Whether the snapshots of a file of code are looked for where a snapshot lies: beside its folder, and under its module.
fn may_read(code: &str, snapshot: &str) -> bool {
    let (folder, source) = code.rsplit_once('/').unwrap_or(("", code));
    let stem = source.trim_end_matches(".rs");
    let beside = snapshot
        .rsplit_once('/')
        .map(|(folder, _)| folder.trim_end_matches("snapshots").trim_end_matches('/'));
    let mut modules = snapshot.rsplit('/').next().unwrap_or_default().split("__");
    beside == Some(folder) && (["lib", "main", "mod"].contains(&stem) || modules.any(|module| module == stem))
}

/// Settings that say where a snapshot lies.
const SETTINGS: [&str; 3] = ["prepend_module_to_snapshot", "snapshot_path", "snapshot_suffix"];

/// Whether each test of a file that names a snapshot is told to look for it elsewhere than at the base, or asks for none of that
/// name.
fn is_read_elsewhere(scene: &Scene<'_>, path: &str, name: &str) -> bool {
    let helpers = [true, false].map(|at_base| scene.rust.functions(at_base, Role::Helper));
    let [base_helpers, head_helpers] = [by_name(&helpers[0]), by_name(&helpers[1])];
    let set = |tokens: Vec<String>| -> BTreeSet<String> {
        let is_one = |token: &str| SETTINGS.contains(&token.trim_start_matches("set_"));
        let settings = tokens.windows(4).filter(|four| is_one(&four[0]));
        settings.map(|four| four.join(" ").replace("= >", "(")).collect()
    };
    let is_told = |base: At<'_>, head: At<'_>| {
        set(reachable(base, &base_helpers)) != set(reachable(head, &head_helpers))
    };
    let asks = |at: At<'_>| {
        let all = at.function.assertions.iter().filter(|one| one.form == Form::Snapshot);
        (all.clone().count(), all.filter(|one| may_ask(one, name)).count())
    };
    let asks_no_more = |base: At<'_>, head: At<'_>| asks(base).1 > 0 && matches!(asks(head), (1.., 0));
    let mut tests = of_snapshot(scene, path, name).peekable();
    tests.peek().is_some() && tests.all(|(base, head)| is_told(base, head) || asks_no_more(base, head))
}

/// Whether an assertion may ask for a snapshot in a file: it is given its name, none, or one that is not written down.
fn may_ask(assertion: &Assertion, name: &str) -> bool {
    let is_inline = assertion.expected.first().is_some_and(|text| is_literal(text));
    match assertion.subject.as_slice() {
        [text, comma, ..] if comma == "," && text.starts_with('"') => text.trim_matches('"') == name,
        _ => !is_inline,
    }
}

/// The tests of a file of the base that name a snapshot, beside those of head.
fn of_snapshot<'s>(
    scene: &'s Scene<'_>,
    path: &'s str,
    name: &'s str,
) -> impl Iterator<Item = (At<'s>, At<'s>)> {
    let text = format!("\"{name}\"");
    let is_it = move |function: &Function| {
        function.name.trim_start_matches("test_") == name || function.body.contains(&text)
    };
    let pairs =
        scene.tests.pairs.iter().filter(move |(base, _)| base.side.path == path && is_it(base.function));
    pairs.copied()
}

/// Whether a snapshot that is gone is written in its test now, as it was.
pub(crate) fn is_written_in_test(scene: &Scene<'_>, snapshot: &str) -> bool {
    let said = Snapshot::read(&text(scene.base, snapshot));
    said.zip(name(snapshot)).is_some_and(|(said, name)| writes(scene, &said, name))
}

/// Whether the test that names a snapshot has its text.
fn writes(scene: &Scene<'_>, said: &Snapshot, name: &str) -> bool {
    let body = dedent(&said.body);
    let is_source = |path: &str| said.source.ends_with(path) || path.ends_with(&said.source);
    let files =
        scene.change.files.iter().map(base_path).filter(|path| path.ends_with(".rs") && is_source(path));
    let mut tests = files.flat_map(|path| of_snapshot(scene, path, name));
    tests.any(|(_, head)| {
        let inline = head.function.assertions.iter().filter(|one| one.form == Form::Snapshot);
        inline
            .flat_map(|one| &one.expected)
            .any(|token| syn::parse_str::<syn::LitStr>(token).is_ok_and(|text| dedent(&text.value()) == body))
    })
}

/// A text without the white space around it, and without that which all of its lines begin with.
fn dedent(text: &str) -> String {
    let lines = || text.lines().skip_while(|line| line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start().len();
    let common = lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = lines().map(|line| line.get(common..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim_end().to_owned()
}

/// What takes the place of a snapshot and says something else.
fn instead(
    said: &Snapshot,
    scene: &Scene<'_>,
    after: &[(&str, String)],
    (before, snapshot): (&str, &str),
) -> Option<String> {
    let fresh = scene.change.files.iter().filter(|file| {
        matches!(file.kind, ChangeKind::Added | ChangeKind::Renamed) && file.path.ends_with(".snap")
    });
    let fresh: Vec<(&str, Snapshot)> = fresh
        .filter_map(|file| Some((&*file.path, Snapshot::read(&text(&scene.change.head, &file.path))?)))
        .collect();
    let own = name(snapshot)?;
    let is_read = |path: &str| name(path).is_some_and(|name| after.iter().any(|(_, code)| names(code, name)));
    if fresh.iter().any(|(path, new)| new.body == said.body && is_read(path)) || writes(scene, said, own) {
        return None;
    }
    let takes_place = |(path, new): &&(&str, Snapshot)| {
        let same = !said.expression.is_empty() && new.expression == said.expression;
        new.body != said.body && (same || name(path) == Some(own))
    };
    let by_file = fresh.iter().find(takes_place).map(|(path, _)| *path);
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
