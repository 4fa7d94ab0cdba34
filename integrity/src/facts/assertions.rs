//! What a test asserts: its form, what it is about, what is expected, and how much that excludes.

use findings::Span;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use source::SourceFile;
use syn::{BinOp, Expr, Lit, Macro, UnOp};

use super::tokens;

/// How much an assertion excludes, from nothing to everything but one value. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// It holds whatever the code does: `assert!(true)`.
    Constant,
    /// `unwrap`, `expect`, `?`: that there was no error.
    Unwrap,
    /// `is_ok`, `is_some`, not empty: one half of all values.
    State,
    /// A comparison, a condition, `contains`, or unequal.
    Truth,
    /// A pattern.
    Matches,
    /// A macro or a function whose name says that it asserts.
    Custom,
    /// Equal within a tolerance.
    Close,
    /// Equal to one value, or to a snapshot.
    Equal,
    /// Equal to a text that the tool for snapshots writes.
    Snapshot,
}

/// A limit that a number is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) value: f64,
    /// Whether what is asserted must stay below it.
    pub(crate) upper: bool,
    /// Whether the limit itself is allowed.
    pub(crate) inclusive: bool,
}

/// One assertion.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) form: Form,
    /// What is looked at, in tokens.
    pub(crate) subject: Vec<String>,
    /// What is expected of it, in tokens: a value, a pattern, an operator.
    pub(crate) expected: Vec<String>,
    pub(crate) bound: Option<Bound>,
    /// The name of a bound that is a constant, resolved when the file has been read.
    pub(crate) bound_name: Option<String>,
    /// As it stands in the file.
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Assertion {
    /// Whether both say the same, apart from white space, messages, and the order of the two sides.
    pub(crate) fn says(&self, other: &Assertion) -> bool {
        let crossed = self.subject == other.expected && self.expected == other.subject;
        self.form == other.form
            && self.bound == other.bound
            && (crossed || self.subject == other.subject && self.expected == other.expected)
    }

    /// The helper whose call it stands for.
    pub(crate) fn called(&self) -> Option<&str> {
        match self.expected.as_slice() {
            [name] => name.strip_suffix("()"),
            _ => None,
        }
    }

    /// Whether it says no more than `unwrap` does.
    pub(crate) fn says_no_error(&self) -> bool {
        self.form == Form::State
            && matches!(self.expected.as_slice(), [state] if state == "is_ok true" || state == "is_some true")
    }

    /// What it says, as one text.
    pub(crate) fn key(&self) -> String {
        format!("{:?} {} | {} {:?}", self.form, self.subject.join(" "), self.expected.join(" "), self.bound)
    }

    /// Both halves.
    pub(crate) fn all_tokens(&self) -> Vec<String> {
        self.subject.iter().chain(&self.expected).cloned().collect()
    }
}

/// An assertion before its place is known.
pub(crate) struct Raw {
    form: Form,
    subject: Vec<String>,
    expected: Vec<String>,
    bound: Option<Bound>,
    bound_name: Option<String>,
}

impl Raw {
    pub(crate) fn new(form: Form, subject: Vec<String>, expected: Vec<String>) -> Raw {
        Raw { form, subject, expected, bound: None, bound_name: None }
    }

    /// The same where it stands for `unwrap`: a `match` or `let .. else` that panics.
    pub(crate) fn unwrapping(mut self) -> Raw {
        let plain =
            matches!(self.expected.as_slice(), [state] if state == "is_ok true" || state == "is_some true");
        if self.form == Form::State && plain {
            self.form = Form::Unwrap;
        }
        self
    }

    pub(crate) fn at(self, text: String, span: Span) -> Assertion {
        let Raw { form, subject, expected, bound, bound_name } = self;
        Assertion { form, subject, expected, bound, bound_name, text, span }
    }
}

/// What a macro call asserts; `None` where the macro is none that asserts.
pub(crate) fn of_macro(mac: &Macro, known: &dyn Fn(&str) -> bool) -> Option<Vec<Raw>> {
    let written = mac.path.segments.last()?.ident.to_string();
    let name = ["prop_", "debug_", "async_", "pretty_"].iter().fold(written.as_str(), |name, start| {
        name.strip_prefix(start).filter(|rest| rest.starts_with("assert")).unwrap_or(name)
    });
    if let Some(inline) = inline_snapshot(name, mac) {
        return Some(vec![inline]);
    }
    let arguments = source::macro_expressions(mac);
    let both = |form: Form| match arguments.as_slice() {
        [one, other, ..] => Some(compared(form, one, other)),
        _ => None,
    };
    let raw = match name {
        "assert" | "check" | "verify" | "assume" if !arguments.is_empty() => {
            Some(conditions(&arguments[0], false))
        }
        "assert_eq" | "assert_str_eq" | "assert_json_eq" | "check_eq" | "expect_eq" => both(Form::Equal),
        "assert_ne" => both(Form::Truth),
        "assert_matches" | "matches" if written != "matches" => pattern_of(mac).map(|raw| vec![raw]),
        _ => None,
    };
    if let Some(raw) = raw {
        return Some(raw);
    }
    let all = tokens::of(&mac.tokens);
    let form = named_form(name)?;
    if form == Form::Close {
        return Some(vec![close(&arguments, &all)]);
    }
    if form == Form::Custom && !known(name) && !says_assert(name) {
        return None;
    }
    Some(vec![Raw::new(form, all, vec![written])])
}

