//! rust-toolchain: which compiler judges, and with which components.

use serde_json::{Map, Value};

use super::{Loosened, Weight, beyond, entries};

/// Reads the file in its TOML form, or as the one line that names a channel.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let line = text.trim();
    if line.lines().count() == 1 && !line.contains(['[', '=']) {
        let channel = Map::from_iter([("channel".to_owned(), Value::from(line))]);
        return Ok(Value::Object(Map::from_iter([("toolchain".to_owned(), Value::Object(channel))])));
    }
    crate::manifest::read(text)
}

/// An older or less stable toolchain, one of one's own, and components that are gone. Newer ones of the same kind
/// flow.
pub(super) fn compare(base: &Value, head: &Value) -> Vec<Loosened> {
    let at = |side: &'_ Value, key: &str| side.pointer(&format!("/toolchain/{key}")).cloned();
    let mut found = Vec::new();
    if base.is_null() {
        return found;
    }
    let mut add = |key: &str| {
        let (before, after) = (at(base, key), at(head, key));
        found.push(Loosened::value(
            format!("toolchain.{key}"),
            before.as_ref(),
            after.as_ref(),
            Weight::Swapped,
        ));
    };
    let text = |side: &Value, key: &str| at(side, key).and_then(|value| value.as_str().map(str::to_owned));
    if at(head, "path").is_some() && at(head, "path") != at(base, "path") {
        add("path");
    }
    if let Some(before) = text(base, "channel")
        && text(head, "channel").is_none_or(|after| is_worse(&before, &after))
    {
        add("channel");
    }
    let minimal = |side: &Value| text(side, "profile").as_deref() == Some("minimal");
    let has = |side: &Value, name: &str| {
        !minimal(side) || entries(at(side, "components").as_ref()).iter().any(|entry| entry.contains(name))
    };
    if !head.is_null() {
        for name in ["clippy", "rustfmt"] {
            if has(base, name) && !has(head, name) {
                let gone = [name.to_owned()];
                found.push(Loosened::list("toolchain.components", &gone, false, Weight::Swapped));
            }
        }
        let targets = |side: &Value| entries(at(side, "targets").as_ref());
        let gone: Vec<String> = beyond(&targets(base), &targets(head));
        if !gone.is_empty() {
            let names: Vec<String> = gone.iter().map(|name| name.trim_matches('"').to_owned()).collect();
            found.push(Loosened::list("toolchain.targets", &names, false, Weight::Swapped));
        }
    }
    found
}

#[derive(PartialEq)]
enum Channel {
    /// With its date; empty for the latest.
    Nightly(String),
    Beta,
    Stable,
    /// A fixed release.
    Release(Vec<u32>),
    /// One that somebody built.
    Own,
}

fn is_worse(before: &str, after: &str) -> bool {
    match (channel(before), channel(after)) {
        (one, other) if one == other => before != after && one == Channel::Own,
        (_, Channel::Own) => true,
        (Channel::Own, _) | (_, Channel::Stable) => false,
        (Channel::Nightly(before), Channel::Nightly(after)) => !after.is_empty() && after < before,
        (_, Channel::Nightly(_)) => true,
        (Channel::Nightly(_), _) => false,
        (Channel::Release(before), Channel::Release(after)) => after < before,
        // A fixed release instead of the latest is what a pin is.
        (Channel::Stable | Channel::Beta, Channel::Release(_)) => false,
        (_, Channel::Beta) => true,
    }
}

fn channel(text: &str) -> Channel {
    let dated = |kind: &str| {
        let rest = text.strip_prefix(kind)?;
        // `nightly-2026-01-31`, and the host behind it.
        let date: String = rest.chars().skip(1).take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        (rest.is_empty() || rest.starts_with('-')).then(|| date.trim_end_matches('-').to_owned())
    };
    if let Some(date) = dated("nightly") {
        return Channel::Nightly(date);
    }
    if dated("beta").is_some() {
        return Channel::Beta;
    }
    if dated("stable").is_some() {
        return Channel::Stable;
    }
    match release(text.split('-').next().unwrap_or(text)) {
        Some(parts) => Channel::Release(parts),
        None => Channel::Own,
    }
}

fn release(text: &str) -> Option<Vec<u32>> {
    let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| (2..=3).contains(&parts.len()))
}

/// Whether a release is older than another; of what is no release nothing is known.
pub(super) fn is_older(one: &str, other: &str) -> bool {
    matches!((release(one), release(other)), (Some(one), Some(other)) if one < other)
}
