//! The conventions of rules and of their words, each a sentence that says what to change.

use std::collections::BTreeSet;
use std::path::Path;

use super::examples;
use crate::docs::{self, Block};
use crate::{Finding, Rule};

/// Fails unless the registry and the folder of rules belong together, and every rule is documented by the
/// conventions: ids are unique and equal the names of their files, every file is registered, the documentation
/// has its sections and at least one bad and one good example.
///
/// # Panics
/// With every breach of a convention, one a line.
#[track_caller]
pub fn check_registry(rules: &[&Rule], folder: &Path) {
    let problems = registry_problems(rules, folder);
    assert!(problems.is_empty(), "{} breaches of the conventions:\n{}", problems.len(), problems.join("\n"));
}

/// Fails unless the words of a finding keep the convention: the message is one line, says what is wrong in lower
/// case, and has no full stop; help is the same in the imperative.
///
/// # Panics
/// With the text and every breach.
#[track_caller]
pub fn check_message(finding: &Finding) {
    let mut problems = text_problems("message", &finding.message);
    problems.extend(finding.help.iter().flat_map(|help| text_problems("help", help)));
    problems.extend(
        finding.notes.iter().filter(|note| note.text.trim().is_empty()).map(|_| "a note is empty".to_owned()),
    );
    assert!(
        problems.is_empty(),
        "the words of a finding of `{}` break the convention:\n{}\nmessage: {}\nhelp: {}",
        finding.rule.id,
        problems.join("\n"),
        finding.message,
        finding.help.as_deref().unwrap_or("none"),
    );
}

pub(super) fn registry_problems(rules: &[&Rule], folder: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    for rule in rules {
        if !ids.insert(rule.id) {
            problems.push(format!("`{}` is registered twice", rule.id));
        }
        problems.extend(rule_problems(rule).into_iter().map(|problem| format!("`{}`: {problem}", rule.id)));
    }
    match stems(folder) {
        Err(error) => problems.push(format!("failed to list {}: {error}", folder.display())),
        Ok(stems) => {
            let files: BTreeSet<_> = stems.iter().map(|stem| stem.replace('_', "-")).collect();
            for id in files.iter().filter(|id| !ids.contains(id.as_str())) {
                problems.push(format!(
                    "{}/{}.rs is not registered; a rules folder holds one file a rule, and nothing else",
                    folder.display(),
                    id.replace('-', "_"),
                ));
            }
            for id in ids.iter().filter(|id| !files.contains(**id)) {
                problems.push(format!("`{id}` has no file in {}", folder.display()));
            }
        }
    }
    problems
}

/// The names of the Rust files of a folder without their extension, `mod` left out.
fn stems(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut stems = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") && stem != "mod" {
            stems.push(stem);
        }
    }
    Ok(stems)
}

pub(super) fn rule_problems(rule: &Rule) -> Vec<String> {
    let mut problems = Vec::new();
    let mut demand = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    for (what, name) in [("id", rule.id), ("group", rule.group), ("guard", rule.guard)] {
        demand(is_kebab(name), &format!("the {what} `{name}` is not kebab-case"));
    }
    let stem = Path::new(rule.file).file_stem().unwrap_or_default().to_string_lossy();
    demand(
        stem.replace('_', "-") == rule.id,
        &format!("the id differs from the name of its file, {}", rule.file),
    );
    demand(rule.summary.starts_with("finds "), "the summary does not start with \"finds\"");
    demand(!rule.summary.ends_with('.'), "the summary ends in a full stop");
    demand(!rule.summary.contains('\n'), "the summary has more than one line");

    let blocks = docs::blocks(rule);
    let first: Vec<&str> = blocks
        .iter()
        .map_while(|block| match block {
            Block::Prose(line) if !line.is_empty() => Some(*line),
            _ => None,
        })
        .collect();
    let first = first.join(" ");
    demand(
        first.starts_with(|c: char| c.is_uppercase() || c == '`'),
        "the documentation does not begin with a sentence that has a capital (or a name in backticks)",
    );
    demand(first.ends_with('.'), "the first paragraph of the documentation does not end in a full stop");
    let headings: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Prose(line) if line.starts_with('#') => Some(*line),
            _ => None,
        })
        .collect();
    let places = ["## Why it hurts", "## Example", "## Instead"].map(|section| {
        let place = headings.iter().position(|heading| *heading == section);
        demand(place.is_some(), &format!("the documentation lacks the section `{section}`"));
        place
    });
    demand(
        places.iter().flatten().is_sorted(),
        "the sections do not stand in the order Why it hurts, Example, Instead",
    );
    for block in &blocks {
        if let Block::Fence(fence) = block {
            demand(
                fence.closed,
                &format!("the fence on line {} of the documentation is not closed", fence.line),
            );
        }
    }

    let examples = examples(rule);
    for wanted in ["bad", "good"] {
        demand(examples.iter().any(|example| example.is(wanted)), &format!("there is no {wanted} example"));
    }
    for example in &examples {
        let at = format!("the {} example on line {} of the documentation", example.kind, example.line);
        demand(!example.text.trim().is_empty(), &format!("{at} is empty"));
        demand(
            example.kind != "bad" || !example.marked.is_empty(),
            &format!("{at} marks no line with `//~`"),
        );
        demand(!example.is("good") || example.marked.is_empty(), &format!("{at} marks a line to fire"));
    }
    problems
}

fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

fn text_problems(what: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut demand = |holds: bool, problem: &str| {
        if !holds {
            problems.push(format!("the {what} {problem}"));
        }
    };
    demand(!text.is_empty(), "is empty");
    demand(text.trim() == text, "begins or ends with white space");
    demand(!text.chars().any(char::is_control), "has more than one line, or a control character");
    // `; did you mean `this`?`
    let ends_well = text.ends_with("...") || text.ends_with("`?");
    demand(!text.ends_with(['.', '!', '?', ':', ';', ',']) || ends_well, "ends in punctuation");
    demand(!starts_with_a_capital(text), "starts with a capital; put names in backticks");
    demand(text.matches('`').count().is_multiple_of(2), "has a backtick without its partner");
    problems
}

/// Whether the first word is capitalised like the start of a sentence. Names such as `RPC`, `HashMap` or `SHA256`
/// are not.
fn starts_with_a_capital(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(|c| c.is_lowercase())
}
