//! What a pattern asserts of the value that must match it.

use proc_macro2::{TokenStream, TokenTree};
use syn::Macro;

use super::assertions::{Form, Raw};
use super::conditions::value_tokens;
use super::tokens;

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
