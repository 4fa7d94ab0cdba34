//! Paths in tokens that nobody parses: the arguments of macros and the bodies of macro definitions.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// A path of several segments in tokens.
pub(super) struct TokenPath {
    pub(super) segments: Vec<Ident>,
    pub(super) absolute: bool,
    /// Whether it begins with `$crate`.
    pub(super) crate_of_macro: bool,
    /// Whether a `!` follows.
    pub(super) is_macro: bool,
}

/// Every path of several segments, in order, at any depth. Generics within a path end it.
pub(super) fn paths(tokens: &TokenStream) -> Vec<TokenPath> {
    let mut found = Vec::new();
    let mut waiting = vec![tokens.clone()];
    while let Some(tokens) = waiting.pop() {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut index = 0;
        while index < tokens.len() {
            match &tokens[index] {
                TokenTree::Group(group) => {
                    waiting.push(group.stream());
                    index += 1;
                }
                TokenTree::Ident(_) => index = path_at(&tokens, index, &mut found),
                _ => index += 1,
            }
        }
    }
    found
}

/// The names that a macro among items seems to define: what stands behind `struct`, `fn` and the like.
pub(super) fn definitions(tokens: &TokenStream) -> Vec<Ident> {
    const WORDS: [&str; 8] = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"];
    let mut found = Vec::new();
    let mut defines = false;
    for token in tokens.clone() {
        let TokenTree::Ident(name) = &token else {
            defines = false;
            continue;
        };
        let keyword = WORDS.iter().any(|word| name == word);
        if defines && !keyword && name != "ref" && name != "mut" {
            found.push(name.clone());
        }
        defines = keyword || (defines && (name == "ref" || name == "mut"));
    }
    found
}

/// Reads the path that begins at a name; gives the index behind it.
fn path_at(tokens: &[TokenTree], start: usize, found: &mut Vec<TokenPath>) -> usize {
    let mut segments = Vec::new();
    let mut index = start;
    while let Some(TokenTree::Ident(name)) = tokens.get(index) {
        segments.push(name.clone());
        index += 1;
        if !is_double_colon(tokens, index) {
            break;
        }
        index += 2;
    }
    let before = |back: usize| start.checked_sub(back).and_then(|index| tokens.get(index));
    let method = is_sign(before(1), '.') && !is_sign(before(2), '.');
    let absolute = start >= 2 && is_double_colon(tokens, start - 2);
    // `<A as B>::c` and `a::<B>::c` are no paths of their own.
    let tail = absolute && (is_sign(before(3), '>') || is_group(before(3)));
    let bang = is_sign(tokens.get(index), '!') && !is_sign(tokens.get(index + 1), '=');
    if segments.len() > 1 && !method && !tail {
        let crate_of_macro = is_sign(before(1), '$') && segments[0] == "crate";
        // `$name::x`: what the macro was given.
        if crate_of_macro || !is_sign(before(1), '$') {
            found.push(TokenPath { segments, absolute, crate_of_macro, is_macro: bang });
        }
    }
    index
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_group(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::Brace)
}

fn is_double_colon(tokens: &[TokenTree], index: usize) -> bool {
    let joint = matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    joint && is_sign(tokens.get(index + 1), ':')
}
