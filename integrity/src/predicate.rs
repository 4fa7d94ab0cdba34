//! What a condition of compilation says, and whether any build of tests can meet it: logic, not a list of spellings.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A condition as `cfg(..)` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Is(Atom),
}

/// What a compiler is told: a flag, or a key with a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Atom {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
}

/// Deeper conditions are not decided.
const DEPTH: usize = 24;

/// More cases than this are not tried.
const CASES: usize = 4_096;

impl Predicate {
    /// Reads a condition. `None` where it is none, or too deep: then nothing is known of it.
    pub(crate) fn parse(text: &str) -> Option<Predicate> {
        let mut all = list(text.parse().ok()?, DEPTH)?;
        if all.len() == 1 { all.pop() } else { None }
    }

    pub(crate) fn negated(self) -> Predicate {
        Predicate::Not(Box::new(self))
    }

    pub(crate) fn all_atoms(&self) -> Vec<Atom> {
        let mut found = Vec::new();
        self.atoms(&mut found);
        found
    }

    fn atoms(&self, found: &mut Vec<Atom>) {
        match self {
            Predicate::All(inner) | Predicate::Any(inner) => {
                inner.iter().for_each(|one| one.atoms(found));
            }
            Predicate::Not(inner) => inner.atoms(found),
            Predicate::Is(atom) => {
                if !found.contains(atom) {
                    found.push(atom.clone());
                }
            }
        }
    }

    /// Whether it holds, as far as the atoms that are decided tell.
    fn holds(&self, decided: &BTreeMap<&Atom, bool>) -> Option<bool> {
        match self {
            Predicate::All(inner) => {
                let each: Vec<_> = inner.iter().map(|one| one.holds(decided)).collect();
                match () {
                    () if each.contains(&Some(false)) => Some(false),
                    () if each.contains(&None) => None,
                    () => Some(true),
                }
            }
            Predicate::Any(inner) => {
                let each: Vec<_> = inner.iter().map(|one| one.holds(decided)).collect();
                match () {
                    () if each.contains(&Some(true)) => Some(true),
                    () if each.contains(&None) => None,
                    () => Some(false),
                }
            }
            Predicate::Not(inner) => inner.holds(decided).map(|holds| !holds),
            Predicate::Is(atom) => decided.get(atom).copied(),
        }
    }
}

/// Whether some build of tests meets a condition, where `may` says of a flag, a feature or a key of the house's own
/// whether a build can have it.
pub(crate) fn can_hold(condition: &Predicate, may: &dyn Fn(&Atom) -> bool) -> bool {
    let mut atoms = Vec::new();
    condition.atoms(&mut atoms);
    let mut decided = BTreeMap::new();
    let mut open = Vec::new();
    for atom in &atoms {
        match always(atom) {
            Some(value) => drop(decided.insert(atom, value)),
            None if !is_of_platform(atom) && !may(atom) => drop(decided.insert(atom, false)),
            None => open.push(atom),
        }
    }
    let mut cases = 0;
    some_case(condition, &mut decided, &open, &mut cases)
}

fn some_case<'a>(
    condition: &Predicate,
    decided: &mut BTreeMap<&'a Atom, bool>,
    open: &[&'a Atom],
    cases: &mut usize,
) -> bool {
    *cases += 1;
    if *cases > CASES {
        return true;
    }
    let holds = condition.holds(decided);
    if holds == Some(false) || !is_platform(decided) {
        return false;
    }
    let Some((first, rest)) = open.split_first() else { return holds == Some(true) };
    for value in [true, false] {
        decided.insert(first, value);
        if some_case(condition, decided, rest, cases) {
            return true;
        }
        decided.remove(first);
    }
    false
}

/// What holds, or does not, in every build of tests.
fn always(atom: &Atom) -> Option<bool> {
    match (atom.key.as_str(), &atom.value) {
        ("test" | "true", None) => Some(true),
        ("false" | "doc" | "doctest", None) => Some(false),
        ("target_os", Some(value)) if os(value).is_none() => Some(false),
        ("target_endian", Some(value)) if !["little", "big"].contains(&value.as_str()) => Some(false),
        ("target_pointer_width", Some(value)) if !["16", "32", "64"].contains(&value.as_str()) => Some(false),
        _ => None,
    }
}

fn is_of_platform(atom: &Atom) -> bool {
    matches!(atom.key.as_str(), "unix" | "windows" | "debug_assertions" | "panic" | "overflow_checks")
        || atom.key.starts_with("target_")
}

/// The family of a system; `None` where there is no such system.
fn os(name: &str) -> Option<&'static str> {
    const UNIX: &[&str] = &[
        "aix",
        "android",
        "cygwin",
        "dragonfly",
        "emscripten",
        "espidf",
        "freebsd",
        "fuchsia",
        "haiku",
        "horizon",
        "hurd",
        "illumos",
        "ios",
        "l4re",
        "linux",
        "macos",
        "netbsd",
        "nto",
        "nuttx",
        "openbsd",
        "redox",
        "rtems",
        "solaris",
        "tvos",
        "visionos",
        "vita",
        "vxworks",
        "watchos",
    ];
    const OTHER: &[&str] = &[
        "amdhsa",
        "cuda",
        "hermit",
        "lynxos178",
        "managarm",
        "motor",
        "none",
        "psp",
        "psx",
        "solid_asp3",
        "teeos",
        "trusty",
        "uefi",
        "unknown",
        "wasi",
        "wasix",
        "xous",
        "zkvm",
    ];
    match name {
        "windows" => Some("windows"),
        _ if UNIX.contains(&name) => Some("unix"),
        _ if OTHER.contains(&name) => Some("other"),
        _ => None,
    }
}

