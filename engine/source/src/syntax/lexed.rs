//! The tokens of a text, borrowed from it.
//!
//! Who looks into a [`TokenStream`](proc_macro2::TokenStream) gets a copy of every token, each name with memory of its
//! own, which takes longer than to read the text once more. The tokens here are those that `proc-macro2` makes of a text;
//! of a text that it refuses they are anything.

mod literal;

use std::ops::Range;

use proc_macro2::Delimiter;

use super::comments::{documents, end_of_block, end_of_line};

/// One token after the other; a bracket is two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flat<W> {
    Word(W),
    /// A sign, and whether another follows at once.
    Sign(char, bool),
    Literal(W),
    Open(Delimiter),
    Close,
}

/// Reads a text token by token.
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// Where the token begins that was read last.
    start: usize,
    /// Behind what was read.
    at: usize,
    /// What is left of the attribute that documentation stands for.
    attribute: &'static [Flat<&'static str>],
}

/// The tokens of documentation, whatever it says.
const OUTER: &[Flat<&'static str>] = &[
    Flat::Sign('#', false),
    Flat::Open(Delimiter::Bracket),
    Flat::Word("doc"),
    Flat::Sign('=', false),
    Flat::Literal("\"\""),
    Flat::Close,
];

/// The same of what the documentation stands in.
const INNER: &[Flat<&'static str>] = &[
    Flat::Sign('#', false),
    Flat::Sign('!', false),
    Flat::Open(Delimiter::Bracket),
    Flat::Word("doc"),
    Flat::Sign('=', false),
    Flat::Literal("\"\""),
    Flat::Close,
];

impl<'t> Lexer<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Lexer { text, start: 0, at: 0, attribute: &[] }
    }

    /// With each token the byte at which it begins.
    pub(super) fn placed(mut self) -> impl Iterator<Item = (Flat<&'t str>, usize)> {
        std::iter::from_fn(move || self.next().map(|token| (token, self.start)))
    }

    /// Moves behind white space and comments, up to documentation.
    fn skip_trivia(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            let blank = bytes[self.at..].iter().take_while(|&&byte| kind(byte) == Kind::Blank).count();
            self.at += blank;
            self.at = match bytes[self.at..] {
                [b'/', sign @ (b'/' | b'*'), ref rest @ ..] => {
                    let end = match sign {
                        b'*' => end_of_block(bytes, self.at),
                        _ => end_of_line(self.text, self.at),
                    };
                    if documents(rest, sign) {
                        self.attribute = if rest[0] == b'!' { INNER } else { OUTER };
                        self.start = self.at;
                        self.at = end;
                        return;
                    }
                    end
                }
                [0x80..=0xff, ..] => match space_at(self.text, self.at) {
                    Some(space) => self.at + space.len_utf8(),
                    None => return,
                },
                _ => return,
            };
        }
    }

    fn upto(&mut self, end: usize) -> &'t str {
        self.at = end;
        self.text.get(self.start..end).unwrap_or_default()
    }
}

impl<'t> Iterator for Lexer<'t> {
    type Item = Flat<&'t str>;

    fn next(&mut self) -> Option<Flat<&'t str>> {
        if self.attribute.is_empty() {
            self.skip_trivia();
        }
        if let [first, rest @ ..] = self.attribute {
            self.attribute = rest;
            return Some(*first);
        }
        self.start = self.at;
        let bytes = self.text.as_bytes();
        let byte = *bytes.get(self.at)?;
        let one = |lexer: &mut Self, token| {
            lexer.at += 1;
            Some(token)
        };
        match byte {
            b'(' if self.text[self.at..].starts_with(ERROR) => {
                Some(Flat::Literal(self.upto(self.at + ERROR.len())))
            }
            b'(' => one(self, Flat::Open(Delimiter::Parenthesis)),
            b'[' => one(self, Flat::Open(Delimiter::Bracket)),
            b'{' => one(self, Flat::Open(Delimiter::Brace)),
            b')' | b']' | b'}' => one(self, Flat::Close),
            b'"' | b'\'' | b'b' | b'c' | b'r' | b'0'..=b'9'
                if let Some(end) = literal::end(self.text, self.at) =>
            {
                Some(Flat::Literal(self.upto(end)))
            }
            _ if kind(byte) == Kind::Sign => {
                let is_joint = byte == b'\'' || is_sign_at(bytes, self.at + 1);
                one(self, Flat::Sign(byte.into(), is_joint))
            }
            _ => {
                let raw = if bytes[self.at..].starts_with(b"r#") { 2 } else { 0 };
                let end = end_of_word(self.text, self.at + raw);
                // What is no word and no sign is in no text that has tokens.
                (end > self.at + raw).then(|| Flat::Word(self.upto(end)))
            }
        }
    }
}

