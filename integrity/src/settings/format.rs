//! rustfmt.toml: files that are no longer formatted, and another style.

use serde_json::Value;

use super::{Loosened, Weight, beyond, entries, keys};

/// Formatting that is off, and style that is another.
pub(super) fn compare(base: &Value, head: &Value) -> Vec<Loosened> {
    let changed = keys(base, head).into_iter().filter(|key| base.get(key) != head.get(key));
    changed.filter_map(|key| one(key, base.get(key), head.get(key))).collect()
}

fn one(key: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Loosened> {
    let on = |value: Option<&Value>| value == Some(&Value::Bool(true));
    match key {
        "disable_all_formatting" => on(after).then(|| Loosened::value(key, before, after, Weight::Loosened)),
        "ignore" => {
            let new = beyond(&entries(after), &entries(before));
            let names: Vec<String> = new.iter().map(|name| name.trim_matches('"').to_owned()).collect();
            (!names.is_empty()).then(|| Loosened::list(key, &names, true, Weight::Eased))
        }
        "edition" | "style_edition" | "version" | "required_version" | "unstable_features" => None,
        _ => Some(Loosened::value(key, before, after, Weight::Changed)),
    }
}
