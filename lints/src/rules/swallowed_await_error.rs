//! Errors of awaited calls that nobody hears of.

use findings::{Finding, rule};
use syn::{Expr, Pat, Stmt};

use crate::bound::statements_since;
use crate::calls::{Call, identifiers, method, peel};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// An error of an awaited call to another service that becomes a default: `.await.unwrap_or_default()`,
    /// `.unwrap_or(..)`, `.map_or(..)`, `.unwrap_or_else(|_| ..)` and `.ok()` behind an await, an arm `Err(_) =>` that
    /// gives an empty answer or goes on, `let Ok(..) = .. else` that does so, `if let Ok(..)` without an `else`, and
    /// `let _ =`.
    ///
    /// Quiet where the error path logs, counts or gives the error back, where the error is looked at
    /// (`inspect_err`, `map_err`), where the result of `.ok()` is asked with `?` or `ok_or`, and for what is sent, joined, closed or
    /// waited for with a timeout, whose errors say no more than that the other side is gone. So is a `loop` that sleeps
    /// before it asks again: the default lasts until the next turn.
    ///
    /// ## Why it hurts
    /// When the service behind the call is down, every answer becomes the default: an empty block list, no features,
    /// no ads. The rankings get worse for everybody and no graph shows why.
    ///
    /// ## Example
    /// ```bad
    /// use crate::proto::FeatureClient as Features;
    ///
    /// async fn load(client: &mut Features, ids: &[u64]) -> Result<Loaded> {
    ///     let features = client.get_features(ids).await.unwrap_or_default(); //~
    ///     let blocked = Result::unwrap_or_default(client.get_blocked(ids).await); //~
    ///     let answer = client.get_ads(ids).await;
    ///     let ads = answer.unwrap_or(Vec::new()); //~
    ///     let muted = match client.get_muted(ids).await { //~
    ///         Ok(muted) => muted,
    ///         Err(_) => Vec::new(),
    ///     };
    ///     for id in ids {
    ///         match client.get_author(id).await { //~
    ///             Ok(author) => note(author),
    ///             Err(_) => continue,
    ///         }
    ///     }
    ///     let warm = || async { client.warm(ids).await.ok() }; //~
    ///     let all = tokio::join!(async { client.get_seen(ids).await.unwrap_or_default() }, warm()); //~
    ///     let _ = client.record(ids).await; //~
    ///     let names = client.get_names(ids).await.map(|names| names.list).unwrap_or_default(); //~
    ///     let counts = client.get_counts(ids).await.map_or(0, |counts| counts.len()); //~
    ///     let covers = client.get_covers(ids).await.unwrap_or_else(|_| Vec::new()); //~
    ///     if let Ok(labels) = client.get_labels(ids).await { //~
    ///         note(labels);
    ///     }
    ///     let Ok(shelves) = client.get_shelves(ids).await else { return Ok(Loaded::default()) }; //~
    ///     let text = reqwest::Client::new().get(URL).send().await.ok(); //~
    ///     Ok(Loaded::of(features, blocked, ads, muted, all))
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say it where it happens: log or count the error, and then go on with the default if the answer can do without.
    ///
    /// ```good
    /// async fn load(client: &mut FeatureClient, ids: &[u64], sender: Sender) -> Result<Loaded> {
    ///     let features = client.get_features(ids).await?;
    ///     let titles = client.get_titles(ids).await.unwrap_or_else(|error| {
    ///         tracing::warn!(%error, "no titles");
    ///         Vec::new()
    ///     });
    ///     let ads = client.get_ads(ids).await.inspect_err(|error| count(error)).unwrap_or_default();
    ///     let covers = match client.get_covers(ids).await {
    ///         Ok(covers) => covers,
    ///         Err(_) => {
    ///             metrics::counter!("covers_failed").increment(1);
    ///             Vec::new()
    ///         }
    ///     };
    ///     let seen = match client.get_seen(ids).await {
    ///         Ok(seen) => seen,
    ///         Err(_) => return Err(Error::NoHistory),
    ///     };
    ///     let author = client.get_author(ids[0]).await.ok().ok_or(Error::NoAuthor)?;
    ///     let _ = sender.send(author).await;
    ///     let next = queue.recv().await.unwrap_or_default();
    ///     Ok(Loaded::of(features, titles, ads, covers, seen, next))
    /// }
    ///
    /// async fn watched(client: &mut FeatureClient, ids: &[u64]) -> Vec<Feature> {
    ///     let answer = client.get_features(ids).await;
    ///     record(&answer);
    ///     answer.unwrap_or_default()
    /// }
    ///
    /// async fn follow(client: FeatureClient, height: Arc<AtomicU64>) {
    ///     loop {
    ///         if let Ok(now) = client.get_height().await {
    ///             height.store(now, Ordering::Relaxed);
    ///         }
    ///         tokio::time::sleep(EVERY).await;
    ///     }
    /// }
    /// ```
    pub static SWALLOWED_AWAIT_ERROR = {
        id: "swallowed-await-error",
        guard: "lints",
        group: "errors",
        level: Warning,
        summary: "finds errors of awaited calls that become a default without a word",
    };
}

