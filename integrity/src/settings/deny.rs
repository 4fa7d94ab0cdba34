//! deny.toml: lists of what is let pass, levels, and the keys that a newer format of cargo-deny no longer has.

use serde_json::{Map, Value};

use super::{Loosened, Weight, beyond, keys};

/// Lists of what is let pass, with what it takes to see through an entry.
const LETS_PASS: &[(&str, Weight)] = &[
    ("advisories.ignore", Weight::Loosened),
    ("bans.skip", Weight::Eased),
    ("bans.skip-tree", Weight::Eased),
    ("bans.allow-workspace", Weight::Eased),
    ("bans.build.allow-build-scripts", Weight::Eased),
    ("bans.build.bypass", Weight::Eased),
    ("graph.exclude", Weight::Loosened),
    ("licenses.exceptions", Weight::Eased),
    ("licenses.clarify", Weight::Eased),
    ("licenses.private.ignore-sources", Weight::Eased),
    ("licenses.private.registries", Weight::Eased),
    ("sources.allow-git", Weight::Loosened),
    ("sources.allow-registry", Weight::Loosened),
    ("sources.private", Weight::Eased),
    ("sources.allow-org.github", Weight::Loosened),
    ("sources.allow-org.gitlab", Weight::Loosened),
    ("sources.allow-org.bitbucket", Weight::Loosened),
];

/// Lists that let only their entries pass; an empty one of `bans` lets everything pass.
const ONLY: &[&str] = &["bans.allow", "bans.build.allow-build-scripts"];

/// Levels, and what holds where they are not set.
const LEVELS: &[(&str, &str)] = &[
    ("advisories.yanked", "warn"),
    ("bans.multiple-versions", "warn"),
    ("bans.wildcards", "allow"),
    ("bans.workspace-default-features", "allow"),
    ("bans.external-default-features", "allow"),
    ("bans.build.executables", "allow"),
    ("bans.build.interpreted", "allow"),
    ("sources.unknown-registry", "warn"),
    ("sources.unknown-git", "warn"),
    ("sources.required-git-spec", "any"),
];

/// Keys that format 2 no longer has: without them everything is an error.
const OLD_LEVELS: &[&str] = &[
    "advisories.vulnerability",
    "advisories.notice",
    "licenses.unlicensed",
    "licenses.copyleft",
    "licenses.default",
];

/// What stood at the top before it went below `[graph]`.
const OF_GRAPH: &[&str] = &[
    "targets",
    "exclude",
    "exclude-dev",
    "exclude-unpublished",
    "all-features",
    "no-default-features",
    "features",
];

/// Licences that ask nothing of whoever uses the code but to name it.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// What is let pass that was not. The two formats of the tool are compared by what they mean.
pub(super) fn compare(base: &Value, head: &Value) -> Vec<Loosened> {
    let (base, head) = (normal(base), normal(head));
    let mut found = Vec::new();
    for (key, weight) in LETS_PASS {
        let (before, after) = (names(at(&base, key)), names(at(&head, key)));
        let new = beyond(&after, &before);
        // A list of all that may pass asks for more than none.
        let first = ONLY.contains(key) && at(&base, key).is_none();
        if !(new.is_empty() || first) {
            found.push(Loosened::list(*key, &new, true, *weight));
        }
    }
    for (key, default) in LEVELS {
        let level = |side: &Value| rank(at(side, key).and_then(Value::as_str).unwrap_or(default));
        if level(&head) < level(&base) {
            found.push(Loosened::value(*key, at(&base, key), at(&head, key), Weight::Loosened));
        }
    }
    for key in OLD_LEVELS {
        let level = |side: &Value| at(side, key).and_then(Value::as_str).map(rank);
        if let (Some(before), Some(after)) = (level(&base), level(&head))
            && after < before
        {
            found.push(Loosened::value(*key, at(&base, key), at(&head, key), Weight::Loosened));
        }
    }
    found.extend(scopes(&base, &head));
    found.extend(licenses(&base, &head));
    found.extend(bans(&base, &head));
    found.extend(graph(&base, &head));
    found
}

/// Both formats of a file as one.
fn normal(side: &Value) -> Value {
    let mut top = side.as_object().cloned().unwrap_or_default();
    let moved: Map<String, Value> =
        OF_GRAPH.iter().filter_map(|key| Some(((*key).to_owned(), top.remove(*key)?))).collect();
    if !moved.is_empty() {
        let graph = top.entry("graph").or_insert_with(|| Value::Object(Map::new()));
        if let Some(graph) = graph.as_object_mut() {
            moved.into_iter().for_each(|(key, value)| {
                graph.entry(key).or_insert(value);
            });
        }
    }
    Value::Object(top)
}

/// Which unmaintained and unsound dependencies are looked for. Before format 2 this was a level, and one that only
/// warned held nobody up.
fn scopes(base: &Value, head: &Value) -> Vec<Loosened> {
    let scope = |side: &Value, key: &str| match at(side, key).and_then(Value::as_str) {
        Some("none" | "allow") => 0,
        Some("warn") => 1,
        Some("workspace" | "transitive") => 2,
        _ => 3,
    };
    let keys = ["advisories.unmaintained", "advisories.unsound"];
    let fell = keys.into_iter().filter(|key| scope(head, key) < scope(base, key));
    fell.map(|key| {
        let (before, after) = (at(base, key), at(head, key));
        let weight = match (before, scope(base, key)) {
            (_, 1) => Weight::Changed,
            (None, _) => Weight::Eased,
            _ => Weight::Loosened,
        };
        Loosened::value(key, before, after, weight)
    })
    .collect()
}

