//! `silent-candidate-drop`: finds candidates that are lost with an error that nobody counts.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::{Expr, Pat};

use crate::bound::binds;
use crate::calls::{chain, method, peel, variable};
use crate::facts::type_name;
use crate::site::Step;
use crate::types::{first_argument_of, type_of};
use crate::{Check, Lint, Node, Site};

rule! {
    /// Candidates that fall out of a list because something failed for them, without a word: `filter_map(Result::ok)`,
    /// `filter_map(|one| one.ok())`, `flat_map(Result::ok)`, `flatten` over what is evidently a list of results, and a loop that keeps what is `Ok` and forgets the rest; in
    /// code that ranks, in a function that neither logs nor counts.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`.
    ///
    /// ## Why it hurts
    /// When a store answers for half of the candidates, half of the page is missing and everything looks well: no error,
    /// no alert, a success rate of 100 %. It is found weeks later, in a metric of the business.
    ///
    /// ## Example
    /// ```bad
    /// impl Hydrator for Titles {
    ///     async fn hydrate(&self, ids: Vec<u64>) -> Vec<Title> {
    ///         let found = join_all(ids.iter().map(|id| self.store.title(*id))).await;
    ///         let titles = found.into_iter().filter_map(Result::ok); //~
    ///         let keep = || Iterator::filter_map(ids.iter(), |id| self.parse(*id).ok()).count(); //~
    ///         assert!(titles.clone().flat_map(|title| { Title::checked(title).ok() }).count() == keep()); //~
    ///         titles.collect()
    ///     }
    ///
    ///     fn both(&self, results: Vec<Result<Title, Error>>) -> Vec<Title> {
    ///         let mut titles = Vec::new();
    ///         for result in results {
    ///             if let Ok(title) = result { //~
    ///                 titles.push(title);
    ///             }
    ///         }
    ///         titles
    ///     }
    ///
    ///     fn some(&self, results: Vec<Result<Title, Error>>) -> Vec<Title> {
    ///         let mut titles = Vec::new();
    ///         for result in results {
    ///             match result { //~
    ///                 Ok(title) => titles.push(title),
    ///                 Err(_) => continue,
    ///             }
    ///         }
    ///         titles
    ///     }
    ///
    ///     async fn all(&self, ids: &[u64]) -> Vec<Title> {
    ///         let found: Vec<Result<Title, Error>> = join_all(self.reads(ids)).await;
    ///         found.into_iter().flatten().collect() //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Count what is lost, or keep the candidate without the part that failed.
    ///
    /// ```good
    /// impl Hydrator for Titles {
    ///     async fn hydrate(&self, ids: Vec<u64>) -> Vec<Title> {
    ///         let found = join_all(ids.iter().map(|id| self.store.title(*id))).await;
    ///         found.into_iter().filter_map(|title| title.inspect_err(|_| self.lost.increment(1)).ok()).collect()
    ///     }
    ///
    ///     fn logged(&self, results: Vec<Result<Title, Error>>) -> Vec<Title> {
    ///         let (titles, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    ///         tracing::warn!(lost = lost.len(), "titles are missing");
    ///         titles.into_iter().filter_map(Result::ok).collect()
    ///     }
    ///
    ///     fn flat(&self, pages: Vec<Vec<Title>>) -> Vec<Title> {
    ///         pages.into_iter().flatten().collect()
    ///     }
    ///
    ///     fn known(&self, ids: &[u64]) -> Vec<Title> {
    ///         ids.iter().filter_map(|id| self.titles.get(id)).cloned().collect()
    ///     }
    /// }
    ///
    /// fn entries(folder: ReadDir) -> Vec<Entry> {
    ///     folder.filter_map(Result::ok).collect()
    /// }
    /// ```
    pub static SILENT_CANDIDATE_DROP = {
        id: "silent-candidate-drop",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds candidates that are lost with an error that nobody counts",
    };
}

pub(super) static LINT: Lint = Lint { rule: &SILENT_CANDIDATE_DROP, check: Check::Syntax(check) };

