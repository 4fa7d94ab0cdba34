//! The operators as data: what each looks for, and what it writes instead.

use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprMethodCall, Lit, UnOp};

/// One kind of fault.
pub struct Operator {
    /// Its id, for instance `tie-break-dropped`.
    pub id: &'static str,
    /// What it does, in half a sentence.
    pub summary: &'static str,
    pub(super) find: fn(&Expr, &Text<'_>, &mut Vec<Edit>),
}

/// Every operator that looks at an expression. The order decides who names an edit that two of them make.
pub static OPERATORS: &[Operator] = &[
    Operator { id: "tie-break-dropped", summary: "drops a second key of an order", find: tie_break },
    Operator { id: "order-flipped", summary: "turns an order round", find: order },
    Operator {
        id: "stages-swapped",
        summary: "swaps two stages that follow one another",
        find: swapped_stages,
    },
    Operator { id: "stage-dropped", summary: "leaves a stage out of a pipeline", find: dropped_stage },
    Operator { id: "k-off-by-one", summary: "takes one more or one less", find: off_by_one },
    Operator { id: "default-changed", summary: "changes what stands in for a missing value", find: default },
    Operator { id: "filter-changed", summary: "negates or drops a filter", find: filter },
    Operator { id: "clamp-dropped", summary: "drops a bound of a value", find: clamp },
    Operator { id: "features-swapped", summary: "swaps two neighbours of a list", find: swapped_features },
    Operator { id: "comparison-flipped", summary: "flips a comparison or moves its bound", find: comparison },
    Operator {
        id: "condition-flipped",
        summary: "negates a condition or joins it the other way",
        find: condition,
    },
    Operator { id: "arithmetic-changed", summary: "calculates the other way", find: arithmetic },
    Operator { id: "weight-changed", summary: "changes a number", find: weight },
];

/// The operators that look at statements and configuration instead; see [`find`](super::find).
pub(super) const STATEMENT_DROPPED: &str = "stage-dropped";
pub(super) const STATEMENTS_SWAPPED: &str = "stages-swapped";
pub(super) const WEIGHT_CHANGED: &str = "weight-changed";

/// What calls of a pipeline a statement can be.
pub(super) const STEPS: &[&str] = &[
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "truncate",
    "retain",
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "reverse",
    "extend",
    "insert",
    "push",
    "add",
];

/// An edit before it has a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) after: String,
}

/// The file's text by the syntax tree's places.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Text<'_> {
    pub(super) fn range(&self, node: &impl quote::ToTokens) -> Range<usize> {
        let range = node.span().byte_range();
        range.start.min(self.0.len())..range.end.min(self.0.len())
    }

    pub(super) fn of(&self, node: &impl quote::ToTokens) -> &str {
        self.0.get(self.range(node)).unwrap_or_default()
    }

    fn replace(&self, node: &impl quote::ToTokens, after: impl Into<String>) -> Edit {
        Edit { range: self.range(node), after: after.into() }
    }

    /// Puts the text of each of two nodes where the other stands.
    pub(super) fn swap(&self, first: &impl quote::ToTokens, second: &impl quote::ToTokens) -> Option<Edit> {
        let (a, b) = (self.range(first), self.range(second));
        let between = self.0.get(a.end..b.start)?;
        let after = format!("{}{between}{}", self.of(second), self.of(first));
        (self.of(first) != self.of(second)).then_some(Edit { range: a.start..b.end, after })
    }
}

fn call<'a>(expr: &'a Expr, names: &[&str], arguments: usize) -> Option<&'a ExprMethodCall> {
    let Expr::MethodCall(call) = expr else { return None };
    (call.args.len() == arguments && names.iter().any(|name| call.method == name)).then_some(call)
}

fn tie_break(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let Some(call) = call(expr, &["then", "then_with"], 1) else { return };
    // `bool::then` takes a closure, `Ordering::then` does not.
    if call.method != "then" || !matches!(call.args[0], Expr::Closure(_)) {
        edits.push(text.replace(expr, text.of(&call.receiver)));
    }
}

