//! Code as normalised tokens: what is equal here differs in white space, comments and commas at most.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// A statement of more tokens is taken for one that is looked at.
const STATEMENT: usize = 400;

/// The tokens of a node, without commas before a closing bracket.
pub(crate) fn of(node: &impl ToTokens) -> Vec<String> {
    let mut tokens = Vec::new();
    flatten(node.to_token_stream(), &mut String::new(), &mut |token| tokens.push(token.to_owned()));
    tokens
}

/// The tokens of a node on one line.
pub(crate) fn line(node: &impl ToTokens) -> String {
    of(node).join(" ")
}

/// A number that stands for tokens.
#[derive(Default)]
pub(crate) struct Digest(DefaultHasher);

impl Digest {
    /// Adds the tokens of a node.
    pub(crate) fn add(&mut self, node: &impl ToTokens) {
        flatten(node.to_token_stream(), &mut String::new(), &mut |token| token.hash(&mut self.0));
    }

    pub(crate) fn finish(&self) -> u64 {
        self.0.finish()
    }
}

/// Says each token, names by way of a buffer that is used again.
fn flatten(stream: TokenStream, buffer: &mut String, each: &mut dyn FnMut(&str)) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                if !open.is_empty() {
                    each(open);
                }
                flatten(group.stream(), buffer, each);
                if !close.is_empty() {
                    each(close);
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' && trees.peek().is_none() => {}
            TokenTree::Punct(punct) => each(punct.as_char().encode_utf8(&mut [0; 4])),
            TokenTree::Ident(ident) => {
                buffer.clear();
                // A string takes whatever is written to it.
                let _ = write!(buffer, "{ident}");
                each(buffer);
            }
            TokenTree::Literal(literal) => each(&plain(literal.to_string())),
        }
    }
}

/// A literal in its plain spelling: a number without `_` and without the name of its type, a raw text as one that is
/// not.
fn plain(literal: String) -> String {
    const TYPES: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    if literal.starts_with(|first: char| first.is_ascii_digit()) {
        let digits = literal.replace('_', "");
        let hexadecimal = digits.starts_with("0x");
        let named = |name: &&&str| !(hexadecimal && name.starts_with('f')) && digits.ends_with(**name);
        let end = TYPES.iter().find(named).map_or(digits.len(), |name| digits.len() - name.len());
        return digits[..end].to_owned();
    }
    match literal.strip_prefix('r').map(|raw| raw.trim_matches('#')) {
        Some(raw) if raw.len() >= 2 && raw.starts_with('"') => {
            let text = raw[1..raw.len() - 1].replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{text}\"")
        }
        _ => literal,
    }
}

/// How alike two token lists are, from 0 to 1: Dice's coefficient over pairs of neighbours.
pub(crate) fn similarity(one: &[String], other: &[String]) -> f64 {
    if one == other {
        return 1.0;
    }
    let total = one.len() + other.len();
    if total < 4 {
        return 0.0;
    }
    let mut pairs: HashMap<(&str, &str), i32> = HashMap::new();
    for pair in one.windows(2) {
        *pairs.entry((&pair[0], &pair[1])).or_default() += 1;
    }
    let mut common = 0;
    for pair in other.windows(2) {
        if let Some(left) = pairs.get_mut(&(pair[0].as_str(), pair[1].as_str())).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / (total - 2) as f64
}

/// Tokens with names replaced by what they stand for; fields and methods of such names stay.
pub(crate) fn replaced(tokens: &[String], values: &BTreeMap<&str, Vec<String>>) -> Vec<String> {
    let mut all = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_member = at > 0 && tokens[at - 1] == ".";
        match values.get(token.as_str()).filter(|_| !is_member) {
            Some(value) => all.extend(value.iter().cloned()),
            None => all.push(token.clone()),
        }
    }
    all
}

/// The tokens that tell one piece of code from another: literals and names, without keywords and punctuation.
pub(crate) fn telling(tokens: &[String]) -> BTreeSet<&str> {
    tokens.iter().map(String::as_str).filter(|token| is_telling(token)).collect()
}

