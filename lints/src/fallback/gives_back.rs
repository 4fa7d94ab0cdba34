//! What gives back what came in, where a result could not be had.

use syn::Expr;

use super::instead::{plain, tail};
use super::{FAR, Fallback, Instead, awaited, failing, is_variant};
use crate::bound::binds;
use crate::calls::{identifiers, method};
use crate::{Node, Site};

/// The `match`, `if let` or `let .. else` that gives back a parameter as it came in, where the function has more to do with it:
/// `let Ok(muted) = muted(viewer).await else { return posts };`. So does the method that gives back what the call was handed:
/// `without_spam(&posts).await.unwrap_or(posts)`.
pub fn gives_back<'a>(node: &Node<'a>, site: &Site<'a>) -> Option<Fallback<'a>> {
    let (tried, instead) = match node {
        Node::Match(arms) => {
            arms.arms.iter().any(|arm| is_variant(&arm.pat, "Ok")).then_some(())?;
            (&*arms.expr, &*failing(&arms.arms)?.body)
        }
        Node::Let(local) => {
            let init = local.init.as_ref().filter(|_| is_variant(&local.pat, "Ok"))?;
            (&*init.expr, &*init.diverge.as_ref()?.1)
        }
        Node::If(branches) => {
            let Expr::Let(condition) = &*branches.cond else { return None };
            is_variant(&condition.pat, "Ok").then_some(())?;
            (&*condition.expr, &*branches.else_branch.as_ref()?.1)
        }
        Node::Call(call) => {
            let call =
                method(call.expr).filter(|call| call.name == "unwrap_or" || call.name == "unwrap_or_else")?;
            match call.args.first()? {
                Expr::Closure(otherwise) => (call.receiver, &*otherwise.body),
                value => (call.receiver, *value),
            }
        }
        _ => return None,
    };
    let given = crate::calls::variable(unwrapped(value(instead)?))?;
    let (signature, block) = site.function()?;
    let is_parameter = signature.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(typed) => binds(&typed.pat, given),
        syn::FnArg::Receiver(_) => false,
    });
    let uses = || identifiers(block).iter().filter(|name| *name == given).count();
    let awaited = awaited(tried, site, FAR)?;
    let is_handed = || match plain(&awaited) {
        Expr::MethodCall(call) => identifiers(&call.args).contains(given),
        Expr::Call(call) => identifiers(&call.args).contains(given),
        _ => false,
    };
    let is_given = if let Node::Call(_) = node { is_handed() } else { is_parameter && uses() > 1 };
    is_given.then_some(Fallback { awaited, instead: Instead::Given })
}

/// `posts` of `Some(posts)`, `Ok(posts)` and `posts.to_vec()`.
fn unwrapped(value: &Expr) -> &Expr {
    match value {
        Expr::MethodCall(call) if COPIES.iter().any(|name| call.method == name) => plain(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(of) if of.path.is_ident("Some") || of.path.is_ident("Ok") => plain(&call.args[0]),
            _ => value,
        },
        _ => value,
    }
}

/// Methods that give a value as it is.
const COPIES: &[&str] = &["clone", "into", "to_owned", "to_vec"];

/// What an arm or block comes to, logging in front of it left out.
fn value(expr: &Expr) -> Option<&Expr> {
    match plain(expr) {
        Expr::Block(block) => tail(&block.block).and_then(value),
        Expr::Return(returned) => returned.expr.as_deref(),
        other => Some(other),
    }
}