/// Whether there can be a platform of which what is decided is true.
fn is_platform(decided: &BTreeMap<&Atom, bool>) -> bool {
    let value =
        |key: &str| decided.iter().find(|(atom, holds)| atom.key == key && atom.value.is_some() && **holds);
    let flag = |key: &str| {
        decided.iter().find(|(atom, _)| atom.key == key && atom.value.is_none()).map(|(_, holds)| *holds)
    };
    let one_of_each =
        ["target_os", "target_arch", "target_endian", "target_pointer_width", "target_env", "target_vendor"];
    let several = |key: &str| {
        decided.iter().filter(|(atom, holds)| atom.key == key && atom.value.is_some() && **holds).count() > 1
    };
    if one_of_each.iter().any(|key| several(key)) {
        return false;
    }
    // Those that have two values, or three, have one of them.
    let none_of = |key: &str, of: usize| {
        let of_key = || decided.iter().filter(|(atom, _)| atom.key == key);
        of_key().count() == of && of_key().all(|(_, holds)| !*holds)
    };
    if none_of("target_endian", 2) || none_of("target_pointer_width", 3) {
        return false;
    }
    let (unix, windows) = (flag("unix"), flag("windows"));
    if unix == Some(true) && windows == Some(true) {
        return false;
    }
    let family = value("target_os").and_then(|(atom, _)| os(atom.value.as_deref()?));
    match family {
        Some("unix") => unix != Some(false) && windows != Some(true),
        Some("windows") => windows != Some(false) && unix != Some(true),
        Some("other") => unix != Some(true) && windows != Some(true),
        _ => true,
    }
}

/// Conditions between commas.
fn list(stream: TokenStream, depth: usize) -> Option<Vec<Predicate>> {
    let depth = depth.checked_sub(1)?;
    let mut found = Vec::new();
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let TokenTree::Ident(word) = tree else { return None };
        let word = word.to_string();
        match trees.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let inner = group.stream();
                found.push(match word.as_str() {
                    "all" => Predicate::All(list(inner, depth)?),
                    "any" => Predicate::Any(list(inner, depth)?),
                    "not" => list(inner, depth)?.pop()?.negated(),
                    _ => return None,
                });
                if !is_end(trees.next())? {
                    break;
                }
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                let value = trees.next()?.to_string();
                let value = value.trim_start_matches(['r', '#']).trim_matches(['"', '#']).to_owned();
                found.push(Predicate::Is(atom(word, Some(value))));
                if !is_end(trees.next())? {
                    break;
                }
            }
            end => {
                found.push(Predicate::Is(atom(word, None)));
                if !is_end(end)? {
                    break;
                }
            }
        }
    }
    Some(found)
}

/// Whether more may follow, after a comma; `None` after anything else.
fn is_end(tree: Option<TokenTree>) -> Option<bool> {
    match tree {
        None => Some(false),
        Some(TokenTree::Punct(punct)) if punct.as_char() == ',' => Some(true),
        Some(_) => None,
    }
}

/// `target_family = "unix"` is `unix`.
fn atom(key: String, value: Option<String>) -> Atom {
    match (key.as_str(), value.as_deref()) {
        ("target_family", Some(family @ ("unix" | "windows"))) => {
            Atom { key: family.to_owned(), value: None }
        }
        _ => Atom { key, value },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conditions that some build can meet, with the feature `on` and the flag `miri`.
    fn check(met: bool, conditions: &[&str]) {
        let may = |atom: &Atom| atom.value.as_deref() == Some("on") || atom.key == "miri";
        for condition in conditions {
            let predicate = Predicate::parse(condition).expect(condition);
            assert_eq!(can_hold(&predicate, &may), met, "{condition}");
        }
    }

    #[test]
    fn what_contradicts_itself_or_the_platforms_never_holds() {
        check(
            false,
            &[
                "any()",
                "false",
                "not(true)",
                "not(test)",
                "not(all())",
                "all(unix, windows)",
                "all(unix, target_os = \"windows\")",
                "all(target_os = \"linux\", target_family = \"windows\")",
                "not(any(unix, not(unix)))",
                "all(target_os = \"linux\", target_os = \"macos\")",
                "target_os = \"nowhere\"",
                "not(any(target_endian = \"little\", target_endian = \"big\"))",
                "target_pointer_width = \"128\"",
                "feature = \"off\"",
                "all(feature = \"on\", any(feature = \"off\", never))",
                "doctest",
                "all(any(unix, windows), not(unix), not(windows))",
            ],
        );
    }

    #[test]
    fn what_some_build_meets_can_hold() {
        check(
            true,
            &[
                "all()",
                "true",
                "test",
                "unix",
                "not(unix)",
                "not(any(unix, windows))",
                "all(unix, target_os = \"linux\", target_arch = \"x86_64\")",
                "not(debug_assertions)",
                "feature = \"on\"",
                "not(feature = \"off\")",
                "any(windows, feature = \"off\", miri)",
                "target_endian = \"big\"",
            ],
        );
    }

    #[test]
    fn what_is_too_deep_or_no_condition_is_not_decided() {
        let deep = format!("{}unix{}", "not(".repeat(40), ")".repeat(40));
        for text in [deep.as_str(), "1", "", "unix windows", "version(\"1\")"] {
            assert_eq!(Predicate::parse(text), None, "{text}");
        }
        // Many atoms end, and count as what may hold.
        let many: Vec<String> =
            (0..64).map(|n| format!("any(target_env = \"a{n}\", not(debug_assertions))")).collect();
        let many = Predicate::parse(&format!("all({})", many.join(", "))).expect("a condition");
        assert!(can_hold(&many, &|_| true));
    }
}
