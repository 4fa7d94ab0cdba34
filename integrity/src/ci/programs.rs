//! Variables and folders by which another program runs where the real one was.
//!
//! What blocks in a job that judges is what surely lies in the change's own reach: a folder of the checkout, a place that
//! nobody but a step writes. What an installer of tools brings (`~/.cargo/bin`), what the machine has (`/usr/bin`), and the
//! bare name of a program (`sccache`, `clang`) are what honest wiring names, and silent. Of the rest, such as `$HOME/tools` or a
//! variable of the forge, nobody can say here who fills it: a person is told. So they are of what has git read another
//! repository than the one that was checked out.

use std::collections::BTreeSet;

use super::compare::{Kind, Lost};
use super::{Job, Pipeline, gate};
use crate::evidence::short;

/// Variables that name one program, or what runs beside it.
const PROGRAMS: &[&str] = &[
    "CARGO",
    "RUSTC",
    "RUSTDOC",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTDOC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "GATEFOLD_BIN",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
];

/// Variables that name folders or files which hold programs, or say which are run.
const PLACES: &[&str] = &[
    "PATH",
    "BASH_ENV",
    "LD_PRELOAD",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR",
];

/// Variables that have git read another repository, index or configuration.
const REPOSITORIES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_REPLACE_REF_BASE",
    "GIT_WORK_TREE",
];

/// Programs that end well whatever they are given.
const IDLE: &[&str] = &["true", ":", "echo", "/bin/true", "/usr/bin/true", "/bin/echo"];

/// Compares the variables of a pipeline that name programs. `Step` is what surely replaces one in a job that judges, and
/// what runs nothing at all in any.
pub(super) fn compare(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let judging: Vec<&str> = gate::judging(base).map(|job| job.name.as_str()).collect();
    let mut told = BTreeSet::new();
    let mut lost = Vec::new();
    let mut look = |is_judging: bool, known: &[(String, String)], set: Vec<(String, String)>| {
        for (name, value) in set.into_iter().filter(|pair| !known.contains(pair)) {
            let kind = match place(&name, &value) {
                Some(Place::Idle) => Kind::Step,
                Some(Place::Elsewhere) if is_judging => Kind::Step,
                Some(Place::Elsewhere | Place::Unclear) => Kind::Setting,
                None if is_judging && of_repository(&name, &value) => Kind::Setting,
                None => continue,
            };
            if told.insert((name.clone(), value.clone(), kind == Kind::Step)) {
                let was = known.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
                let what = match REPOSITORIES.contains(&name.as_str()) {
                    true => format!("`{name}` has git read what it did not: `{}`", short(&value)),
                    false => format!("`{name}` puts what is run elsewhere: `{}`", short(&value)),
                };
                lost.push(Lost::of_file(file, kind, what, was, &name));
            }
        }
    };
    let pairs = |pipeline: &Pipeline| -> Vec<(String, String)> {
        pipeline.env.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    look(!judging.is_empty(), &pairs(base), pairs(head));
    for job in &head.jobs {
        let before = base.jobs.iter().find(|before| before.name == job.name);
        // What moved into a new job was known somewhere.
        let mut known = before.map_or_else(|| base.variables(), variables);
        known.extend(pairs(base));
        look(judging.contains(&job.name.as_str()), &known, variables(job));
    }
    lost
}

/// Every variable that a job sets, for itself or for a command.
pub(super) fn variables(job: &Job) -> Vec<(String, String)> {
    let maps = std::iter::once(&job.env).chain(job.steps.iter().map(|step| &step.env));
    let set = maps.flatten().map(|(name, value)| (name.clone(), value.clone()));
    let inline = job.steps.iter().flat_map(|step| &step.commands).flat_map(|command| command.variables());
    set.chain(inline).collect()
}

/// Whether a variable with this value surely puts another program where the real one was.
pub(super) fn puts_elsewhere(name: &str, value: &str) -> bool {
    matches!(place(name, value), Some(Place::Elsewhere | Place::Idle))
        || name == "CARGO_HOME" && place(name, value).is_some()
}

/// Where what a variable or a path names comes from, where that is not the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Unclear,
    Elsewhere,
    /// Nothing runs any more.
    Idle,
}

