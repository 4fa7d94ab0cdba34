//! Targets whose tests no longer run.

use serde_json::Value;

use super::entries;

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
                .filter(|feature| !crate::manifest::in_default(head, feature.trim_matches('"')))
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
