//! Functions that are there already.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use findings::{Finding, Level, rule};

use crate::across::{Across, Function, Meaning, Meanings, OfFile, Place, Reach, Shape, hash};
use crate::{Check, Lint};

rule! {
    /// A function that the change adds and that another file of the package, or another module of the file, has already, but
    /// for the names of what is local to it, its literals, and the order of statements, arms and fields. The finding names the
    /// one that is there. It is found in another package, too, if the one that it is added to depends on that directly, by path
    /// and in any case, and can call it: it is `pub`, and so are the modules around it, or a `pub use` brings it out.
    ///
    /// Names of fields and methods count as they are written; paths to types, functions, constants and macros count by what they
    /// mean where they stand, however they are imported: `parse(x)` is another call where `parse` is another function. Items that are
    /// declared twice in the same words are alike.
    ///
    /// From 100 tokens on it blocks, from 60 on it advises; what is smaller is alike by chance. It advises, too, where a
    /// name is not known to mean the same in both: two items that say the same, or a name that a macro or another crate's
    /// glob brings. Who is asked about one side only, as in a full audit, is told of every copy but the first.
    ///
    /// Left alone: copies in packages that do not depend on each other, as services do not: neither can call the other's, and
    /// which crate both should share is to be decided by people; a report of it with every copy would be one that nobody can act
    /// upon within the change. Copies in a crate of what depends on it, which is how code moves there; code for tests;
    /// functions and methods of a type or trait, which cannot be called for another one; a body that is one `match` that
    /// hands its variants on or one value put together from its fields; functions of which a `cfg` decides whether they,
    /// or the module around them in the same file, are there; and two that stand in files of such modules, each by a `cfg` of its
    /// own, of which one may be there instead of the other.
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
#[derive(Clone, Copy)]
struct Found<'f> {
    file: &'f OfFile,
    function: &'f Function,
    shape: &'f Shape,
    /// Where a `cfg` decides if its file is there, a hash of when.
    when: Option<u64>,
}

fn check(across: &Across<'_>, findings: &mut Vec<Finding>) {
    let mut all: Vec<Found<'_>> = functions(across.files).collect();
    // Stable: those that are alike stay in the order of their files.
    all.sort_by_key(|found| found.shape.digest);
    let is_asked = |found: &Found<'_>| across.is_asked(&found.file.path);
    let groups: Vec<&[Found<'_>]> = all
        .chunk_by(|one, other| one.shape.digest == other.shape.digest)
        .filter(|group| group.len() > 1 && group.iter().any(is_asked))
        .collect();
    if groups.is_empty() {
        return;
    }
    let base = across.base.map(|base| base());
    let before = base.as_deref().map(|base| Before::of(base, &groups));
    // What names mean, and from where, is looked up of the few groups only that have grown: it takes what every file says.
    let (meanings, reach) = (Meanings::of(across), LazyCell::new(|| Reach::of(across.code)));
    for group in groups {
        let added = added(group, before.as_ref());
        if !group.iter().zip(&added).any(|(found, is_added)| *is_added && is_asked(found)) {
            continue;
        }
        let is_more = before.as_ref().is_none_or(|before| before.total(group) < group.len());
        let mut copies: Vec<Twin<'_>> = group
            .iter()
            .zip(added)
            .map(|(found, is_added)| {
                let meaning = meanings.of_function(found.file, found.function, &found.shape.outside);
                Twin { found: *found, is_added, meaning }
            })
            .collect();
        copies.sort_by_key(|copy| copy.meaning.alike);
        for alike in copies.chunk_by(|one, other| one.meaning.alike == other.meaning.alike) {
            let mut there = There::of(alike);
            for copy in alike.iter().filter(|copy| copy.is_added) {
                let is_asked = is_asked(&copy.found);
                if let Some(there) = there.in_package(copy).filter(|_| is_asked) {
                    findings.push(finding(across, copy, there, None));
                } else if is_asked
                    && is_more
                    && let Some((there, route)) = there.in_dependency(copy, &reach)
                {
                    findings.push(finding(across, copy, there, Some(route)));
                }
                there.add(copy);
            }
        }
    }
}

/// One of several functions of one shape.
struct Twin<'f> {
    found: Found<'f>,
    /// Whether it came with the change.
    is_added: bool,
    meaning: Meaning,
}

