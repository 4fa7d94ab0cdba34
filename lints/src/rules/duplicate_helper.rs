//! Functions that are there already.

use std::collections::{BTreeMap, HashMap, HashSet};

use findings::{Finding, Level, rule};

use crate::across::{Across, Function, OfFile, Shape};
use crate::{Check, Lint};

rule! {
    /// A function that the change adds and that another file of the package, or another module of the file, has already, but
    /// for the names of what is local to it, its literals, and the order of statements, arms and fields. The finding names the
    /// one that is there.
    ///
    /// Names of fields, methods, types and functions count. From 100 tokens on it blocks, from 60 on it advises; what is
    /// smaller is alike by chance. Who is asked about one side only, as in a full audit, is told of every copy but the first.
    ///
    /// Left alone: copies in other packages, which may be out of reach, as services are for each other; code for tests;
    /// functions and methods of a type or trait, which cannot be called for another one; a body that is one `match` that
    /// hands its variants on or one value put together from its fields; and functions of which a `cfg` decides whether they
    /// are there.
    ///
    /// ## Why it hurts
    /// A mistake in it is corrected in one place and stays in the other. Two services that should score alike drift apart, and
    /// nobody can say which of the two is meant.
    ///
    /// ## Example
    /// ```bad
    /// mod home {
    ///     pub fn spread(scores: &[f32], limit: usize) -> Vec<f32> {
    ///         let total: f32 = scores.iter().sum();
    ///         let mut kept = Vec::with_capacity(limit);
    ///         for score in scores.iter().take(limit) {
    ///             if score.is_finite() && total > 0.0 {
    ///                 kept.push(score / total);
    ///             } else {
    ///                 kept.push(0.0);
    ///             }
    ///         }
    ///         kept.sort_by(f32::total_cmp);
    ///         kept
    ///     }
    /// }
    ///
    /// mod search {
    ///     /// The same by other names, in another order, within a macro's reach.
    ///     pub(crate) fn normalise(values: &[f32], most: usize) -> Vec<f32> { //~
    ///         let mut shares = Vec::with_capacity(most);
    ///         let sum: f32 = values.iter().sum();
    ///         for value in values.iter().take(most) {
    ///             if value.is_finite() && sum > 1e-6 {
    ///                 shares.push(value / sum);
    ///             } else {
    ///                 shares.push(0.5);
    ///             }
    ///         }
    ///         shares.sort_by(f32::total_cmp);
    ///         shares
    ///     }
    /// }
    ///
    /// mod shelf {
    ///     fn shares(limit: usize, scores: &[f32]) -> Vec<f32> { //~
    ///         let mut kept = Vec::with_capacity(limit);
    ///         let total: f32 = scores.iter().sum();
    ///         for score in scores.iter().take(limit) {
    ///             if score.is_finite() && total > 0.0 {
    ///                 kept.push(score / total);
    ///             } else {
    ///                 kept.push(0.0);
    ///             }
    ///         }
    ///         kept.sort_by(f32::total_cmp);
    ///         kept
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Call the one that is there; if it is out of reach, move it to a crate that both use.
    ///
    /// ```good
    /// mod home {
    ///     pub fn spread(scores: &[f32], limit: usize) -> Vec<f32> {
    ///         let total: f32 = scores.iter().sum();
    ///         let mut kept = Vec::with_capacity(limit);
    ///         for score in scores.iter().take(limit) {
    ///             if score.is_finite() && total > 0.0 {
    ///                 kept.push(score / total);
    ///             } else {
    ///                 kept.push(0.0);
    ///             }
    ///         }
    ///         kept
    ///     }
    /// }
    ///
    /// mod search {
    ///     /// The share of the total that each one lacks: another function.
    ///     pub fn lack(scores: &[f32], limit: usize) -> Vec<f32> {
    ///         let total: f32 = scores.iter().sum();
    ///         let mut kept = Vec::with_capacity(limit);
    ///         for score in scores.iter().take(limit) {
    ///             if score.is_finite() && total > 0.0 {
    ///                 kept.push(total / score);
    ///             } else {
    ///                 kept.push(0.0);
    ///             }
    ///         }
    ///         kept
    ///     }
    ///
    ///     pub fn spread(scores: &[f32]) -> Vec<f32> {
    ///         super::home::spread(scores, 20)
    ///     }
    /// }
    /// ```
    pub static DUPLICATE_HELPER = {
        id: "duplicate-helper",
        guard: "lints",
        group: "coherence",
        level: Error,
        summary: "finds functions that a change adds and that are there already",
    };
}

pub(super) static LINT: Lint = Lint { rule: &DUPLICATE_HELPER, check: Check::Across(check) };

