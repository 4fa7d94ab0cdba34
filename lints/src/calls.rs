//! Calls in one shape, whether written `x.f(y)`, `T::f(&x, y)` or `f(x, y)`.

use quote::ToTokens;
use syn::{Expr, Ident};

/// A call as the walk meets it.
pub struct Call<'a> {
    /// The whole call.
    pub expr: &'a Expr,
    /// The method, or the last segment of the function's path.
    pub name: &'a Ident,
    /// The canonical path of the function, where it is one and its name resolves.
    pub path: Option<String>,
    /// Whether its result is awaited on the spot, so that it cannot be a blocking call.
    pub awaited: bool,
}

impl Call<'_> {
    /// Whether the function resolves to one of these canonical paths.
    pub fn is_one_of(&self, paths: &[&str]) -> bool {
        self.path.as_deref().is_some_and(|path| paths.contains(&path))
    }
}

/// A method call, also where it is written as a call of a path with the receiver as first argument.
pub struct Method<'a> {
    /// Its name.
    pub name: &'a Ident,
    /// What it is called on.
    pub receiver: &'a Expr,
    /// The arguments behind the receiver.
    pub args: Vec<&'a Expr>,
    /// The type between `::<` and `>`, where there is exactly one.
    pub turbofish: Option<&'a syn::Type>,
}

/// The expression as a method call. `f(x)` with a bare name is none: what it is called on is not evident.
pub fn method(expr: &Expr) -> Option<Method<'_>> {
    match expr {
        Expr::MethodCall(call) => Some(Method {
            name: &call.method,
            receiver: &call.receiver,
            args: call.args.iter().collect(),
            turbofish: call.turbofish.as_ref().and_then(only_type),
        }),
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let last = function.path.segments.last()?;
            let qualified = function.qself.is_some() || function.path.segments.len() > 1;
            let mut args = call.args.iter();
            let receiver = args.next().filter(|_| qualified)?;
            let turbofish = match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => only_type(arguments),
                _ => None,
            };
            Some(Method { name: &last.ident, receiver, args: args.collect(), turbofish })
        }
        _ => None,
    }
}

/// Without parentheses, references, `?` and `.await`.
pub fn peel(mut expr: &Expr) -> &Expr {
    loop {
        expr = match expr {
            Expr::Paren(inner) => &inner.expr,
            Expr::Group(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => &inner.expr,
            other => return other,
        }
    }
}

/// The methods of a chain from the last one called to the first, and what the first one is called on.
pub fn chain(expr: &Expr) -> (Vec<Method<'_>>, &Expr) {
    let mut methods = Vec::new();
    let mut root = peel(expr);
    while let Some(method) = match root {
        Expr::MethodCall(_) => method(root),
        _ => None,
    } {
        root = peel(method.receiver);
        methods.push(method);
    }
    (methods, root)
}

/// The expressions of which one is the value: the ends of the branches of an `if` or `match`, else the expression itself.
pub fn ends(expr: &Expr) -> Vec<&Expr> {
    fn of_block<'e>(block: &'e syn::Block, found: &mut Vec<&'e Expr>) {
        if let Some(syn::Stmt::Expr(end, None)) = block.stmts.last() {
            add(end, found);
        }
    }
    fn add<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
        match peel(expr) {
            Expr::If(branches) => {
                of_block(&branches.then_branch, found);
                if let Some((_, other)) = &branches.else_branch {
                    add(other, found);
                }
            }
            Expr::Match(arms) => arms.arms.iter().for_each(|arm| add(&arm.body, found)),
            Expr::Block(block) => of_block(&block.block, found),
            other => found.push(other),
        }
    }
    let mut found = Vec::new();
    add(expr, &mut found);
    found
}

/// The name of a plain variable, `self` included.
pub fn variable(expr: &Expr) -> Option<&Ident> {
    match peel(expr) {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// Every call of a path in a block, outermost first.
pub fn path_calls(block: &syn::Block) -> Vec<&syn::ExprCall> {
    struct Found<'a>(Vec<&'a syn::ExprCall>);
    impl<'a> syn::visit::Visit<'a> for Found<'a> {
        fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
            if matches!(&*call.func, Expr::Path(_)) {
                self.0.push(call);
            }
            syn::visit::visit_expr_call(self, call);
        }
    }
    let mut found = Found(Vec::new());
    syn::visit::Visit::visit_block(&mut found, block);
    found.0
}

/// The identifiers of a piece of syntax in their order, macro bodies included.
pub fn identifiers(node: &impl ToTokens) -> Vec<Ident> {
    let mut found = Vec::new();
    collect(node.to_token_stream(), &mut found);
    found
}

fn collect(tokens: proc_macro2::TokenStream, found: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => found.push(ident),
            proc_macro2::TokenTree::Group(group) => collect(group.stream(), found),
            _ => {}
        }
    }
}

fn only_type(arguments: &syn::AngleBracketedGenericArguments) -> Option<&syn::Type> {
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}
