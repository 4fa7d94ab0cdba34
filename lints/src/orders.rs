//! Sorts by a comparator that stands in another file, or that a type has.
//!
//! Each file says of its comparators whether they compare a score alone and where they compare partially, and of its sorts by
//! whose comparator they order. A finding is one where the two meet: at the sort or in the comparator, as for those of one
//! file.

use std::collections::HashSet;

use findings::{Finding, Kept};
use serde::{Deserialize, Serialize};
use syn::{Block, Expr, ExprPath, Ident, Signature};

use crate::across::hash;
use crate::bound::bound;
use crate::calls::{Call, Method, identifiers, method, peel, variable};
use crate::rules::{RULES, UNTIED_SORT, UNTIED_STABLE_SORT, keeps_nan_out, partial_comparisons};
use crate::site::{Site, Step};
use crate::sorts::{By, Comparator, ordering};
use crate::ties;
use crate::types::{head, type_of};
use crate::walk::Node;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    comparators: Vec<Compares>,
    sorts: Vec<Sort>,
}

/// A function of two that gives an order, or of one that gives a key, by which no list should be sorted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Compares {
    id: Id,
    /// Whether it compares a score and nothing else.
    is_untied: bool,
    /// What is found in it where a list is sorted by it.
    partial: Vec<Kept>,
}

/// A sort by a comparator that is not looked into where the sort is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sort {
    by: Id,
    /// What is found where the comparator leaves ties.
    untied: Option<Kept>,
    /// Whether NaN may be among what it sorts.
    has_nan: bool,
}

/// A function by the hash of its canonical path.
type Id = u64;

/// Gathers what a file says while the walk is in it.
#[derive(Default)]
pub(crate) struct Gathered(Said);

impl Gathered {
    /// Looks at a node outside of tests.
    pub(crate) fn see(&mut self, node: &Node<'_>, site: &Site<'_>) {
        match node {
            Node::Function(signature, block) => self.0.comparators.extend(comparator(signature, block, site)),
            Node::Call(call) => self.0.sorts.extend(sort(call, site)),
            _ => {}
        }
    }

    pub(crate) fn said(self) -> Said {
        self.0
    }
}

fn comparator(signature: &Signature, block: &Block, site: &Site<'_>) -> Option<Compares> {
    let output = identifiers(&signature.output);
    let is_comparator = || output.last().is_some_and(|last| last == "Ordering");
    let is_key = || output.iter().any(|name| KEYS.iter().any(|key| name == key));
    let is_of_trait = || site.impl_block().is_some_and(|item| item.trait_.is_some());
    let by = match signature.inputs.len() {
        2 if is_comparator() => By::Comparator,
        1 if is_key() => By::Key,
        _ => return None,
    };
    if is_of_trait() {
        return None;
    }
    let path =
        site.of_own_type(&signature.ident).or_else(|| site.resolve(&signature.ident.clone().into()))?;
    let function = Comparator::Function(signature, block);
    let mut steps = site.steps.to_vec();
    steps.push(Step::Statements(&block.stmts, block.stmts.len()));
    let inner = site.at(&steps);
    let is_untied = ties::compares_score(by, &function, &inner);
    let partial = match by {
        By::Comparator => partial_comparisons(&function, &inner).iter().map(Kept::of).collect(),
        By::Key => Vec::new(),
    };
    (is_untied || !partial.is_empty()).then(|| Compares { id: hash(&path), is_untied, partial })
}

/// What is in the type of a key by a score.
const KEYS: &[&str] = &["f32", "f64", "Reverse", "OrderedFloat", "NotNan", "FloatOrd"];

fn sort(call: &Call<'_>, site: &Site<'_>) -> Option<Sort> {
    let sort = method(call.expr)?;
    let (_, moves) = ordering(&sort.name.to_string())?;
    let path = match Comparator::of(&sort, site) {
        Some(Comparator::Function(..)) => return None,
        Some(closure) => handed_on(&closure, call, site)?,
        None => elsewhere(&sort, site)?,
    };
    let rule = if ties::keeps_nothing(&sort, site) { &UNTIED_SORT } else { &UNTIED_STABLE_SORT };
    let untied = if moves { ties::told(rule, &sort, call, site) } else { None };
    let untied = untied.as_ref().map(Kept::of);
    let is_own = site.names.is_own(&path);
    is_own.then(|| Sort { by: hash(&path), untied, has_nan: !keeps_nan_out(call.expr, site) })
}

/// The path of the comparator of a sort, where it is a function that is not looked into here.
fn elsewhere(sort: &Method<'_>, site: &Site<'_>) -> Option<String> {
    let Expr::Path(written) = *sort.args.last()? else { return None };
    let held = variable(sort.args.last()?).and_then(|name| bound(name, site));
    match held {
        Some(Some(Expr::Path(held))) => function(held, site),
        Some(_) => None,
        None => function(written, site),
    }
}

fn function(written: &ExprPath, site: &Site<'_>) -> Option<String> {
    let segments = &written.path.segments;
    match segments.first()?.ident == "Self" && segments.len() == 2 {
        true => site.of_own_type(&segments.last()?.ident),
        false => site.resolve_function(written),
    }
}

/// The path of the function that a closure hands its parameters to, and does nothing else: `|a, b| by_score(a, b)`,
/// `|a, b| a.by_score(b)`.
fn handed_on(closure: &Comparator<'_>, call: &Call<'_>, site: &Site<'_>) -> Option<String> {
    let mut tail = peel(closure.tail()?);
    if let Expr::MethodCall(reversed) = tail
        && reversed.method == "reverse"
    {
        tail = peel(&reversed.receiver);
    }
    let parameters = closure.parameters();
    let are_all = |given: Vec<&Expr>| {
        let given: Option<Vec<&Ident>> = given.into_iter().map(variable).collect();
        given.is_some_and(|given| {
            given.len() == parameters.len() && parameters.iter().all(|name| given.contains(name))
        })
    };
    match tail {
        Expr::Call(handed) if are_all(handed.args.iter().collect()) => match &*handed.func {
            Expr::Path(written) => function(written, site),
            _ => None,
        },
        Expr::MethodCall(handed)
            if are_all(std::iter::once(&*handed.receiver).chain(&handed.args).collect()) =>
        {
            let steps = closure.steps(call.expr, site);
            let inner = site.at(&steps);
            let owner = head(&type_of(&handed.receiver, &inner)?, &inner)?;
            Some(format!("{owner}::{}", handed.method))
        }
        _ => None,
    }
}

impl Said {
    /// Whether what another file says may make a finding of it.
    pub(crate) fn is_open(&self) -> bool {
        !self.sorts.is_empty() || self.comparators.iter().any(|it| !it.partial.is_empty())
    }
}

/// What is found where sorts and comparators meet, given what each file says.
pub(crate) fn found(files: &[&Said]) -> Vec<Finding> {
    let sorts = || files.iter().flat_map(|said| &said.sorts);
    let comparators = || files.iter().flat_map(|said| &said.comparators);
    let untied: HashSet<Id> = comparators().filter(|it| it.is_untied).map(|it| it.id).collect();
    let with_nan: HashSet<Id> = sorts().filter(|sort| sort.has_nan).map(|sort| sort.by).collect();
    let of_sorts = sorts().filter(|sort| untied.contains(&sort.by)).filter_map(|sort| sort.untied.clone());
    let of_comparators =
        comparators().filter(|it| with_nan.contains(&it.id)).flat_map(|it| it.partial.clone());
    of_sorts.chain(of_comparators).filter_map(|kept| kept.restored(RULES)).collect()
}
