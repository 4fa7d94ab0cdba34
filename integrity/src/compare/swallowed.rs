//! Snapshots of which nothing is left to compare: what stands for their text stands for all of it.
//!
//! `insta` leaves out what a selector finds in a value, `".id" => "[id]"`, and what an expression finds in the text,
//! `add_filter(r"\d+ ms", "[time]")` (<https://insta.rs/docs/redactions>, <https://insta.rs/docs/filters>).

use std::collections::BTreeSet;

use regex_lite::RegexBuilder;

use crate::compare::{Kind, Surroundings, Weakening};
use crate::facts::is_literal;
use crate::matching::reachable;
use crate::rust::At;

/// What stands for all of a snapshot at head, and at base did not.
pub(super) fn snapshots(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> Option<Weakening> {
    let (before, after) = (reachable(base, &around.base_helpers), reachable(head, &around.head_helpers));
    let is_about =
        |tokens: &[String]| tokens.iter().any(|token| token.contains("snapshot") || token == "insta");
    if !is_about(&before) || !is_about(&after) {
        return None;
    }
    let known = swallowing(&before);
    let swallows = swallowing(&after).into_iter().find(|pattern| !known.contains(pattern))?;
    Some(Weakening {
        kind: Kind::Weaker,
        what: format!(
            "compares nothing of its snapshot: `{}` stands for all of it",
            crate::evidence::short(swallows.trim_matches('"'))
        ),
        before: Some((base.function.text.clone(), base.function.span)),
        after: Some((head.function.text.clone(), head.function.span)),
        lost: None,
    })
}

/// Selectors and expressions that find everything, as they are written.
fn swallowing(tokens: &[String]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let (mut filters, mut depth) = (None, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        let next: Vec<&str> = tokens[at + 1..].iter().take(5).map(String::as_str).collect();
        match token.as_str() {
            "add_redaction" => {
                found.extend(pair(&next).filter(|(one, _)| is_everything(one)).map(|(one, _)| one))
            }
            "add_filter" => found.extend(pair(&next).filter(finds_everything).map(|(one, _)| one)),
            "filters" | "set_filters" => filters = Some(depth),
            "(" | "[" | "{" => {
                let within = filters.is_some_and(|outside| depth > outside);
                let within = within.then(|| pair(&[&[token.as_str()], next.as_slice()].concat())).flatten();
                found.extend(within.filter(finds_everything).map(|(one, _)| one));
                // The arms of a `match` stand behind a value.
                let of_macro = at > 0 && matches!(tokens[at - 1].as_str(), "," | ">" | "(");
                if token == "{" && of_macro {
                    found.extend(redactions(&tokens[at + 1..]).filter(|selector| is_everything(selector)));
                }
                depth += 1;
            }
            ")" | "]" | "}" => {
                depth -= 1;
                filters = filters.filter(|outside| depth > *outside);
            }
            _ => {}
        }
    }
    found
}

/// `(one, other)`
fn pair<'t>(tokens: &[&'t str]) -> Option<(&'t str, &'t str)> {
    match tokens {
        ["(", one, ",", other, ")", ..] if is_literal(one) && is_literal(other) => Some((one, other)),
        _ => None,
    }
}

/// The selectors of `".id" => "[id]", ".at" => "[at]" }`, where a text takes the place.
fn redactions(tokens: &[String]) -> impl Iterator<Item = &str> {
    let entries = tokens.chunks(5).map_while(|entry| match entry {
        [selector, equals, more, text, end] if equals == "=" && more == ">" && is_literal(text) => {
            Some((selector.as_str(), end == ","))
        }
        _ => None,
    });
    let mut goes_on = true;
    entries.take_while(move |(_, more)| std::mem::replace(&mut goes_on, *more)).map(|(selector, _)| selector)
}

/// Whether a selector finds all that there is: the whole, each field of it, each item of a list.
fn is_everything(selector: &str) -> bool {
    matches!(selector.trim_matches('"'), "." | ".*" | ".**" | ".[]" | "[]" | "[].**" | "[].*")
}

/// The longest expression that is tried, in bytes.
const MAX_PATTERN: usize = 400;

/// Texts that nobody would leave out as a whole for what they have in common.
const TRIED: [&str; 4] = [
    "7 3 9",
    "{\n  \"id\": \"track:7\",\n  \"score\": 0.25\n}",
    "Page { artist: Some(3) }",
    "the title is kept",
];

/// Whether an expression finds each word of any text, and a fixed text takes its place.
fn finds_everything((pattern, instead): &(&str, &str)) -> bool {
    let value = |token: &str| syn::parse_str::<syn::LitStr>(token).ok().map(|text| text.value());
    let (Some(pattern), Some(instead)) = (value(pattern), value(instead)) else { return false };
    // `$1` hands on what was found.
    if pattern.len() > MAX_PATTERN || instead.contains('$') {
        return false;
    }
    let Ok(pattern) = RegexBuilder::new(&pattern).size_limit(1 << 20).build() else { return false };
    TRIED.iter().all(|text| {
        let found: Vec<_> = pattern.find_iter(text).map(|found| found.range()).collect();
        let mut words = text.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
        words.all(|(at, _)| found.iter().any(|range| range.contains(&at)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::tokens_of_line;

    #[test]
    fn only_what_finds_everything_is_said_to() {
        let check = |code: &str, expected: &[&str]| {
            let tokens = tokens_of_line(code);
            assert_eq!(swallowing(&tokens).into_iter().collect::<Vec<_>>(), expected, "{code}");
        };
        check(r#"assert_yaml_snapshot!(page, { ".**" => "[all]" })"#, &[r#"".**""#]);
        check(r#"assert_yaml_snapshot!("page", page, { ".id" => "[id]", "." => "[all]" })"#, &[r#"".""#]);
        check(r#"assert_yaml_snapshot!(page, { ".id" => "[id]", ".items[].at" => "[at]" })"#, &[]);
        check(r#"assert_yaml_snapshot!(page, { "." => insta::sorted_redaction() })"#, &[]);
        check(r#"settings.add_redaction(".*", "[field]")"#, &[r#"".*""#]);
        check(r#"settings.add_redaction(".id", "[id]")"#, &[]);
        check(r#"match sign { "." => "dot", _ => "none" }"#, &[]);
        check(r#"settings.add_filter(r"(?s).+", "[all]")"#, &[r#""(?s).+""#]);
        check(r#"settings.add_filter(r"[\s\S]*", "[all]")"#, &[r#""[\\s\\S]*""#]);
        check(r#"settings.add_filter(r"\w+", "x")"#, &[r#""\\w+""#]);
        check(r#"settings.add_filter(r"(?m)^ *(.*)$", "$1")"#, &[]);
        check(r#"settings.add_filter(r"\d+", "[number]")"#, &[]);
        check(r#"settings.add_filter(r"/tmp/.*", "[path]")"#, &[]);
        check(
            r#"insta::with_settings!({ filters => vec![(r"\d", "0"), (".*", "x")] }, { assert_snapshot!(page) })"#,
            &[r#"".*""#],
        );
        check(r#"let (one, other) = split(".*", "x"); pair((".*", "x"))"#, &[]);
    }
}
