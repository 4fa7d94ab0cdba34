//! Commands of git that go round its hooks, or take from under the session what judges it.

use super::HOOKS;
use crate::hook::before::shell::subcommand;

const MODES: &str = "git would not see any more which files can be run, and the hooks of this session are one. If that setting \
                     is needed here, say so in your last message: a person makes it.";
const FOLDERS: &str = "it moves git folders, and whatever judges a change finds its base in one. Leave them where they are; if one is \
                       in the way, say so in your last message.";

/// Why git must not be run so, if so.
pub(super) fn why_not(given: &[String]) -> Option<&'static str> {
    let (subcommand, rest) = subcommand(given)?;
    let before = &given[..given.len() - rest.len() - 1];
    if before.iter().any(|word| leads_hooks(word)) {
        return Some(HOOKS);
    }
    if subcommand == "config" && hides_modes(rest) {
        return Some(MODES);
    }
    if subcommand == "submodule" && rest.iter().any(|word| word == "absorbgitdirs") {
        return Some(FOLDERS);
    }
    let skips = match subcommand {
        "config" => leads_hooks_elsewhere(rest),
        "commit" => options(rest, "mFCct").any(|word| is_no_verify(word) || has_n(word)),
        // `-n` of a push is a rehearsal.
        "push" | "merge" | "pull" | "rebase" | "am" => options(rest, "mosSX").any(is_no_verify),
        _ => false,
    };
    skips.then_some(HOOKS)
}

/// Why git must not commit or push with other settings than the person's, if so: those may lead its hooks elsewhere.
pub(super) fn why_not_with<'a>(
    mut assignments: impl Iterator<Item = &'a str>,
    given: &[String],
) -> Option<&'static str> {
    const WITH_HOOKS: [&str; 7] = ["am", "cherry-pick", "commit", "merge", "pull", "push", "rebase"];
    let (subcommand, _) = subcommand(given)?;
    let is_other = |word: &str| {
        let (name, value) = word.split_once('=').unwrap_or_default();
        matches!(name, "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM") && !matches!(value, "" | "/dev/null")
    };
    (WITH_HOOKS.contains(&subcommand) && assignments.any(is_other)).then_some(HOOKS)
}

/// The options among words: no values of options that take the next word, nothing behind `--`.
fn options<'a>(words: &'a [String], with_value: &'a str) -> impl Iterator<Item = &'a str> {
    const LONG: [&str; 6] = ["--message", "--file", "--author", "--date", "--trailer", "--push-option"];
    let mut is_value = false;
    words.iter().map(String::as_str).take_while(|word| *word != "--").filter(move |word| {
        let skipped = std::mem::take(&mut is_value);
        let short = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        // `-` alone is a file.
        let takes = short.is_some_and(|letters| {
            letters.find(|it| with_value.contains(it)).is_some_and(|at| at + 1 == letters.len())
        });
        is_value = !skipped && (takes || LONG.contains(word));
        !skipped && word.starts_with('-')
    })
}

/// `--no-verify`, also in short: git takes every beginning that only one option has.
fn is_no_verify(word: &str) -> bool {
    word.len() >= "--no-veri".len() && "--no-verify".starts_with(word)
}

/// Whether short options hold `-n`, before one that takes the rest as its value.
fn has_n(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else {
        return false;
    };
    letters.chars().take_while(|letter| !"mFCctSu".contains(*letter)).any(|letter| letter == 'n')
}

/// Whether a setting says where hooks lie, or takes in a file that may. Git takes its keys in any case.
pub(super) fn leads_hooks(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut keys = text.split(['=', '\'', ' ']);
    let takes_in = |key: &str| key == "include.path" || key.starts_with("includeif.");
    text.contains("core.hookspath") || keys.any(takes_in)
}

/// Whether `git config` changes where hooks lie; a bare name is read.
fn leads_hooks_elsewhere(rest: &[String]) -> bool {
    let Some(at) = rest.iter().position(|word| leads_hooks(word)) else { return false };
    let reads =
        rest[..at].iter().any(|word| matches!(word.as_str(), "get" | "--get" | "--get-all" | "--list"));
    let takes_out = rest[..at].iter().any(|word| word.contains("unset"));
    !reads && (takes_out || rest.len() > at + 1)
}

/// Whether `git config` has git look past files that can no longer be run.
fn hides_modes(rest: &[String]) -> bool {
    const OFF: [&str; 5] = ["", "0", "false", "no", "off"];
    let is_off = |pair: &[String]| {
        pair[0].eq_ignore_ascii_case("core.fileMode") && OFF.contains(&pair[1].to_ascii_lowercase().as_str())
    };
    rest.windows(2).any(is_off)
}
