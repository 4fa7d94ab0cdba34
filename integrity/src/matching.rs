//! Which test of head is which test of the base: by name, else by body, else by what it has in common.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::facts::{Assertion, Form, Role, similarity, telling, tokens_of_line};
use crate::rust::{At, Rust};

/// Base's tests beside head's.
pub(crate) struct Matched<'a> {
    /// The same test, or the same assertion helper, on both sides.
    pub(crate) pairs: Vec<(At<'a>, At<'a>)>,
    /// Tests that head no longer has in any form.
    pub(crate) lost: Vec<At<'a>>,
}

/// Two bodies this alike are one test that was renamed, within a file and between files.
const ALIKE_IN_FILE: f64 = 0.6;
const ALIKE_ANYWHERE: f64 = 0.7;

/// Enough for two tests of a file most words of whose names are the same.
const ALIKE_BY_NAME: f64 = 0.3;

/// Of what tells two tests of a file, the share that is the same once new helpers are read where they are called.
const ALIKE_WRITTEN_OUT: f64 = 0.8;

/// More comparisons of bodies than this are not made, since they are quadratic.
const COMPARISONS: usize = 200_000;

/// Pairs the functions of a role.
pub(crate) fn pair<'a>(rust: &'a Rust, role: Role) -> Matched<'a> {
    let mut base: Vec<At<'a>> = Vec::new();
    let mut pairs = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let head = rust.functions(false, role);
    let mut places: HashMap<(&str, String), Vec<usize>> = HashMap::new();
    for (index, at) in head.iter().enumerate() {
        places.entry((at.side.path.as_str(), at.function.title())).or_default().push(index);
    }
    let at_head: BTreeMap<&str, &str> = rust
        .files
        .iter()
        .filter_map(|file| Some((file.base.as_ref()?.path.as_str(), file.head.as_ref()?.path.as_str())))
        .collect();
    for at in rust.functions(true, role) {
        let same =
            at_head.get(at.side.path.as_str()).and_then(|path| places.get(&(*path, at.function.title())));
        let free = same.into_iter().flatten().copied().find(|index| !taken.contains(index));
        match free {
            Some(index) => {
                taken.insert(index);
                pairs.push((at, head[index]));
            }
            None => base.push(at),
        }
    }
    same_bodies(&mut base, &head, &mut taken, &mut pairs);
    let free: Vec<usize> = (0..head.len()).filter(|index| !taken.contains(index)).collect();
    let few = base.len() * free.len() <= COMPARISONS;
    let fresh = if base.is_empty() || role != Role::Test { Vec::new() } else { fresh_helpers(rust) };
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for (lost, at) in base.iter().enumerate() {
        for &index in &free {
            let other = head[index];
            let in_file = at_head.get(at.side.path.as_str()) == Some(&other.side.path.as_str());
            if !few && at.function.name != other.function.name {
                continue;
            }
            let mut alike = likeness(*at, other);
            if in_file && alike < ALIKE_IN_FILE {
                alike = alike.max(likeness_written_out(*at, other, &fresh));
            }
            let named = at.function.name == other.function.name;
            let enough = if named {
                0.3
            } else if in_file && same_words(&at.function.name, &other.function.name) {
                ALIKE_BY_NAME
            } else if in_file {
                ALIKE_IN_FILE
            } else {
                ALIKE_ANYWHERE
            };
            if alike >= enough {
                let bonus = f64::from(u8::from(named)) * 0.5 + f64::from(u8::from(in_file)) * 0.1;
                candidates.push((alike + bonus, lost, index));
            }
        }
    }
    candidates
        .sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    let mut found = BTreeSet::new();
    for (_, lost, index) in candidates {
        if !found.contains(&lost) && !taken.contains(&index) {
            found.insert(lost);
            taken.insert(index);
            pairs.push((base[lost], head[index]));
        }
    }
    let lost =
        base.iter().enumerate().filter(|(index, _)| !found.contains(index)).map(|(_, at)| *at).collect();
    Matched { pairs, lost }
}

