//! `hidden-stage-state`: finds state that outlives a request in code that ranks.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::{Expr, Type};

use crate::calls::{identifiers, method, peel, variable};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A `static` that changes, or a `thread_local!`, used in code that ranks: a `Mutex`, `RwLock`, atomic, `DashMap`,
    /// `ArcSwap` or cell that is declared in the same file.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`. What counts or
    /// measures (`REQUESTS`, `Counter`, `Histogram`), and what is computed once and never changes (`LazyLock<Regex>`,
    /// `OnceLock`), are left alone. A static of another file is not seen.
    ///
    /// ## Why it hurts
    /// A score that depends on what was asked before depends on the replica, on the time since its start and on the other
    /// viewers. Nobody can replay it, the order of two tests decides whether they pass, and one viewer's data can reach
    /// another's page.
    ///
    /// ## Example
    /// ```bad
    /// use std::cell::RefCell;
    /// use std::sync::{LazyLock, Mutex, atomic::{AtomicU64 as Number, Ordering}};
    ///
    /// static LAST: Mutex<Vec<f32>> = Mutex::new(Vec::new());
    /// static TURN: Number = Number::new(0);
    /// static BOOSTS: LazyLock<dashmap::DashMap<u64, f32>> = LazyLock::new(Default::default);
    ///
    /// thread_local! {
    ///     static SCRATCH: RefCell<Vec<f32>> = RefCell::default();
    /// }
    ///
    /// impl Scorer for Smooth {
    ///     fn score(&self, candidate: &Candidate) -> f32 {
    ///         let last = LAST.lock().unwrap(); //~
    ///         let turn = || Number::fetch_add(&TURN, 1, Ordering::Relaxed); //~
    ///         debug_assert!(BOOSTS.get(&candidate.id).is_some()); //~
    ///         SCRATCH.with_borrow_mut(|list| list.push(candidate.score)); //~
    ///         fn before() -> u64 {
    ///             TURN.load(Ordering::Relaxed) //~
    ///         }
    ///         last[0] + (turn() + before()) as f32
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Hand the state in: a field of the stage that is loaded from somewhere, or a part of the query.
    ///
    /// ```good
    /// use std::sync::{LazyLock, Mutex, OnceLock, atomic::{AtomicU64, Ordering}};
    ///
    /// static SCORED_TOTAL: AtomicU64 = AtomicU64::new(0);
    /// static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[a-z]+").unwrap());
    /// static WEIGHTS: OnceLock<Vec<f32>> = OnceLock::new();
    /// static SESSIONS: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    ///
    /// impl Scorer for Smooth {
    ///     fn score(&self, query: &Query, candidate: &Candidate) -> f32 {
    ///         SCORED_TOTAL.fetch_add(1, Ordering::Relaxed);
    ///         let weights = WEIGHTS.get_or_init(default_weights);
    ///         weights[0] * query.last.load(candidate.id) + WORD.find(&candidate.title).map_or(0.0, |_| 1.0)
    ///     }
    /// }
    ///
    /// fn open(id: u64) {
    ///     SESSIONS.lock().unwrap().push(id);
    /// }
    /// ```
    pub static HIDDEN_STAGE_STATE = {
        id: "hidden-stage-state",
        guard: "lints",
        group: "determinism",
        level: Warning,
        summary: "finds state that outlives a request in code that ranks",
    };
}

pub(super) static LINT: Lint = Lint { rule: &HIDDEN_STAGE_STATE, check: Check::Syntax(check) };

/// Types whose contents change behind a shared reference.
const CHANGING: &[&str] = &[
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "DashMap",
    "DashSet",
    "ArcSwap",
    "ArcSwapOption",
    "SkipMap",
    "Cache",
];

/// Words of what is written for those who watch, and never read back.
const WATCHED: &[&str] = &[
    "total",
    "count",
    "counts",
    "counter",
    "counters",
    "metric",
    "metrics",
    "histogram",
    "gauge",
    "stats",
    "requests",
    "registry",
    "hits",
    "misses",
    "errors",
    "latency",
    "once",
    "logged",
    "warned",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(used) = method(call.expr) else { return };
    let Expr::Path(path) = peel(used.receiver) else { return };
    let Some(name) = path.path.segments.last().map(|last| last.ident.to_string()) else { return };
    if !is_constant(&name) || has_word(&name, WATCHED) || !site.ranks() {
        return;
    }
    let is_local = variable(used.receiver).is_some()
        && used.name.to_string().starts_with("with")
        && site.file.text.contains("thread_local!");
    let changes = || site.facts.constant(&name).is_some_and(|ty| changes(ty, site));
    if !is_local && !changes() {
        return;
    }
    findings.push(
        site.finding(
            &HIDDEN_STAGE_STATE,
            call.expr,
            format!("`{name}` carries state from one request to the next"),
        )
        .help("hand the state in, as a field of the stage or a part of the query"),
    );
}

fn is_constant(name: &str) -> bool {
    name.len() > 1
        && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether a static of this type changes: it holds a lock, a cell or an atomic, and no metric.
fn changes(ty: &Type, site: &Site<'_>) -> bool {
    let names = identifiers(&ty.to_token_stream());
    if names.iter().any(|name| has_word(&name.to_string(), WATCHED)) {
        return false;
    }
    names.into_iter().any(|name| {
        let written = name.to_string();
        let resolved = site.resolve(&syn::Path::from(name));
        let name = resolved.as_deref().and_then(|path| path.rsplit("::").next()).unwrap_or(&written);
        CHANGING.contains(&name) || name.starts_with("Atomic")
    })
}