/// The form that the name of a macro promises; [`Form::Custom`] where it promises nothing in particular.
fn named_form(name: &str) -> Option<Form> {
    const SILENT: &[&str] = &[
        "vec",
        "format",
        "println",
        "eprintln",
        "print",
        "eprint",
        "write",
        "writeln",
        "json",
        "matches",
        "include_str",
        "include_bytes",
        "concat",
        "env",
        "option_env",
        "panic",
        "todo",
        "unimplemented",
        "unreachable",
        "dbg",
        "macro_rules",
        "select",
        "join",
        "try_join",
        "thread_local",
        "assume",
        "prop_assume",
        "info",
        "debug",
        "warn",
        "error",
        "trace",
        "line",
        "file",
        "column",
        "stringify",
        "cfg",
        "pin",
    ];
    if SILENT.contains(&name) {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Some(if has(&["snapshot"]) {
        Form::Snapshot
    } else if has(&["approx", "close", "near", "abs_diff", "relative", "ulps", "delta", "within"]) {
        Form::Close
    } else if name.ends_with("eq") || name.starts_with("eq") {
        Form::Equal
    } else if has(&["_ok", "_err", "_some", "_ready", "_pending"]) && name.starts_with("assert") {
        Form::State
    } else {
        Form::Custom
    })
}

/// Whether a name says that something is asserted.
pub(crate) fn says_assert(name: &str) -> bool {
    const WORDS: &[&str] = &["assert", "expect", "check", "verify", "ensure", "should", "must", "validate"];
    let mut words = name.split('_');
    words.any(|word| {
        WORDS.contains(&word) || word == "eq" || word.starts_with("assert") || word.ends_with("eq")
    }) && !matches!(name, "expect" | "expect_err" | "partial_eq")
}

/// `assert_snapshot!(value, @"..")`, `expect![[..]]`
fn inline_snapshot(name: &str, mac: &Macro) -> Option<Raw> {
    if name == "expect" && mac.path.segments.len() == 1 {
        let literals: Vec<String> =
            tokens::of(&mac.tokens).into_iter().filter(|token| tokens::is_literal(token)).collect();
        return (literals.len() == 1).then(|| Raw::new(Form::Snapshot, Vec::new(), literals));
    }
    if !name.contains("snapshot") {
        return None;
    }
    let trees: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
    let at =
        trees.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '@'))?;
    let subject: TokenStream = trees[..at].iter().cloned().collect();
    Some(Raw::new(
        Form::Snapshot,
        tokens::of(&subject),
        trees[at + 1..].iter().map(ToString::to_string).collect(),
    ))
}

/// Each condition that must hold for an expression to be true, or with `negated`, to be false.
pub(crate) fn conditions(expression: &Expr, negated: bool) -> Vec<Raw> {
    match expression {
        Expr::Paren(inner) => conditions(&inner.expr, negated),
        Expr::Group(inner) => conditions(&inner.expr, negated),
        Expr::Reference(inner) => conditions(&inner.expr, negated),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => conditions(&unary.expr, !negated),
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::And(_), false) | (BinOp::Or(_), true) => {
                let mut all = conditions(&binary.left, negated);
                all.extend(conditions(&binary.right, negated));
                all
            }
            (BinOp::Or(_), false) | (BinOp::And(_), true) => vec![either(expression, binary, negated)],
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => {
                compared(Form::Equal, &binary.left, &binary.right)
            }
            (BinOp::Eq(_), true) | (BinOp::Ne(_), false) => {
                compared(Form::Truth, &binary.left, &binary.right)
            }
            (BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_), _) => vec![order(binary, negated)],
            _ => vec![truth(expression, negated)],
        },
        Expr::Lit(_) => vec![Raw::new(Form::Constant, tokens::of(expression), Vec::new())],
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

