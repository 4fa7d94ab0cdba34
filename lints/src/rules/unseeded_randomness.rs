//! `unseeded-randomness`: finds randomness without a seed in code that ranks.

use findings::{Finding, rule};
use syn::{Expr, Stmt};

use crate::calls::Call;
use crate::handed::Ambient;
use crate::site::is_told;
use crate::sorts::ordering;
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// Randomness that nobody can repeat, in code that ranks: `rand::rng`, `thread_rng`, `random` and their like, a
    /// generator seeded by the system, `fastrand` without a seed, `getrandom`, and a `RandomState` or a random `Uuid` that becomes a
    /// number or a key to sort by. A helper hides it no more than it hides a clock
    /// from `ambient-clock`.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`. Functions that
    /// are named for retries, back-off and logs are left alone, and so is chance that only decides what is logged.
    ///
    /// It blocks: 3.5 million lines of published crates have none, and all of sixteen that were written into the reference
    /// workspace are found, four of them behind helpers. Code that chooses between servers is left alone.
    ///
    /// ## Why it hurts
    /// Exploration is wanted, but it must be repeatable: without the seed nobody can replay a request, compare two
    /// models on the same draw, compute the chance by which an item was shown, or tell a fault from bad luck. Two
    /// refreshes of one page give two orders, and approved rankings cannot exist.
    ///
    /// ## Example
    /// ```bad
    /// use rand::{Rng, SeedableRng, rngs::StdRng, thread_rng as dice};
    ///
    /// impl Scorer for Explore {
    ///     fn score(&self, candidate: &Candidate) -> f32 {
    ///         let mut rng = dice(); //~
    ///         let noise = || rand::random::<f32>(); //~
    ///         let own = StdRng::from_os_rng(); //~
    ///         tracing::debug!(draw = fastrand::f32()); //~
    ///         let hashed = std::hash::RandomState::new().hash_one(candidate.id) as f32; //~
    ///         let unique = uuid::Uuid::new_v4().as_u128() as f32; //~
    ///         candidate.score + rng.random::<f32>() + noise() + hashed + unique
    ///     }
    /// }
    ///
    /// mod reranker {
    ///     pub fn shuffle(items: &mut [u64]) {
    ///         fn draw() -> u64 {
    ///             <rand::rngs::SmallRng as rand::SeedableRng>::from_entropy().next_u64() //~
    ///         }
    ///         items.sort_by_key(|_| uuid::Uuid::new_v4()); //~
    ///         let make = rand::rng;
    ///         items.shuffle(&mut make()); //~
    ///         items.rotate_left(draw() as usize);
    ///     }
    ///
    ///     pub fn first(items: &[u64]) -> Option<u64> {
    ///         items.get(crate::numbers::below(items.len())).copied() //~
    ///     }
    /// }
    ///
    /// mod numbers {
    ///     pub fn below(count: usize) -> usize {
    ///         fastrand::usize(..count)
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Seed a generator from what is in the request and is logged with it.
    ///
    /// ```good
    /// use rand::{Rng, SeedableRng, rngs::StdRng};
    ///
    /// impl Scorer for Explore {
    ///     fn score(&self, query: &Query, candidate: &Candidate) -> f32 {
    ///         let mut rng = StdRng::seed_from_u64(query.seed ^ candidate.id);
    ///         candidate.score + rng.random::<f32>() + fastrand::Rng::with_seed(query.seed).f32()
    ///     }
    ///
    ///     fn named(&self, ranked: Vec<Candidate>) -> Page {
    ///         Page { id: uuid::Uuid::new_v4(), seen: HashSet::with_hasher(std::hash::RandomState::new()), ranked }
    ///     }
    ///
    ///     fn told(&self, score: f32) {
    ///         if rand::random::<f32>() < 0.01 {
    ///             tracing::debug!(score, "scored");
    ///         }
    ///     }
    ///
    ///     fn is_sampled_for_logs(&self) -> bool {
    ///         rand::random::<f32>() < 0.01
    ///     }
    ///
    ///     fn retry_jitter(&self) -> f32 {
    ///         rand::random::<f32>()
    ///     }
    /// }
    ///
    /// fn session() -> u64 {
    ///     rand::random()
    /// }
    /// ```
    pub static UNSEEDED_RANDOMNESS = {
        id: "unseeded-randomness",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds randomness without a seed in code that ranks",
    };
}

