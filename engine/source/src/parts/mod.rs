//! Functions and other items as they are written: where they stand, what others see of them, and which words they use.
//! Plain data, read on demand.

mod shape;
mod sites;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::code::{Code, FileInfo};
use crate::syntax::SourceFile;
pub(crate) use sites::{Site, each};

/// Characters of a signature that are kept.
const MAX_SIGNATURE: usize = 160;

/// A function or another item, but for modules and imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Path of the file.
    pub file: String,
    /// Modules within the file, the trait or the implementation around, and its name: `tests::Rank for Home::rank`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Whether it is a function, free or of a type or trait.
    pub is_function: bool,
    /// Line of its name, from 1; of an implementation, of its `impl`.
    pub line: u32,
    /// Column of the same, in characters.
    pub column: u32,
    /// The last line of it.
    pub last_line: u32,
    /// Whether it is there for tests, by its own words or those around it in the file.
    pub in_test: bool,
    /// Equal where the tokens are, documentation aside; of what has functions, without those.
    pub digest: u64,
    /// Equal where what others see of it is.
    pub seen: u64,
    /// Of a function whose body says something: equal where its parameters and body are, its own name and those of variables
    /// aside.
    pub shape: Option<u64>,
    /// Of a function, how it is declared, on one line.
    pub signature: String,
    /// Names, keywords, numbers and the signs `? * / + - %`, each with the lines on which it stands, ascending.
    pub words: BTreeMap<String, Vec<u32>>,
}

impl Code {
    /// The functions and other items of the wanted files that parse, in the order of paths and lines. Reads those files
    /// again. What macros make is not seen.
    pub fn parts(&self, wanted: &(dyn Fn(&FileInfo) -> bool + Sync)) -> Vec<Part> {
        self.each_file(wanted, &|file| parts(file)).into_iter().flat_map(|(_, parts)| parts).collect()
    }
}

fn parts(file: &SourceFile) -> Vec<Part> {
    let mut parts = Vec::new();
    each(file, &mut |site| {
        let (line, column) = file.start(site.at);
        let mut words = Words { file, words: BTreeMap::new(), hash: DefaultHasher::new(), last_line: line };
        words.read(site.tokens.clone());
        parts.push(Part {
            file: file.path.clone(),
            path: site.around.iter().chain([&site.name]).cloned().collect::<Vec<_>>().join("::"),
            name: site.name.clone(),
            is_function: site.is_function,
            line,
            column,
            last_line: words.last_line,
            in_test: site.in_test || file.is_test(),
            digest: words.hash.finish(),
            seen: hash(site.seen.clone()),
            shape: site.block.and_then(|block| shape::shape(site.seen.clone(), block.to_token_stream())),
            signature: if site.is_function { signature(file, site) } else { String::new() },
            words: words.words,
        });
    });
    parts
}

/// How a function is declared, as it is written but on one line.
fn signature(file: &SourceFile, site: &Site<'_>) -> String {
    let written = file.text.get(site.signature.byte_range()).unwrap_or_default();
    let mut line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MAX_SIGNATURE) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn hash(tokens: TokenStream) -> u64 {
    let mut hash = DefaultHasher::new();
    tokens.to_string().hash(&mut hash);
    hash.finish()
}

/// Reads the tokens of an item.
struct Words<'f> {
    file: &'f SourceFile,
    words: BTreeMap<String, Vec<u32>>,
    hash: DefaultHasher,
    last_line: u32,
}

impl Words<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = undocumented(tokens).into_iter().peekable();
        while let Some(token) = tokens.next() {
            let line = self.file.start(token.span()).0;
            self.last_line = self.last_line.max(line);
            match token {
                TokenTree::Ident(ident) => {
                    let text = ident.to_string();
                    text.hash(&mut self.hash);
                    self.words.entry(text).or_default().push(line);
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    text.hash(&mut self.hash);
                    if text.starts_with(|first: char| first.is_ascii_digit()) {
                        self.words.entry(text).or_default().push(line);
                    }
                }
                TokenTree::Punct(sign) => {
                    let is_arrow = sign.as_char() == '-'
                        && matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>');
                    sign.as_char().hash(&mut self.hash);
                    if matches!(sign.as_char(), '?' | '*' | '/' | '+' | '-' | '%') && !is_arrow {
                        self.words.entry(sign.as_char().to_string()).or_default().push(line);
                    }
                }
                TokenTree::Group(group) => {
                    let bracket = match group.delimiter() {
                        Delimiter::Parenthesis => '(',
                        Delimiter::Brace => '{',
                        Delimiter::Bracket => '[',
                        Delimiter::None => ' ',
                    };
                    bracket.hash(&mut self.hash);
                    self.read(group.stream());
                    bracket.hash(&mut self.hash);
                    self.last_line = self.last_line.max(self.file.start(group.span_close()).0);
                }
            }
        }
    }
}

