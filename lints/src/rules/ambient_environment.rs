//! `ambient-environment`: finds variables of the environment that code which ranks reads by itself.

use findings::{Finding, rule};

use crate::handed::Ambient;
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// The process environment, read in code that ranks: `var`, `var_os`, `vars` and `vars_os` of `std::env`, and `var` of
    /// `dotenvy`. A helper hides it no more than it hides a clock from `ambient-clock`.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`. What is called a
    /// configuration, or `from_env`, may read it. Outside of code that ranks the environment is left alone: of what published
    /// crates read there, most is where they are configured.
    ///
    /// It blocks: 3.5 million lines of published crates have none, and all of thirteen that were written into the reference
    /// workspace are found, one of them behind a helper.
    ///
    /// ## Why it hurts
    /// A weight that comes from the environment is in no configuration that anybody reviews, and in no request that can be
    /// replayed: two replicas rank differently because one was started from another shell. It is read again for every
    /// candidate, under a lock of the whole process, and a name that is written wrong is silently the default.
    ///
    /// ## Example
    /// ```bad
    /// use std::env as surroundings;
    /// use std::env::var as setting;
    ///
    ///
    /// impl Scorer for Popularity {
    ///     fn score(&self, candidate: &Candidate) -> f32 {
    ///         let boost = setting("BOOST").ok().and_then(|text| text.parse().ok()); //~
    ///         let read: fn(&str) -> Option<OsString> = surroundings::var_os;
    ///         let debug = || read("RANK_DEBUG").is_some(); //~
    ///         debug_assert!(std::env::vars().count() > 0); //~
    ///         fn half_life() -> Option<String> {
    ///             dotenvy::var("HALF_LIFE").ok() //~
    ///         }
    ///         candidate.score * boost.unwrap_or(1.0) * decay(half_life(), debug())
    ///     }
    /// }
    ///
    /// mod reranker {
    ///     static DEPTH: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| parse(std::env::var("DEPTH"))); //~
    ///     static WIDTH: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| crate::numbers::width()); //~
    /// }
    ///
    /// mod numbers {
    ///     pub(crate) fn width() -> usize {
    ///         std::env::var("WIDTH").map_or(1, |width| width.len())
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Read it once, where the service is configured, and hand it in.
    ///
    /// ```good
    /// impl Scorer for Popularity {
    ///     fn score(&self, candidate: &Candidate) -> f32 {
    ///         candidate.score * self.config.boost
    ///     }
    /// }
    ///
    /// impl ScorerConfig {
    ///     fn read() -> Option<String> {
    ///         std::env::var("BOOST").ok()
    ///     }
    /// }
    ///
    /// impl Popularity {
    ///     fn from_env() -> Option<String> {
    ///         std::env::var("BOOST").ok()
    ///     }
    /// }
    ///
    /// impl Hydrator for Popularity {
    ///     fn reset(&mut self) {
    ///         self.boost = Settings::boost();
    ///     }
    ///
    ///     fn new() -> Result<Self, Error> {
    ///         Ok(Popularity { boost: folder().boost()? })
    ///     }
    /// }
    ///
    /// fn folder() -> Folder {
    ///     Folder::at(std::env::var("MODELS"))
    /// }
    ///
    /// impl Settings {
    ///     fn boost() -> Option<String> {
    ///         std::env::var("BOOST").ok()
    ///     }
    /// }
    /// ```
    pub static AMBIENT_ENVIRONMENT = {
        id: "ambient-environment",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds variables of the environment that code which ranks reads by itself",
    };
}

pub(super) static BEHIND: Ambient = Ambient {
    rule: &AMBIENT_ENVIRONMENT,
    is_read: |call| call.is_one_of(READERS),
    may: configures,
    effect: "makes this ranking depend on where it runs",
    help: HELP,
};

const HELP: &str = "read it where the service is configured, and hand it in";

pub(super) static LINT: Lint = Lint { rule: &AMBIENT_ENVIRONMENT, check: Check::Syntax(check) };

/// Functions that read the environment.
const READERS: &[&str] =
    &["std::env::var", "std::env::var_os", "std::env::vars", "std::env::vars_os", "dotenvy::var"];

/// Words of what is there to be configured.
const CONFIGURES: &[&str] = &["config", "configuration", "settings", "options", "env"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    if !call.is_one_of(READERS) || !site.ranks() || configures(site) {
        return;
    }
    let path = call.path.as_deref().unwrap_or_default();
    findings.push(
        site.finding(
            &AMBIENT_ENVIRONMENT,
            call.expr,
            format!("`{path}` makes this ranking depend on where it runs"),
        )
        .help(HELP),
    );
}

/// Whether the code around is there to be configured, by its name or that of its file.
fn configures(site: &Site<'_>) -> bool {
    let item = site.item();
    let file = site.file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
    item.split("::").chain([file]).any(|name| has_word(name, CONFIGURES))
}
