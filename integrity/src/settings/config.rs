//! `.cargo/config.toml`: flags that silence lints, and what cargo runs instead of what it ran.

use std::collections::BTreeSet;

use serde_json::Value;
use source::Tree;

use super::{Loosened, Weight, beyond, keys, profiles};

/// Programs that end well whatever they are given.
const ENDS_WELL: &[&str] = &["true", "echo", ":", "printf", "test"];

/// Caches that run the compiler that they are given.
const CACHES: &[&str] = &["sccache", "cachepot", "ccache", "kache"];

/// Checks that are programs of their own, which an alias can stand before.
const CHECKERS: &[&str] = &[
    "audit",
    "clippy",
    "deny",
    "fmt",
    "gatefold",
    "hack",
    "insta",
    "llvm-cov",
    "miri",
    "mutants",
    "nextest",
    "semver-checks",
    "vet",
];

/// Variables that say how tests run, and the rest of what belongs to the tools.
const OF_TESTS: &[&str] = &[
    "RUST_TEST_THREADS",
    "RUST_TEST_SHUFFLE",
    "PROPTEST_CASES",
    "QUICKCHECK_TESTS",
    "RUSTC_BOOTSTRAP",
    "NEXTEST_RETRIES",
];

/// Flags that take a word, in both their forms.
const SHORT: &[(&str, &str)] = &[
    ("--allow", "-A"),
    ("--warn", "-W"),
    ("--deny", "-D"),
    ("--forbid", "-F"),
    ("--codegen", "-C"),
    ("--cap-lints", "--cap-lints="),
];

/// What is silenced, and what is run in another way.
pub(super) fn compare(base: &Value, head: &Value, tree: &Tree) -> Vec<Loosened> {
    let mut found = profiles::compare(base, head, tree);
    found.extend(flags(base, head));
    for key in ["rustc", "rustc-wrapper", "rustc-workspace-wrapper", "rustdoc"] {
        let at = |side: &'_ Value| side.pointer(&format!("/build/{key}")).cloned();
        let (before, after) = (at(base), at(head));
        let program = after.as_ref().and_then(Value::as_str).unwrap_or_default();
        if after != before && !program.is_empty() && !CACHES.contains(&name(program)) {
            // A program of the repository is written by whoever is judged.
            let own = program.contains('/') && !program.starts_with('/');
            let weight = if own { Weight::Loosened } else { Weight::Redirected };
            let key = format!("build.{key}");
            found.push(Loosened::value(key, before.as_ref(), after.as_ref(), weight));
        }
    }
    found.extend(runners(base, head));
    found.extend(aliases(base, head));
    found.extend(environment(base, head));
    found.extend(sources(base, head));
    for key in ["paths", "include"] {
        if head.get(key).is_some() && head.get(key) != base.get(key) {
            found.push(Loosened::value(key, base.get(key), head.get(key), Weight::Redirected));
        }
    }
    let gone = |side: &Value| side.pointer("/build/warnings").and_then(Value::as_str).map(super::lints::rank);
    if gone(head).unwrap_or(2) < gone(base).unwrap_or(2) {
        let at = |side: &'_ Value| side.pointer("/build/warnings").cloned();
        found.push(Loosened::value("build.warnings", at(base).as_ref(), at(head).as_ref(), Weight::Loosened));
    }
    let none = Value::Null;
    let unstable = |side: &'_ Value| side.get("unstable").cloned().unwrap_or_default();
    if head.get("unstable").is_some() && unstable(head) != unstable(base) {
        let key = keys(head.get("unstable").unwrap_or(&none), &none).join(", ");
        found.push(Loosened::list("unstable", &[key], true, Weight::Changed));
    }
    found
}

/// Compiler flags, wherever they stand: moved ones are the same.
fn flags(base: &Value, head: &Value) -> Vec<Loosened> {
    let (before, after) = (all_flags(base), all_flags(head));
    let mut found = Vec::new();
    for flag in beyond(&after, &before) {
        let weight = match flag.as_str() {
            "-Awarnings" | "-Aclippy::all" | "-Aunused" => Weight::Loosened,
            "--cap-lints=allow" | "--cap-lints=warn" => Weight::Loosened,
            _ if flag.starts_with("-A") => Weight::Eased,
            _ if (flag.starts_with("-Coverflow-checks=") || flag.starts_with("-Cdebug-assertions="))
                && ["off", "no", "n", "false", "0"]
                    .iter()
                    .any(|word| flag.ends_with(&format!("={word}"))) =>
            {
                Weight::Loosened
            }
            _ => continue,
        };
        found.push(Loosened::list("rustflags", &[flag], true, weight));
    }
    let asks = |flag: &String| flag.starts_with("-D") || flag.starts_with("-F") || flag.starts_with("-W");
    // What only warned may be denied now.
    let asked: BTreeSet<&str> = after.iter().filter(|flag| asks(flag)).map(|flag| &flag[2..]).collect();
    let mut gone = beyond(&before, &after);
    gone.retain(|flag| asks(flag) && (flag.starts_with("-D") || !asked.contains(&flag[2..])));
    if !gone.is_empty() {
        let sure = gone.iter().any(|flag| flag == "-Dwarnings");
        let weight = if sure { Weight::Loosened } else { Weight::Eased };
        found.push(Loosened::list("rustflags", &gone, false, weight));
    }
    found
}

