//! What stands in the brackets of a macro call, where it is Rust.

mod arms;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, File, Item, Macro, Pat, Stmt, Token};

use super::scan;

/// The expressions in a macro call: an expression list (`a, b`; `x; n`), the forms of `tracing`
/// (`%x`, `?x`, `k = v`, `target: x`), `matches!` (scrutinee and guard), `select!` (futures, conditions and
/// handlers), and what looks like an expression in `json!` or `lazy_static!`. Empty where nothing parses, and
/// where the body is a list of statements: then [`macro_statements`] has them. Spans are those of the file.
pub fn macro_expressions(mac: &Macro) -> Vec<Expr> {
    match macro_body(mac) {
        MacroBody::Expressions(expressions) => expressions,
        MacroBody::Statements(_) => Vec::new(),
    }
}

/// The statements in a macro call whose body is that of a block, with `let` or items, such as those of
/// `async_stream`. Empty otherwise; nothing is both here and in [`macro_expressions`].
pub fn macro_statements(mac: &Macro) -> Vec<Stmt> {
    match macro_body(mac) {
        MacroBody::Expressions(_) => Vec::new(),
        MacroBody::Statements(statements) => statements,
    }
}

/// The items in a macro call among items: its body where that is a list of items, else what stands in braces in
/// it, as in `cfg_if!`. `None` where neither is.
pub(crate) fn items_in_macro(mac: &Macro) -> Option<Vec<Item>> {
    if scan::bound(&mac.tokens).is_err() {
        return None;
    }
    let items = |tokens: TokenStream| syn::parse2::<File>(tokens).ok().map(|file| file.items);
    if let Some(items) = items(mac.tokens.clone()).filter(|items| !items.is_empty()) {
        return Some(items);
    }
    let mut found = Vec::new();
    for token in mac.tokens.clone() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                found.extend(items(group.stream()).into_iter().flatten());
            }
            _ => {}
        }
    }
    (!found.is_empty()).then_some(found)
}

/// What a `use` imports that stands among the tokens of a macro, without `use` and `;`.
pub(crate) fn import_in_tokens(tokens: TokenStream) -> Option<syn::UseTree> {
    let mut import: TokenStream = quote::quote!(use);
    import.extend(tokens.clone());
    scan::bound(&import).ok()?;
    syn::parse2(tokens).ok()
}

/// What stands in the brackets of a macro call.
pub enum MacroBody {
    /// As [`macro_expressions`] has them.
    Expressions(Vec<Expr>),
    /// As [`macro_statements`] has them.
    Statements(Vec<Stmt>),
}

impl MacroBody {
    /// The expressions; empty where it has statements.
    pub fn expressions(&self) -> &[Expr] {
        match self {
            MacroBody::Expressions(expressions) => expressions,
            MacroBody::Statements(_) => &[],
        }
    }

    /// The statements; empty where it has expressions.
    pub fn statements(&self) -> &[Stmt] {
        match self {
            MacroBody::Expressions(_) => &[],
            MacroBody::Statements(statements) => statements,
        }
    }
}

/// The expressions or the statements in a macro call, whichever it has: for who wants both, since the body is parsed for
/// each question.
pub fn macro_body(mac: &Macro) -> MacroBody {
    let tokens = &mac.tokens;
    if mac.path.is_ident("macro_rules") || scan::bound(tokens).is_err() {
        return MacroBody::Expressions(Vec::new());
    }
    let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let special = match name.as_str() {
        "matches" | "assert_matches" | "debug_assert_matches" => parse_with(matches_body, tokens),
        "select" | "select_biased" => parse_with(select_body, tokens),
        _ => None,
    };
    if let Some(expressions) = special {
        return MacroBody::Expressions(expressions);
    }
    if let Some(list) = parse_with(list, tokens) {
        return MacroBody::Expressions(list.into_iter().collect());
    }
    if let Some(statements) = parse_with(syn::Block::parse_within, tokens) {
        return statements_or_expressions(statements);
    }
    let mut found = Vec::new();
    collect_parts(tokens, MAX_OBJECTS, &mut found);
    MacroBody::Expressions(found)
}

/// What the arms of a `macro_rules!` are replaced by, as the code that stands there: a variable is a name that is called like
/// it, and what is repeated stands there once. What is no code of its own, such as the arms of a `match`, is left out.
pub fn macro_arms(mac: &Macro) -> Vec<MacroBody> {
    if !mac.path.is_ident("macro_rules") || scan::bound(&mac.tokens).is_err() {
        return Vec::new();
    }
    arms::replacements(&mac.tokens).into_iter().filter_map(|tokens| of_arm(&tokens)).collect()
}

