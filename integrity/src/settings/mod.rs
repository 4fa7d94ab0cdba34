//! TOML files as data: what they let pass that they did not let pass.

mod cargo;
mod clippy;
mod config;
mod deny;
mod files;
mod format;
mod lints;
pub(crate) mod nextest;
mod profiles;
mod retired;
mod targets;
mod toolchain;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use files::{Compared, compared};
pub(crate) use lints::{Levels, is_removed, rank, replacement};
pub(crate) use targets::disabled_targets;

/// One setting that became another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loosened {
    /// The key, from the top of the file.
    pub(crate) key: String,
    /// What became of it, after the key: a fragment that ends the sentence.
    pub(crate) how: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) weight: Weight,
}

/// How sure it is that less is checked, which says the rule that reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// A check is weaker, whatever the change is for.
    Loosened,
    /// A check is weaker, as honest work needs it now and then.
    Eased,
    /// Cargo runs another program, or under other conditions.
    Redirected,
    /// Another toolchain judges.
    Swapped,
    /// Something else that a reviewer should know.
    Changed,
}

impl Loosened {
    /// A value that became another one.
    fn value(
        key: impl Into<String>,
        before: Option<&Value>,
        after: Option<&Value>,
        weight: Weight,
    ) -> Loosened {
        let (before, after) = (shown(before), shown(after));
        let how =
            format!("is `{}` and was `{}`", crate::evidence::short(&after), crate::evidence::short(&before));
        Loosened { key: key.into(), how, before, after, weight }
    }

    /// Entries that joined a list, or left it.
    fn list(key: impl Into<String>, entries: &[String], joined: bool, weight: Weight) -> Loosened {
        let names = entries.join(", ");
        let verb = if joined { "now has" } else { "no longer has" };
        let how = format!("{verb} `{}`", crate::evidence::short(&names));
        let (before, after) = if joined { (String::new(), names) } else { (names, String::new()) };
        Loosened { key: key.into(), how, before, after, weight }
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// The entries of a list, as text.
fn entries(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The keys that either side has, in order.
fn keys<'a>(base: &'a Value, head: &'a Value) -> Vec<&'a str> {
    let of = |side: &'a Value| side.as_object().into_iter().flat_map(|table| table.keys());
    let mut all: Vec<&str> = of(base).chain(of(head)).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a list has beyond another one.
fn beyond(list: &[String], other: &[String]) -> Vec<String> {
    let other: BTreeSet<&String> = other.iter().collect();
    list.iter().filter(|entry| !other.contains(entry)).cloned().collect()
}
