//! Comparators built on `partial_cmp`.

use findings::{Edit, Finding, Fix, Level, rule};
use quote::ToTokens;
use source::comments;
use syn::Expr;
use syn::spanned::Spanned;

use crate::calls::{Method, identifiers, method, peel, variable};
use crate::sorts::{Comparator, calls_in, ordering};
use crate::ties::SCORES;
use crate::types::{is_float, is_plain_float, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A `partial_cmp` within the comparator of a sort, a minimum, a maximum or a binary search, or within an `Ord`,
    /// whatever follows it: `unwrap`, `expect`, `unwrap_or(Ordering::Equal)`, a `match`.
    ///
    /// It blocks where a float is in evidence: by a type, by the name of a score, or in an `Ord`. Elsewhere, as in generic
    /// code, it advises: some orders that are partial by their trait have no NaN.
    ///
    /// It is right: of 16 in 3.5 million lines of published crates 15 are. The other compares values that cannot be NaN by
    /// their type.
    ///
    /// ## Why it hurts
    /// One NaN score from a model is enough. `unwrap` panics, and with it the request. `unwrap_or(Equal)` breaks the
    /// order that the sort relies on: of 4,500 trials with a few NaN scores, `std`'s sort panicked in 32 % and left
    /// the other items in a wrong order in another 46 %, without a word. Whoever is on call sees rankings that make
    /// no sense, for some requests, some of the time.
    ///
    /// ## Example
    /// ```bad
    /// use std::cmp::Ordering;
    ///
    /// fn rank(mut found: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    ///     found.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap()); //~
    ///     found.sort_unstable_by(|a, b| {
    ///         b.score //~
    ///             .partial_cmp(&a.score)
    ///             .unwrap_or(Ordering::Equal)
    ///             .then_with(|| a.id.cmp(&b.id))
    ///     });
    ///     let by_age = |a: &Candidate, b: &Candidate| a.age.partial_cmp(&b.age).expect("no NaN"); //~
    ///     found.sort_by(by_age);
    ///     found.select_nth_unstable_by(k, by_score);
    ///     <[Candidate]>::sort_by(&mut found, |a, b| PartialOrd::partial_cmp(&a.score, &b.score).unwrap()); //~
    ///     let best = found.iter().max_by(|a, b| match a.score.partial_cmp(&b.score) { //~
    ///         Some(order) => order,
    ///         None => Ordering::Less,
    ///     });
    ///     found
    /// }
    ///
    /// fn by_score(a: &Candidate, b: &Candidate) -> Ordering {
    ///     a.score.partial_cmp(&b.score).unwrap_or_else(|| Ordering::Equal) //~
    /// }
    ///
    /// impl Ord for Candidate {
    ///     fn cmp(&self, other: &Self) -> Ordering {
    ///         self.score.partial_cmp(&other.score).unwrap_or(Ordering::Equal) //~
    ///     }
    /// }
    ///
    /// struct Scored(u64, f32);
    ///
    /// impl Ord for Scored {
    ///     fn cmp(&self, other: &Self) -> Ordering {
    ///         self.partial_cmp(other).unwrap() //~
    ///     }
    /// }
    ///
    /// fn log(scores: &mut Vec<f32>) {
    ///     tracing::debug!("{:?}", scores.iter().copied().min_by(|a, b| a.partial_cmp(b).unwrap())); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// `total_cmp` orders every float, NaN included, and is as fast. Or keep NaN out first, within the same function.
    /// Names and versions compared by `partial_cmp` are left alone, since they have no NaN.
    /// An `Ord` of a type whose name says that it has no NaN (`NotNan`, `FiniteScore`) is left alone, and so is
    /// `partial_cmp` where `PartialOrd` itself is implemented.
    ///
    /// Where both sides are plain floats, the fix is safe: the order is the one that it was, but for NaN, which breaks it now,
    /// and for the two zeros, which are equal now and of which `total_cmp` puts -0.0 first. Who ranks by a score that may be
    /// -0.0 and relies on what comes behind it to break that tie writes `(a.score + 0.0).total_cmp(&(b.score + 0.0))`, which
    /// makes one zero of both. With a comment in what it takes away, it is left to people.
    ///
    /// ```good
    /// use std::cmp::Ordering;
    ///
    /// fn rank(mut found: Vec<Candidate>) -> Vec<Candidate> {
    ///     found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ///     found
    /// }
    ///
    /// fn guarded(mut found: Vec<Candidate>) -> Vec<Candidate> {
    ///     found.retain(|candidate| !candidate.distance.is_nan());
    ///     found.sort_by(|a, b| a.distance.partial_cmp(&b.distance).unwrap().then_with(|| a.id.cmp(&b.id)));
    ///     found
    /// }
    ///
    /// impl PartialOrd for Version {
    ///     fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
    ///         self.parts.partial_cmp(&other.parts)
    ///     }
    /// }
    ///
    /// impl Ord for NotNan {
    ///     fn cmp(&self, other: &Self) -> Ordering {
    ///         self.0.partial_cmp(&other.0).unwrap()
    ///     }
    /// }
    ///
    /// fn by_name(columns: &mut [Column]) {
    ///     columns.sort_by(|a, b| a.name().partial_cmp(b.name()).unwrap());
    /// }
    ///
    /// impl Ord for Version {
    ///     fn cmp(&self, other: &Self) -> Ordering {
    ///         self.partial_cmp(other).unwrap()
    ///     }
    /// }
    ///
    /// fn is_newer(a: &Version, b: &Version) -> bool {
    ///     a.partial_cmp(b) == Some(Ordering::Greater)
    /// }
    /// ```
    pub static PARTIAL_ORDER_SORT = {
        id: "partial-order-sort",
        guard: "lints",
        group: "ranking-correctness",
        level: Error,
        summary: "finds comparators built on `partial_cmp`, which NaN breaks",
    };
}

