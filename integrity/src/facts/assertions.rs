//! What a test asserts: its form, what it is about, what is expected, and how much that excludes.

use std::collections::BTreeMap;

use findings::Span;
use quote::ToTokens;
use serde::{Deserialize, Serialize};
use source::SourceFile;

use super::tokens;

/// How much an assertion excludes, from nothing to everything but one value. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Form {
    /// It holds whatever the code does: `assert!(true)`.
    Constant,
    /// `unwrap`, `expect`, `?`: that there was no error.
    Unwrap,
    /// `is_ok`, `is_some`, not empty: one half of all values.
    State,
    /// A comparison, a condition, `contains`, or unequal.
    Truth,
    /// A pattern.
    Matches,
    /// A macro or a function whose name says that it asserts.
    Custom,
    /// Equal within a tolerance.
    Close,
    /// Equal to one value, or to a snapshot.
    Equal,
    /// Equal to a text that the tool for snapshots writes.
    Snapshot,
}

/// A limit that a number is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bound {
    pub(crate) value: f64,
    /// Whether what is asserted must stay below it.
    pub(crate) upper: bool,
    /// Whether the limit itself is allowed.
    pub(crate) inclusive: bool,
}

/// A condition under which something runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Condition {
    /// In tokens, by which two are compared.
    pub(crate) tokens: String,
    /// As it stands in the file.
    pub(crate) text: String,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Condition) -> bool {
        self.tokens == other.tokens
    }
}

/// One assertion.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Assertion {
    pub(crate) form: Form,
    /// What is looked at, in tokens.
    pub(crate) subject: Vec<String>,
    /// What is expected of it, in tokens: a value, a pattern, an operator.
    pub(crate) expected: Vec<String>,
    pub(crate) bound: Option<Bound>,
    /// The name of a bound, or of what a snapshot is taken of, that may be a constant: resolved when the file has been read.
    pub(crate) bound_name: Option<String>,
    /// Whether it is made only in builds with debug assertions.
    pub(crate) debug: bool,
    /// Whether nobody sees it fail: in a thread that nobody waits for, where panics are caught.
    pub(crate) quiet: bool,
    /// Conditions under which it is made.
    pub(crate) only_if: Vec<Condition>,
    /// As it stands in the file.
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Assertion {
    /// Whether both say the same, apart from white space, messages, and the order of the two sides.
    pub(crate) fn says(&self, other: &Assertion) -> bool {
        let crossed = self.subject == other.expected && self.expected == other.subject;
        self.form == other.form
            && self.bound == other.bound
            && (crossed || self.expected == other.expected && self.subject == other.subject)
    }

    /// The same with names replaced by what they stand for, in tokens; fields and methods of such names stay.
    pub(crate) fn with(&self, values: &BTreeMap<&str, Vec<String>>) -> Assertion {
        let (subject, mut expected) =
            (tokens::replaced(&self.subject, values), tokens::replaced(&self.expected, values));
        let mut bound = self.bound;
        if let [order, limit] = expected.as_slice()
            && let Some(value) = tokens::number(limit)
            && (order == "<" || order == ">")
        {
            bound = Some(Bound { value, upper: order == "<", inclusive: true });
            expected.truncate(1);
        }
        Assertion { subject, expected, bound, ..self.clone() }
    }

    /// The helper whose call it stands for.
    pub(crate) fn called(&self) -> Option<&str> {
        match self.expected.as_slice() {
            [name] => name.strip_suffix("()"),
            _ => None,
        }
    }

    /// Whether it says no more than `unwrap` does.
    pub(crate) fn says_no_error(&self) -> bool {
        self.form == Form::State
            && matches!(self.expected.as_slice(), [state] if state == "is_ok true" || state == "is_some true")
    }

    /// What it says, as one text.
    pub(crate) fn key(&self) -> String {
        format!("{:?} {} | {} {:?}", self.form, self.subject.join(" "), self.expected.join(" "), self.bound)
    }

    /// Both halves.
    pub(crate) fn all_tokens(&self) -> Vec<String> {
        self.subject.iter().chain(&self.expected).cloned().collect()
    }
}

/// An assertion before its place is known.
pub(crate) struct Raw {
    pub(super) form: Form,
    pub(super) subject: Vec<String>,
    pub(super) expected: Vec<String>,
    pub(super) bound: Option<Bound>,
    pub(super) bound_name: Option<String>,
    pub(super) debug: bool,
}

impl Raw {
    pub(crate) fn new(form: Form, subject: Vec<String>, expected: Vec<String>) -> Raw {
        Raw { form, subject, expected, bound: None, bound_name: None, debug: false }
    }

    /// The same where it stands for `unwrap`: a `match` or `let .. else` that panics.
    pub(crate) fn unwrapping(mut self) -> Raw {
        let plain =
            matches!(self.expected.as_slice(), [state] if state == "is_ok true" || state == "is_some true");
        if self.form == Form::State && plain {
            self.form = Form::Unwrap;
        }
        self
    }

    pub(crate) fn at(self, text: String, span: Span) -> Assertion {
        let Raw { form, subject, expected, bound, bound_name, debug } = self;
        let (quiet, only_if) = (false, Vec::new());
        Assertion { form, subject, expected, bound, bound_name, debug, quiet, only_if, text, span }
    }
}

/// The text of a node as it stands in the file.
pub(crate) fn text_of(file: &SourceFile, node: &impl ToTokens) -> String {
    use syn::spanned::Spanned as _;
    file.text.get(node.span().byte_range()).map(str::to_owned).unwrap_or_else(|| tokens::line(node))
}
