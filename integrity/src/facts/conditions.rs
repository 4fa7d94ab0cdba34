//! What an expression asserts that must be true, or two that must be equal.

use syn::{BinOp, Expr, Lit, UnOp};

use super::always;
use super::assertions::{Bound, Form, Raw};
use super::patterns::pattern_of;
use super::tokens;
use super::values::Values;

/// Each condition that must hold for an expression to be true, or with `negated`, to be false.
pub(super) fn conditions(expression: &Expr, negated: bool, values: &Values) -> Vec<Raw> {
    match expression {
        Expr::Paren(inner) => conditions(&inner.expr, negated, values),
        Expr::Group(inner) => conditions(&inner.expr, negated, values),
        Expr::Reference(inner) => conditions(&inner.expr, negated, values),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => conditions(&unary.expr, !negated, values),
        Expr::Binary(binary)
            if matches!((&binary.op, negated), (BinOp::And(_), false) | (BinOp::Or(_), true)) =>
        {
            let mut all = conditions(&binary.left, negated, values);
            all.extend(conditions(&binary.right, negated, values));
            all
        }
        _ if always::holds(expression, negated, values) => vec![constant(expression)],
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => {
                compared(Form::Equal, &binary.left, &binary.right, values)
            }
            (BinOp::Eq(_), true) | (BinOp::Ne(_), false) => {
                compared(Form::Truth, &binary.left, &binary.right, values)
            }
            (BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_), _) => {
                vec![order(binary, negated, values)]
            }
            _ => vec![truth(expression, negated)],
        },
        Expr::Lit(_) => vec![constant(expression)],
        Expr::Macro(inner) if inner.mac.path.is_ident("matches") && !negated => {
            vec![pattern_of(&inner.mac).unwrap_or_else(|| truth(expression, negated))]
        }
        Expr::MethodCall(call) => vec![method(expression, call, negated)],
        _ => vec![truth(expression, negated)],
    }
}

fn truth(expression: &Expr, negated: bool) -> Raw {
    Raw::new(Form::Truth, tokens::of(expression), vec![(!negated).to_string()])
}

/// What holds whatever the code does.
fn constant(expression: &Expr) -> Raw {
    Raw::new(Form::Constant, tokens::of(expression), Vec::new())
}

fn method(expression: &Expr, call: &syn::ExprMethodCall, negated: bool) -> Raw {
    let receiver = tokens::of(&call.receiver);
    let exactly = |value: &str| Raw::new(Form::Equal, receiver.clone(), vec![value.to_owned()]);
    match (call.method.to_string().as_str(), negated) {
        ("is_none", false) | ("is_some", true) => exactly("None"),
        ("is_empty", false) => exactly("empty"),
        ("contains" | "starts_with" | "ends_with", false) if call.args.first().is_some_and(is_empty_text) => {
            constant(expression)
        }
        ("eq", false) | ("ne", true) if call.args.len() == 1 => {
            two_sides(Form::Equal, &call.receiver, &call.args[0])
        }
        ("is_some" | "is_ok" | "is_err", _) | ("is_none" | "is_empty", true) => {
            Raw::new(Form::State, receiver, vec![format!("{} {}", call.method, !negated)])
        }
        (name, _) if name.contains("abs_diff") || name.contains("relative_eq") || name.contains("ulps") => {
            close(&call.args.iter().cloned().collect::<Vec<_>>(), &tokens::of(expression))
        }
        _ => truth(expression, negated),
    }
}

/// What every text contains.
fn is_empty_text(value: &Expr) -> bool {
    matches!(value, Expr::Lit(literal) if matches!(&literal.lit, Lit::Str(text) if text.value().is_empty()))
}

