//! The command line of Gatefold: arguments in, a report and an exit status out.

mod agents;
mod answer;
mod approvers;
mod at_base;
mod base;
mod cli;
mod command;
mod console;
mod controls;
mod corpora;
mod cost;
mod delegate;
mod doctor;
mod drill;
mod facts;
mod failure;
mod gate;
mod gated;
mod going_back;
mod guards;
mod hook;
mod house;
mod init;
mod live;
mod looked;
mod mutate;
mod output;
mod requests;
mod review;
mod scene;
mod shell;
mod stamp;
mod starting;
mod stats;
mod store;
mod surroundings;
mod tools;
mod touched;
mod waiting;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap::{CommandFactory, FromArgMatches};
use findings::Exit;

use cli::{Called, Cli, Command, HookCommand};
use failure::Failure;
use surroundings::process_env;

/// Runs one command line and gives back the status to end with. `hook` always ends with 0, whatever it is given: an
/// agent's client would read 2 as "block".
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    run_with(arguments, &[])
}

/// The same with rules of a workspace's own: its `xtask` crate depends on this library, declares them as the catalogue's
/// are declared, and hands them over here.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>, own: &'static [&'static lints::Lint]) -> u8 {
    house::take_in(own);
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // A panic is caught and told in one line; its usual words are for who asks for a backtrace.
    if process_env("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    if let Some(given) = given_to_hook(&arguments) {
        return hook::run(&given);
    }
    let mut line = cli::command_line(Called::by(&arguments, &process_env));
    let parsed = line
        .try_get_matches_from_mut(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut line)));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.code() } else { Exit::Clean.code() };
        }
    };
    let asked_of_git = || command::gate::around(cli.root.as_deref()).ok();
    let outcome = match asks_git(&cli.command).then(asked_of_git).flatten() {
        Some(folder) => waiting::in_time(&folder, move || answer_to(&cli)),
        None => answer_to(&cli),
    };
    match outcome {
        Ok(_) if console::is_answer_lost() => Exit::CouldNotRun.code(),
        Ok(exit) => exit.code(),
        Err(failure) => {
            console::complain(&failure);
            failure.exit.code()
        }
    }
}

/// What `hook` is given, where that is the command, whatever else stands in the line: how it ends is no business of whoever
/// reads options. `hook install` is a person's, and read as the other commands are.
fn given_to_hook(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let is =
        |at: usize, words: &[&str]| arguments.get(at).is_some_and(|it| words.iter().any(|word| it == *word));
    let at = if is(1, &["hook"]) { 1 } else { command_at(arguments)? };
    let is_hooks = is(at, &["hook"]) && !is(at + 1, &["install"]);
    let asks_before = arguments[1..at].iter().filter(|it| *it == "--help" || *it == "-h");
    is_hooks.then(|| asks_before.chain(&arguments[at + 1..]).cloned().collect())
}

/// Where the command stands in a line: the first name of one that is not an option's value. Where there is none, a value that is
/// called `hook` is none.
fn command_at(arguments: &[OsString]) -> Option<usize> {
    let commands = Cli::command();
    let is_command =
        |word: &OsString| word == "help" || commands.get_subcommands().any(|it| it.get_name() == word);
    let mut all = (1..arguments.len()).filter(|at| is_command(&arguments[*at]));
    let first = all.clone().find(|at| !takes_next(&commands, &arguments[at - 1].to_string_lossy()));
    first.or_else(|| all.find(|at| arguments[*at] == "hook"))
}

/// Whether a word is an option of any command that takes the next word as its value.
fn takes_next(command: &clap::Command, word: &str) -> bool {
    let is_it = |option: &clap::Arg| {
        let long = || option.get_long().is_some_and(|name| word.strip_prefix("--") == Some(name));
        let short =
            || option.get_short().is_some_and(|letter| word.strip_prefix('-') == Some(&letter.to_string()));
        option.get_action().takes_values() && (long() || short())
    };
    command.get_arguments().any(is_it) || command.get_subcommands().any(|it| takes_next(it, word))
}

/// Carries out a command; a fault in it is an answer, too.
fn answer_to(cli: &Cli) -> Result<Exit, Failure> {
    catch_unwind(AssertUnwindSafe(|| carry_out(cli))).unwrap_or_else(|_| {
        Err(Failure::could_not_run("a fault inside Gatefold; run it again with RUST_BACKTRACE=1"))
    })
}

