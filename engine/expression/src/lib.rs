//! Expressions in CEL, the Common Expression Language: what a field path cannot say.
//!
//! An expression is compiled once and evaluated over named values. The language is that of
//! <https://cel.dev> with its standard operators and macros (`has`, `all`, `exists`, `exists_one`, `map`, `filter`)
//! and the functions of [`FUNCTIONS`]; no clock, no regular expressions, no text formatting, so that it says the
//! same thing wherever it is evaluated. `isFinite(x)` is the one function of our own: false for NaN and infinities.
//!
//! Where a file reads a path or an expression, an expression begins with [`MARK`], in quotes because of the colon:
//! `items: "cel: response.shelves[0].items"`. Where it reads nothing but expressions there is no mark.
//!
//! Values are JSON or, with the feature `messages`, messages of protos. JSON is read as proto JSON writes messages: field
//! names as in the proto, 64-bit integers as strings (`int(..)` reads them), numbers that JSON has no words for as
//! `"NaN"`, `"Infinity"`, `"-Infinity"` (`double(..)` reads them). Results are written the same way. A number without a
//! fraction is an `int` only if JSON writes it without one.
//!
//! A message is one by the language's own specification: fields that are not set have their default, `has(..)` tells
//! presence as the proto defines it, 64-bit integers are integers, an enum is its number and can be named as
//! `p.v1.Kind.KIND_A`, or from the package's own services as `Kind.KIND_A`.

mod budget;
#[cfg(feature = "messages")]
mod check;
mod json;
#[cfg(feature = "messages")]
mod message;
mod parse;
#[cfg(feature = "messages")]
mod types;
mod values;
mod words;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cel::parser::Expression as Tree;
use serde_json::Value;

pub use json::MAX_VALUE_DEPTH;
pub use parse::{FUNCTIONS, MAX_BYTES, MAX_DEPTH, MAX_MACROS, beside_large_stack, with_large_stack};
#[cfg(feature = "messages")]
pub use types::{Scope, Type};
pub use values::Values;

use parse::Parsed;
use words::{BROKEN, shown};

/// What an expression begins with where a path could stand as well.
pub const MARK: &str = "cel:";

/// The most that one evaluation may handle: a value that is looked at counts one, a list or a map what is in it as
/// well, a string one more every 64 bytes. Enough to compare every item of 400 with every other.
pub const MAX_STEPS: u64 = 1_000_000;

/// A compiled expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    tree: Tree,
    /// The variables that it names.
    named: BTreeSet<String>,
    /// The full names of the fields that it looks at, where its variables have types.
    fields: BTreeSet<String>,
}

/// Why an expression is not compiled or has no value: a fragment that quotes the expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the expression `{text}` {reason}")]
pub struct Fault {
    /// The expression, shortened.
    pub text: String,
    /// What is wrong with it, for instance "does not parse at column 3: ..".
    pub reason: String,
}

impl Expression {
    /// The expression of a text that may be a path as well; `None` for a path, which does not begin with [`MARK`].
    ///
    /// # Errors
    ///
    /// As [`Expression::compile`].
    pub fn marked(text: &str, variables: &[&str]) -> Option<Result<Expression, Fault>> {
        Some(Expression::compile(text.strip_prefix(MARK)?, variables))
    }

    /// Compiles an expression that may use these variables.
    ///
    /// # Errors
    ///
    /// Where the text is longer than [`MAX_BYTES`], nested deeper than [`MAX_DEPTH`] or [`MAX_MACROS`], does not parse, or names a
    /// variable or function that there is not.
    pub fn compile(text: &str, variables: &[&str]) -> Result<Expression, Fault> {
        let text = text.trim();
        let parsed = parse::apart(text, variables).map_err(|reason| Fault::of(text, reason))?;
        Ok(Expression::of(text, parsed))
    }

    /// Compiles an expression over messages, and gives back its type. Paths of fields are checked against their
    /// descriptors, and what is never equal or has no order is not compared.
    ///
    /// # Errors
    ///
    /// As [`Expression::compile`], and where the types do not fit.
    #[cfg(feature = "messages")]
    pub fn typed(text: &str, scope: &Scope<'_>) -> Result<(Expression, Type), Fault> {
        let text = text.trim();
        let (parsed, found) = parse::apart_typed(text, scope).map_err(|reason| Fault::of(text, reason))?;
        Ok((Expression::of(text, parsed), found))
    }

    fn of(text: &str, parsed: Parsed) -> Expression {
        let Parsed { tree, named, fields } = parsed;
        Expression { text: text.to_owned(), tree, named, fields }
    }

    /// The full names of the fields that it looks at, as in `ranking.v1.Track.title`; none where its variables are JSON.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// Its text, without the mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names a variable. One that it does not name need not be set.
    pub fn names(&self, variable: &str) -> bool {
        self.named.contains(variable)
    }

    /// Evaluates it to JSON.
    ///
    /// # Errors
    ///
    /// Where it has no value, for instance because a field is missing (test with `has(..)`), takes more than
    /// [`MAX_STEPS`], or gives what JSON cannot hold.
    pub fn evaluate(&self, values: &Values) -> Result<Value, Fault> {
        guarded(|| budget::within(MAX_STEPS, || values.resolve(&self.tree)))
            .map_err(|reason| Fault::of(&self.text, reason))
    }

    /// Whether it holds.
    ///
    /// # Errors
    ///
    /// As [`Expression::evaluate`], and where it gives something else than true or false.
    pub fn holds(&self, values: &Values) -> Result<bool, Fault> {
        match self.evaluate(values)? {
            Value::Bool(holds) => Ok(holds),
            other => {
                let reason = format!("gives {} where true or false is asked for", values::kind(&other));
                Err(Fault::of(&self.text, reason))
            }
        }
    }
}

impl Fault {
    fn of(text: &str, reason: String) -> Self {
        Fault { text: shown(text, 120), reason }
    }
}

/// A fault inside the library is one of the expression: it must not take along what judges everything else.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Nothing of it is used after a panic.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(BROKEN.to_owned()))
}
