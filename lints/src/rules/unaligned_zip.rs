//! `unaligned-zip`: finds lists of different origin that are zipped without a look at their lengths.

use findings::{Finding, rule};
use syn::Expr;

use crate::bound::binds;
use crate::calls::{chain, identifiers, method, variable};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// Two lists zipped of which one was awaited from elsewhere and the other was not, in a function that looks at no
    /// length: scores from a model beside the candidates that were sent to it. It looks at code that ranks, and at lists
    /// that are called scores, predictions, embeddings, features, candidates or the like.
    ///
    /// Lists that are aligned by how they are made are left alone: what `join_all` and `buffered` give for each element, and
    /// a list that is made from the other. So are `zip_eq` and `zip_longest`.
    ///
    /// ## Why it hurts
    /// `zip` ends with the shorter list and says nothing. A model that leaves out one candidate gives all behind it the
    /// score of their neighbour: the page is wrong in a way that no error rate shows, and the logs that the next model is
    /// trained on are wrong, too.
    ///
    /// ## Example
    /// ```bad
    /// async fn score(&self, mut candidates: Vec<Candidate>) -> Result<Vec<Candidate>, Error> {
    ///     let scores = self.model.score(&candidates).await?;
    ///     for (candidate, score) in candidates.iter_mut().zip(scores) { //~
    ///         candidate.score = score;
    ///     }
    ///     let pairs = candidates.iter().zip(self.model.score(&candidates).await?); //~
    ///     note(pairs);
    ///     Ok(candidates)
    /// }
    ///
    /// async fn embed(client: &Client, texts: Vec<String>) -> Vec<(String, Vector)> {
    ///     let response = client.embed(&texts).await.unwrap();
    ///     let vectors = response.vectors;
    ///     let pair = || std::iter::zip(texts.iter(), &vectors).collect(); //~
    ///     tracing::debug!("{:?}", Iterator::zip(texts.iter(), vectors.iter()).next()); //~
    ///     pair()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Compare the lengths and hand an error on, or match by id.
    ///
    /// ```good
    /// async fn score(&self, mut candidates: Vec<Candidate>) -> Result<Vec<Candidate>, Error> {
    ///     let scores = self.model.score(&candidates).await?;
    ///     if scores.len() != candidates.len() {
    ///         return Err(Error::Lengths);
    ///     }
    ///     for (candidate, score) in candidates.iter_mut().zip(scores) {
    ///         candidate.score = score;
    ///     }
    ///     Ok(candidates)
    /// }
    ///
    /// async fn each(&self, ids: Vec<u64>) -> Vec<(u64, Title)> {
    ///     let titles = join_all(ids.iter().map(|id| self.title(*id))).await;
    ///     ids.into_iter().zip(titles).collect()
    /// }
    ///
    /// async fn made(&self) -> Vec<(u64, Title)> {
    ///     let rows = self.rows().await;
    ///     let ids: Vec<u64> = rows.iter().map(|row| row.id).collect();
    ///     let titles: Vec<Title> = rows.iter().map(|row| row.title()).collect();
    ///     let pairs = ids.iter().zip(rows.iter()).count();
    ///     let ranks = rows.iter().zip(0..).count();
    ///     ids.into_iter().zip(titles).take(pairs + ranks).collect()
    /// }
    /// ```
    pub static UNALIGNED_ZIP = {
        id: "unaligned-zip",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds lists of different origin that are zipped without a look at their lengths",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNALIGNED_ZIP, check: Check::Syntax(check) };

/// What makes a list that has an element for each of another, or asks for lengths.
const ALIGNED: &[&str] = &[
    "join_all",
    "try_join_all",
    "buffered",
    "try_buffered",
    "FuturesOrdered",
    "len",
    "zip_eq",
    "zip_longest",
];

/// Words of what a model gives for each of what it is sent.
const SCORES: &[&str] = &[
    "score",
    "scores",
    "logits",
    "predictions",
    "probabilities",
    "embedding",
    "embeddings",
    "vectors",
    "features",
    "weights",
    "candidates",
    "ranks",
];

/// How many `let`s a list is followed over.
const FAR: u32 = 4;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if call.name != "zip" {
        return;
    }
    let Some((left, right)) = sides(call.expr) else { return };
    let (Some(left), Some(right)) = (Origin::of(left, site), Origin::of(right, site)) else { return };
    let related = left.names.iter().any(|name| right.names.contains(name));
    let scores = || site.ranks() || left.names.iter().chain(&right.names).any(|name| has_word(name, SCORES));
    if left.awaited == right.awaited
        || related
        || !scores()
        || ALIGNED.iter().any(|name| site.flow().mentions(name))
    {
        return;
    }
    findings.push(
        site.finding(
            &UNALIGNED_ZIP,
            call.expr,
            "`zip` pairs lists of different origin, and no length is looked at",
        )
        .help("compare the lengths and hand an error on, or match by id"),
    );
}

/// The two lists of `a.zip(b)`, `Iterator::zip(a, b)` and `std::iter::zip(a, b)`.
fn sides(zip: &Expr) -> Option<(&Expr, &Expr)> {
    if let Expr::Call(call) = zip
        && call.args.len() == 2
    {
        return Some((&call.args[0], &call.args[1]));
    }
    let call = method(zip)?;
    (call.args.len() == 1).then(|| (call.receiver, call.args[0]))
}

/// Where a list comes from.
struct Origin {
    /// Whether it was awaited.
    awaited: bool,
    /// The variables that it went through, and, unless it was awaited, those that it is made of.
    names: Vec<String>,
}

impl Origin {
    /// That of a list which a variable holds or which is awaited here; of nothing else is it known.
    fn of(list: &Expr, site: &Site<'_>) -> Option<Origin> {
        let mut names = Vec::new();
        if awaits(list) {
            return Some(Origin { awaited: true, names });
        }
        let mut root = held(list)?;
        for _ in 0..FAR {
            names.push(root.to_string());
            let Some(local) = site.lets().find(|local| binds(&local.pat, root)) else { break };
            let is_name = matches!(&local.pat, syn::Pat::Ident(_) | syn::Pat::Type(_));
            let made = &local.init.as_ref().filter(|_| is_name)?.expr;
            if awaits(made) {
                return Some(Origin { awaited: true, names });
            }
            match held(made) {
                Some(before) if before != root => root = before,
                _ => {
                    names.extend(identifiers(made).iter().take(64).map(ToString::to_string));
                    break;
                }
            }
        }
        Some(Origin { awaited: false, names })
    }
}

/// The variable that a list is, or is a part of, or iterates over.
fn held(list: &Expr) -> Option<&syn::Ident> {
    let mut root = chain(list).1;
    while let Expr::Field(field) = root {
        root = chain(&field.base).1;
    }
    variable(root)
}

/// Whether a value is what an awaited call gave, or a part of it.
fn awaits(mut expr: &Expr) -> bool {
    loop {
        expr = match expr {
            Expr::Await(_) => return true,
            Expr::Try(inner) => &inner.expr,
            Expr::Paren(inner) => &inner.expr,
            Expr::Field(inner) => &inner.base,
            Expr::MethodCall(call) => &call.receiver,
            _ => return false,
        };
    }
}