/// Functions that are alike, by what is asked about them for each: however many there are, none is compared with all.
struct There<'c, 'f> {
    all: &'c [Twin<'f>],
    /// Of each package those that were there, as far as they are needed: one of two modules is another than any third.
    old: HashMap<&'f str, Vec<&'c Twin<'f>>>,
    /// The same of those that came with the change and were met so far: the first stands for all.
    new: HashMap<&'f str, Vec<&'c Twin<'f>>>,
    /// What can be called from where, and how.
    routes: HashMap<Place, Option<(&'c Twin<'f>, String)>>,
}

impl<'c, 'f> There<'c, 'f> {
    fn of(all: &'c [Twin<'f>]) -> Self {
        let mut there = There { all, old: HashMap::new(), new: HashMap::new(), routes: HashMap::new() };
        all.iter().filter(|twin| !twin.is_added).for_each(|twin| put(&mut there.old, twin));
        there
    }

    fn add(&mut self, twin: &'c Twin<'f>) {
        put(&mut self.new, twin);
    }

    /// The function of the same package that one stands beside.
    fn in_package(&self, twin: &Twin<'f>) -> Option<&'c Twin<'f>> {
        let package = twin.found.file.package.as_str();
        let all = [&self.old, &self.new].into_iter().flat_map(|each| each.get(package)).flatten();
        all.copied().find(|other| is_elsewhere(&other.found, &twin.found))
    }

    /// The function of a package that the one of the twin depends on, and how it is called.
    fn in_dependency(&mut self, twin: &Twin<'f>, reach: &Reach<'_>) -> Option<(&'c Twin<'f>, &str)> {
        let from = reach.place(twin.found.file)?;
        let found = self.routes.entry(from).or_insert_with(|| {
            let route = |other: &'c Twin<'f>| {
                Some((other, reach.route(from, other.found.file, other.found.function)?))
            };
            self.all.iter().find_map(route)
        });
        found.as_ref().map(|(there, route)| (*there, route.as_str()))
    }
}

fn put<'c, 'f>(by_package: &mut HashMap<&'f str, Vec<&'c Twin<'f>>>, twin: &'c Twin<'f>) {
    let known = by_package.entry(&twin.found.file.package).or_default();
    if known.len() < 2 && known.iter().all(|known| is_elsewhere(&known.found, &twin.found)) {
        known.push(twin);
    }
}

/// Whether two stand apart, and neither may be there instead of the other.
fn is_elsewhere(one: &Found<'_>, other: &Found<'_>) -> bool {
    let are_apart = one.file.path != other.file.path || module(one.function) != module(other.function);
    are_apart && (one.when.is_none() || other.when.is_none() || one.when == other.when)
}

fn functions(files: &[OfFile]) -> impl Iterator<Item = Found<'_>> {
    let conditional = conditional(files);
    files.iter().filter(|file| !file.for_tests).flat_map(move |file| {
        let stem = file.path.trim_end_matches(".rs");
        let modules = stem.match_indices('/').map(|(end, _)| &stem[..end]).chain([stem]);
        let all: Vec<u64> = match conditional.is_empty() {
            true => Vec::new(),
            false => modules.filter_map(|module| conditional.get(module).copied()).collect(),
        };
        let when = (!all.is_empty()).then(|| hash(all));
        let functions = file.facts.functions.iter().filter(|function| !function.for_tests);
        functions
            .filter_map(move |function| Some(Found { file, function, shape: function.shape.as_ref()?, when }))
    })
}

