//! `buf lint`, asked about the protos of a tree under the configuration of another.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use findings::{Finding, Location, Span};
use serde::Deserialize;
use service::Tool;
use source::Tree;

use crate::rules::buf_lint::BUF_LINT;

/// How long it may take. A tree of 7,000 files takes a minute and a half.
const WITHIN: Duration = Duration::from_secs(300);

/// The files that say what buf looks for.
const CONFIGURATION: [&str; 3] = ["buf.yaml", "buf.work.yaml", "buf.lock"];

/// What buf calls a proto that it cannot compile, where it names rules.
const COMPILE: &str = "COMPILE";

/// One line of `--error-format json`.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    path: String,
    start_line: Option<u32>,
    start_column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    r#type: String,
    message: String,
}

/// Whether a tree says what buf looks for.
pub(super) fn is_configured(tree: &Tree) -> bool {
    tree.paths().any(is_configuration)
}

fn is_configuration(path: &str) -> bool {
    CONFIGURATION.contains(&path.rsplit('/').next().unwrap_or_default())
}

/// What it finds in a copy of the protos, or why it could not be asked. Without a configuration the copy has one of its own:
/// the roots that the protos were compiled from are its modules, and buf looks for what it looks for by default.
pub(super) fn ask(
    tool: Option<&Tool>,
    tree: &Tree,
    configured: &Tree,
    roots: &[String],
) -> Result<Vec<Finding>, String> {
    let tool = tool.ok_or("it is not installed, and `contracts.lint.buf` requires it")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let protos_of_tree = protos(tree).map(|path| (tree, path));
    let settings = configured.paths().filter(|path| is_configuration(path)).map(|path| (configured, path));
    for (from, path) in protos_of_tree.chain(settings) {
        let text = from.read(path).map_err(|error| error.to_string())?;
        write(folder.path(), path, &text).map_err(|error| error.to_string())?;
    }
    if !is_configured(configured) {
        let text = modules(tree, roots);
        write(folder.path(), CONFIGURATION[0], text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let (until, folders) = (Instant::now() + WITHIN, folders(configured));
    let used: BTreeSet<&str> =
        protos(tree).filter_map(|path| above(path).find(|at| folders.contains(at))).collect();
    let mut findings = Vec::new();
    for below in used {
        let left = until.saturating_duration_since(Instant::now());
        let rows = rows(tool, &folder.path().join(below), left)?;
        findings.extend(rows.into_iter().map(|row| finding(below, row)));
    }
    Ok(findings)
}

/// The folders that buf is asked in: the root, or where only folders below it are configured, the outermost of them.
fn folders(configured: &Tree) -> BTreeSet<&str> {
    let files = configured.paths().filter(|path| is_configuration(path));
    let found: BTreeSet<&str> = files.filter_map(|path| above(path).next()).collect();
    let is_outermost = |folder: &&str| !above(folder).any(|outer| found.contains(outer));
    let outermost: BTreeSet<&str> = found.iter().copied().filter(is_outermost).collect();
    if outermost.is_empty() { BTreeSet::from([""]) } else { outermost }
}

/// How many protos lie where nothing configures buf, while it is configured elsewhere.
pub(super) fn unasked(tree: &Tree, configured: &Tree) -> usize {
    let folders = folders(configured);
    protos(tree).filter(|path| !above(path).any(|folder| folders.contains(folder))).count()
}

/// The folders that a path lies in, from the inside out, and the root.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(folder_of(path), |folder| folder_of(folder))
}

/// The folder that a path lies in; that of the root is none.
fn folder_of(path: &str) -> Option<&str> {
    (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn protos(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.paths().filter(|path| path.ends_with(".proto"))
}

/// What buf says in a folder, or why it could not be asked there.
fn rows(tool: &Tool, folder: &Path, within: Duration) -> Result<Vec<Row>, String> {
    let said =
        tool.run(&["lint", "--error-format", "json"], folder, within).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&said.output);
    let rows: Result<Vec<Row>, _> = text.lines().map(serde_json::from_str).collect();
    match (said.status, rows) {
        (Some(0), Ok(rows)) if rows.is_empty() => Ok(rows),
        (Some(100), Ok(rows)) if !rows.is_empty() => match rows.iter().find(|row| row.r#type == COMPILE) {
            // It has looked at nothing else then.
            Some(row) => Err(uncompiled(row)),
            None => Ok(rows),
        },
        _ => Err(said.complaint.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// A `buf.yaml` that says where imports start from. Every proto belongs to the innermost root, as where they are compiled, and
/// roots without protos are left out, which buf refuses.
fn modules(tree: &Tree, roots: &[String]) -> String {
    let roots: BTreeSet<&str> = roots.iter().map(String::as_str).collect();
    let root_of = |path| above(path).find(|folder| roots.contains(folder));
    let used: BTreeSet<&str> = protos(tree).filter_map(root_of).collect();
    let module = |root: &&str| {
        let inner = used.iter().filter(|other| above(other).any(|outer| outer == *root)).collect::<Vec<_>>();
        serde_json::json!({ "path": if root.is_empty() { "." } else { root }, "excludes": inner })
    };
    // JSON is YAML, and quotes whatever folders are called.
    let modules: Vec<_> = used.iter().map(module).collect();
    serde_json::json!({ "version": "v2", "modules": modules }).to_string()
}

fn uncompiled(row: &Row) -> String {
    let line = row.start_line.unwrap_or(1);
    format!("it cannot compile `{}` (line {line}: {}), so that it looked at nothing", row.path, row.message)
}

fn write(folder: &Path, path: &str, text: &[u8]) -> std::io::Result<()> {
    let file = folder.join(path);
    if let Some(above) = file.parent() {
        std::fs::create_dir_all(above)?;
    }
    std::fs::write(file, text)
}

/// Its paths count from the folder that it was asked in.
fn finding(folder: &str, mut row: Row) -> Finding {
    if !folder.is_empty() {
        row.path = format!("{folder}/{}", row.path);
    }
    let span = || {
        let (line, column) = (row.start_line?, row.start_column?);
        let end = (row.end_line.unwrap_or(line), row.end_column.unwrap_or(column));
        Some(Span { line, column, end_line: end.0, end_column: end.1 })
    };
    let place = span().map_or_else(|| Location::file(&row.path), |span| Location::at(&row.path, span));
    let said = row.message.trim_end_matches('.').replace('`', "'").replace('"', "`");
    Finding::new(&BUF_LINT, place, format!("buf's `{}`: {said}", row.r#type))
        .help(format!("write it as `{}` says, or leave that out in `buf.yaml`", row.r#type))
        .fact(row.r#type)
        .fact(said)
}