/// Below this many tokens a copy is pointed out and blocks nothing.
const SURE: u32 = 100;

/// A function with its file.
type Found<'f> = (&'f str, &'f Function, Shape);

/// By what functions of a package are alike: its name, and the digest of their shape.
type Alike<'f> = (&'f str, u64);

fn check(across: &Across<'_>, findings: &mut Vec<Finding>) {
    let mut all: Vec<(Alike<'_>, Found<'_>)> = across.files.iter().flat_map(functions).collect();
    // Stable: those that are alike stay in the order of their files.
    all.sort_by_key(|((package, digest), _)| (*digest, *package));
    let is_asked = |(_, (path, ..)): &(Alike<'_>, Found<'_>)| across.is_asked(path);
    let alike: BTreeMap<Alike<'_>, Vec<Found<'_>>> = all
        .chunk_by(|(one, _), (other, _)| one == other)
        .filter(|all| all.len() > 1 && all.iter().any(is_asked))
        .map(|all| (all[0].0, all.iter().map(|(_, found)| *found).collect()))
        .collect();
    if alike.is_empty() {
        return;
    }
    let base = across.base.map(|base| base());
    let before = base.as_deref().map(|base| Before::of(base, &alike));
    for (key, all) in alike {
        let (old, new) = told_apart(key, &all, before.as_ref());
        for (path, copy, shape) in new.into_iter().filter(|(path, ..)| across.is_asked(path)) {
            let elsewhere = |found: &&Found<'_>| found.0 != path || module(found.1) != module(copy);
            if let Some(there) = old.iter().find(elsewhere) {
                findings.push(finding(across, (path, copy, shape), *there));
            }
        }
    }
}

fn functions(file: &OfFile) -> impl Iterator<Item = (Alike<'_>, Found<'_>)> {
    let functions = file.facts.functions.iter().filter(|function| !(file.for_tests || function.for_tests));
    functions.filter_map(|function| {
        let shape = function.shape?;
        Some(((file.package.as_str(), shape.digest), (file.path.as_str(), function, shape)))
    })
}

/// What is around a function within its file.
fn module(function: &Function) -> &str {
    function.path.rsplit_once("::").map_or("", |(module, _)| module)
}

/// The functions of the base that head has several of, by what they are: how many of a shape, and where.
struct Before<'b> {
    counts: HashMap<Alike<'b>, usize>,
    places: HashSet<(Alike<'b>, &'b str, &'b str)>,
}

impl<'b> Before<'b> {
    fn of(files: &'b [OfFile], alike: &BTreeMap<Alike<'_>, Vec<Found<'_>>>) -> Before<'b> {
        let mut before = Before { counts: HashMap::new(), places: HashSet::new() };
        let asked = files.iter().flat_map(functions).filter(|(key, _)| alike.contains_key(key));
        for (key, (path, function, _)) in asked {
            *before.counts.entry(key).or_default() += 1;
            before.places.insert((key, path, &*function.path));
        }
        before
    }
}

/// Those that were there, and those that the change adds. What only moved, or was given another name, is not added: then
/// there are as many as before.
fn told_apart<'f>(
    key: Alike<'_>,
    all: &[Found<'f>],
    before: Option<&Before<'_>>,
) -> (Vec<Found<'f>>, Vec<Found<'f>>) {
    let Some(before) = before else { return (vec![all[0]], all[1..].to_vec()) };
    let (mut old, mut new): (Vec<_>, Vec<_>) = all
        .iter()
        .copied()
        .partition(|(path, function, _)| before.places.contains(&(key, *path, &*function.path)));
    let count = before.counts.get(&key).copied().unwrap_or_default();
    let moved = count.saturating_sub(old.len()).min(new.len());
    // Two that came with the change: the first stands for both.
    let moved = moved.max(usize::from(old.is_empty()));
    old.extend(new.drain(..moved.min(new.len())));
    (old, new)
}

fn finding(across: &Across<'_>, (path, copy, shape): Found<'_>, (there, existing, _): Found<'_>) -> Finding {
    let message = format!(
        "`{}` is `{}` of `{there}` over again, but for names, literals and order",
        copy.path, existing.path
    );
    let mut finding = across
        .finding(&DUPLICATE_HELPER, path, copy, message)
        .fact(format!("{} of {there}", existing.path))
        .note_at(existing.location(there), "this one is there already".to_owned())
        .help(format!(
            "call `{}` instead; if it is out of reach, move it to where both can call it",
            existing.path
        ));
    if shape.tokens < SURE {
        finding.level = Level::Warning;
    }
    finding
}
