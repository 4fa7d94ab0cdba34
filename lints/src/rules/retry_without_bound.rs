//! Retries that never give up and never pause.

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{Block, Expr, ExprLoop, Pat};

use crate::calls::{identifiers, peel};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A `loop` that makes an awaited call until it succeeds, and neither counts its attempts nor pauses between them: where the
    /// call fails, the loop goes on at once.
    ///
    /// A loop that succeeds for good is a retry; one that goes on after success serves or polls, and is left alone. So
    /// are loops that sleep, wait for an interval or a backoff, count, or look at a deadline.
    ///
    /// ## Why it hurts
    /// When the other side is overloaded and refuses, every caller asks again at once, and again: the storm keeps it
    /// down long after what overloaded it has passed.
    ///
    /// ## Example
    /// ```bad
    /// async fn load(client: &Client, source: &Source) -> Features {
    ///     let version = loop {
    ///         match client.version().await { //~
    ///             Ok(version) => break version,
    ///             Err(error) => tracing::warn!(%error, "again"),
    ///         }
    ///     };
    ///     let first = || async {
    ///         loop {
    ///             if let Ok(features) = source.first(version).await { //~
    ///                 return features;
    ///             }
    ///         }
    ///     };
    ///     tokio::join!(async {
    ///         loop {
    ///             let answer = client.ready().await;
    ///             match answer { //~
    ///                 Err(_) => continue,
    ///                 Ok(()) => return,
    ///             }
    ///         }
    ///     });
    ///     loop {
    ///         match client.next_page().await { //~
    ///             Ok(page) => break keep(page),
    ///             Err(_) => {}
    ///         }
    ///     }
    ///     loop {
    ///         let Ok(features) = Source::features(source, version).await else { //~
    ///             continue;
    ///         };
    ///         return features;
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// async fn load(client: &Client, source: &Source, deadline: Instant) -> Result<Features> {
    ///     for attempt in 0..3 {
    ///         match client.version().await {
    ///             Ok(version) => return source.features(version).await,
    ///             Err(error) => tracing::warn!(%error, attempt, "again"),
    ///         }
    ///     }
    ///     loop {
    ///         match client.version().await {
    ///             Ok(version) => return source.features(version).await,
    ///             Err(_) => tokio::time::sleep(pause.next()).await,
    ///         }
    ///     }
    /// }
    ///
    /// async fn serve(listener: &Listener) -> Result<()> {
    ///     loop {
    ///         match listener.accept().await {
    ///             Ok(connection) => handle(connection),
    ///             Err(error) if error.is_fatal() => return Err(error),
    ///             Err(_) => continue,
    ///         }
    ///     }
    /// }
    ///
    /// async fn once(client: &Client) -> Result<Features> {
    ///     loop {
    ///         match client.features().await {
    ///             Ok(features) => return Ok(features),
    ///             Err(error) if error.is_stale() => client.refresh().await?,
    ///             Err(error) => return Err(error),
    ///         }
    ///     }
    /// }
    /// ```
    pub static RETRY_WITHOUT_BOUND = {
        id: "retry-without-bound",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds retries that never give up and never pause",
    };
}

pub(super) static LINT: Lint = Lint { rule: &RETRY_WITHOUT_BOUND, check: Check::Syntax(check) };

/// Words that say that a loop pauses, counts or ends.
const BOUNDS: &[&str] = &[
    "sleep",
    "delay",
    "backoff",
    "interval",
    "tick",
    "pause",
    "wait",
    "timeout",
    "deadline",
    "attempt",
    "attempts",
    "retry",
    "retries",
    "retrying",
    "tries",
    "tried",
    "count",
    "counter",
    "elapsed",
    "budget",
    "yield",
    "throttle",
    "limit",
    "limiter",
    "max",
    "remaining",
    "select",
    "cancelled",
    "shutdown",
    "notified",
    "changed",
    "backon",
    "refresh",
    "reconnect",
];

/// Methods that wait for a queue or a connection by themselves.
const WAITS: &[&str] = &["pop", "next", "recv", "read", "accept"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Endless(endless) = node else { return };
    let Some(tried) = tried(endless) else { return };
    let said = identifiers(&endless.body);
    let adds = {
        let mut found = Adds(false);
        found.visit_block(&endless.body);
        found.0
    };
    let is_bound = |name: &str| has_word(name, BOUNDS) || WAITS.contains(&name);
    if adds || said.iter().any(|word| is_bound(&word.to_string())) {
        return;
    }
    findings.push(
        site.finding(&RETRY_WITHOUT_BOUND, tried, "this is tried again at once and for ever when it fails")
            .help("bound the attempts, and sleep longer after each: `for attempt in 0..3 { .. sleep(backoff).await }`"),
    );
}

