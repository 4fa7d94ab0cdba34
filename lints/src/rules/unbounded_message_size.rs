//! Messages of any size.

use findings::{Finding, rule};
use syn::Expr;

use crate::built::Built;
use crate::calls::{Call, method, peel, variable};
use crate::texts::{held, shown};
use crate::{Check, Lint, Node, Site};

rule! {
    /// A limit on the size of what is received that is set to the largest number or to none: `max_decoding_message_size(usize::MAX)`
    /// of a `tonic` client or server, `max_message_size(None)` and `max_frame_size(None)` of a web socket,
    /// `max_frame_length(usize::MAX)` of a codec, `axum::body::to_bytes(body, usize::MAX)`, `DefaultBodyLimit::disable()`, and
    /// `limit(usize::MAX)` of what `actix-web` reads. A variable that holds the number is followed to its `let`.
    ///
    /// What is sent is left alone, and so is `DefaultBodyLimit::disable()` where the function names a `RequestBodyLimitLayer`, which takes
    /// its place.
    ///
    /// ## Why it hurts
    /// These libraries have limits because a message is read whole before anybody looks at it. Without one, a single caller, or
    /// a single wrong answer of a service behind, takes the memory that all requests share, and the host is gone.
    ///
    /// ## Example
    /// ```bad
    /// use axum::body as bodies;
    /// use axum::extract::DefaultBodyLimit as BodyLimit;
    ///
    /// fn serve(ranker: Ranker) -> Router {
    ///     let service = RankerServer::new(ranker).max_decoding_message_size(usize::MAX); //~
    ///     let most = u32::MAX as usize;
    ///     let client = FeatureClient::new(channel()).max_decoding_message_size(most); //~
    ///     let socket = WebSocketConfig::default().max_message_size(None); //~
    ///     let frames = || LengthDelimitedCodec::builder().max_frame_length(std::usize::MAX).new_codec(); //~
    ///     let routes = vec![axum::extract::DefaultBodyLimit::disable(), BodyLimit::max(usize::max_value())]; //~
    ///     let json = actix_web::web::JsonConfig::default().limit(usize::MAX); //~
    ///     Router::of(service, client, socket, frames, routes, json)
    /// }
    ///
    /// async fn body(request: Request) -> Bytes {
    ///     bodies::to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default() //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say how large the largest proper message is, and leave some room.
    ///
    /// ```good
    /// fn serve(ranker: Ranker, page: Option<usize>) -> Router {
    ///     let service = RankerServer::new(ranker)
    ///         .max_decoding_message_size(4 << 20)
    ///         .max_encoding_message_size(usize::MAX);
    ///     let socket = WebSocketConfig::default().max_message_size(Some(1 << 20));
    ///     let uploads = routes()
    ///         .layer(axum::extract::DefaultBodyLimit::disable())
    ///         .layer(tower_http::limit::RequestBodyLimitLayer::new(16 << 20));
    ///     let rows = query().limit(page.unwrap_or(usize::MAX));
    ///     Router::of(service, socket, uploads, rows)
    /// }
    ///
    /// async fn body(request: Request) -> Bytes {
    ///     axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default()
    /// }
    /// ```
    pub static UNBOUNDED_MESSAGE_SIZE = {
        id: "unbounded-message-size",
        guard: "lints",
        group: "security",
        level: Warning,
        summary: "finds limits on the size of what is received that limit nothing",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNBOUNDED_MESSAGE_SIZE, check: Check::Syntax(check) };

/// What takes a size, whosoever it is.
const SIZES: &[&str] = &["max_decoding_message_size", "max_frame_length"];

/// What takes a size or nothing.
const OPTIONS: &[&str] = &["max_message_size", "max_frame_size"];

/// Functions of a limit of bodies.
const OF_BODIES: &[&str] = &[
    "axum::extract::DefaultBodyLimit::max",
    "axum::body::to_bytes",
    "http_body_util::Limited::new",
    "axum_core::extract::DefaultBodyLimit::max",
];

const DISABLED: &[&str] =
    &["axum::extract::DefaultBodyLimit::disable", "axum_core::extract::DefaultBodyLimit::disable"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let has = |names: &[&str]| names.iter().any(|name| call.name == name);
    let what = if call.is_one_of(DISABLED) {
        if site.flow().mentions("RequestBodyLimitLayer") {
            return;
        }
        "a body of any size is read".to_owned()
    } else if has(SIZES) || has(OPTIONS) || call.is_one_of(OF_BODIES) || limits_actix(call, site) {
        let Some(limit) = last_argument(call.expr).filter(|limit| is_endless(limit, has(OPTIONS), site))
        else {
            return;
        };
        format!("`{}({})` lets a message be of any size", call.name, shown(limit))
    } else {
        return;
    };
    findings.push(
        site.finding(&UNBOUNDED_MESSAGE_SIZE, call.expr, what)
            .help("set it to the size of the largest proper message, with some room"),
    );
}

fn last_argument(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::MethodCall(call) => call.args.last(),
        Expr::Call(call) => call.args.last(),
        _ => None,
    }
}

/// `limit` of a configuration of `actix-web`; other `limit`s say how many rows are wanted.
fn limits_actix(call: &Call<'_>, site: &Site<'_>) -> bool {
    call.name == "limit"
        && method(call.expr).is_some_and(|limit| {
            Built::of(limit.receiver, site).origin().is_some_and(|origin| origin.starts_with("actix_web::"))
        })
}

/// `usize::MAX` and its like, `None` where that is a limit, also behind a cast and in a variable.
fn is_endless(limit: &Expr, or_none: bool, site: &Site<'_>) -> bool {
    let limit = match variable(limit).filter(|name| *name != "None").and_then(|name| held(name, site)) {
        Some(held) => peel(held),
        None => peel(limit),
    };
    match limit {
        Expr::Cast(cast) => is_endless_number(&cast.expr),
        Expr::Path(path) if path.path.is_ident("None") => or_none,
        // `Some(usize::MAX)`
        Expr::Call(call) => {
            or_none && call.args.len() == 1 && is_endless_number(&call.args[0]) || is_endless_number(limit)
        }
        _ => is_endless_number(limit),
    }
}

/// `T::MAX` and `T::max_value()` of a number as wide as a size.
fn is_endless_number(expr: &Expr) -> bool {
    let (path, names): (_, &[&str]) = match peel(expr) {
        Expr::Path(path) => (&path.path, &["MAX"]),
        Expr::Call(call) if call.args.is_empty() => match &*call.func {
            Expr::Path(path) => (&path.path, &["max_value"]),
            _ => return false,
        },
        _ => return false,
    };
    let mut last = path.segments.iter().rev();
    let is_max = last.next().is_some_and(|name| names.iter().any(|max| name.ident == max));
    let wide = ["usize", "u64", "u32", "isize", "i64", "i32"];
    is_max && last.next().is_some_and(|owner| wide.iter().any(|wide| owner.ident == wide))
}
