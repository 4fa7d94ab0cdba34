//! Files that a test read and reads no more, while it reads one that the change brings.

use std::collections::BTreeSet;

use findings::{Finding, Rule};
use source::{ChangeKind, FileChange, Tree};

use crate::Scene;
use crate::artefacts::{differences, says_as_much};
use crate::evidence::{HELP, short, side_by_side};
use crate::facts::Role;
use crate::matching::reachable;
use crate::promises::Beside;
use crate::rust::{At, by_name};
use crate::scene::base_path;

/// A file that a test reads in the place of another.
pub(crate) struct Exchanged<'a> {
    pub(crate) base: At<'a>,
    pub(crate) head: At<'a>,
    /// Where the base's lies, on both sides.
    pub(crate) old: String,
    pub(crate) new: String,
}

/// All of them, where the old file is `judged`. One that holds all that the old one did says the same, and who reads both says more.
pub(crate) fn found<'s>(scene: &'s Scene<'_>, judged: impl Fn(&str) -> bool) -> Vec<Exchanged<'s>> {
    let added =
        scene.change.files.iter().filter(|file| file.kind == ChangeKind::Added && !is_code(&file.path));
    let added: Vec<&str> = added.map(|file| file.path.as_str()).collect();
    if added.is_empty() {
        return Vec::new();
    }
    let helpers = [true, false].map(|at_base| scene.rust.functions(at_base, Role::Helper));
    let [base_helpers, head_helpers] = [by_name(&helpers[0]), by_name(&helpers[1])];
    let helpers_differ =
        scene.helpers.pairs.iter().any(|(base, head)| base.function.body != head.function.body);
    let differs = |(base, head): &&(At<'s>, At<'s>)| {
        helpers_differ
            || base.function.text != head.function.text
            || base.side.facts.constants != head.side.facts.constants
    };
    let stays = |path: &str| scene.change.head.contains(path) && !scene.change.touched(path);
    let mut found: Vec<Exchanged<'s>> = Vec::new();
    for &(base, head) in scene.tests.pairs.iter().filter(differs) {
        let (before, after) =
            (texts(&reachable(base, &base_helpers)), texts(&reachable(head, &head_helpers)));
        let named =
            |text: &str, paths: &mut dyn Iterator<Item = &'s str>| nearest(text, paths, &base.side.path);
        let fresh = after.difference(&before);
        let fresh = fresh.filter_map(|text| Some((text, named(text, &mut added.iter().copied())?)));
        let fresh: Vec<(&String, &str)> = fresh.collect();
        if fresh.is_empty() {
            continue;
        }
        for text in before.difference(&after) {
            let old = named(text, &mut scene.base.paths());
            let Some(old) = old.filter(|old| stays(old) && judged(old)) else { continue };
            let new = fresh.iter().find(|(other, _)| end(other) == end(text)).map(|(_, new)| *new);
            let Some(new) = new.filter(|new| !says_it(scene, old, new)) else { continue };
            if !found.iter().any(|known| known.old == old && known.new == new) {
                found.push(Exchanged { base, head, old: old.to_owned(), new: new.to_owned() });
            }
        }
    }
    found
}

/// Where an expectation lies now that left the files which the policy calls so, if it has every byte and the tests that read it
/// read it there.
pub(crate) fn moved_out<'s>(scene: &'s Scene<'_>, file: &'s FileChange) -> Option<&'s str> {
    let old = base_path(file);
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let copies = || {
        let added = scene.change.files.iter().filter(|file| file.kind == ChangeKind::Added);
        added.map(|file| file.path.as_str()).find(|path| name(path) == name(old) && is_same(scene, old, path))
    };
    let new = match file.kind {
        ChangeKind::Renamed => Some(file.path.as_str()).filter(|new| is_same(scene, old, new)),
        ChangeKind::Removed => copies(),
        ChangeKind::Added | ChangeKind::Modified => None,
    };
    let is_one = |path: &str| scene.expectations.is_match(path);
    new.filter(|new| is_one(old) && !is_one(new) && is_read_anew(scene, old, new))
}

