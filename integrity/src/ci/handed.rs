//! What a step hands on to those after it by the files that GitHub reads for that: variables, and folders of programs.

use std::collections::BTreeSet;

use super::Step;
use super::settings::puts_elsewhere;
use crate::evidence::short;

/// What the steps of a gate that stand behind a new one go by, and it sets: a fragment.
pub(super) fn hands_on(new: &Step, behind: &[&Step]) -> Option<String> {
    let lines = || new.script.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let is_of =
        |line: &str, file: &str| line.contains(&format!("GITHUB_{file}")) || line.contains("github.env");
    if behind.is_empty() || !lines().any(|line| is_of(line, "ENV") || is_of(line, "PATH")) {
        return None;
    }
    if let Some(line) = lines().find(|line| line.contains("GITHUB_PATH") && !is_of_the_machine(line)) {
        return Some(format!("puts other programs before those of the machine: `{}`", short(line)));
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

/// Whether what is added to the search path lies where only the machine's owner, or a tool's installer, writes.
fn is_of_the_machine(line: &str) -> bool {
    let folder =
        line.split_once(' ').map_or("", |(_, rest)| rest.trim_start_matches(['-', 'n', ' ', '"', '\'']));
    let places = [
        "~",
        "$HOME",
        "${HOME",
        "/usr",
        "/opt",
        "/home/runner",
        "$CARGO_HOME",
        "${CARGO_HOME",
        "${{ runner.",
    ];
    places.iter().any(|place| folder.starts_with(place))
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
