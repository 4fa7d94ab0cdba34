//! Paths of limits in a file: `objectives[].percent`, `entities.*.records[0]`, `**.refuse`.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value;

/// A path with wildcards. Keys are separated by `.`; `*` is any key and `**` any way down. `[]` is any item of a list,
/// `[0]` the first, and `[alert]` an item that has the key `alert`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    AnyKey,
    Rest,
    AnyItem,
    Item(usize),
    ItemWith(String),
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        text.parse()
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        let wrong =
            || format!("`{text}` is no path; write it like `limits.*.most`, `rules[].for` or `**.refuse`");
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (word, mut brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
            match word {
                "" if brackets.is_empty() || !steps.is_empty() => return Err(wrong()),
                "" => {}
                "*" => steps.push(Step::AnyKey),
                "**" => steps.push(Step::Rest),
                word => steps.push(Step::Key(word.to_owned())),
            }
            while let Some((inside, rest)) = brackets.strip_prefix('[').and_then(|text| text.split_once(']'))
            {
                steps.push(match inside.parse() {
                    Ok(index) => Step::Item(index),
                    Err(_) if inside.is_empty() => Step::AnyItem,
                    Err(_) => Step::ItemWith(inside.to_owned()),
                });
                brackets = rest;
            }
            if !brackets.is_empty() {
                return Err(wrong());
            }
        }
        Ok(Pattern(steps))
    }
}

/// What is left of patterns on the way down, each with what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Left<'p, T>(Vec<(&'p [Step], T)>);

impl<'p, T: Copy> Left<'p, T> {
    pub(super) fn whole(patterns: impl Iterator<Item = (&'p Pattern, T)>) -> Left<'p, T> {
        Left(patterns.map(|(pattern, meaning)| (pattern.0.as_slice(), meaning)).collect())
    }

    /// Below a key of a map.
    pub(super) fn key(&self, name: &str) -> Left<'p, T> {
        self.step(|step| match step {
            Step::Key(key) => key == name,
            step => *step == Step::AnyKey,
        })
    }

    /// Below an item of a list.
    pub(super) fn item(&self, index: usize, item: &Value) -> Left<'p, T> {
        self.step(|step| match step {
            Step::AnyItem => true,
            Step::Item(number) => *number == index,
            Step::ItemWith(key) => item.get(key).is_some(),
            _ => false,
        })
    }

    /// Whether an item is meant by its place in the list.
    pub(super) fn by_place(&self) -> bool {
        self.0.iter().any(|(left, _)| matches!(left, [Step::Item(_), ..] | [Step::Rest, Step::Item(_), ..]))
    }

    /// What ends right here.
    pub(super) fn ends(&self) -> impl Iterator<Item = T> {
        self.0
            .iter()
            .filter(|(left, _)| left.iter().all(|step| *step == Step::Rest))
            .map(|(_, meaning)| *meaning)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn step(&self, fits: impl Fn(&Step) -> bool) -> Left<'p, T> {
        let mut next: Vec<(&'p [Step], T)> = Vec::new();
        for &(left, meaning) in &self.0 {
            match left {
                [Step::Rest, rest @ ..] => {
                    next.push((left, meaning));
                    if let [first, rest @ ..] = rest
                        && fits(first)
                    {
                        next.push((rest, meaning));
                    }
                }
                [first, rest @ ..] if fits(first) => next.push((rest, meaning)),
                _ => {}
            }
        }
        Left(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_what_it_describes() {
        let list = serde_json::json!({ "alert": "a" });
        let fits = |pattern: &str, way: &[&str]| {
            let pattern: Pattern = pattern.parse().expect("a path");
            let mut left = Left::whole(std::iter::once((&pattern, ())));
            for step in way {
                left = match step.parse() {
                    Ok(index) => left.item(index, &list),
                    Err(_) => left.key(step),
                };
            }
            left.ends().count() > 0
        };
        for (pattern, way) in [
            ("a.b", ["a", "b"].as_slice()),
            ("a.*", &["a", "c"]),
            ("**.refuse", &["a", "b", "refuse"]),
            ("**.refuse", &["refuse"]),
            ("a.**", &["a", "b", "c"]),
            ("a[].b", &["a", "7", "b"]),
            ("[][1]", &["0", "1"]),
            ("a[alert].for", &["a", "0", "for"]),
        ] {
            assert!(fits(pattern, way), "{pattern}");
        }
        for (pattern, way) in [
            ("a.b", ["a", "c"].as_slice()),
            ("a[0]", &["a", "1"]),
            ("a[record]", &["a", "0"]),
            ("*", &["a", "b"]),
        ] {
            assert!(!fits(pattern, way), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a..b", "a[", "a[0]b", ".a", "a.[0]"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
