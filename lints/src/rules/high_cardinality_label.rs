//! Labels of metrics that take as many values as there are viewers.

use findings::{Finding, rule};
use syn::Expr;

use crate::bound::binds;
use crate::calls::{Method, chain, identifiers, peel, variable};
use crate::facts::type_name;
use crate::labels::{self, Label, names_in, pairs};
use crate::sorts::part_of;
use crate::texts::{holes, of_format, shown};
use crate::types::{head_name, type_of};
use crate::words::{has_word, words};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A label of a metric whose value has no bound: the id of a user, a request or a candidate, a URL, an e-mail
    /// address, a `Uuid`, the text of an error, and a text that `format!` puts together from one of these. Looked at are `metrics::counter!` and its
    /// like, `with_label_values` and the lists of label names of `prometheus`, label structs of `prometheus-client`, and
    /// `KeyValue`s that are handed to instruments of `opentelemetry`.
    ///
    /// Identifiers are compared by words: `model_idx` has no `id`. What a function computes from an id, such as a
    /// bucket, is left alone.
    ///
    /// It blocks: both that were judged in published crates were right, and all of ten that were written into clean code
    /// are found. One that hid behind a module of the crate's own that is called `metrics` was missed.
    ///
    /// ## Why it hurts
    /// Each value of a label is a time series of its own, kept for weeks. A service with a million viewers makes a
    /// million of each metric; the metrics store falls over for every team, on the day of most traffic.
    ///
    /// ## Example
    /// ```bad
    /// use metrics::counter as count;
    /// use opentelemetry::KeyValue;
    ///
    /// fn record(metrics: &Metrics, request: &Request, user_id: u64, error: Error) {
    ///     metrics::counter!("ranked", "user_id" => request.user.to_string()).increment(1); //~
    ///     count!("failed", "reason" => error.to_string()).increment(1); //~
    ///     metrics::histogram!("latency", "caller" => request.session_id.clone()).record(WAITED); //~
    ///     metrics.ranked.with_label_values(&[&user_id.to_string(), "home"]).inc(); //~
    ///     let shown = format!("{}-{}", request.surface, request.user_id);
    ///     metrics.slots.with_label_values(&[&shown]).inc(); //~
    ///     let caller = user_id.to_string();
    ///     metrics.callers.with_label_values(&[caller.as_str()]).inc(); //~
    ///     metrics.latency.record(WAITED, &[KeyValue::new("request.url", request.url.clone())]); //~
    ///     let later = |metrics: &Metrics| metrics.seen.get_or_create(&SeenLabels { email: request.email }); //~
    ///     prometheus::IntCounterVec::new(Opts::new("ranked", "how often"), &["surface", "userId"]); //~
    ///     later(metrics);
    /// }
    ///
    /// fn split(metrics: &Metrics, request: Request, viewer: u64) {
    ///     let Request { user_id: who, .. } = request;
    ///     let caller = who.to_string();
    ///     metrics::counter!("ranked", "caller" => caller).increment(1); //~
    ///     metrics::counter!("ranked", "viewer" => viewer.to_string()).increment(1); //~
    ///     let values = vec![request.url.as_str(), "home"];
    ///     metrics.ranked.with_label_values(&values).inc(); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// A label says what kind: the surface, the model's version, the code of the error. The id belongs into a log line
    /// or a span.
    ///
    /// ```good
    /// use opentelemetry::KeyValue;
    ///
    /// fn record(metrics: &Metrics, request: &Request, model_idx: usize, error: Error) {
    ///     metrics::counter!("ranked", "surface" => request.surface.as_str()).increment(1);
    ///     metrics::counter!("failed", "code" => error.code().as_str()).increment(1);
    ///     metrics::counter!("scored", "model" => MODELS[model_idx]).increment(1);
    ///     metrics.ranked.with_label_values(&[request.surface.as_str(), bucket(request.user_id)]).inc();
    ///     metrics.latency.record(WAITED, &[KeyValue::new("route", request.matched_path)]);
    ///     let bucket = bucket_of(user_id);
    ///     metrics.buckets.with_label_values(&[&bucket]).inc();
    ///     for node in cluster.nodes {
    ///         let node: Uuid = node;
    ///         metrics.sent.with_label_values(&[&node.to_string()]).inc();
    ///     }
    ///     let order: u8 = 3;
    ///     metrics::counter!("ranked", "order" => order.to_string()).increment(1);
    ///     metrics.acknowledged.with_label_values(&[plane, type_url]).inc();
    ///     metrics.seen.get_or_create(&SeenLabels { surface: request.surface });
    ///     prometheus::IntCounterVec::new(Opts::new("ranked", "how often"), &["surface", "valid"]);
    ///     span.set_attribute(KeyValue::new("user.id", request.user_id));
    /// }
    ///
    /// enum Fault { Slow, Gone }
    ///
    /// fn count(error: &Fault) {
    ///     metrics::counter!("faults", "kind" => error.to_string()).increment(1);
    /// }
    /// ```
    pub static HIGH_CARDINALITY_LABEL = {
        id: "high-cardinality-label",
        guard: "lints",
        group: "observability",
        level: Error,
        summary: "finds labels of metrics that take as many values as there are viewers",
    };
}

