//! Names of corpora outside their own section: they mean what `golden.corpora` has.

use std::collections::BTreeMap;

use policy::{Document, PolicyError};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Refuses a name in `contracts.cost.corpora` that is no corpus of the same policy: it would compare nothing. A pattern
/// may match none yet.
///
/// # Errors
/// The first such name, where it stands; or what cannot be read of the policy.
pub(crate) fn check_names(document: &Document) -> Result<(), PolicyError> {
    let contracts: Contracts = document.section("contracts")?;
    let golden: Golden = document.section("golden")?;
    let is_name = |name: &str| !name.contains(['*', '?', '[', ']', '{', '}', '!', '\\']);
    let is_known = |name: &str| golden.corpora.contains_key(name);
    let mut named = contracts.cost.corpora.iter().enumerate();
    let Some((index, name)) = named.find(|(_, name)| is_name(name) && !is_known(name)) else { return Ok(()) };
    let known: Vec<String> = golden.corpora.keys().map(|corpus| format!("`{corpus}`")).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let fault = format!("`{name}` is no corpus under `golden.corpora`, which has {known}");
    Err(document.error_at(&format!("contracts.cost.corpora[{index}]"), fault))
}

/// As much of the two sections as names need. The whole of them was checked with the document, and is not read again: it
/// holds expressions, and a hook would wait 1.7 ms for them to be parsed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Contracts {
    cost: Cost,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cost {
    corpora: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Golden {
    corpora: BTreeMap<String, IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(corpora: &str, expected: Option<&str>) {
        let text = format!(
            "golden:\n  corpora:\n    queue: {{ rpc: p.S/M, items: items, id: id, score: score }}\n    \
             shelf: {{ rpc: p.S/M, items: items, id: id, score: score }}\ncontracts:\n  cost:\n    corpora: {corpora}\n"
        );
        let document = Document::parse("gatefold.yaml", &text, &crate::house::SCHEMA).expect("a policy");
        let found = check_names(&document).map_err(|error| error.to_string()).err();
        assert_eq!(found.as_deref(), expected, "{corpora}");
    }

    #[test]
    fn a_name_that_is_no_corpus_is_told_with_its_place() {
        for corpora in ["[]", "[queue]", "[queue, shelf]", "['*']", "['radio-*']", "['{queue,radio}']"] {
            check(corpora, None);
        }
        check(
            "[queue, quee]",
            Some(
                "gatefold.yaml:7:22: failed to read `contracts.cost.corpora[1]`: `quee` is no corpus under \
                 `golden.corpora`, which has `queue`, `shelf`",
            ),
        );
    }
}
