//! `parallel-float-reduction`: finds floats that are added up in an order which nobody decides.

use findings::{Finding, rule};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Pat, ReturnType, Type};

use crate::bound::binds;
use crate::calls::{Method, chain, identifiers, method, variable};
use crate::flow::{Fate, fate};
use crate::site::Step;
use crate::types::{is_float, type_of};
use crate::{Check, Lint, Node, Site};

rule! {
    /// A `sum`, `product` or `reduce` of floats at the end of a parallel iterator of rayon: one that begins with `par_iter`,
    /// `into_par_iter`, `par_chunks`, `par_bridge` or their like, also over a `let`.
    ///
    /// That floats are reduced is told by the type between `::<` and `>`, that of the `let`, the field or the return value,
    /// by literals such as `|| 0.0`, and by the element of the list. A maximum or minimum has no order and is left alone, and so
    /// is what is collected first and added up afterwards.
    ///
    /// It advises: 3.5 million lines of published crates have none, and of fourteen that were written into clean code it
    /// finds thirteen; it misses one that is a float because the function that it is handed to wants one.
    ///
    /// ## Why it hurts
    /// Addition of floats is not associative, and rayon splits the work by what its threads happen to do: the last digits of
    /// the sum differ from run to run. Two candidates that differ by less change places, approved rankings flap, and a
    /// replay proves nothing.
    ///
    /// ## Example
    /// ```bad
    /// use rayon::prelude::*;
    ///
    /// fn norm(scores: &[f32]) -> f32 {
    ///     let total: f32 = scores.par_iter().map(|score| score * score).sum(); //~
    ///     let mean = scores.into_par_iter().copied().sum::<f32>() / scores.len() as f32; //~
    ///     let all = scores.par_chunks(64).map(|chunk| chunk.iter().sum::<f32>()).reduce(|| 0.0, |a, b| a + b); //~
    ///     let pairs = scores.par_iter();
    ///     let product = || ParallelIterator::product::<f64>(pairs.map(f64::from)); //~
    ///     assert!(scores.par_iter().fold(|| 0f32, |sum, score| sum + score).sum::<f32>() > 0.0); //~
    ///     let rest = scores.par_iter().copied().reduce_with(std::ops::Add::add); //~
    ///     fn length(values: Vec<f64>) -> f64 {
    ///         values.par_iter().map(|value| value * value).sum() //~
    ///     }
    ///     Stats { total, mean, all, product: product(), rest, length: length(vec![]) }.total
    /// }
    /// ```
    ///
    /// ## Instead
    /// Compute in parallel, collect, which keeps the order, and add up in that order.
    ///
    /// ```good
    /// use rayon::prelude::*;
    ///
    /// fn norm(scores: &[f32]) -> f32 {
    ///     let squares: Vec<f32> = scores.par_iter().map(|score| score * score).collect();
    ///     let total: f32 = squares.iter().sum();
    ///     let chunks = scores.par_chunks(64).map(|chunk| chunk.iter().sum::<f32>()).collect::<Vec<f32>>().iter().sum::<f32>();
    ///     let count: usize = scores.par_iter().map(|score| usize::from(*score > 0.5)).sum();
    ///     let best = scores.par_iter().copied().reduce(|| f32::MIN, f32::max);
    ///     let worst = scores.par_iter().copied().reduce(|| 1.0, |a, b| if a < b { a } else { b });
    ///     total + chunks + best + worst + count as f32
    /// }
    /// ```
    pub static PARALLEL_FLOAT_REDUCTION = {
        id: "parallel-float-reduction",
        guard: "lints",
        group: "determinism",
        level: Warning,
        summary: "finds floats that are added up in parallel, in an order that nobody decides",
    };
}

pub(super) static LINT: Lint = Lint { rule: &PARALLEL_FLOAT_REDUCTION, check: Check::Syntax(check) };

/// How many variables are followed for one iterator.
const FAR: u32 = 4;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let adds_up = call.name == "sum" || call.name == "product";
    if !adds_up && !call.name.to_string().contains("reduce") {
        return;
    }
    let Some(reduction) = method(call.expr) else { return };
    let Some(parallel) = Parallel::behind(reduction.receiver, site) else { return };
    let of_floats = if adds_up {
        reduction.turbofish.map_or_else(|| has_float_place(call.expr, site), is_float)
            || parallel.folds.iter().any(|fold| adds_floats(fold))
    } else {
        let combined = reduction.args.last();
        combined.is_some_and(|how| adds(how))
            && (adds_floats(&reduction) || parallel.folds.iter().any(adds_floats) || parallel.of_floats)
    };
    if !of_floats {
        return;
    }
    let name = call.name;
    findings.push(
        site.finding(
            &PARALLEL_FLOAT_REDUCTION,
            call.expr,
            format!("this parallel `{name}` of floats is rounded in another order each time"),
        )
        .help("collect the parts and add them up in their order"),
    );
}

