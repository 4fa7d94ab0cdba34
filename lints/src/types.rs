//! Light types: what the code in sight says about the type of an expression, without a type checker.
//!
//! Known are annotations of `let`, parameters and fields, constructors (`HashMap::new()`), return types of
//! functions and methods of the workspace, `collect::<T>()`, what `fold` begins with, casts and literals, and what
//! keeps the type (`clone`, `&`, `lock().unwrap()`). Everything else is unknown, and a rule that needs a type stays quiet about it.

mod known;

use quote::ToTokens;
use syn::{Expr, GenericArgument, Pat, Type};

use crate::bound::bound;
use crate::calls::{self, method, peel};
use crate::facts::type_name;
use crate::site::{LOOK_BACK, Site, Step};

use known::{
    CHANGING_ERROR, KEEPING, OF_ERROR, WRAPPERS, element, given_by, is_error, output, second_argument,
    written,
};

pub use crate::bound::binds;
pub(crate) use known::first_argument;
pub use known::first_argument_of;

/// How many steps an inference may take, so that a hostile file cannot make it run long.
const FUEL: u32 = 24;

/// The type of an expression, references and wrappers such as `Arc<Mutex<_>>` looked through.
pub fn type_of(expr: &Expr, site: &Site<'_>) -> Option<Type> {
    let depth = site.steps.len();
    Inference::new(site).of(expr, Limit { depth, before: usize::MAX })
}

/// Whether an expression is a float itself, and not an `Option` or a lock that holds one.
pub fn is_plain_float(expr: &Expr, site: &Site<'_>) -> bool {
    let inference = Inference::new(site);
    let ty = inference.of(expr, Limit { depth: site.steps.len(), before: usize::MAX });
    ty.as_ref().is_some_and(is_float) && !inference.unwrapped.get()
}

/// The canonical path of a type's head: `std::collections::HashMap` for `HashMap<K, V>`. Falls back on what
/// the code writes where the name does not resolve.
pub fn head(ty: &Type, site: &Site<'_>) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(site.resolve(&path.path).unwrap_or_else(|| {
        let segments: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
        segments.join("::")
    }))
}

/// The last segment of [`head`].
pub fn head_name(ty: &Type, site: &Site<'_>) -> Option<String> {
    head(ty, site).map(|path| path.rsplit("::").next().unwrap_or_default().to_owned())
}

/// Whether the type is a float.
pub fn is_float(ty: &Type) -> bool {
    matches!(type_name(ty).as_deref(), Some("f32" | "f64"))
}

fn trait_of(bound: &syn::TypeParamBound) -> Option<Type> {
    let syn::TypeParamBound::Trait(bound) = bound else { return None };
    Some(Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: bound.path.clone() }))
}

/// Whether a type is written as another file has it, with its canonical path.
pub(crate) fn is_elsewhere(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.leading_colon.is_some())
}

struct Inference<'s, 'a> {
    site: &'s Site<'a>,
    fuel: std::cell::Cell<u32>,
    /// Whether a wrapper was looked through on the way.
    unwrapped: std::cell::Cell<bool>,
    /// Whether of a `Result` the error is meant.
    of_errors: bool,
}

/// From where names are looked up: steps below `depth`, and of the statements of the last of them those in front
/// of `before`.
#[derive(Clone, Copy)]
struct Limit {
    depth: usize,
    before: usize,
}

impl<'s, 'a> Inference<'s, 'a> {
    fn new(site: &'s Site<'a>) -> Self {
        let (fuel, unwrapped) = (std::cell::Cell::new(FUEL), std::cell::Cell::new(false));
        Inference { site, fuel, unwrapped, of_errors: false }
    }

    /// The type of the error of what gives a `Result`.
    fn error_of(&self, expr: &Expr, limit: Limit) -> Option<Type> {
        Inference { of_errors: true, ..Inference::new(self.site) }.of(expr, limit)
    }

