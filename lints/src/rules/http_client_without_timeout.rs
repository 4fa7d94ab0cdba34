//! HTTP clients that wait forever.

use std::cell::OnceCell;
use std::collections::HashSet;

use findings::{Finding, rule};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, Pat, Stmt};

use crate::built::Built;
use crate::calls::{Call, identifiers, method, variable};
use crate::flow::{Fate, fate};
use crate::timeouts::{Deadline, deadline, is_timeout, layered, sends};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A `reqwest` client that is built without `timeout` or `read_timeout`, and `reqwest::get`, which cannot have
    /// one.
    ///
    /// The deadline may be set elsewhere: by a layer of `tower` around the client, on the requests (`RequestBuilder::timeout`) or
    /// around them (a call of a `timeout` function), anywhere in the same file, and in another one where that names what makes or holds the client: the
    /// function that gives it, the struct or static that has it, or what holds that in turn. A function of the workspace that
    /// sets it around what it is handed, or on a builder that it gives back, counts as what it calls. Followed is the chain from
    /// `Client::builder()` to `build`, over `let`s and assignments; a builder that comes in as a parameter or out of a function
    /// of another file is somebody else's. The blocking client is left alone: it waits 30 seconds at most.
    ///
    /// It blocks: all 32 that were judged in published crates are right.
    ///
    /// ## Why it hurts
    /// `reqwest` has no timeout by default. When the other side accepts the connection and then hangs, the request
    /// that waits for it hangs too, holds its memory and its place in the queue, and soon all of them do.
    ///
    /// ## Example
    /// ```bad
    /// use once_cell::sync::Lazy;
    /// use reqwest::{Client, Client as Http};
    ///
    /// static SHARED: std::sync::LazyLock<Client> = std::sync::LazyLock::new(Client::new); //~
    /// static OTHER: Lazy<Client> = Lazy::new(<reqwest::Client>::default); //~
    /// static LATE: OnceLock<Client> = OnceLock::new();
    ///
    /// fn late() -> &'static Client {
    ///     LATE.get_or_init(Client::new) //~
    /// }
    ///
    /// async fn clients(wait: Duration) -> Result<Clients> {
    ///     let plain = Client::new(); //~
    ///     let other = Http::default(); //~
    ///     let built = reqwest::Client::builder().connect_timeout(wait).build()?; //~
    ///     let mut builder = reqwest::ClientBuilder::new();
    ///     builder = builder.gzip(true);
    ///     let split = builder.build()?; //~
    ///     let qualified = <reqwest::Client>::new(); //~
    ///     let called = reqwest::ClientBuilder::build(Client::builder())?; //~
    ///     let all = vec![reqwest::Client::new()]; //~
    ///     let later = || Client::new(); //~
    ///     fn nested() -> Client {
    ///         Client::new() //~
    ///     }
    ///     let page = reqwest::get("https://features/version").await?; //~
    ///     Clients::new(plain, other, built, split, qualified, called, all, later, nested(), page)
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// use reqwest::{Client, ClientBuilder};
    ///
    /// async fn clients(wait: Duration, given: ClientBuilder) -> Result<Clients> {
    ///     let plain = Client::builder().timeout(wait).build()?;
    ///     let mut builder = Client::builder();
    ///     if config.gzip {
    ///         builder = builder.gzip(true);
    ///     }
    ///     builder = builder.timeout(wait);
    ///     let split = builder.build()?;
    ///     let chosen = Client::builder();
    ///     let chosen = match config.wait {
    ///         Some(wait) => chosen.timeout(wait),
    ///         None => chosen,
    ///     };
    ///     let chosen = chosen.build()?;
    ///     let streaming = ClientBuilder::new().read_timeout(wait).build()?;
    ///     let tuned = house::with_timeouts(Client::builder()).build()?;
    ///     #[cfg(target_family = "wasm")]
    ///     let browser = Client::new();
    ///     Clients::new(plain, split, chosen, streaming, given.build()?, tuned)
    /// }
    ///
    /// static SHARED: std::sync::LazyLock<Client> = std::sync::LazyLock::new(house::client);
    ///
    /// fn command_line() -> reqwest::blocking::Client {
    ///     reqwest::blocking::Client::new()
    /// }
    /// ```
    ///
    /// ```good
    /// struct Features {
    ///     client: reqwest::Client,
    /// }
    ///
    /// impl Features {
    ///     fn new() -> Self {
    ///         Features { client: reqwest::Client::new() }
    ///     }
    ///
    ///     async fn load(&self, url: &str, wait: Duration) -> Result<Bytes> {
    ///         self.client.get(url).timeout(wait).send().await?.bytes().await
    ///     }
    /// }
    /// ```
    ///
    /// ```good
    /// fn layered(wait: Duration) -> Services {
    ///     let client = reqwest::Client::new();
    ///     let one = ServiceBuilder::new().layer(TimeoutLayer::new(wait)).service(client);
    ///     let other = ServiceBuilder::new().timeout(wait).service(reqwest::Client::new());
    ///     Services::of(one, other, tower::timeout::Timeout::new(reqwest::Client::new(), wait))
    /// }
    /// ```
    ///
    /// ```good
    /// async fn probe(url: &str) -> Result<Bytes> {
    ///     reqwest::Client::new().head(url).send().await
    /// }
    ///
    /// async fn is_up(url: &str, wait: Duration) -> bool {
    ///     tokio::time::timeout(wait, probe(url)).await.is_ok()
    /// }
    ///
    /// async fn events(url: &str, wait: Duration) -> Result<Events> {
    ///     let client = reqwest::Client::builder().connect_timeout(wait).build()?;
    ///     Ok(client.get(url).send().await?.bytes_stream())
    /// }
    /// ```
    ///
    /// ```good
    /// async fn load(url: &str, wait: Duration) -> Result<Bytes> {
    ///     let client = reqwest::Client::new();
    ///     let answer = tokio::time::timeout(wait, client.get(url).send()).await??;
    ///     let version = tokio::time::timeout(wait, reqwest::get(url)).await??;
    ///     check(version, answer.bytes().await?)
    /// }
    /// ```
    pub static HTTP_CLIENT_WITHOUT_TIMEOUT = {
        id: "http-client-without-timeout",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds HTTP clients that are built without a timeout",
    };
}

