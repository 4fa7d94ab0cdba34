//! Under which name the command line speaks of itself, and how its help is laid out.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{Command, CommandFactory};

use super::Cli;
use crate::surroundings::Env;

/// How wide help is where nothing else is known, as clap has it.
const WIDTH: usize = 100;

/// How a reader calls the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// `cargo xtask`, the alias of a workspace.
    Alias,
    /// `gatefold`, the installed binary.
    Installed,
}

impl Called {
    /// How this run was called: cargo says of itself where it starts a program.
    pub(crate) fn by(arguments: &[OsString], env: Env<'_>) -> Self {
        let program = arguments.first().and_then(|first| Path::new(first).file_stem());
        match program == Some(OsStr::new("gatefold")) && env("CARGO").is_none() {
            true => Self::Installed,
            false => Self::Alias,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Alias => "cargo xtask",
            Self::Installed => "gatefold",
        }
    }
}

/// The command line under the name that it was called by.
pub(crate) fn command_line(called: Called) -> Command {
    laid_out(Cli::command(), called).bin_name(called.name())
}

fn laid_out(command: Command, called: Called) -> Command {
    let named = |text: String| match called {
        // Only after another word can `cargo xtask` be the program, and not a name in quotes of its own.
        Called::Installed => text.replace("cargo xtask ", "gatefold "),
        Called::Alias => text,
    };
    let [about, long, after] = [command.get_about(), command.get_long_about(), command.get_after_help()]
        .map(|text| text.map(ToString::to_string));
    let mut command = command;
    if let Some(about) = about {
        command = command.about(named(about));
    }
    if let Some(long) = long {
        command = command.long_about(named(long));
    }
    if let Some(after) = after {
        command = command.after_help(flowing(&named(after)));
    }
    command.mut_subcommands(|below| laid_out(below, called))
}

/// A text whose paragraphs are one line each, for whoever prints it to break, and whose examples are not broken: what is
/// said of one that is too long stands below it. Indented lines are examples.
fn flowing(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        match lines.last_mut() {
            Some(last) if is_prose && goes_on => {
                last.push(' ');
                last.push_str(line);
            }
            _ => match said_below(line) {
                Some((example, said)) => lines.extend([example, said]),
                None => lines.push(line.to_owned()),
            },
        }
        goes_on = is_prose && !line.ends_with(':');
    }
    lines.join("\n")
}

/// An example that is too long for a line, and what is said of it.
fn said_below(line: &str) -> Option<(String, String)> {
    let (example, said) = line.strip_prefix("  ")?.split_once("  ")?;
    let fits = line.chars().count() <= WIDTH;
    (!fits && !example.is_empty()).then(|| (format!("  {example}"), format!("      {}", said.trim_start())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installed_binary_speaks_of_itself_and_cargo_of_its_alias() {
        let check = |program: &str, cargo: Option<&str>, expect| {
            let env = |name: &str| cargo.filter(|_| name == "CARGO").map(str::to_owned);
            assert_eq!(Called::by(&[OsString::from(program)], &env), expect, "{program}");
        };
        check("/home/mira/.cargo/bin/gatefold", None, Called::Installed);
        check("gatefold", Some("/usr/bin/cargo"), Called::Alias);
        check("target/release/xtask", None, Called::Alias);
    }

    #[test]
    fn no_command_of_the_installed_binary_speaks_of_the_alias_in_its_examples() {
        fn look(command: &mut Command) {
            let help = command.render_long_help().to_string();
            let usage =
                help.lines().filter(|line| line.contains("Usage:") || line.starts_with("  cargo xtask"));
            for line in usage {
                assert!(!line.contains("cargo xtask"), "`{}`: {line}", command.get_name());
            }
            command.get_subcommands_mut().for_each(look);
        }
        let mut command = command_line(Called::Installed);
        command.build();
        look(&mut command);
    }

    #[test]
    fn paragraphs_flow_and_examples_stand() {
        let long = "w".repeat(WIDTH);
        let check = |text: &str, expect: &str| assert_eq!(flowing(text), expect);
        check("one\ntwo\n\nExamples:\n  a  b\n  c", "one two\n\nExamples:\n  a  b\n  c");
        check("Exit:\n  fired   x\nmore\nof it", "Exit:\n  fired   x\nmore of it");
        check(&format!("  gatefold gate    {long}"), &format!("  gatefold gate\n      {long}"));
    }
}
