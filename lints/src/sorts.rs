//! Calls that put things in an order, and the comparators that they are given.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Block, Expr, Pat, Stmt};

use crate::bound::binds;
use crate::calls::{Method, method, peel, variable};
use crate::site::{Site, Step};

/// What a sorting method is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A comparison of two elements.
    Comparator,
    /// A key of one element.
    Key,
}

/// Whether a method orders by a comparator or a key, and whether it moves elements: minimum and maximum and searches
/// do not.
pub fn ordering(name: &str) -> Option<(By, bool)> {
    Some(match name {
        "sort_by"
        | "sort_unstable_by"
        | "par_sort_by"
        | "par_sort_unstable_by"
        | "select_nth_unstable_by"
        | "sorted_by"
        | "sorted_unstable_by"
        | "k_smallest_by"
        | "k_largest_by" => (By::Comparator, true),
        "sort_by_key"
        | "sort_unstable_by_key"
        | "sort_by_cached_key"
        | "par_sort_by_key"
        | "par_sort_unstable_by_key"
        | "par_sort_by_cached_key"
        | "select_nth_unstable_by_key"
        | "sorted_by_key"
        | "sorted_unstable_by_key"
        | "sorted_by_cached_key" => (By::Key, true),
        "max_by" | "min_by" | "minmax_by" | "binary_search_by" | "is_sorted_by" | "position_max_by"
        | "position_min_by" | "merge_by" | "kmerge_by" => (By::Comparator, false),
        _ => return None,
    })
}

/// What two elements are compared by, found behind a `let` or a function's name as well.
#[derive(Clone, Copy)]
pub enum Comparator<'a> {
    /// A closure.
    Closure(&'a Expr, &'a syn::ExprClosure),
    /// A function.
    Function(&'a syn::Signature, &'a Block),
}