/// Every compiler flag of a file in its short form: `-Dwarnings`, `--cap-lints=allow`.
fn all_flags(side: &Value) -> Vec<String> {
    let mut places: Vec<&Value> = ["/build/rustflags", "/build/rustdocflags", "/host/rustflags"]
        .iter()
        .filter_map(|place| side.pointer(place))
        .collect();
    let targets = side.get("target").and_then(Value::as_object);
    places.extend(targets.into_iter().flatten().filter_map(|(_, target)| target.get("rustflags")));
    let mut flags = Vec::new();
    for place in places {
        let words: Vec<&str> = match place {
            Value::String(text) => text.split_whitespace().collect(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let short = SHORT.iter().find(|(long, short)| word == *long || word == *short);
            flags.push(match (short, word.split_once('=')) {
                (Some((_, short)), _) => format!("{short}{}", words.next().unwrap_or_default()),
                (None, Some((name, rest))) => match SHORT.iter().find(|(long, _)| name == *long) {
                    Some((_, short)) => format!("{short}{rest}"),
                    None => word.to_owned(),
                },
                (None, None) => word.to_owned(),
            });
        }
    }
    flags
}

/// What tests are run by.
fn runners(base: &Value, head: &Value) -> Vec<Loosened> {
    let targets = head.get("target").and_then(Value::as_object);
    let mut found = Vec::new();
    for (target, table) in targets.into_iter().flatten() {
        let runner = table.get("runner");
        let before = base.get("target").and_then(|targets| targets.get(target)?.get("runner"));
        if runner.is_none() || runner == before {
            continue;
        }
        let program = match runner {
            Some(Value::Array(words)) => words.first().and_then(Value::as_str),
            other => other.and_then(Value::as_str).and_then(|text| text.split_whitespace().next()),
        };
        let sure = ENDS_WELL.contains(&name(program.unwrap_or_default()));
        let weight = if sure { Weight::Loosened } else { Weight::Redirected };
        found.push(Loosened::value(format!("target.{target}.runner"), before, runner, weight));
    }
    found
}

/// Aliases that stand before a check, and those that became another command.
fn aliases(base: &Value, head: &Value) -> Vec<Loosened> {
    let all = |side: &'_ Value| side.get("alias").cloned().unwrap_or_default();
    let (before, after) = (all(base), all(head));
    let words = |alias: Option<&Value>| match alias {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (alias, command) in after.as_object().into_iter().flatten() {
        let (was, is) = (words(before.get(alias)), words(Some(command)));
        if was == is {
            continue;
        }
        let weight = match CHECKERS.contains(&alias.as_str()) {
            true => Weight::Loosened,
            // More words ask for more, as a rule.
            false if was.is_empty() || beyond(&was, &is).is_empty() => continue,
            false => Weight::Redirected,
        };
        found.push(Loosened::value(format!("alias.{alias}"), before.get(alias), Some(command), weight));
    }
    found
}

/// Variables by which tests run in another way.
fn environment(base: &Value, head: &Value) -> Vec<Loosened> {
    let value = |side: &Value, key: &str| {
        let entry = side.get("env")?.get(key)?;
        let text = entry.get("value").unwrap_or(entry);
        Some(text.as_str().map_or_else(|| text.to_string(), str::to_owned))
    };
    let mut found = Vec::new();
    for key in OF_TESTS {
        let (before, after) = (value(base, key), value(head, key));
        let more = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
        let counts = key.ends_with("CASES") || key.ends_with("TESTS");
        // Both tools try this many by default, or fewer.
        let raised = counts && more(&after).unwrap_or(256) >= more(&before).unwrap_or(256);
        if before == after || raised || !counts && after.is_none() {
            continue;
        }
        let (before, after) = (before.map(Value::from), after.map(Value::from));
        let key = format!("env.{key}");
        found.push(Loosened::value(key, before.as_ref(), after.as_ref(), Weight::Redirected));
    }
    found
}

/// Registries that another source stands in for. One below the repository is what vendoring makes.
fn sources(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    for (source, table) in head.get("source").and_then(Value::as_object).into_iter().flatten() {
        let before = base.get("source").and_then(|sources| sources.get(source)?.get("replace-with"));
        let after = table.get("replace-with");
        if after.is_some() && after != before {
            let key = format!("source.{source}.replace-with");
            found.push(Loosened::value(key, before, after, Weight::Redirected));
        }
    }
    found
}

fn name(program: &str) -> &str {
    let file = program.rsplit(['/', '\\']).next().unwrap_or(program);
    file.strip_suffix(".exe").unwrap_or(file)
}
