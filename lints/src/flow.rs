//! What becomes of a value within its function: a little flow, by names.

use syn::visit::Visit;
use syn::{Block, Expr, Ident, Pat, Stmt, Type};

use crate::calls::{chain, identifiers, method, peel, variable};
use crate::site::{Site, Step, statements};
use crate::types::binds;

/// Where a value goes.
pub enum Fate<'a> {
    /// Out of the function, whose return type is this.
    Returned(Option<Type>),
    /// Into a variable, with the type that its `let` declares.
    Held(&'a Ident, Option<Type>),
    /// Somewhere else.
    Elsewhere,
}

/// Where the value of the node at this site goes.
pub fn fate<'a>(node: &Expr, site: &Site<'a>) -> Fate<'a> {
    let mut inner = node;
    for (at, step) in site.steps.iter().enumerate().rev() {
        match step {
            Step::Expr(outer) => match outer {
                Expr::Paren(_) | Expr::Try(_) | Expr::Return(_) | Expr::Block(_) => inner = outer,
                // `Ok(..)`, `Some(..)`, and the branches of what is returned.
                Expr::Call(call) if wraps(call) => inner = outer,
                Expr::If(_) | Expr::Match(_) if !is_scrutinee(outer, inner) => inner = outer,
                _ => return Fate::Elsewhere,
            },
            Step::Arm(_) => {}
            Step::Let(local) => {
                return match &local.pat {
                    Pat::Ident(name) => Fate::Held(&name.ident, None),
                    Pat::Type(typed) => match &*typed.pat {
                        Pat::Ident(name) => Fate::Held(&name.ident, Some((*typed.ty).clone())),
                        _ => Fate::Elsewhere,
                    },
                    _ => Fate::Elsewhere,
                };
            }
            Step::Block(block) => {
                let is_tail =
                    matches!(block.stmts.last(), Some(Stmt::Expr(tail, None)) if std::ptr::eq(tail, inner));
                if !is_tail && !matches!(inner, Expr::Return(_)) {
                    return Fate::Elsewhere;
                }
                if let Some(Step::Function(signature, _)) = at.checked_sub(1).map(|at| &site.steps[at]) {
                    return Fate::Returned(match &signature.output {
                        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
                        syn::ReturnType::Default => None,
                    });
                }
            }
            _ => return Fate::Elsewhere,
        }
    }
    Fate::Elsewhere
}

/// `Some(())` where the order of a list shows: it leaves the function, is joined, cut off or asked for an end,
/// and is nowhere sorted.
pub fn shows_order(list: &Ident, site: &Site<'_>) -> Option<()> {
    let (signature, block) = site.function()?;
    let mut uses = Uses { list, sorted: false, shown: false };
    uses.visit_block(block);
    let is_output = signature.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(typed) => {
            binds(&typed.pat, list) && matches!(&*typed.ty, Type::Reference(to) if to.mutability.is_some())
        }
        syn::FnArg::Receiver(_) => false,
    });
    uses.shown |= is_output
        || block
            .stmts
            .last()
            .is_some_and(|tail| matches!(tail, Stmt::Expr(tail, None) if hands_over(tail, list)));
    (uses.shown && !uses.sorted).then_some(())
}

/// Whether a variable is a parameter or declared by a `let` around the node.
pub fn is_declared(name: &Ident, site: &Site<'_>) -> bool {
    let by_let = site
        .steps
        .iter()
        .filter_map(statements)
        .flatten()
        .any(|statement| matches!(statement, Stmt::Local(local) if binds(&local.pat, name)));
    by_let
        || site.function().is_some_and(|(signature, _)| {
            signature
                .inputs
                .iter()
                .any(|input| matches!(input, syn::FnArg::Typed(typed) if binds(&typed.pat, name)))
        })
}

/// Whether the function asks how many elements there are: a lone element has no order.
pub fn asks_for_length(site: &Site<'_>) -> bool {
    site.function().is_some_and(|(_, block)| identifiers(block).iter().any(|ident| ident == "len"))
}

struct Uses<'n> {
    list: &'n Ident,
    sorted: bool,
    shown: bool,
}

impl Visit<'_> for Uses<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::MethodCall(_) => {
                let (methods, root) = chain(expr);
                if variable(root) == Some(self.list) {
                    let named = |wanted: fn(&str) -> bool| {
                        methods.iter().any(|method| wanted(&method.name.to_string()))
                    };
                    self.sorted |= named(|name| {
                        name.contains("sort")
                            || name.starts_with("select_nth")
                            || name.contains("shuffle")
                            || name == "clear"
                    });
                    self.shown |= named(|name| {
                        matches!(
                            name,
                            "join" | "concat" | "first" | "last" | "truncate" | "pop" | "take" | "chunks"
                        )
                    });
                }
            }
            Expr::Call(call) => {
                let name = method(expr).map(|method| method.name.to_string()).or_else(|| match &*call.func {
                    Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
                    _ => None,
                });
                let takes_it = call.args.iter().any(|argument| variable(argument) == Some(self.list));
                self.sorted |= takes_it && name.is_some_and(|name| name.contains("sort"));
            }
            Expr::Return(returned) => {
                self.shown |= returned.expr.as_ref().is_some_and(|value| hands_over(value, self.list));
            }
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }
}

/// Whether a returned value is the list, or holds it.
fn hands_over(value: &Expr, list: &Ident) -> bool {
    match peel(value) {
        Expr::Call(call) => wraps(call) && call.args.iter().any(|argument| hands_over(argument, list)),
        Expr::Tuple(tuple) => tuple.elems.iter().any(|element| hands_over(element, list)),
        Expr::Struct(literal) => literal.fields.iter().any(|field| hands_over(&field.expr, list)),
        Expr::If(branches) => {
            tail_hands_over(&branches.then_branch, list)
                || branches.else_branch.as_ref().is_some_and(|(_, other)| hands_over(other, list))
        }
        Expr::Block(block) => tail_hands_over(&block.block, list),
        Expr::Match(arms) => arms.arms.iter().any(|arm| hands_over(&arm.body, list)),
        other => variable(other) == Some(list),
    }
}

fn tail_hands_over(block: &Block, list: &Ident) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(tail, None)) if hands_over(tail, list))
}

/// `Ok(..)`, `Some(..)`, `Response::new(..)`.
fn wraps(call: &syn::ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| matches!(last.ident.to_string().as_str(), "Ok" | "Some" | "new" | "from")),
        _ => false,
    }
}

fn is_scrutinee(outer: &Expr, inner: &Expr) -> bool {
    match outer {
        Expr::If(branches) => std::ptr::eq(&*branches.cond, inner),
        Expr::Match(arms) => std::ptr::eq(&*arms.expr, inner),
        _ => false,
    }
}
