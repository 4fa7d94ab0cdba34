//! Runs the guard over folders with every module held to be acyclic: `survey DIR..` prints what it saw and how long it
//! took.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use arch::{Acyclic, Policy};
use source::{Cache, Code, Tree};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for folder in std::env::args().skip(1).map(PathBuf::from) {
        let mut paths = Vec::new();
        list(&folder, &folder, &mut paths)?;
        let tree = Tree::from_disk(&folder, paths);
        let start = Instant::now();
        let code = Code::read(&tree, &Cache::off());
        let read = start.elapsed();
        let everything = Acyclic {
            members: ["*", "*::*", "*::*::*"].map(str::to_owned).to_vec(),
            because: "this is a survey".to_owned(),
            instead: None,
            except: Vec::new(),
            fails_on: None,
        };
        let acyclic = BTreeMap::from([("everything".to_owned(), everything)]);
        let start = Instant::now();
        let checked = arch::check(&code, &tree, &Policy { acyclic, ..Policy::default() })?;
        println!(
            "{}: read in {read:.1?}, judged in {:.1?}; {:?}, {:?} unresolved, {} findings",
            folder.file_name().unwrap_or_default().to_string_lossy(),
            start.elapsed(),
            checked.counts,
            checked.unresolved,
            checked.findings.len()
        );
        for finding in &checked.findings {
            println!("  {} {}", finding.rule.id, finding.message);
            for note in &finding.notes {
                let place =
                    note.location.as_ref().map(|place| (&place.file, place.span.map(|span| span.line)));
                println!("      {place:?} {}", note.text);
            }
        }
    }
    Ok(())
}

/// Every file below a folder, by its path from the root; without what builds leave behind.
fn list(root: &Path, folder: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with(".git") {
                list(root, &path, paths)?;
            }
        } else if let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            paths.push(path.to_owned());
        }
    }
    Ok(())
}