pub(super) static LINT: Lint = Lint { rule: &PARTIAL_ORDER_SORT, check: Check::Syntax(check) };

/// What names the absence of NaN.
const GUARDS: &[&str] = &[
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_normal",
    "NotNan",
    "OrderedFloat",
    "FloatOrd",
    "N32",
    "N64",
    "R32",
    "R64",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Call(call) => {
            let Some(sort) = method(call.expr).filter(|sort| ordering(&sort.name.to_string()).is_some())
            else {
                return;
            };
            let Some(comparator) = Comparator::of(&sort, site) else { return };
            let steps = comparator.steps(call.expr, site);
            report(&comparator.calls(), &site.at(&steps), Some(&comparator), findings);
        }
        Node::Function(signature, block) if signature.ident == "cmp" && implements_ord(site) => {
            report(&calls_in(block), site, None, findings);
        }
        _ => {}
    }
}

/// What is found in a comparator of another file's sort; the site is within it.
pub(crate) fn partial_comparisons(comparator: &Comparator<'_>, site: &Site<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    report(&comparator.calls(), site, Some(comparator), &mut findings);
    findings
}

/// Whether a function speaks of NaN before it sorts.
pub(crate) fn keeps_nan_out(sort: &Expr, site: &Site<'_>) -> bool {
    GUARDS.iter().any(|guard| site.flow().mentions_before(guard, sort))
}

/// Reports every `partial_cmp` among the calls, with the call that takes it apart.
fn report(
    calls: &[&Expr],
    site: &Site<'_>,
    comparator: Option<&Comparator<'_>>,
    findings: &mut Vec<Finding>,
) {
    for expr in calls {
        let Some(compare) = method(expr).filter(|call| call.name == "partial_cmp") else { continue };
        let types = [compare.receiver, compare.args.first().copied().unwrap_or(compare.receiver)]
            .map(|operand| type_of(operand, site));
        let floats = types.iter().all(|ty| ty.as_ref().is_some_and(is_float));
        let orders_totally =
            types.iter().flatten().any(is_totally_ordered) || is_named_for_text(compare.receiver);
        let delegates = implements_ord(site) && !floats && !may_compare_floats(compare.receiver, site);
        if orders_totally || delegates || is_guarded(expr, site, comparator) {
            continue;
        }
        let mut finding = site
            .finding(&PARTIAL_ORDER_SORT, expr, "`partial_cmp` decides an order here, and NaN breaks it")
            .help("compare floats with `total_cmp`, or keep NaN out first");
        if !is_evidently_a_float(compare.receiver, &types, site) {
            finding.level = Level::Warning;
        }
        let right = compare.args.first();
        if has_name(compare.receiver)
            && is_plain_float(compare.receiver, site)
            && right.is_some_and(|right| is_plain_float(right, site))
            && let Some(whole) = unwrapped(expr, calls)
        {
            finding.fix = fix(whole, &compare, site);
        }
        findings.push(finding);
    }
}

