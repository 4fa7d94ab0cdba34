//! The arms of a `macro_rules!`, with their variables filled in so that what stands there can be parsed.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// What each arm is replaced by.
pub(super) fn replacements(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut found = Vec::new();
    let mut before: Vec<TokenTree> = Vec::new();
    for token in tokens.clone() {
        let arrow = matches!(
            &before[..],
            [TokenTree::Group(_), TokenTree::Punct(first), TokenTree::Punct(second)]
                if first.as_char() == '=' && second.as_char() == '>'
        );
        match (token, before.first()) {
            (TokenTree::Group(body), Some(TokenTree::Group(matcher))) if arrow => {
                let mut fragments = HashMap::new();
                declared(matcher.stream(), &mut fragments);
                found.push(filled(body.stream(), &fragments));
                before.clear();
            }
            (TokenTree::Punct(end), None) if end.as_char() == ';' => {}
            (token, _) => before.push(token),
        }
    }
    found
}

/// The variables of a matcher, by name: `$body:block`.
fn declared(matcher: TokenStream, fragments: &mut HashMap<String, String>) {
    let tokens: Vec<TokenTree> = matcher.into_iter().collect();
    for window in tokens.windows(4) {
        let [
            TokenTree::Punct(dollar),
            TokenTree::Ident(name),
            TokenTree::Punct(colon),
            TokenTree::Ident(kind),
        ] = window
        else {
            continue;
        };
        if dollar.as_char() == '$' && colon.as_char() == ':' {
            fragments.insert(name.to_string(), kind.to_string());
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            declared(group.stream(), fragments);
        }
    }
}

/// Without `$`.
fn filled(body: TokenStream, fragments: &HashMap<String, String>) -> TokenStream {
    let mut filled_in = TokenStream::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => filled_in.extend(variable(&name, fragments)),
                Some(TokenTree::Group(repeated)) => {
                    filled_in.extend(filled(repeated.stream(), fragments));
                    // What stands between two of them, and how many there may be.
                    while let Some(TokenTree::Punct(sign)) = tokens.peek() {
                        let sign = sign.clone();
                        tokens.next();
                        if matches!(sign.as_char(), ',' | ';') {
                            filled_in.extend([TokenTree::Punct(sign)]);
                        } else if matches!(sign.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), filled(group.stream(), fragments));
                inner.set_span(group.span());
                filled_in.extend([TokenTree::Group(inner)]);
            }
            other => filled_in.extend([other]),
        }
    }
    filled_in
}

/// Something of the kind that a variable stands for.
fn variable(name: &Ident, fragments: &HashMap<String, String>) -> Vec<TokenTree> {
    let kind = fragments.get(&name.to_string()).map_or("", String::as_str);
    match kind {
        "block" => vec![TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))],
        "item" | "vis" => Vec::new(),
        "lifetime" => {
            vec![
                TokenTree::Punct(Punct::new('\'', Spacing::Joint)),
                Ident::new("a", Span::call_site()).into(),
            ]
        }
        _ => vec![name.clone().into()],
    }
}