/// Pairs what has the same body under another name, those of the same name first. What remains stays in `base`.
fn same_bodies<'a>(
    base: &mut Vec<At<'a>>,
    head: &[At<'a>],
    taken: &mut BTreeSet<usize>,
    pairs: &mut Vec<(At<'a>, At<'a>)>,
) {
    let mut bodies: HashMap<(&[String], &[String]), Vec<usize>> = HashMap::new();
    for (index, at) in head.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
        bodies.entry((&at.function.body, &at.function.cases)).or_default().push(index);
    }
    base.retain(|at| {
        let Some(same) = bodies.get_mut(&(at.function.body.as_slice(), at.function.cases.as_slice())) else {
            return true;
        };
        let named = same.iter().position(|index| head[*index].function.name == at.function.name);
        if same.is_empty() {
            return true;
        }
        let index = same.remove(named.unwrap_or(0));
        taken.insert(index);
        pairs.push((*at, head[index]));
        false
    });
}

/// Whether most words of two names are the same.
fn same_words(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> { name.split('_').map(str::to_owned).collect() };
    let (one, other) = (words(one), words(other));
    one.len() > 2 && one.intersection(&other).count() * 10 >= one.len().max(other.len()) * 6
}

fn likeness(one: At<'_>, other: At<'_>) -> f64 {
    if one.function.cases == other.function.cases {
        return similarity(&one.function.body, &other.function.body);
    }
    let all =
        |at: At<'_>| -> Vec<String> { at.function.cases.iter().chain(&at.function.body).cloned().collect() };
    similarity(&all(one), &all(other))
}

/// Helpers whose names the base does not know.
fn fresh_helpers(rust: &Rust) -> Vec<At<'_>> {
    let before = rust.functions(true, Role::Helper);
    let known: BTreeSet<&str> = before.iter().map(|at| at.function.name.as_str()).collect();
    let mut helpers = rust.functions(false, Role::Helper);
    helpers.retain(|at| !known.contains(at.function.name.as_str()));
    helpers
}

/// How alike two tests of a file are in what tells them, where head's calls new helpers of its file: as much of it as they
/// say is read with it. Nothing where they are less than enough alike, or it calls none.
fn likeness_written_out(one: At<'_>, other: At<'_>, fresh: &[At<'_>]) -> f64 {
    if !asks_the_same(&one.function.assertions, &other.function.assertions) {
        return 0.0;
    }
    let body = &other.function.body;
    let calls = |name: &str| body.windows(2).any(|pair| pair[0] == name && pair[1] == "(");
    let called = fresh.iter().filter(|at| at.side.path == other.side.path && calls(&at.function.name));
    let helpers: Vec<String> = called.flat_map(|at| at.function.body.iter().cloned()).collect();
    if helpers.is_empty() {
        return 0.0;
    }
    let said: Vec<String> = helpers.into_iter().chain(body.iter().cloned()).collect();
    let (before, after) = (telling(&one.function.body), telling(&said));
    let common = before.intersection(&after).count() as f64;
    let alike = 2.0 * common / (before.len() + after.len()).max(1) as f64;
    if alike >= ALIKE_WRITTEN_OUT { alike } else { 0.0 }
}

/// Whether all that was asserted still is, in the same form: of a value what is expected of it, else what is asked of
/// whatever was made before.
fn asks_the_same(before: &[Assertion], after: &[Assertion]) -> bool {
    const END: usize = 5;
    let is_it = |gone: &Assertion, now: &Assertion| {
        let same =
            gone.subject.iter().rev().zip(now.subject.iter().rev()).take_while(|(gone, now)| gone == now);
        let negates = |one: &Assertion| one.subject.first().is_some_and(|token| token == "!");
        let expects = gone.form == Form::Equal && !gone.expected.is_empty();
        gone.form == now.form
            && gone.expected == now.expected
            && (expects || same.count() >= END && negates(gone) == negates(now))
    };
    !before.is_empty() && before.iter().all(|gone| after.iter().any(|now| is_it(gone, now)))
}

/// What a test says, with its rows, the constants of its file that it names, and the helpers that it calls.
pub(crate) fn reachable(at: At<'_>, helpers: &BTreeMap<&str, Vec<At<'_>>>) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut open = vec![at];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        tokens.extend(at.function.body.iter().cloned());
        tokens.extend(at.function.cases.iter().flat_map(|case| tokens_of_line(case)));
        for token in &at.function.body {
            if let Some(value) = at.side.facts.constants.get(token) {
                tokens.extend(tokens_of_line(value));
            }
        }
        for call in &at.function.calls {
            for helper in helpers.get(call.name.as_str()).into_iter().flatten() {
                if seen.len() < 50 && seen.insert((helper.side.path.as_str(), helper.function.title())) {
                    open.push(*helper);
                }
            }
        }
    }
    tokens
}
