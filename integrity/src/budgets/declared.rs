//! What the policy says of a budget: its files, which of their values are limits, and which way each loosens.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::amount::amount;
use super::pattern::Pattern;

/// Files with limits that a human set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Globs of the files, from the root.
    pub files: Vec<String>,
    /// Which values are limits, and which way each loosens.
    pub keys: BTreeMap<Pattern, Sense>,
    /// Entries that may go with all limits in them: an experiment that ended.
    #[serde(default)]
    pub may_go: Vec<Pattern>,
    /// Why the limits are there.
    #[serde(default)]
    pub because: String,
}

/// Which way a value loosens. A value that is gone loosens, but for `true-loosens` and where it is said what holds
/// without it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Sense {
    /// A greater number: deadlines, shares of what may be wrong. With what holds where nothing is written.
    Higher(Option<Value>),
    /// A smaller number: objectives, minimum sizes.
    Lower(Option<Value>),
    /// `true`.
    True,
    /// `false`.
    False,
    /// An entry less in a list or map.
    Fewer,
    /// An entry more in a list or map.
    More,
    /// Whatever changes.
    AnyChange,
    /// An expression that alerts where a comparison holds.
    Alert,
    /// Words from strict to loose; those between commas are as strict as each other.
    Words(Vec<Vec<String>>),
}

impl TryFrom<String> for Sense {
    type Error = String;

    fn try_from(text: String) -> Result<Sense, String> {
        let (word, absent) = match text.split_once(" from ") {
            Some((word, absent)) => (word, Some(Value::from(absent.trim()))),
            None => (text.as_str(), None),
        };
        if absent.as_ref().is_some_and(|absent| amount(absent).is_none()) {
            return Err(format!("`{text}` ends with no number"));
        }
        Ok(match word {
            "higher-loosens" => Sense::Higher(absent),
            "lower-loosens" => Sense::Lower(absent),
            _ if absent.is_some() => return Err(format!("`{word}` takes no `from`")),
            "true-loosens" => Sense::True,
            "false-loosens" => Sense::False,
            "fewer-loosens" => Sense::Fewer,
            "more-loosens" => Sense::More,
            "any-change-loosens" => Sense::AnyChange,
            "alert-expression" => Sense::Alert,
            words if words.contains('>') => {
                let equal = |words: &str| words.split(',').map(|word| word.trim().to_owned()).collect();
                let ranks: Vec<Vec<String>> = words.split('>').map(equal).collect();
                if ranks.iter().flatten().any(String::is_empty) {
                    return Err(format!("`{text}` has an empty word"));
                }
                Sense::Words(ranks)
            }
            _ => {
                return Err(format!(
                    "`{text}` is no direction; expected `higher-loosens`, `lower-loosens` (with `from 0s` where nothing \
                     written is a value too), `true-loosens`, `false-loosens`, `fewer-loosens`, `more-loosens`, \
                     `any-change-loosens`, `alert-expression`, or words from strict to loose, as in `page > ticket`"
                ));
            }
        })
    }
}

/// Alert rules of Prometheus, wherever they stand: whoever silences an alert changes what it takes to wake somebody.
pub(super) fn alert_rules() -> Budget {
    let keys = [
        ("groups[].rules[alert].expr", "alert-expression"),
        ("groups[].rules[alert].for", "higher-loosens from 0s"),
        (
            "groups[].rules[alert].labels.severity",
            "critical, page > error, high, major > warning, ticket, medium, minor > info, low, none",
        ),
    ];
    let read = |(path, sense): (&str, &str)| Some((path.parse().ok()?, sense.to_owned().try_into().ok()?));
    Budget {
        files: vec!["**/*.{yaml,yml}".to_owned()],
        keys: keys.into_iter().filter_map(read).collect(),
        may_go: Vec::new(),
        because: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_that_is_built_in_is_read_whole() {
        assert_eq!(alert_rules().keys.len(), 3);
    }

    #[test]
    fn words_stand_from_strict_to_loose() {
        let words = Sense::try_from("page, critical > ticket".to_owned());
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(words, Ok(Sense::Words(vec![owned(&["page", "critical"]), owned(&["ticket"])])));
        for text in ["higher", "page >", "> page", "", "true-loosens from 0", "higher-loosens from nothing"] {
            assert!(Sense::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
