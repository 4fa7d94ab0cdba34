//! What the items of one file name that may be called: paths, methods, macros.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::names::{Names, Scope};
use crate::parts::{Site, each, undocumented};
use crate::syntax::SourceFile;

/// Names that are worth looking up.
#[derive(Default)]
pub(super) struct Known {
    /// Of functions, constants, statics and macros.
    pub(super) called: HashSet<String>,
    /// Of types and traits that have functions.
    pub(super) types: HashSet<String>,
}

/// What one item names.
#[derive(Default)]
pub(super) struct Mentions {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) in_test: bool,
    pub(super) is_function: bool,
    /// What paths mean, and whether they have several segments.
    pub(super) paths: HashSet<(String, bool)>,
    /// What is called on a value, or on what a generic parameter stands for.
    pub(super) methods: HashSet<String>,
    pub(super) macros: HashSet<String>,
    pub(super) types: HashSet<String>,
}

/// Reads a file.
pub(super) fn read(names: &Names, file: &SourceFile, known: &Known) -> Vec<Mentions> {
    let mut all = Vec::new();
    each(file, &mut |site| {
        let (line, column) = file.start(site.at);
        let in_test = site.in_test || file.is_test();
        let scope = site.block.map_or_else(|| site.scope.clone(), |block| site.scope.enter(block));
        let found = Mentions { line, column, in_test, is_function: site.is_function, ..Mentions::default() };
        let mut reader = Reader { names, file, known, site, scope, found };
        reader.read(site.tokens.clone());
        all.push(reader.found);
    });
    all
}

struct Reader<'a> {
    names: &'a Names,
    file: &'a SourceFile,
    known: &'a Known,
    site: &'a Site<'a>,
    scope: Scope,
    found: Mentions,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let tokens = undocumented(tokens);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Ident(_) => {
                    at = self.name(&tokens, at);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads the path that begins here; gives the index behind it.
    fn name(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let (segments, end) = path(tokens, start);
        let before = |count| start.checked_sub(count);
        let types = segments.iter().filter(|segment| self.known.types.contains(*segment));
        self.found.types.extend(types.cloned());
        let Some(last) = segments.last().filter(|last| self.known.called.contains(*last)).cloned() else {
            return end;
        };
        if is(tokens, Some(end), '!') {
            self.found.macros.insert(last);
        } else if is(tokens, before(1), '.') && !is(tokens, before(2), '.') {
            if matches!(tokens.get(end), Some(TokenTree::Group(_))) {
                let receiver = before(2).map(|at| &tokens[at]).filter(|_| !is(tokens, before(3), '.'));
                self.method(last, receiver);
            }
        } else if is(tokens, before(1), ':') && is(tokens, before(2), ':') {
            // `<T as Trait>::name`
            self.found.methods.insert(last);
        } else {
            self.path(&segments);
        }
        end
    }

    fn method(&mut self, name: String, receiver: Option<&TokenTree>) {
        let is_self = matches!(receiver, Some(TokenTree::Ident(word)) if word == "self");
        match self.itself().filter(|_| is_self) {
            Some(itself) => self.found.paths.insert((format!("{itself}::{name}"), true)),
            None => self.found.methods.insert(name),
        };
    }

    fn path(&mut self, segments: &[String]) {
        let is_long = segments.len() > 1;
        let meant = match segments[0].as_str() {
            "Self" => self.itself().map(|itself| format!("{itself}::{}", segments[1..].join("::"))),
            _ => self.resolve(segments),
        };
        if let Some(meant) = meant {
            self.found.paths.insert((meant, is_long));
        } else if is_long {
            self.found.methods.extend(segments.last().cloned());
        }
    }

    /// The canonical path of `Self`.
    fn itself(&self) -> Option<String> {
        let segments = &self.site.itself?.segments;
        self.resolve(&segments.iter().map(|segment| text(&segment.ident)).collect::<Vec<_>>())
    }

    fn resolve(&self, segments: &[String]) -> Option<String> {
        let ident = |segment: &String| match segment.as_str() {
            "crate" | "self" | "super" => Some(Ident::new(segment, Span::call_site())),
            // What is a keyword here, written with `r#`, is passed over.
            _ => syn::parse_str::<Ident>(segment).ok(),
        };
        let idents: Option<Vec<Ident>> = segments.iter().map(ident).collect();
        let segments = idents?.into_iter().map(syn::PathSegment::from).collect();
        self.names.resolve(self.file, &self.scope, &syn::Path { leading_colon: None, segments })
    }
}

/// The segments of the path that begins here, without its generics, and the index behind it.
fn path(tokens: &[TokenTree], start: usize) -> (Vec<String>, usize) {
    let (mut segments, mut at) = (Vec::new(), start);
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        segments.push(text(ident));
        at += 1;
        if is(tokens, Some(at), ':') && is(tokens, Some(at + 1), ':') && is(tokens, Some(at + 2), '<') {
            at = behind_generics(tokens, at + 2);
        }
        let goes_on = is(tokens, Some(at), ':') && is(tokens, Some(at + 1), ':');
        if !goes_on || !matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        at += 2;
    }
    (segments, at)
}

/// The index behind generics that begin here.
fn behind_generics(tokens: &[TokenTree], mut at: usize) -> usize {
    let mut open = 0_u32;
    while at < tokens.len() {
        let is_arrow = is(tokens, at.checked_sub(1), '-');
        open += u32::from(is(tokens, Some(at), '<'));
        open -= u32::from(is(tokens, Some(at), '>') && !is_arrow).min(open);
        at += 1;
        if open == 0 || is(tokens, Some(at), ';') {
            break;
        }
    }
    at
}

fn is(tokens: &[TokenTree], at: Option<usize>, sign: char) -> bool {
    let token = at.and_then(|at| tokens.get(at));
    matches!(token, Some(TokenTree::Punct(own)) if own.as_char() == sign)
}

fn text(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}