impl<'a> Comparator<'a> {
    /// The comparator or key function of a sorting call: its last argument.
    pub fn of(method: &Method<'a>, site: &Site<'a>) -> Option<Comparator<'a>> {
        Comparator::behind(method.args.last()?, site)
    }

    fn behind(argument: &'a Expr, site: &Site<'a>) -> Option<Comparator<'a>> {
        match peel(argument) {
            expr @ Expr::Closure(closure) => Some(Comparator::Closure(expr, closure)),
            Expr::Path(path) => {
                let name = &path.path.segments.last()?.ident;
                if path.path.segments.len() == 1
                    && let Some(local) = site.lets().find(|local| binds(&local.pat, name))
                {
                    return match peel(&local.init.as_ref()?.expr) {
                        expr @ Expr::Closure(closure) => Some(Comparator::Closure(expr, closure)),
                        Expr::Path(path) => Comparator::called(path.path.get_ident()?, site),
                        _ => None,
                    };
                }
                let meant = site.resolve(&path.path).filter(|_| path.path.segments.len() > 1);
                let is_namesake = meant.is_some() && meant != site.resolve(&name.clone().into());
                if is_namesake { None } else { Comparator::called(name, site) }
            }
            _ => None,
        }
    }

    fn called(name: &syn::Ident, site: &Site<'a>) -> Option<Comparator<'a>> {
        let (signature, block) = site.local_function(&name.to_string())?;
        Some(Comparator::Function(signature, block))
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> Vec<&'a syn::Ident> {
        self.patterns().into_iter().filter_map(parameter).collect()
    }

    /// Which part of an element an expression in it is: a field or a method by its name, the part of a tuple by its index.
    /// None where it is the element itself.
    pub fn part(&self, expr: &Expr) -> Option<String> {
        match peel(expr) {
            Expr::Field(field) => Some(field.member.to_token_stream().to_string()),
            Expr::MethodCall(call) if call.args.is_empty() => Some(call.method.to_string()),
            Expr::Path(_) => {
                let name = variable(expr)?;
                self.patterns().into_iter().find_map(|pattern| part_of(pattern, name))
            }
            _ => None,
        }
    }

    fn patterns(&self) -> Vec<&'a Pat> {
        match self {
            Comparator::Closure(_, closure) => closure.inputs.iter().collect(),
            Comparator::Function(signature, _) => signature
                .inputs
                .iter()
                .filter_map(|input| match input {
                    syn::FnArg::Typed(typed) => Some(&*typed.pat),
                    syn::FnArg::Receiver(_) => None,
                })
                .collect(),
        }
    }

    /// Its tail expression, where nothing but `let`s stands before it.
    pub fn tail(&self) -> Option<&'a Expr> {
        match self.body() {
            Ok(expr) => Some(expr),
            Err(block) => match block.stmts.split_last()? {
                (Stmt::Expr(tail, None), lets) => {
                    lets.iter().all(|it| matches!(it, Stmt::Local(_))).then(|| self.behind_let(tail))
                }
                _ => None,
            },
        }
    }

    /// What a name stands for that a `let` of its body binds; anything else is what it is.
    pub fn behind_let<'e>(&self, expr: &'e Expr) -> &'e Expr
    where
        'a: 'e,
    {
        let (Some(name), Err(block)) = (variable(expr), self.body()) else { return expr };
        let local = block.stmts.iter().rev().find_map(|statement| match statement {
            Stmt::Local(local) if binds(&local.pat, name) => Some(local),
            _ => None,
        });
        let Some((local, init)) = local.and_then(|local| Some((local, local.init.as_ref()?))) else {
            return expr;
        };
        match (&local.pat, &*init.expr) {
            // `let (one, other) = (a.score, b.score);`
            (Pat::Tuple(names), Expr::Tuple(values)) if names.elems.len() == values.elems.len() => {
                let at = names.elems.iter().position(|pat| binds(pat, name));
                at.map_or(expr, |at| &values.elems[at])
            }
            _ => &init.expr,
        }
    }

    fn body(&self) -> Result<&'a Expr, &'a Block> {
        match self {
            Comparator::Closure(_, closure) => peel_block(&closure.body),
            Comparator::Function(_, block) => Err(block),
        }
    }

    /// Every method call in it, outermost first.
    pub fn calls(&self) -> Vec<&'a Expr> {
        let mut found = Found::default();
        match self {
            Comparator::Closure(_, closure) => found.visit_expr(&closure.body),
            Comparator::Function(_, block) => found.visit_block(block),
        }
        found.calls
    }

    /// The site within it, where its parameters are known. `call` is the sorting call.
    pub fn steps(&self, call: &'a Expr, site: &Site<'a>) -> Vec<Step<'a>> {
        let mut steps = site.steps.to_vec();
        match self {
            Comparator::Closure(expr, _) => steps.extend([Step::Expr(call), Step::Expr(expr)]),
            Comparator::Function(signature, block) => {
                steps.extend([
                    Step::Function(signature, block),
                    Step::Statements(&block.stmts, block.stmts.len()),
                ]);
            }
        }
        steps
    }

    /// Every identifier in it.
    pub fn identifiers(&self) -> Vec<syn::Ident> {
        match self {
            Comparator::Closure(_, closure) => crate::calls::identifiers(&closure.body),
            Comparator::Function(_, block) => crate::calls::identifiers(&block.to_token_stream()),
        }
    }
}

/// Every method call in a block, outermost first.
pub fn calls_in(block: &Block) -> Vec<&Expr> {
    let mut found = Found::default();
    found.visit_block(block);
    found.calls
}

#[derive(Default)]
struct Found<'a> {
    calls: Vec<&'a Expr>,
}

impl<'a> Visit<'a> for Found<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if method(expr).is_some() {
            self.calls.push(expr);
        }
        syn::visit::visit_expr(self, expr);
    }
}

fn parameter(pat: &Pat) -> Option<&syn::Ident> {
    match pat {
        Pat::Ident(ident) => Some(&ident.ident),
        Pat::Reference(reference) => parameter(&reference.pat),
        Pat::Type(typed) => parameter(&typed.pat),
        Pat::Paren(paren) => parameter(&paren.pat),
        _ => None,
    }
}

/// Which part of what a pattern takes apart a name is.
pub fn part_of(pat: &Pat, name: &syn::Ident) -> Option<String> {
    match pat {
        Pat::Reference(reference) => part_of(&reference.pat, name),
        Pat::Type(typed) => part_of(&typed.pat, name),
        Pat::Paren(paren) => part_of(&paren.pat, name),
        Pat::Tuple(tuple) => Some(tuple.elems.iter().position(|pat| binds(pat, name))?.to_string()),
        Pat::Struct(pattern) => {
            let field = pattern.fields.iter().find(|field| binds(&field.pat, name))?;
            Some(field.member.to_token_stream().to_string())
        }
        _ => None,
    }
}

fn peel_block(expr: &Expr) -> Result<&Expr, &Block> {
    match expr {
        Expr::Block(block) => Err(&block.block),
        Expr::Paren(paren) => peel_block(&paren.expr),
        other => Ok(other),
    }
}