/// The awaited result that a loop leaves by where it is `Ok`, and goes on by where it is `Err`.
fn tried(endless: &ExprLoop) -> Option<&Expr> {
    let mut found = Tried { result: None, awaited: Vec::new() };
    for statement in &endless.body.stmts {
        found.visit_stmt(statement);
    }
    found.result
}

struct Tried<'a> {
    result: Option<&'a Expr>,
    /// The variables that hold awaited results.
    awaited: Vec<&'a syn::Ident>,
}

impl<'a> Tried<'a> {
    fn is_awaited(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Await(_) => true,
            Expr::Paren(inner) => self.is_awaited(&inner.expr),
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.awaited.contains(&name)),
            _ => false,
        }
    }
}

impl<'a> Visit<'a> for Tried<'a> {
    fn visit_local(&mut self, local: &'a syn::Local) {
        let Some(init) = &local.init else { return };
        match (&local.pat, &init.diverge) {
            (Pat::Ident(name), None) if matches!(*init.expr, Expr::Await(_)) => {
                self.awaited.push(&name.ident)
            }
            (pat, Some((_, otherwise)))
                if is_variant(pat, "Ok") && self.is_awaited(&init.expr) && !leaves(otherwise) =>
            {
                // What follows runs where it succeeded.
                self.result = self.result.or(Some(&init.expr));
            }
            _ => {}
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Match(arms) if self.is_awaited(&arms.expr) => {
                let of = |variant| arms.arms.iter().filter(move |arm| is_variant(&arm.pat, variant));
                let succeeds = of("Ok").all(|arm| leaves(&arm.body)) && of("Ok").next().is_some();
                let goes_on = of("Err").all(|arm| !leaves(&arm.body)) && of("Err").next().is_some();
                if succeeds && goes_on {
                    self.result = Some(&arms.expr);
                }
            }
            Expr::If(branches) => {
                if let Expr::Let(condition) = &*branches.cond
                    && is_variant(&condition.pat, "Ok")
                    && self.is_awaited(&condition.expr)
                    && block_leaves(&branches.then_branch)
                    && branches.else_branch.as_ref().is_none_or(|(_, other)| !leaves(other))
                {
                    self.result = Some(&condition.expr);
                }
            }
            Expr::Block(_) => syn::visit::visit_expr(self, expr),
            // Another loop, closure or task is another matter.
            _ => {}
        }
    }
}

fn is_variant(pat: &Pat, variant: &str) -> bool {
    match pat {
        Pat::TupleStruct(pattern) => pattern.path.segments.last().is_some_and(|last| last.ident == variant),
        Pat::Guard(guard) => is_variant(&guard.pat, variant),
        Pat::Paren(inner) => is_variant(&inner.pat, variant),
        _ => false,
    }
}

/// Whether code may leave the loop: `break`, `return`, `?`, a panic or the end of the process.
fn leaves(expr: &Expr) -> bool {
    let mut found = Leaves(false);
    found.visit_expr(peel(expr));
    found.0
}

fn block_leaves(block: &Block) -> bool {
    let mut found = Leaves(false);
    found.visit_block(block);
    found.0
}

struct Leaves(bool);

impl Visit<'_> for Leaves {
    fn visit_expr(&mut self, expr: &Expr) {
        self.0 |= match expr {
            Expr::Break(_) | Expr::Return(_) | Expr::Try(_) => true,
            Expr::Call(call) => identifiers(&call.func).iter().any(|word| word == "exit" || word == "abort"),
            _ => false,
        };
        syn::visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &syn::Macro) {
        let last = mac.path.segments.last();
        self.0 |= last.is_some_and(|last| {
            ["panic", "bail", "unreachable", "todo", "unimplemented"].iter().any(|ends| last.ident == ends)
        });
        self.0 |= identifiers(&mac.tokens).iter().any(|word| word == "return" || word == "break");
    }
}

/// Whether something is added up: a counter, whatever its name.
struct Adds(bool);

impl Visit<'_> for Adds {
    fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
        self.0 |= matches!(binary.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_));
        syn::visit::visit_expr_binary(self, binary);
    }
}
