//! What stands in the brackets of a macro call, where it is Rust.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Stmt, Token};

use super::scan;

/// The expressions in a macro call: an expression list (`a, b`; `x; n`), the forms of `tracing`
/// (`%x`, `?x`, `k = v`, `target: x`), `matches!` (scrutinee and guard), `select!` (futures, conditions and
/// handlers), and what looks like an expression in `json!` or `lazy_static!`. Empty where nothing parses.
/// Spans are those of the file.
pub fn macro_expressions(mac: &Macro) -> Vec<Expr> {
    if scan::bound(&mac.tokens).is_err() || mac.path.is_ident("macro_rules") {
        return Vec::new();
    }
    let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let special = match name.as_str() {
        "matches" | "assert_matches" | "debug_assert_matches" => parse_with(matches_body, &mac.tokens),
        "select" | "select_biased" => parse_with(select_body, &mac.tokens),
        _ => None,
    };
    special.unwrap_or_else(|| {
        let mut found = Vec::new();
        collect(&mac.tokens, &mut found);
        found
    })
}

/// The statements in a macro call whose body is a block, as in `tokio::select!`-like or `async_stream` macros.
/// Empty where the body is not a list of statements.
pub fn macro_statements(mac: &Macro) -> Vec<Stmt> {
    if scan::bound(&mac.tokens).is_err() || mac.path.is_ident("macro_rules") {
        return Vec::new();
    }
    parse_with(syn::Block::parse_within, &mac.tokens).unwrap_or_default()
}

fn parse_with<T>(parser: fn(ParseStream) -> syn::Result<T>, tokens: &TokenStream) -> Option<T> {
    parser.parse2(tokens.clone()).ok()
}

/// A whole list where it parses as one, else each part of it that does.
fn collect(tokens: &TokenStream, found: &mut Vec<Expr>) {
    if tokens.is_empty() {
        return;
    }
    if let Some(list) = parse_with(Punctuated::<Expr, Token![,]>::parse_terminated, tokens) {
        found.extend(list);
        return;
    }
    for part in parts(tokens) {
        collect_part(part, found);
    }
}

fn collect_part(part: Vec<TokenTree>, found: &mut Vec<Expr>) {
    let value = value_of(&part);
    if value.is_empty() {
        return;
    }
    if let Ok(expression) = syn::parse2::<Expr>(value.iter().cloned().collect()) {
        found.push(expression);
    } else if let Some(list) =
        parse_with(Punctuated::<Expr, Token![,]>::parse_terminated, &value.iter().cloned().collect())
    {
        found.extend(list);
    } else if let [TokenTree::Group(group)] = value {
        // An object or a list of `json!`, whose parts have the same forms again.
        if group.delimiter() != Delimiter::None {
            collect(&group.stream(), found);
        }
    }
}

/// Splits at top-level `,` and `;`.
fn parts(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens.clone() {
        match &token {
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => parts.push(Vec::new()),
            _ => parts.last_mut().expect("there is always a last part").push(token),
        }
    }
    parts
}

/// The part behind `key =`, `key:`, `key =>` and a leading `%` or `?`.
fn value_of(part: &[TokenTree]) -> &[TokenTree] {
    let is = |index: usize, wanted: char| match part.get(index) {
        Some(TokenTree::Punct(punct)) => punct.as_char() == wanted,
        _ => false,
    };
    let mut start = 0;
    for index in 0..part.len() {
        if is(index, '=')
            && !is(index + 1, '=')
            && (index == 0 || !"=<>!+-*/%^&|.".chars().any(|c| is(index - 1, c)))
        {
            start = if is(index + 1, '>') { index + 2 } else { index + 1 };
            break;
        }
        let path = is(index + 1, ':') || (index > 0 && is(index - 1, ':'));
        if is(index, ':') && !path && index == 1 {
            start = index + 1;
            break;
        }
    }
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
