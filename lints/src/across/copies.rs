//! The shape of a function: its tokens without the names of what is local to it, without its literals, and without the
//! order of statements, arms and fields.
//!
//! A local name counts by where it stands, in two rounds: in the first all are alike, which gives each statement a hash;
//! in the second a name is the set of the statements that have it, and the places there. So `a - b` and `b - a` differ
//! where `a` and `b` come from elsewhere, whatever they are called.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use proc_macro2::{Delimiter, Span};
use source::{Lexed, Lexeme};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ReturnType, Signature, Stmt};

use super::Shape;
use super::digest::{hash, hasher};

/// Functions of fewer tokens are alike by chance.
pub(crate) const FEWEST: u32 = 60;

/// The shape of a function, given the tokens of its body, how many they are, and the text of pieces of its signature.
pub(super) fn shape<'t>(
    signature: &Signature,
    block: &Block,
    (body, tokens): (&Lexed<'_>, u32),
    text: impl Fn(Span, Span) -> &'t str,
) -> Shape {
    let mut locals = Locals::default();
    locals.visit_signature(signature);
    locals.visit_block(block);
    let locals = &locals.names;
    let mut pieces = Vec::new();
    pieces.extend(signature.asyncness.map(|_| Piece::Word(hash("async"))));
    // The order of parameters says nothing.
    let parameters = signature.inputs.first().zip(signature.inputs.last());
    let parameters = parameters.map_or("", |(first, last)| text(first.span(), last.span()));
    let parameters = Lexed::of(parameters);
    pieces.push(Piece::Bag(bag(&parameters, parameters.outer(), locals)));
    if let ReturnType::Type(_, ty) = &signature.output {
        let result = Lexed::of(text(ty.span(), ty.span()));
        pieces.extend(unit(&result, result.outer(), locals));
    }
    pieces.extend(unit(body, body.outer(), locals));
    let mut first = Round { colours: &[], seen: Some(vec![Vec::new(); locals.len()]) };
    first.unit(&pieces);
    let colours: Vec<u64> = first
        .seen
        .unwrap_or_default()
        .into_iter()
        .map(|mut places| {
            places.sort_unstable();
            hash(&places)
        })
        .collect();
    let digest = Round { colours: &colours, seen: None }.unit(&pieces);
    Shape { tokens, digest }
}

/// A body that says what its type says: a `match` that hands each variant on, or a value put together from its parts.
pub(super) fn is_boilerplate(block: &Block) -> bool {
    let [Stmt::Expr(only, _)] = block.stmts.as_slice() else { return false };
    match only {
        Expr::Match(dispatch) => dispatch.arms.iter().all(|arm| is_plain(&arm.body)),
        Expr::Struct(_) | Expr::Macro(_) => true,
        Expr::Call(call) => call.args.iter().all(|part| matches!(part, Expr::Struct(_))),
        _ => false,
    }
}

fn is_plain(body: &Expr) -> bool {
    match body {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [] => true,
            [Stmt::Expr(only, _)] => is_plain(only),
            [Stmt::Macro(_)] => true,
            _ => false,
        },
        Expr::If(_) | Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => false,
        _ => true,
    }
}

/// The names that a function gives to what is its own, by number.
#[derive(Default)]
struct Locals {
    names: HashMap<String, usize>,
}

impl Locals {
    fn add(&mut self, name: &syn::Ident) {
        let name = name.to_string();
        // What begins in upper case is a constant or a variant that the pattern compares with.
        if !name.starts_with(char::is_uppercase) {
            let next = self.names.len();
            self.names.entry(name).or_insert(next);
        }
    }
}