/// `a || b`: nothing, where one half is always true, or where both halves together are.
fn either(expression: &Expr, binary: &syn::ExprBinary, negated: bool) -> Raw {
    let literal = |side: &Expr| matches!(side, Expr::Lit(lit) if matches!(&lit.lit, Lit::Bool(value) if value.value != negated));
    let (left, right) = (tokens::of(&binary.left), tokens::of(&binary.right));
    let halves = |one: &[String], other: &[String]| {
        let at = |side: &[String], word: &str| side.iter().any(|token| token == word);
        (at(one, "is_ok") && at(other, "is_err") || at(one, "is_some") && at(other, "is_none"))
            && one.first() == other.first()
    };
    if literal(&binary.left) || literal(&binary.right) || halves(&left, &right) || halves(&right, &left) {
        return Raw::new(Form::Constant, tokens::of(expression), Vec::new());
    }
    truth(expression, negated)
}

fn method(expression: &Expr, call: &syn::ExprMethodCall, negated: bool) -> Raw {
    let receiver = tokens::of(&call.receiver);
    let exactly = |value: &str| Raw::new(Form::Equal, receiver.clone(), vec![value.to_owned()]);
    match (call.method.to_string().as_str(), negated) {
        ("is_none", false) | ("is_some", true) => exactly("None"),
        ("is_empty", false) => exactly("empty"),
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

/// Two values that must be equal, or unequal; equal to `true` or `false` is a condition.
fn compared(form: Form, one: &Expr, other: &Expr) -> Vec<Raw> {
    let flag = |side: &Expr| match side {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(flag) => Some(flag.value),
            _ => None,
        },
        _ => None,
    };
    match (flag(one), flag(other)) {
        (Some(_), Some(_)) | (None, None) => vec![two_sides(form, one, other)],
        (Some(wanted), None) => conditions(other, wanted != (form == Form::Equal)),
        (None, Some(wanted)) => conditions(one, wanted != (form == Form::Equal)),
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
fn value_tokens(expression: &Expr) -> Vec<String> {
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
fn order(binary: &syn::ExprBinary, negated: bool) -> Raw {
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
    // No length is below zero.
    if !upper && inclusive && limit == ["0"] && subject.ends_with(&["len".into(), "(".into(), ")".into()]) {
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
    match digits.and_then(|digits| tokens::number(digits)) {
        Some(value) => raw.bound = Some(Bound { value: sign * value, upper, inclusive }),
        None => {
            raw.bound_name = digits.cloned();
            raw.bound = raw.bound_name.as_ref().map(|_| Bound { value: f64::NAN, upper, inclusive });
            raw.expected.extend(limit);
        }
    }
}

/// `assert_relative_eq!(a, b, epsilon = 1e-6)`, `assert_approx_eq!(a, b, 1e-6)`
fn close(arguments: &[Expr], all: &[String]) -> Raw {
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

/// `matches!(value, Pattern)` and its kin.
pub(crate) fn pattern_of(mac: &Macro) -> Option<Raw> {
    let arguments = source::macro_expressions(mac);
    let subject = value_tokens(arguments.first()?);
    let trees: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
    let comma =
        trees.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ','))?;
    let pattern: TokenStream = trees[comma + 1..].iter().cloned().collect();
    Some(pattern_raw(subject, tokens::of(&pattern)))
}

/// A value that must match a pattern, both in tokens.
pub(crate) fn pattern_raw(subject: Vec<String>, pattern: Vec<String>) -> Raw {
    let anything = matches!(pattern.as_slice(), [one] if one == "_" || one.starts_with(|c: char| c.is_ascii_lowercase()));
    let unit = |words: &[&str]| pattern.iter().map(String::as_str).eq(words.iter().copied());
    if anything {
        return Raw::new(Form::Constant, subject, pattern);
    }
    // What is bound is not looked at, so that it is like `_`.
    let binds = match pattern.as_slice() {
        [variant, open, bound, close] if open == "(" && close == ")" => {
            (bound == "_" || bound.starts_with(|c: char| c.is_ascii_lowercase())).then_some(variant.as_str())
        }
        _ => None,
    };
    let state = |word: &str| Raw::new(Form::State, subject.clone(), vec![format!("{word} true")]);
    match () {
        () if binds == Some("Ok") || unit(&["Ok", "(", ".", ".", ")"]) => state("is_ok"),
        () if binds == Some("Err") || unit(&["Err", "(", ".", ".", ")"]) => state("is_err"),
        () if binds == Some("Some") || unit(&["Some", "(", ".", ".", ")"]) => state("is_some"),
        () if unit(&["None"]) => Raw::new(Form::Equal, subject, pattern),
        () => Raw::new(Form::Matches, subject, pattern),
    }
}

/// The text of a node as it stands in the file.
pub(crate) fn text_of(file: &SourceFile, node: &impl ToTokens) -> String {
    use syn::spanned::Spanned as _;
    file.text.get(node.span().byte_range()).map(str::to_owned).unwrap_or_else(|| tokens::line(node))
}