/// What the compiler writes for a macro that failed, which is a literal.
const ERROR: &str = "(/*ERROR*/)";

/// What a byte can be part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Letter,
    Sign,
    /// Brackets, quotes, and what letters of other alphabets and other spaces are made of.
    Other,
}

/// By a table, since most of the time of a lexer goes into this question.
fn kind(byte: u8) -> Kind {
    const KINDS: [Kind; 256] = {
        let mut kinds = [Kind::Other; 256];
        let mut byte = 0;
        while byte < 256 {
            kinds[byte] = match byte as u8 {
                b' ' | b'\t'..=b'\r' => Kind::Blank,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Kind::Letter,
                b'~' | b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'-' | b'=' => Kind::Sign,
                b'+' | b'|' | b';' | b':' | b',' | b'<' | b'.' | b'>' | b'/' | b'?' | b'\'' => Kind::Sign,
                _ => Kind::Other,
            };
            byte += 1;
        }
        kinds
    };
    KINDS[usize::from(byte)]
}

/// Whether a sign stands here that is not the begin of a comment.
fn is_sign_at(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|&byte| kind(byte) == Kind::Sign)
        && !matches!(bytes[at..], [b'/', b'/' | b'*', ..])
}

/// Behind the letters, digits and underscores that stand here. Of other alphabets, what is no space is a letter.
fn end_of_word(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        at += rest.iter().take_while(|&&byte| kind(byte) == Kind::Letter).count();
        match bytes.get(at) {
            Some(0x80..) if space_at(text, at).is_none() => {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
            _ => return at,
        }
    }
}

/// The space that stands here; marks of direction are spaces.
fn space_at(text: &str, at: usize) -> Option<char> {
    let letter = text.get(at..)?.chars().next()?;
    (letter.is_whitespace() || matches!(letter, '\u{200e}' | '\u{200f}')).then_some(letter)
}

/// The tokens of a text, with those in brackets apart.
#[derive(Debug)]
pub struct Lexed<'t> {
    /// Those of one bracket stand in a row.
    all: Vec<Lexeme<'t>>,
    outer: Range<usize>,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lexeme<'t> {
    /// A name or a keyword.
    Word(&'t str),
    /// One sign of punctuation.
    Sign(char),
    /// A literal, as written.
    Literal(&'t str),
    /// A bracket.
    Group(Delimiter, Inside),
}

/// What stands in a bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside(Range<usize>);

impl<'t> Lexed<'t> {
    /// Reads a text that is a sequence of Rust tokens, or part of such a text by whole tokens; of any other text, what is
    /// read is anything.
    pub fn of(text: &'t str) -> Self {
        // Code has some four bytes for each token.
        let mut all = Vec::with_capacity(text.len() / 4);
        let (mut waiting, mut open) = (Vec::new(), Vec::new());
        for token in Lexer::of(text) {
            let token = match token {
                Flat::Word(word) => Lexeme::Word(word),
                Flat::Sign(sign, _) => Lexeme::Sign(sign),
                Flat::Literal(literal) => Lexeme::Literal(literal),
                Flat::Open(delimiter) => {
                    open.push((delimiter, waiting.len()));
                    continue;
                }
                Flat::Close => {
                    let Some((delimiter, first)) = open.pop() else { continue };
                    let start = all.len();
                    all.extend(waiting.drain(first..));
                    Lexeme::Group(delimiter, Inside(start..all.len()))
                }
            };
            waiting.push(token);
        }
        let start = all.len();
        all.append(&mut waiting);
        Lexed { outer: start..all.len(), all }
    }

    /// The tokens that stand in no bracket.
    pub fn outer(&self) -> &[Lexeme<'t>] {
        &self.all[self.outer.clone()]
    }

    /// The tokens in one of its brackets.
    pub fn inside(&self, bracket: &Inside) -> &[Lexeme<'t>] {
        self.all.get(bracket.0.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
