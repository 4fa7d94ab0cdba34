//! Latency of the hooks from process start, as the client feels it, on a workspace of 1,000 Rust files: the reference
//! workspace with its contracts, corpora and rules, and layered crates beside it. An agent is at work on a branch, and
//! edits a file of 1,500 lines before every event, in a session that has begun. All cases take turns, and so do the lints
//! over the branch and over all 170,000 lines, and `git status` of the same tree.
//!
//! `cargo bench --profile gate -p gatefold-xtask --bench hooks`. `GATEFOLD_BENCH_BEFORE` names another binary, which
//! takes turns with this one; `GATEFOLD_BENCH_RUNS` says how often. It ends after four minutes with what it has by then.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "hooks/checkout.rs"]
mod checkout;
#[path = "arch/workspace.rs"]
mod workspace;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use checkout::{Checkout, Edit};
use tempfile::TempDir;

/// How often each case is run, after one run that is not counted.
const RUNS: usize = 40;

/// Who starts with nothing kept reads 1,000 files, and takes a turn only so often.
const COLD_TURNS: usize = 8;

/// No round begins after this time: on a busy machine a round takes half a minute.
const LONGEST: Duration = Duration::from_secs(240);

/// What is run.
#[derive(Clone, Copy)]
enum Run {
    /// The hook, with a recorded payload, by its file's name.
    Hook(&'static str),
    /// The lints alone, with arguments.
    Lint(&'static [&'static str]),
    GitStatus,
}

/// A run at one state of the tree.
struct Case {
    name: &'static str,
    run: Run,
    edit: Edit,
    /// Whether what earlier runs found out is there.
    warm: bool,
    /// What the answer holds; empty where nothing is to be said.
    says: &'static str,
    /// What it may take, in milliseconds.
    within: Option<u32>,
}

/// The cases with a bound, then what they are to be compared with.
const CASES: &[Case] = &[
    case("PreToolUse, edit", "PreToolUse-Edit", Edit::Body, "", Some(10)),
    case("PreToolUse, edit, denied", "PreToolUse-Write", Edit::Body, "\"deny\"", Some(10)),
    case("PreToolUse, shell", "PreToolUse-Bash", Edit::Body, "", Some(10)),
    case("PostToolBatch", "PostToolBatch", Edit::Body, "", Some(30)),
    case("PostToolBatch, a finding", "PostToolBatch", Edit::Unfinished, "unfinished-code", Some(30)),
    cold(case("PostToolBatch, cold", "PostToolBatch", Edit::Unfinished, "unfinished-code", None)),
    case("SessionStart", "SessionStart", Edit::Body, "gatefold judges", Some(50)),
    case("Stop", "Stop-first", Edit::Body, "", Some(1_000)),
    case("Stop, a finding", "Stop-first", Edit::Unfinished, "unfinished-code", Some(1_000)),
    cold(case("Stop, cold", "Stop-first", Edit::Unfinished, "unfinished-code", Some(1_000))),
    case("an event of nobody", "PreCompact", Edit::Body, "", None),
    of("lint, one file edited", Run::Lint(&[]), "pass", Some(50)),
    of("lint, all, one file edited", Run::Lint(&["--base", "none"]), "pass", Some(170)),
    of("git status", Run::GitStatus, "m7.rs", None),
];

const fn case(
    name: &'static str,
    payload: &'static str,
    edit: Edit,
    says: &'static str,
    within: Option<u32>,
) -> Case {
    Case { name, run: Run::Hook(payload), edit, warm: true, says, within }
}

const fn of(name: &'static str, run: Run, says: &'static str, within: Option<u32>) -> Case {
    Case { name, run, edit: Edit::Body, warm: true, says, within }
}

const fn cold(case: Case) -> Case {
    Case { warm: false, ..case }
}

