//! Clients, runtimes and patterns that are built anew for every request.

use findings::{Finding, rule};
use syn::Expr;

use crate::asyncness::runs_async;
use crate::rpc::handler;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A client, a connection, a pool, a runtime or a regular expression that is built where a request is answered: in
    /// a function that is handed a request by tonic, axum, actix or hyper, or in the body of a loop of async code.
    ///
    /// Quiet within `get_or_init` and its like, where what is built is kept.
    ///
    /// ## Why it hurts
    /// A connection is made with a handshake or two, and TLS keys are computed, before the first byte of the question is
    /// sent: what takes a millisecond over a kept connection takes tens, on every request, and the other side has
    /// as many connections as the service has viewers.
    ///
    /// ## Example
    /// ```bad
    /// use reqwest::Client as Http;
    /// use tonic::{Request, Response, Status};
    /// use tonic::transport::Endpoint;
    ///
    /// impl Ranker for Home {
    ///     async fn rank(&self, request: Request<RankRequest>) -> Result<Response<RankReply>, Status> {
    ///         let http = Http::builder().timeout(WAIT).build()?; //~
    ///         let model = Endpoint::from_static("http://model:1").timeout(WAIT).connect_timeout(WAIT).connect().await?; //~
    ///         let pool = sqlx::PgPool::connect(&self.url).await?; //~
    ///         let pattern = <regex::Regex>::new("^track:").unwrap(); //~
    ///         let all = vec![redis::Client::open("redis://cache/")?]; //~
    ///         let later = || redis::Client::open("redis://other/"); //~
    ///         self.answer(http, model, pool, pattern, all, later).await
    ///     }
    /// }
    ///
    /// async fn warm(shards: &[Shard]) -> Result<()> {
    ///     for shard in shards {
    ///         let client = reqwest::Client::builder().timeout(WAIT).build()?; //~
    ///         client.get(&shard.url).send().await?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// ## Instead
    /// Build it once, keep it in the service, and clone it: clones share their connections.
    ///
    /// ```good
    /// use tonic::{Request, Response, Status};
    ///
    /// impl Home {
    ///     async fn new(url: &str) -> Result<Home> {
    ///         Ok(Home { http: reqwest::Client::builder().timeout(WAIT).build()?, pool: sqlx::PgPool::connect(url).await? })
    ///     }
    /// }
    ///
    /// impl Ranker for Home {
    ///     async fn rank(&self, request: Request<RankRequest>) -> Result<Response<RankReply>, Status> {
    ///         static PATTERN: LazyLock<regex::Regex> = LazyLock::new(|| regex::Regex::new("^track:").unwrap());
    ///         let other = self.other.get_or_try_init(|| redis::Client::open("redis://cache/"))?;
    ///         self.answer(self.http.clone(), &self.pool, &PATTERN, other).await
    ///     }
    /// }
    /// ```
    pub static CLIENT_BUILT_PER_REQUEST = {
        id: "client-built-per-request",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds clients, pools, runtimes and patterns that are built anew for every request",
    };
}

pub(super) static LINT: Lint = Lint { rule: &CLIENT_BUILT_PER_REQUEST, check: Check::Syntax(check) };

/// Functions that build something costly, and what that is.
const BUILT: &[(&str, &str)] = &[
    ("reqwest::Client::new", "an HTTP client"),
    ("reqwest::Client::builder", "an HTTP client"),
    ("reqwest::ClientBuilder::new", "an HTTP client"),
    ("tonic::transport::Endpoint::from_static", "a gRPC channel"),
    ("tonic::transport::Endpoint::from_shared", "a gRPC channel"),
    ("tonic::transport::Endpoint::new", "a gRPC channel"),
    ("tonic::transport::Channel::from_static", "a gRPC channel"),
    ("tonic::transport::Channel::from_shared", "a gRPC channel"),
    ("tonic::transport::Channel::builder", "a gRPC channel"),
    ("tonic::transport::channel::Endpoint::from_static", "a gRPC channel"),
    ("tonic::transport::channel::Endpoint::from_shared", "a gRPC channel"),
    ("redis::Client::open", "a Redis client"),
    ("regex::Regex::new", "a regular expression"),
    ("regex::RegexSet::new", "a regular expression"),
    ("regex::RegexBuilder::new", "a regular expression"),
    ("tokio::runtime::Runtime::new", "a runtime"),
    ("tokio::runtime::Builder::new_multi_thread", "a runtime"),
    ("tokio::runtime::Builder::new_current_thread", "a runtime"),
    ("mongodb::Client::with_uri_str", "a database client"),
    ("mongodb::Client::with_options", "a database client"),
    ("tokio_postgres::connect", "a database connection"),
];

/// Types whose `connect` and `connect_with` open a pool.
const POOLS: &[&str] = &["Pool", "PgPool", "MySqlPool", "SqlitePool", "AnyPool", "PoolOptions"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    let Some(what) = call.path.as_deref().and_then(built) else { return };
    if is_kept(site) {
        return;
    }
    let place = if handler(site).is_some() {
        "for every request"
    } else if what != "a regular expression" && in_loop(site) && runs_async(site) {
        "in every turn of the loop"
    } else {
        return;
    };
    findings.push(
        site.finding(&CLIENT_BUILT_PER_REQUEST, call.expr, format!("{what} is built here {place}"))
            .help("build it once, keep it in the service, and clone it where it is needed"),
    );
}

fn built(path: &str) -> Option<&'static str> {
    if let Some((_, what)) = BUILT.iter().find(|(function, _)| *function == path) {
        return Some(what);
    }
    let (owner, method) = path.rsplit_once("::")?;
    let pool = owner.strip_prefix("sqlx::").or_else(|| owner.strip_prefix("sqlx_core::"))?;
    let pool = POOLS.contains(&pool.rsplit("::").next()?);
    (pool && matches!(method, "connect" | "connect_with")).then_some("a database pool")
}

/// Whether what is built is kept for the next time: by a cell, a cache, or a static.
fn is_kept(site: &Site<'_>) -> bool {
    site.steps.iter().any(|step| match step {
        Step::Expr(Expr::MethodCall(call)) => {
            let name = call.method.to_string();
            name.contains("get_or")
                || name.contains("or_insert")
                || name.contains("try_init")
                || name == "call_once"
        }
        Step::Expr(Expr::Call(call)) => match &*call.func {
            Expr::Path(path) => path.path.segments.iter().any(|part| {
                ["LazyLock", "Lazy", "OnceCell", "OnceLock"].iter().any(|lazy| part.ident == lazy)
            }),
            _ => false,
        },
        _ => false,
    })
}

/// Whether the node stands in the body of a loop that turns by the data: `for` over something else than a range, which
/// may be a retry.
fn in_loop(site: &Site<'_>) -> bool {
    crate::rpc::own_steps(site).any(|step| {
        matches!(step, Step::Expr(Expr::ForLoop(each)) if !matches!(crate::calls::peel(&each.expr), Expr::Range(_)))
    })
}
