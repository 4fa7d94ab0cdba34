//! Names of what is called, as hashes: many are kept and none is ever shown.

use std::hash::Hash;
use std::num::NonZero;

use super::digest;
use crate::words::{is_one_of, parts};

/// By what something can be called: `name` of a function, `.name` of a method, `Type::name`, `name!` of a macro. The lowest
/// bit is never set.
pub(crate) type Key = u64;

const MARK: u64 = 1;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    /// Its key, with the lowest bit set where its name says that it may assert something: a large workspace calls a million
    /// times.
    marked: u64,
    /// Of `Type::name`, the key of `.name`: the type may be a parameter or an alias. No key is zero.
    else_method: Option<NonZero<Key>>,
}

impl Named {
    pub(crate) fn function(name: &str) -> Named {
        Named::new(function(name), None, name, false)
    }

    pub(crate) fn method(name: &str) -> Named {
        Named::new(method(name), None, name, false)
    }

    pub(crate) fn of_type(owner: &str, name: &str) -> Named {
        Named::new(of_type(owner, name), Some(method(name)), name, false)
    }

    pub(crate) fn called_macro(name: &str) -> Named {
        Named::new(called_macro(name), None, name, true)
    }

    fn new(key: Key, else_method: Option<Key>, name: &str, is_macro: bool) -> Named {
        let else_method = else_method.and_then(NonZero::new);
        let may_assert = is_macro || says_assert(name);
        Named { marked: key | if may_assert { MARK } else { 0 }, else_method }
    }

    /// As it is kept.
    pub(super) fn hashes(&self) -> [u64; 2] {
        [self.marked, self.else_method.map_or(0, NonZero::get)]
    }

    pub(super) fn of_hashes([marked, else_method]: [u64; 2]) -> Named {
        Named { marked, else_method: NonZero::new(else_method) }
    }

    pub(crate) fn key(&self) -> Key {
        self.marked & !MARK
    }

    /// Whether it is a macro, or its name says that it asserts something.
    pub(crate) fn may_assert(&self) -> bool {
        self.marked & MARK != 0
    }

    /// Of `Type::name`, the key of `.name`.
    pub(crate) fn else_method(&self) -> Option<Key> {
        self.else_method.map(NonZero::get)
    }
}

pub(crate) fn function(name: &str) -> Key {
    hash(("", name))
}

pub(crate) fn method(name: &str) -> Key {
    hash((".", name))
}

pub(crate) fn of_type(owner: &str, name: &str) -> Key {
    hash((owner, name))
}

pub(crate) fn called_macro(name: &str) -> Key {
    hash(("!", name))
}

fn hash(value: impl Hash) -> Key {
    digest::hash(value) & !MARK
}

/// Words by which functions and macros of test frameworks say that they assert.
const ASSERTING: &[&str] = &[
    "assert",
    "asserts",
    "assertion",
    "check",
    "checks",
    "checkpoint",
    "compile",
    "ensure",
    "expect",
    "expected",
    "expects",
    "fail",
    "matches",
    "must",
    "prove",
    "quickcheck",
    "roundtrip",
    "should",
    "snapshot",
    "times",
    "validate",
    "verify",
];

/// Whether a name says that something is asserted.
pub(crate) fn says_assert(name: &str) -> bool {
    let begins = |part: &str| part.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("assert"));
    parts(name).any(|part| begins(part) || is_one_of(part, ASSERTING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_has_the_key_of_what_it_calls_whether_or_not_its_name_asserts() {
        for (name, asserts) in [("rank", false), ("assert_ranked", true), ("verify", true)] {
            let called = Named::of_type("Page", name);
            assert_eq!(called.key(), of_type("Page", name), "{name}");
            assert_eq!(called.else_method(), Some(method(name)), "{name}");
            assert_eq!(called.may_assert(), asserts, "{name}");
            assert!(Named::called_macro(name).may_assert(), "{name}");
            assert_eq!(Named::called_macro(name).key(), called_macro(name), "{name}");
        }
    }
}
