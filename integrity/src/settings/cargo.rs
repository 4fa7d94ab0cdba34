//! Manifests: levels of lints, checks that profiles switch off, targets whose tests no longer run.

use serde_json::Value;

use super::{Loosened, entries};

/// A target that is no longer tested, or only with certain features.
#[derive(Clone, Debug)]
pub(crate) struct Switched {
    /// A fragment that stands alone.
    pub(crate) what: String,
    /// What to look for in the manifest.
    pub(crate) needle: String,
    /// The target, where the base's manifest does not name it: it may be new.
    pub(crate) unnamed_before: Option<String>,
}

/// Lint levels that fell, and runtime checks that a profile no longer makes.
pub(crate) fn lowered(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    for table in ["/lints", "/workspace/lints"] {
        let Some(Value::Object(tools)) = base.pointer(table) else { continue };
        for (tool, lints) in tools {
            let Value::Object(lints) = lints else { continue };
            for (lint, before) in lints {
                let after = head.pointer(table).and_then(|tools| tools.get(tool)?.get(lint));
                let inherits = head.pointer("/lints/workspace") == Some(&Value::Bool(true));
                if table == "/lints" && inherits {
                    continue;
                }
                let renamed = after.is_none()
                    && is_renamed(lint, before, lints, head.pointer(table).and_then(|tools| tools.get(tool)));
                if rank(Some(before)) > rank(after) && !renamed {
                    found.push(loosened(
                        format!("{}.{tool}.{lint}", table.trim_start_matches('/').replace('/', ".")),
                        Some(before),
                        after,
                    ));
                }
            }
        }
    }
    for table in ["/lints", "/workspace/lints"] {
        let Some(Value::Object(tools)) = head.pointer(table) else { continue };
        for (tool, lints) in tools {
            let Value::Object(lints) = lints else { continue };
            for (lint, after) in lints {
                let before = base.pointer(table).and_then(|tools| tools.get(tool)?.get(lint));
                let group =
                    ["all", "warnings", "correctness", "suspicious", "complexity", "perf", "style", "unused"]
                        .contains(&lint.as_str());
                if before.is_none() && rank(Some(after)) == 0 && (group || base.pointer(table).is_some()) {
                    found.push(loosened(
                        format!("{}.{tool}.{lint}", table.trim_start_matches('/').replace('/', ".")),
                        before,
                        Some(after),
                    ));
                }
            }
        }
    }
    let inherited = |side: &Value| side.pointer("/lints/workspace") == Some(&Value::Bool(true));
    if inherited(base) && !inherited(head) && head.get("package").is_some() {
        found.push(loosened(
            "lints.workspace".to_owned(),
            base.pointer("/lints/workspace"),
            head.pointer("/lints"),
        ));
    }
    for profile in ["dev", "test", "release", "bench"] {
        for check in ["overflow-checks", "debug-assertions"] {
            let at = |side: &Value| side.pointer(&format!("/profile/{profile}/{check}")).cloned();
            let (before, after) = (at(base), at(head));
            let default = Value::Bool(profile == "dev" || profile == "test");
            let on = |value: &Option<Value>| value.as_ref().unwrap_or(&default) == &Value::Bool(true);
            if on(&before) && !on(&after) {
                found.push(loosened(format!("profile.{profile}.{check}"), before.as_ref(), after.as_ref()));
            }
        }
    }
    found
}

/// Whether head has a lint of a like name, as strict, that the base has not: lints are renamed now and then.
fn is_renamed(
    lint: &str,
    level: &Value,
    before: &serde_json::Map<String, Value>,
    after: Option<&Value>,
) -> bool {
    let Some(Value::Object(after)) = after else { return false };
    let shared = |other: &str| lint.chars().zip(other.chars()).take_while(|(one, two)| one == two).count();
    after.iter().any(|(other, now)| {
        !before.contains_key(other) && rank(Some(now)) >= rank(Some(level)) && shared(other) * 2 >= lint.len()
    })
}

fn loosened(key: String, before: Option<&Value>, after: Option<&Value>) -> Loosened {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    Loosened { key, before: text(before), after: text(after) }
}

/// How strict a level is; what is not set counts as `warn` for nothing in particular, that is, as nothing.
fn rank(level: Option<&Value>) -> u8 {
    let word = match level {
        Some(Value::String(word)) => word.as_str(),
        Some(Value::Object(table)) => table.get("level").and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    };
    match word {
        "forbid" => 4,
        "deny" => 3,
        "warn" | "expect" => 2,
        "" => 1,
        _ => 0,
    }
}

/// Targets that were tested and are not, or only with features that they did not ask for.
pub(crate) fn disabled_targets(base: &Value, head: &Value) -> Vec<Switched> {
    let mut found = Vec::new();
    let off = |table: Option<&Value>, key: &str| {
        table.and_then(|table| table.get(key)) == Some(&Value::Bool(false))
    };
    let mut add = |what: String, needle: &str, unnamed_before: Option<&str>| {
        let unnamed_before = unnamed_before.map(str::to_owned);
        found.push(Switched { what, needle: needle.to_owned(), unnamed_before });
    };
    if off(head.get("lib"), "test") && !off(base.get("lib"), "test") {
        add("the tests of the library no longer run: `test = false`".to_owned(), "test = false", None);
    }
    if off(head.get("lib"), "harness") && !off(base.get("lib"), "harness") {
        add("the tests of the library no longer run: `harness = false`".to_owned(), "harness = false", None);
    }
    if off(head.get("lib"), "doctest") && !off(base.get("lib"), "doctest") {
        add(
            "the examples in the documentation of the library no longer run: `doctest = false`".to_owned(),
            "doctest = false",
            None,
        );
    }
    for kind in ["test", "bin"] {
        let Some(Value::Array(targets)) = head.get(kind) else { continue };
        for target in targets {
            let name = target.get("name").and_then(Value::as_str).unwrap_or_default();
            let named = |other: &&Value| other.get("name").and_then(Value::as_str) == Some(name);
            let before = match base.get(kind) {
                Some(Value::Array(targets)) => targets.iter().find(named),
                _ => None,
            };
            let unnamed = before.is_none().then_some(name);
            for key in ["test", "harness"] {
                if off(Some(target), key) && !off(before, key) {
                    add(
                        format!("the tests of target `{name}` no longer run: `{key} = false`"),
                        name,
                        unnamed,
                    );
                }
            }
            let features =
                |target: Option<&Value>| entries(target.and_then(|target| target.get("required-features")));
            let more: Vec<String> = features(Some(target))
                .into_iter()
                .filter(|feature| !features(before).contains(feature))
                .filter(|feature| !crate::conditions::in_default(head, feature.trim_matches('"')))
                .collect();
            if kind == "test" && !more.is_empty() {
                add(
                    format!("target `{name}` is tested only with {}", more.join(", ").replace('"', "`")),
                    name,
                    unnamed,
                );
            }
        }
    }
    found
}
