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

use proc_macro2::{Span, TokenStream, TokenTree};

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

/// Where the nesting became too deep.
pub(crate) struct TooDeep {
    /// The token at which the bound was passed.
    pub(crate) span: Span,
}

/// Refuses a stream whose tree could be too deep.
pub(crate) fn bound(tokens: &TokenStream) -> Result<(), TooDeep> {
    let mut outer = Vec::new();
    let mut level = Level::of(tokens, 0, false);
    loop {
        match level.next() {
            Some(TokenTree::Group(group)) => {
                let opens = level.group(&group);
                let depth = level.depth() + if opens.is_macro { MACRO } else { NEST };
                if depth > LIMIT {
                    return Err(TooDeep { span: group.span_open() });
                }
                let inner = Level::of(&group.stream(), depth, opens.opaque);
                outer.push(std::mem::replace(&mut level, inner));
            }
            Some(token) => {
                level.token(&token);
                if level.depth() > LIMIT {
                    return Err(TooDeep { span: token.span() });
                }
            }
            None => match outer.pop() {
                Some(next) => {
                    level = next;
                    level.end_of_block();
                }
                None => return Ok(()),
            },
        }
    }
}
