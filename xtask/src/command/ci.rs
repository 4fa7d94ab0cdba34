//! `ci`: everything that must hold before a merge, in one command, with its cost said first.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use findings::Exit;

use crate::cli::CiArgs;
use crate::console;
use crate::failure::Failure;
use crate::surroundings::{self, Env};

/// One thing that must hold.
struct Step {
    name: &'static str,
    /// What it costs in a fresh clone on two cores, as measured.
    cost: &'static str,
    /// Folder below the checkout.
    folder: &'static str,
    program: Program,
    arguments: &'static [&'static str],
}

enum Program {
    /// The cargo that runs this, or the one on the path.
    Cargo,
    /// The same, and its tests may use this very binary.
    CargoTest,
    /// This very binary; `--base` is handed on.
    Gate,
    /// This very binary.
    Gatefold,
    /// This very binary stamps a workspace and a service into it, outside the checkout; then cargo runs there.
    Stamped,
}

const RANKER: &str = "templates/ranker";

/// The tests come last, so that the run ends with what the test runner says.
static STEPS: &[Step] = &[
    step("format", "2 s", "", Program::Cargo, &["fmt", "--all", "--check"]),
    step("format-ranker", "1 s", RANKER, Program::Cargo, &["fmt", "--all", "--check"]),
    step("docs", "1 s", "", Program::Gatefold, &["docs", "--check"]),
    step("gate", "1 s", "", Program::Gate, &["gate"]),
    step("gate-ranker", "1 s", "", Program::Gate, &["gate", "--root", RANKER]),
    step("clippy", "2 min", "", Program::Cargo, CLIPPY),
    step("clippy-ranker", "3 min", RANKER, Program::Cargo, CLIPPY),
    step("tests-ranker", "11 min", RANKER, Program::Cargo, TESTS),
    step("gate-ranker-live", "6 min", "", Program::Gate, &["gate", "--root", RANKER, "--tier", "live"]),
    step("tests-stamped", "3 min", "", Program::Stamped, TESTS),
    step("tests", "18 min", "", Program::CargoTest, TESTS),
];

const CLIPPY: &[&str] = &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
const TESTS: &[&str] = &["test", "--locked", "--workspace", "--no-fail-fast"];

const fn step(
    name: &'static str,
    cost: &'static str,
    folder: &'static str,
    program: Program,
    arguments: &'static [&'static str],
) -> Step {
    Step { name, cost, folder, program, arguments }
}

pub(crate) fn run(args: &CiArgs, root: &Path, env: Env<'_>) -> Result<Exit, Failure> {
    let checkout = checkout(root)?;
    let steps = wanted(&args.only)?;
    let base =
        args.base.clone().or_else(|| surroundings::of(env).event_base).unwrap_or_else(|| "none".to_owned());
    console::say("Everything that must hold before a merge. In a fresh clone on two cores it takes about:");
    for step in &steps {
        console::say(format_args!("  {:<18}{}", step.name, step.cost));
    }

    let mut counted = Counted::default();
    let mut failed = Vec::new();
    let mut times = Vec::new();
    for step in &steps {
        console::say(format_args!("\n==> {}", step.name));
        let started = Instant::now();
        if !carry_out(step, &checkout, &base, env, &mut counted)? {
            failed.push(step.name);
        }
        times.push((step.name, started.elapsed().as_secs_f64()));
    }

    console::say("\nTook:");
    for (name, seconds) in times {
        let outcome = if failed.contains(&name) { "FAILED" } else { "ok" };
        console::say(format_args!("  {name:<18}{seconds:>7.1} s  {outcome}"));
    }
    if counted.runs > 0 {
        console::print(&format!(
            "\ntests: {} passed, {} failed, {} skipped\n",
            counted.passed, counted.failed, counted.ignored
        ));
    }
    Ok(if failed.is_empty() { Exit::Clean } else { Exit::Blocked })
}

/// The checkout of Gatefold that is built and tested: the folder upward that holds both workspaces.
fn checkout(root: &Path) -> Result<PathBuf, Failure> {
    root.ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").is_file() && folder.join(RANKER).is_dir())
        .map(Path::to_owned)
        .ok_or_else(|| Failure::usage("`ci` runs in a checkout of Gatefold; elsewhere use `gate --tier all`"))
}