/// What the value of a variable names. `None` is what honest wiring has: the machine's own, and what it installs.
fn place(name: &str, value: &str) -> Option<Place> {
    let value = value.trim();
    let of_target =
        name.starts_with("CARGO_TARGET_") && ["_RUNNER", "_LINKER"].iter().any(|end| name.ends_with(end));
    match name {
        _ if value.is_empty() => None,
        // Files that every shell reads before anything else: an installer writes none.
        "BASH_ENV" if !value.starts_with("/etc/") => of_path(value).or(Some(Place::Unclear)),
        "LD_PRELOAD" | "LD_AUDIT" | "DYLD_INSERT_LIBRARIES" => {
            // A bare name is looked for where the machine keeps its libraries.
            value.split([':', ' ']).filter(|path| path.contains('/')).filter_map(of_path).max()
        }
        "PATH" => value.split(':').filter_map(of_path).max(),
        _ if PLACES.contains(&name) => of_path(value),
        // Where a cache of what is built lies in the checkout, as GitLab's documentation has it, nobody means harm.
        "CARGO_HOME" | "RUSTUP_HOME" => of_path(value).map(|_| Place::Unclear),
        "RUSTUP_TOOLCHAIN" => value.contains('/').then(|| of_path(value)).flatten(),
        _ if PROGRAMS.contains(&name) || of_target => {
            of_program(value, name == "CARGO" || name.ends_with("RUSTC"))
        }
        _ if name.ends_with("RUSTFLAGS") || name.ends_with("RUSTDOCFLAGS") => of_flags(value),
        _ if name.starts_with("GIT_CONFIG_KEY_") => {
            let key = value.to_lowercase();
            let runs = [
                "url.",
                "alias.",
                "include",
                "filter.",
                "core.hookspath",
                "core.fsmonitor",
                "core.sshcommand",
            ];
            runs.iter().any(|start| key.starts_with(start)).then_some(Place::Unclear)
        }
        _ => None,
    }
}

/// Whether a variable has git read something else than what was checked out.
fn of_repository(name: &str, value: &str) -> bool {
    REPOSITORIES.contains(&name) && !["", ".", ".git", "./.git"].contains(&value.trim())
}

/// The programs that flags of the compiler name: what links, and what makes code of it.
fn of_flags(flags: &str) -> Option<Place> {
    let flags = closed(flags);
    let mut words = flags.split([' ', '\u{1f}']).filter(|word| !word.is_empty());
    let mut worst = None;
    while let Some(word) = words.next() {
        let option = match word {
            "-C" | "--codegen" | "-Z" => words.next(),
            _ => ["-C", "--codegen=", "-Z"].iter().find_map(|start| word.strip_prefix(start)),
        };
        let program = option.and_then(|option| option.split_once('='));
        let program = program.filter(|(key, _)| ["linker", "codegen-backend"].contains(key));
        worst = worst.max(program.and_then(|(_, program)| of_program(program, false)));
    }
    worst
}

/// A program with its arguments. By a bare name the machine finds it; a compiler has few names.
fn of_program(value: &str, is_compiler: bool) -> Option<Place> {
    const COMPILERS: [&str; 5] = ["cargo", "cargo.exe", "cross", "rustc", "clippy-driver"];
    const SHELLS: [&str; 6] = ["sh", "bash", "env", "python", "python3", "perl"];
    let program = value.split_whitespace().next().unwrap_or_default();
    match () {
        () if IDLE.contains(&program) => Some(Place::Idle),
        () if program.contains(['/', '$']) => of_path(value),
        () if SHELLS.contains(&program) || is_compiler && !COMPILERS.contains(&program) => {
            Some(Place::Unclear)
        }
        () => None,
    }
}

/// Where a path leads. Only what the machine's owner or an installer writes is `None`.
pub(super) fn of_path(path: &str) -> Option<Place> {
    const MACHINE: [&str; 21] = [
        "/bin",
        "/dev/null",
        "/etc/",
        "/hostedtoolcache",
        "/nix/",
        "/opt",
        "/sbin",
        "/snap",
        "/usr",
        "/Applications",
        "/Library",
        "/System",
        "C:\\",
        "$PATH",
        "${PATH}",
        "${{env.PATH}}",
        "$CARGO_HOME",
        "${CARGO_HOME",
        "$RUNNER_TOOL_CACHE",
        "${{runner.tool_cache",
        "${{env.CARGO_HOME",
    ];
    const HOME: [&str; 7] =
        ["~", "$HOME", "${HOME}", "${{env.HOME}}", "/home/runner", "/root", "/Users/runner"];
    let path = closed(path);
    let path = path.trim().trim_matches(['"', '\'']);
    let starts = |known: &[&str]| known.iter().any(|start| path.starts_with(start));
    if path.split('/').any(|part| part == "..") {
        return Some(Place::Elsewhere);
    }
    let in_home = HOME.iter().find_map(|home| path.strip_prefix(home));
    match in_home.map(|rest| rest.trim_start_matches('/')) {
        _ if path.is_empty() || starts(&MACHINE) => None,
        // The forge checks out below it.
        Some(rest) if rest == "work" || rest.starts_with("work/") => Some(Place::Elsewhere),
        // Installers go by such names: `.cargo/bin`, `.local/bin`.
        Some(rest) if rest.starts_with('.') || rest.starts_with("go/bin") => None,
        Some(_) => Some(Place::Unclear),
        // What an expression names, nobody can say here, but for what was checked out.
        None if starts(&["$RUNNER_TEMP"]) || starts(&["${{"]) && !path.contains(".workspace") => {
            Some(Place::Unclear)
        }
        None => Some(Place::Elsewhere),
    }
}

/// A text whose expressions have no spaces at their brackets.
pub(super) fn closed(text: &str) -> String {
    text.replace("${{ ", "${{").replace(" }}", "}}")
}