pub(super) static LINT: Lint = Lint { rule: &HIGH_CARDINALITY_LABEL, check: Check::Syntax(check) };

/// Whose ids are without number.
const OWNERS: &[&str] = &[
    "user",
    "viewer",
    "request",
    "session",
    "device",
    "tweet",
    "post",
    "track",
    "candidate",
    "account",
    "customer",
    "order",
    "trace",
    "span",
    "message",
    "visitor",
    "member",
    "cookie",
    "correlation",
];

/// What is without number by itself.
const ENDLESS: &[&str] = &["url", "uri", "email", "uuid", "guid", "token", "uid"];

/// What stands before `url` where there are few: that of a type in protobuf, that of the repository.
const KINDS: &[&str] = &["type", "repo", "repository", "homepage"];

const HELP: &str = "label by a kind with few values, and put the id into a log line or a span";

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Call(call) => {
            let Some(label) = labels::of_call(call, site).into_iter().find_map(|label| endless(&label, site))
            else {
                return;
            };
            findings.push(finding(call.expr, &label, site));
        }
        Node::Macro(mac, body) => {
            let Some(last) = mac.path.segments.last() else { return };
            let vector = last.ident.to_string();
            let is_vector = vector.starts_with("register_") && vector.contains("_vec");
            let is_metric = ["counter", "gauge", "histogram"].iter().any(|kind| last.ident == kind)
                && site.resolve_macro(&mac.path).is_none_or(|path| path.starts_with("metrics::"));
            let renamed = || {
                site.resolve_macro(&mac.path).is_some_and(|path| {
                    ["metrics::counter", "metrics::gauge", "metrics::histogram"].contains(&path.as_str())
                })
            };
            let label = if is_vector {
                body.expressions()
                    .iter()
                    .flat_map(|list| names_in(list, site))
                    .find_map(|label| endless(&label, site))
            } else if mac.tokens.is_empty() || !(is_metric || renamed()) {
                None
            } else {
                pairs(mac).into_iter().find_map(|label| endless(&label, site))
            };
            if let Some(label) = label {
                findings.push(finding(*mac, &label, site));
            }
        }
        _ => {}
    }
}

fn finding(node: &impl quote::ToTokens, label: &str, site: &Site<'_>) -> Finding {
    let message = format!("the label `{label}` makes a time series for every value");
    site.finding(&HIGH_CARDINALITY_LABEL, node, message).help(HELP)
}

/// How a message names a label that has no bound.
fn endless(label: &Label, site: &Site<'_>) -> Option<String> {
    if let Some(value) = &label.value {
        if is_fixed(value) {
            return None;
        }
        if let Some(shown) = endless_value(value, site) {
            return Some(shown);
        }
    }
    label.name.clone().filter(|name| is_endless(name))
}

/// Literals and constants.
fn is_fixed(value: &Expr) -> bool {
    match chain(value).1 {
        Expr::Lit(_) => true,
        Expr::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| !last.ident.to_string().chars().any(char::is_lowercase))
        }
        _ => false,
    }
}

/// What is without number in a value, as it is written there or in the `let`s that bind it.
fn endless_value(value: &Expr, site: &Site<'_>) -> Option<String> {
    endless_behind(value, HOPS, site)
}

/// How many `let`s are followed.
const HOPS: u32 = 4;

fn endless_behind(value: &Expr, hops: u32, site: &Site<'_>) -> Option<String> {
    let (methods, root) = chain(value);
    let in_text = |init: &Expr| {
        holes(init, site)
            .iter()
            .filter(|part| is_plain(&part.value))
            .find_map(|part| endless_text(&part.value, site))
    };
    let bound = || {
        let name = variable(root).filter(|_| keep_all(&methods))?;
        let local = site.lets().find(|local| binds(&local.pat, name))?;
        let init = &*local.init.as_ref()?.expr;
        match &local.pat {
            syn::Pat::Ident(_) | syn::Pat::Type(_) => {
                in_text(init).or_else(|| endless_behind(init, hops.checked_sub(1)?, site))
            }
            // `let Request { user_id: who, .. } = request`
            pattern => part_of(pattern, name).filter(|part| is_endless(part)),
        }
    };
    written(value, site).or_else(bound)
}

