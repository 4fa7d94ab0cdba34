//! The tokens of a function as pieces, in which its own names and the paths that lead out of it are numbers.

use std::collections::HashMap;

use proc_macro2::Delimiter;
use source::{Lexed, Lexeme};
use syn::visit::{self, Visit};
use syn::{Block, Signature};

use super::digest::hash;

/// Part of a statement.
pub(super) enum Piece {
    Word(u64),
    Local(usize),
    /// A path, by its number among those of the function.
    Path(usize),
    /// What stands in parentheses or brackets.
    Row(Delimiter, Vec<Piece>),
    /// What stands in braces, whose order says nothing.
    Bag(Vec<Vec<Piece>>),
}

/// Reads tokens as pieces.
pub(super) struct Reader {
    pub(super) locals: HashMap<String, usize>,
    imports: HashMap<String, String>,
    /// The paths that lead out of the function, by number: of a macro with `!`, of what is called with `(` behind.
    pub(super) written: HashMap<String, usize>,
}

impl Reader {
    pub(super) fn of(signature: &Signature, block: &Block) -> Reader {
        let mut locals = Locals::default();
        locals.visit_signature(signature);
        locals.visit_block(block);
        Reader { locals: locals.names, imports: locals.imports, written: HashMap::new() }
    }

    /// Reads a row of tokens.
    pub(super) fn unit(&mut self, lexed: &Lexed<'_>, tokens: &[Lexeme<'_>]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let is_selected = is_selected(tokens, at);
            at += 1;
            match token {
                Lexeme::Sign('#') if matches!(tokens.get(at), Some(Lexeme::Group(..))) => {
                    // An attribute.
                    at += 1;
                }
                Lexeme::Sign(',') if at == tokens.len() => {}
                Lexeme::Sign(sign) => pieces.push(Piece::Word(hash(sign))),
                Lexeme::Word(name) => {
                    let is_called = tokens.get(at) == Some(&Lexeme::Sign('!'));
                    let is_local = !is_selected && !is_called;
                    pieces.push(match self.locals.get(*name) {
                        Some(local) if is_local => Piece::Local(*local),
                        _ if matches!(*name, "true" | "false") => Piece::Word(LITERAL),
                        _ if is_selected || !begins_path(tokens, at - 1) => Piece::Word(hash(name)),
                        _ => {
                            let end = end_of_path(tokens, at);
                            let number = self.path(&tokens[at - 1..end], &tokens[end..]);
                            at = end;
                            Piece::Path(number)
                        }
                    });
                }
                // `pair.0` is a field.
                Lexeme::Literal(literal) => {
                    pieces.push(Piece::Word(if is_selected { hash(literal) } else { LITERAL }));
                }
                Lexeme::Group(Delimiter::Brace, inside) => {
                    pieces.push(Piece::Bag(self.bag(lexed, lexed.inside(inside))));
                }
                Lexeme::Group(delimiter, inside) => {
                    pieces.push(Piece::Row(*delimiter, self.unit(lexed, lexed.inside(inside))));
                }
            }
        }
        pieces
    }

    /// Reads what stands in braces. What is imported there counts by what it means.
    pub(super) fn bag(&mut self, lexed: &Lexed<'_>, tokens: &[Lexeme<'_>]) -> Vec<Vec<Piece>> {
        let parts = statements(tokens).into_iter().filter(|part| part[0] != Lexeme::Word("use"));
        parts.map(|part| self.unit(lexed, part)).collect()
    }

    /// The number of a path, given what stands behind it.
    fn path(&mut self, tokens: &[Lexeme<'_>], behind: &[Lexeme<'_>]) -> usize {
        let names = tokens.iter().filter_map(|token| match token {
            Lexeme::Word(name) => Some(name.strip_prefix("r#").unwrap_or(name)),
            _ => None,
        });
        let mut path = names.collect::<Vec<_>>().join("::");
        let first = path.split("::").next().unwrap_or_default();
        if let Some(import) = self.imports.get(first) {
            path = format!("{import}{}", &path[first.len()..]);
        }
        match behind {
            [Lexeme::Sign('!'), Lexeme::Group(..), ..] => path.push(MACRO),
            [Lexeme::Group(Delimiter::Parenthesis, _), ..] => path.push(CALLED),
            _ => {}
        }
        let next = self.written.len();
        *self.written.entry(path).or_insert(next)
    }
}

/// Behind the path of a macro.
pub(super) const MACRO: char = '!';

/// Behind the path of what is called.
pub(super) const CALLED: char = '(';

