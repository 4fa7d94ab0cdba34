//! How long the lints take over the sources of the census, and how much memory: one crate after the other, beside `syn`,
//! which does no more than parse them, and all of them as one workspace. Then over a share of them beside `ast-grep` and `semgrep`, which have one rule for each of ours
//! whose shape they can say (`benches/peers/`), each program in a process of its own, in turns.
//!
//! `cargo bench --profile gate -p gatefold-lints --bench beside_peers`, once `cargo xtask census` has had cargo unpack the
//! sources. Needs GNU time, which tells what a process took. Peers are taken from the search path. What is told are
//! medians, with the least and the most; `GATEFOLD_RUNS` says how many runs there are.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gatefold_lints as lints;
use lints::census::{Records, Source, measure};
use mimalloc::MiMalloc;
use source::{Cache, Code, Tree};

/// That of the released program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The words that make this program the one that is measured: folders are judged each for itself, or one as a whole.
const EACH: &str = "each";
const WHOLE: &str = "whole";
/// The word that makes it one that only parses.
const PARSE: &str = "parse";

/// Runs of each program, unless `GATEFOLD_RUNS` says otherwise.
const RUNS: usize = 5;

/// Every so many crates of the census are shown to the peers, of which one reads a quarter of a megabyte a second.
const SHARE: usize = 29;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, word, folders @ ..] if word == EACH => folders.iter().for_each(|folder| each(Path::new(folder))),
        [_, word, root] if word == WHOLE => whole(Path::new(root)),
        [_, word, folders @ ..] if word == PARSE => {
            source::with_stack(|| folders.iter().for_each(|folder| parse(Path::new(folder))));
        }
        _ => compare(),
    }
}

/// What is measured of ours: a crate is read and judged.
fn each(folder: &Path) {
    let source = Source { name: String::new(), version: String::new() };
    let measured = measure(&source, folder).expect("the guard looks");
    println!("{}", measured.hits.values().map(Vec::len).sum::<usize>());
}

/// The same for many crates that are one workspace.
fn whole(root: &Path) {
    let mut paths = Vec::new();
    list(root, Path::new(""), &mut paths);
    let tree = Tree::from_disk(root, paths);
    let code = Code::read_for_looks(&tree, &Cache::off());
    let checked = lints::check(&code, &tree, &lints::Policy::default(), None).expect("the guard looks");
    println!("{}", checked.findings.len());
}

/// The least that anybody does who judges trees of `syn`: reads each file, parses it, and drops the tree.
fn parse(folder: &Path) {
    let mut paths = Vec::new();
    list(folder, Path::new(""), &mut paths);
    let rust = paths.iter().filter(|path| path.ends_with(".rs"));
    let parsed = rust.filter(|path| {
        let text = fs::read_to_string(folder.join(path)).unwrap_or_default();
        let is_parsed = syn::parse_file(&text).is_ok();
        proc_macro2::extra::invalidate_current_thread_spans();
        is_parsed
    });
    println!("{}", parsed.count());
}

fn compare() {
    let folders = match unpacked() {
        Ok(folders) => folders,
        Err(missing) => return println!("skipped: {missing}"),
    };
    let runs = std::env::var("GATEFOLD_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let bench = Bench { runs, this: std::env::current_exe().expect("this program has a path") };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{runs} runs of each on {cores} cores, load {}", load());

    title(&format!("the census: {} crates", folders.len()), &folders);
    let alone = [("each crate for itself", bench.each(&folders)), ("syn alone", bench.parse(&folders))];
    bench.rows(&alone, bytes(&folders));
    let workspace = workspace(&folders);
    bench.rows(&[("one workspace", bench.whole(workspace.path()))], bytes(&folders));
    drop(workspace);

    let share: Vec<PathBuf> = folders.into_iter().step_by(SHARE).collect();
    title("beside others", &share);
    let peers =
        [("gatefold", bench.each(&share)), ("ast-grep", ast_grep(&share)), ("semgrep", semgrep(&share))];
    bench.rows(&peers, bytes(&share));
}

struct Bench {
    runs: usize,
    this: PathBuf,
}

impl Bench {
    fn each(&self, folders: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.this);
        command.arg(EACH).args(folders);
        command
    }

    fn parse(&self, folders: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.this);
        command.arg(PARSE).args(folders);
        command
    }

    fn whole(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.this);
        command.arg(WHOLE).arg(root);
        command
    }

    /// Runs the programs in turns and prints what each took, and its ratio to the first.
    fn rows(&self, programs: &[(&str, Command)], bytes: u64) {
        let mut took: Vec<Vec<Took>> = programs.iter().map(|_| Vec::new()).collect();
        for _ in 0..self.runs {
            for ((_, command), took) in programs.iter().zip(&mut took) {
                took.extend(run(command));
            }
        }
        println!(
            "  {:22} {:>24} {:>9} {:>8} {:>11} {:>8}",
            "", "cpu s", "wall s", "peak MB", "MB/s a core", "ratio"
        );
        let ours = median(took[0].iter().map(|took| took.cpu));
        for ((name, _), took) in programs.iter().zip(&took) {
            if took.is_empty() {
                println!("  {name:22} not measured: it, or `time`, is not on the path");
                continue;
            }
            let cpu = median(took.iter().map(|took| took.cpu));
            let least = took.iter().map(|took| took.cpu).fold(f64::INFINITY, f64::min);
            let most = took.iter().map(|took| took.cpu).fold(0.0, f64::max);
            let (wall, peak) =
                (median(took.iter().map(|took| took.wall)), median(took.iter().map(|took| took.peak)));
            let spread = format!("{cpu:.2} ({least:.2} to {most:.2})");
            println!(
                "  {name:22} {spread:>24} {wall:>9.2} {peak:>8.0} {:>11.2} {:>7.1}x",
                bytes as f64 / 1e6 / cpu,
                cpu / ours
            );
        }
    }
}

