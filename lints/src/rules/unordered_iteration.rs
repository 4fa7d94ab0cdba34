//! Output whose order is that of a hash map.

use findings::{Finding, rule};
use syn::{Expr, Type};

use crate::calls::{Call, chain, method, peel, variable};
use crate::flow::{self, Fate};
use crate::types::{head_name, type_of};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// The order of a hash map or hash set that reaches something ordered: collected or pushed into a list that is
    /// returned, joined into a text, cut off by `take` or `truncate`, or asked for its `next`.
    ///
    /// Quiet where a sort follows, where a method only lists what a field of `&self` holds, where the target is a map or a
    /// set, and where the loop only counts or adds up; in what is logged or told as an error, and where the function draws
    /// lots or its documentation says that its result has no order. `next` counts in code that ranks: elsewhere whoever
    /// asks for it means any element.
    /// The type must be evident: an annotation, a constructor, a parameter, a field of a struct of the same file, or
    /// `collect::<HashMap<_, _>>()`. `HashMap`, `HashSet`, and those of `ahash`, `rustc-hash`, `fnv`, `hashbrown` and
    /// `dashmap` count; `IndexMap` keeps its order and does not.
    ///
    /// It advises: of 25 drawn from the hits in 3.3 million lines of published crates 19 mattered; the others were lists
    /// that nobody reads in order, or that the caller sorts.
    ///
    /// ## Why it hurts
    /// The order of a hash map differs from process to process. Two replicas answer one request with two rankings,
    /// caches miss, approved rankings flap, and nobody can reproduce what a viewer saw.
    ///
    /// ## Example
    /// ```bad
    /// use std::collections::{HashMap as Map, HashSet};
    ///
    /// struct Fusion {
    ///     scores: Map<u64, f32>,
    /// }
    ///
    /// impl Fusion {
    ///     fn into_list(self) -> Vec<(u64, f32)> {
    ///         self.scores.into_iter().collect() //~
    ///     }
    ///
    ///     fn best(&self, k: usize) -> HashSet<u64> {
    ///         self.scores.keys().copied().take(k).collect() //~
    ///     }
    /// }
    ///
    /// fn merge(shards: &[Shard]) -> Result<Vec<Candidate>> {
    ///     let mut by_id = std::collections::HashMap::new();
    ///     for shard in shards {
    ///         by_id.insert(shard.id, shard.best());
    ///     }
    ///     let mut merged = Vec::new();
    ///     for (_, candidate) in &by_id { //~
    ///         merged.push(candidate.clone());
    ///     }
    ///     let names = HashSet::from(["a", "b"]).into_iter().collect::<Vec<_>>().join(","); //~
    ///     let few = vec![by_id.keys().take(3).collect::<Vec<_>>()]; //~
    ///     let extra: Vec<_> = by_id.values().map(|candidate| candidate.id).collect(); //~
    ///     publish(|| extra.first());
    ///     Ok(merged)
    /// }
    ///
    /// impl Scorer for Best {
    ///     fn first(&self, boosts: &HashSet<u64>) -> Option<u64> {
    ///         boosts.iter().copied().next() //~
    ///     }
    /// }
    ///
    /// fn answer(list: Vec<Candidate>, unique: ahash::AHashSet<u64>) -> Answer {
    ///     let ids = unique.iter().copied().collect::<Vec<u64>>(); //~
    ///     Answer { ids, list }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Sort, by something that is unique; or keep the data in a `BTreeMap` or in a list with an index beside it.
    ///
    /// ```good
    /// use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    ///
    /// fn sorted(scores: HashMap<u64, f32>) -> Vec<(u64, f32)> {
    ///     let mut list: Vec<_> = scores.into_iter().collect();
    ///     list.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ///     list
    /// }
    ///
    /// fn total(scores: &HashMap<u64, f32>) -> (f32, usize, bool, Option<u64>) {
    ///     let mut sum = 0.0;
    ///     for score in scores.values() {
    ///         sum += score;
    ///     }
    ///     (sum, scores.values().filter(|score| **score > 0.0).count(), scores.iter().next().is_none(), scores.keys().max().copied())
    /// }
    ///
    /// fn maps(scores: HashMap<u64, f32>) -> BTreeMap<u64, f32> {
    ///     let seen: HashSet<u64> = scores.keys().copied().collect();
    ///     let ordered: BTreeSet<u64> = scores.keys().copied().collect();
    ///     scores.into_iter().filter(|(id, _)| seen.contains(id) && ordered.contains(id)).collect()
    /// }
    ///
    /// fn pushed(scores: &HashMap<u64, f32>) -> Vec<u64> {
    ///     let mut ids = Vec::new();
    ///     for id in scores.keys() {
    ///         ids.push(*id);
    ///     }
    ///     ids.sort_unstable();
    ///     ids
    /// }
    ///
    /// impl Registry {
    ///     fn names(&self) -> Vec<String> {
    ///         self.functions.lock().keys().cloned().collect()
    ///     }
    /// }
    ///
    /// /// The ids that are known, in no particular order.
    /// fn known(ids: HashSet<u64>) -> Result<Vec<u64>, Error> {
    ///     tracing::debug!("known: {}", ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", "));
    ///     if let Some(any) = ids.iter().next().filter(|any| **any == 0) {
    ///         return Err(Error::new(ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", "), any));
    ///     }
    ///     Ok(ids.into_iter().collect())
    /// }
    ///
    /// struct Registry {
    ///     functions: Mutex<HashMap<String, Function>>,
    /// }
    ///
    /// fn kept(index: &indexmap::IndexMap<u64, f32>, tree: &BTreeMap<u64, f32>) -> Vec<u64> {
    ///     index.keys().chain(tree.keys()).copied().collect()
    /// }
    /// ```
    pub static UNORDERED_ITERATION = {
        id: "unordered-iteration",
        guard: "lints",
        group: "determinism",
        level: Warning,
        summary: "finds hash maps and sets whose order reaches the output",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNORDERED_ITERATION, check: Check::Syntax(check) };

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

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Call(call) => {
            let Some(reaches) = sink(call, site) else { return };
            if site.tells() || promises_no_order(site) {
                return;
            }
            report(call.expr, &reaches, site, findings);
        }
        Node::Loop(each) => {
            if is_unordered(&each.expr, site)
                && let Some(target) = pushed_to(each, site)
                && !promises_no_order(site)
            {
                report(&each.expr, &format!("`{target}`"), site, findings);
            }
        }
        _ => {}
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

