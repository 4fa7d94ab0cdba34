//! `unchecked-model-score`: finds answers of models that are ranked by as they come.

use findings::{Finding, rule};
use syn::Expr;

use crate::calls::{Call, chain, identifiers, method};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, rpc};

rule! {
    /// An awaited answer of a model in code that ranks, in a function that speaks of scores and nowhere asks whether they
    /// are numbers: neither `is_finite` nor `is_nan`, `clamp`, `total_cmp` or a function that checks, validates or
    /// sanitizes.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`. A model is asked
    /// by a method such as `infer`, `predict`, `score` or `rank` of something that is called a model, a predictor or a client,
    /// or of a client of another service. A scorer that wraps another one is left alone: that one has the answer to check.
    ///
    /// It advises: 3.5 million lines of published crates have none, and of twelve that were written into the reference
    /// workspace and a library it finds eleven; it misses a future that is held in a variable before it is awaited.
    ///
    /// ## Why it hurts
    /// One feature that overflows makes one score NaN, and NaN has no place in an order: it comes out on top, or the sort
    /// leaves everything else out of order. It spreads through every weighted sum that it enters, and is cached
    /// with it.
    ///
    /// ## Example
    /// ```bad
    /// use proto::ranker_client::RankerClient as Remote;
    ///
    /// struct ModelScorer {
    ///     model: Arc<dyn Model>,
    ///     remote: Remote<Channel>,
    /// }
    ///
    /// impl Scorer for ModelScorer {
    ///     async fn score(&self, candidates: &mut [Candidate]) -> Result<()> {
    ///         let scores = self.model.infer(rows(candidates)).await?; //~
    ///         for (candidate, score) in candidates.iter_mut().zip(scores) {
    ///             candidate.score = score;
    ///         }
    ///         Ok(())
    ///     }
    ///
    ///     async fn blend(&self, candidates: &mut [Candidate]) -> Result<Vec<f32>> {
    ///         let future = async { Model::predict(&self.model, rows(candidates)).await }; //~
    ///         tokio::select! {
    ///             answer = async { self.remote.clone().evaluate(request(candidates)).await } => Ok(answer?.scores), //~
    ///             answer = future => answer.map(|answer| answer.scores),
    ///         }
    ///     }
    /// }
    ///
    /// mod reranker {
    ///     async fn order(client: &super::Client, mut hits: Vec<Hit>) -> Vec<Hit> {
    ///         let logits = tokio::time::timeout(LIMIT, client.rerank(&hits)).await; //~
    ///         apply(&mut hits, logits)
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Drop candidates whose score is no number, count them, and rank without the model where there is no other.
    ///
    /// ```good
    /// impl Scorer for ModelScorer {
    ///     async fn score(&self, candidates: &mut Vec<Candidate>) -> Result<()> {
    ///         let scores = self.model.infer(rows(candidates)).await?;
    ///         let mut scores = scores.into_iter();
    ///         candidates.retain_mut(|candidate| {
    ///             candidate.score = scores.next().unwrap_or(f32::NAN);
    ///             candidate.score.is_finite()
    ///         });
    ///         Ok(())
    ///     }
    ///
    ///     async fn ready(&self) -> Result<bool> {
    ///         self.model.infer(probe()).await.map(|_| true)
    ///     }
    /// }
    ///
    /// impl Scorer for Timed {
    ///     async fn score(&self, candidates: &mut Vec<Candidate>) -> Result<Vec<f32>> {
    ///         let scores = self.inner.score(candidates).await?;
    ///         Ok(scores)
    ///     }
    /// }
    /// ```
    pub static UNCHECKED_MODEL_SCORE = {
        id: "unchecked-model-score",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds answers of models that are ranked by as they come",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNCHECKED_MODEL_SCORE, check: Check::Syntax(check) };

/// Methods by which a model is asked.
const ASKS: &[&str] = &[
    "infer",
    "inference",
    "predict",
    "predictions",
    "score",
    "scores",
    "rank",
    "rerank",
    "classify",
    "evaluate",
    "forward",
];

/// Words of what is asked.
const MODELS: &[&str] = &["model", "models", "predictor", "client", "inference", "session", "remote"];

/// Words of what a model answers.
const SCORES: &[&str] = &[
    "score",
    "scores",
    "scored",
    "logit",
    "logits",
    "prob",
    "probs",
    "probability",
    "probabilities",
    "prediction",
    "predictions",
    "weight",
    "weights",
];

/// Words of what asks whether they are numbers.
const CHECKS: &[&str] = &[
    "finite",
    "nan",
    "clamp",
    "clamped",
    "check",
    "checked",
    "validate",
    "validated",
    "valid",
    "sanitize",
    "sanitized",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !has_word(&call.name.to_string(), ASKS) || !asks_model(call, site) || !site.ranks() {
        return;
    }
    let flow = site.flow();
    if !flow.speaks_of(SCORES) || flow.speaks_of(CHECKS) {
        return;
    }
    findings.push(
        site.finding(
            &UNCHECKED_MODEL_SCORE,
            call.expr,
            format!("what `{}` answers is ranked by, though it may be NaN or infinite", call.name),
        )
        .help("keep only scores for which `is_finite` holds, and count the others"),
    );
}

/// Whether a call goes to a model, and is awaited here or by a `timeout`.
fn asks_model(call: &Call<'_>, site: &Site<'_>) -> bool {
    let waited = call.awaited
        || matches!(site.steps.last(), Some(crate::Step::Expr(Expr::Call(outer)))
            if identifiers(&outer.func).last().is_some_and(|name| name == "timeout" || name == "timeout_at"));
    let Some(asked) = method(call.expr) else { return false };
    if !waited {
        return false;
    }
    let (_, root) = chain(asked.receiver);
    let named = match root {
        Expr::Field(_) | Expr::Path(_) => identifiers(root).pop(),
        _ => None,
    };
    named.is_some_and(|name| has_word(&name.to_string(), MODELS)) || rpc::client_of(call.expr, site).is_some()
}