fn order(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    if call(expr, &["cmp", "total_cmp"], 1).is_some() {
        edits.push(text.replace(expr, format!("{}.reverse()", text.of(expr))));
    } else if call(expr, &["partial_cmp"], 1).is_some() {
        edits.push(text.replace(expr, format!("{}.map(::core::cmp::Ordering::reverse)", text.of(expr))));
    } else if let Some(call) = call(expr, &["rev", "reverse"], 0) {
        edits.push(text.replace(expr, text.of(&call.receiver)));
    } else if let Some(call) = call(expr, &["sort_by", "sort_unstable_by"], 1) {
        let order = &call.args[0];
        if !matches!(order, Expr::Closure(_)) {
            let flipped = format!("|one, other| ({})(one, other).reverse()", text.of(order));
            edits.push(text.replace(order, flipped));
        }
    } else if let Expr::Call(call) = expr {
        let reverse = text.of(&call.func).rsplit("::").next() == Some("Reverse");
        if reverse && call.args.len() == 1 {
            edits.push(text.replace(expr, text.of(&call.args[0])));
        }
    }
    let opposites = [("max_by", "min_by"), ("max_by_key", "min_by_key"), ("max", "min")];
    for (one, other) in opposites.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]) {
        let arguments = usize::from(one.contains('_'));
        if let Some(call) = call(expr, &[one], arguments) {
            edits.push(text.replace(&call.method, other));
        }
    }
}

/// The calls of a chain that begins with a constructor, from the first: what pipelines are put together by.
fn stages<'a>(expr: &'a Expr, text: &Text<'_>) -> Vec<&'a ExprMethodCall> {
    let mut calls = Vec::new();
    let mut inner = expr;
    while let Expr::MethodCall(call) = inner {
        calls.push(call);
        inner = &call.receiver;
    }
    let constructs = matches!(inner, Expr::Call(call)
        if ["default", "new", "builder"].contains(&text.of(&call.func).rsplit("::").next().unwrap_or_default()));
    calls.reverse();
    if constructs && calls.len() >= 3 { calls } else { Vec::new() }
}

/// Only the whole of a chain is looked at, or each of its calls would be found once a length.
fn swapped_stages(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    if let [.., before, last] = &stages(expr, text)[..]
        && before.method == last.method
    {
        edits.extend(text.swap(&before.args, &last.args));
    }
}

fn dropped_stage(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let chain = stages(expr, text);
    if let Some(last) = chain.last() {
        let range = text.range(&last.receiver).end..text.range(expr).end;
        edits.push(Edit { range, after: String::new() });
    }
    if let [first, _, _] = chain[..] {
        for call in &chain[..2] {
            let range = text.range(&call.receiver).end..text.range(*call).end;
            edits.push(Edit { range, after: String::new() });
        }
        let second = chain[1];
        if first.method == second.method {
            edits.extend(text.swap(&first.args, &second.args));
        }
    }
}

fn off_by_one(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let count = call(expr, &["take", "truncate", "split_off", "skip"], 1).map(|call| &call.args[0]);
    let count = count.or(match expr {
        Expr::Index(index) => match &*index.index {
            Expr::Range(range) => range.end.as_deref(),
            _ => None,
        },
        _ => None,
    });
    match count {
        Some(Expr::Lit(literal)) => {
            if let Lit::Int(number) = &literal.lit
                && let Ok(value) = number.base10_parse::<u64>()
            {
                edits.push(text.replace(literal, (value + 1).to_string()));
                edits.extend(value.checked_sub(1).map(|less| text.replace(literal, less.to_string())));
            }
        }
        Some(count) => {
            edits.push(text.replace(count, format!("({}) + 1", text.of(count))));
            edits.push(text.replace(count, format!("({}).saturating_sub(1)", text.of(count))));
        }
        None => {}
    }
}

fn default(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let given = call(expr, &["unwrap_or"], 1).or_else(|| call(expr, &["map_or"], 2));
    match given.map(|call| &call.args[0]) {
        Some(Expr::Lit(literal)) => {
            edits.extend(other_value(&literal.lit).map(|other| text.replace(literal, other)))
        }
        Some(Expr::Path(path)) if text.of(path).ends_with("::NAN") => edits.push(text.replace(path, "0.0")),
        _ => {}
    }
    for (one, other) in [("is_none_or", "is_some_and"), ("is_some_and", "is_none_or")] {
        if let Some(call) = call(expr, &[one], 1) {
            edits.push(text.replace(&call.method, other));
        }
    }
}

