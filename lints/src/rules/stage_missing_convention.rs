//! One implementation of a trait that is not watched as the others are.

use std::collections::BTreeMap;

use findings::{Finding, rule};

use crate::across::{Across, Function, OfFile};
use crate::{Check, Lint};

rule! {
    /// A method of a trait's implementation without an attribute that has it watched, such as `#[instrument]`, `#[timed]` or
    /// `#[receive_stats]`, where at least four in five implementations of the workspace have one, and there are five or more. The attribute
    /// counts on the method, on its `impl`, and within `cfg_attr`; traits are told apart by their names, and those of the standard
    /// library have no convention. Implementations that are there for tests neither count nor are told.
    ///
    /// What is a convention is read from the code; one that must hold from the first implementation on is a matter of
    /// `arch.attributes`.
    ///
    /// ## Why it hurts
    /// The stage is missing from the trace and from the table of latencies. When the service is slow, whoever is on call sees a
    /// gap between two spans and looks everywhere else.
    ///
    /// ## Example
    /// ```bad
    /// use tracing::instrument as seen;
    ///
    /// impl Stage for Source { #[instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Filter { #[tracing::instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Hydrator { #[cfg_attr(feature = "trace", tracing::instrument)] async fn run(&self) {} }
    /// #[timed]
    /// impl Stage for Scorer { async fn run(&self) {} }
    /// mod later {
    ///     impl super::Stage for Mixer { async fn run(&self) {} } //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Give it the attribute that the others have.
    ///
    /// ```good
    /// impl Stage for Source { #[instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Filter { #[instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Hydrator { #[instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Scorer { #[instrument(skip_all)] async fn run(&self) {} }
    /// impl Stage for Mixer { #[instrument(skip_all)] async fn run(&self) {} fn name(&self) -> &str { "mixer" } }
    /// impl Stage for Selector { #[instrument(skip_all)] async fn run(&self) {} fn name(&self) -> &str { "selector" } }
    ///
    /// impl Display for Source { fn fmt(&self, to: &mut Formatter) -> Result { to.write_str("source") } }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     impl super::Stage for Idle { async fn run(&self) {} }
    /// }
    /// ```
    pub static STAGE_MISSING_CONVENTION = {
        id: "stage-missing-convention",
        guard: "lints",
        group: "observability",
        level: Warning,
        summary: "finds implementations of a trait that are not watched as the others are",
    };
}

pub(super) static LINT: Lint = Lint { rule: &STAGE_MISSING_CONVENTION, check: Check::Across(check) };

/// Fewer implementations make no convention.
const FEWEST: usize = 5;

/// Traits of the standard library, whose methods are too small to be watched.
const COMMON: &[&str] = &[
    "AsRef",
    "Borrow",
    "Clone",
    "Debug",
    "Default",
    "Deref",
    "Display",
    "Drop",
    "Eq",
    "Error",
    "From",
    "FromStr",
    "Hash",
    "Index",
    "Into",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "ToString",
    "TryFrom",
];

fn check(across: &Across<'_>, findings: &mut Vec<Finding>) {
    let files = || across.files.iter().filter(|file| !file.for_tests);
    let watched = files().flat_map(of_traits).filter(|(_, function)| function.watched.is_some());
    // Most methods are watched nowhere.
    let mut methods: BTreeMap<(&str, &str), Vec<(&str, &Function)>> =
        watched.map(|(key, _)| (key, Vec::new())).collect();
    for file in files() {
        for (key, function) in of_traits(file) {
            if let Some(all) = methods.get_mut(&key) {
                all.push((&file.path, function));
            }
        }
    }
    for ((of, name), all) in methods.into_iter().filter(|((of, _), _)| !COMMON.contains(of)) {
        let watched: Vec<&str> = all.iter().filter_map(|(_, function)| function.watched.as_deref()).collect();
        let is_convention = all.len() >= FEWEST && watched.len() * 5 >= all.len() * 4;
        let Some(attribute) = most_frequent(&watched).filter(|_| is_convention) else { continue };
        let unwatched =
            all.iter().filter(|(path, function)| function.watched.is_none() && across.is_asked(path));
        for (path, function) in unwatched {
            let message = format!(
                "this `{name}` of `{of}` is not watched: {} of {} have an attribute like `{attribute}`",
                watched.len(),
                all.len()
            );
            findings.push(
                across
                    .finding(&STAGE_MISSING_CONVENTION, path, function, message)
                    .fact(&*function.path)
                    .help(format!("give it `#[{attribute}]`, as the others have")),
            );
        }
    }
}

/// The methods of a file by which a trait is implemented, each with the names of both.
fn of_traits(file: &OfFile) -> impl Iterator<Item = ((&str, &str), &Function)> {
    let functions = file.facts.functions.iter().filter(|function| !function.for_tests);
    functions.filter_map(|function| Some(((function.of.as_deref()?, name(function)), function)))
}

/// The name of a function without what is around it.
fn name(function: &Function) -> &str {
    function.path.rsplit("::").next().unwrap_or(&function.path)
}

fn most_frequent<'n>(names: &[&'n str]) -> Option<&'n str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    names.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
}
