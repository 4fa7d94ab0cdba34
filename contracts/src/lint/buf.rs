//! `buf lint`, asked about the protos of a tree under the configuration of another.

use std::path::Path;
use std::time::Duration;

use findings::{Finding, Location, Span};
use serde::Deserialize;
use service::Tool;
use source::Tree;

use crate::rules::buf_lint::BUF_LINT;

/// How long it may take. A tree of 7,000 files takes a minute and a half.
const WITHIN: Duration = Duration::from_secs(300);

/// The files that say what buf looks for.
const CONFIGURATION: [&str; 3] = ["buf.yaml", "buf.work.yaml", "buf.lock"];

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

/// What it finds in a copy of the protos, or why it could not be asked.
pub(super) fn ask(tool: Option<&Tool>, tree: &Tree, configured: &Tree) -> Result<Vec<Finding>, String> {
    let tool = tool.ok_or("it is not installed, and `contracts.lint.buf` requires it")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let protos = tree.paths().filter(|path| path.ends_with(".proto")).map(|path| (tree, path));
    let settings = configured.paths().filter(|path| is_configuration(path)).map(|path| (configured, path));
    for (from, path) in protos.chain(settings) {
        let text = from.read(path).map_err(|error| error.to_string())?;
        write(folder.path(), path, &text).map_err(|error| error.to_string())?;
    }
    let said = tool
        .run(&["lint", "--error-format", "json"], folder.path(), WITHIN)
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&said.output);
    let rows: Result<Vec<Row>, _> = text.lines().map(serde_json::from_str).collect();
    match (said.status, rows) {
        (Some(0), Ok(rows)) if rows.is_empty() => Ok(Vec::new()),
        (Some(100), Ok(rows)) if !rows.is_empty() => Ok(rows.into_iter().map(finding).collect()),
        _ => Err(said.complaint.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

fn write(folder: &Path, path: &str, text: &[u8]) -> std::io::Result<()> {
    let file = folder.join(path);
    if let Some(above) = file.parent() {
        std::fs::create_dir_all(above)?;
    }
    std::fs::write(file, text)
}

fn finding(row: Row) -> Finding {
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