fn is_telling(token: &str) -> bool {
    const COMMON: &[&str] = &[
        "let",
        "mut",
        "fn",
        "if",
        "else",
        "for",
        "in",
        "match",
        "return",
        "async",
        "await",
        "move",
        "self",
        "Self",
        "ref",
        "as",
        "use",
        "pub",
        "crate",
        "super",
        "true",
        "false",
        "assert",
        "assert_eq",
        "assert_ne",
        "unwrap",
        "expect",
        "clone",
        "into",
        "iter",
        "to_string",
        "to_owned",
        "vec",
        "Some",
        "None",
        "Ok",
        "Err",
        "format",
        "String",
        "Vec",
        "usize",
        "u32",
        "u64",
        "i32",
        "i64",
        "f32",
        "f64",
        "bool",
        "str",
        "impl",
        "dyn",
        "where",
        "loop",
        "while",
        "const",
        "static",
        "struct",
        "enum",
        "mod",
        "type",
        "matches",
        "as_ref",
        "collect",
    ];
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '\'')
        && token != "_"
        && !COMMON.contains(&token)
}

/// Tokens without those that are only printed or assumed, and without comparisons that nobody looks at.
pub(crate) fn spoken(tokens: &[String]) -> Vec<String> {
    const SILENT: &[&str] = &[
        "println",
        "eprintln",
        "print",
        "eprint",
        "dbg",
        "prop_assume",
        "assume",
        "info",
        "debug",
        "trace",
        "warn",
    ];
    let mut said = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(end) = discarded(tokens, at) {
            at = end;
            continue;
        }
        let silent =
            SILENT.contains(&tokens[at].as_str()) && tokens.get(at + 1).is_some_and(|bang| bang == "!");
        if !silent {
            said.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 2;
        let mut depth = 0;
        while at < tokens.len() {
            depth += match tokens[at].as_str() {
                "(" | "[" | "{" => 1,
                ")" | "]" | "}" => -1,
                _ => 0,
            };
            at += 1;
            if depth <= 0 {
                break;
            }
        }
    }
    said
}

/// Behind a statement that starts here and whose value nobody keeps: `let _ = top(3) == 7;`. What asserts is none.
fn discarded(tokens: &[String], at: usize) -> Option<usize> {
    let [keyword, name, equals, ..] = &tokens[at..] else { return None };
    if keyword != "let" || !name.starts_with('_') || equals != "=" {
        return None;
    }
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(at + 3).take(STATEMENT) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            ";" if depth == 0 => {
                let used = name != "_" && tokens[index..].contains(name);
                return (!used).then_some(index + 1);
            }
            _ => {}
        }
        if depth < 0 || token.starts_with("assert") {
            return None;
        }
    }
    None
}

/// Whether a token is a literal.
pub(crate) fn is_literal(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit() || c == '"' || c == '\'')
        || ["b\"", "r\"", "r#", "b'", "br", "c\""]
            .iter()
            .any(|start| token.starts_with(start) && token.ends_with(['"', '#', '\'']))
        || matches!(token, "true" | "false")
}

/// The value of a numeric literal.
pub(crate) fn number(token: &str) -> Option<f64> {
    let plain = token.replace('_', "");
    let plain = plain.trim_start_matches('+');
    const SUFFIXES: &[&str] = &[
        "f32", "f64", "usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128",
    ];
    let cut = SUFFIXES.iter().find_map(|suffix| plain.strip_suffix(suffix)).unwrap_or(plain);
    cut.parse().ok()
}

/// The tokens of a line that tokens were joined to.
pub(crate) fn of_line(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    if let Ok(stream) = line.parse() {
        flatten(stream, &mut String::new(), &mut |token| tokens.push(token.to_owned()));
    }
    tokens
}

/// What stands between the commas of a list.
pub(crate) fn columns(list: &[String]) -> Vec<Vec<String>> {
    let mut columns = vec![Vec::new()];
    let mut depth = 0_i32;
    for token in list {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 0 => {
                columns.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(column) = columns.last_mut() {
            column.push(token.clone());
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_one_spelling() {
        for (written, plainly) in [
            ("1_000", "1000"),
            ("1000_u32", "1000"),
            ("1_000.5_f64", "1000.5"),
            ("0xff_u8", "0xff"),
            ("0x1f32", "0x1f32"),
            ("1e-9", "1e-9"),
            ("r\"bad number\"", "\"bad number\""),
            ("r#\"say \"no\" \\ yes\"#", "\"say \\\"no\\\" \\\\ yes\""),
            ("\"plain_text\"", "\"plain_text\""),
            ("b\"bytes\"", "b\"bytes\""),
            ("'r'", "'r'"),
        ] {
            assert_eq!(plain(written.to_owned()), plainly, "{written}");
        }
    }
}
