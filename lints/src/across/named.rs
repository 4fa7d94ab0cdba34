//! Names of what is called, as hashes: many are kept and none is ever shown.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZero;

use serde::{Deserialize, Serialize};

use crate::words::{is_one_of, parts};

/// By what something can be called: `name` of a function, `.name` of a method, `Type::name`, `name!` of a macro.
pub(crate) type Key = u64;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) key: Key,
    /// Of `Type::name`, the key of `.name`: the type may be a parameter or an alias. No key is zero.
    else_method: Option<NonZero<Key>>,
    /// Whether its name says that it asserts something.
    pub(crate) says_assert: bool,
    pub(crate) is_macro: bool,
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
        Named { key, else_method, says_assert: says_assert(name), is_macro }
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
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
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
