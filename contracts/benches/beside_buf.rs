//! How long head's protos take against the base's, and how much memory, beside `buf breaking` in one run on the same
//! trees, each program in a process of its own.
//!
//! The tree is put together from packages of the registry that carry protos, as cargo has unpacked them. Needs a buf
//! binary (`GATEFOLD_BUF`, or `buf` on the path) and Linux, which tells what a process took. Runs of the two programs
//! take turns, and what is told are medians; `GATEFOLD_RUNS` says how many runs there are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use contracts::{Against, Breaking, Category, Outside, Policy, check_static_with};
use source::{Cache, Change, Code, Tree};

/// Packages that carry protos, and the folders in them that imports start from.
const PACKAGES: [(&str, &[&str]); 2] = [
    (
        "envoy-types-",
        &[
            "proto/data-plane-api",
            "proto/googleapis",
            "proto/xds",
            "proto/protoc-gen-validate",
            "proto/cel-spec/proto",
            "proto/client_model",
            "proto/opentelemetry-proto",
            "proto/ratelimit",
        ],
    ),
    ("etcd-client-", &["proto"]),
];
/// The word that makes this program the one that is measured: it, the base and the head.
const MEASURED: &str = "measured";
/// Runs of each program over each change, unless `GATEFOLD_RUNS` says otherwise.
const RUNS: usize = 5;

type Files = BTreeMap<String, String>;

/// What becomes of the tree.
type Edit = fn(&mut Files);

const WORKLOADS: [(&str, Edit); 5] = [
    ("nothing changed", |_| {}),
    ("a field is renumbered in a file that few import", |files| {
        break_in(files, "envoy/config/trace/v3/zipkin.proto");
    }),
    ("a field is renumbered in a file that most import", |files| {
        break_in(files, "envoy/config/core/v3/base.proto");
    }),
    ("every file has a comment more", |files| {
        files.values_mut().for_each(|text| text.push_str("\n// Another comment.\n"));
    }),
    ("a field is renumbered in every file", |files| {
        let names: Vec<String> = files.keys().filter(|name| name.starts_with("envoy/")).cloned().collect();
        names.iter().for_each(|name| break_in(files, name));
    }),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, word, base, head] if word == MEASURED => judge(Path::new(base), Path::new(head)),
        _ => compare(),
    }
}

/// Renumbers the first field of a file that has the number 1, if there is one.
fn break_in(files: &mut Files, name: &str) {
    if let Some(text) = files.get_mut(name) {
        *text = text.replacen(" = 1;", " = 1001;", 1);
    }
}

/// What is measured of ours: two folders are read and compared.
#[expect(clippy::print_stdout, reason = "whoever measures reads how much was found")]
fn judge(base: &Path, head: &Path) {
    let outside = Outside { against: Some(Against::folder(tree(base))), ..Outside::default() };
    let breaking = Breaking { category: Some(Category::File), ..Breaking::default() };
    let policy = Policy { breaking, protos: vec![".".to_owned()], ..Policy::default() };
    let change = Change::of_trees(None, Tree::from_memory::<String, String>([]));
    let change = Change { head: tree(head), ..change };
    let code = Code::read(&Tree::from_memory::<String, String>([]), &Cache::off());
    let codes = contracts::Codes { head: &|| &code, base: &|| None };
    let checked = check_static_with(&change, &policy, codes, &outside).expect("it can be looked at");
    println!("{}", checked.findings.len());
}

fn tree(root: &Path) -> Tree {
    Tree::from_disk(root, protos(root))
}

