//! Whole-process times of `gatefold arch` over a workspace of 100 crates and 3,000 files, beside other tools in the same
//! run: cold, and warm after one edit. Prints medians, the ratio to the cold run, peak memory, and the machine's load.
//!
//! `cargo bench -p gatefold-xtask --bench arch`. Peers are taken from the search path: `arch-lint`, `cargo-modules`.
//! `GATEFOLD_BENCH_ROOT` names a clean checkout to look at instead, which is edited and put back.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "arch/workspace.rs"]
mod workspace;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use workspace::{Parts, put};

const PARTS: Parts = Parts(100);

/// How often each case is run, after one run that is not counted.
const RUNS: usize = 9;

fn main() {
    let bench = Bench::new();
    println!("load {}; median and least of {RUNS} runs", load());
    let nothing = |_| {};
    bench.row("a process that does nothing", &nothing, || bench.gatefold(&["rules"]));
    let cold = |_| {
        // There is none before the first run.
        let _ = std::fs::remove_dir_all(bench.folder.path().join("cache"));
    };
    bench.row("arch, cold", &cold, || bench.arch());
    bench.settle();
    bench.row("arch, warm, nothing edited", &nothing, || bench.arch());
    bench.row(
        "arch, warm, a body edited",
        &|run| bench.edit(&format!("fn edited() {{ std::mem::drop({run}) }}")),
        || bench.arch(),
    );
    let import = |run| bench.edit(&format!("use std::collections::BTreeSet as Set{run};"));
    bench.row("arch, warm, an import added", &import, || bench.arch());
    let event = format!(
        r#"{{"session_id":"bench","cwd":{:?},"hook_event_name":"PostToolBatch","tool_calls":[{{"tool_name":"Edit","tool_input":{{"file_path":{:?}}}}}]}}"#,
        bench.root, bench.edited
    );
    let input = bench.folder.path().join("event.json");
    std::fs::write(&input, event).expect("a file");
    bench.row(
        "hook of all guards, a body edited",
        &|run| bench.edit(&format!("fn edited() {{ std::mem::drop({run}) }}")),
        || {
            let mut hook = bench.gatefold(&[]);
            let program = hook.get_program().to_owned();
            let environment: Vec<_> =
                hook.get_envs().map(|(key, value)| (key.to_owned(), value.map(ToOwned::to_owned))).collect();
            hook = Command::new("sh");
            hook.args(["-c", "exec \"$0\" hook claude-code < \"$1\""])
                .arg(program)
                .arg(&input)
                .current_dir(&bench.root);
            hook.envs(environment.into_iter().filter_map(|(key, value)| Some((key, value?))));
            hook
        },
    );
    bench.put_back();
    bench.peer("arch-lint", || {
        let mut lint = Command::new("arch-lint");
        lint.arg("check").current_dir(&bench.root);
        lint
    });
    bench.peer("cargo-modules", || {
        let mut modules = Command::new("cargo-modules");
        modules.args(["dependencies", "--lib", "--layout", "none", "--package", &PARTS.name(99)]);
        modules.current_dir(&bench.root);
        modules
    });
}

/// Writes the workspace and a policy that it keeps, with a rule that judges every path.
fn write(root: &Path) {
    let members: String =
        (0..PARTS.0).map(|krate| format!("    \"crates/{}\",\n", PARTS.name(krate))).collect();
    PARTS.write_crates(root);
    put(&root.join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = [\n{members}]\n"));
    put(&root.join(".gitignore"), "/target/\n/Cargo.lock\n");
    put(&root.join("gatefold.yaml"), &format!("arch:\n  layers:\n{}{EXITS}", workspace::layers()));
}

const EXITS: &str = "  forbidden:
    exits:
      paths: [\"std::process::exit\"]
      because: a service shuts down in order
      fails_on: |
        crate l0-part
        l0-part/src/lib.rs | pub fn stop() { std::process::exit(1) }
";

/// A committed workspace, and a cache beside it.
struct Bench {
    folder: TempDir,
    root: PathBuf,
    edited: PathBuf,
    text: String,
}

impl Bench {
    fn new() -> Bench {
        let folder = TempDir::new().expect("a temporary folder");
        let given = std::env::var_os("GATEFOLD_BENCH_ROOT").map(PathBuf::from);
        let root = given.clone().unwrap_or_else(|| folder.path().join("workspace"));
        if given.is_none() {
            write(&root);
            git(&root, &["init", "--quiet", "--initial-branch", "main"]);
            git(&root, &["add", "--all"]);
            for message in ["all", "nothing"] {
                let who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
                git(&root, &[&who[..], &["commit", "--quiet", "--allow-empty", "-m", message]].concat());
            }
        }
        let files = git(&root, &["ls-files", "*.rs"]);
        let files: Vec<&str> = files.lines().collect();
        println!(
            "{} files of Rust, {} crates",
            files.len(),
            git(&root, &["ls-files", "*Cargo.toml"]).lines().count()
        );
        let edited = match given {
            Some(_) => root.join(files[files.len() / 2]),
            None => root.join(PARTS.file(50, 7)),
        };
        let text = std::fs::read_to_string(&edited).expect("a file");
        Bench { folder, root, edited, text }
    }

    fn gatefold(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatefold"));
        command.args(arguments).current_dir(&self.root);
        command.env("XDG_CACHE_HOME", self.folder.path().join("cache")).env_remove("CI");
        command
    }

    fn arch(&self) -> Command {
        self.gatefold(&["arch"])
    }

    /// Lets the dates of the files grow old enough to be trusted, and has them kept.
    fn settle(&self) {
        std::thread::sleep(Duration::from_secs(3));
        for _ in 0..2 {
            run(self.arch());
        }
    }

    /// One more line at the end of one file.
    fn edit(&self, line: &str) {
        std::fs::write(&self.edited, format!("{}\n{line}\n", self.text)).expect("a file");
    }

    fn put_back(&self) {
        std::fs::write(&self.edited, &self.text).expect("a file");
    }

    fn row(&self, name: &str, before: &dyn Fn(usize), command: impl Fn() -> Command) {
        let mut times = Vec::new();
        let mut memory = 0;
        for index in 0..=RUNS {
            before(index);
            let (time, kilobytes) = run(command());
            memory = memory.max(kilobytes);
            if index > 0 {
                times.push(time);
            }
        }
        times.sort();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (median, least) = (milliseconds(times[times.len() / 2]), milliseconds(times[0]));
        println!("{name:34} {median:8.1} ms {least:8.1} ms {:6} MB", memory / 1024);
    }

    fn peer(&self, name: &str, command: impl Fn() -> Command) {
        match Command::new(name).arg("--version").output() {
            Ok(_) => self.row(name, &|_| {}, command),
            Err(error) => println!("{name:34} not measured: {error}"),
        }
    }
}

/// How long a process took, and how much memory it had at most, in kB; 0 where `/usr/bin/time` is not there to say it.
fn run(command: Command) -> (Duration, u64) {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args());
    timed.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?)))).env_remove("CI");
    timed.current_dir(command.get_current_dir().unwrap_or(Path::new("."))).stdout(Stdio::null());
    let started = Instant::now();
    match timed.output() {
        Ok(output) => {
            let took = started.elapsed();
            let said = String::from_utf8_lossy(&output.stderr);
            (took, said.lines().last().and_then(|line| line.trim().parse().ok()).unwrap_or(0))
        }
        Err(_) => {
            let mut command = command;
            let started = Instant::now();
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it starts");
            (started.elapsed(), 0)
        }
    }
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .map(|text| text.trim().to_owned())
        .unwrap_or_else(|_| "unknown".to_owned())
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
