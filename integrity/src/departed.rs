//! Tests that are gone together with all that they tested, where nothing else used that: dead code, and its tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use source::Tree;

use crate::Scene;
use crate::conditions::manifest_above;
use crate::manifest;
use crate::rust::At;
use crate::switches::has_word;

/// The functions that a lost test was about, if head has none of them, only lost tests used them, and the test named nothing
/// else that the repository defines. What texts alone do not tell counts as used.
pub(crate) fn tested_by(scene: &Scene<'_>, lost: At<'_>) -> Option<Vec<String>> {
    let removed = scene.rust.removed_names();
    let named: BTreeSet<&str> =
        lost.function.body.iter().map(String::as_str).filter(|token| is_name(token)).collect();
    let gone: Vec<&str> =
        named.iter().copied().filter(|name| removed.contains(name) && *name != "main").collect();
    if gone.is_empty() {
        return None;
    }
    let mut definitions = 0;
    for (path, text) in code(scene.base) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            if defined(line).any(|name| named.contains(name) && !gone.contains(&name)) {
                return None;
            }
            let Some(name) = gone.iter().find(|name| has_word(line, name)) else { continue };
            if is_dead_definition(&text, number, line, name)
                && (!line.starts_with("pub ") || is_unpublished(scene, &path))
            {
                definitions += 1;
            } else if !line.trim_start().starts_with("use ") && !is_in_lost_test(scene, &path, line) {
                return None;
            }
        }
    }
    let is_left = code(&scene.change.head).any(|(_, text)| gone.iter().any(|name| has_word(&text, name)));
    (definitions == gone.len() && !is_left).then(|| gone.into_iter().map(str::to_owned).collect())
}

fn code(tree: &Tree) -> impl Iterator<Item = (String, Arc<str>)> {
    let paths = tree.paths().filter(|path| path.ends_with(".rs"));
    paths.filter_map(|path| Some((path.to_owned(), tree.text(path).ok()?)))
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// What a line defines.
fn defined(line: &str) -> impl Iterator<Item = &str> {
    const KINDS: [&str; 10] =
        ["const", "enum", "fn", "macro_rules", "mod", "static", "struct", "trait", "type", "union"];
    let words = || line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    words().zip(words().skip(1)).filter(|(kind, _)| KINDS.contains(kind)).map(|(_, name)| name)
}

/// Whether a line begins a function that stands by itself, and that no attribute hands to anybody.
fn is_dead_definition(text: &str, number: usize, line: &str, name: &str) -> bool {
    const HARMLESS: [&str; 6] =
        ["#[allow(", "#[cold]", "#[expect(", "#[inline", "#[must_use", "#[track_caller]"];
    let is_function = line.contains(&format!("fn {name}")) && defined(line).any(|other| other == name);
    let above: Vec<&str> = text.lines().take(number).collect();
    let mut attributes =
        above.iter().rev().take_while(|line| !line.trim().is_empty() && !line.ends_with(['}', ';']));
    let harmless = |line: &&str| is_comment(line) || HARMLESS.iter().any(|begin| line.starts_with(begin));
    is_function && !line.starts_with(char::is_whitespace) && attributes.all(harmless)
}

/// Whether nobody outside of the repository can use a package.
fn is_unpublished(scene: &Scene<'_>, path: &str) -> bool {
    let read = |path: &str| {
        scene.base.text(path).ok().and_then(|text| manifest::read(&text).ok()).unwrap_or_default()
    };
    let manifest = manifest_above(scene.base, path).map(|path| read(&path)).unwrap_or_default();
    let no = Some(&Value::Bool(false));
    manifest.pointer("/package/publish") == no
        || manifest.pointer("/package/publish/workspace") == Some(&Value::Bool(true))
            && read("Cargo.toml").pointer("/workspace/package/publish") == no
}

fn is_in_lost_test(scene: &Scene<'_>, path: &str, line: &str) -> bool {
    let mut lost = scene.tests.lost.iter().filter(|at| at.side.path == path);
    lost.any(|at| at.function.text.contains(line.trim()))
}
