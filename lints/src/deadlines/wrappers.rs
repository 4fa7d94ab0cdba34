//! Functions that set a deadline for what they are handed: around a future, or on a builder that they give back.

use syn::{Expr, FnArg, Signature};

use super::{Id, Kind, bounds, own};
use crate::across::hash;
use crate::bound::binds;
use crate::built::Built;
use crate::calls::{Call, chain, identifiers, method, variable};
use crate::site::Site;
use crate::words::words;

/// The function around a `timeout`, where that is around one of its parameters: by its path, and a method by its name.
pub(super) fn wrapper(around: &syn::ExprCall, site: &Site<'_>) -> Vec<Id> {
    let Some((signature, _)) = site.function() else { return Vec::new() };
    let bounded = bounds::futures(around, site);
    let is_handed = |name: &syn::Ident| name != "self" && is_parameter(name, signature);
    if !bounded.iter().any(|future| identifiers(*future).iter().any(is_handed)) {
        return Vec::new();
    }
    let method = signature.receiver().map(|_| named(&signature.ident.to_string()));
    own::function(site).map(|path| hash(&path)).into_iter().chain(method).collect()
}

fn is_parameter(name: &syn::Ident, signature: &Signature) -> bool {
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => binds(&input.pat, name),
        FnArg::Receiver(_) => name == "self",
    })
}

/// Whether a function may be one, by its name or that of its module.
pub(super) fn may_wrap(path: &str) -> bool {
    const WORDS: &[&str] =
        &["bounded", "budget", "deadline", "limit", "timebox", "timed", "timeout", "within"];
    let is_meant = |part: &str| words(part).iter().any(|word| WORDS.contains(&word.trim_end_matches('s')));
    WORDS.iter().any(|word| path.contains(word)) && path.rsplit("::").take(2).any(is_meant)
}

/// What a function sets on a builder that it is handed and gives back, where a call sets it.
pub(super) fn setters(call: &Call<'_>, site: &Site<'_>) -> Vec<(Kind, Id)> {
    let kinds: &[Kind] = match call.name.to_string().as_str() {
        "timeout" => &[Kind::Http, Kind::Grpc],
        "read_timeout" => &[Kind::Http],
        _ => return Vec::new(),
    };
    let (Expr::MethodCall(set), Some((signature, _))) = (call.expr, site.function()) else {
        return Vec::new();
    };
    let gives = identifiers(&signature.output);
    let is_builder = |name: &syn::Ident| ["Self", "ClientBuilder", "Endpoint"].iter().any(|it| name == it);
    let is_handed = variable(chain(&set.receiver).1).is_some_and(|root| is_parameter(root, signature));
    match is_handed && gives.iter().any(is_builder) {
        true => kinds.iter().map(|kind| (*kind, named(&signature.ident.to_string()))).collect(),
        false => Vec::new(),
    }
}

/// What a client went through until it was built, by the names of functions and methods.
pub(super) fn passed(call: &Call<'_>, site: &Site<'_>) -> Vec<Id> {
    let Some(built) = method(call.expr).map(|build| Built::of(build.receiver, site)) else {
        return Vec::new();
    };
    let mut passed: Vec<Id> = built.passed(site).map(named).collect();
    passed.sort_unstable();
    passed.dedup();
    passed
}

/// A method that may be of anybody's type: a builder is of somebody else's, and the type of a field may be declared elsewhere.
pub(super) fn named(function: &str) -> Id {
    hash(function)
}