fn licenses(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    let key = "licenses.allow";
    let new = beyond(&names(at(head, key)), &names(at(base, key)));
    let (harmless, other): (Vec<String>, Vec<String>) =
        new.into_iter().partition(|name| PERMISSIVE.contains(&name.as_str()));
    // The old format let whole kinds of licences pass; the new one names them.
    let by_kind = ["licenses.allow-osi-fsf-free", "licenses.copyleft", "licenses.default"]
        .iter()
        .any(|key| at(base, key).is_some() && at(head, key).is_none());
    let adopted = at(base, "licenses").is_none();
    for (names, weight) in [(harmless, Weight::Eased), (other, Weight::Loosened)] {
        if !names.is_empty() && !adopted {
            let weight = if by_kind { Weight::Changed } else { weight };
            found.push(Loosened::list(key, &names, true, weight));
        }
    }
    let confidence =
        |side: &Value| at(side, "licenses.confidence-threshold").and_then(Value::as_f64).unwrap_or(0.8);
    if confidence(head) < confidence(base) {
        let key = "licenses.confidence-threshold";
        found.push(Loosened::value(key, at(base, key), at(head, key), Weight::Loosened));
    }
    found
}

fn bans(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    let gone = beyond(&names(at(base, "bans.deny")), &names(at(head, "bans.deny")));
    if !gone.is_empty() {
        found.push(Loosened::list("bans.deny", &gone, false, Weight::Loosened));
    }
    let wrapped = |side: &Value| -> Vec<String> {
        let banned = at(side, "bans.deny").and_then(Value::as_array).into_iter().flatten();
        banned.flat_map(|entry| names(entry.get("wrappers"))).collect()
    };
    let wrappers = beyond(&wrapped(head), &wrapped(base));
    let any = names(at(base, "bans.deny")).len();
    if !wrappers.is_empty() && any > 0 && gone.is_empty() && any == names(at(head, "bans.deny")).len() {
        found.push(Loosened::list("bans.deny.wrappers", &wrappers, true, Weight::Eased));
    }
    for key in ONLY {
        let (before, after) = (names(at(base, key)), names(at(head, key)));
        let opened =
            !before.is_empty() && (at(head, key).is_none() || *key == "bans.allow" && after.is_empty());
        let new = beyond(&after, &before);
        if opened {
            found.push(Loosened::value(*key, at(base, key), at(head, key), Weight::Loosened));
        } else if *key == "bans.allow" && !before.is_empty() && !new.is_empty() {
            found.push(Loosened::list(*key, &new, true, Weight::Eased));
        }
    }
    found.extend(switched(base, head, "bans.allow-wildcard-paths", true));
    found
}

/// How much of the graph is looked at.
fn graph(base: &Value, head: &Value) -> Vec<Loosened> {
    let mut found = Vec::new();
    for key in ["graph.exclude-dev", "graph.exclude-unpublished", "graph.no-default-features"] {
        found.extend(switched(base, head, key, true));
    }
    found.extend(switched(base, head, "graph.all-features", false));
    let (before, after) = (names(at(base, "graph.targets")), names(at(head, "graph.targets")));
    let gone = beyond(&before, &after);
    if !gone.is_empty() && !after.is_empty() {
        found.push(Loosened::list("graph.targets", &gone, false, Weight::Eased));
    } else if before.is_empty() && !after.is_empty() && at(base, "graph").is_some() {
        found.push(Loosened::list("graph.targets", &after, true, Weight::Eased));
    }
    found
}

fn switched(base: &Value, head: &Value, key: &str, to: bool) -> Option<Loosened> {
    let is = |side: &Value| at(side, key).and_then(Value::as_bool).unwrap_or(false) == to;
    let was = at(base, key).is_some() || to;
    (is(head) && !is(base) && was).then(|| Loosened::value(key, at(base, key), at(head, key), Weight::Eased))
}

fn at<'a>(side: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(side, |value, key| value.get(key))
}

fn rank(word: &str) -> u8 {
    match word {
        "deny" | "rev" => 3,
        "tag" => 2,
        "warn" | "branch" => 1,
        _ => 0,
    }
}

/// The entries of a list by what they name: a version, a comment or a reason may change.
fn names(list: Option<&Value>) -> Vec<String> {
    let name = |item: &Value| {
        let named = ["id", "crate", "name", "triple", "target"].iter().find_map(|key| item.get(*key));
        let text = named.unwrap_or(item).as_str().map_or_else(|| item.to_string(), str::to_owned);
        text.split_once('@').map_or(text.clone(), |(name, _)| name.to_owned())
    };
    list.and_then(Value::as_array).into_iter().flatten().map(name).collect()
}

/// Whether the file asks for anything at all: one that does not is missed by nobody.
pub(super) fn asks(side: &Value) -> bool {
    !keys(side, &Value::Null).is_empty()
}
