//! What pieces of a script mean: what always holds, what ends in failure, what only wraps another command.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{List, Node, Pipeline};
use super::words::Word;
use crate::evidence::short;

/// What can be said of a status without running anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Passes,
    Fails,
    Nothing,
}

impl Known {
    fn of(passes: bool) -> Known {
        if passes { Known::Passes } else { Known::Fails }
    }

    fn turned(self) -> Known {
        match self {
            Known::Passes => Known::Fails,
            Known::Fails => Known::Passes,
            Known::Nothing => Known::Nothing,
        }
    }
}

/// The only simple command of a pipeline.
fn simple(pipeline: &Pipeline) -> Option<&[Word]> {
    match pipeline.nodes.as_slice() {
        [Node::Simple { words, .. }] => Some(words),
        _ => None,
    }
}

fn program(pipeline: &Pipeline) -> Option<&str> {
    simple(pipeline)?.first().map(|word| word.plain.as_str())
}

/// Whether a pipeline always passes or fails. `ci` says that the variables which CI sets are set.
pub(super) fn known(pipeline: &Pipeline, ci: bool) -> Known {
    let Some(words) = simple(pipeline) else { return Known::Nothing };
    let words: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let known = match words.as_slice() {
        ["true" | ":" | "echo" | "printf", ..] => Known::Passes,
        ["false", ..] => Known::Fails,
        ["[" | "[[", inside @ .., "]" | "]]"] | ["test", inside @ ..] => known_test(inside, ci),
        _ => Known::Nothing,
    };
    if pipeline.negated { known.turned() } else { known }
}

fn known_test(words: &[&str], ci: bool) -> Known {
    let value = |word: &str| -> Option<String> {
        let name = word.trim_start_matches(['$', '{']);
        let name = name.split([':', '-', '}']).next().unwrap_or_default();
        if !word.contains(['$', '`']) {
            return Some(word.to_owned());
        }
        (ci && ["CI", "GITHUB_ACTIONS", "GITLAB_CI"].contains(&name)).then(|| "true".to_owned())
    };
    match words {
        [] => Known::Fails,
        ["!", rest @ ..] => known_test(rest, ci).turned(),
        [word] | ["-n", word] => value(word).map_or(Known::Nothing, |value| Known::of(!value.is_empty())),
        ["-z", word] => value(word).map_or(Known::Nothing, |value| Known::of(value.is_empty())),
        [one, "=" | "==" | "-eq", other] | [one, "!=" | "-ne", other] => match (value(one), value(other)) {
            (Some(one), Some(other)) => Known::of((one == other) == ["=", "==", "-eq"].contains(&words[1])),
            _ => Known::Nothing,
        },
        _ => Known::Nothing,
    }
}

/// Whether a pipeline asks something, and checks nothing.
pub(super) fn tests(pipeline: &Pipeline) -> bool {
    const ASKING: &[&str] =
        &["[", "[[", "test", "command", "which", "type", "hash", "grep", "true", "false", "((", "diff"];
    program(pipeline).is_some_and(|program| ASKING.contains(&program))
}

pub(super) fn shown(list: &List) -> String {
    let parts: Vec<String> = list
        .iter()
        .flat_map(|entry| std::iter::once(&entry.first).chain(entry.rest.iter().map(|(_, other)| other)))
        .map(shown_pipeline)
        .collect();
    parts.join(" .. ")
}

pub(super) fn shown_pipeline(pipeline: &Pipeline) -> String {
    let not = if pipeline.negated { "! " } else { "" };
    let parts: Vec<String> = pipeline
        .nodes
        .iter()
        .map(|node| match node {
            Node::Simple { words, .. } => {
                words.iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ")
            }
            Node::Group(list) | Node::Inner(list) => shown(list),
            _ => "..".to_owned(),
        })
        .collect();
    short(&format!("{not}{}", parts.join(" | ")))
}

/// Whether what is done instead of a command that failed fails as well.
pub(super) fn ends_badly(pipeline: &Pipeline, functions: &BTreeMap<String, Node>) -> bool {
    match pipeline.nodes.last() {
        Some(Node::Simple { words, .. }) => fails(words, functions),
        Some(Node::Group(list) | Node::Inner(list)) => list_ends_badly(list, functions),
        _ => false,
    }
}

pub(super) fn list_ends_badly(list: &List, functions: &BTreeMap<String, Node>) -> bool {
    list.iter().any(|entry| {
        let leaves = |pipeline: &Pipeline| match pipeline.nodes.last() {
            Some(Node::Simple { words, .. }) => {
                words.first().is_some_and(|word| ["exit", "return"].contains(&word.plain.as_str()))
                    && fails(words, functions)
            }
            Some(Node::Group(list) | Node::Inner(list)) => list_ends_badly(list, functions),
            _ => false,
        };
        entry.rest.is_empty() && leaves(&entry.first)
    }) || list.last().is_some_and(|entry| entry.rest.is_empty() && ends_badly(&entry.first, functions))
}

