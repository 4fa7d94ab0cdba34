//! Whether code runs on a thread of the async runtime.

use syn::Expr;

use crate::site::{Site, Step};

/// Methods that run the closure or function that they are given at once, on the same thread.
const INLINE: &[&str] = &[
    "all",
    "and_then",
    "any",
    "chain",
    "context",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "get_or_insert_with",
    "inspect",
    "inspect_err",
    "is_ok_and",
    "is_some_and",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "ok_or_else",
    "or_else",
    "or_insert_with",
    "position",
    "retain",
    "scan",
    "skip_while",
    "take_while",
    "tap",
    "then",
    "try_fold",
    "try_for_each",
    "unwrap_or_else",
    "with_context",
];

/// Whether the node runs within an async function, block or closure. A closure that goes elsewhere, such as to
/// `spawn_blocking` or to a function that nothing is known of, runs elsewhere, and an async block that is handed to `block_on`
/// runs on the thread that waits for it.
pub fn runs_async(site: &Site<'_>) -> bool {
    for (at, step) in site.steps.iter().enumerate().rev() {
        let around = || at.checked_sub(1).map(|at| &site.steps[at]);
        match step {
            Step::Expr(Expr::Async(_)) if is_waited_for(around()) => {}
            Step::Expr(Expr::Async(_)) => return true,
            Step::Function(signature, _) => return signature.asyncness.is_some(),
            Step::Expr(expr @ Expr::Closure(closure)) => {
                if closure.asyncness.is_some() {
                    return true;
                }
                if !runs_here(expr, around(), site) {
                    return false;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a method runs what it is given at once, on the same thread.
pub(crate) fn runs_at_once(method: &syn::Ident) -> bool {
    INLINE.iter().any(|name| method == name)
}

/// Whether what stands in a call is run by it on its own thread: `runtime.block_on(async { .. })`.
fn is_waited_for(around: Option<&Step<'_>>) -> bool {
    match around {
        Some(Step::Expr(Expr::MethodCall(call))) => call.method == "block_on",
        Some(Step::Expr(Expr::Call(call))) => match &*call.func {
            Expr::Path(function) => {
                function.path.segments.last().is_some_and(|last| last.ident == "block_on")
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a closure runs where it is written.
fn runs_here(closure: &Expr, around: Option<&Step<'_>>, site: &Site<'_>) -> bool {
    match around {
        Some(Step::Expr(Expr::MethodCall(call))) => runs_at_once(&call.method),
        // `(|| ..)()`
        Some(Step::Expr(Expr::Paren(_))) => true,
        Some(Step::Expr(Expr::Call(call))) => std::ptr::eq(&*call.func, closure),
        Some(Step::Let(local)) => match &local.pat {
            syn::Pat::Ident(name) => site.flow().calls(&name.ident),
            _ => false,
        },
        _ => false,
    }
}
