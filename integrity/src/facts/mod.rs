//! What the guard needs to know of one Rust file on one side, as plain data that outlives the syntax tree.

mod always;
mod asserting;
mod assertions;
mod attributes;
mod bodies;
mod build_script;
mod conditions;
mod dead;
mod functions;
mod ignored;
mod leaving;
mod lint_attributes;
mod macros;
mod patterns;
mod predicates;
mod special;
mod tokens;
mod types;
mod unrolled;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use findings::Span;
use serde::{Deserialize, Serialize};
use source::{Early, Problem, Tree, with_stack};

pub(crate) use asserting::says_assert;
pub(crate) use assertions::{Assertion, Form};
pub(crate) use attributes::Gate;
pub(crate) use build_script::{When, said as said_to_cargo};
pub(crate) use lint_attributes::LintAttribute;
pub(crate) use special::{Answer, Detected, Special};
pub(crate) use tokens::{
    is_literal, line as line_of_tokens, number, of_line as tokens_of_line, replaced, similarity, spoken,
    telling,
};
pub(crate) use types::{Comparison, Shape, Types};

/// One Rust file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct FileFacts {
    /// Every function that is a test, or stands where only tests can reach it.
    pub(crate) functions: Vec<Function>,
    /// `allow` and `expect`; of a generated file none, since nobody writes them.
    pub(crate) suppressions: Vec<LintAttribute>,
    /// `warn`, `deny` and `forbid`; of a generated file none.
    pub(crate) demands: Vec<LintAttribute>,
    /// Functions, types, constants and modules that production code defines.
    pub(crate) defined: BTreeSet<String>,
    /// Features by which production code is gated.
    pub(crate) features: BTreeSet<String>,
    /// Macros defined here that make tests, or assert.
    pub(crate) asserting_macros: BTreeSet<String>,
    /// Texts and numbers that test code names: `const EXPECTED: &str = ..`.
    pub(crate) constants: BTreeMap<String, String>,
    pub(crate) types: Types,
    /// Where production code treats single values, or being tested, as special.
    pub(crate) special: Special,
}

/// What a function is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// The test harness calls it.
    Test,
    /// It stands in test code and serves tests.
    Helper,
}

/// One function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    /// Modules and types around it, within the file.
    pub(crate) path: Vec<String>,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) span: Span,
    /// As it stands in the file, attributes included.
    pub(crate) text: String,
    /// `#[ignore]`, with its condition where it has one.
    pub(crate) ignored: Option<Option<String>>,
    /// Conditions on it, and on the modules around it within the file.
    pub(crate) gates: Vec<Gate>,
    /// `#[should_panic]`, with the expected text where it has one.
    pub(crate) should_panic: Option<Option<String>>,
    /// Rows of a parametrised test.
    pub(crate) cases: Vec<String>,
    /// Names of what it is called with; `self` is one.
    pub(crate) parameters: Vec<String>,
    /// Whether it gives a value back, a bare `Result<()>` apart.
    pub(crate) returns: bool,
    /// Rows of the tables that it loops over.
    pub(crate) tables: Vec<Vec<String>>,
    /// What it asserts in such loops, row by row.
    pub(crate) unrolled: Vec<Assertion>,
    /// What holds where it gives `true` back, of one that does nothing else.
    pub(crate) holds: Vec<Assertion>,
    /// The body, in normalised tokens.
    pub(crate) body: Vec<String>,
    pub(crate) assertions: Vec<Assertion>,
    /// Names of what it calls, macros included.
    pub(crate) calls: Vec<Call>,
    /// Ways out before the end, at the top level of the body.
    pub(crate) leaves: Vec<Leave>,
    /// The macro that it is handed to: `proptest`.
    pub(crate) maker: Option<String>,
    /// The attribute that makes it a test: `tokio :: test`.
    pub(crate) harness: Option<String>,
}

/// A call of something by its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    /// The last segment; that of a macro ends with `!`.
    pub(crate) name: String,
    /// Whether it is the method of a value: then many others may be called so.
    pub(crate) method: bool,
    /// Whether nobody sees it fail.
    pub(crate) quiet: bool,
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A way out of a test before its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Leave {
    /// The condition; `None` where there is none.
    pub(crate) condition: Option<String>,
    pub(crate) span: Span,
}

impl FileFacts {
    /// Whether a macro is handed tests.
    pub(crate) fn macro_made(&self) -> bool {
        self.functions.iter().any(|function| function.maker.is_some())
    }
}

impl Function {
    /// The name with the modules around it.
    pub(crate) fn title(&self) -> String {
        let mut parts = self.path.clone();
        parts.push(self.name.clone());
        parts.join("::")
    }
}

/// Reads one file. With `support`, all of it is there for tests, wherever it lies. Needs the stack of
/// [`source::with_stack`].
pub(crate) fn read(tree: &Tree, path: &str, support: bool) -> Result<FileFacts, Problem> {
    tree.look_once(path, if support { SUPPORT } else { CODE }, move |file| functions::of_file(file, support))
}

/// The look that most files get, for who parses them before the guard is asked.
pub fn early() -> Early {
    Early::of(CODE, |file| functions::of_file(file, false))
}

/// Who looks at a file of a package, and at one of a package that is there for tests.
const CODE: &str = "integrity";
const SUPPORT: &str = "integrity, support";

/// A number that stands for all of a file that is not there for tests. It takes as long as everything else that is read of
/// the file, and is asked for where tests differ.
pub(crate) fn production(tree: &Tree, path: &str, support: bool) -> Result<u64, Problem> {
    let who = if support { "integrity, production, support" } else { "integrity, production" };
    with_stack(|| tree.look_once(path, who, move |file| functions::production_of(file, support)))
}

/// What stands for a file without production code.
pub(crate) fn nothing() -> u64 {
    tokens::Digest::default().finish()
}