/// Whether each test that read a file of the base, of which there is one, reads another at head.
fn is_read_anew(scene: &Scene<'_>, old: &str, new: &str) -> bool {
    let helpers = [true, false].map(|at_base| scene.rust.functions(at_base, Role::Helper));
    let [base_helpers, head_helpers] = [by_name(&helpers[0]), by_name(&helpers[1])];
    let reads = |at: At<'_>, said: &[String], tree: &Tree, file: &str| {
        texts(said).iter().any(|text| nearest(text, &mut tree.paths(), &at.side.path) == Some(file))
    };
    let mut readers = scene
        .tests
        .pairs
        .iter()
        .filter(|(base, _)| reads(*base, &reachable(*base, &base_helpers), scene.base, old));
    let is_read = |(_, head): &(At<'_>, At<'_>)| {
        reads(*head, &reachable(*head, &head_helpers), &scene.change.head, new)
    };
    readers.next().is_some_and(is_read) && readers.all(is_read)
}

/// It as a finding.
pub(crate) fn told(scene: &Scene<'_>, rule: &'static Rule, exchanged: &Exchanged<'_>) -> Finding {
    let Exchanged { base, head, old, new } = exchanged;
    let test = short(&head.function.name);
    let (before, after) = (scene.base.text(old), scene.change.head.text(new));
    let note = match (&before, &after) {
        (Ok(before), Ok(after)) => {
            differences(old, before, after).unwrap_or_else(|| side_by_side(before, after))
        }
        _ => "(not text)".to_owned(),
    };
    let bytes = |tree: &Tree, path: &str| tree.read(path).unwrap_or_default();
    let message = format!("test `{test}` reads `{new}` in the place of `{old}`, which says something else");
    Finding::new(rule, head.location(), message)
        .help(HELP)
        .note_at_base(base.location(), note)
        .fact("another file")
        .fact(new)
        .judged(bytes(scene.base, old), bytes(&scene.change.head, new))
}

/// Code is compared as such.
fn is_code(path: &str) -> bool {
    path.ends_with(".rs")
}

/// The texts that may name a file.
fn texts(tokens: &[String]) -> BTreeSet<String> {
    let texts = tokens.iter().filter(|token| token.starts_with('"'));
    let texts = texts.map(|token| token.trim_matches('"').trim_start_matches(['.', '/']).to_owned());
    texts.filter(|text| !end(text).is_empty() && !text.contains([' ', '\\', '{'])).collect()
}

fn end(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, end)| end)
}

/// The file that a text names by its path or the end of it: of several the one that lies nearest to the code, if that is one.
fn nearest<'p>(text: &str, paths: &mut dyn Iterator<Item = &'p str>, code: &str) -> Option<&'p str> {
    let is_it = |path: &&str| {
        path.strip_suffix(text).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    };
    let shared =
        |path: &str| path.split('/').zip(code.split('/')).take_while(|(one, other)| one == other).count();
    let mut all: Vec<(usize, &str)> = paths.filter(is_it).map(|path| (shared(path), path)).collect();
    all.sort_unstable_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    match all.as_slice() {
        [(_, path)] => Some(path),
        [(most, path), (next, _), ..] if most > next => Some(path),
        _ => None,
    }
}

/// Whether the new file says all that the old one did.
fn says_it(scene: &Scene<'_>, old: &str, new: &str) -> bool {
    if is_same(scene, old, new) {
        return true;
    }
    match (scene.base.text(old), scene.change.head.text(new)) {
        (Ok(before), Ok(after)) => says_as_much(old, &before, &after, &Beside::default()),
        _ => false,
    }
}

fn is_same(scene: &Scene<'_>, old: &str, new: &str) -> bool {
    let bytes = |tree: &Tree, path: &str| tree.read(path).ok();
    bytes(scene.base, old) == bytes(&scene.change.head, new)
}
