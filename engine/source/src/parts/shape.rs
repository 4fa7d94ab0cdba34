//! What a function does, whatever it and its variables are called: for telling that one is there already.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::undocumented;

/// Tokens of a body below which equal ones mean nothing: whoever asks for a length writes what everybody writes.
const LEAST: usize = 24;

/// Equal for functions whose parameters and bodies are the same tokens, but for the names of variables; `None` where there
/// is too little of it.
pub(super) fn shape(signature: TokenStream, body: TokenStream) -> Option<u64> {
    let mut reader = Reader { names: HashMap::new(), hash: DefaultHasher::new(), tokens: 0 };
    let signature = unnamed(signature);
    bound(signature.clone(), true, &mut reader.names);
    bound(body.clone(), false, &mut reader.names);
    reader.read(signature);
    reader.tokens = 0;
    reader.read(body);
    (reader.tokens >= LEAST).then(|| reader.hash.finish())
}

/// A signature without the function's own name.
fn unnamed(signature: TokenStream) -> TokenStream {
    let mut is_name = false;
    let kept = signature.into_iter().filter(|token| {
        let is_this = std::mem::replace(&mut is_name, matches!(token, TokenTree::Ident(it) if it == "fn"));
        !is_this
    });
    kept.collect()
}

/// Takes in the names that `let` and `for` bind, and of parameters those in front of a colon, in their order.
fn bound(tokens: TokenStream, parameters: bool, names: &mut HashMap<String, usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_sign =
        |token: Option<&TokenTree>, sign| matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == sign);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => bound(group.stream(), parameters, names),
            TokenTree::Ident(name) => {
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                let word = |words: &[&str]| matches!(before, Some(TokenTree::Ident(it)) if words.iter().any(|word| it == word));
                // A path has two colons.
                let is_typed = is_sign(tokens.get(at + 1), ':') && !is_sign(tokens.get(at + 2), ':');
                let text = name.to_string();
                if (word(&["let", "for", "mut"]) || parameters && is_typed) && is_variable(&text) {
                    let next = names.len();
                    names.entry(text).or_insert(next);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether a name is written as variables are, and is no word of the language that may stand in their place.
fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_lowercase() || first == '_')
        && !["mut", "ref", "dyn", "impl", "const", "move", "async", "if", "match", "unsafe", "self"]
            .contains(&name)
}

struct Reader {
    /// Variables, by the order in which they are bound.
    names: HashMap<String, usize>,
    hash: DefaultHasher,
    tokens: usize,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream) {
        let mut before = ' ';
        for token in undocumented(tokens) {
            self.tokens += 1;
            let sign = match &token {
                TokenTree::Punct(sign) => sign.as_char(),
                _ => ' ',
            };
            match token {
                // A field or a method is no variable, whatever its name.
                TokenTree::Ident(ident) => match self.names.get(&ident.to_string()) {
                    Some(variable) if before != '.' => (true, variable).hash(&mut self.hash),
                    _ => (false, ident.to_string()).hash(&mut self.hash),
                },
                TokenTree::Literal(literal) => literal.to_string().hash(&mut self.hash),
                TokenTree::Punct(sign) => sign.as_char().hash(&mut self.hash),
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
                }
            }
            before = sign;
        }
    }
}