fn report(expr: &Expr, reaches: &str, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let iterated = match expr {
        Expr::MethodCall(call) => {
            unordered(&call.receiver, site).or_else(|| unordered(call.args.first()?, site))
        }
        _ => None,
    };
    let kind = iterated.or_else(|| unordered(expr, site)).unwrap_or_default();
    findings.push(
        site.finding(
            &UNORDERED_ITERATION,
            expr,
            format!("the order of a `{kind}`, which no two runs share, reaches {reaches}"),
        )
        .help("sort by something unique, or use a `BTreeMap`"),
    );
}

/// What the order of the elements reaches through this call, if it ends a chain that begins with a hash map.
fn sink(call: &Call<'_>, site: &Site<'_>) -> Option<String> {
    let Expr::MethodCall(written) = call.expr else { return None };
    let name = call.name.to_string();
    let tells_emptiness = || match site.steps.last() {
        Some(Step::Expr(Expr::MethodCall(outer))) => {
            matches!(outer.method.to_string().as_str(), "is_none" | "is_some")
        }
        _ => false,
    };
    match name.as_str() {
        "collect" => {
            if !is_unordered(&written.receiver, site) {
                return None;
            }
            let (holder, declared) = match flow::fate(call.expr, site) {
                Fate::Returned(declared) => (None, declared),
                Fate::Held(name, declared) => (Some(name), declared),
                Fate::Elsewhere => return None,
            };
            if !is_list(&target(call, declared)?) {
                return None;
            }
            match holder {
                None if is_accessor(call.expr, site) => None,
                None => Some("what the function returns".to_owned()),
                Some(name) => site.flow().shows_order(name).then(|| format!("`{name}`")),
            }
        }
        "join" | "concat" if is_unordered(&written.receiver, site) => Some(format!("`{name}`")),
        "next" | "take" | "last" | "nth" | "first" if !tells_emptiness() => {
            let iterates = chain(&written.receiver)
                .0
                .iter()
                .any(|method| BEGINS.contains(&method.name.to_string().as_str()));
            // Whoever takes any element of a map outside a ranking means any.
            let any = name == "next" && (!site.ranks() || site.flow().mentions("len"));
            (iterates && !any && is_unordered(&written.receiver, site)).then(|| format!("`{name}`"))
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

/// Whether a method does nothing but list what a field of `&self` holds: a view of a map, whose order is up to the
/// caller.
fn is_accessor(collect: &Expr, site: &Site<'_>) -> bool {
    let Some((signature, block)) = site.function() else { return false };
    let borrows =
        signature.receiver().is_some_and(|this| matches!(this.kind, syn::ReceiverKind::Reference(..)));
    let [syn::Stmt::Expr(tail, None)] = block.stmts.as_slice() else { return false };
    let mut root = chain(collect).1;
    while let Expr::Field(field) = root {
        root = peel(&field.base);
    }
    borrows && std::ptr::eq(peel(tail), collect) && variable(root).is_some_and(|name| name == "self")
}

/// The type that is collected into.
fn target(call: &Call<'_>, declared: Option<Type>) -> Option<Type> {
    method(call.expr)?.turbofish.cloned().or(declared)
}

/// The list or text outside the loop that its body pushes to, where the order of that list shows.
fn pushed_to(each: &syn::ExprForLoop, site: &Site<'_>) -> Option<String> {
    let calls = crate::sorts::calls_in(&each.body);
    calls.iter().find_map(|call| {
        let Expr::MethodCall(push) = call else { return None };
        if !matches!(
            push.method.to_string().as_str(),
            "push" | "push_str" | "push_back" | "extend" | "write_str"
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

fn is_unordered(expr: &Expr, site: &Site<'_>) -> bool {
    unordered(expr, site).is_some()
}

/// The name of the hash map or set that an expression iterates over, with nothing between that orders or sums up.
fn unordered(expr: &Expr, site: &Site<'_>) -> Option<String> {
    let (methods, root) = chain(expr);
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
    let name = head_name(&type_of(whole, site)?, site)?;
    UNORDERED.contains(&name.as_str()).then_some(name)
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