pub(super) static LINT: Lint = Lint { rule: &HTTP_CLIENT_WITHOUT_TIMEOUT, check: Check::Syntax(check) };

const CLIENTS: &[&str] = &[
    "reqwest::Client::new",
    "reqwest::Client::default",
    "reqwest::async_impl::client::Client::new",
    "reqwest::async_impl::client::Client::default",
];

const BUILDERS: &[&str] = &[
    "reqwest::Client::builder",
    "reqwest::ClientBuilder::new",
    "reqwest::ClientBuilder::default",
    "reqwest::async_impl::client::Client::builder",
    "reqwest::async_impl::client::ClientBuilder::new",
];

/// What keeps what a function gives that it is handed.
const KEEPERS: &[&str] = &[
    "std::sync::LazyLock::new",
    "std::cell::LazyCell::new",
    "once_cell::sync::Lazy::new",
    "once_cell::unsync::Lazy::new",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    let kept = kept(call, site);
    let call = kept.as_ref().unwrap_or(call);
    if call.path.is_none() && call.name != "build" {
        return;
    }
    let (message, help) = if call.is_one_of(&["reqwest::get"]) {
        if is_bounded_here(site) {
            return;
        }
        ("`reqwest::get` waits without a deadline", "send it with a client that has a `.timeout(..)`")
    } else if call.is_one_of(CLIENTS) || builds_without_timeout(call, site) {
        if is_for_wasm(site) || streams(call, site) || is_layered(call, site) || has_deadlines(site) {
            return;
        }
        (
            "this HTTP client has no timeout, so a hanging server hangs its callers",
            "build it with `Client::builder().timeout(..).build()`",
        )
    } else {
        return;
    };
    findings.push(site.finding(&HTTP_CLIENT_WITHOUT_TIMEOUT, call.expr, message).help(help));
}

/// The function in `LazyLock::new(reqwest::Client::new)` and in `cell.get_or_init(reqwest::Client::new)`.
fn kept<'a>(call: &Call<'a>, site: &Site<'_>) -> Option<Call<'a>> {
    let arguments = match call.expr {
        Expr::Call(written) if call.is_one_of(KEEPERS) => &written.args,
        Expr::MethodCall(written) if call.name == "get_or_init" => &written.args,
        _ => return None,
    };
    let expr @ Expr::Path(function) = arguments.first()? else { return None };
    let name = &function.path.segments.last()?.ident;
    Some(Call { expr, name, path: site.resolve_function(function), awaited: false })
}

fn builds_without_timeout(call: &Call<'_>, site: &Site<'_>) -> bool {
    let Some(build) = method(call.expr) else { return false };
    let is_method = matches!(call.expr, Expr::MethodCall(_));
    if call.name != "build" || !(is_method || call.is_one_of(&["reqwest::ClientBuilder::build"])) {
        return false;
    }
    let built = Built::of(build.receiver, site);
    let begins = |origin: &str| BUILDERS.contains(&origin) || is_begun_without_timeout(origin, site);
    built.origin().is_some_and(begins) && !has_timeout(&built, site)
}

fn has_timeout(built: &Built, site: &Site<'_>) -> bool {
    ["timeout", "read_timeout"].iter().any(|method| built.has(method, site))
}