fn other_value(literal: &Lit) -> Option<String> {
    match literal {
        Lit::Bool(flag) => Some((!flag.value).to_string()),
        Lit::Float(number) => {
            let value: f64 = number.base10_parse().ok()?;
            Some(format!("{}{}", if value == 0.0 { "1.0" } else { "0.0" }, number.suffix()))
        }
        Lit::Int(number) => {
            let value: u64 = number.base10_parse().ok()?;
            Some(format!("{}{}", value.checked_add(1)?, number.suffix()))
        }
        _ => None,
    }
}

fn filter(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let Some(call) = call(expr, &["filter", "retain", "partition"], 1) else { return };
    match &call.args[0] {
        Expr::Closure(closure) => {
            edits.push(text.replace(&closure.body, format!("!({})", text.of(&closure.body))));
        }
        function => {
            edits.push(text.replace(function, format!("|each| !({})(each)", text.of(function))));
        }
    }
    if call.method == "filter" {
        let range = text.range(&call.receiver).end..text.range(expr).end;
        edits.push(Edit { range, after: String::new() });
    }
}

fn clamp(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let bounded = call(expr, &["min", "max"], 1).or_else(|| call(expr, &["clamp"], 2));
    if let Some(call) = bounded {
        edits.push(text.replace(expr, text.of(&call.receiver)));
    }
}

fn swapped_features(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let Expr::Array(array) = expr else { return };
    let elements: Vec<&Expr> = array.elems.iter().collect();
    for pair in elements.chunks_exact(2) {
        match (pair[0], pair[1]) {
            // What a name stands for is swapped, not the names with it.
            (Expr::Struct(first), Expr::Struct(second)) => {
                for (one, other) in first.fields.iter().zip(&second.fields) {
                    if one.member == other.member && !matches!(one.expr, Expr::Lit(_)) {
                        edits.extend(text.swap(&one.expr, &other.expr));
                    }
                }
            }
            (first, second) => edits.extend(text.swap(first, second)),
        }
    }
}

fn comparison(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let Expr::Binary(binary) = expr else { return };
    let others: &[&str] = match binary.op {
        BinOp::Lt(_) => &[">=", "<="],
        BinOp::Le(_) => &[">", "<"],
        BinOp::Gt(_) => &["<=", ">="],
        BinOp::Ge(_) => &["<", ">"],
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        _ => &[],
    };
    edits.extend(others.iter().map(|other| text.replace(&binary.op, *other)));
}

fn condition(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    match expr {
        Expr::Binary(binary) => match binary.op {
            BinOp::And(_) => edits.push(text.replace(&binary.op, "||")),
            BinOp::Or(_) => edits.push(text.replace(&binary.op, "&&")),
            _ => {}
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            edits.push(text.replace(expr, text.of(&unary.expr)));
        }
        // What is compared or negated is flipped where it stands.
        Expr::If(branch)
            if matches!(
                *branch.cond,
                Expr::MethodCall(_) | Expr::Call(_) | Expr::Path(_) | Expr::Field(_)
            ) =>
        {
            edits.push(text.replace(&branch.cond, format!("!({})", text.of(&branch.cond))));
        }
        _ => {}
    }
}

fn arithmetic(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    let Expr::Binary(binary) = expr else { return };
    let other = match binary.op {
        BinOp::Add(_) => "-",
        BinOp::Sub(_) => "+",
        BinOp::Mul(_) => "/",
        BinOp::Div(_) => "*",
        BinOp::AddAssign(_) => "-=",
        BinOp::SubAssign(_) => "+=",
        BinOp::MulAssign(_) => "/=",
        BinOp::DivAssign(_) => "*=",
        _ => return,
    };
    edits.push(text.replace(&binary.op, other));
}

/// Numbers with a fraction, and whole ones where they are a constant; see [`find`](super::find) for the latter.
fn weight(expr: &Expr, text: &Text<'_>, edits: &mut Vec<Edit>) {
    if let Expr::Lit(literal) = expr
        && let Lit::Float(number) = &literal.lit
        && let Ok(value) = number.base10_parse::<f64>()
    {
        edits.push(text.replace(literal, format!("{}{}", heavier(value), number.suffix())));
    }
}

/// A number that is a quarter larger, or 1 for 0, as Rust and YAML write it.
pub(super) fn heavier(value: f64) -> String {
    format!("{:?}", if value == 0.0 { 1.0 } else { value * 1.25 })
}