pub(super) static LINT: Lint = Lint { rule: &SWALLOWED_AWAIT_ERROR, check: Check::Syntax(check) };

const HELP: &str = "log or count the error before the default takes its place, or return it";

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Call(call) => {
            let name = call.name;
            if !falls_back(call) {
                return;
            }
            let Some(receiver) = receiver(call.expr) else { return };
            let Some(awaited) = awaited(receiver, site) else { return };
            if !(is_excused(awaited, site) || name == "ok" && is_asked(site)) {
                let message = format!("`{name}` swallows the error of {}", called(awaited));
                findings.push(site.finding(&SWALLOWED_AWAIT_ERROR, call.expr, message).help(HELP));
            }
        }
        Node::Match(arms) => {
            let Some(awaited) = awaited(&arms.expr, site) else { return };
            let swallows = arms.arms.iter().any(|arm| ignores_error(&arm.pat) && is_default(&arm.body));
            if swallows && !is_excused(awaited, site) {
                let message = format!("`Err(_)` swallows the error of {}", called(awaited));
                findings.push(site.finding(&SWALLOWED_AWAIT_ERROR, &arms.expr, message).help(HELP));
            }
        }
        Node::If(branches) => {
            let Expr::Let(condition) = &*branches.cond else { return };
            let Some(awaited) = awaited(&condition.expr, site).filter(|_| is_ok(&condition.pat)) else {
                return;
            };
            let goes_on = branches.else_branch.as_ref().is_none_or(|(_, other)| is_default(other));
            if goes_on && !is_excused(awaited, site) {
                let message = format!("`if let Ok(..)` swallows the error of {}", called(awaited));
                findings.push(site.finding(&SWALLOWED_AWAIT_ERROR, &condition.expr, message).help(HELP));
            }
        }
        Node::Let(local) => {
            let Some(init) = &local.init else { return };
            if let Some((_, otherwise)) = &init.diverge {
                let Some(awaited) = awaited(&init.expr, site).filter(|_| is_ok(&local.pat)) else { return };
                if is_default(otherwise) && !is_excused(awaited, site) {
                    let message = format!("`else` swallows the error of {}", called(awaited));
                    findings.push(site.finding(&SWALLOWED_AWAIT_ERROR, &init.expr, message).help(HELP));
                }
                return;
            }
            if !matches!(local.pat, Pat::Wild(_)) {
                return;
            }
            let Expr::Await(awaited) = peel_parens(&init.expr) else { return };
            if is_rpc(&awaited.base, site) && !is_excused(&awaited.base, site) {
                let message = format!("`let _` swallows the error of {}", called(&awaited.base));
                findings.push(site.finding(&SWALLOWED_AWAIT_ERROR, &init.expr, message).help(HELP));
            }
        }
        _ => {}
    }
}

/// Whether a method puts a default where the error was.
fn falls_back(call: &Call<'_>) -> bool {
    let Some(written) = method(call.expr) else { return false };
    match call.name.to_string().as_str() {
        "unwrap_or_default" | "unwrap_or" | "map_or" => true,
        "ok" => written.args.is_empty(),
        "unwrap_or_else" => match written.args.first() {
            Some(Expr::Closure(closure)) => {
                closure.inputs.iter().all(|input| matches!(input, Pat::Wild(_))) && is_default(&closure.body)
            }
            _ => false,
        },
        _ => false,
    }
}

/// What a method is called on, however the call is written.
fn receiver(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::MethodCall(call) => Some(&call.receiver),
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            (function.path.segments.len() > 1).then(|| call.args.first())?
        }
        _ => None,
    }
}

/// The future whose result an expression is, awaited there or by the `let` of the variable that it is.
fn awaited<'a>(expr: &'a Expr, site: &Site<'a>) -> Option<&'a Expr> {
    match peel_parens(expr) {
        Expr::Await(awaited) => Some(&awaited.base),
        // What is made of the answer says nothing of the error.
        Expr::MethodCall(call) if call.method == "map" || call.method == "and_then" => {
            awaited(&call.receiver, site)
        }
        Expr::Path(path) => {
            let name = path.path.get_ident()?;
            let is_looked_at = |name| {
                statements_since(name, site).iter().any(|statement| identifiers(statement).contains(name))
            };
            // A variable that is looked at before it is taken apart is another matter.
            let init = crate::texts::held(name, site).filter(|_| !is_looked_at(name))?;
            match peel_parens(init) {
                Expr::Await(awaited) => Some(&awaited.base),
                _ => None,
            }
        }
        _ => None,
    }
}

