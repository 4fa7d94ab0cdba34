//! Every call that a file writes, in code and in the brackets of macros, with its arguments as they stand.
//!
//! Read from tokens and not from a syntax tree, so that a call within a macro, or within the body of one that is
//! defined, is a call like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{blanked, scan};
use crate::tree::MAX_FILE_BYTES;

/// What a file calls.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// In the order of the file; a call stands before those in its arguments.
    pub calls: Vec<Call>,
    /// The texts that `const`, `static` and `let` give a name, by that name; the last one where there are several.
    pub texts: BTreeMap<String, String>,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called. The first segment of a path is what `use` gave the name to: `insta::Settings::new`.
    pub name: String,
    /// How it is called.
    pub kind: CallKind,
    /// What stands in its brackets.
    pub arguments: Arc<[Token]>,
    /// The innermost function around it; empty outside of any.
    pub function: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
}

/// How something is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// `f(..)`
    Function,
    /// `x.f(..)`
    Method,
    /// `f!(..)`
    Macro,
}

/// A token, as far as it is told apart.
#[derive(Clone, Debug)]
pub enum Token {
    /// A name or a keyword.
    Word(String),
    /// The value of a text literal.
    Text(String),
    /// Another literal, as written.
    Literal(String),
    /// One sign of punctuation.
    Sign(char),
    /// What stands in brackets, with the opening one; a space where there is none.
    Group(char, Arc<[Token]>),
}

impl Calls {
    /// Reads a file. Empty where it is no sequence of tokens or nested too deeply, which is for those to say who parse
    /// it. Deep nesting needs the stack that [`with_stack`](super::with_stack) gives.
    pub fn read(text: &str) -> Calls {
        let mut calls = Calls::default();
        if text.len() as u64 > MAX_FILE_BYTES {
            return calls;
        }
        let Ok(tokens) = blanked(text).parse::<TokenStream>() else { return calls };
        if scan::bound(&tokens).is_err() {
            return calls;
        }
        let tokens = placed(tokens);
        let mut aliases = BTreeMap::new();
        find_aliases(&tokens, &mut aliases);
        calls.walk(&tokens, "", &aliases);
        calls
    }

