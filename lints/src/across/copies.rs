//! The shape of a function: its tokens without the names of what is local to it, without its literals, and without the
//! order of statements, arms and fields.
//!
//! A local name counts by where it stands, in two rounds: in the first all are alike, which gives each statement a hash;
//! in the second a name is the set of the statements that have it, and the places there. So `a - b` and `b - a` differ
//! where `a` and `b` come from elsewhere, whatever they are called.
//!
//! A path that leads out of the function counts by its places, too: what it means depends on the files around, so that it is
//! kept as it is written and looked up where two functions have one shape. How it is imported says nothing.

use std::hash::{Hash, Hasher};

use proc_macro2::{Delimiter, Span};
use source::Lexed;
use syn::spanned::Spanned as _;
use syn::{Block, Expr, ReturnType, Signature, Stmt};

use super::digest::{hash, hasher};
use super::pieces::{PATH, Piece, Reader};
use super::{Outside, Shape};

/// Functions of fewer tokens are alike by chance.
pub(crate) const FEWEST: u32 = 60;

/// The shape of a function, given the tokens of its body, how many they are, and the text of pieces of its signature.
pub(super) fn shape<'t>(
    signature: &Signature,
    block: &Block,
    (body, tokens): (&Lexed<'_>, u32),
    text: impl Fn(Span, Span) -> &'t str,
) -> Shape {
    let mut reader = Reader::of(signature, block);
    let mut pieces = Vec::new();
    pieces.extend(signature.asyncness.map(|_| Piece::Word(hash("async"))));
    // The order of parameters says nothing.
    let parameters = signature.inputs.first().zip(signature.inputs.last());
    let parameters = parameters.map_or("", |(first, last)| text(first.span(), last.span()));
    let parameters = Lexed::of(parameters);
    pieces.push(Piece::Bag(reader.bag(&parameters, parameters.outer())));
    if let ReturnType::Type(_, ty) = &signature.output {
        let result = Lexed::of(text(ty.span(), ty.span()));
        pieces.extend(reader.unit(&result, result.outer()));
    }
    pieces.extend(reader.unit(body, body.outer()));
    let nowhere = vec![0; reader.written.len()];
    let mut first =
        Round { colours: &[], seen: Some(vec![Vec::new(); reader.locals.len()]), places: nowhere.clone() };
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
    let mut second = Round { colours: &colours, seen: None, places: nowhere };
    let digest = second.unit(&pieces);
    let mut written = vec![""; reader.written.len()];
    reader.written.iter().for_each(|(path, number)| written[*number] = path);
    let outside = Outside { written: written.join(" ").into(), places: second.places.into() };
    Shape { tokens, digest, outside }
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

/// A reading of the pieces: the first notes where each local stands, the second uses it.
struct Round<'c> {
    colours: &'c [u64],
    seen: Option<Vec<Vec<(u64, u32)>>>,
    /// Where each path stands, in one number that does not depend on the order.
    places: Vec<u64>,
}

impl Round<'_> {
    /// The hash of a statement.
    fn unit(&mut self, pieces: &[Piece]) -> u64 {
        let (mut hasher, mut places, mut at) = (hasher(), Vec::new(), 0);
        self.row(pieces, &mut hasher, &mut places, &mut at);
        let unit = hasher.finish();
        for (piece, at) in places {
            match (piece, &mut self.seen) {
                (Piece::Local(local), Some(seen)) => seen[*local].push((unit, at)),
                (Piece::Path(path), None) => {
                    self.places[*path] = self.places[*path].wrapping_add(hash((unit, at)));
                }
                _ => {}
            }
        }
        unit
    }

    fn row<'p>(
        &mut self,
        pieces: &'p [Piece],
        hasher: &mut impl Hasher,
        places: &mut Vec<(&'p Piece, u32)>,
        at: &mut u32,
    ) {
        for piece in pieces {
            *at += 1;
            match piece {
                Piece::Word(word) => word.hash(hasher),
                Piece::Local(local) => {
                    self.colours.get(*local).unwrap_or(&0).hash(hasher);
                    places.push((piece, *at));
                }
                Piece::Path(_) => {
                    PATH.hash(hasher);
                    places.push((piece, *at));
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
