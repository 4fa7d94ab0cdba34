//! What a function or a macro calls and asserts, read from its tokens: so that bodies of macros are no exception.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{Does, Named, named};

/// Reads a body, and counts its tokens; `owner` is the type whose function it is.
pub(super) fn does(tokens: TokenStream, owner: Option<&str>) -> (Does, u32) {
    let mut reader = Reader { owner, does: Does::default(), calls: BTreeSet::new(), tokens: 0 };
    reader.read(tokens);
    (Does { calls: reader.calls.into_iter().collect(), ..reader.does }, reader.tokens)
}

struct Reader<'a> {
    owner: Option<&'a str>,
    does: Does,
    calls: BTreeSet<Named>,
    /// How many there are; a bracket has two.
    tokens: u32,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        self.tokens += tokens.len() as u32;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '?' => self.does.fails = true,
                // Within a test, it is there for the compiler to check a bound: `fn is_send<T: Send>() {}`
                TokenTree::Ident(word) if word == "fn" => self.does.asserts |= is_bound(&tokens[at..]),
                TokenTree::Ident(ident) => self.name(&ident.to_string(), &tokens, at),
                _ => {}
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.tokens += 1;
                self.read(into_stream(group));
            }
        }
    }

    fn name(&mut self, name: &str, tokens: &[TokenTree], at: usize) {
        let (before, after) = (Around::before(tokens, at), Around::after(tokens, at));
        if after.is('!') && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) {
            return self.macro_call(name);
        }
        let is_called = after.opens() || after.is_turbofish(tokens, at);
        // `map(check)`: a function as an argument.
        let is_passed = before.ends_argument() && after.ends_argument();
        let is_path = before.is_path(tokens, at);
        if !(is_called || is_passed || is_path) || name.starts_with(char::is_uppercase) {
            return;
        }
        if is_called && matches!(name, "unwrap" | "expect" | "unwrap_err" | "expect_err") {
            self.does.fails = true;
        } else if is_called && matches!(name, "exit" | "abort" | "panic_any" | "resume_unwind") {
            self.does.asserts = true;
        } else if is_path {
            let owner = at.checked_sub(3).and_then(|at| match &tokens[at] {
                TokenTree::Ident(owner) => Some(owner.to_string()),
                _ => None,
            });
            match (owner.as_deref(), self.owner) {
                (Some("Self"), Some(owner)) => self.calls.insert(Named::of_type(owner, name)),
                (Some(owner), _) if owner.starts_with(char::is_uppercase) => {
                    self.calls.insert(Named::of_type(owner, name))
                }
                // `<T as Trait>::name`, `Type::<T>::name`
                (None, _) => self.calls.insert(Named::method(name)),
                _ => self.calls.insert(Named::function(name)),
            };
        } else if before.is('.') {
            self.calls.insert(Named::method(name));
        } else {
            self.calls.insert(Named::function(name));
        }
    }

    fn macro_call(&mut self, name: &str) {
        match name {
            "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => self.does.asserts = true,
            _ if SILENT.contains(&name) => {}
            _ if named::says_assert(name) => self.does.asserts = true,
            _ => _ = self.calls.insert(Named::called_macro(name)),
        }
    }
}

/// What stands in a bracket that is given up: of one that is still there, each token would be copied to be read.
pub(super) fn into_stream(group: Group) -> TokenStream {
    group.stream()
}

/// Whether a function that begins here takes what keeps a bound, by parameters of types or by `impl`.
fn is_bound(tokens: &[TokenTree]) -> bool {
    let is_impl = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
    match tokens.get(2) {
        Some(TokenTree::Punct(sign)) => sign.as_char() == '<',
        Some(TokenTree::Group(parameters)) => parameters.stream().into_iter().any(is_impl),
        _ => false,
    }
}

/// Macros that everybody knows and that assert nothing.
const SILENT: &[&str] = &[
    "cfg",
    "column",
    "concat",
    "dbg",
    "debug",
    "env",
    "eprint",
    "eprintln",
    "error",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "info",
    "join",
    "json",
    "line",
    "macro_rules",
    "matches",
    "module_path",
    "option_env",
    "pin",
    "print",
    "println",
    "select",
    "stringify",
    "thread_local",
    "trace",
    "try_join",
    "vec",
    "warn",
    "write",
    "writeln",
];

/// A neighbour of a token.
enum Around {
    Nothing,
    Sign(char),
    Parentheses,
    Other,
}

impl Around {
    fn before(tokens: &[TokenTree], at: usize) -> Around {
        Around::of(at.checked_sub(1).and_then(|at| tokens.get(at)))
    }

    fn after(tokens: &[TokenTree], at: usize) -> Around {
        Around::of(tokens.get(at + 1))
    }

    fn of(token: Option<&TokenTree>) -> Around {
        match token {
            None => Around::Nothing,
            Some(TokenTree::Punct(sign)) => Around::Sign(sign.as_char()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Around::Parentheses
            }
            Some(_) => Around::Other,
        }
    }

    fn is(&self, sign: char) -> bool {
        matches!(self, Around::Sign(own) if *own == sign)
    }

    fn opens(&self) -> bool {
        matches!(self, Around::Parentheses)
    }

    fn ends_argument(&self) -> bool {
        matches!(self, Around::Nothing | Around::Sign(','))
    }

    /// `name::<T>`
    fn is_turbofish(&self, tokens: &[TokenTree], at: usize) -> bool {
        self.is(':') && Around::of(tokens.get(at + 2)).is(':') && Around::of(tokens.get(at + 3)).is('<')
    }

    /// The end of `..::`
    fn is_path(&self, tokens: &[TokenTree], at: usize) -> bool {
        self.is(':') && at.checked_sub(2).is_some_and(|at| Around::of(tokens.get(at)).is(':'))
    }
}
