//! Labels of metrics that take as many values as there are viewers.

use findings::{Finding, rule};
use syn::Expr;

use crate::bound::binds;
use crate::calls::{Method, chain, identifiers, peel, variable};
use crate::facts::type_name;
use crate::few::{Needs, Shown, few, is_few};
use crate::labels::{self, Label};
use crate::owners::{OWNERS, is_id_of_somebody, named};
use crate::sorts::part_of;
use crate::texts::{Hole, holes, of_format, shown};
use crate::types::{head, head_name, type_of};
use crate::words::{has_word, words};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A label of a metric whose value has no bound: the id of a user, a request or a candidate, a URL, an e-mail
    /// address, a `Uuid`, the text of an error, the message of a `tonic::Status`, and a text that `format!` puts together from one
    /// of these. Looked at are `metrics::counter!` and its like, what their names are put together from, `with_label_values` and the lists of label names of `prometheus`,
    /// label structs of `prometheus-client`, and `KeyValue`s that are handed to instruments of `opentelemetry`.
    ///
    /// Identifiers are compared by words: `model_idx` has no `id`. What a function computes from an id, such as a
    /// bucket, is left alone. So is what has few values by its type, in whatever file of the workspace that is declared: a
    /// `&'static str`, an enum whose variants hold nothing, and the text of an error where no `#[error(..)]` takes up what its
    /// variants hold.
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
    ///     metrics::counter!(format!("ranked.{user_id}")).increment(1); //~
    ///     let name = format!("ranked.{}", user_id);
    ///     metrics::histogram!(name, "kind" => "home").record(1.0); //~
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
    ///
    /// fn told(viewer: &Viewer, status: &tonic::Status, fault: Fault) {
    ///     metrics::counter!("ranked", "viewer" => viewer.id.to_string()).increment(1); //~
    ///     metrics::counter!("failed", "why" => status.message().to_owned()).increment(1); //~
    ///     metrics::counter!("failed", "why" => status.to_string()).increment(1); //~
    ///     let labels = [("kind", "home".to_owned()), ("session_id", viewer.session_id.clone())];
    ///     metrics::counter!("ranked", &labels).increment(1); //~
    ///     metrics::counter!("ranked", vec![metrics::Label::new("caller", viewer.session_id.clone())]).increment(1); //~
    ///     if let Err(error) = told_elsewhere(fault) {
    ///         metrics::counter!("failed", "why" => format!("{error:?}")).increment(1); //~
    ///     }
    /// }
    ///
    /// fn told_elsewhere(fault: Fault) -> Result<(), Fault> {
    ///     Err(fault)
    /// }
    ///
    /// enum Fault {
    ///     #[error("slow")]
    ///     Slow(Duration),
    /// }
    ///
    /// fn told(user: &User, chosen: &Candidate) {
    ///     let id = user.id;
    ///     metrics::counter!("seen", "who" => format!("u{id}")).increment(1); //~
    ///     metrics::counter!("seen", "what" => chosen.id.to_string()).increment(1); //~
    ///     let User { id, .. } = user;
    ///     metrics::counter!("seen", "who" => id.to_string()).increment(1); //~
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
    ///     let our_node_id: Uuid = cluster.id;
    ///     metrics.sent.with_label_values(&[&our_node_id.to_string()]).inc();
    ///     let (to, peer): (Uuid, Uuid) = cluster.ends();
    ///     metrics.sent.with_label_values(&[&to.to_string(), &peer.to_string()]).inc();
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
    /// fn count(error: &Fault, url: &'static str, answer: Result<Page, Fault>) {
    ///     metrics::counter!("faults", "kind" => error.to_string()).increment(1);
    ///     metrics::counter!("faults", "kind" => format!("{error:?}")).increment(1);
    ///     metrics::counter!("asked", "url" => url).increment(1);
    ///     for url in ["home", "search"] {
    ///         metrics::counter!("asked", "url" => url).increment(1);
    ///     }
    ///     match answer {
    ///         Ok(page) => show(page),
    ///         Err(error) => metrics::counter!("faults", "kind" => error.to_string()).increment(1),
    ///     }
    /// }
    ///
    /// fn refuse(error: Refusal, upstream: &Upstream) {
    ///     metrics::counter!("refused", "why" => error.to_string(), "url" => upstream.url).increment(1);
    /// }
    ///
    /// enum Refusal { #[error("too many")] TooMany(u64) }
    ///
    /// struct Upstream { url: &'static str }
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

/// What is without number by itself.
const ENDLESS: &[&str] = &["url", "uri", "email", "uuid", "guid", "token", "uid"];

/// What stands before `url` where there are few: that of a type in protobuf, that of the repository.
const KINDS: &[&str] = &["type", "repo", "repository", "homepage"];

