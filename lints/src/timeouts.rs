//! What sets a deadline for calls of other services, by how it is written.

use syn::Expr;

use crate::calls::{Method, chain, identifiers, variable};
use crate::words::has_word;

/// How a deadline is set.
pub(crate) enum Deadline<'e> {
    /// On an HTTP request: `client.get(url).timeout(WAIT)`, `request.timeout_mut()`.
    Request,
    /// On a call of gRPC, or by a layer around all of them: `request.set_timeout(WAIT)`, `Timeout::new(channel, WAIT)`.
    Call,
    /// Around a future: `timeout(WAIT, future)`.
    Around(&'e syn::ExprCall),
}

/// The deadline that an expression sets.
pub(crate) fn deadline(expr: &Expr) -> Option<Deadline<'_>> {
    match expr {
        Expr::MethodCall(call) if call.method == "set_timeout" => Some(Deadline::Call),
        Expr::MethodCall(call) if call.method == "timeout_mut" => Some(Deadline::Request),
        Expr::MethodCall(call) if call.method == "timeout" => of_builder(call),
        Expr::MethodCall(call) if sends(&call.method) => {
            chain(expr).0.iter().any(|method| method.name == "timeout").then_some(Deadline::Request)
        }
        Expr::Call(call) if is_timeout(call) => Some(Deadline::Around(call)),
        Expr::Call(call) => is_layer(call).then_some(Deadline::Call),
        _ => None,
    }
}

/// `client.get(url).timeout(..)`, `request.timeout(..)`, `ServiceBuilder::new().timeout(..)`.
fn of_builder(call: &syn::ExprMethodCall) -> Option<Deadline<'_>> {
    let (methods, root) = chain(&call.receiver);
    let is_request = methods.iter().any(|method| is_verb(method.name))
        || variable(root).is_some_and(|name| has_word(&name.to_string(), &["request", "req"]));
    if is_request {
        return Some(Deadline::Request);
    }
    let Expr::Call(made) = root else { return None };
    identifiers(&made.func).iter().any(|name| name == "ServiceBuilder").then_some(Deadline::Call)
}

/// Whether a method of an HTTP client begins a request.
pub(crate) fn is_verb(method: &syn::Ident) -> bool {
    ["get", "post", "put", "patch", "delete", "head", "request"].iter().any(|verb| method == verb)
}

/// Whether a method sends a request.
pub(crate) fn sends(method: &syn::Ident) -> bool {
    method == "send" || method == "execute" || method == "call"
}

/// Whether a call bounds what it is given: `timeout(WAIT, future)`, or a wrapper that says so.
pub(crate) fn is_timeout(call: &syn::ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    let mut segments = function.path.segments.iter().rev();
    let Some(last) = segments.next() else { return false };
    let is_of_type =
        segments.next().is_some_and(|owner| owner.ident.to_string().starts_with(char::is_uppercase));
    let wraps = || ["with_timeout", "with_deadline"].iter().any(|name| last.ident == name);
    last.ident == "timeout" || last.ident == "timeout_at" || !is_of_type && wraps()
}

/// The client that a layer puts a deadline around: `ServiceBuilder::new().layer(TimeoutLayer::new(WAIT)).service(client)`,
/// `Timeout::new(client, WAIT)`.
pub(crate) fn layered(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::MethodCall(call) if call.method == "service" => {
            let sets = |method: &Method<'_>| {
                let is_set = |argument: &&Expr| matches!(argument, Expr::Call(layer) if is_layer(layer));
                method.name == "timeout" || method.name == "layer" && method.args.iter().any(is_set)
            };
            chain(&call.receiver).0.iter().any(sets).then(|| call.args.first())?
        }
        Expr::Call(call) => is_layer(call).then(|| call.args.first())?,
        _ => None,
    }
}

/// `TimeoutLayer::new(..)`, `tower::timeout::Timeout::new(..)`
fn is_layer(call: &syn::ExprCall) -> bool {
    let names = identifiers(&call.func);
    names.iter().any(|name| name == "TimeoutLayer")
        || matches!(&names[..], [.., owner, new] if owner == "Timeout" && new == "new")
}