/// Whether a number stands for somebody: `viewer.to_string()` of a `u64`.
fn is_number_of_somebody(name: &str, value: &Expr, site: &Site<'_>) -> bool {
    let is_number = |ty| matches!(type_name(&ty).as_deref(), Some("u64" | "i64" | "u128" | "i128"));
    OWNERS.contains(&name) && type_of(value, site).is_some_and(is_number)
}

/// Whether a value is of an enum of the file whose variants hold nothing: it has as many texts as variants.
fn is_kind(value: &Expr, site: &Site<'_>) -> bool {
    let Some(name) = type_of(value, site).and_then(|ty| head_name(&ty, site)) else { return false };
    let is_plain = |item: &syn::Item| match item {
        syn::Item::Enum(item) => {
            item.ident == name && item.variants.iter().all(|variant| variant.fields.is_empty())
        }
        _ => false,
    };
    site.file.ast.items.iter().any(is_plain)
}

/// Whether a variable goes over the machines of a cluster, of which there are few.
fn is_of_few(name: &syn::Ident, site: &Site<'_>) -> bool {
    const FEW: &[&str] = &["node", "nodes", "peers", "replicas", "servers", "hosts", "shards"];
    site.steps.iter().any(|step| match step {
        Step::Expr(Expr::ForLoop(each)) if binds(&each.pat, name) => {
            identifiers(&each.expr).iter().any(|word| has_word(&word.to_string(), FEW))
        }
        _ => false,
    })
}

/// Whether methods give back as many values as they are called on.
fn keep_all(methods: &[Method<'_>]) -> bool {
    const SAME: &[&str] = &[
        "to_string",
        "as_str",
        "clone",
        "into",
        "to_owned",
        "as_ref",
        "borrow",
        "unwrap_or_default",
        "as_deref",
        "deref",
        "unwrap_or",
    ];
    methods.iter().all(|method| SAME.iter().any(|same| method.name == same))
}

fn written(value: &Expr, site: &Site<'_>) -> Option<String> {
    let (methods, root) = chain(value);
    if !keep_all(&methods) {
        return None;
    }
    if let Expr::Macro(mac) = root {
        let parts = if mac.mac.path.is_ident("format") { of_format(&mac.mac) } else { Vec::new() };
        return parts
            .iter()
            .filter(|part| is_plain(&part.value))
            .find_map(|part| endless_text(&part.value, site));
    }
    let name = match root {
        Expr::Path(path) => path.path.get_ident()?.to_string(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => return None,
        },
        _ => return None,
    };
    let is_text_of_error =
        methods.iter().any(|method| method.name == "to_string") && names_error(&name) && !is_kind(root, site);
    let is_uuid =
        || type_of(root, site).and_then(|ty| head_name(&ty, site)).is_some_and(|name| name == "Uuid");
    let is_few = || variable(root).is_some_and(|name| is_of_few(name, site));
    (is_endless(&name)
        || is_text_of_error
        || is_number_of_somebody(&name, root, site)
        || is_uuid() && !is_few())
    .then(|| shown(root))
}

/// Variables and fields: what a call gives back may be anything.
fn is_plain(value: &Expr) -> bool {
    matches!(peel(value), Expr::Path(_) | Expr::Field(_))
}

/// The same of a value within a text, where an error stands as its text.
fn endless_text(value: &Expr, site: &Site<'_>) -> Option<String> {
    let name = match peel(value) {
        Expr::Path(path) => path.path.get_ident()?.to_string(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => return None,
        },
        _ => return None,
    };
    let is_uuid =
        || type_of(value, site).and_then(|ty| head_name(&ty, site)).is_some_and(|name| name == "Uuid");
    let is_few = || variable(value).is_some_and(|name| is_of_few(name, site));
    (is_endless(&name) || names_error(&name) || is_uuid() && !is_few()).then(|| shown(value))
}

fn names_error(name: &str) -> bool {
    matches!(words(name).last().map(String::as_str), Some("error" | "err" | "e"))
}

/// Whether an identifier names something that is without number.
fn is_endless(name: &str) -> bool {
    let said = words(&name.replace(['.', '-'], "_"));
    let owned = said
        .windows(2)
        .any(|pair| OWNERS.contains(&pair[0].as_str()) && matches!(pair[1].as_str(), "id" | "ids" | "uuid"));
    let is_kind = said.iter().rev().nth(1).is_some_and(|before| KINDS.contains(&before.as_str()));
    owned || !is_kind && said.last().is_some_and(|last| ENDLESS.contains(&last.as_str()))
}
