//! The order of hash maps and sets, and where it shows.

mod taker;

use findings::{Finding, Rule};
use syn::{Expr, Type};

use crate::bound::binds;
use crate::calls::{Call, chain, identifiers, method, peel, variable};
use crate::flow::{self, Fate};
use crate::hashes::{HOPS, begins, begun, is_list, is_unordered, unordered};
use crate::sorts::{Comparator, calls_in};
use crate::ties::chooses_by_score;
use crate::types::type_of;
use crate::words::has_word;
use crate::{Node, Site, Step};
use taker::is_sorted_by_taker;

/// Words of code that deals with scores, wherever it stands.
const SCORES: &[&str] = &["rank", "ranked", "ranking", "relevance", "score", "scored", "scorer", "scores"];

/// Words that rankings share with elections and connections: they count where they are of the signature.
const CANDIDATES: &[&str] = &["candidate", "candidates"];

/// Whether a rule of code that ranks has found something: in a layer that does, in a function that speaks of scores, or
/// is handed candidates or gives them back, or where candidates are made of what is in no order.
pub fn is_of_ranking(node: &Node<'_>, site: &Site<'_>) -> bool {
    makes_candidates(node) || stands_in_ranking(site)
}

/// Whether a call speaks of candidates.
pub fn makes_candidates(node: &Node<'_>) -> bool {
    match node {
        Node::Call(call) => identifiers(call.expr).iter().any(|name| has_word(&name.to_string(), CANDIDATES)),
        _ => false,
    }
}

fn stands_in_ranking(site: &Site<'_>) -> bool {
    site.ranks() || site.flow().speaks_of(SCORES) || site.flow().is_declared_with(CANDIDATES)
}

/// What a rule says of the node where the order of a hash map reaches something ordered.
pub fn found(rule: &'static Rule, node: &Node<'_>, site: &Site<'_>) -> Option<Finding> {
    let (expr, reaches) = match node {
        Node::Call(call) => (call.expr, sink(call, site).filter(|_| !site.tells() && !is_told(site))?),
        Node::Loop(each) if is_unordered(&each.expr, site) => {
            (&*each.expr, format!("`{}`", pushed_to(each, site)?))
        }
        _ => return None,
    };
    (!promises_no_order(site) && !is_sorted_by_taker(expr, site)).then(|| finding(rule, expr, &reaches, site))
}

/// Whether the value is made to be told as an error: `let error = ..`.
fn is_told(site: &Site<'_>) -> bool {
    site.steps.iter().rev().take_while(|step| !matches!(step, Step::Function(..))).any(|step| match step {
        Step::Let(local) => identifiers(&local.pat).iter().any(|name| name == "error" || name == "errors"),
        _ => false,
    })
}

/// Whether a text goes into a variable that is logged, and nowhere else.
fn is_only_told(text: &Expr, site: &Site<'_>) -> bool {
    match (flow::fate(text, site), site.function()) {
        (Fate::Held(name, _), Some((_, block))) => flow::is_only_told(name, block),
        _ => false,
    }
}

/// Whether the function says that its result stands in any order, or draws lots.
fn promises_no_order(site: &Site<'_>) -> bool {
    let says = |attribute: &syn::Attribute| {
        let syn::Meta::NameValue(doc) = &attribute.meta else { return false };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &doc.value else { return false };
        let text = text.value().to_lowercase();
        attribute.path().is_ident("doc")
            && ["no particular order", "any order", "arbitrary", "unspecified", "unordered", "order is not"]
                .iter()
                .any(|words| text.contains(words))
    };
    site.attributes().any(says)
        || ["rand", "rng", "thread_rng", "shuffle"].iter().any(|name| site.flow().mentions(name))
}

fn finding(rule: &'static Rule, expr: &Expr, reaches: &str, site: &Site<'_>) -> Finding {
    let iterated = match expr {
        Expr::MethodCall(call) => {
            unordered(&call.receiver, site).or_else(|| unordered(call.args.first()?, site))
        }
        Expr::Call(call) => call.args.first().and_then(|elements| unordered(elements, site)),
        _ => None,
    };
    let kind = iterated.or_else(|| unordered(expr, site)).unwrap_or_default();
    let message = format!("the order of a `{kind}`, which no two runs share, reaches {reaches}");
    site.finding(rule, expr, message).help("sort by something unique, or use a `BTreeMap`")
}

