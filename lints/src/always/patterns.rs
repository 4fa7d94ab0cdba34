//! Patterns that everything matches.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Pat, Path};

use crate::Site;

/// The pattern of `matches!`.
pub(super) fn pattern(tokens: TokenStream) -> Option<Pat> {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.last().is_some_and(is_comma) {
        tokens.pop();
    }
    let comma = tokens.iter().position(is_comma)?;
    syn::parse::Parser::parse2(Pat::parse_multi_with_leading_vert, tokens.drain(comma + 1..).collect()).ok()
}

/// Whether everything matches a pattern: anything, or the two variants that the standard library's types have.
pub(super) fn takes_all(pattern: &Pat, site: &Site<'_>) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Paren(inner) => takes_all(&inner.pat, site),
        Pat::Or(or) => {
            let variants: Vec<String> =
                or.cases.iter().filter_map(whole_variant).filter_map(|path| site.resolve(&path)).collect();
            let has = |variant: &str| variants.iter().any(|it| it == variant);
            or.cases.iter().any(|case| takes_all(case, site))
                || has("std::option::Option::Some") && has("std::option::Option::None")
                || has("std::result::Result::Ok") && has("std::result::Result::Err")
        }
        _ => false,
    }
}

/// The variant that a pattern takes whatever is in it.
fn whole_variant(pattern: &Pat) -> Option<Path> {
    match pattern {
        Pat::TupleStruct(variant)
            if variant.elems.iter().all(|inner| matches!(inner, Pat::Wild(_) | Pat::Rest(_))) =>
        {
            Some(variant.path.clone())
        }
        Pat::Ident(name) if name.subpat.is_none() => Some(name.ident.clone().into()),
        Pat::Path(path) => Some(path.path.clone()),
        _ => None,
    }
}

pub(super) fn why(pattern: &Pat) -> String {
    format!("`{}` matches everything", pattern.to_token_stream())
}
