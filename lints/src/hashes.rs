//! What comes in the order of a hash map or set.

use syn::{Expr, Type};

use crate::bound::binds;
use crate::calls::{Method, chain, variable};
use crate::site::Site;
use crate::types::{first_argument_of, head, type_of};

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

/// How many fields and variables are followed.
pub(crate) const HOPS: u32 = 8;

/// Whether the elements of an expression come in the order of a hash map or set.
pub(crate) fn is_unordered(expr: &Expr, site: &Site<'_>) -> bool {
    unordered(expr, site).is_some()
}

/// The name of the hash map or set that an expression iterates over, with nothing between that orders or sums up.
pub(crate) fn unordered(expr: &Expr, site: &Site<'_>) -> Option<String> {
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
pub(crate) fn begun<'a>(expr: &Expr, site: &Site<'a>) -> Option<&'a Expr> {
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
pub(crate) fn begins(expr: &Expr) -> bool {
    chain(expr).0.iter().any(|method| BEGINS.contains(&method.name.to_string().as_str()))
}

/// Whether a type keeps its elements in the order in which they come.
pub(crate) fn is_list(ty: &Type) -> bool {
    match crate::facts::type_name(ty).as_deref() {
        Some("Result" | "Option" | "Box" | "Arc" | "Rc") => first_argument_of(ty).is_some_and(is_list),
        Some(name) => matches!(name, "Vec" | "VecDeque" | "String" | "SmallVec" | "LinkedList"),
        None => matches!(ty, Type::Slice(_)),
    }
}
