//! `unbounded-fanout`: finds calls that are started all at once, as many as a request asks for.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::{Expr, FnArg, Ident, Type};

use crate::bound::binds;
use crate::calls::{Call, chain, identifiers, method, variable};
use crate::site::Step;
use crate::types::{head_name, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// One call for each element of a list, all of them at once: by `join_all`, `try_join_all`, `FuturesUnordered`,
    /// `for_each_concurrent(None, ..)` or a `JoinSet` that is filled in a loop.
    ///
    /// Meant are lists whose length a request decides: a list that the function is handed, or one that is called by what
    /// there may be many of (ids, candidates, items, posts, users, keys, requests). What the deployment decides is left alone:
    /// shards, replicas, peers, servers, partitions, columns and their like; and so is a function that sets a bound, by
    /// `chunks`, `take`, a semaphore, `buffered` or a limit that it speaks of.
    ///
    /// It advises: 9 of 13 in 3.5 million lines of published crates are right. The wrong ones are lists whose length is bounded
    /// by a file that the rule does not see, or that are few by nature.
    ///
    /// ## Why it hurts
    /// A page of ten candidates is ten calls, one of a thousand is a thousand: in one moment, from every replica, to a
    /// service that was sized for the mean. It sheds load, the callers try again, and the slowest of a thousand calls decides how
    /// long the page takes.
    ///
    /// ## Example
    /// ```bad
    /// use futures::future::{self, join_all as all};
    /// use futures::stream::{FuturesUnordered, StreamExt};
    ///
    /// async fn titles(client: &Client, ids: &[u64]) -> Vec<Title> {
    ///     let first = all(ids.iter().map(|id| client.title(*id))).await; //~
    ///     let calls: Vec<_> = ids.iter().map(|id| client.title(*id)).collect();
    ///     let second = futures::future::try_join_all(calls).await; //~
    ///     let open: FuturesUnordered<_> = ids.iter().map(|id| client.title(*id)).collect(); //~
    ///     let more = || ids.iter().map(|id| client.title(*id)).collect::<FuturesUnordered<_>>(); //~
    ///     tokio::select! {
    ///         _ = future::join_all(ids.iter().map(|id| client.touch(*id))) => {} //~
    ///         _ = closed() => {}
    ///     }
    ///     futures::stream::iter(ids).for_each_concurrent(None, |id| client.touch(*id)).await; //~
    ///     StreamExt::for_each_concurrent(futures::stream::iter(ids), None, |id| client.touch(*id)).await; //~
    ///     async fn each(client: Client, wanted: Vec<u64>) -> JoinSet<Title> {
    ///         let mut set = tokio::task::JoinSet::new();
    ///         for id in wanted {
    ///             set.spawn(client.clone().title(id)); //~
    ///         }
    ///         set
    ///     }
    ///     merge(first, second, open, more())
    /// }
    ///
    /// async fn page(source: &Source, client: &Client) -> Vec<Title> {
    ///     let candidates = source.fetch().await;
    ///     all(candidates.iter().map(|candidate| client.title(candidate.id))).await //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Ask for all of them in one call, or for a few at a time.
    ///
    /// ```good
    /// use futures::future::join_all;
    /// use futures::stream::{self, StreamExt};
    ///
    /// async fn one(client: &Client, ids: &[u64]) -> Vec<Title> {
    ///     client.titles(ids).await
    /// }
    ///
    /// async fn few(client: &Client, ids: &[u64]) -> Vec<Title> {
    ///     stream::iter(ids).map(|id| client.title(*id)).buffered(8).collect().await
    /// }
    ///
    /// async fn rounds(client: &Client, ids: &[u64]) -> Vec<Title> {
    ///     let mut titles = Vec::new();
    ///     for part in ids.chunks(8) {
    ///         titles.extend(join_all(part.iter().map(|id| client.title(*id))).await);
    ///     }
    ///     titles
    /// }
    ///
    /// async fn everywhere(shards: &[Shard], query: &Query) -> Vec<Page> {
    ///     join_all(shards.iter().map(|shard| shard.search(query))).await
    /// }
    ///
    /// impl Pipeline {
    ///     async fn fetch(&self, query: &Query) -> Vec<Page> {
    ///         join_all(self.sources.iter().map(|source| source.fetch(query))).await
    ///     }
    /// }
    /// ```
    pub static UNBOUNDED_FANOUT = {
        id: "unbounded-fanout",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds calls that are started all at once, as many as a request asks for",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNBOUNDED_FANOUT, check: Check::Syntax(check) };

/// Words of lists whose length a request decides.
const MANY: &[&str] = &[
    "ids",
    "candidates",
    "items",
    "posts",
    "users",
    "tracks",
    "documents",
    "docs",
    "keys",
    "hashes",
    "requests",
    "reqs",
    "blobs",
    "results",
    "hits",
];

/// Words of what the deployment decides the number of, or a plan.
const FEW: &[&str] = &[
    "shard",
    "shards",
    "replica",
    "replicas",
    "peer",
    "peers",
    "node",
    "nodes",
    "server",
    "servers",
    "validator",
    "validators",
    "client",
    "clients",
    "backend",
    "backends",
    "provider",
    "providers",
    "guardian",
    "guardians",
    "partition",
    "partitions",
    "column",
    "columns",
    "topic",
    "topics",
    "subscriber",
    "subscribers",
    "listener",
    "listeners",
    "worker",
    "workers",
    "service",
    "services",
    "source",
    "sources",
    "stage",
    "stages",
    "config",
    "configs",
    "plugin",
    "plugins",
    "task",
    "tasks",
    "handle",
    "handles",
    "input",
    "inputs",
    "subqueries",
];

/// Words by which a function says that it has a bound.
const BOUNDS: &[&str] = &[
    "semaphore",
    "permit",
    "permits",
    "chunk",
    "chunks",
    "take",
    "limit",
    "limiter",
    "concurrency",
    "parallelism",
    "buffered",
    "buffer",
    "sleep",
    "max",
    "truncate",
];

/// Types of lists.
const LISTS: &[&str] =
    &["Vec", "VecDeque", "HashSet", "BTreeSet", "HashMap", "BTreeMap", "IndexSet", "IndexMap"];

/// How many variables are followed for one list.
const FAR: u32 = 6;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(list) = started_at_once(call, site) else { return };
    let Some(name) = long_list(list, site) else { return };
    if site.flow().speaks_of(BOUNDS) {
        return;
    }
    findings.push(
        site.finding(
            &UNBOUNDED_FANOUT,
            call.expr,
            format!("as many calls are started at once as `{name}` has elements"),
        )
        .help("ask for all of them in one call, or for a few at a time with `buffered`"),
    );
}

/// The list for whose elements a call starts futures, all at once.
fn started_at_once<'a>(call: &Call<'a>, site: &Site<'a>) -> Option<&'a Expr> {
    let last = call.path.as_deref().and_then(|path| path.rsplit("::").next());
    let name = last.map_or_else(|| call.name.to_string(), str::to_owned);
    match name.as_str() {
        "join_all" | "try_join_all" => {
            let of_futures = call.path.as_deref().is_some_and(|path| path.starts_with("futures"));
            let Expr::Call(written) = call.expr else { return None };
            if of_futures { written.args.first() } else { None }
        }
        "for_each_concurrent" | "try_for_each_concurrent" => {
            let each = method(call.expr)?;
            let limit = each.args.first()?;
            variable(limit).is_some_and(|limit| limit == "None").then_some(each.receiver)
        }
        "collect" => {
            let collected = method(call.expr)?;
            let declared = match site.steps.last() {
                Some(Step::Let(syn::Local { pat: syn::Pat::Type(typed), .. })) => Some(&*typed.ty),
                _ => None,
            };
            let ty = collected.turbofish.or(declared)?;
            (head_name(ty, site)? == "FuturesUnordered").then_some(collected.receiver)
        }
        "spawn" => {
            let Expr::MethodCall(spawn) = call.expr else { return None };
            let set = type_of(&spawn.receiver, site).and_then(|ty| head_name(&ty, site))?;
            if set != "JoinSet" {
                return None;
            }
            site.steps.iter().rev().find_map(|step| match step {
                Step::Expr(Expr::ForLoop(each)) => Some(&*each.expr),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The name of a list whose length a request decides, followed over `let`s to where it begins.
fn long_list(list: &Expr, site: &Site<'_>) -> Option<String> {
    let mut list = begin(list);
    for _ in 0..FAR {
        let name = identifiers(list).pop()?;
        let text = name.to_string();
        if has_word(&text, FEW) {
            return None;
        }
        if has_word(&text, MANY) && !matches!(list, Expr::Call(_)) {
            return Some(text);
        }
        let name = variable(list)?;
        let Some(local) = site.lets().find(|local| binds(&local.pat, name)) else {
            return is_handed(name, site).then_some(text);
        };
        list = begin(&local.init.as_ref()?.expr);
    }
    None
}

/// What a chain of iterators begins with. `stream::iter(list)` begins with the list.
fn begin(expr: &Expr) -> &Expr {
    let root = chain(expr).1;
    match root {
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "iter") => {
                chain(&call.args[0]).1
            }
            _ => root,
        },
        _ => root,
    }
}

/// Whether a variable is a list that the function is handed.
fn is_handed(name: &Ident, site: &Site<'_>) -> bool {
    let Some((signature, _)) = site.function() else { return false };
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(typed) => binds(&typed.pat, name) && is_list(&typed.ty),
        FnArg::Receiver(_) => false,
    })
}

/// Whether a type is a list of what there may be many of.
fn is_list(ty: &Type) -> bool {
    let of_few = || identifiers(&ty.to_token_stream()).iter().any(|name| has_word(&name.to_string(), FEW));
    let is_one = match ty {
        Type::Reference(reference) => return is_list(&reference.elem),
        Type::Slice(_) => true,
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| LISTS.iter().any(|list| last.ident == list))
        }
        Type::ImplTrait(bounds) => {
            identifiers(bounds).iter().any(|name| name == "IntoIterator" || name == "Iterator")
        }
        _ => false,
    };
    is_one && !of_few()
}