fn peel_parens(mut expr: &Expr) -> &Expr {
    while let Expr::Paren(inner) = expr {
        expr = &inner.expr;
    }
    expr
}

fn is_rpc(future: &Expr, site: &Site<'_>) -> bool {
    crate::rpc::client_of(future, site).is_some()
}

/// Words of functions whose error says only that the other side is gone, or that time is up.
const BENIGN: &[&str] = &[
    "send",
    "recv",
    "receive",
    "changed",
    "join",
    "joined",
    "close",
    "closed",
    "shutdown",
    "abort",
    "cancel",
    "timeout",
    "flush",
    "notify",
    "ping",
    "kill",
    "stop",
    "drain",
    "wait",
    "next",
    "acquire",
    "try",
    "maybe",
    "parse",
    "delete",
    "remove",
    "cleanup",
    "unlock",
    "release",
    "ack",
    "disconnect",
    "rollback",
    "unsubscribe",
    "leave",
    "exists",
];

/// Whether nothing is lost with the error: by what is called, or since no service answers.
fn is_excused(future: &Expr, site: &Site<'_>) -> bool {
    let benign = match peel(future) {
        // What sends a request waits for its answer.
        Expr::MethodCall(call) if call.method == "send" && call.args.is_empty() => false,
        Expr::MethodCall(call) => is_benign(&call.method),
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => function.path.segments.last().is_some_and(|last| is_benign(&last.ident)),
            _ => true,
        },
        // A variable may be the handle of a task.
        _ => true,
    };
    benign || !is_rpc(future, site) || is_asked_again(site)
}

/// Whether the node stands in a `loop` of the same function that waits for the clock between its turns.
fn is_asked_again(site: &Site<'_>) -> bool {
    let here = site.steps.iter().rev().take_while(|step| {
        !matches!(step, Step::Function(..) | Step::Expr(Expr::Closure(_) | Expr::Async(_)))
    });
    let mut loops = here.filter_map(|step| match step {
        Step::Expr(Expr::Loop(endless)) => Some(&endless.body),
        _ => None,
    });
    loops.any(|body| {
        identifiers(body).iter().any(|name| ["sleep", "sleep_until", "tick"].iter().any(|it| name == it))
    })
}

fn is_benign(name: &syn::Ident) -> bool {
    crate::words::has_word(&name.to_string(), BENIGN)
}

/// Whether the next method of the chain, or `?`, turns `None` into an error again.
fn is_asked(site: &Site<'_>) -> bool {
    match site.steps.last() {
        Some(Step::Expr(Expr::Try(_))) => true,
        Some(Step::Expr(Expr::MethodCall(outer))) => {
            ["ok_or", "ok_or_else", "expect", "unwrap"].iter().any(|asks| outer.method == asks)
        }
        _ => false,
    }
}

fn is_ok(pat: &Pat) -> bool {
    matches!(pat, Pat::TupleStruct(pattern)
        if pattern.path.segments.last().is_some_and(|last| last.ident == "Ok"))
}

/// `Err(_)`, `Err(..)` and `_`.
fn ignores_error(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(pattern) => {
            let named = pattern.path.segments.last().is_some_and(|last| last.ident == "Err");
            named && pattern.elems.iter().all(|part| matches!(part, Pat::Wild(_) | Pat::Rest(_)))
        }
        _ => false,
    }
}

/// Whether an arm does nothing but give a default or go on.
fn is_default(body: &Expr) -> bool {
    match body {
        Expr::Continue(_) => true,
        Expr::Return(returned) => returned.expr.as_deref().is_none_or(is_default),
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        Expr::Lit(_) => true,
        Expr::Macro(mac) => mac.mac.path.is_ident("vec") && mac.mac.tokens.is_empty(),
        Expr::Path(path) => path.path.is_ident("None"),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [] => true,
            [Stmt::Expr(only, _)] => is_default(only),
            _ => false,
        },
        Expr::Call(call) => {
            let said: Vec<String> = identifiers(call).iter().map(ToString::to_string).collect();
            let empty =
                said.last().is_some_and(|last| last == "new" || last == "default") && call.args.is_empty();
            let wraps = said.first().is_some_and(|first| first == "Ok" || first == "Some");
            empty || (wraps && call.args.iter().all(is_default))
        }
        _ => false,
    }
}

/// How a message names what is called.
fn called(future: &Expr) -> String {
    match peel(future) {
        Expr::MethodCall(call) => format!("`{}`", call.method),
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => {
                function.path.segments.last().map_or_else(String::new, |last| format!("`{}`", last.ident))
            }
            _ => "an awaited call".to_owned(),
        },
        _ => "an awaited call".to_owned(),
    }
}