/// Names by which a function tells that something failed.
const TELLS: &[&str] = &[
    "warn",
    "error",
    "info",
    "debug",
    "trace",
    "log",
    "counter",
    "increment",
    "inc",
    "inc_by",
    "inspect_err",
    "record",
    "dropped",
    "lost",
    "failed",
    "failures",
    "errors",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let dropping = match node {
        Node::Call(call) if ["filter_map", "flat_map"].iter().any(|name| call.name == name) => {
            method(call.expr).is_some_and(|drop| drop.args.last().is_some_and(|kept| forgets_errors(kept)))
        }
        Node::Call(call) if call.name == "flatten" => {
            method(call.expr).is_some_and(|flatten| are_results(flatten.receiver, site))
        }
        Node::If(branches) => keeps_only_ok(branches, site),
        Node::Match(arms) => is_of_loop(&arms.expr, site) && arms.arms.iter().any(forgets),
        _ => return,
    };
    if !dropping || !site.ranks() || TELLS.iter().any(|name| site.flow().mentions(name)) {
        return;
    }
    let shown = match node {
        Node::Call(call) => call.expr.to_token_stream(),
        Node::If(branches) => branches.cond.to_token_stream(),
        Node::Match(arms) => arms.expr.to_token_stream(),
        _ => return,
    };
    findings.push(
        site.finding(&SILENT_CANDIDATE_DROP, &shown, "candidates that fail here vanish without a word")
            .help("count what is lost, or keep the candidate without the part that failed"),
    );
}

/// Whether a list is evidently one of results, by its type or by how it was collected.
fn are_results(list: &Expr, site: &Site<'_>) -> bool {
    let (methods, root) = chain(list);
    let passes =
        methods.iter().all(|method| ["iter", "into_iter", "drain"].iter().any(|name| method.name == name));
    let element = type_of(root, site).and_then(|ty| first_argument_of(&ty).and_then(type_name));
    passes && element.is_some_and(|element| element == "Result")
}

/// Whether a function makes an option of a result: `Result::ok`, `|one| f(one).ok()`.
fn forgets_errors(function: &Expr) -> bool {
    match peel(function) {
        Expr::Path(path) => {
            let mut segments = path.path.segments.iter().rev();
            segments.next().is_some_and(|last| last.ident == "ok")
                && segments.next().is_some_and(|owner| owner.ident == "Result")
        }
        Expr::Closure(closure) => {
            let tail = match &*closure.body {
                Expr::Block(block) => match block.block.stmts.last() {
                    Some(syn::Stmt::Expr(tail, None)) => tail,
                    _ => return false,
                },
                body => body,
            };
            matches!(peel(tail), Expr::MethodCall(call) if call.method == "ok" && call.args.is_empty())
        }
        _ => false,
    }
}

/// `if let Ok(one) = each { list.push(one) }` for each element of a list, and nothing else.
fn keeps_only_ok(branches: &syn::ExprIf, site: &Site<'_>) -> bool {
    let Expr::Let(condition) = &*branches.cond else { return false };
    let Pat::TupleStruct(pattern) = &*condition.pat else { return false };
    let is_ok = pattern.path.segments.last().is_some_and(|last| last.ident == "Ok");
    is_ok && branches.else_branch.is_none() && is_of_loop(&condition.expr, site)
}

/// `Err(_) => {}` and `Err(_) => continue`.
fn forgets(arm: &syn::Arm) -> bool {
    let Pat::TupleStruct(pattern) = &arm.pat else { return false };
    let is_error = pattern.path.segments.last().is_some_and(|last| last.ident == "Err")
        && pattern.elems.iter().all(|part| matches!(part, Pat::Wild(_) | Pat::Rest(_)));
    is_error
        && match &*arm.body {
            Expr::Continue(_) => true,
            Expr::Tuple(unit) => unit.elems.is_empty(),
            Expr::Block(block) => block.block.stmts.is_empty(),
            _ => false,
        }
}

/// Whether an expression is the element of a `for` loop around.
fn is_of_loop(element: &Expr, site: &Site<'_>) -> bool {
    let Some(each) = variable(element) else { return false };
    site.steps
        .iter()
        .rev()
        .any(|step| matches!(step, Step::Expr(Expr::ForLoop(over)) if binds(&over.pat, each)))
}