/// The files, without `.rs`, and the folders of modules of which a `cfg` decides whether they are there, with when.
fn conditional(files: &[OfFile]) -> HashMap<String, u64> {
    let of = |file: &OfFile| {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let below = match name {
            "lib.rs" | "main.rs" | "mod.rs" => folder,
            _ => file.path.trim_end_matches(".rs"),
        };
        let path = |module: &str| format!("{below}/{module}").trim_start_matches('/').to_owned();
        file.facts.conditional.iter().map(|(module, when)| (path(module), *when)).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

/// What is around a function within its file.
fn module(function: &Function) -> &str {
    function.path.rsplit_once("::").map_or("", |(module, _)| module)
}

/// The functions of the base that head has several of: how many of a shape, in each package and in all, and where.
struct Before<'b> {
    counts: HashMap<(&'b str, u64), usize>,
    totals: HashMap<u64, usize>,
    places: HashSet<(u64, &'b str, &'b str)>,
}

impl<'b> Before<'b> {
    fn of(files: &'b [OfFile], groups: &[&[Found<'_>]]) -> Before<'b> {
        let shapes: HashSet<u64> = groups.iter().map(|group| group[0].shape.digest).collect();
        let mut before = Before { counts: HashMap::new(), totals: HashMap::new(), places: HashSet::new() };
        for Found { file, function, shape, .. } in functions(files) {
            if shapes.contains(&shape.digest) {
                *before.counts.entry((&file.package, shape.digest)).or_default() += 1;
                *before.totals.entry(shape.digest).or_default() += 1;
                before.places.insert((shape.digest, &file.path, &function.path));
            }
        }
        before
    }

    fn total(&self, group: &[Found<'_>]) -> usize {
        self.totals.get(&group[0].shape.digest).copied().unwrap_or_default()
    }
}

/// Of each of some functions of one shape, whether the change adds it. What only moved, or was given another name, is not
/// added: then its package has as many as before.
fn added(group: &[Found<'_>], before: Option<&Before<'_>>) -> Vec<bool> {
    let Some(before) = before else { return vec![true; group.len()] };
    let is_new = |found: &Found<'_>| {
        !before.places.contains(&(found.shape.digest, &*found.file.path, &*found.function.path))
    };
    let mut added: Vec<bool> = group.iter().map(is_new).collect();
    let mut gone: HashMap<&str, usize> = HashMap::new();
    for found in group {
        let count = before.counts.get(&(&*found.file.package, found.shape.digest));
        gone.insert(&found.file.package, count.copied().unwrap_or_default());
    }
    for (found, _) in group.iter().zip(&added).filter(|(_, is_added)| !**is_added) {
        gone.entry(&found.file.package).and_modify(|count| *count = count.saturating_sub(1));
    }
    for (found, is_added) in group.iter().zip(&mut added).filter(|(_, is_added)| **is_added) {
        if let Some(count) = gone.get_mut(&*found.file.package).filter(|count| **count > 0) {
            *count -= 1;
            *is_added = false;
        }
    }
    added
}

/// Told of a copy and of the one that is there; with how that is called where it is in another package.
fn finding(across: &Across<'_>, copy: &Twin<'_>, there: &Twin<'_>, route: Option<&str>) -> Finding {
    let (Found { file, function, shape, .. }, existing) = (copy.found, there.found);
    let (name, place) = (&existing.function.path, &existing.file.path);
    let message =
        format!("`{}` is `{name}` of `{place}` over again, but for names, literals and order", function.path);
    let help = match route {
        Some(route) => format!("call `{route}` instead: the package depends on the one that has it"),
        None => format!("call `{name}` instead; if it is out of reach, move it to where both can call it"),
    };
    let mut finding = across
        .finding(&DUPLICATE_HELPER, &file.path, function, message)
        .fact(format!("{name} of {place}"))
        .note_at(existing.function.location(place), "this one is there already".to_owned())
        .help(help);
    let is_same = copy.meaning.exact == there.meaning.exact;
    if !(is_same && copy.meaning.is_known && there.meaning.is_known) {
        finding = finding.note("not every name is known to mean the same in both, so that this is advice");
        finding.level = Level::Warning;
    }
    if shape.tokens < SURE {
        finding.level = Level::Warning;
    }
    finding
}