fn main() {
    let runs = std::env::var("GATEFOLD_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let mut bench = Bench::new();
    println!("load {}; {}; {runs} runs", load(), bench.checkout.described());
    let contenders = bench.contenders.len();
    let mut times = vec![Times::default(); CASES.len() * contenders];
    let started = Instant::now();
    for run in 0..=runs {
        // One round is counted at least, so that every case has a time.
        if run > 1 && started.elapsed() > LONGEST {
            break;
        }
        for (case, times) in CASES.iter().zip(times.chunks_mut(contenders)) {
            if !case.warm && run % COLD_TURNS != 1 {
                continue;
            }
            for (contender, times) in times.iter_mut().enumerate() {
                let (took, cpu) = bench.run(case, contender);
                if run > 0 {
                    times.wall.push(took);
                    times.cpu += cpu;
                }
            }
        }
    }
    println!("load {}", load());
    let peer = times.last_mut().map_or(Duration::ZERO, |peer| peer.at(50));
    println!("{:34} {:>4} {:>9} {:>9} {:>9} {:>6}", "", "runs", "median", "p95", "cpu", "ratio");
    for (case, times) in CASES.iter().zip(times.chunks_mut(contenders)) {
        for (contender, times) in bench.contenders.iter().zip(times) {
            println!("{}", times.row(case, contender, peer));
        }
    }
}

/// How long the runs of a case took.
#[derive(Clone, Default)]
struct Times {
    wall: Vec<Duration>,
    /// Of all runs together, since the system counts it in steps.
    cpu: Duration,
}

impl Times {
    fn at(&mut self, percent: usize) -> Duration {
        self.wall.sort();
        self.wall[(self.wall.len() * percent).div_ceil(100).saturating_sub(1)]
    }

    fn row(&mut self, case: &Case, contender: &Contender, peer: Duration) -> String {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (median, p95) = (self.at(50), self.at(95));
        let cpu = self.cpu / u32::try_from(self.wall.len()).unwrap_or(u32::MAX);
        let within = case.within.map_or(String::new(), |within| format!("   within {within} ms"));
        format!(
            "{:34} {:4} {:6.1} ms {:6.1} ms {:6.1} ms {:6.2}{within}",
            format!("{}{}", case.name, contender.label),
            self.wall.len(),
            milliseconds(median),
            milliseconds(p95),
            milliseconds(cpu),
            median.as_secs_f64() / peer.as_secs_f64(),
        )
    }
}

/// A binary that takes its turn.
struct Contender {
    label: &'static str,
    program: PathBuf,
    cache: PathBuf,
}

struct Bench {
    folder: TempDir,
    checkout: Checkout,
    contenders: Vec<Contender>,
    runs: usize,
}

impl Bench {
    fn new() -> Bench {
        let folder = TempDir::new().expect("a temporary folder");
        let checkout = Checkout::new(&folder.path().join("workspace"));
        let contender = |label: &'static str, program: PathBuf| Contender {
            label,
            program,
            cache: folder.path().join(format!("cache{}", label.len())),
        };
        let mut contenders = vec![contender("", env!("CARGO_BIN_EXE_gatefold").into())];
        contenders.extend(
            std::env::var_os("GATEFOLD_BENCH_BEFORE").map(|before| contender(", before", before.into())),
        );
        Bench { folder, checkout, contenders, runs: 0 }
    }

    /// Runs a case once: how long it took, and its processor time.
    fn run(&mut self, case: &Case, contender: usize) -> (Duration, Duration) {
        self.runs += 1;
        let contender = &self.contenders[contender];
        let unknown = self.folder.path().join(format!("unknown-{}", self.runs));
        if case.warm && matches!(case.run, Run::Hook(payload) if payload != "SessionStart") {
            self.checkout.edit(Edit::Body, 0);
            self.command(contender, Run::Hook("SessionStart"), &contender.cache).output().expect("it starts");
        }
        self.checkout.edit(case.edit, self.runs);
        let cache = if case.warm { &contender.cache } else { &unknown };
        let mut command = self.command(contender, case.run, cache);
        let (started, before) = (Instant::now(), processor_time());
        let output = command.output().expect("it starts");
        let measured = (started.elapsed(), processor_time() - before);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {}", case.name, output.status);
        let fits = if case.says.is_empty() { true } else { said.contains(case.says) };
        assert!(fits && !said.contains("could not"), "{}: {said}", case.name);
        // Cleaning up is not measured, and there is nothing where nothing was kept.
        let _ = std::fs::remove_dir_all(unknown);
        measured
    }

    /// What sends an event of this run's session, lints, or asks git for its status.
    fn command(&self, contender: &Contender, run: Run, cache: &Path) -> Command {
        let mut command = match run {
            Run::GitStatus => {
                let mut status = Command::new("git");
                status.args(["--no-optional-locks", "status", "--porcelain"]);
                status
            }
            Run::Lint(arguments) => {
                let mut lint = Command::new(&contender.program);
                lint.arg("lint").args(arguments);
                lint
            }
            Run::Hook(payload) => {
                let event = self.folder.path().join("event.json");
                std::fs::write(&event, self.checkout.payload(payload, self.runs)).expect("a file");
                let mut hook = Command::new(&contender.program);
                hook.args(["hook", "claude-code"]).stdin(File::open(event).expect("a file"));
                hook
            }
        };
        command.env("XDG_CACHE_HOME", cache);
        command.env_remove("CI").current_dir(self.checkout.root()).stderr(Stdio::inherit());
        command
    }
}

/// The processor time of all processes that have ended, as the system counts it: in hundredths of a second, of which
/// none gets lost.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: u64 = fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} on {cores} cores", load.trim())
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
