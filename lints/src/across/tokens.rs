//! What a function or a macro calls and asserts, read from its tokens: so that bodies of macros are no exception.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use proc_macro2::Delimiter;
use source::{Lexed, Lexeme};

use super::{Does, Named, digest, named};

/// Reads a body, and counts its tokens; `owner` is the type whose function it is.
pub(super) fn does(body: &Lexed<'_>, owner: Option<&str>) -> (Does, u32) {
    let mut reader = Reader { body, owner, does: Does::default(), calls: BTreeSet::new(), tokens: 0 };
    reader.read(body.outer());
    (Does { calls: reader.calls.into_iter().collect(), ..reader.does }, reader.tokens)
}

/// A hash of tokens, whatever white space and comments are between them.
pub(super) fn said(text: &str) -> u64 {
    let lexed = Lexed::of(text);
    let mut hasher = digest::hasher();
    hash_all(&lexed, lexed.outer(), &mut hasher);
    hasher.finish()
}

fn hash_all(lexed: &Lexed<'_>, tokens: &[Lexeme<'_>], hasher: &mut impl Hasher) {
    tokens.len().hash(hasher);
    for token in tokens {
        match token {
            Lexeme::Sign(sign) => sign.hash(hasher),
            Lexeme::Word(text) | Lexeme::Literal(text) => text.hash(hasher),
            Lexeme::Group(delimiter, inside) => {
                std::mem::discriminant(delimiter).hash(hasher);
                hash_all(lexed, lexed.inside(inside), hasher);
            }
        }
    }
}

struct Reader<'a> {
    body: &'a Lexed<'a>,
    owner: Option<&'a str>,
    does: Does,
    calls: BTreeSet<Named>,
    /// How many there are; a bracket has two.
    tokens: u32,
}

impl Reader<'_> {
    fn read(&mut self, tokens: &[Lexeme<'_>]) {
        self.tokens += tokens.len() as u32;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Lexeme::Sign('?') => self.does.fails = true,
                // Within a test, it is there for the compiler to check a bound: `fn is_send<T: Send>() {}`
                Lexeme::Word("fn") => self.does.asserts |= self.is_bound(&tokens[at..]),
                Lexeme::Word(word) => self.name(word, tokens, at),
                _ => {}
            }
        }
        for token in tokens {
            if let Lexeme::Group(_, inside) = token {
                self.tokens += 1;
                self.read(self.body.inside(inside));
            }
        }
    }

    /// Whether a function that begins here takes what keeps a bound, by parameters of types or by `impl`.
    fn is_bound(&self, tokens: &[Lexeme<'_>]) -> bool {
        match tokens.get(2) {
            Some(Lexeme::Sign(sign)) => *sign == '<',
            Some(Lexeme::Group(_, parameters)) => {
                self.body.inside(parameters).contains(&Lexeme::Word("impl"))
            }
            _ => false,
        }
    }

    fn name(&mut self, name: &str, tokens: &[Lexeme<'_>], at: usize) {
        let (before, after) = (Around::before(tokens, at), Around::after(tokens, at));
        if after.is('!') && matches!(tokens.get(at + 2), Some(Lexeme::Group(..))) {
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
            let owner = at.checked_sub(3).and_then(|at| match tokens[at] {
                Lexeme::Word(owner) => Some(owner),
                _ => None,
            });
            match (owner, self.owner) {
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
    fn before(tokens: &[Lexeme<'_>], at: usize) -> Around {
        Around::of(at.checked_sub(1).and_then(|at| tokens.get(at)))
    }

    fn after(tokens: &[Lexeme<'_>], at: usize) -> Around {
        Around::of(tokens.get(at + 1))
    }

    fn of(token: Option<&Lexeme<'_>>) -> Around {
        match token {
            None => Around::Nothing,
            Some(Lexeme::Sign(sign)) => Around::Sign(*sign),
            Some(Lexeme::Group(Delimiter::Parenthesis, _)) => Around::Parentheses,
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
    fn is_turbofish(&self, tokens: &[Lexeme<'_>], at: usize) -> bool {
        self.is(':') && Around::of(tokens.get(at + 2)).is(':') && Around::of(tokens.get(at + 3)).is('<')
    }

    /// The end of `..::`
    fn is_path(&self, tokens: &[Lexeme<'_>], at: usize) -> bool {
        self.is(':') && at.checked_sub(2).is_some_and(|at| Around::of(tokens.get(at)).is(':'))
    }
}
