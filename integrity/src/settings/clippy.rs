//! clippy.toml: each known key with the direction in which it asks for less.

use serde_json::Value;

use super::{Loosened, Weight, beyond, keys};

/// Which way a number, a flag or a list asks for less, and what holds where it is not set.
enum Key {
    /// A larger number asks for less.
    Upper(f64),
    /// A smaller one does.
    Lower(f64),
    /// `true` asks for less.
    Lets(bool),
    /// `true` asks for less, in tests alone.
    LetsTests(bool),
    /// `false` asks for less.
    Asks(bool),
    /// A list of what is forbidden.
    Forbids,
    /// A list of what is let pass.
    Lists,
    /// It says nothing of strictness.
    Style,
}

/// Settings that ask for less.
pub(super) fn compare(base: &Value, head: &Value) -> Vec<Loosened> {
    keys(base, head).into_iter().filter_map(|key| one(key, base.get(key), head.get(key))).collect()
}

fn one(key: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Loosened> {
    if before == after {
        return None;
    }
    let number = |value: Option<&Value>, default: f64| value.and_then(Value::as_f64).unwrap_or(default);
    let flag = |value: Option<&Value>, default: bool| value.and_then(Value::as_bool).unwrap_or(default);
    let weight = match known(key)? {
        Key::Upper(default) => {
            // Zero switches this one off.
            let off = |limit: f64| {
                if limit == 0.0 && key == "excessive-nesting-threshold" { f64::INFINITY } else { limit }
            };
            (off(number(after, default)) > off(number(before, default))).then_some(Weight::Loosened)
        }
        Key::Lower(default) => (number(after, default) < number(before, default)).then_some(Weight::Loosened),
        Key::Lets(default) => (flag(after, default) && !flag(before, default)).then_some(Weight::Loosened),
        Key::LetsTests(default) => (flag(after, default) && !flag(before, default)).then_some(Weight::Eased),
        Key::Asks(default) => (!flag(after, default) && flag(before, default)).then_some(Weight::Loosened),
        Key::Forbids => {
            let gone = beyond(&paths(before), &paths(after));
            return (!gone.is_empty()).then(|| Loosened::list(key, &gone, false, Weight::Loosened));
        }
        Key::Lists => {
            let new = beyond(&paths(after), &paths(before));
            return (!new.is_empty()).then(|| Loosened::list(key, &new, true, Weight::Eased));
        }
        Key::Style => None,
    };
    Some(Loosened::value(key, before, after, weight?))
}

/// The entries of a list by what they name: a reason may change.
fn paths(list: Option<&Value>) -> Vec<String> {
    let name = |item: &Value| item.get("path").unwrap_or(item).as_str().map(str::to_owned);
    list.and_then(Value::as_array).into_iter().flatten().filter_map(name).collect()
}

fn known(key: &str) -> Option<Key> {
    Some(match key {
        "cognitive-complexity-threshold" => Key::Upper(25.0),
        "too-many-lines-threshold" => Key::Upper(100.0),
        "too-many-arguments-threshold" => Key::Upper(7.0),
        "type-complexity-threshold" => Key::Upper(250.0),
        "excessive-nesting-threshold" => Key::Upper(0.0),
        "max-fn-params-bools" | "max-struct-bools" | "max-trait-bounds" => Key::Upper(3.0),
        "large-error-threshold" => Key::Upper(128.0),
        "enum-variant-size-threshold" => Key::Upper(200.0),
        "enum-variant-name-threshold" | "struct-field-name-threshold" => Key::Upper(3.0),
        "stack-size-threshold" => Key::Upper(512_000.0),
        "array-size-threshold" | "future-size-threshold" => Key::Upper(16_384.0),
        "vec-box-size-threshold" => Key::Lower(4_096.0),
        "pass-by-value-size-limit" => Key::Upper(256.0),
        "single-char-binding-names-threshold" => Key::Upper(4.0),
        "max-include-file-size" => Key::Upper(1_000_000.0),
        "const-literal-digits-threshold" => Key::Upper(30.0),
        "absolute-paths-max-segments" => Key::Upper(2.0),
        "too-large-for-stack" => Key::Lower(200.0),
        "unnecessary-box-size" => Key::Lower(128.0),
        "min-ident-chars-threshold" => Key::Lower(1.0),
        "allow-comparison-to-zero"
        | "allow-exact-repetitions"
        | "allow-expect-in-consts"
        | "allow-unwrap-in-consts"
        | "allow-mixed-uninlined-format-args"
        | "accept-comment-above-attributes"
        | "accept-comment-above-statement"
        | "avoid-breaking-exported-api" => Key::Lets(true),
        "suppress-restriction-lint-in-const" | "missing-docs-allow-unused" | "cargo-ignore-publish" => {
            Key::Lets(false)
        }
        "allow-large-stack-frames-in-tests" => Key::LetsTests(true),
        "check-private-items"
        | "check-incompatible-msrv-in-tests"
        | "check-inconsistent-struct-field-initializers"
        | "enforce-iter-loop-reborrow"
        | "lint-commented-code"
        | "min-ident-chars-lint-trait-impl"
        | "upper-case-acronyms-aggressive"
        | "warn-on-all-wildcard-imports"
        | "warn-unsafe-macro-metavars-in-private-macros" => Key::Asks(false),
        "unreadable-literal-lint-fractions" | "check-grouped-late-init" => Key::Asks(true),
        "await-holding-invalid-types" | "enforced-import-renames" => Key::Forbids,
        "absolute-paths-allowed-crates" | "ignore-interior-mutability" | "large-error-ignored" => Key::Lists,
        _ if key.starts_with("disallowed-") => Key::Forbids,
        _ if key.starts_with("arithmetic-side-effects-allowed") => Key::Lists,
        _ if key.starts_with("allowed-") => Key::Lists,
        "allow-unwrap-types" | "allow-renamed-params-for" => Key::Lists,
        _ if key.starts_with("allow-") && key.ends_with("-in-tests") => Key::LetsTests(false),
        _ if key.starts_with("allow-") => Key::Lets(false),
        _ => Key::Style,
    })
}