    fn of(&self, expr: &Expr, limit: Limit) -> Option<Type> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        self.raw(peel(expr), limit).and_then(|ty| self.settle(&ty))
    }

    fn raw(&self, expr: &Expr, limit: Limit) -> Option<Type> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => {
                let own = path
                    .path
                    .get_ident()
                    .and_then(|name| self.variable(name, limit).or_else(|| self.named(&name.to_string())));
                own.or_else(|| self.constant(&path.path))
            }
            Expr::Field(field) => {
                let owner = self.of(&field.base, limit)?;
                let member = field.member.to_token_stream().to_string();
                if let (Type::Tuple(tuple), Ok(index)) = (&owner, member.parse::<usize>()) {
                    return tuple.elems.iter().nth(index).cloned();
                }
                self.field(&owner, &member)
            }
            Expr::Index(index) => element(&self.of(&index.expr, limit)?),
            Expr::Call(call) => self.returned(call, limit),
            Expr::MethodCall(call) => self.method(call, limit),
            Expr::Macro(mac) if mac.mac.path.is_ident("vec") => written("Vec<_>"),
            Expr::Lit(lit) => match &lit.lit {
                syn::Lit::Float(float) if float.suffix() == "f32" => written("f32"),
                syn::Lit::Float(_) => written("f64"),
                syn::Lit::Str(_) => written("str"),
                syn::Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => written(int.suffix()),
                _ => None,
            },
            Expr::Cast(cast) => Some((*cast.ty).clone()),
            Expr::Binary(binary) => {
                self.of(&binary.left, limit).or_else(|| self.of(&binary.right, limit)).filter(is_float)
            }
            Expr::Unary(unary) => self.of(&unary.expr, limit),
            Expr::Struct(literal) => {
                Some(Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: literal.path.clone() }))
            }
            Expr::Block(block) => match block.block.stmts.last()? {
                syn::Stmt::Expr(tail, None) => self.of(tail, limit),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type of a constant, or of the only value of a struct without fields.
    fn named(&self, name: &str) -> Option<Type> {
        let facts = self.site.facts;
        facts.constant(name).cloned().or_else(|| facts.is_unit(name).then(|| written(name)).flatten())
    }

    /// The type of a constant of another file. What is written in small letters is no constant but, most often, a variable.
    fn constant(&self, path: &syn::Path) -> Option<Type> {
        let name = path.segments.last()?.ident.to_string();
        let is_constant = name.starts_with(|first: char| first.is_ascii_uppercase());
        is_constant.then(|| self.site.value_elsewhere(&self.site.resolve(path)?)).flatten()
    }

    /// The type of a field, whatever file the struct is in.
    fn field(&self, owner: &Type, member: &str) -> Option<Type> {
        let own = if is_elsewhere(owner) { None } else { self.site.facts.field(&type_name(owner)?, member) };
        own.cloned().or_else(|| self.site.field_elsewhere(&head(owner, self.site)?, member))
    }

    /// What `HashMap::new()`, `Self::load()` or `scores()` gives back.
    fn returned(&self, call: &syn::ExprCall, limit: Limit) -> Option<Type> {
        let Expr::Path(function) = &*call.func else { return None };
        let canonical = self.site.resolve(&function.path);
        if let Some(given) = canonical.as_deref().and_then(given_by) {
            return Some(given);
        }
        let last = function.path.segments.last()?;
        let name = last.ident.to_string();
        let mut owner = function.path.clone();
        owner.segments.pop();
        let Some(holder) = owner.segments.last().map(|segment| segment.ident.to_string()) else {
            return match self.site.local_function(&name) {
                Some((signature, _)) => output(signature),
                None if bound(&last.ident, self.site).is_some() => None,
                None => self.site.value_elsewhere(&canonical?),
            };
        };
        owner.segments.pop_punct();
        let holder = if holder == "Self" { type_name(&self.site.impl_block()?.self_ty)? } else { holder };
        // `reqwest::Client::new` is not of the file's own `Client`.
        let is_of_file = owner.segments.len() == 1
            || owner
                .segments
                .first()
                .is_some_and(|first| ["crate", "self", "super"].iter().any(|own| first.ident == own));
        if let Some(signature) = self.site.facts.method(&holder, &name).filter(|_| is_of_file) {
            let ty = output(signature)?;
            return if type_name(&ty).as_deref() == Some("Self") { written(&holder) } else { Some(ty) };
        }
        if WRAPPERS.contains(&holder.as_str()) {
            self.unwrapped.set(true);
            return self.of(call.args.first()?, limit);
        }
        if let Some(ty) = canonical.and_then(|path| self.site.value_elsewhere(&path)) {
            return Some(ty);
        }
        let constructs = name.starts_with("new") || name.starts_with("from") || name.starts_with("with_");
        let is_type = holder.starts_with(char::is_uppercase);
        (is_type && (constructs || name == "default" || name == "try_from"))
            .then_some(Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: owner }))
    }

    fn method(&self, call: &syn::ExprMethodCall, limit: Limit) -> Option<Type> {
        let name = call.method.to_string();
        if let (Some(turbofish), "collect" | "parse" | "into" | "sum") = (&call.turbofish, name.as_str()) {
            return match turbofish.args.first()? {
                GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            };
        }
        if KEEPING.contains(&name.as_str()) {
            let is_another = self.of_errors && CHANGING_ERROR.contains(&name.as_str());
            return if is_another { None } else { self.of(&call.receiver, limit) };
        }
        if name == "fold" {
            return self.of(call.args.first()?, limit);
        }
        let begun = || head(&self.of(calls::chain(&call.receiver).1, limit)?, self.site);
        if name == "spawn" && begun().is_some_and(|head| head == "std::process::Command") {
            return written("std::process::Child");
        }
        let owner = self.of(&call.receiver, limit)?;
        let own =
            if is_elsewhere(&owner) { None } else { self.site.facts.method(&type_name(&owner)?, &name) };
        let Some(signature) = own else {
            return self.site.value_elsewhere(&format!("{}::{name}", head(&owner, self.site)?));
        };
        let ty = output(signature)?;
        if type_name(&ty).as_deref() == Some("Self") { Some(owner) } else { Some(ty) }
    }

    /// The type of a variable as its innermost binding says.
    fn variable(&self, name: &syn::Ident, limit: Limit) -> Option<Type> {
        let steps = self.site.steps.get(..limit.depth)?;
        if name == "self" {
            return Some((*self.site.impl_block()?.self_ty).clone());
        }
        for (at, step) in steps.iter().enumerate().rev() {
            // What binds the name is itself typed by what stands around and in front of it.
            let outside = Limit { depth: at, before: usize::MAX };
            match step {
                Step::Statements(statements, current) => {
                    let end = if at + 1 == limit.depth { limit.before.min(*current) } else { *current };
                    for index in (end.saturating_sub(LOOK_BACK)..end).rev() {
                        let Some(syn::Stmt::Local(local)) = statements.get(index) else { continue };
                        if binds(&local.pat, name) {
                            let in_front = Limit { depth: at + 1, before: index };
                            return self
                                .bound(&local.pat, name, || self.of(&local.init.as_ref()?.expr, in_front));
                        }
                    }
                }
                Step::Expr(Expr::ForLoop(each)) if binds(&each.pat, name) => {
                    return self.bound(&each.pat, name, || self.element_of(&each.expr, outside));
                }
                Step::Expr(Expr::Closure(closure)) => {
                    if let Some(pat) = closure.inputs.iter().find(|pat| binds(pat, name)) {
                        return self.bound(pat, name, || self.handed(steps, at));
                    }
                }
                Step::Expr(Expr::If(syn::ExprIf { cond, .. }) | Expr::While(syn::ExprWhile { cond, .. })) => {
                    if let Expr::Let(condition) = &**cond
                        && binds(&condition.pat, name)
                    {
                        let of = if is_error(&condition.pat) { Self::error_of } else { Self::of };
                        return self.bound(&condition.pat, name, || of(self, &condition.expr, outside));
                    }
                }
                Step::Arm(arm) if binds(&arm.pat, name) => {
                    let Some(Step::Expr(Expr::Match(arms))) = steps.get(at.checked_sub(1)?) else {
                        return None;
                    };
                    let whole = || is_error(&arm.pat).then(|| self.error_of(&arms.expr, outside)).flatten();
                    return self.bound(&arm.pat, name, whole);
                }
                Step::Function(signature, _) => {
                    return signature.inputs.iter().find_map(|input| match input {
                        syn::FnArg::Typed(typed) if binds(&typed.pat, name) => {
                            self.bound(&typed.pat, name, || Some((*typed.ty).clone()))
                        }
                        _ => None,
                    });
                }
                _ => {}
            }
        }
        None
    }

    /// What a closure without annotations is handed: an element of what its method is called on.
    fn handed(&self, steps: &[Step<'_>], closure: usize) -> Option<Type> {
        let call = closure.checked_sub(1)?;
        match steps.get(call)? {
            Step::Expr(expr) => {
                let (call_of, limit) = (method(expr)?, Limit { depth: call, before: usize::MAX });
                match OF_ERROR.iter().any(|name| call_of.name == name) {
                    true => self.error_of(call_of.receiver, limit),
                    false => self.element_of(call_of.receiver, limit),
                }
            }
            _ => None,
        }
    }

    /// The element type of a collection, or of an iterator over one that does not change it.
    fn element_of(&self, expr: &Expr, limit: Limit) -> Option<Type> {
        let (methods, root) = calls::chain(expr);
        let plain = methods.iter().all(|method| {
            let name = method.name.to_string();
            KEEPING.contains(&name.as_str())
                || matches!(
                    name.as_str(),
                    "iter" | "iter_mut" | "into_iter" | "drain" | "filter" | "rev" | "skip"
                )
        });
        if !plain {
            return None;
        }
        self.settle(&element(&self.of(root, limit)?)?)
    }

    /// The part of a type that a pattern binds to a name. `whole` is the type of what the pattern takes apart.
    fn bound(&self, pat: &Pat, name: &syn::Ident, whole: impl FnOnce() -> Option<Type>) -> Option<Type> {
        match pat {
            Pat::Type(typed) => self.part(&typed.pat, name, &typed.ty),
            _ => self.part(pat, name, &whole()?),
        }
    }

    fn part(&self, pat: &Pat, name: &syn::Ident, ty: &Type) -> Option<Type> {
        let ty = &self.settle(ty)?;
        match pat {
            Pat::Ident(_) => Some(ty.clone()),
            Pat::Reference(reference) => self.part(&reference.pat, name, ty),
            Pat::Paren(paren) => self.part(&paren.pat, name, ty),
            Pat::Type(typed) => self.part(&typed.pat, name, &typed.ty),
            Pat::Tuple(tuple) => {
                let Type::Tuple(types) = ty else { return None };
                let at = tuple.elems.iter().position(|pat| binds(pat, name))?;
                self.part(&tuple.elems[at], name, types.elems.iter().nth(at)?)
            }
            // `Some(x)` and `Ok(x)`: the wrapper is already looked through.
            Pat::TupleStruct(pattern) if pattern.elems.len() == 1 => self.part(&pattern.elems[0], name, ty),
            Pat::Struct(pattern) => {
                let owner =
                    Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: pattern.path.clone() });
                let field = pattern.fields.iter().find(|field| binds(&field.pat, name))?;
                let member = field.member.to_token_stream().to_string();
                self.part(&field.pat, name, &self.field(&owner, &member)?)
            }
            _ => None,
        }
    }

    /// Looks through references, wrappers, aliases and `Self`.
    fn settle(&self, ty: &Type) -> Option<Type> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        match ty {
            Type::Reference(reference) => self.settle(&reference.elem),
            Type::Paren(paren) => self.settle(&paren.elem),
            Type::Group(group) => self.settle(&group.elem),
            // What a trait's methods give back is known by the trait.
            Type::TraitObject(object) => object.bounds.iter().find_map(trait_of),
            Type::Path(path) => {
                let last = path.path.segments.last()?;
                let name = last.ident.to_string();
                if name == "Self" && path.path.segments.len() == 1 {
                    return Some((*self.site.impl_block()?.self_ty).clone());
                }
                if self.of_errors && name == "Result" {
                    return self.settle(second_argument(last)?);
                }
                if WRAPPERS.contains(&name.as_str())
                    && let Some(inner) = first_argument(last)
                {
                    self.unwrapped.set(true);
                    return self.settle(inner);
                }
                match self.site.facts.alias(&name) {
                    Some(alias) if path.path.segments.len() == 1 => self.settle(alias),
                    _ => Some(ty.clone()),
                }
            }
            _ => Some(ty.clone()),
        }
    }
}