/// Two values that must be equal, or unequal; equal to `true` or `false` is a condition.
pub(super) fn compared(form: Form, one: &Expr, other: &Expr, values: &Values) -> Vec<Raw> {
    let flag = |side: &Expr| match side {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(flag) => Some(flag.value),
            _ => None,
        },
        _ => None,
    };
    match (flag(one), flag(other)) {
        (Some(_), Some(_)) | (None, None) if form == Form::Equal && always::equal(one, other, values) => {
            vec![Raw::new(Form::Constant, value_tokens(one), value_tokens(other))]
        }
        // Of a type out of sight it is no equality with a value, nor need it hold.
        (None, None) if form == Form::Equal && always::may_be_equal(one, other) => {
            let Raw { subject, expected, .. } = two_sides(form, one, other);
            vec![Raw::new(Form::Truth, subject, [vec!["<".to_owned()], expected].concat())]
        }
        (Some(_), Some(_)) | (None, None) => vec![two_sides(form, one, other)],
        (Some(wanted), None) => conditions(other, wanted != (form == Form::Equal), values),
        (None, Some(wanted)) => conditions(one, wanted != (form == Form::Equal), values),
    }
}

/// Two values that must be equal, or unequal. What is expected is the side that is written down as a value.
fn two_sides(form: Form, one: &Expr, other: &Expr) -> Raw {
    let (left, right) = (value_tokens(one), value_tokens(other));
    let named = |side: &[String]| {
        side.iter().any(|token| {
            token.starts_with(|c: char| c.is_alphabetic() || c == '_') && !tokens::is_literal(token)
        })
    };
    let (subject, expected) =
        if is_written_down(&left) && !is_written_down(&right) { (right, left) } else { (left, right) };
    if !named(&subject) && !named(&expected)
        || subject == expected && !subject.iter().any(|token| token == "(")
    {
        return Raw::new(Form::Constant, subject, expected);
    }
    match expected.as_slice() {
        [value] if form == Form::Equal && (value == "true" || value == "false") => {
            Raw::new(Form::Truth, subject, vec![value.clone()])
        }
        [value]
            if form == Form::Equal
                && value == "0"
                && subject.ends_with(&["len".into(), "(".into(), ")".into()]) =>
        {
            let receiver = subject[..subject.len() - 4].to_vec();
            Raw::new(Form::Equal, receiver, vec!["empty".to_owned()])
        }
        _ if form == Form::Truth => {
            Raw::new(form, subject, std::iter::once("!=".to_owned()).chain(expected).collect())
        }
        _ => Raw::new(form, subject, expected),
    }
}

/// The tokens of a value without the borrows and conversions that only make types meet.
pub(super) fn value_tokens(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::Reference(inner) => value_tokens(&inner.expr),
        Expr::Paren(inner) => value_tokens(&inner.expr),
        Expr::Group(inner) => value_tokens(&inner.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => value_tokens(&unary.expr),
        Expr::MethodCall(call)
            if call.args.is_empty()
                && ["to_string", "to_owned", "into", "as_str", "as_ref", "as_slice", "clone", "to_vec"]
                    .iter()
                    .any(|name| call.method == name) =>
        {
            value_tokens(&call.receiver)
        }
        Expr::Call(call) if call.args.len() == 1 && tokens::line(&call.func) == "String : : from" => {
            value_tokens(&call.args[0])
        }
        _ => tokens::of(expression),
    }
}

/// Whether tokens are a value as somebody wrote it down: literals, constants, variants, constructors.
fn is_written_down(side: &[String]) -> bool {
    const MAKERS: &[&str] = &[
        "vec",
        "json",
        "into",
        "to_string",
        "to_owned",
        "from",
        "new",
        "b",
        "r",
        "true",
        "false",
        "as",
        "u8",
        "u32",
        "u64",
        "usize",
        "i32",
        "i64",
        "f32",
        "f64",
    ];
    !side.is_empty()
        && side.iter().all(|token| {
            !token.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                || MAKERS.contains(&token.as_str())
                || tokens::is_literal(token)
        })
}