fn carry_out(cli: &Cli) -> Result<Exit, Failure> {
    let env = &process_env;
    let root = || command::gate::root(cli.root.as_deref());
    match &cli.command {
        Command::Gate(args) => command::gate::run(&root()?, &args.only, &args.run, env),
        Command::Lint(args) => one_guard("lints", &root()?, args),
        Command::Arch(args) => command::arch::run(&root()?, args, env),
        Command::Contracts(args) => command::contracts::run(&root()?, args, env),
        Command::Integrity(args) => one_guard("integrity", &root()?, args),
        Command::Golden(args) => match &args.action {
            Some(action) => command::golden::run(&root()?, action, env),
            None => one_guard("golden", &root()?, &args.run),
        },
        Command::Fix(args) => command::fix::run(args, &root()?, env),
        Command::Review(args) => command::review::run(&root()?, args, env),
        Command::Approve(args) => command::approve::run(&root()?, args, env),
        Command::Drill(args) => command::drill::run(&root()?, args, env),
        Command::New { what } => command::new::run(what, &root, env),
        Command::Init(args) => init::run(args, cli.root.as_deref(), env),
        Command::Explain { id } => command::rules::explain(id, &root),
        Command::Rules(args) => command::rules::run(args, &root, env),
        Command::Docs { check } => command::rules::docs(&root()?, *check),
        Command::Doctor(args) => {
            command::doctor::run(&command::gate::roots_to_look_at(cli.root.as_deref())?, args, env)
        }
        Command::Census(args) => command::census::run(args, &root()?, env),
        Command::Stats(args) => command::stats::run(args),
        Command::Completions(args) => Ok(command::manual::completions(args)),
        Command::Man(args) => command::manual::man(args),
        Command::Ci(args) => command::ci::run(args, &root()?, env),
        Command::Hook { what: HookCommand::Install(_) } => {
            hook::install(&command::gate::around(cli.root.as_deref())?, env)
        }
        Command::Hook { .. } => Ok(Exit::Clean),
    }
}

/// Whether a command cannot answer without git. The doctor tells what keeps git from it among all else.
fn asks_git(command: &Command) -> bool {
    !matches!(
        command,
        Command::New { .. }
            | Command::Explain { .. }
            | Command::Rules(_)
            | Command::Docs { .. }
            | Command::Doctor(_)
            | Command::Census(_)
            | Command::Stats(_)
            | Command::Completions(_)
            | Command::Man(_)
    )
}

/// What one guard says is no verdict on a change: that takes all of them.
fn one_guard(name: &str, root: &Path, args: &cli::RunArgs) -> Result<Exit, Failure> {
    source::trust_objects();
    command::gate::run(root, &[name.to_owned()], args, &process_env)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(words: &[&str]) -> Vec<OsString> {
        std::iter::once("gatefold").chain(words.iter().copied()).map(OsString::from).collect()
    }

    #[test]
    fn only_the_command_itself_makes_a_line_a_hooks() {
        let check = |words: &[&str], given: Option<&[&str]>| {
            let given = given.map(|given| given.iter().map(OsString::from).collect::<Vec<_>>());
            assert_eq!(given_to_hook(&line(words)), given, "{words:?}");
        };
        check(&["hook"], Some(&[]));
        check(&["hook", "codex", "--root", "x"], Some(&["codex", "--root", "x"]));
        check(&["--root", "x", "hook", "codex"], Some(&["codex"]));
        check(&["--root", "gate", "hook", "codex"], Some(&["codex"]));
        check(&["--root", "hook", "codex"], Some(&["codex"]));
        check(&["--base", "gate", "hook", "codex"], Some(&["codex"]));
        check(&["--base", "hook", "codex"], Some(&["codex"]));
        check(&["--format", "zzz", "hook", "copilot"], Some(&["copilot"]));
        check(&["--foo", "--help", "hook", "codex"], Some(&["--help", "codex"]));
        for others in [
            &["gate", "--root", "hook"][..],
            &["--root", "hook", "gate"],
            &["--base", "hook", "gate"],
            &["--base", "hook", "--root", "review", "gate"],
            &["--only", "hook", "gate"],
            &["-o", "hook", "arch", "graph"],
            &["--format", "json", "gate", "--only", "hook"],
            &["explain", "hook"],
            &["help", "hook"],
            &["hook", "install", "--root", "x"],
            &["--root", "x", "hook", "install"],
            &["--help"],
            &[],
        ] {
            check(others, None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn any_options_in_front_leave_a_hook_what_it_is(
            before in prop::collection::vec("--?[a-z]{1,3}(=.*)?|[A-Z./0-9]{0,8}|--root|--format", 0..5),
            client in prop::sample::select(vec!["claude-code", "codex", "copilot", ""]),
        ) {
            let mut words: Vec<&str> = before.iter().map(String::as_str).collect();
            words.extend(["hook", client]);
            let given = given_to_hook(&line(&words));
            prop_assert_eq!(given.and_then(|given| given.last().cloned()), Some(OsString::from(client)));
        }
    }
}