/// The tokens without documentation.
pub(crate) fn undocumented(tokens: TokenStream) -> Vec<TokenTree> {
    let is_sign = |token: &TokenTree, sign| matches!(token, TokenTree::Punct(it) if it.as_char() == sign);
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let is_doc = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "doc")
            }
            _ => false,
        };
        let inner = usize::from(kept.last().is_some_and(|last| is_sign(last, '!')));
        match kept.len().checked_sub(inner + 1) {
            Some(hash) if is_doc && is_sign(&kept[hash], '#') => kept.truncate(hash),
            _ => kept.push(token),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cache, Tree};

    fn read(text: &str) -> Vec<Part> {
        let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        let tree = Tree::from_memory([("Cargo.toml", manifest), ("src/lib.rs", text)]);
        Code::read(&tree, &Cache::off()).parts(&|_| true)
    }

    #[test]
    fn items_are_told_with_what_is_around_them() {
        let parts = read(
            "pub struct A { pub a: u8, b: u8 }\nunsafe impl Send for A {}\nimpl A {\n    const N: u8 = 1;\n    \
             fn f(&self,\n        x: u8) -> u8 {\n        x\n    }\n}\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n",
        );
        let told: Vec<String> = parts
            .iter()
            .map(|part| format!("{}:{} {} {}", part.line, part.last_line, part.path, part.in_test))
            .collect();
        let expected = [
            "1:1 A false",
            "2:2 impl Send for A false",
            "3:3 impl A false",
            "4:4 A::N false",
            "5:8 A::f false",
            "12:12 tests::g true",
        ];
        assert_eq!(told, expected);
        assert_eq!(parts[4].signature, "fn f(&self, x: u8) -> u8");
        assert_eq!(parts[1].words.get("unsafe"), Some(&vec![2]));
    }

    #[test]
    fn comments_documentation_and_white_space_change_nothing_and_all_else_does() {
        let digest = |text: &str| (read(text)[0].digest, read(text)[0].seen);
        let base = digest("pub fn f(x: f64) -> f64 { x * 0.5 }");
        assert_eq!(
            base,
            digest("/// Halves.\n#[doc = \"it\"]\npub fn f(x: f64) -> f64 {\n    // why\n    x * 0.5\n}")
        );
        let check = |text: &str, is_seen: bool| {
            let other = digest(text);
            assert_ne!(base.0, other.0, "{text}");
            assert_eq!(base.1 != other.1, is_seen, "{text}");
        };
        check("pub fn f(x: f64) -> f64 { x * 0.6 }", false);
        check("pub fn f(x: f64) -> f64 { x / 0.5 }", false);
        check("pub fn f(x: f32) -> f64 { x * 0.5 }", true);
    }

    #[test]
    fn functions_of_one_shape_are_those_that_do_the_same_under_other_names() {
        let body = "{ let mut sum = 0.0; for score in scores { if score.value > least { sum += score.value * 0.5; } } sum }";
        let shape = |text: &str| read(text)[0].shape;
        let base = shape(&format!("fn f(scores: &[Score], least: f64) -> f64 {body}"));
        assert!(base.is_some());
        let renamed = body
            .replace("sum", "total")
            .replace("score ", "one ")
            .replace("score.", "one.")
            .replace("scores", "all");
        let renamed = format!(
            "/// Adds.\npub fn g(all: &[Score], bound: f64) -> f64 {}",
            renamed.replace("least", "bound")
        );
        assert_eq!(base, shape(&renamed), "{renamed}");
        for other in [
            renamed.replace("0.5", "0.6"),
            renamed.replace("one.value >", "one.weight >"),
            renamed.replace("bound: f64", "bound: f32"),
            renamed.replace("total += one.value", "total += bound"),
            renamed.replace("pub fn", "pub async fn"),
            renamed.replace("let mut total", "let total"),
        ] {
            assert_ne!(base, shape(&other), "{other}");
        }
        let opened = |name: &str| {
            shape(&format!(
                "fn f(x: &[u8]) -> usize {{ let {name}(first) = x.first().map(u8::count_ones) else {{ return x.len() * 2 + 1; }}; first as usize }}"
            ))
        };
        assert!(opened("Some").is_some() && opened("Some") != opened("Ok"), "a pattern is no variable");
        assert_eq!(shape("fn f(a: u8) -> u8 { a + 1 }"), None, "everybody writes this");
    }

    #[test]
    fn of_a_type_only_what_is_public_is_seen() {
        let seen = |text: &str| read(text)[0].seen;
        let base = seen("pub struct A { pub a: u8, b: u8 }");
        assert_eq!(base, seen("pub struct A { /** a */ pub a: u8, b: u16, c: u8 }"));
        assert_ne!(base, seen("pub struct A { pub a: u16, b: u8 }"));
        assert_ne!(seen("pub enum E { A, B }"), seen("pub enum E { A, B, C }"));
    }
}