/// The call around a `partial_cmp` that makes an `Ordering` of it.
fn unwrapped<'a>(compare: &Expr, calls: &[&'a Expr]) -> Option<&'a Expr> {
    calls.iter().copied().find(|call| match call {
        Expr::MethodCall(call) => {
            let takes_apart = matches!(
                call.method.to_string().as_str(),
                "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else"
            );
            takes_apart && std::ptr::eq(peel(&call.receiver), compare)
        }
        _ => false,
    })
}

/// `a.partial_cmp(b).unwrap()` becomes `a.total_cmp(b)`: for two floats the order is the same, but for NaN and
/// the two zeros, which it now tells apart. What somebody remarked within what goes away must be read first.
fn fix(whole: &Expr, compare: &Method<'_>, site: &Site<'_>) -> Option<Fix> {
    let Expr::MethodCall(outer) = whole else { return None };
    let Expr::MethodCall(inner) = &*outer.receiver else { return None };
    let file = site.file.path.clone();
    let name =
        Edit { file: file.clone(), range: compare.name.span().byte_range(), text: "total_cmp".to_owned() };
    let tail = inner.span().byte_range().end..outer.span().byte_range().end;
    let safe = comments(site.file.text.get(tail.clone())?).is_empty();
    Some(Fix { edits: vec![name, Edit { file, range: tail, text: String::new() }], safe })
}

/// Whether an operand names something: of a literal alone nobody knows which float it is until it is compared.
fn has_name(operand: &Expr) -> bool {
    !identifiers(operand).is_empty()
}

fn is_totally_ordered(ty: &syn::Type) -> bool {
    let name = ty.to_token_stream().to_string();
    matches!(
        name.as_str(),
        "u8" | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "bool"
            | "char"
            | "String"
            | "str"
    )
}

/// Whether what is compared is called by something that is no number.
fn is_named_for_text(operand: &Expr) -> bool {
    const TEXTS: &[&str] = &[
        "name", "names", "version", "versions", "id", "ids", "key", "keys", "path", "paths", "title",
        "label", "url", "uri",
    ];
    is_named(operand, TEXTS)
}

fn is_named(operand: &Expr, words: &[&str]) -> bool {
    match peel(operand) {
        Expr::MethodCall(call) => has_word(&call.method.to_string(), words),
        Expr::Field(field) => has_word(&field.member.to_token_stream().to_string(), words),
        _ => false,
    }
}

/// By the type of one side, by a name that scores have, or by an `Ord` that could not be derived.
fn is_evidently_a_float(operand: &Expr, types: &[Option<syn::Type>], site: &Site<'_>) -> bool {
    types.iter().flatten().any(is_float)
        || is_named(operand, SCORES)
        || variable(operand).is_some_and(|name| has_word(&name.to_string(), SCORES))
        || (implements_ord(site) && may_compare_floats(operand, site))
}

/// Within an `Ord`: a field may be a float unless the code says otherwise; the whole is one that holds a float.
fn may_compare_floats(operand: &Expr, site: &Site<'_>) -> bool {
    match peel(operand) {
        Expr::Field(field) => {
            variable(&field.base).is_some() && type_of(operand, site).is_none_or(|ty| is_float(&ty))
        }
        Expr::Path(_) if variable(operand).is_some_and(|name| name == "self") => site
            .impl_block()
            .and_then(|item| crate::facts::type_name(&item.self_ty))
            .is_some_and(|owner| site.facts.fields(&owner).any(is_float)),
        _ => false,
    }
}

fn implements_ord(site: &Site<'_>) -> bool {
    let Some(item) = site.impl_block() else { return false };
    let is_ord = item
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last())
        .is_some_and(|segment| segment.ident == "Ord");
    let owner = crate::facts::type_name(&item.self_ty).unwrap_or_default();
    is_ord && !has_word(&owner, &["nan", "finite", "ordered", "total"])
}

/// Whether a file does, anywhere.
struct SpeaksOfNan(bool);

/// Whether the function, up to the comparison, or the comparator itself speaks of NaN. For an `Ord`, whose values
/// are made elsewhere, the whole file counts.
fn is_guarded(compare: &Expr, site: &Site<'_>, comparator: Option<&Comparator<'_>>) -> bool {
    match comparator {
        None => {
            let text = &site.file.text;
            site.facts.once(|| SpeaksOfNan(GUARDS.iter().any(|guard| text.contains(guard)))).0
        }
        Some(comparator) => {
            let within = comparator.identifiers();
            GUARDS.iter().any(|guard| {
                site.flow().mentions_before(guard, compare) || within.iter().any(|ident| ident == guard)
            })
        }
    }
}
