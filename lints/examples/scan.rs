//! Runs every rule over folders of Rust code and prints what it finds, with counts and lines a second.
//!
//! `cargo run --release -p gatefold-lints --example scan -- [--rule ID] [--quiet] [--texts] FOLDER..`
//!
//! With `--texts` every file is looked at, not only Rust and manifests. Time is that of the rules, parsing included,
//! and, apart from it, that of everything.

#![expect(clippy::print_stdout, reason = "an example for the command line")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use findings::Finding;
use gatefold_lints as lints;
use mimalloc::MiMalloc;
use source::{Cache, Code, Tree};

/// That of the released program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::io::Result<()> {
    let mut rule = None;
    let mut quiet = false;
    let mut texts = false;
    let mut folders = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rule" => rule = arguments.next(),
            "--quiet" => quiet = true,
            "--texts" => texts = true,
            _ => folders.push(argument),
        }
    }

    let mut lines = 0;
    let mut bytes = 0;
    let mut files = 0;
    let mut time = Duration::ZERO;
    let mut whole = Duration::ZERO;
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for folder in &folders {
        let folder = Path::new(folder);
        let mut paths = Vec::new();
        list(folder, Path::new(""), texts, &mut paths)?;
        for path in &paths {
            if let Ok(text) = std::fs::read_to_string(folder.join(path)) {
                files += 1;
                lines += text.lines().count();
                bytes += text.len();
            }
        }
        let tree = Tree::from_disk(folder, paths);
        let begin = Instant::now();
        let code = Code::read_for_looks(&tree, &Cache::off());
        let start = Instant::now();
        let checked = lints::check(&code, &tree, &lints::Policy::default(), None);
        time += start.elapsed();
        whole += begin.elapsed();
        let checked = checked.map_err(std::io::Error::other)?;
        for finding in checked.findings {
            *counts.entry((finding.rule.id, finding.level.name())).or_default() += 1;
            if !quiet && rule.as_deref().is_none_or(|rule| rule == finding.rule.id) {
                show(folder, &finding);
            }
        }
    }

    println!("{files} files, {lines} lines, {:.1} MB", bytes as f64 / 1e6);
    let seconds = time.as_secs_f64();
    println!(
        "{seconds:.2} s, {:.0} lines/s, {:.1} MB/s",
        lines as f64 / seconds,
        bytes as f64 / 1e6 / seconds
    );
    println!("{:.2} s with reading and resolving", whole.as_secs_f64());
    for ((rule, level), count) in counts {
        println!("{count:>6} {rule} {level}, {:.2} per 100,000 lines", count as f64 * 1e5 / lines as f64);
    }
    Ok(())
}

fn show(folder: &Path, finding: &Finding) {
    let file = finding.file().unwrap_or_default();
    let line = finding.location.as_ref().and_then(|location| location.span).map_or(0, |span| span.line);
    let (rule, level) = (finding.rule.id, finding.level.name());
    let item = finding.facts.last().map_or("-", String::as_str);
    println!("{}/{file}:{line}: {rule}: {level}: {}: in {item}", folder.display(), finding.message);
}

/// Every Rust file and manifest below a folder, or every file, by path from it.
fn list(root: &Path, below: &Path, texts: bool, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        let kind = entry.file_type()?;
        let name = path.to_string_lossy().into_owned();
        if kind.is_dir() {
            list(root, &path, texts, paths)?;
        } else if kind.is_file() && (texts || name.ends_with(".rs") || name.ends_with("Cargo.toml")) {
            paths.push(name);
        }
    }
    Ok(())
}
