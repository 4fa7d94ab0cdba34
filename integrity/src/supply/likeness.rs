//! Names that are easily taken for each other.

use std::collections::BTreeSet;

/// The known name that a new one is easily taken for.
pub(super) fn like<'k>(name: &str, known: &'k BTreeSet<String>) -> Option<&'k str> {
    let (plain, once) = (plain(name), without_doubles(&self::plain(name)));
    let alike = |other: &&String| {
        let theirs = self::plain(other);
        theirs == plain || without_doubles(&theirs) == once || one_edit_apart(&plain, &theirs)
    };
    known.iter().filter(|other| *other != name).find(alike).map(String::as_str)
}

/// Without what people do not look at: separators, `-rs`, letters for which others stand.
fn plain(name: &str) -> String {
    let mut letters: String = name.to_ascii_lowercase().replace('_', "-");
    for end in ["-rs", "-rust"] {
        letters = letters.strip_suffix(end).unwrap_or(&letters).to_owned();
    }
    for start in ["rs-", "rust-"] {
        letters = letters.strip_prefix(start).unwrap_or(&letters).to_owned();
    }
    letters.replace('-', "").replace("rn", "m").replace("vv", "w").replace('0', "o").replace('1', "l")
}

fn without_doubles(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

/// Whether one letter more, less or other, or two that changed places, make the one name of the other. Short names and
/// numbers are often so close.
fn one_edit_apart(one: &str, other: &str) -> bool {
    const SHORTEST: usize = 5;
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().min(other.len()) < SHORTEST || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    let numbers = |letters: &[char]| letters.iter().all(char::is_ascii_digit);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        (one, other) => one.len() <= 1 && other.len() <= 1 && !(numbers(one) && numbers(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_for_each_other_are_alike() {
        let known: BTreeSet<String> =
            ["serde", "serde_json", "tokio", "redis", "sha1", "rayon", "base64"].map(str::to_owned).into();
        for (name, expected) in [
            ("serd", None),
            ("serdee", Some("serde")),
            ("sedre", Some("serde")),
            ("serde-json", Some("serde_json")),
            ("serdejson", Some("serde_json")),
            ("t0kio", Some("tokio")),
            ("tokio-rs", Some("tokio")),
            ("redis-rs", Some("redis")),
            ("rust-redis", Some("redis")),
            ("toookio", Some("tokio")),
            ("sha2", None),
            ("base65", None),
            ("tracing", None),
            ("serde", None),
        ] {
            assert_eq!(like(name, &known), expected, "{name}");
        }
    }
}
