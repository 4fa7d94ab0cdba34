//! What every command's help must have, and that its examples are command lines.

use clap::{CommandFactory, Parser};

use super::Cli;

/// Every command below the first with its words, for instance `golden accept`.
fn commands(command: &clap::Command, words: &str, found: &mut Vec<(String, clap::Command)>) {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help" && !below.is_hide_set())
    {
        let words = format!("{words} {}", below.get_name()).trim().to_owned();
        found.push((words.clone(), below.clone()));
        commands(below, &words, found);
    }
}

fn all() -> Vec<(String, clap::Command)> {
    let mut found = vec![(String::new(), Cli::command())];
    commands(&Cli::command(), "", &mut found);
    found
}

fn after(command: &clap::Command) -> String {
    command.get_after_help().map(ToString::to_string).unwrap_or_default()
}

/// The command lines of a help: those that begin as one is typed, without what is said of them.
fn examples(help: &str) -> Vec<String> {
    let typed = |line: &&str| line.starts_with("  cargo xtask ") || line.starts_with("  gatefold ");
    let line = |line: &str| {
        // What a reader fills in.
        let line = line.trim_start().replace("@COMMIT", "@0123456789abcdef0123456789abcdef01234567");
        let line = line.split("  ").next().unwrap_or(&line);
        let line = line.split(" | ").next().unwrap_or(line);
        let line = line.split(" > ").next().unwrap_or(line);
        line.split(" < ").next().unwrap_or(line).to_owned()
    };
    help.lines().filter(typed).map(line).collect()
}

/// The words of a line as a shell has them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) => words.push(std::mem::take(&mut word)),
            (c, _) => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    if words.starts_with(&["cargo".to_owned(), "xtask".to_owned()]) {
        words.remove(0);
    }
    words
}

#[test]
fn every_command_says_what_it_does_and_every_option_what_it_is_for() {
    for (words, command) in all() {
        assert!(command.get_about().is_some(), "`{words}` says nothing of itself");
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            assert!(argument.get_help().is_some(), "`{words}` says nothing of `{}`", argument.get_id());
        }
    }
}

#[test]
fn every_command_teaches_by_examples_of_itself() {
    for (name, command) in all() {
        let after = after(&command);
        let examples = examples(&after);
        let is_its_own =
            |example: &String| words(example).get(1..).unwrap_or_default().join(" ").starts_with(&name);
        assert!(examples.iter().any(is_its_own), "the help of `{name}` has no example of it: {after}");
    }
}

#[test]
fn every_example_is_a_command_line() {
    let mut read = 0;
    for (name, command) in all() {
        for example in examples(&after(&command)) {
            Cli::try_parse_from(words(&example))
                .unwrap_or_else(|error| panic!("`{name}`: `{example}`: {error}"));
            read += 1;
        }
    }
    assert!(read >= 80, "only {read} examples were found");
}

#[test]
fn the_words_of_a_line_are_those_of_a_shell() {
    let check = |line: &str, expect: &[&str]| assert_eq!(words(line), expect);
    check("cargo xtask gate --base none", &["xtask", "gate", "--base", "none"]);
    check(
        "gatefold stats 'a b/*.json' --by \"agent\"",
        &["gatefold", "stats", "a b/*.json", "--by", "agent"],
    );
    assert_eq!(examples("Examples:\n  gatefold man | man -l -      read it\n  other\n"), ["gatefold man"]);
}
