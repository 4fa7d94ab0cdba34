//! The order of hash maps and sets, and where it shows.

mod taker;

use findings::{Finding, Rule};
use syn::{Expr, Type};

use crate::bound::binds;
use crate::calls::{Call, Method, chain, identifiers, method, peel, variable};
use crate::flow::{self, Fate};
use crate::sorts::{Comparator, calls_in};
use crate::ties::chooses_by_score;
use crate::types::{head, type_of};
use crate::words::has_word;
use crate::{Node, Site, Step};
use taker::is_sorted_by_taker;

/// Crates whose types of these names have no order: others call by them what keeps one.
const CRATES: &[&str] = &["std", "ahash", "dashmap", "fnv", "foldhash", "fxhash", "hashbrown", "rustc_hash"];

/// Types without an order, by the last segment of their canonical path.
const UNORDERED: &[&str] = &[
    "HashMap",
    "HashSet",
    "AHashMap",
    "AHashSet",
    "FxHashMap",
    "FxHashSet",
    "FnvHashMap",
    "FnvHashSet",
    "DashMap",
    "DashSet",
    "FxDashMap",
    "FxDashSet",
];

/// Methods that begin to iterate.
const BEGINS: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "keys",
    "values",
    "values_mut",
    "into_keys",
    "into_values",
    "drain",
    "intersection",
    "union",
    "difference",
    "symmetric_difference",
    "par_iter",
    "into_par_iter",
];

/// Methods that hand the elements on one by one, in the order in which they come.
const PASSES: &[&str] = &[
    "map",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "cloned",
    "copied",
    "inspect",
    "enumerate",
    "peekable",
    "rev",
    "chain",
    "zip",
    "map_while",
    "take_while",
    "skip_while",
    "by_ref",
    "into_iter",
    "iter",
    "fuse",
    "collect",
];

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

/// How many fields and variables are followed.
const HOPS: u32 = 8;

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

/// Whether the elements of an expression come in the order of a hash map or set.
pub(crate) fn is_unordered(expr: &Expr, site: &Site<'_>) -> bool {
    unordered(expr, site).is_some()
}

/// The name of the hash map or set that an expression iterates over, with nothing between that orders or sums up.
fn unordered(expr: &Expr, site: &Site<'_>) -> Option<String> {
    unordered_behind(expr, HOPS, site)
}

/// The same behind so many variables.
fn unordered_behind(expr: &Expr, hops: u32, site: &Site<'_>) -> Option<String> {
    let (methods, root) = chain(expr);
    if let Some(name) = collected(&methods, site) {
        return Some(name);
    }
    let names: Vec<String> = methods.iter().rev().map(|method| method.name.to_string()).collect();
    let begin = names.iter().position(|name| BEGINS.contains(&name.as_str()));
    let rest = begin.map_or(&[][..], |begin| &names[begin + 1..]);
    let collects_elsewhere =
        methods.iter().any(|method| method.name == "collect" && !method.turbofish.is_some_and(is_list));
    if collects_elsewhere || !rest.iter().all(|name| PASSES.contains(&name.as_str())) {
        return None;
    }
    let whole = match begin {
        Some(begin) => methods[methods.len() - 1 - begin].receiver,
        None if methods.is_empty() => root,
        None => expr,
    };
    match type_of(whole, site) {
        Some(ty) => unordered_name(&ty, site),
        None => unordered_behind(begun(expr, site)?, hops.checked_sub(1)?, site),
    }
}

/// The name of a type that has no order.
fn unordered_name(ty: &Type, site: &Site<'_>) -> Option<String> {
    let path = head(ty, site)?;
    // A name that is bound to nothing is what it is everywhere else.
    let (krate, name) = path
        .rsplit_once("::")
        .map_or(("std", &*path), |(before, name)| (before.split("::").next().unwrap_or_default(), name));
    (CRATES.contains(&krate) && UNORDERED.contains(&name)).then(|| name.to_owned())
}

/// The name of the hash map that a chain collects into and at once iterates over: `.collect::<HashMap<_, _>>().into_values()`.
fn collected(methods: &[Method<'_>], site: &Site<'_>) -> Option<String> {
    let at = methods.iter().position(|method| method.name == "collect" && method.turbofish.is_some())?;
    let (behind, collect) = (&methods[..at], &methods[at]);
    let (begin, rest) = behind.split_last()?;
    let hands_on = BEGINS.iter().any(|begins| begin.name == begins)
        && rest.iter().all(|method| PASSES.iter().any(|passes| method.name == passes));
    unordered_name(collect.turbofish?, site).filter(|_| hands_on)
}

/// The iterator that a `let` holds, where all that is called on it hands its elements on.
fn begun<'a>(expr: &Expr, site: &Site<'a>) -> Option<&'a Expr> {
    let (methods, root) = chain(expr);
    let name = variable(root)?;
    let passes = methods.iter().all(|method| PASSES.contains(&method.name.to_string().as_str()));
    let local = site.lets().find(|local| binds(&local.pat, name)).filter(|_| passes)?;
    let init = &*local.init.as_ref()?.expr;
    let made_of = variable(chain(init).1);
    // A name that hides the one that it is made of would be followed to itself.
    (begins(init) || made_of.is_some_and(|other| other != name)).then_some(init)
}

/// Whether a chain begins to iterate.
fn begins(expr: &Expr) -> bool {
    chain(expr).0.iter().any(|method| BEGINS.contains(&method.name.to_string().as_str()))
}

/// Whether a type keeps its elements in the order in which they come.
fn is_list(ty: &Type) -> bool {
    match crate::facts::type_name(ty).as_deref() {
        Some("Result" | "Option" | "Box" | "Arc" | "Rc") => {
            crate::types::first_argument_of(ty).is_some_and(is_list)
        }
        Some(name) => matches!(name, "Vec" | "VecDeque" | "String" | "SmallVec" | "LinkedList"),
        None => matches!(ty, Type::Slice(_)),
    }
}