/// Whether a function of the file gives a builder that it has set no timeout on.
fn is_begun_without_timeout(function: &str, site: &Site<'_>) -> bool {
    let name = function.rsplit("::").next().unwrap_or_default();
    let Some((signature, block)) = site.facts.function(name) else { return false };
    let is_meant = site.resolve(&signature.ident.clone().into()).is_some_and(|path| path == function);
    let gives = identifiers(&signature.output);
    let Some((Stmt::Expr(end, None), lets)) = block.stmts.split_last() else { return false };
    if !is_meant || gives.last().is_none_or(|last| last != "ClientBuilder") {
        return false;
    }
    let steps = [Step::Function(signature, block), Step::Statements(&block.stmts, lets.len())];
    let flow = OnceCell::new();
    let within = Site { flow: &flow, ..site.at(&steps) };
    let built = Built::of(end, &within);
    built.origin().is_some_and(|origin| BUILDERS.contains(&origin)) && !has_timeout(&built, &within)
}

/// Whether the code is compiled for browsers only, where the client has no timeouts to set.
fn is_for_wasm(site: &Site<'_>) -> bool {
    let says_wasm = |attributes: &[syn::Attribute]| {
        attributes.iter().any(|attribute| {
            let said = attribute.meta.to_token_stream().to_string();
            attribute.path().is_ident("cfg") && said.contains("wasm") && !said.contains("not")
        })
    };
    site.file.path.ends_with("/wasm.rs")
        || site.steps.iter().any(|step| match step {
            Step::Attributes(attributes) => says_wasm(attributes),
            Step::Let(local) => says_wasm(&local.attrs),
            Step::Expr(Expr::Return(returned)) => says_wasm(&returned.attrs),
            Step::Expr(Expr::Block(block)) => says_wasm(&block.attrs),
            _ => false,
        })
}

/// Whether a `timeout` function stands around the call.
fn is_bounded_here(site: &Site<'_>) -> bool {
    site.steps.iter().any(|step| matches!(step, Step::Expr(Expr::Call(call)) if is_timeout(call)))
}

/// Whether the answer is a stream, which lives as long as it likes, and the wait for the connection has an end.
fn streams(call: &Call<'_>, site: &Site<'_>) -> bool {
    let Expr::MethodCall(build) = call.expr else { return false };
    Built::of(&build.receiver, site).has("connect_timeout", site) && site.flow().mentions("bytes_stream")
}

/// Whether a layer of `tower` puts a deadline around the client, which a `let` may hold.
fn is_layered(call: &Call<'_>, site: &Site<'_>) -> bool {
    struct Layered(HashSet<String>);
    impl Visit<'_> for Layered {
        fn visit_expr(&mut self, expr: &Expr) {
            self.0.extend(layered(expr).and_then(variable).map(ToString::to_string));
            syn::visit::visit_expr(self, expr);
        }
    }
    let around = site.steps.iter().rev().map_while(|step| match step {
        Step::Expr(expr) => Some(*expr),
        _ => None,
    });
    let is_within = |layered: &Expr| identifiers(layered).contains(call.name);
    if around.filter_map(layered).any(is_within) {
        return true;
    }
    let Fate::Held(name, _) = fate(call.expr, site) else { return false };
    site.function().is_some_and(|(_, block)| {
        let mut found = Layered(HashSet::new());
        found.visit_block(block);
        found.0.contains(&name.to_string())
    })
}

/// Whether a request of the file has a deadline, set on it or around it or around the function that makes the client:
/// whose client that is, is not known.
fn has_deadlines(site: &Site<'_>) -> bool {
    let deadlines = site.facts.once(|| {
        let mut deadlines = Deadlines::default();
        deadlines.visit_file(&site.file.ast);
        deadlines
    });
    let around = site.function().map(|(signature, _)| signature.ident.to_string());
    let of_sent = || deadlines.sent.iter().any(|future| deadlines.bounded.contains(future));
    deadlines.of_requests || of_sent() || around.is_some_and(|name| deadlines.bounded.contains(&name))
}

#[derive(Default)]
struct Deadlines {
    of_requests: bool,
    /// What is named in what a `timeout` stands around.
    bounded: HashSet<String>,
    /// The variables that hold a request that is on its way.
    sent: HashSet<String>,
}

impl Visit<'_> for Deadlines {
    fn visit_expr(&mut self, expr: &Expr) {
        match deadline(expr) {
            Some(Deadline::Request) => self.of_requests = true,
            Some(Deadline::Around(call)) => {
                let within = identifiers(&call.args);
                self.of_requests |= within.iter().any(sends);
                self.bounded.extend(within.iter().map(ToString::to_string));
            }
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &syn::Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && matches!(&*init.expr, Expr::MethodCall(_) | Expr::Async(_))
            && identifiers(&init.expr).iter().any(sends)
        {
            self.sent.insert(name.ident.to_string());
        }
        syn::visit::visit_local(self, local);
    }
}
