//! Paths in tokens that nobody parses: the arguments of macros and the bodies of macro definitions.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use syn::UseTree;

use crate::syntax;

/// A path in tokens.
pub(super) struct TokenPath {
    pub(super) segments: Vec<Ident>,
    pub(super) absolute: bool,
    /// Whether it begins with `$crate`.
    pub(super) crate_of_macro: bool,
    /// Whether a `!` follows.
    pub(super) is_macro: bool,
}

/// What stands in tokens.
#[derive(Default)]
pub(super) struct Paths {
    /// Every path of several segments and every macro that is called, at any depth. Generics within a path end it.
    pub(super) found: Vec<TokenPath>,
    /// Paths with a gap that only the caller of a macro fills: `crate::$module::open`.
    pub(super) gaps: u32,
}

/// Every path in tokens.
pub(super) fn paths(tokens: &TokenStream) -> Paths {
    let mut paths = Paths::default();
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
                TokenTree::Ident(name) if name == "use" => {
                    index = import_at(&tokens, index + 1, &mut paths).unwrap_or(index + 1);
                }
                TokenTree::Ident(_) => index = path_at(&tokens, index, &mut paths),
                _ => index += 1,
            }
        }
    }
    paths
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

/// Whether the arms of a macro definition have items that mean something else, or that have names of their own: `use`,
/// `type`, `extern crate` and `mod`, in repetitions too. What they have in braces stays there.
pub(super) fn brings_names(definition: &TokenStream) -> bool {
    let arms: Vec<TokenTree> = definition.clone().into_iter().collect();
    let body = |(index, token): (usize, &TokenTree)| match token {
        TokenTree::Group(group) if index >= 2 && is_sign(arms.get(index - 1), '>') => Some(group.stream()),
        _ => None,
    };
    let mut waiting: Vec<TokenStream> = arms.iter().enumerate().filter_map(body).collect();
    while let Some(tokens) = waiting.pop() {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let given = index > 0 && is_sign(tokens.get(index - 1), '$');
            match token {
                TokenTree::Group(group) if given => waiting.push(group.stream()),
                TokenTree::Ident(word) if !given => {
                    let is_crate =
                        |next: &TokenTree| matches!(next, TokenTree::Ident(next) if next == "crate");
                    let is_extern = word == "extern" && tokens.get(index + 1).is_some_and(is_crate);
                    if is_extern || ["use", "type", "mod"].iter().any(|item| word == item) {
                        return true;
                    }
                }
                _ => {}
            }
        }
    }
    false
}

/// Reads a whole `use` with its groups; gives the index behind its `;`, or nothing where it is none.
fn import_at(tokens: &[TokenTree], start: usize, paths: &mut Paths) -> Option<usize> {
    let length = tokens[start..].iter().position(|token| is_sign(Some(token), ';'))?;
    let tokens = &tokens[start..start + length];
    let crate_of_macro = is_sign(tokens.first(), '$');
    let absolute = is_double_colon(tokens, 0);
    let skipped = usize::from(crate_of_macro) + if absolute { 2 } else { 0 };
    let tree = syntax::import_in_tokens(tokens[skipped..].iter().cloned().collect())?;
    let mut flat = Vec::new();
    flatten(&tree, &mut Vec::new(), &mut flat);
    paths.found.extend(flat.into_iter().map(|segments| TokenPath {
        segments,
        absolute,
        crate_of_macro,
        is_macro: false,
    }));
    Some(start + length + 1)
}

fn flatten(tree: &UseTree, prefix: &mut Vec<Ident>, flat: &mut Vec<Vec<Ident>>) {
    let last = match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.clone());
            flatten(&path.tree, prefix, flat);
            prefix.pop();
            return;
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, flat);
            }
            return;
        }
        UseTree::Name(name) => Some(&name.ident),
        UseTree::Rename(rename) => Some(&rename.ident),
        UseTree::Glob(_) => None,
    };
    let last = last.filter(|last| *last != "self" || prefix.is_empty()).cloned();
    let path: Vec<Ident> = prefix.iter().cloned().chain(last).collect();
    if !path.is_empty() {
        flat.push(path);
    }
}

/// Reads the path that begins at a name; gives the index behind it.
fn path_at(tokens: &[TokenTree], start: usize, paths: &mut Paths) -> usize {
    let mut segments = Vec::new();
    let mut index = start;
    let mut gap = false;
    while let Some(TokenTree::Ident(name)) = tokens.get(index) {
        segments.push(name.clone());
        index += 1;
        if !is_double_colon(tokens, index) {
            break;
        }
        index += 2;
        // What is pasted stands in brackets: `crate::[<a b>]::c`.
        gap = is_sign(tokens.get(index), '$') || is_bracket(tokens.get(index));
    }
    let before = |back: usize| start.checked_sub(back).and_then(|index| tokens.get(index));
    let method = is_sign(before(1), '.') && !is_sign(before(2), '.');
    let absolute = start >= 2 && is_double_colon(tokens, start - 2);
    // `<A as B>::c` and `a::<B>::c` are no paths of their own.
    let tail = absolute && (is_sign(before(3), '>') || is_group(before(3)));
    let crate_of_macro = is_sign(before(1), '$') && segments[0] == "crate";
    // `$name::x`: what the macro was given.
    if method || tail || (is_sign(before(1), '$') && !crate_of_macro) {
        return index;
    }
    let is_macro =
        is_sign(tokens.get(index), '!') && matches!(tokens.get(index + 1), Some(TokenTree::Group(_)));
    paths.gaps += u32::from(gap);
    if segments.len() > 1 || is_macro {
        paths.found.push(TokenPath { segments, absolute, crate_of_macro, is_macro });
    }
    index
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_group(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::Brace)
}

fn is_bracket(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket)
}

fn is_double_colon(tokens: &[TokenTree], index: usize) -> bool {
    let joint = matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    joint && is_sign(tokens.get(index + 1), ':')
}
