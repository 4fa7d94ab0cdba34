//! A scan over raw tokens that refuses what would overflow the stack of a recursive parser.

use proc_macro2::{Span, TokenStream, TokenTree};

/// How deep brackets may be nested.
pub(crate) const MAX_DEPTH: usize = 256;

/// Where the nesting became too deep.
pub(crate) struct TooDeep {
    /// The token at which the bound was passed.
    pub(crate) span: Span,
}

impl TooDeep {
    pub(crate) fn message(&self) -> &'static str {
        "this is nested too deeply to be parsed"
    }
}

/// Refuses a stream whose parse could nest too deeply.
pub(crate) fn bound(tokens: &TokenStream) -> Result<(), TooDeep> {
    let mut open = vec![tokens.clone().into_iter()];
    while let Some(top) = open.last_mut() {
        match top.next() {
            None => {
                open.pop();
            }
            Some(TokenTree::Group(group)) => {
                if open.len() > MAX_DEPTH {
                    return Err(TooDeep { span: group.span_open() });
                }
                open.push(group.stream().into_iter());
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The text behind white space and comments.
pub(crate) fn skip_trivia(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        if let Some(line) = trimmed.strip_prefix("//") {
            text = line.find('\n').map_or("", |end| &line[end..]);
        } else if let Some(block) = trimmed.strip_prefix("/*") {
            text = block.find("*/").map_or("", |end| &block[end + 2..]);
        } else {
            return trimmed;
        }
    }
}