    fn walk(&mut self, tokens: &[Placed], function: &str, aliases: &BTreeMap<String, String>) {
        let mut opens: Option<&str> = None;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at].token {
                Token::Sign(';') => opens = None,
                Token::Group(bracket, _) => {
                    let inner = if *bracket == '{' { opens.take().unwrap_or(function) } else { function };
                    self.walk(&tokens[at].within, inner, aliases);
                }
                Token::Word(word) if word == "fn" => {
                    opens = tokens.get(at + 1).and_then(|next| next.token.word());
                    // The name is no call of itself.
                    at += 1;
                }
                Token::Word(word) => {
                    if matches!(word.as_str(), "const" | "static" | "let") {
                        self.texts.extend(named_text(&tokens[at + 1..]));
                    }
                    at = self.call(tokens, at, function, aliases);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads the path that begins here, and the call of it if it is one; gives the index behind the path.
    fn call(
        &mut self,
        tokens: &[Placed],
        start: usize,
        function: &str,
        aliases: &BTreeMap<String, String>,
    ) -> usize {
        let (segments, mut at) = path(tokens, start);
        let is = |at: usize, sign: char| tokens.get(at).is_some_and(|token| token.token.is(sign));
        let method = start > 0 && is(start - 1, '.') && !(start > 1 && is(start - 2, '.'));
        let kind = match (is(at, '!'), method) {
            (true, _) => CallKind::Macro,
            (false, true) => CallKind::Method,
            (false, false) => CallKind::Function,
        };
        at += usize::from(kind == CallKind::Macro);
        let Some(Token::Group(bracket, arguments)) = tokens.get(at).map(|token| &token.token) else {
            return at;
        };
        if kind != CallKind::Macro && *bracket != '(' {
            return at;
        }
        let name = match aliases.get(segments[0]).filter(|_| kind != CallKind::Method) {
            Some(full) => std::iter::once(full.as_str()).chain(segments[1..].iter().copied()).collect(),
            None => segments,
        };
        let Placed { line, column, .. } = tokens[start];
        let (name, function) = (name.join("::"), function.to_owned());
        self.calls.push(Call { name, kind, arguments: arguments.clone(), function, line, column });
        at
    }
}

impl Token {
    /// The name, if it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The value of a text literal, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this sign.
    pub fn is(&self, sign: char) -> bool {
        matches!(self, Token::Sign(own) if *own == sign)
    }
}

/// A token with its place, and for brackets what is in them with theirs.
struct Placed {
    token: Token,
    within: Vec<Placed>,
    line: u32,
    column: u32,
}

fn placed(tokens: TokenStream) -> Vec<Placed> {
    let placed = |tree: TokenTree| {
        let start = tree.span().start();
        let (token, within) = match tree {
            TokenTree::Ident(ident) => (Token::Word(ident.to_string()), Vec::new()),
            TokenTree::Punct(punct) => (Token::Sign(punct.as_char()), Vec::new()),
            TokenTree::Literal(literal) => match syn::Lit::new(literal.clone()) {
                syn::Lit::Str(text) => (Token::Text(text.value()), Vec::new()),
                _ => (Token::Literal(literal.to_string()), Vec::new()),
            },
            TokenTree::Group(group) => {
                let within = placed(group.stream());
                let tokens = within.iter().map(|inner| inner.token.clone()).collect();
                let bracket = match group.delimiter() {
                    Delimiter::Parenthesis => '(',
                    Delimiter::Brace => '{',
                    Delimiter::Bracket => '[',
                    Delimiter::None => ' ',
                };
                (Token::Group(bracket, tokens), within)
            }
        };
        Placed { token, within, line: start.line as u32, column: start.column as u32 + 1 }
    };
    tokens.into_iter().map(placed).collect()
}

/// The segments of the path that begins here, without its generics, and the index behind it.
fn path(tokens: &[Placed], start: usize) -> (Vec<&str>, usize) {
    let is = |at: usize, sign: char| tokens.get(at).is_some_and(|token| token.token.is(sign));
    let (mut segments, mut at) = (Vec::new(), start);
    while let Some(word) = tokens.get(at).and_then(|token| token.token.word()) {
        segments.push(word);
        at += 1;
        if is(at, ':') && is(at + 1, ':') && is(at + 2, '<') {
            let mut open = 0_u32;
            at += 2;
            while at < tokens.len() {
                let before = at.checked_sub(1).is_some_and(|before| is(before, '-'));
                open += u32::from(is(at, '<'));
                open -= u32::from(is(at, '>') && !before).min(open);
                at += 1;
                if open == 0 || is(at, ';') {
                    break;
                }
            }
        }
        if !(is(at, ':') && is(at + 1, ':'))
            || tokens.get(at + 2).and_then(|next| next.token.word()).is_none()
        {
            break;
        }
        at += 2;
    }
    (segments, at)
}

/// What `use` gives another name to, at any depth.
fn find_aliases(tokens: &[Placed], aliases: &mut BTreeMap<String, String>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].token {
            Token::Group(..) => find_aliases(&tokens[at].within, aliases),
            Token::Word(word) if word == "use" => {
                let end = tokens[at..].iter().position(|token| token.token.is(';'));
                let end = end.map_or(tokens.len(), |end| at + end);
                import(&tokens[at + 1..end], "", aliases);
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
}

fn import(tokens: &[Placed], prefix: &str, aliases: &mut BTreeMap<String, String>) {
    for tree in tokens.split(|token| token.token.is(',')) {
        let mut full = prefix.to_owned();
        let mut last = None;
        for (at, token) in tree.iter().enumerate() {
            match &token.token {
                Token::Word(word) if word == "as" => {
                    last = tree.get(at + 1).and_then(|token| token.token.word());
                    break;
                }
                // `use insta::{self}`
                Token::Word(word) if word == "self" && !prefix.is_empty() => {
                    last = prefix.rsplit("::").next();
                }
                Token::Word(word) => {
                    full = if full.is_empty() { word.clone() } else { format!("{full}::{word}") };
                    last = Some(word);
                }
                Token::Group('{', _) => {
                    import(&token.within, &full, aliases);
                    last = None;
                }
                _ => {}
            }
        }
        if let Some(name) = last.filter(|name| *name != "_") {
            aliases.insert(name.to_owned(), full);
        }
    }
}

/// The name and the text of `NAME = ".."` or `NAME: &str = ".."`, behind its keyword.
fn named_text(tokens: &[Placed]) -> Option<(String, String)> {
    let mut tokens = tokens.iter().take_while(|token| !token.token.is(';')).map(|token| &token.token);
    let name = tokens.find_map(|token| token.word().filter(|word| *word != "mut"))?;
    let text = tokens.skip_while(|token| !token.is('=')).nth(1)?.text()?;
    Some((name.to_owned(), text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = Calls::read(text)
            .calls
            .iter()
            .map(|call| {
                format!("{}:{} {:?} {} in {}", call.line, call.column, call.kind, call.name, call.function)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn functions_methods_and_macros_are_calls_wherever_they_stand() {
        check("fn f() { g(h(1)); }", &["1:10 Function g in f", "1:12 Function h in f"]);
        check(
            "fn f() { a.b::<Vec<u8>>(c!{d()}) }",
            &["1:12 Method b in f", "1:25 Macro c in f", "1:28 Function d in f"],
        );
        check("macro_rules! m { ($x:expr) => { x::y!($x) } }", &["1:33 Macro x::y in "]);
        check("fn f() -> u8 { fn g() { h() } i() }", &["1:25 Function h in g", "1:31 Function i in f"]);
        check("fn f() { if a != (b) {} 0..g(); }", &["1:28 Function g in f"]);
    }

    #[test]
    fn names_are_those_that_use_gave_them_to() {
        check(
            "use a::{b::{self, C as D}, e as f}; fn g() { b::x(); D::new(); f!(); h.f() }",
            &[
                "1:46 Function a::b::x in g",
                "1:54 Function a::b::C::new in g",
                "1:64 Macro a::e in g",
                "1:72 Method f in g",
            ],
        );
    }

    #[test]
    fn texts_are_known_by_name_and_by_value() {
        let calls = Calls::read(r##"const A: &str = r#".x"#; fn f() { let mut b = "\n"; g("y") }"##);
        assert_eq!(calls.texts, BTreeMap::from([("A".into(), ".x".into()), ("b".into(), "\n".into())]));
        assert_eq!(calls.calls[0].arguments[0].text(), Some("y"));
    }

    #[test]
    fn what_is_no_rust_or_too_deep_calls_nothing() {
        check("fn f( {", &[]);
        let deep = format!("fn f() {{ {}{} }}", "g(".repeat(100_000), ")".repeat(100_000));
        crate::with_stack(|| check(&deep, &[]));
    }
}
