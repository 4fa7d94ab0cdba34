//! clippy.toml, deny.toml and cargo's configuration.

use serde_json::Value;

use super::{Loosened, entries};

/// Thresholds that rose, things that are allowed now, and names that are no longer forbidden.
pub(crate) fn clippy(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    let keys = |side: &Value| {
        side.as_object().map(|table| table.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let mut all = keys(base);
    all.extend(keys(head).into_iter().filter(|key| base.get(key).is_none()));
    for key in all {
        let (before, after) = (base.get(&key), head.get(&key));
        let looser = match (before, after) {
            (Some(Value::Number(before)), Some(Value::Number(after))) => before.as_f64() < after.as_f64(),
            (None | Some(Value::Bool(false)), Some(Value::Bool(true))) => key.starts_with("allow-"),
            (Some(Value::Bool(true)), Some(Value::Bool(false)) | None) => !key.starts_with("allow-"),
            (Some(Value::Array(_)), _) if key.starts_with("disallowed") => {
                entries(before).iter().any(|entry| !entries(after).contains(entry))
            }
            (_, Some(Value::Array(_))) if key.starts_with("allowed") || key.starts_with("doc-valid") => false,
            _ => false,
        };
        if looser {
            found.push(loosened(key, before, after));
        }
    }
    found
}

/// Lists of what is let pass that grew, and levels that fell.
pub(crate) fn deny(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    walk("", Some(base), Some(head), &mut found);
    found
}

const LETS_PASS: &[&str] =
    &["ignore", "skip", "skip-tree", "allow", "exceptions", "allow-git", "allow-registry", "allow-org"];

fn walk(path: &str, base: Option<&Value>, head: Option<&Value>, found: &mut Vec<Loosened>) {
    let last = path.rsplit('.').next().unwrap_or(path);
    match (base, head) {
        (Some(Value::Object(_)) | None, Some(Value::Object(_)) | None)
            if base.is_some() || head.is_some() =>
        {
            let keys = |side: Option<&Value>| {
                side.and_then(Value::as_object)
                    .map(|table| table.keys().cloned().collect::<Vec<_>>())
                    .unwrap_or_default()
            };
            let mut all = keys(base);
            all.extend(keys(head));
            all.sort();
            all.dedup();
            for key in all {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(
                    &below,
                    base.and_then(|side| side.get(&key)),
                    head.and_then(|side| side.get(&key)),
                    found,
                );
            }
        }
        (_, Some(Value::Array(_))) if LETS_PASS.contains(&last) => {
            let (before, after) = (names(base), names(head));
            if after.iter().any(|entry| !before.contains(entry)) {
                found.push(loosened(path.to_owned(), base, head));
            }
        }
        (Some(Value::Array(_)), _) if last == "deny" => {
            let after = names(head);
            if names(base).iter().any(|entry| !after.contains(entry)) {
                found.push(loosened(path.to_owned(), base, head));
            }
        }
        (Some(Value::String(before)), after) => {
            let rank = |word: &str| match word {
                "deny" | "all" => 2,
                "warn" | "workspace" | "transitive" => 1,
                _ => 0,
            };
            let known = ["deny", "warn"].contains(&before.as_str());
            let after = after.and_then(Value::as_str).unwrap_or_default();
            if known && !after.is_empty() && rank(after) < rank(before) {
                found.push(loosened(path.to_owned(), base, head));
            }
        }
        _ => {}
    }
}

/// The entries of a list by what they name: a comment or a reason may change.
fn names(list: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(items)) = list else { return Vec::new() };
    let name = |item: &Value| {
        ["id", "crate", "name"].iter().find_map(|key| item.get(*key)).cloned().unwrap_or_else(|| item.clone())
    };
    items.iter().map(|item| name(item).to_string()).collect()
}

/// Compiler flags that silence lints.
pub(crate) fn cargo_config(base: &Value, head: &Value) -> Vec<Loosened> {
    let (before, after) = (base.to_string(), head.to_string());
    let silencing = ["cap-lints", "-Awarnings", "-A warnings", "\"-A\"", "--allow"];
    let added = silencing.iter().filter(|flag| after.contains(**flag) && !before.contains(**flag));
    added
        .map(|flag| Loosened {
            key: "rustflags".to_owned(),
            before: "nothing".to_owned(),
            after: flag.trim_matches('"').to_owned(),
        })
        .collect()
}

fn loosened(key: String, before: Option<&Value>, after: Option<&Value>) -> Loosened {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    Loosened { key, before: text(before), after: text(after) }
}