impl<'a> Visit<'a> for Locals {
    fn visit_pat_ident(&mut self, pattern: &'a syn::PatIdent) {
        self.add(&pattern.ident);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_type_param(&mut self, parameter: &'a syn::TypeParam) {
        let next = self.names.len();
        self.names.entry(parameter.ident.to_string()).or_insert(next);
    }

    fn visit_lifetime(&mut self, lifetime: &'a syn::Lifetime) {
        self.add(&lifetime.ident);
    }
}

/// Part of a statement.
enum Piece {
    Word(u64),
    Local(usize),
    /// What stands in parentheses or brackets.
    Row(Delimiter, Vec<Piece>),
    /// What stands in braces, whose order says nothing.
    Bag(Vec<Vec<Piece>>),
}

/// Reads a row of tokens.
fn unit(lexed: &Lexed<'_>, tokens: &[Lexeme<'_>], locals: &HashMap<String, usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut tokens = tokens.iter().peekable();
    let mut is_selected = false;
    while let Some(token) = tokens.next() {
        let selected = std::mem::take(&mut is_selected);
        match token {
            Lexeme::Sign('#') if matches!(tokens.peek(), Some(Lexeme::Group(..))) => {
                // An attribute.
                tokens.next();
            }
            Lexeme::Sign(',') if tokens.peek().is_none() => {}
            Lexeme::Sign(sign) => {
                is_selected = *sign == '.';
                pieces.push(Piece::Word(hash(sign)));
            }
            Lexeme::Word(name) => {
                let is_called = tokens.peek() == Some(&&Lexeme::Sign('!'));
                pieces.push(match locals.get(*name) {
                    Some(local) if !selected && !is_called => Piece::Local(*local),
                    _ if matches!(*name, "true" | "false") => Piece::Word(LITERAL),
                    _ => Piece::Word(hash(name)),
                });
            }
            // `pair.0` is a field.
            Lexeme::Literal(literal) => {
                pieces.push(Piece::Word(if selected { hash(literal) } else { LITERAL }));
            }
            Lexeme::Group(Delimiter::Brace, inside) => {
                pieces.push(Piece::Bag(bag(lexed, lexed.inside(inside), locals)));
            }
            Lexeme::Group(delimiter, inside) => {
                pieces.push(Piece::Row(*delimiter, unit(lexed, lexed.inside(inside), locals)));
            }
        }
    }
    pieces
}

/// Stands for every literal.
const LITERAL: u64 = 1;

/// Reads what stands in braces.
fn bag(lexed: &Lexed<'_>, tokens: &[Lexeme<'_>], locals: &HashMap<String, usize>) -> Vec<Vec<Piece>> {
    statements(tokens).into_iter().map(|part| unit(lexed, part, locals)).collect()
}

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

/// A reading of the pieces: the first notes where each local stands, the second uses it.
struct Round<'c> {
    colours: &'c [u64],
    seen: Option<Vec<Vec<(u64, u32)>>>,
}

impl Round<'_> {
    /// The hash of a statement.
    fn unit(&mut self, pieces: &[Piece]) -> u64 {
        let (mut hasher, mut places, mut at) = (hasher(), Vec::new(), 0);
        self.row(pieces, &mut hasher, &mut places, &mut at);
        let hash = hasher.finish();
        if let Some(seen) = &mut self.seen {
            for (local, at) in places {
                seen[local].push((hash, at));
            }
        }
        hash
    }

    fn row(
        &mut self,
        pieces: &[Piece],
        hasher: &mut impl Hasher,
        places: &mut Vec<(usize, u32)>,
        at: &mut u32,
    ) {
        for piece in pieces {
            *at += 1;
            match piece {
                Piece::Word(word) => word.hash(hasher),
                Piece::Local(local) => {
                    self.colours.get(*local).unwrap_or(&0).hash(hasher);
                    places.push((*local, *at));
                }
                Piece::Row(delimiter, inner) => {
                    (*delimiter == Delimiter::Bracket).hash(hasher);
                    self.row(inner, hasher, places, at);
                    2_u8.hash(hasher);
                }
                Piece::Bag(parts) => {
                    let mut hashes: Vec<u64> = parts.iter().map(|part| self.unit(part)).collect();
                    hashes.sort_unstable();
                    hashes.hash(hasher);
                }
            }
        }
    }
}
