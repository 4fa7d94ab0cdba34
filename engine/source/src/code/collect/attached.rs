//! Attributes and derives as facts.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Meta, Token};

use super::Collector;
use crate::code::declared::{AttributeFact, WrittenPath};
use crate::code::facts::Name;
use crate::code::packed::Segments;

/// How many `cfg_attr` within one another are read.
const MAX_CONDITIONS: u32 = 8;

/// How many bytes of an argument are kept.
const MAX_ARGUMENT: usize = 160;

impl Collector<'_> {
    /// The attributes of an item, but for documentation.
    pub(super) fn attached(&mut self, attributes: &[Attribute]) -> Box<[AttributeFact]> {
        let mut found = Vec::new();
        for attribute in attributes {
            self.attach(&attribute.meta, None, 0, &mut found);
        }
        found.into()
    }

    fn attach(&mut self, meta: &Meta, condition: Option<Name>, depth: u32, found: &mut Vec<AttributeFact>) {
        let listed = |meta: &Meta| match meta {
            Meta::List(list) => list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok(),
            _ => None,
        };
        if matches!(meta, Meta::NameValue(value) if value.path.is_ident("doc")) {
            return;
        }
        if meta.path().is_ident("cfg_attr") && depth < MAX_CONDITIONS {
            let mut parts = listed(meta).into_iter().flatten();
            let Some(when) = parts.next() else { return };
            let text = folded(when.to_token_stream());
            let text = match condition {
                Some(outer) => format!("all({},{text})", self.facts.name(outer)),
                None => text,
            };
            let condition = Some(self.intern_text(&text));
            for part in parts {
                self.attach(&part, condition, depth + 1, found);
            }
            return;
        }
        if meta.path().is_ident("derive") {
            for derived in listed(meta).into_iter().flatten() {
                found.extend(self.attribute(derived.path(), true, Box::default(), condition));
            }
            return;
        }
        let arguments = match meta {
            Meta::Path(_) => Vec::new(),
            Meta::NameValue(value) => vec![folded(value.value.to_token_stream())],
            Meta::List(list) => split(&list.tokens),
        };
        let arguments = arguments.iter().map(|text| self.intern_text(text)).collect();
        found.extend(self.attribute(meta.path(), false, arguments, condition));
    }

    fn attribute(
        &mut self,
        path: &syn::Path,
        derived: bool,
        arguments: Box<[Name]>,
        condition: Option<Name>,
    ) -> Option<AttributeFact> {
        let (line, column) = self.place(path.span());
        Some(AttributeFact { path: self.written(path)?, derived, arguments, condition, line, column })
    }

    /// A path without its generics.
    pub(super) fn written(&mut self, path: &syn::Path) -> Option<WrittenPath> {
        let segments: Segments = path.segments.iter().map(|segment| self.intern(&segment.ident)).collect();
        (!segments.is_empty()).then(|| WrittenPath { segments, absolute: path.leading_colon.is_some() })
    }
}

/// The parts between commas.
fn split(tokens: &TokenStream) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for token in tokens.clone() {
        match &token {
            TokenTree::Punct(sign) if sign.as_char() == ',' => {
                parts.push(folded(std::mem::take(&mut part).into_iter().collect()));
            }
            _ => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(folded(part.into_iter().collect()));
    }
    parts
}

/// Tokens without the white space between them, their beginning where they are many.
fn folded(tokens: TokenStream) -> String {
    let mut text = String::new();
    fold(tokens, &mut text);
    if text.len() > MAX_ARGUMENT {
        let end = (0..=MAX_ARGUMENT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
    }
    text
}

fn fold(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        if text.len() > MAX_ARGUMENT {
            return;
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                fold(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(sign) => text.push(sign.as_char()),
            word => {
                // Two words beside each other stay two.
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
            }
        }
    }
}