/// What the order of the elements reaches through this call, if it ends a chain that begins with a hash map.
fn sink(call: &Call<'_>, site: &Site<'_>) -> Option<String> {
    if let Some((list, elements)) = list_from(call.expr) {
        return is_unordered(elements, site).then(|| listed(call, Some(list), site))?;
    }
    let Expr::MethodCall(written) = call.expr else { return None };
    let name = call.name.to_string();
    let tells_emptiness = || match site.steps.last() {
        Some(Step::Expr(Expr::MethodCall(outer))) => {
            matches!(outer.method.to_string().as_str(), "is_none" | "is_some")
        }
        _ => false,
    };
    match name.as_str() {
        "collect" if is_unordered(&written.receiver, site) => {
            listed(call, method(call.expr)?.turbofish.cloned(), site)
        }
        "fold" if is_unordered(&written.receiver, site) => {
            let (first, step) = (written.args.first()?, written.args.get(1)?);
            let pushes = identifiers(step).iter().any(|name| name == "push" || name == "extend");
            pushes.then(|| listed(call, type_of(first, site), site))?
        }
        "max_by" | "min_by" | "max_by_key" | "min_by_key" if is_unordered(&written.receiver, site) => {
            chooses_by_score(call, site).then(|| format!("`{name}`, where it decides between equal scores"))
        }
        "join" | "concat" if is_unordered(&written.receiver, site) && !is_only_told(call.expr, site) => {
            Some(format!("`{name}`"))
        }
        "next" | "take" | "last" | "nth" | "first" if !tells_emptiness() => {
            let iterates = begins(&written.receiver) || begun(&written.receiver, site).is_some();
            // Whoever takes any element of a map outside a ranking means any.
            let any = name == "next" && (!site.ranks() || site.flow().mentions("len"));
            (iterates && !any && is_unordered(&written.receiver, site)).then(|| format!("`{name}`"))
        }
        "for_each" if is_unordered(&written.receiver, site) && !is_view(&written.receiver, site) => {
            let function = Comparator::of(&method(call.expr)?, site)?;
            list_in(&function.calls(), site).map(|list| format!("`{list}`"))
        }
        "extend" => {
            let list = variable(&written.receiver)?;
            let ty = type_of(&written.receiver, site)?;
            (is_list(&ty) && is_unordered(written.args.first()?, site)).then_some(())?;
            site.flow().shows_order(list).then(|| format!("`{list}`"))
        }
        _ => None,
    }
}

/// What the order of elements reaches that a call makes a list of, of this type where it says so.
fn listed(call: &Call<'_>, target: Option<Type>, site: &Site<'_>) -> Option<String> {
    let (holder, declared) = match flow::fate(call.expr, site) {
        Fate::Returned(declared) => (None, declared),
        Fate::Held(name, declared) => (Some(name), declared),
        Fate::Elsewhere => return None,
    };
    if !is_list(&target.or(declared)?) {
        return None;
    }
    match holder {
        None if is_view(call.expr, site) => None,
        None => Some("what the function returns".to_owned()),
        Some(name) => site.flow().shows_order(name).then(|| format!("`{name}`")),
    }
}

/// The list and the elements of `Vec::from_iter(elements)`.
fn list_from(expr: &Expr) -> Option<(Type, &Expr)> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(function) = &*call.func else { return None };
    let mut owner = function.path.clone();
    let name = owner.segments.pop()?.ident;
    owner.segments.pop_punct();
    let ty = match &function.qself {
        Some(qualified) => (*qualified.ty).clone(),
        None => Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: owner }),
    };
    (name == "from_iter" && is_list(&ty)).then_some((ty, call.args.first()?))
}

/// Whether a method of `&self` hands out what a field of `self` holds: a view of a map, whose order is up to the caller.
/// Code that ranks is such a caller.
fn is_view(iterated: &Expr, site: &Site<'_>) -> bool {
    let borrows = site
        .function()
        .and_then(|(signature, _)| signature.receiver())
        .is_some_and(|this| matches!(this.kind, syn::ReceiverKind::Reference(..)));
    borrows && is_of_self(iterated, site) && !stands_in_ranking(site)
}

/// Whether an expression begins with a field of `self`, perhaps over a guard that a `let` holds.
fn is_of_self(expr: &Expr, site: &Site<'_>) -> bool {
    let mut root = chain(expr).1;
    for _ in 0..HOPS {
        root = match root {
            Expr::Field(field) => chain(&field.base).1,
            _ => match variable(root) {
                Some(name) if name == "self" => return true,
                Some(name) => {
                    let Some(local) = site.lets().find(|local| binds(&local.pat, name)) else { return false };
                    let Some(init) = &local.init else { return false };
                    chain(&init.expr).1
                }
                None => return false,
            },
        };
    }
    false
}

/// The list or text outside the loop that its body pushes to, where the order of that list shows.
fn pushed_to(each: &syn::ExprForLoop, site: &Site<'_>) -> Option<String> {
    if is_view(&each.expr, site) {
        return None;
    }
    list_in(&calls_in(&each.body), site)
}

/// The first list or text declared around the site that one of these calls pushes to, where its order shows.
fn list_in(calls: &[&Expr], site: &Site<'_>) -> Option<String> {
    calls.iter().find_map(|call| {
        let Expr::MethodCall(push) = call else { return None };
        if !matches!(
            push.method.to_string().as_str(),
            "append" | "push" | "push_str" | "push_back" | "extend" | "write_str"
        ) {
            return None;
        }
        let list = variable(peel(&push.receiver))?;
        let is_outside = flow::is_declared(list, site);
        let ordered = type_of(&push.receiver, site).is_some_and(|ty| is_list(&ty));
        (is_outside && ordered).then_some(())?;
        site.flow().shows_order(list).then(|| list.to_string())
    })
}
