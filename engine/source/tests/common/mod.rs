//! Small workspaces written as one text.

use gatefold_source::{Cache, Code, Tree};

/// Files in one text: each begins with a line `== path`.
fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        if let Some(path) = line.strip_prefix("== ") {
            files.push((path.trim().to_owned(), String::new()));
        } else if let Some((_, content)) = files.last_mut() {
            content.push_str(line);
            content.push('\n');
        }
    }
    files
}

/// The code of such files.
pub(crate) fn read(text: &str, cache: &Cache) -> Code {
    Code::read(&Tree::from_memory(files(text)), cache)
}