/// `a < b` and the like, with the limit where it is a number.
fn order(binary: &syn::ExprBinary, negated: bool, values: &Values) -> Raw {
    let (less, inclusive) = match binary.op {
        BinOp::Lt(_) => (true, false),
        BinOp::Le(_) => (true, true),
        BinOp::Gt(_) => (false, false),
        _ => (false, true),
    };
    let (less, inclusive) = if negated { (!less, !inclusive) } else { (less, inclusive) };
    let (left, right) = (value_tokens(&binary.left), value_tokens(&binary.right));
    let on_left = is_written_down(&left) && !is_written_down(&right);
    let (subject, limit) = if on_left { (right, left) } else { (left, right) };
    let upper = less != on_left;
    let distance = upper && subject.ends_with(&["abs".into(), "(".into(), ")".into()]);
    let word = if upper { "<" } else { ">" };
    // No length is below zero, and nothing beyond itself.
    let of_length =
        limit == ["0"] && !values.is_own("len") && subject.ends_with(&["len".into(), "(".into(), ")".into()]);
    let of_itself = subject == limit && !subject.iter().any(|token| token == "(");
    if inclusive && (!upper && of_length || of_itself) {
        return Raw::new(Form::Constant, subject, limit);
    }
    let mut raw = Raw::new(if distance { Form::Close } else { Form::Truth }, subject, vec![word.to_owned()]);
    limited(&mut raw, limit, upper, inclusive);
    raw
}

fn limited(raw: &mut Raw, limit: Vec<String>, upper: bool, inclusive: bool) {
    let (sign, digits) = match limit.as_slice() {
        [digits] => (1.0, Some(digits)),
        [minus, digits] if minus == "-" => (-1.0, Some(digits)),
        _ => (1.0, limit.last().filter(|last| last.chars().all(|c| c.is_ascii_uppercase() || c == '_'))),
    };
    match (digits.and_then(|digits| tokens::number(digits)), made_of_number(&limit)) {
        (Some(value), _) => raw.bound = Some(Bound { value: sign * value, upper, inclusive }),
        (None, Some((made, value))) => {
            raw.bound = Some(Bound { value, upper, inclusive });
            raw.expected.extend(made);
        }
        (None, None) => {
            raw.bound_name = digits.cloned();
            raw.bound = raw.bound_name.as_ref().map(|_| Bound { value: f64::NAN, upper, inclusive });
            raw.expected.extend(limit);
        }
    }
}

/// A value that a type makes of one number, `Duration::from_millis(50)`: how it is made, and the number; of spans of
/// time in seconds, so that it does not matter in which unit they are written.
fn made_of_number(limit: &[String]) -> Option<(Vec<String>, f64)> {
    let [path @ .., colon, again, maker, open, number, close] = limit else { return None };
    let value = tokens::number(number)?;
    let made = [colon, again, open, close].into_iter().map(String::as_str).eq([":", ":", "(", ")"]);
    let type_name = path.last().filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))?;
    let seconds = match maker.strip_prefix("from_")? {
        "secs" | "secs_f64" | "secs_f32" => 1.0,
        "millis" => 1e-3,
        "micros" => 1e-6,
        "nanos" => 1e-9,
        "mins" => 60.0,
        "hours" => 3600.0,
        _ => return None,
    };
    made.then(|| (vec![type_name.clone()], value * seconds))
}

/// `assert_relative_eq!(a, b, epsilon = 1e-6)`, `assert_approx_eq!(a, b, 1e-6)`
pub(super) fn close(arguments: &[Expr], all: &[String]) -> Raw {
    let named = all.iter().enumerate().find_map(|(index, token)| {
        let names = ["epsilon", "max_relative", "max_ulps", "ulps", "tolerance", "abs", "rel"];
        let told = names.contains(&token.as_str())
            && all.get(index + 1).is_some_and(|next| next == "=" || next == "<");
        told.then(|| all[index + 2..].iter().find(|token| *token != "=").cloned()).flatten()
    });
    let third = arguments.get(2).map(tokens::of);
    let mut raw = match arguments {
        [one, other, ..] => {
            let sides = two_sides(Form::Equal, one, other);
            Raw::new(Form::Close, sides.subject, sides.expected)
        }
        _ => Raw::new(Form::Close, all.to_vec(), Vec::new()),
    };
    if let Some(limit) = named.map(|token| vec![token]).or(third) {
        limited(&mut raw, limit, true, true);
    }
    raw
}