pub(super) static BEHIND: Ambient = Ambient {
    rule: &UNSEEDED_RANDOMNESS,
    is_read: is_random,
    may: retries,
    effect: "draws what nobody can draw again",
    help: HELP,
};

pub(super) static LINT: Lint = Lint { rule: &UNSEEDED_RANDOMNESS, check: Check::Syntax(check) };

/// Functions of `rand` that draw from the generator of the thread.
const DRAWS: &[&str] =
    &["rng", "thread_rng", "random", "random_range", "random_bool", "random_ratio", "random_iter", "fill"];

/// Constructors that take their seed from the system.
const SEEDED_BY_SYSTEM: &[&str] = &["from_os_rng", "from_entropy", "try_from_os_rng", "from_rng_os"];

/// Words of functions in which chance is right: it spreads what is tried again, or chooses what is logged.
const RETRIES: &[&str] = &["jitter", "backoff", "retry", "retries", "logs", "logging"];

const HELP: &str = "seed a generator from the request: `StdRng::seed_from_u64(query.seed)`";

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    if !(is_random(call) || decides_by_chance(call, site))
        || !site.ranks()
        || retries(site)
        || samples_logs(site)
    {
        return;
    }
    let name = call.name;
    findings.push(
        site.finding(&UNSEEDED_RANDOMNESS, call.expr, format!("`{name}` draws what nobody can draw again"))
            .help(HELP),
    );
}

fn is_random(call: &Call<'_>) -> bool {
    call.path.as_deref().is_some_and(is_unseeded)
        || SEEDED_BY_SYSTEM.iter().any(|name| call.name == name) && matches!(call.expr, Expr::Call(_))
}

/// Whether something that differs from process to process, or from call to call, goes into a number or an order:
/// `RandomState::new().hash_one(id)`, `Uuid::new_v4().as_u128()`, `sort_by_key(|_| Uuid::new_v4())`. As a name of what is
/// answered it decides nothing.
fn decides_by_chance(call: &Call<'_>, site: &Site<'_>) -> bool {
    let next = |names: &[&str]| match site.steps.last() {
        Some(Step::Expr(Expr::MethodCall(next))) => names.iter().any(|name| next.method == name),
        _ => false,
    };
    let is_key = || match site.steps {
        [.., Step::Expr(Expr::MethodCall(sort)), Step::Expr(Expr::Closure(_))] => {
            ordering(&sort.method.to_string()).is_some()
        }
        _ => false,
    };
    if call.is_one_of(&["std::collections::hash_map::RandomState::new", "std::hash::RandomState::new"]) {
        return next(&["hash_one", "build_hasher"]);
    }
    call.is_one_of(&["uuid::Uuid::new_v4", "uuid::Uuid::now_v7"])
        && (next(&["as_u128", "as_u64_pair", "to_u128_le", "as_bytes"]) || is_key())
}

fn retries(site: &Site<'_>) -> bool {
    site.function().is_some_and(|(signature, _)| has_word(&signature.ident.to_string(), RETRIES))
}

/// Whether chance only decides what is logged: `if rand::random::<f32>() < 0.01 { tracing::debug!(..) }`.
fn samples_logs(site: &Site<'_>) -> bool {
    let around = site.steps.iter().rev().map_while(|step| match step {
        Step::Expr(expr) => Some(*expr),
        _ => None,
    });
    let logs = |statement: &Stmt| match statement {
        Stmt::Macro(logged) => {
            logged.mac.path.segments.last().is_some_and(|last| is_told(&last.ident.to_string()))
        }
        _ => false,
    };
    around.filter_map(|expr| if let Expr::If(branches) = expr { Some(branches) } else { None }).any(
        |branches| {
            let logged = &branches.then_branch.stmts;
            branches.else_branch.is_none() && !logged.is_empty() && logged.iter().all(logs)
        },
    )
}

fn is_unseeded(path: &str) -> bool {
    if let Some(rest) = path.strip_prefix("rand::") {
        let last = rest.rsplit("::").next().unwrap_or_default();
        return DRAWS.contains(&last) && !rest.starts_with("distr");
    }
    match path.strip_prefix("fastrand::") {
        Some(rest) => rest == "Rng::new" || rest == "Rng::default" || !rest.contains("::"),
        None => path.starts_with("getrandom::"),
    }
}