/// The protos below a folder.
fn protos(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect("the folder can be listed") {
            let entry = entry.expect("it can be listed");
            let path = folder.join(entry.file_name());
            match entry.file_type().expect("it has a type").is_dir() {
                true => open.push(path),
                false => {
                    found.extend(path.to_str().filter(|path| path.ends_with(".proto")).map(str::to_owned))
                }
            }
        }
    }
    found
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
fn compare() {
    let Some(buf) = buf() else {
        return println!("skipped: no buf binary in GATEFOLD_BUF or on the path");
    };
    if !Path::new("/proc/self/status").exists() {
        return println!("skipped: /proc does not tell what a process took");
    }
    let files = match packaged() {
        Ok(files) => files,
        Err(missing) => return println!("skipped: {missing}"),
    };
    let runs = std::env::var("GATEFOLD_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let bytes: usize = files.values().map(String::len).sum();
    println!("{} protos of {:.1} MB, {runs} runs of each, load {}", files.len(), bytes as f64 / 1e6, load());
    let base = written(&files);
    for (title, edit) in WORKLOADS {
        let mut edited = files.clone();
        edit(&mut edited);
        let head = written(&edited);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            let this = std::env::current_exe().expect("this program has a path");
            let mut ask = Command::new(this);
            ask.arg(MEASURED).arg(base.path()).arg(head.path());
            ours.push(took(&mut ask));
            let mut ask = Command::new(&buf);
            ask.arg("breaking").arg(head.path()).arg("--against").arg(base.path());
            theirs.push(took(&mut ask));
        }
        let differ = theirs.iter().zip(&ours).any(|(theirs, ours)| theirs.found != ours.found);
        assert!(!differ, "one of the two finds something, and the other nothing: {title}");
        let (ours, theirs) = (Took::median(&ours), Took::median(&theirs));
        println!("\n{title}");
        println!("  {:8} {:>10} {:>10} {:>10}", "", "wall s", "cpu s", "peak MB");
        for (name, took) in [("gatefold", &ours), ("buf", &theirs)] {
            println!("  {name:8} {:>10.3} {:>10.3} {:>10.1}", took.wall, took.cpu, took.peak);
        }
        println!(
            "  {:8} {:>9.1}x {:>9.1}x {:>9.1}x",
            "ratio",
            theirs.wall / ours.wall,
            theirs.cpu / ours.cpu.max(0.001),
            theirs.peak / ours.peak
        );
    }
}

fn buf() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("GATEFOLD_BUF") {
        return Some(PathBuf::from(path));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("buf")).find(|path| path.is_file())
}

/// The protos of the packages, by the names that imports use, or what is missing.
fn packaged() -> Result<Files, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.ok_or("no CARGO_HOME and no HOME")?.join("registry/src");
    let registries = fs::read_dir(&sources).map_err(|error| format!("`{}`: {error}", sources.display()))?;
    let unpacked: Vec<PathBuf> = registries
        .filter_map(|registry| fs::read_dir(registry.ok()?.path()).ok())
        .flatten()
        .filter_map(|package| Some(package.ok()?.path()))
        .collect();
    let mut files = Files::new();
    for (package, roots) in PACKAGES {
        let is_it = |path: &&PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.strip_prefix(package)
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        let name = package.trim_end_matches('-');
        let missing = || format!("`{name}` is not unpacked; `cargo fetch` in a package that depends on it");
        let folder = unpacked.iter().filter(is_it).max().ok_or_else(missing)?;
        for root in roots.iter().map(|root| folder.join(root)).filter(|root| root.is_dir()) {
            for name in protos(&root) {
                let text = fs::read_to_string(root.join(&name)).map_err(|error| error.to_string())?;
                files.entry(name).or_insert(text);
            }
        }
    }
    Ok(files)
}

fn written(files: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder is made");
        fs::write(path, text).expect("it is written");
    }
    folder
}

/// What a process took.
struct Took {
    /// Seconds.
    wall: f64,
    /// Seconds of all its threads.
    cpu: f64,
    /// Most memory that it had at a time, in MB.
    peak: f64,
    found: bool,
}

impl Took {
    fn median(all: &[Took]) -> Took {
        let median = |of: fn(&Took) -> f64| {
            let mut values: Vec<f64> = all.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Took {
            wall: median(|took| took.wall),
            cpu: median(|took| took.cpu),
            peak: median(|took| took.peak),
            found: all.iter().any(|took| took.found),
        }
    }
}

/// Runs a process. Its memory is asked every millisecond, so that what it takes at its very end is not seen.
fn took(command: &mut Command) -> Took {
    let (before, start) = (cpu_of_children(), Instant::now());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("it starts");
    let mut output = child.stdout.take().expect("it has an output");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut output, &mut text).map(|_| text)
    });
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0.0_f64;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it can be waited for") {
            break ended;
        }
        let of_process = fs::read_to_string(&status).unwrap_or_default();
        let kibibytes = of_process.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = kibibytes.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kibibytes.unwrap_or_default() * 1024.0 / 1e6);
        std::thread::sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed().as_secs_f64();
    let text = reader.join().expect("it is read").expect("it is text");
    // Buf ends with 100 where something broke, and ours says how much did.
    assert!(matches!(ended.code(), Some(0 | 100)), "{command:?}: {ended}");
    let found = ended.code() == Some(100) || text.trim().parse::<u64>().is_ok_and(|count| count > 0);
    Took { wall, cpu: cpu_of_children() - before, peak, found }
}

/// Seconds that all children that ended have taken, in hundredths: `cutime` and `cstime` of proc(5).
fn cpu_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("/proc is there");
    let behind = stat.rsplit(')').next().unwrap_or_default();
    behind.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or_default().to_owned()
}