/// A parallel iterator on its way to a reduction.
struct Parallel<'a> {
    /// The `fold`s on the way.
    folds: Vec<Method<'a>>,
    /// Whether what it gives is floats, by the list it began with or what it was last mapped to.
    of_floats: bool,
}

impl<'a> Parallel<'a> {
    fn behind(iterator: &'a Expr, site: &Site<'a>) -> Option<Self> {
        let mut found = Parallel { folds: Vec::new(), of_floats: false };
        let mut iterator = iterator;
        let mut mapped = false;
        for _ in 0..FAR {
            let (methods, root) = chain(iterator);
            for method in methods {
                let name = method.name.to_string();
                if is_sequential(&name) {
                    return None;
                }
                if !mapped && name.contains("map") {
                    mapped = true;
                    found.of_floats = method.args.iter().any(|how| mentions_float(how.to_token_stream()));
                }
                if name.starts_with("par_") || name.starts_with("into_par_") {
                    let list = type_of(method.receiver, site);
                    let floats = list.is_some_and(|ty| mentions_float(ty.to_token_stream()));
                    found.of_floats |= !mapped && floats;
                    return Some(found);
                }
                if name.starts_with("fold") {
                    found.folds.push(method);
                }
            }
            let name = variable(root)?;
            let local = site.lets().find(|local| binds(&local.pat, name))?;
            iterator = &local.init.as_ref()?.expr;
        }
        None
    }
}

/// Methods behind which there is a list in an order.
fn is_sequential(name: &str) -> bool {
    name.starts_with("collect") || matches!(name, "iter" | "into_iter" | "unzip")
}

/// Whether a reduction begins with a float and adds or multiplies.
fn adds_floats(reduction: &Method<'_>) -> bool {
    reduction.args.iter().any(|part| mentions_float(part.to_token_stream()))
        && reduction.args.last().is_some_and(|how| adds(how))
}

/// Whether a closure or function adds, subtracts or multiplies.
fn adds(how: &Expr) -> bool {
    let named = ["add", "mul", "mul_add", "sub"];
    has_sign(how.to_token_stream())
        || identifiers(how).iter().any(|name| named.iter().any(|method| name == method))
}

fn has_sign(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(sign) => matches!(sign.as_char(), '+' | '-' | '*'),
        TokenTree::Group(group) => has_sign(group.stream()),
        _ => false,
    })
}

fn mentions_float(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "f32" || name == "f64",
        TokenTree::Literal(literal) => {
            matches!(syn::Lit::new(literal), syn::Lit::Float(_))
        }
        TokenTree::Group(group) => mentions_float(group.stream()),
        _ => false,
    })
}

/// Whether a value goes where a float is declared: a `let`, the function's result, a cast or the other side of a term.
fn has_float_place(value: &Expr, site: &Site<'_>) -> bool {
    match fate(value, site) {
        Fate::Held(_, ty) => return ty.as_ref().is_some_and(is_float),
        Fate::Returned(ty) => return ty.as_ref().is_some_and(is_wrapped_float),
        Fate::Elsewhere => {}
    }
    match site.steps.last() {
        Some(Step::Let(local)) => matches!(&local.pat, Pat::Type(typed) if is_float(&typed.ty)),
        Some(Step::Expr(Expr::Closure(closure))) => {
            matches!(&closure.output, ReturnType::Type(_, ty) if is_float(ty))
        }
        Some(Step::Expr(Expr::Assign(assign))) => type_of(&assign.left, site).is_some_and(|ty| is_float(&ty)),
        Some(Step::Expr(Expr::Struct(literal))) => {
            let field = literal.fields.iter().find(|field| std::ptr::eq(&field.expr, value));
            field.is_some_and(|field| is_float_field(literal, field, site))
        }
        _ => false,
    }
}

fn is_float_field(literal: &syn::ExprStruct, field: &syn::FieldValue, site: &Site<'_>) -> bool {
    let owner = literal.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    site.facts.field(&owner, &field.member.to_token_stream().to_string()).is_some_and(is_float)
}

/// `f32`, `Result<f32, E>`, `Option<f32>`.
fn is_wrapped_float(ty: &Type) -> bool {
    is_float(ty) || crate::types::first_argument_of(ty).is_some_and(is_float)
}
