//! `feature-default-in-scorer`: finds features whose absence a scorer takes for a value.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::{Expr, Lit, UnOp};

use crate::bound::binds;
use crate::calls::{Method, chain, identifiers, method, peel, variable};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A feature that is looked up by its name in code that ranks, and replaced by a number where it is missing:
    /// `features.get("ctr").copied().unwrap_or(0.0)`, also with `unwrap_or_default`, `map_or` and `unwrap_or_else`.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`. Features are told by
    /// the words feature, signal and embedding in what is looked into, or in what looks. Only a name that the code writes
    /// itself counts, as a literal or a constant: a lookup by a variable, such as of an author's affinity, has good reasons for a
    /// default. A function that counts or logs what is missing is left alone.
    ///
    /// It advises: 3.5 million lines of published crates have none, and of thirteen that were written into the reference
    /// workspace it finds eleven; it misses a `match`, and a list of names that is gone through.
    ///
    /// ## Why it hurts
    /// The model was trained with what stood in the log, and there a missing value was none, or the mean, or a row that was
    /// thrown away. When the feature store renames a feature, or answers with half of them, every candidate is scored
    /// by zeros: the page is wrong, nothing fails, and no graph moves.
    ///
    /// ## Example
    /// ```bad
    /// use std::collections::HashMap as Map;
    /// const AGE: &str = "age";
    ///
    /// impl Scorer for Linear {
    ///     fn score(&self, candidate: &Candidate, features: &Map<String, f32>) -> f32 {
    ///         let ctr = features.get("ctr").copied().unwrap_or(0.0); //~
    ///         let age = candidate.features.get(AGE).cloned().unwrap_or_default(); //~
    ///         let found = features.get("dwell");
    ///         let dwell = || found.map_or(-1.0, |dwell| dwell * 2.0); //~
    ///         debug_assert!(Option::unwrap_or(features.get("likes").copied(), 1e-3) >= 0.0); //~
    ///         fn length(signals: &Signals) -> f32 {
    ///             signals.value(names::LENGTH).unwrap_or_else(|| 0.5) //~
    ///         }
    ///         let fresh = features.get(Feature::Fresh).copied().unwrap_or(1.0); //~
    ///         fresh + ctr + age + dwell() + length(&candidate.signals)
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Take what the model's signature says a missing value is, and count it; or do not score the candidate.
    ///
    /// ```good
    /// impl Scorer for Linear {
    ///     fn score(&self, candidate: &Candidate, features: &HashMap<String, f32>) -> Option<f32> {
    ///         let ctr = features.get("ctr").copied()?;
    ///         let age = features.get("age").copied().unwrap_or(self.signature.missing("age"));
    ///         let affinity = self.affinities.get(&candidate.author).copied().unwrap_or(0.0);
    ///         Some(ctr + age + affinity)
    ///     }
    /// }
    ///
    /// impl Scorer for Counted {
    ///     fn score(&self, features: &HashMap<String, f32>) -> f32 {
    ///         features.get("ctr").copied().unwrap_or_else(|| {
    ///             self.missing_total.with_label_values(&["ctr"]).inc();
    ///             0.0
    ///         })
    ///     }
    /// }
    ///
    /// fn rate(features: &HashMap<String, f64>) -> f64 {
    ///     features.get("rate").copied().unwrap_or(1.0)
    /// }
    /// ```
    pub static FEATURE_DEFAULT_IN_SCORER = {
        id: "feature-default-in-scorer",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds features whose absence a scorer takes for a value",
    };
}

pub(super) static LINT: Lint = Lint { rule: &FEATURE_DEFAULT_IN_SCORER, check: Check::Syntax(check) };

/// Words of what features are kept in.
const FEATURES: &[&str] = &["feature", "features", "signal", "signals", "embedding", "embeddings"];

/// Words of what counts or logs that something is missing.
const COUNTED: &[&str] =
    &["missing", "metric", "metrics", "counter", "inc", "increment", "warn", "histogram"];

/// Methods that look a value up by its name.
const LOOKUPS: &[&str] = &["get", "value", "feature", "signal", "get_feature", "lookup", "find"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(default) = method(call.expr).filter(replaces) else { return };
    let Some(feature) = looked_up(default.receiver, site) else { return };
    if !site.ranks() || site.flow().speaks_of(COUNTED) {
        return;
    }
    findings.push(
        site.finding(
            &FEATURE_DEFAULT_IN_SCORER,
            call.expr,
            format!("where the feature {feature} is missing, this score is computed with a number that nobody counts"),
        )
        .help("take the missing value of the model's signature, and count it"),
    );
}

/// Whether a method puts a number that is written here in the place of nothing.
fn replaces(default: &Method<'_>) -> bool {
    let value = match default.name.to_string().as_str() {
        "unwrap_or_default" => return true,
        "unwrap_or" | "map_or" => default.args.first(),
        "unwrap_or_else" | "map_or_else" => default.args.first(),
        _ => None,
    };
    value.is_some_and(|value| match value {
        Expr::Closure(closure) => is_number(&closure.body),
        value => is_number(value),
    })
}

fn is_number(value: &Expr) -> bool {
    match peel(value) {
        Expr::Lit(lit) => matches!(lit.lit, Lit::Float(_) | Lit::Int(_)),
        Expr::Unary(minus) => matches!(minus.op, UnOp::Neg(_)) && is_number(&minus.expr),
        Expr::Reference(reference) => is_number(&reference.expr),
        _ => false,
    }
}

/// The name of the feature that a value was looked up by, over one `let`.
fn looked_up(value: &Expr, site: &Site<'_>) -> Option<String> {
    let (methods, root) = chain(value);
    methods.iter().find_map(by_name).or_else(|| {
        let name = variable(root)?;
        let local = site.lets().find(|local| binds(&local.pat, name))?;
        chain(&local.init.as_ref()?.expr).0.iter().find_map(by_name)
    })
}

/// The name in a lookup of a feature.
fn by_name(lookup: &Method<'_>) -> Option<String> {
    LOOKUPS.iter().any(|name| lookup.name == name).then_some(())?;
    let [key] = lookup.args.as_slice() else { return None };
    let key = match peel(key) {
        Expr::Lit(lit) if matches!(lit.lit, Lit::Str(_)) => lit.to_token_stream().to_string(),
        Expr::Path(path) => {
            let last = path.path.segments.last()?.ident.to_string();
            // A constant, or the variant of an enum.
            let is_variant = path.path.segments.len() > 1 && last.starts_with(char::is_uppercase);
            (is_variant || is_constant(&last)).then_some(last)?
        }
        _ => return None,
    };
    let of_features = identifiers(lookup.receiver)
        .iter()
        .chain([lookup.name])
        .any(|name| has_word(&name.to_string(), FEATURES));
    of_features.then(|| format!("`{}`", key.trim_matches('"')))
}

fn is_constant(name: &str) -> bool {
    name.chars().any(|letter| letter.is_ascii_uppercase())
        && !name.chars().any(|letter| letter.is_ascii_lowercase())
}
