//! The configuration of nextest: what lets tests pass, or leaves them out.

use serde_json::Value;

/// One setting that became looser.
pub(crate) struct Looser {
    /// The key, from the top of the file.
    pub(crate) key: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// What comes of it, a fragment.
    pub(crate) what: &'static str,
}

/// What head's configuration lets pass that the base's did not.
pub(crate) fn looser(base: &Value, head: &Value) -> Vec<Looser> {
    let mut found = Vec::new();
    let empty = serde_json::Map::new();
    let profiles = |side: &'_ Value| side.get("profile").and_then(Value::as_object).cloned();
    let (before, after) = (profiles(base).unwrap_or_default(), profiles(head).unwrap_or_default());
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let side = |profiles: &serde_json::Map<String, Value>| {
            profiles.get(name).and_then(Value::as_object).cloned().unwrap_or_else(|| empty.clone())
        };
        profile(&format!("profile.{name}"), &side(&before), &side(&after), &mut found);
    }
    found
}

fn profile(
    place: &str,
    before: &serde_json::Map<String, Value>,
    after: &serde_json::Map<String, Value>,
    found: &mut Vec<Looser>,
) {
    let mut add = |key: &str, what: &'static str| {
        let text = |side: &serde_json::Map<String, Value>| {
            side.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string)
        };
        found.push(Looser { key: format!("{place}.{key}"), before: text(before), after: text(after), what });
    };
    let get = |key: &str| (before.get(key), after.get(key));
    let (was, is) = get("retries");
    if retries(is) > retries(was) {
        add("retries", "a test that fails now and then passes");
    }
    if let (Some(was), is) = (ended_after(before.get("slow-timeout")), ended_after(after.get("slow-timeout")))
        && is.is_none_or(|is| is > was)
    {
        add("slow-timeout", "a test that hangs is ended later, or never");
    }
    let (was, is) = get("default-filter");
    if is.is_some() && is != was && is != Some(&Value::from("all()")) {
        add("default-filter", "tests that it leaves out do not run");
    }
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let known = list(before.get("overrides"));
    let loosens = |entry: &Value| {
        retries(entry.get("retries")) > 0
            || ["slow-timeout", "default-filter"].iter().any(|key| entry.get(key).is_some())
    };
    if list(after.get("overrides")).iter().any(|entry| loosens(entry) && !known.contains(entry)) {
        add("overrides", "single tests are run less strictly");
    }
}

/// `retries = 2` or `retries = { backoff = "fixed", count = 2 }`
fn retries(value: Option<&Value>) -> u64 {
    let count = value.map(|value| value.get("count").unwrap_or(value));
    count.and_then(Value::as_u64).unwrap_or(0)
}

/// Seconds until a test that hangs is ended; `None` where it never is.
fn ended_after(value: Option<&Value>) -> Option<f64> {
    let value = value?;
    let periods = value.get("terminate-after")?.as_f64()?;
    Some(seconds(value.get("period")?.as_str()?)? * periods)
}

/// `1m 30s`
fn seconds(text: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(digits);
        let unit = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let factor = match &tail[..unit] {
            "ms" | "millis" => 0.001,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hour" | "hours" => 3600.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = tail[unit..].trim_start();
    }
    Some(sum)
}
