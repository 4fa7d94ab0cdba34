//! A rule: what is looked for, why it hurts, and how strict it is by default.

use serde::{Deserialize, Serialize};

/// How much a finding weighs. Policy may change the level of a rule; the sink applies it, not the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Informs.
    Note,
    /// Advises.
    Warning,
    /// Blocks.
    Error,
}

impl Level {
    /// The word for it in reports and in `gatefold.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// The group of rules that say "this was not looked at". In a file that the change touches, such findings are
/// never known, never excepted and never lowered.
pub const NOT_LOOKED_AT: &str = "not-looked-at";

/// The group of rules over invariants, which no approval waives: a ranking with an item twice is never right.
pub const INVARIANT: &str = "invariant";

/// The group of rules over what a change says of itself, which no approval waives: a claim can be corrected.
pub const CLAIM: &str = "claim";

/// The group of rules over what is approved and cannot be read, which no approval waives: whoever approves it sees nothing.
/// It says "this was not looked at" as well.
pub const UNREADABLE: &str = "unreadable";

/// One rule. Declared as a `static` with [`rule!`](crate::rule), so that its documentation stands beside its code.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case, names the bad pattern, equals the file's name.
    pub id: &'static str,
    /// The guard that owns it, for instance `lints`.
    pub guard: &'static str,
    /// What it is about, for instance `async-latency`.
    pub group: &'static str,
    /// The level unless policy says otherwise.
    pub level: Level,
    /// One line: "finds ..", lower case, no full stop.
    pub summary: &'static str,
    /// The doc comment of the declaration, as Markdown.
    pub docs: &'static str,
    /// The file that declares it.
    pub file: &'static str,
}

impl Rule {
    /// Whether its findings mean that something was not looked at.
    pub fn says_not_looked_at(&self) -> bool {
        [NOT_LOOKED_AT, UNREADABLE].contains(&self.group)
    }

    /// Whether an approval can cover its findings. An emergency lets pass even what none covers, and stays an open
    /// finding when it ends.
    pub fn is_approvable(&self) -> bool {
        self.why_nobody_approves().is_none()
    }

    /// Why no approval covers its findings, as a clause; `None` where one can.
    pub fn why_nobody_approves(&self) -> Option<&'static str> {
        match self.group {
            INVARIANT => Some("what it breaks is not for anyone to decide"),
            UNREADABLE => Some("whoever approves it sees nothing of it"),
            CLAIM => Some("what the change says of itself is to be corrected, or the change"),
            _ => None,
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Declares a [`Rule`] as a `static`. The doc comment is the user's documentation, and its fenced `bad` and
/// `good` examples are the rule's tests.
///
/// ```ignore
/// rule! {
///     /// What it finds, in a sentence.
///     ///
///     /// ## Why it hurts
///     /// Whom, and how.
///     ///
///     /// ## Example
///     /// ```bad
///     /// async fn f() { std::thread::sleep(D); } //~
///     /// ```
///     ///
///     /// ## Instead
///     /// ```good
///     /// async fn f() { tokio::time::sleep(D).await; }
///     /// ```
///     pub static BLOCKING_IN_ASYNC = {
///         id: "blocking-in-async",
///         guard: "lints",
///         group: "async-latency",
///         level: Error,
///         summary: "finds calls that block the thread in async code",
///     };
/// }
/// ```
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:expr])+
        $vis:vis static $name:ident = {
            id: $id:expr,
            guard: $guard:expr,
            group: $group:expr,
            level: $level:ident,
            summary: $summary:expr $(,)?
        };
    ) => {
        $(#[doc = $doc])+
        $vis static $name: $crate::Rule = $crate::Rule {
            id: $id,
            guard: $guard,
            group: $group,
            level: $crate::Level::$level,
            summary: $summary,
            docs: concat!($($doc, "\n"),+),
            file: file!(),
        };
    };
}
