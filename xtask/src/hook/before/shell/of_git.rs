//! What git is given to run: commands that it calls by other names, and those of `rebase --exec` and `bisect run`.

use super::{Inner, subcommand};

/// The commands that git is handed, beside its own.
pub(super) fn given_to_run(given: &[String]) -> Vec<Inner> {
    let Some((name, rest)) = subcommand(given) else { return Vec::new() };
    let in_front = &given[..given.len() - rest.len() - 1];
    let settings = in_front.iter().enumerate().filter_map(|(at, word)| match word.as_str() {
        "-c" => in_front.get(at + 1).map(String::as_str),
        word => word.strip_prefix("-c"),
    });
    let mut all: Vec<Inner> =
        settings.filter_map(|setting| setting.split_once('=')).filter_map(called).collect();
    match name {
        "config" => all.extend(rest.windows(2).filter_map(|pair| called((&pair[0], &pair[1])))),
        "rebase" => all.extend(executed(rest).map(|text| Inner::Text(text.to_owned()))),
        "bisect" if rest.first().is_some_and(|word| word == "run") => {
            all.push(Inner::Words(rest[1..].to_vec()));
        }
        _ => {}
    }
    all
}

/// What a key of git's settings gives a name of its own to: behind `!` a command of the shell, else one of git.
fn called((key, value): (&str, &str)) -> Option<Inner> {
    let is_alias = key.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("alias."));
    let text = match value.strip_prefix('!') {
        Some(command) => command.to_owned(),
        None => format!("git {value}"),
    };
    is_alias.then_some(Inner::Text(text))
}

/// The values of `--exec` and `-x`.
fn executed(rest: &[String]) -> impl Iterator<Item = &str> {
    rest.iter().enumerate().filter_map(|(at, word)| match word.as_str() {
        "-x" | "--exec" => rest.get(at + 1).map(String::as_str),
        word if word.starts_with("-x") => Some(&word[2..]),
        word => word.strip_prefix("--exec="),
    })
}