fn of_arm(tokens: &TokenStream) -> Option<MacroBody> {
    match parse_with(syn::Block::parse_within, tokens) {
        Some(statements) => Some(MacroBody::Statements(statements)),
        None => parse_with(list, tokens).map(|list| MacroBody::Expressions(list.into_iter().collect())),
    }
}

/// `vec![x; n]` reads as two statements but means two expressions.
fn statements_or_expressions(statements: Vec<Stmt>) -> MacroBody {
    if !statements.iter().all(|statement| matches!(statement, Stmt::Expr(..))) {
        return MacroBody::Statements(statements);
    }
    let expression = |statement| match statement {
        Stmt::Expr(expression, _) => Some(expression),
        _ => None,
    };
    MacroBody::Expressions(statements.into_iter().filter_map(expression).collect())
}

/// How many objects of `json!` within one another are looked into: each is read once more on every level.
const MAX_OBJECTS: u32 = 16;

fn parse_with<T>(parser: fn(ParseStream) -> syn::Result<T>, tokens: &TokenStream) -> Option<T> {
    parser.parse2(tokens.clone()).ok()
}

/// Each part of a list that is an expression.
fn collect_parts(tokens: &TokenStream, objects: u32, found: &mut Vec<Expr>) {
    for statement in parts(tokens.clone(), ';') {
        let value = value_of(&statement);
        if let Some(list) = parse_with(list, &value.iter().cloned().collect()) {
            found.extend(list);
            continue;
        }
        for part in parts(statement, ',') {
            collect_part(value_of(&part), objects, found);
        }
    }
}

fn collect_part(value: &[TokenTree], objects: u32, found: &mut Vec<Expr>) {
    if let Some(list) = parse_with(list, &value.iter().cloned().collect()) {
        found.extend(list);
    } else if let [TokenTree::Group(group)] = value {
        // An object or a list of `json!`, whose parts have the same forms again.
        if group.delimiter() != Delimiter::None && objects > 0 {
            collect_parts(&group.stream(), objects - 1, found);
        }
    }
}

fn list(input: ParseStream) -> syn::Result<Punctuated<Expr, Token![,]>> {
    Punctuated::parse_terminated(input)
}

/// Splits at a sign outside of brackets.
fn parts(tokens: impl IntoIterator<Item = TokenTree>, sign: char) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == sign => parts.push(Vec::new()),
            _ => parts.last_mut().expect("there is always a last part").push(token),
        }
    }
    parts
}

/// The part behind `key =`, `key:`, `key =>` and a leading `%` or `?`.
fn value_of(part: &[TokenTree]) -> &[TokenTree] {
    let sign = |index: usize| match part.get(index) {
        Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing() == Spacing::Joint)),
        _ => None,
    };
    let is = |index: usize, wanted: char| sign(index).is_some_and(|(char, _)| char == wanted);
    // `=` on its own or with `>`, neither `==` nor the end of another operator.
    let assigns = |index: usize| {
        is(index, '=')
            && !is(index + 1, '=')
            && !index.checked_sub(1).and_then(sign).is_some_and(|(_, joint)| joint)
    };
    let mut start = match (0..part.len()).find(|index| assigns(*index)) {
        Some(index) if is(index + 1, '>') => index + 2,
        Some(index) => index + 1,
        None if is(1, ':') && !is(2, ':') => 2,
        None => 0,
    };
    if is(start, '%') || is(start, '?') {
        start += 1;
    }
    &part[start.min(part.len())..]
}

fn matches_body(input: ParseStream) -> syn::Result<Vec<Expr>> {
    let mut found = vec![input.parse()?];
    input.parse::<Token![,]>()?;
    Pat::parse_multi_with_leading_vert(input)?;
    if input.peek(Token![if]) {
        input.parse::<Token![if]>()?;
        found.push(input.parse()?);
    }
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        found.extend(Punctuated::<Expr, Token![,]>::parse_terminated(input)?);
    }
    Ok(found)
}

/// `biased; pattern = future, if condition => handler, .. else => handler`
fn select_body(input: ParseStream) -> syn::Result<Vec<Expr>> {
    let mut found = Vec::new();
    if input.peek(syn::Ident) && input.peek2(Token![;]) {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        let keyword = input.peek(Token![else])
            || input.fork().parse::<syn::Ident>().is_ok_and(|name| name == "complete" || name == "default");
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
        } else if keyword && input.peek2(Token![=>]) {
            input.parse::<syn::Ident>()?;
        } else {
            Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            found.push(input.parse()?);
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                input.parse::<Token![if]>()?;
                found.push(input.parse()?);
            }
        }
        input.parse::<Token![=>]>()?;
        if input.peek(syn::token::Brace) {
            // A block ends the arm, as in `match`, whatever follows.
            found.push(Expr::parse_with_earlier_boundary_rule(input)?);
        } else {
            found.push(input.parse()?);
        }
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(found)
}
