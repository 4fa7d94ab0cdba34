//! What a step hands on to those after it by the files that GitHub reads for that: variables, and folders of programs.

use std::collections::BTreeSet;

use super::Step;
use super::programs::{Place, closed, of_path, puts_elsewhere};
use crate::evidence::short;

/// What the steps of a gate that stand behind a new one go by, and it sets: a fragment.
pub(super) fn hands_on(new: &Step, behind: &[&Step]) -> Option<String> {
    let script = closed(&new.script);
    let lines = || script.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let is_of =
        |line: &str, file: &str| line.contains(&format!("GITHUB_{file}")) || line.contains("github.env");
    if behind.is_empty() || !lines().any(|line| is_of(line, "ENV") || is_of(line, "PATH")) {
        return None;
    }
    if let Some(folder) = folders(&script).into_iter().find(|it| of_path(it) == Some(Place::Elsewhere)) {
        return Some(format!("puts other programs before those of the machine: `{}`", short(folder)));
    }
    let read: BTreeSet<&str> = behind.iter().flat_map(|step| variables(step)).collect();
    let is_told = |name: &str| {
        read.contains(name) || ["GATED", "JUDGE_", "GATEFOLD_"].iter().any(|start| name.starts_with(start))
    };
    let mut set = lines().flat_map(assignments);
    if let Some((name, _)) = set.find(|(name, value)| is_told(name) || puts_elsewhere(name, value)) {
        return Some(format!("sets `{}` for the steps behind it", short(name)));
    }
    // `cat FILE >>"$GITHUB_ENV"` sets whatever stands there.
    let is_legible = |line: &str| {
        assignments(line).next().is_some() || line.starts_with(['}', 'E']) || line.contains("<<")
    };
    let blind = lines().find(|line| is_of(line, "ENV") && !is_legible(line))?;
    Some(format!("sets variables for the steps behind it that cannot be read here: `{}`", short(blind)))
}

/// What a script adds to the search path; a command that does not say so is given as a whole.
fn folders(script: &str) -> Vec<&str> {
    let parts = script.lines().flat_map(|line| line.split(';')).flat_map(|part| part.split("&&"));
    let commands: Vec<&str> = parts.map(str::trim).filter(|part| !part.starts_with('#')).collect();
    let mut found = Vec::new();
    for (at, command) in commands.iter().enumerate().filter(|(_, command)| command.contains("GITHUB_PATH")) {
        // Everything that is told in braces, or in a loop, goes there.
        let is_end = command.starts_with(['}', ')']) || command.starts_with("done");
        let is_start = |part: &&str| ["{", "(", "for ", "while "].iter().any(|start| part.starts_with(start));
        let start = commands[..at].iter().rposition(is_start).filter(|_| is_end);
        let telling = start.map_or(Vec::new(), |start| {
            commands[start..at].iter().filter(|part| is_telling(part)).flat_map(|part| told(part)).collect()
        });
        found.extend(if telling.is_empty() { told(command) } else { telling });
    }
    found
}

fn is_telling(command: &str) -> bool {
    let plain = command.trim_start_matches(['{', '(', ' ']);
    ["echo ", "printf "].iter().any(|start| plain.starts_with(start))
}

/// The words that a command writes; those of `printf` after the first say what the first looks like.
fn told(command: &str) -> Vec<&str> {
    let plain = command.trim_start_matches(['{', '(', ' ']);
    if !is_telling(plain) {
        return vec![plain];
    }
    let end = plain.find(['>', '|']).unwrap_or(plain.len());
    let words = plain[..end].split_whitespace().skip(1).map(|word| word.trim_matches(['"', '\'', '}']));
    words.filter(|word| !word.is_empty() && !word.starts_with(['-', '%'])).collect()
}

/// The variables that a step has from those before it.
fn variables(step: &Step) -> impl Iterator<Item = &str> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let texts = [&step.script, &step.folder].into_iter().chain(step.with.values()).chain(step.env.values());
    let named =
        texts.flat_map(|text| text.split('$').skip(1).chain(text.split("env.").skip(1))).map(move |rest| {
            let rest = rest.trim_start_matches(['{', '#', '!']);
            &rest[..rest.find(|letter| !is_name(letter)).unwrap_or(rest.len())]
        });
    named.filter(|name| {
        let is_own = step.env.contains_key(*name) || step.script.contains(&format!("{name}="));
        !name.is_empty() && !is_own
    })
}

/// `NAME=value`, and `NAME<<END`, wherever they stand in a line.
fn assignments(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let words = line.split([' ', '"', '\'', ';', '(']);
    words.filter_map(|word| {
        let (name, value) = word.split_once('=').or_else(|| word.split_once("<<"))?;
        let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        (is_name && !name.is_empty()).then_some((name, value))
    })
}
