//! Sorts by a comparator that stands in another file, or that a type has.
//!
//! Each file says of its comparators whether they compare a score alone and where they compare partially, and of its sorts by
//! whose comparator they order. A finding is one where the two meet: at the sort or in the comparator, as for those of one
//! file.

use std::collections::HashSet;

use findings::{Finding, Kept};
use serde::{Deserialize, Serialize};
use syn::{Block, Expr, Signature};

use crate::across::hash;
use crate::bound::bound;
use crate::calls::{Call, Method, identifiers, method, variable};
use crate::rules::{RULES, UNTIED_SORT, UNTIED_STABLE_SORT, keeps_nan_out, partial_comparisons};
use crate::site::{Site, Step};
use crate::sorts::{By, Comparator, ordering};
use crate::ties;
use crate::walk::Node;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    comparators: Vec<Compares>,
    sorts: Vec<Sort>,
}

/// A function of two that gives an order, by which no list should be sorted.
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
    let gives_order = identifiers(&signature.output).last().is_some_and(|last| last == "Ordering");
    let is_of_trait = || site.impl_block().is_some_and(|item| item.trait_.is_some());
    if signature.inputs.len() != 2 || !gives_order || is_of_trait() {
        return None;
    }
    let path =
        site.of_own_type(&signature.ident).or_else(|| site.resolve(&signature.ident.clone().into()))?;
    let function = Comparator::Function(signature, block);
    let mut steps = site.steps.to_vec();
    steps.push(Step::Statements(&block.stmts, block.stmts.len()));
    let inner = site.at(&steps);
    let is_untied = ties::compares_score(&function, &inner);
    let partial: Vec<Kept> = partial_comparisons(&function, &inner).iter().map(Kept::of).collect();
    (is_untied || !partial.is_empty()).then(|| Compares { id: hash(&path), is_untied, partial })
}

fn sort(call: &Call<'_>, site: &Site<'_>) -> Option<Sort> {
    let sort = method(call.expr)?;
    let (By::Comparator, moves) = ordering(&sort.name.to_string())? else { return None };
    let path = elsewhere(&sort, site)?;
    let is_unstable = sort.name.to_string().contains("unstable");
    let rule = if is_unstable { &UNTIED_SORT } else { &UNTIED_STABLE_SORT };
    let untied = if moves { ties::told(rule, &sort, call, site) } else { None };
    let untied = untied.as_ref().map(Kept::of);
    Some(Sort { by: hash(&path), untied, has_nan: !keeps_nan_out(call.expr, site) })
}

/// The path of the comparator of a sort, where it is a function of the workspace that is not looked into here.
fn elsewhere(sort: &Method<'_>, site: &Site<'_>) -> Option<String> {
    let Expr::Path(written) = *sort.args.last()? else { return None };
    let held = variable(sort.args.last()?).and_then(|name| bound(name, site));
    let function = match held {
        Some(Some(Expr::Path(held))) => held,
        Some(_) => return None,
        None => written,
    };
    let last = &function.path.segments.last()?.ident;
    let is_of_own_type = function.path.segments.len() == 2 && function.path.segments[0].ident == "Self";
    let path = if is_of_own_type { site.of_own_type(last)? } else { site.resolve_function(function)? };
    let is_seen_here = Comparator::of(sort, site).is_some();
    (!is_seen_here && site.names.is_own(&path)).then_some(path)
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