fn wanted(only: &[String]) -> Result<Vec<&'static Step>, Failure> {
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        let meant = policy::did_you_mean(unknown, names.iter().copied());
        return Err(Failure::usage(format_args!(
            "there is no step `{unknown}`; there are {}{meant}",
            names.join(", ")
        )));
    }
    Ok(STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)).collect())
}

/// Runs one step, passes on what it prints, and counts the tests in it.
fn carry_out(
    step: &Step,
    checkout: &Path,
    base: &str,
    env: Env<'_>,
    counted: &mut Counted,
) -> Result<bool, Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to run `{}`: {error}", step.name))
    };
    // Removed when the step has ended.
    let folder = tempfile::Builder::new().prefix("gatefold-ci-").tempdir().map_err(failed)?;
    for mut command in commands(step, checkout, base, env, folder.path()).map_err(failed)? {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        if let Some(output) = child.stdout.take() {
            counted.pass_on(output);
        }
        if !child.wait().map_err(failed)?.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a step runs, one behind the other. `empty` is a folder outside the checkout.
fn commands(
    step: &Step,
    checkout: &Path,
    base: &str,
    env: Env<'_>,
    empty: &Path,
) -> std::io::Result<Vec<Command>> {
    let run = |program: PathBuf, folder: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder);
        command
    };
    let cargo = || PathBuf::from(env("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    let gatefold = std::env::current_exe()?;
    let folder = checkout.join(step.folder);
    Ok(match step.program {
        Program::Cargo => vec![run(cargo(), &folder, step.arguments)],
        Program::CargoTest => {
            let mut tests = run(cargo(), &folder, step.arguments);
            // Where cargo built it of this checkout to run this. It is optimised, and most of what tests wait for.
            if env("CARGO_MANIFEST_DIR").is_some_and(|package| Path::new(&package) == checkout.join("xtask"))
            {
                tests.env("GATEFOLD_TESTED_BINARY", &gatefold);
            }
            vec![tests]
        }
        Program::Gatefold => vec![run(gatefold, &folder, step.arguments)],
        Program::Gate => {
            let mut gate = run(gatefold, &folder, step.arguments);
            gate.args(["--base", base]);
            vec![gate]
        }
        Program::Stamped => {
            let root = empty.join("night-radio");
            let mut test = run(cargo(), &root, step.arguments);
            // What comes from the registry is built there already; only the workspace's own crates are not.
            let target =
                env("CARGO_TARGET_DIR").map_or_else(|| checkout.join(RANKER).join("target"), PathBuf::from);
            test.arg("--target-dir").arg(target);
            vec![
                run(gatefold.clone(), empty, &["new", "workspace", "night-radio", "--service", "queue"]),
                run(gatefold.clone(), empty, &["new", "service", "night-owl", "--root", "night-radio"]),
                run(gatefold, empty, &["gate", "--base", "none", "--root", "night-radio"]),
                test,
            ]
        }
    })
}

/// Tests by how they ended, summed over every `test result:` line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    runs: u64,
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counted {
    fn pass_on(&mut self, output: impl Read) {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            self.count(&line);
            console::print(&format!("{line}\n"));
        }
    }

    fn count(&mut self, line: &str) {
        let Some((_, result)) = line.split_once("test result: ") else { return };
        let number = |what: &str| {
            let before = result.split(what).next().unwrap_or_default();
            before.rsplit([' ', ';', '.']).find_map(|word| word.parse::<u64>().ok()).unwrap_or(0)
        };
        self.runs += 1;
        self.passed += number(" passed");
        self.failed += number(" failed");
        self.ignored += number(" ignored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_every_test_binary_are_added_up() {
        let mut counted = Counted::default();
        counted.count("running 3 tests");
        counted.count(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        );
        counted.count("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(counted, Counted { runs: 2, passed: 15, failed: 2, ignored: 1 });
    }

    #[test]
    fn an_unknown_step_is_named_with_those_that_there_are() {
        let failure = wanted(&["tests".to_owned(), "tets".to_owned()]).err().expect("a failure");
        assert!(
            failure.message.contains("`tets`") && failure.message.contains("gate-ranker"),
            "{}",
            failure.message
        );
    }
}