const HELP: &str = "label by a kind with few values, and put the id into a log line or a span";

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(Endless { shown, .. }) = endless_labels(node, site).into_iter().next() else { return };
    let message = format!("the label `{shown}` makes a time series for every value");
    let finding = match node {
        Node::Call(call) => site.finding(&HIGH_CARDINALITY_LABEL, call.expr, message),
        Node::Macro(mac, _) => site.finding(&HIGH_CARDINALITY_LABEL, *mac, message),
        _ => return,
    };
    findings.push(finding.help(HELP));
}

/// A label that has no bound.
struct Endless {
    /// How a message names it.
    shown: String,
    /// What must be few elsewhere so that it has one after all.
    needs: Option<Needs>,
}

/// What must be few so that no label of a node is without bound; none where one is whatever other files say.
pub(crate) fn needs_of_labels(node: &Node<'_>, site: &Site<'_>) -> Option<Needs> {
    let needs: Option<Vec<Needs>> = endless_labels(node, site).into_iter().map(|label| label.needs).collect();
    Some(needs?.concat())
}

fn endless_labels(node: &Node<'_>, site: &Site<'_>) -> Vec<Endless> {
    let labels = match node {
        Node::Call(call) => labels::of_call(call, site),
        Node::Macro(mac, body) => labels::of_macro(mac, body, site),
        _ => Vec::new(),
    };
    labels.iter().filter_map(|label| endless(label, site)).collect()
}

fn endless(label: &Label, site: &Site<'_>) -> Option<Endless> {
    let value = label.value.as_ref();
    let needs = value.and_then(|value| few(value, site));
    if needs.as_ref().is_some_and(Vec::is_empty) || value.is_some_and(is_fixed) {
        return None;
    }
    let shown = value.and_then(|value| endless_value(value, site));
    let shown = shown.or_else(|| label.name.clone().filter(|name| is_endless(name)))?;
    Some(Endless { shown, needs })
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
            .find_map(|part| endless_text(part, site))
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

/// The machines of a cluster, of which there are few.
const FEW: &[&str] = &[
    "host", "hosts", "node", "nodes", "peer", "peers", "replica", "replicas", "server", "servers", "shard",
    "shards",
];

/// Whether a variable goes over the machines of a cluster.
fn is_of_few(name: &syn::Ident, site: &Site<'_>) -> bool {
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
    if let Some((message, behind)) = methods.split_last()
        && message.name == "message"
        && message.args.is_empty()
        && keep_all(behind)
        && is_status(root, site)
    {
        return Some(format!("{}.message()", shown(root)));
    }
    if !keep_all(&methods) {
        return None;
    }
    if let Expr::Macro(mac) = root {
        let parts = if mac.mac.path.is_ident("format") { of_format(&mac.mac) } else { Vec::new() };
        return parts.iter().filter(|part| is_plain(&part.value)).find_map(|part| endless_text(part, site));
    }
    let name = named(root)?;
    let is_text = || methods.iter().any(|method| method.name == "to_string");
    let is_text_of_error = || is_text() && (names_error(&name) || is_status(root, site));
    let is_endless = is_endless(&name)
        || is_id_of_somebody(root, site)
        || is_text_of_error()
        || is_number_of_somebody(&name, root, site)
        || is_uuid_of_many(root, site);
    is_endless.then(|| shown(root))
}

/// Whether a value is the answer of a call of gRPC that failed, whose message the other side writes.
fn is_status(value: &Expr, site: &Site<'_>) -> bool {
    type_of(value, site).and_then(|ty| head(&ty, site)).is_some_and(|path| path == "tonic::Status")
}

fn is_uuid_of_many(value: &Expr, site: &Site<'_>) -> bool {
    let ty = type_of(value, site).and_then(|ty| head_name(&ty, site));
    let is_few = || {
        variable(value).is_some_and(|name| is_of_few(name, site))
            || named(value).is_some_and(|name| has_word(&name, FEW) || name == "to" || name == "from")
    };
    ty.is_some_and(|name| name == "Uuid") && !is_few()
}

/// Variables and fields: what a call gives back may be anything.
fn is_plain(value: &Expr) -> bool {
    matches!(peel(value), Expr::Path(_) | Expr::Field(_))
}

/// The same of a value within a text, where an error stands as its text.
fn endless_text(part: &Hole, site: &Site<'_>) -> Option<String> {
    let value = peel(&part.value);
    let name = named(value)?;
    let is_endless = is_endless(&name)
        || is_id_of_somebody(value, site)
        || names_error(&name)
        || is_status(value, site)
        || is_uuid_of_many(value, site);
    (is_endless && !is_few(value, Shown::by(part.is_debug), site)).then(|| shown(value))
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