/// One thread: what is compared is processor time, and threads that wait for each other take some of it.
fn ast_grep(folders: &[PathBuf]) -> Command {
    let mut command = Command::new("ast-grep");
    command.args(["scan", "--threads", "1", "--no-ignore", "hidden", "--report-style", "short", "--rule"]);
    command.arg(rules("ast-grep.yml")).args(folders);
    command
}

fn semgrep(folders: &[PathBuf]) -> Command {
    let mut command = Command::new("semgrep");
    command.args([
        "scan",
        "--metrics",
        "off",
        "--disable-version-check",
        "--no-git-ignore",
        "--quiet",
        "--jobs",
        "1",
    ]);
    command.args(["--max-target-bytes", "0", "--config"]).arg(rules("semgrep.yml")).args(folders);
    command
}

fn rules(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(name)
}

/// The folders of the census' sources, or what is missing.
fn unpacked() -> Result<Vec<PathBuf>, String> {
    let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("census");
    let records = Records::read(&records).map_err(|error| error.to_string())?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.ok_or("no CARGO_HOME and no HOME")?.join("registry/src");
    let registries = fs::read_dir(&sources).map_err(|error| format!("`{}`: {error}", sources.display()))?;
    let registries: Vec<PathBuf> = registries.flatten().map(|registry| registry.path()).collect();
    let folder = |source: &Source| {
        let found = registries.iter().map(|registry| registry.join(source.folder()));
        let missing = || format!("`{}` is not unpacked; `cargo xtask census` has that done", source.folder());
        found.into_iter().find(|folder| folder.is_dir()).ok_or_else(missing)
    };
    records.pinned.iter().map(folder).collect()
}

/// All crates as members of one workspace.
fn workspace(folders: &[PathBuf]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    for folder in folders {
        let mut paths = Vec::new();
        list(folder, Path::new(""), &mut paths);
        for path in paths {
            let to = root.path().join(folder.file_name().expect("it has a name")).join(&path);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder is made");
            fs::copy(folder.join(&path), to).expect("it is copied");
        }
    }
    fs::write(root.path().join("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\n").expect("it is written");
    root
}

/// Every file below a folder, by path from it.
fn list(root: &Path, below: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(below)).expect("it can be listed").flatten() {
        let (path, kind) = (below.join(entry.file_name()), entry.file_type().expect("it has a type"));
        match path.to_str() {
            _ if kind.is_dir() => list(root, &path, paths),
            Some(path) if kind.is_file() => paths.push(path.to_owned()),
            _ => {}
        }
    }
}

/// Bytes of Rust.
fn bytes(folders: &[PathBuf]) -> u64 {
    let of = |folder: &PathBuf| {
        let mut paths = Vec::new();
        list(folder, Path::new(""), &mut paths);
        let rust = paths.iter().filter(|path| path.ends_with(".rs"));
        rust.map(|path| fs::metadata(folder.join(path)).map_or(0, |file| file.len())).sum::<u64>()
    };
    folders.iter().map(of).sum()
}

fn title(title: &str, folders: &[PathBuf]) {
    println!("\n{title}, {:.1} MB of Rust", bytes(folders) as f64 / 1e6);
}

/// What a process took.
struct Took {
    /// Seconds.
    wall: f64,
    /// Seconds of all its threads and children.
    cpu: f64,
    /// Most memory of it at a time, in MB.
    peak: f64,
}

/// None where the program, or `time`, is not there.
fn run(command: &Command) -> Option<Took> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%e %U %S %M"]).arg(command.get_program()).args(command.get_args());
    let output = timed.stdout(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let figures: Vec<f64> =
        said.lines().last()?.split(' ').filter_map(|figure| figure.parse().ok()).collect();
    let [wall, user, system, kibibytes] = figures[..] else { return None };
    // 127: there is no such program. Both peers end with 1 where they find something that blocks.
    let ran = matches!(output.status.code(), Some(0 | 1));
    assert!(ran || output.status.code() == Some(127), "{command:?}: {said}");
    ran.then_some(Took { wall, cpu: user + system, peak: kibibytes * 1024.0 / 1e6 })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or_default().to_owned()
}
