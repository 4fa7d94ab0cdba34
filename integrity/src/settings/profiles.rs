//! Cargo profiles: runtime checks that are off now, and panics that end the process.

use serde_json::Value;
use source::Tree;

use super::{Loosened, Weight, keys};

const CHECKS: &[&str] = &["overflow-checks", "debug-assertions"];

/// Compares `[profile]` of a manifest or of cargo's configuration.
pub(super) fn compare(base: &Value, head: &Value, tree: &Tree) -> Vec<Loosened> {
    let (empty, mut found) = (Value::Null, Vec::new());
    let of = |side: &Value| side.get("profile").cloned().unwrap_or_default();
    let (before, after) = (of(base), of(head));
    if before == after {
        return found;
    }
    let mut names = keys(&before, &after);
    for builtin in ["dev", "test", "release", "bench"] {
        if !names.contains(&builtin) {
            names.push(builtin);
        }
    }
    for name in names {
        let (one, other) = (before.get(name).unwrap_or(&empty), after.get(name).unwrap_or(&empty));
        for check in CHECKS {
            let was = is_on(&before, name, check);
            // What a parent switched off is told there.
            let inherited = parent(&after, name).is_some_and(|parent| {
                other.get(check).is_none()
                    && is_on(&before, parent, check) == Some(true)
                    && is_on(&after, parent, check) == Some(false)
            });
            if was == Some(true) && is_on(&after, name, check) == Some(false) && !inherited {
                let key = format!("profile.{name}.{check}");
                found.push(Loosened::value(key, one.get(check), other.get(check), Weight::Loosened));
            }
            found.extend(of_packages((&before, one), other, (name, check), tree));
        }
        let aborts = |side: &Value| side.get("panic").and_then(Value::as_str) == Some("abort");
        if aborts(other) && !aborts(one) {
            let weight = if catches(tree) { Weight::Eased } else { Weight::Changed };
            found.push(Loosened::value(
                format!("profile.{name}.panic"),
                one.get("panic"),
                other.get("panic"),
                weight,
            ));
        }
    }
    found
}

/// Checks that are off for single packages: one's own code, or that of somebody else.
fn of_packages(
    (profiles, base): (&Value, &Value),
    head: &Value,
    (name, check): (&str, &str),
    tree: &Tree,
) -> Vec<Loosened> {
    let mut found = Vec::new();
    for (package, table) in head.get("package").and_then(Value::as_object).into_iter().flatten() {
        let before = base.get("package").and_then(|packages| packages.get(package)?.get(check));
        let was = before.and_then(Value::as_bool).or(is_on(profiles, name, check));
        if was == Some(true) && table.get(check) == Some(&Value::Bool(false)) {
            let weight = if is_own(package, tree) { Weight::Loosened } else { Weight::Changed };
            let key = format!("profile.{name}.package.{package}.{check}");
            found.push(Loosened::value(key, before, table.get(check), weight));
        }
    }
    found
}

/// Whether a profile makes a check; `None` for one that there is not.
fn is_on(profiles: &Value, name: &str, check: &str) -> Option<bool> {
    let mut name = name;
    // No chain of profiles is longer than there are profiles.
    for _ in 0..=profiles.as_object().map_or(0, serde_json::Map::len) + 2 {
        if let Some(flag) = profiles.get(name).and_then(|profile| profile.get(check)) {
            return Some(flag != &Value::Bool(false));
        }
        match parent(profiles, name) {
            Some(parent) => name = parent,
            None => break,
        }
    }
    match name {
        "dev" => Some(true),
        "release" => Some(false),
        _ => None,
    }
}

fn parent<'a>(profiles: &'a Value, name: &str) -> Option<&'a str> {
    match name {
        "dev" | "release" => None,
        "test" => Some("dev"),
        "bench" => Some("release"),
        _ => profiles.get(name)?.get("inherits")?.as_str(),
    }
}

/// Whether a package of the repository has the name.
fn is_own(name: &str, tree: &Tree) -> bool {
    let mut manifests = tree.paths().filter(|path| path.ends_with("Cargo.toml"));
    manifests.any(|path| {
        let value = tree.text(path).ok().and_then(|text| crate::manifest::read(&text).ok());
        value.is_some_and(|value| value.pointer("/package/name").and_then(Value::as_str) == Some(name))
    })
}

/// Whether code of the repository goes on after a panic.
fn catches(tree: &Tree) -> bool {
    let mut files = tree.paths().filter(|path| path.ends_with(".rs"));
    files.any(|path| tree.text(path).is_ok_and(|text| text.contains("catch_unwind(")))
}
