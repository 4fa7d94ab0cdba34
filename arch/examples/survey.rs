//! Runs the guard over folders, each held to a policy or with every module held to be acyclic: `survey [POLICY.yaml]
//! DIR..` prints what it saw and how long it took.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use arch::{Acyclic, Policy, SECTION};
use policy::{Document, Schema, Section};
use source::{Cache, Code, Tree};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let file = arguments.first().is_some_and(|first| first.is_file()).then(|| arguments.remove(0));
    let policy = file.map(|file| read(&file)).transpose()?.unwrap_or_else(all_acyclic);
    for folder in arguments {
        let mut paths = Vec::new();
        list(&folder, &folder, &mut paths)?;
        let tree = Tree::from_disk(&folder, paths);
        let start = Instant::now();
        let code = Code::read(&tree, &Cache::off());
        let read = start.elapsed();
        let start = Instant::now();
        let checked = arch::check(&code, &tree, &policy)?;
        println!(
            "{}: read in {read:.1?}, judged in {:.1?}; {:?}, {:?} unresolved, {} findings",
            folder.file_name().unwrap_or_default().to_string_lossy(),
            start.elapsed(),
            checked.counts,
            checked.unresolved,
            checked.findings.len()
        );
        for finding in &checked.findings {
            let place =
                finding.location.as_ref().map(|place| (&place.file, place.span.map(|span| span.line)));
            println!("  {} {} {place:?} {}", finding.rule.id, finding.level.name(), finding.message);
            for note in &finding.notes {
                let place =
                    note.location.as_ref().map(|place| (&place.file, place.span.map(|span| span.line)));
                println!("      {place:?} {}", note.text);
            }
        }
    }
    Ok(())
}

/// The section `arch` of a policy.
fn read(file: &Path) -> Result<Policy, Box<dyn std::error::Error>> {
    static SECTIONS: &[Section] = &[SECTION];
    let text = std::fs::read_to_string(file)?;
    let document = Document::parse(&file.to_string_lossy(), &text, &Schema { sections: SECTIONS })?;
    Ok(document.section(SECTION.name)?)
}

/// A policy that lets no modules use each other in circles, at any of three depths.
fn all_acyclic() -> Policy {
    let everything = Acyclic {
        members: ["*", "*::*", "*::*::*"].map(str::to_owned).to_vec(),
        because: "this is a survey".to_owned(),
        instead: None,
        except: Vec::new(),
        fails_on: None,
    };
    Policy { acyclic: BTreeMap::from([("everything".to_owned(), everything)]), ..Policy::default() }
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
