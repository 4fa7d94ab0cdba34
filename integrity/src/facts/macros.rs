//! Macros that make tests: `proptest!`, the house's own, and rows of a table of tests.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Expr, Item, ItemFn, Macro};

use super::functions::Names;
use super::tokens;

/// The macros of a file whose definition holds a test or an assertion.
pub(super) fn asserting(items: &[Item]) -> Names {
    let mut names = Names::new();
    for item in items {
        match item {
            Item::Macro(definition) => {
                if let Some(name) = &definition.ident
                    && tokens::of(&definition.mac.tokens)
                        .iter()
                        .any(|token| token.starts_with("assert") || token == "test" || token == "panic")
                {
                    names.insert(name.to_string());
                }
            }
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    names.extend(asserting(items));
                }
            }
            _ => {}
        }
    }
    names
}

/// The calls of assertion macros in the definition of a macro, its variables written as names.
pub(super) fn assertions(definition: &TokenStream) -> Vec<Macro> {
    let mut found = Vec::new();
    let mut open = vec![without_variables(definition.clone())];
    while let Some(stream) = open.pop() {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            let TokenTree::Group(group) = tree else { continue };
            let call = match at.checked_sub(2).map(|start| &trees[start..at]) {
                Some([TokenTree::Ident(name), TokenTree::Punct(bang)]) if bang.as_char() == '!' => {
                    name.to_string().contains("assert").then(|| trees[at - 2..=at].iter().cloned().collect())
                }
                _ => None,
            };
            match call.and_then(|call: TokenStream| syn::parse2(call).ok()) {
                Some(call) => found.push(call),
                None => open.push(group.stream()),
            }
        }
    }
    found
}

/// What a macro of one rule stands for, its variables written as names, where that is an expression.
pub(super) fn expression(definition: &TokenStream) -> Option<Expr> {
    let trees: Vec<TokenTree> = definition.clone().into_iter().collect();
    let [TokenTree::Group(_), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Group(body), rest @ ..] =
        trees.as_slice()
    else {
        return None;
    };
    let alone = matches!(rest, [] | [TokenTree::Punct(_)]);
    syn::parse2(without_variables(body.stream())).ok().filter(|_| alone)
}

/// The variables that the first arm of a macro takes.
pub(super) fn parameters(definition: &TokenStream) -> Vec<String> {
    let Some(TokenTree::Group(pattern)) = definition.clone().into_iter().next() else { return Vec::new() };
    let taken = tokens::of(&pattern.stream());
    let named = taken.windows(3).filter(|three| three[0] == "$" && three[2] == ":");
    named.map(|three| three[1].clone()).collect()
}

/// Whether `proptest!` is told to try no values.
pub(super) fn judges_nothing(mac: &Macro) -> bool {
    let words = tokens::of(&mac.tokens);
    let head = words.iter().take(60).map(String::as_str).collect::<Vec<_>>().join(" ");
    head.contains("with_cases ( 0 )") || head.contains("cases : 0 ")
}

/// `$name` becomes `name`, and what is repeated stands there once.
fn without_variables(stream: TokenStream) -> TokenStream {
    let mut trees = stream.into_iter().peekable();
    let mut plain = Vec::new();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                if let Some(TokenTree::Group(group)) =
                    trees.next_if(|next| matches!(next, TokenTree::Group(_)))
                {
                    plain.extend(without_variables(group.stream()));
                    let repeats = |next: &TokenTree| matches!(next, TokenTree::Punct(punct) if ['*', '+', '?'].contains(&punct.as_char()));
                    if trees.next_if(repeats).is_none() {
                        plain.extend(trees.next());
                        trees.next_if(repeats);
                    }
                }
            }
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), without_variables(group.stream()));
                inner.set_span(group.span());
                plain.push(TokenTree::Group(inner));
            }
            tree => plain.push(tree),
        }
    }
    plain.into_iter().collect()
}

/// The functions that stand in the body of a macro call, as in `proptest!`: their parameters are not Rust, so
/// they are read without.
pub(super) fn functions(mac: &Macro) -> Vec<ItemFn> {
    if mac.path.is_ident("macro_rules") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut head: Vec<TokenTree> = Vec::new();
    for tree in mac.tokens.clone() {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                if let Some(function) = function(&head, &group) {
                    found.push(function);
                }
                head.clear();
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => head.clear(),
            tree => head.push(tree),
        }
    }
    found
}

/// `#[test] fn name(..) {..}` from what stands before the braces, and the braces.
fn function(head: &[TokenTree], body: &proc_macro2::Group) -> Option<ItemFn> {
    let keyword = head.iter().position(|tree| matches!(tree, TokenTree::Ident(word) if word == "fn"))?;
    let name = head.get(keyword + 1)?.clone();
    // Attributes stand before the keyword; parameters of `proptest!` (`x in 0..9`) are dropped.
    // `#![proptest_config(..)]` belongs to the macro.
    let inner = |at: usize| matches!(&head[at], TokenTree::Punct(punct) if punct.as_char() == '!');
    let start = if keyword > 3 && inner(1) { 3 } else { 0 };
    let mut stream: TokenStream = head[start..keyword].iter().cloned().collect();
    stream.extend([head[keyword].clone(), name]);
    stream.extend("()".parse::<TokenStream>().ok()?);
    stream.extend([TokenTree::Group(body.clone())]);
    syn::parse2(stream).ok()
}

/// The name of the test that a macro call makes, if it makes one: `rgtest!(name, |..| ..)`, `case!(name, ..)`.
pub(super) fn test_name(mac: &Macro, in_tests: bool, known: &Names) -> Option<String> {
    let name = mac.path.segments.last()?.ident.to_string();
    let says_test = name.contains("test") || name.contains("bench") && in_tests;
    if !says_test && !in_tests && !known.contains(&name) {
        return None;
    }
    if name.starts_with("assert_") || name.contains("static_assert") || name.contains("const_assert") {
        return None;
    }
    if ["thread_local", "lazy_static", "include", "bitflags", "cfg_if", "criterion_group", "criterion_main"]
        .contains(&name.as_str())
    {
        return None;
    }
    let trees: Vec<TokenTree> = mac.tokens.clone().into_iter().take(40).collect();
    // Attributes may stand before the name.
    let first = trees.iter().find_map(|tree| match tree {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    })?;
    // `pin_project! { pub struct .. }` is handed an item, and names no test.
    let item = [
        "pub", "struct", "enum", "union", "trait", "impl", "type", "static", "const", "mod", "use", "extern",
    ];
    (!item.contains(&first.as_str())).then(|| format!("{name}!({first})"))
}