/// Whether what stands there is a field or a method: behind a single dot.
fn is_selected(tokens: &[Lexeme<'_>], at: usize) -> bool {
    let is_dot = |at: Option<usize>| at.is_some_and(|at| tokens[at] == Lexeme::Sign('.'));
    is_dot(at.checked_sub(1)) && !is_dot(at.checked_sub(2))
}

/// Whether the word that stands there begins a path, or is one: no keyword, nothing behind `::`, and not the name of a field
/// or of an argument of a macro.
fn begins_path(tokens: &[Lexeme<'_>], at: usize) -> bool {
    let sign = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(Lexeme::Sign(sign)) => Some(*sign),
        _ => None,
    };
    let before = (sign(at.checked_sub(2)), sign(at.checked_sub(1)));
    let behind = (sign(Some(at + 1)), sign(Some(at + 2)));
    let goes_on = behind == (Some(':'), Some(':'));
    let Lexeme::Word(name) = tokens[at] else { return false };
    let is_keyword = match name {
        "crate" | "self" | "super" => !goes_on,
        _ => KEYWORDS.contains(&name),
    };
    let is_lifetime = before.1 == Some('\'');
    let is_argument = behind.0 == Some('=') && !matches!(behind.1, Some('=' | '>'));
    !is_keyword
        && !is_lifetime
        && before != (Some(':'), Some(':'))
        && (behind.0 != Some(':') || goes_on)
        && !is_argument
}

/// Behind the path whose first name ends there.
fn end_of_path(tokens: &[Lexeme<'_>], mut end: usize) -> usize {
    while let Some([Lexeme::Sign(':'), Lexeme::Sign(':'), Lexeme::Word(_)]) = tokens.get(end..end + 3) {
        end += 3;
    }
    end
}

/// Words that are no names.
const KEYWORDS: &[&str] = &[
    "Self", "_", "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn",
    "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "raw", "ref",
    "return", "static", "struct", "trait", "type", "union", "unsafe", "use", "where", "while", "yield",
];

/// Stands for every literal.
const LITERAL: u64 = 1;

/// Stands for every path.
pub(super) const PATH: u64 = 3;

/// What stands in braces, taken apart at `;`, at `,` and behind blocks that end a statement.
fn statements<'s, 't>(tokens: &'s [Lexeme<'t>]) -> Vec<&'s [Lexeme<'t>]> {
    let (mut parts, mut start) = (Vec::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        let end = match token {
            Lexeme::Sign(';' | ',') => at,
            Lexeme::Group(Delimiter::Brace, _) if !goes_on(tokens.get(at + 1)) => at + 1,
            _ => continue,
        };
        parts.push(&tokens[start..end]);
        start = at + 1;
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a statement goes on behind a block.
fn goes_on(next: Option<&Lexeme<'_>>) -> bool {
    match next {
        Some(Lexeme::Word(word)) => matches!(*word, "else" | "as"),
        Some(Lexeme::Sign(sign)) => !matches!(sign, '#' | '\'' | '&' | '*'),
        Some(Lexeme::Group(delimiter, _)) => *delimiter == Delimiter::Parenthesis,
        _ => false,
    }
}

/// The names that a function gives to what is its own, by number, and those that it imports by itself.
#[derive(Default)]
struct Locals {
    names: HashMap<String, usize>,
    imports: HashMap<String, String>,
}

impl Locals {
    fn add(&mut self, name: &syn::Ident) {
        // What begins in upper case is a constant or a variant that the pattern compares with.
        if !name.to_string().starts_with(char::is_uppercase) {
            self.own(name);
        }
    }

    fn own(&mut self, name: &syn::Ident) {
        let next = self.names.len();
        self.names.entry(name.to_string()).or_insert(next);
    }

    fn import(&mut self, tree: &syn::UseTree, before: &str) {
        let path = |name: &syn::Ident| match name == "self" {
            true => before.trim_end_matches("::").to_owned(),
            false => format!("{before}{name}"),
        };
        match tree {
            syn::UseTree::Path(part) => self.import(&part.tree, &format!("{before}{}::", part.ident)),
            syn::UseTree::Name(part) => {
                let path = path(&part.ident);
                let name = path.rsplit("::").next().unwrap_or_default().to_owned();
                self.imports.insert(name, path);
            }
            syn::UseTree::Rename(part) => {
                self.imports.insert(part.rename.to_string(), path(&part.ident));
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|part| self.import(part, before)),
            // Nobody knows here which names it brings.
            syn::UseTree::Glob(_) => {}
        }
    }
}

impl<'a> Visit<'a> for Locals {
    fn visit_pat_ident(&mut self, pattern: &'a syn::PatIdent) {
        self.add(&pattern.ident);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_type_param(&mut self, parameter: &'a syn::TypeParam) {
        self.own(&parameter.ident);
    }

    fn visit_const_param(&mut self, parameter: &'a syn::ConstParam) {
        self.own(&parameter.ident);
    }

    fn visit_item(&mut self, item: &'a syn::Item) {
        match item {
            syn::Item::Use(item) => self.import(&item.tree, ""),
            syn::Item::Fn(syn::ItemFn { sig: Signature { ident, .. }, .. })
            | syn::Item::Const(syn::ItemConst { ident, .. })
            | syn::Item::Static(syn::ItemStatic { ident, .. })
            | syn::Item::Struct(syn::ItemStruct { ident, .. })
            | syn::Item::Enum(syn::ItemEnum { ident, .. })
            | syn::Item::Type(syn::ItemType { ident, .. }) => self.own(ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_lifetime(&mut self, lifetime: &'a syn::Lifetime) {
        self.add(&lifetime.ident);
    }
}