fn fails(words: &[Word], functions: &BTreeMap<String, Node>) -> bool {
    let words: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    match words.as_slice() {
        ["exit" | "return", status] => *status != "0",
        // The status of what was done just before, which `echo` makes 0.
        ["exit" | "return"] => false,
        ["false" | "die" | "fail" | "abort" | "fatal" | "bail" | "err" | "error", ..] => true,
        ["kill", ..] => true,
        [name, ..] => match functions.get(*name) {
            Some(Node::Group(list) | Node::Inner(list)) => list_ends_badly(list, &BTreeMap::new()),
            _ => false,
        },
        [] => false,
    }
}

/// `status=$?`, or a question about `$?`: the failure before it is not lost.
pub(super) fn asks_for_status(pipeline: &Pipeline) -> bool {
    match pipeline.nodes.first() {
        Some(Node::Simple { words, .. }) => {
            let harmless = words.first().is_some_and(|word| word.plain == "echo");
            !harmless && words.iter().any(|word| word.raw.contains("$?") || word.raw.contains("PIPESTATUS"))
        }
        Some(Node::If(branches, _)) => branches
            .first()
            .and_then(|(test, _)| test.first())
            .is_some_and(|entry| asks_for_status(&entry.first)),
        _ => false,
    }
}

/// The variable that a pipeline, or the last of a group, gives a value.
pub(super) fn assigned(pipeline: &Pipeline) -> Option<String> {
    match pipeline.nodes.last()? {
        Node::Simple { words, .. } => words.iter().rev().find_map(|word| {
            let (name, value) = word.plain.split_once('=')?;
            (is_name(name) && value != "0").then(|| name.to_owned())
        }),
        Node::Group(list) => list.iter().rev().find_map(|entry| assigned(&entry.first)),
        _ => None,
    }
}

/// The names of all variables that a script looks at: `$name`, `${name}`, `((name`.
pub(super) fn used(script: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in script.split('$').skip(1).chain(script.split("((").skip(1)) {
        let part = part.trim_start_matches(['{', '(', ' ', '!', '#']);
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(part.len());
        names.insert(part[..end.min(80)].to_owned());
    }
    names
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A command without what only starts it, and whether the script ends with it.
pub(super) fn unwrapped(mut words: Vec<String>) -> (Vec<String>, bool) {
    let mut leaves = false;
    while let Some(first) = words.first().cloned() {
        let assignment = first.split_once('=').is_some_and(|(name, _)| is_name(name.trim_end_matches('+')));
        match first.as_str() {
            _ if assignment => drop(words.remove(0)),
            "exec" | "sudo" | "time" | "nice" | "nohup" | "builtin" | "caffeinate" | "xvfb-run" | "@"
            | "-" => {
                leaves |= first == "exec";
                words.remove(0);
                while words.first().is_some_and(|word| word.starts_with('-')) {
                    words.remove(0);
                }
            }
            "command" if !words.get(1).is_some_and(|word| word.starts_with('-')) => drop(words.remove(0)),
            "env" => {
                words.remove(0);
                while let Some(option) = words.first().filter(|word| word.starts_with('-')).cloned() {
                    let count = if ["-u", "-C", "-S"].contains(&option.as_str()) { 2 } else { 1 };
                    words.drain(..count.min(words.len()));
                }
            }
            "timeout" => {
                words.remove(0);
                while let Some(option) = words.first().filter(|word| word.starts_with('-')).cloned() {
                    let count = if ["-k", "-s"].contains(&option.as_str()) { 2 } else { 1 };
                    words.drain(..count.min(words.len()));
                }
                if !words.is_empty() {
                    words.remove(0);
                }
            }
            _ => break,
        }
    }
    (words, leaves)
}

/// What stands in `$( .. )` of an assignment.
pub(super) fn substituted(raw: &str) -> Option<String> {
    let (_, value) = raw.split_once('=')?;
    let value = value.trim_matches('"').strip_prefix("$(")?;
    Some(value.strip_suffix(')').unwrap_or(value).to_owned())
}

/// Whether a trap turns a failure into a success.
pub(super) fn swallows(words: &[String]) -> bool {
    let Some((script, signals)) = words.split_first() else { return false };
    let ends = signals.iter().any(|signal| ["EXIT", "0", "ERR"].contains(&signal.as_str()));
    ends && script.split([';', '\n', '&', '|', '{', '}']).any(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        matches!(words.as_slice(), ["exit" | "return", "0"])
    })
}

pub(super) fn is_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    ["sh", "bash", "dash", "zsh", "ksh", "ash"].contains(&name)
}

/// The script of `bash -c SCRIPT`.
pub(super) fn script_of(words: &[String]) -> Option<&str> {
    let at = words
        .iter()
        .position(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))?;
    let before = &words[1..at];
    let plain = before.iter().all(|word| word.starts_with('-') || word == "pipefail");
    words.get(at + 1).filter(|_| plain).map(String::as_str)
}

/// Whether a function hands what it is given to the program of its name.
pub(super) fn forwards(body: &Node, name: &str) -> bool {
    let (Node::Group(list) | Node::Inner(list)) = body else { return false };
    list.iter().any(|entry| {
        let Some(words) = simple(&entry.first) else { return false };
        let all = words.iter().any(|word| word.plain == "$@" || word.plain == "$*");
        let raw: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
        let program = unwrapped(raw.iter().map(|word| (*word).to_owned()).collect()).0;
        all && program.first().is_some_and(|first| first.rsplit(['/', '\\']).next() == Some(name))
    })
}
