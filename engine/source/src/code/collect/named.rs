//! Paths that attributes name: derives, attribute macros, and what stands in their arguments, as it is or in a string.

use syn::punctuated::Punctuated;
use syn::{Meta, Token};

use super::{Collector, attributes};
use crate::code::facts::PathFact;

/// Attributes of the language whose arguments are no paths, and those that only hold text.
const INERT: [&str; 38] = [
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cold",
    "crate_name",
    "crate_type",
    "deny",
    "deprecated",
    "doc",
    "error",
    "expect",
    "export_name",
    "feature",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "link",
    "link_name",
    "link_section",
    "macro_export",
    "macro_use",
    "must_use",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "panic_handler",
    "path",
    "proc_macro",
    "proc_macro_derive",
    "recursion_limit",
    "repr",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "warn",
];

/// Tools whose attributes are no macros.
const TOOLS: [&str; 5] = ["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];

/// Keys whose strings are text for somebody to read or a name on the wire.
const TEXTS: [&str; 16] = [
    "about",
    "alias",
    "content",
    "description",
    "display",
    "doc",
    "example",
    "expecting",
    "fmt",
    "help",
    "message",
    "name",
    "note",
    "reason",
    "rename",
    "tag",
];

impl Collector<'_> {
    pub(super) fn add_attributes(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            self.add_attribute(attribute);
        }
    }

    pub(super) fn add_attribute(&mut self, attribute: &syn::Attribute) {
        self.add_meta(&attribute.meta);
    }

    fn add_meta(&mut self, meta: &Meta) {
        let path = meta.path();
        let first = path.segments.first().map(|segment| &segment.ident);
        if first.is_none_or(|first| TOOLS.iter().any(|tool| first == tool)) {
            return;
        }
        if path.get_ident().is_some_and(|name| INERT.iter().any(|inert| name == inert)) {
            return;
        }
        if let (true, Meta::List(list)) = (path.is_ident("cfg_attr"), meta) {
            return self.add_conditional(list);
        }
        if let (true, Meta::List(list)) = (path.is_ident("derive"), meta) {
            let derived = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
            for path in derived.iter().flatten() {
                self.add_path(path, path.segments.len(), true);
            }
            return;
        }
        // A single name is mostly the help of a derive, `#[pin]` or `#[from]`; a macro of that name is imported.
        // `#[case::name]` is a word for the attribute above, unless it resolves.
        if path.get_ident().is_none() {
            let index = self.facts.paths.len();
            self.add_path(path, path.segments.len(), true);
            self.facts.paths[index..].iter_mut().for_each(|path| path.guessed = true);
        }
        match meta {
            Meta::Path(_) => {}
            Meta::List(list) => {
                self.add_tokens(&list.tokens);
                self.add_strings(&list.tokens);
            }
            Meta::NameValue(value) => {
                if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &value.value {
                    self.add_string(&text.value(), text.span());
                }
            }
        }
    }

    /// `cfg_attr(condition, attribute, ..)`
    fn add_conditional(&mut self, list: &syn::MetaList) {
        let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let mut parts = parts.iter().flatten();
        let Some(condition) = parts.next() else { return };
        let test = u32::from(attributes::requires_test(condition));
        self.in_tests += test;
        for meta in parts {
            self.add_meta(meta);
        }
        self.in_tests -= test;
    }

    /// Strings in the arguments of an attribute, but for those whose key says that they are text.
    fn add_strings(&mut self, tokens: &proc_macro2::TokenStream) {
        let mut waiting = vec![tokens.clone()];
        while let Some(tokens) = waiting.pop() {
            let mut key = None;
            for token in tokens {
                match token {
                    proc_macro2::TokenTree::Group(group) => waiting.push(group.stream()),
                    proc_macro2::TokenTree::Ident(name) => key = Some(name.to_string()),
                    proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',' => key = None,
                    proc_macro2::TokenTree::Punct(_) => {}
                    proc_macro2::TokenTree::Literal(literal) => {
                        let is_text = key.as_ref().is_some_and(|key| TEXTS.contains(&key.as_str()));
                        if let (false, syn::Lit::Str(text)) = (is_text, syn::Lit::new(literal)) {
                            self.add_string(&text.value(), text.span());
                        }
                    }
                }
            }
        }
    }

    /// The paths of several segments in a string that is a path or a type as a whole.
    fn add_string(&mut self, text: &str, span: proc_macro2::Span) {
        if !text.contains("::") || !is_type(text) {
            return;
        }
        let place = self.place(span);
        let is_part = |letter: char| letter.is_alphanumeric() || "_:#".contains(letter);
        for path in text.split(|letter| !is_part(letter)).filter(|part| part.contains("::")) {
            let absolute = path.starts_with("::");
            let path = path.trim_start_matches("::").trim_end_matches(':');
            let names: Vec<&str> =
                path.split("::").map(|name| name.strip_prefix("r#").unwrap_or(name)).collect();
            let is_name = |name: &&str| !name.is_empty() && !name.contains([':', '#']);
            if names.len() < 2 || !names.iter().all(is_name) || names[0] == "Self" {
                continue;
            }
            let segments = names.iter().map(|name| self.intern_text(name)).collect();
            let fact = PathFact { absolute, guessed: true, ..self.path_at(segments, place) };
            self.facts.paths.push(fact);
        }
    }
}

/// Whether a text may be a path, a type or a list of bounds; prose has words with nothing but a space between.
fn is_type(text: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || "_:#<>,&'()[];+=* ".contains(letter);
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let apart = |pair: &[&str]| {
        matches!(pair[0], "dyn" | "impl" | "mut" | "where" | "as" | "for")
            || !pair[0].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
            || !pair[1].starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
    };
    text.chars().all(allowed) && words.windows(2).all(apart)
}
