//! A scan over raw tokens that refuses what would overflow the stack of whoever parses, visits or drops the tree.
//!
//! syn descends once per nested construct, and so do visitors and destructors. The scan walks the tokens
//! without recursion and keeps an upper bound of how deep the tree can be at each token, in units of stack:
//!
//! - what the parser recurses into costs [`NEST`]: a bracket, a `<`, a prefix operator, a closure, an arrow, an
//!   assignment, a keyword;
//! - what it reads in a loop but stores as a tree that leans to the left costs one unit: an infix operator, a
//!   method call, a `?`.
//!
//! Costs end where the grammar lets nothing continue: at `;`, at `=>`, mostly at `,`, and behind a block that a
//! new statement follows. Where the tokens alone leave open what something is, the dearer reading counts.

mod level;
mod prev;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Spacing, Span, TokenStream, TokenTree};

use super::lexed::{Flat, Lexer};
use level::Level;

/// Most units that a file may need. A unit is at most 3.5 KiB of stack when syn parses in a debug build (measured
/// over every production in the tests), so that the parser needs less than a quarter of
/// [`STACK_BYTES`](super::STACK_BYTES) and the visitors of the rules have the rest.
const LIMIT: u32 = 8192;

/// Units of something that the parser recurses into.
const NEST: u32 = 16;

/// Units of the body of a macro. It needs little stack, but whoever looks into macros reads it once more for each
/// macro around it.
const MACRO: u32 = 256;

/// Where the nesting became too deep: the token at which the bound was passed.
pub(crate) struct TooDeep<P>(pub(crate) P);

/// Refuses a stream whose tree could be too deep.
pub(crate) fn bound(tokens: &TokenStream) -> Result<(), TooDeep<Span>> {
    bound_each(Stream { inner: tokens.clone().into_iter(), outer: Vec::new() })
}

/// Refuses a text, which has tokens, whose tree could be too deep; says at which byte.
pub(crate) fn bound_text(text: &str) -> Result<(), TooDeep<usize>> {
    bound_each(Lexer::of(text).placed())
}

fn bound_each<W: AsRef<str>, P>(tokens: impl Iterator<Item = (Flat<W>, P)>) -> Result<(), TooDeep<P>> {
    let mut tokens = tokens.peekable();
    let mut outer = Vec::new();
    let mut level = Level::of(0, false);
    while let Some((token, place)) = tokens.next() {
        match token {
            Flat::Open(delimiter) => {
                let opens = level.group(delimiter);
                let depth = level.depth() + if opens.is_macro { MACRO } else { NEST };
                if depth > LIMIT {
                    return Err(TooDeep(place));
                }
                outer.push(std::mem::replace(&mut level, Level::of(depth, opens.opaque)));
            }
            Flat::Close => {
                if let Some(around) = outer.pop() {
                    level = around;
                    level.end_of_block(tokens.peek().map(token_of));
                }
            }
            token => {
                level.token(&token, tokens.peek().map(token_of));
                if level.depth() > LIMIT {
                    return Err(TooDeep(place));
                }
            }
        }
    }
    Ok(())
}

fn token_of<W, P>((token, _): &(Flat<W>, P)) -> &Flat<W> {
    token
}

/// The tokens of a stream in a row.
struct Stream {
    inner: IntoIter,
    /// Of the brackets around, what is behind the one that is open.
    outer: Vec<IntoIter>,
}

impl Iterator for Stream {
    type Item = (Flat<String>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let Some(token) = self.inner.next() else {
            self.inner = self.outer.pop()?;
            return Some((Flat::Close, Span::call_site()));
        };
        let span = token.span();
        let flat = match token {
            TokenTree::Group(group) => {
                let inner = group.stream().into_iter();
                self.outer.push(std::mem::replace(&mut self.inner, inner));
                return Some((Flat::Open(group.delimiter()), group.span_open()));
            }
            TokenTree::Ident(word) => Flat::Word(word.to_string()),
            TokenTree::Punct(sign) => Flat::Sign(sign.as_char(), sign.spacing() == Spacing::Joint),
            // What it says decides nothing.
            TokenTree::Literal(_) => Flat::Literal(String::new()),
        };
        Some((flat, span))
    }
}
