//! One claim as it is written: `none`, `scoped(SEGMENT[, SEGMENT..], <=5%)`, `model(NAME@VERSION)`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::MAX_ID_BYTES;

/// The most segments that a claim may name.
const MAX_SEGMENTS: usize = 100;

/// What somebody says that a change does to rankings.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// No ranking moves by more than noise.
    None,
    /// Rankings change in these segments only, in each for at most this share of its requests, in percent.
    Scoped(BTreeMap<String, f64>),
    /// Another model ranks, and nothing else changes.
    Model {
        /// What the model is called.
        name: String,
        /// Its version, as the recorded rankings name it.
        version: String,
    },
}

impl FromStr for Claim {
    type Err = String;

    fn from_str(text: &str) -> Result<Claim, String> {
        let text = text.trim();
        if text == "none" {
            return Ok(Claim::None);
        }
        if let Some(inside) = between(text, "scoped") {
            return scoped(inside);
        }
        if let Some(inside) = between(text, "model") {
            return model(inside);
        }
        Err("a claim is `none`, `scoped(SEGMENT, <=5%)` or `model(NAME@VERSION)`".to_owned())
    }
}

/// What stands in the brackets behind a word.
fn between<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

fn scoped(inside: &str) -> Result<Claim, String> {
    let mut parts: Vec<&str> = inside.split(',').map(str::trim).collect();
    let last = parts.pop().unwrap_or_default();
    let share = last
        .strip_prefix("<=")
        .and_then(|rest| rest.trim().strip_suffix('%'))
        .ok_or("`scoped` ends with the largest share of requests that change, such as `<=5%`")?;
    let percent = percent(share.trim()).ok_or_else(|| {
        format!("`{}` is no share: a number of at most three decimals, above 0 and up to 100", shown(share))
    })?;
    if parts.is_empty() {
        return Err("`scoped` names at least one segment before the share".to_owned());
    }
    if parts.len() > MAX_SEGMENTS {
        return Err(format!("it names {} segments, more than the {MAX_SEGMENTS} that are read", parts.len()));
    }
    if let Some(wrong) = parts.iter().find(|segment| !is_plain(segment)) {
        return Err(format!("`{}` is no segment", shown(wrong)));
    }
    Ok(Claim::Scoped(parts.into_iter().map(|segment| (segment.to_owned(), percent)).collect()))
}

fn model(inside: &str) -> Result<Claim, String> {
    let (name, version) =
        inside.trim().rsplit_once('@').ok_or("`model` names a model and its version, such as `taste@7`")?;
    match [name, version].into_iter().find(|word| !is_plain(word)) {
        Some(wrong) => Err(format!("`{}` is no name or version", shown(wrong))),
        None => Ok(Claim::Model { name: name.to_owned(), version: version.to_owned() }),
    }
}

/// Digits with at most three behind a point: what people write, and nothing that a float alone understands.
fn percent(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |digits: &str| (1..=3).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let percent: f64 = (is_number(whole) && is_number(decimals)).then(|| text.parse().ok())??;
    (percent > 0.0 && percent <= 100.0).then_some(percent)
}

/// Whether a word can stand between the marks of a claim.
fn is_plain(word: &str) -> bool {
    let plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"(),@%<>=`".contains(letter);
    (1..=MAX_ID_BYTES).contains(&word.len()) && word.chars().all(plain)
}

/// A word out of a message, fit to be shown.
pub(super) fn shown(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control()).map(|letter| match letter {
        '`' => '\'',
        letter => letter,
    });
    let short: String = plain.clone().take(80).collect();
    if plain.count() > 80 { format!("{short}..") } else { short }
}

impl Claim {
    /// As it is written; segments with different shares are claims of their own.
    pub(super) fn parts(&self) -> Vec<String> {
        match self {
            Claim::None => vec!["none".to_owned()],
            Claim::Model { name, version } => vec![format!("model({name}@{version})")],
            Claim::Scoped(segments) => {
                let mut by_share: Vec<(f64, Vec<&str>)> = Vec::new();
                for (segment, share) in segments {
                    match by_share.iter_mut().find(|(other, _)| other == share) {
                        Some((_, segments)) => segments.push(segment),
                        None => by_share.push((*share, vec![segment])),
                    }
                }
                let part = |(share, segments): &(f64, Vec<&str>)| {
                    format!("scoped({}, <={share}%)", segments.join(", "))
                };
                by_share.iter().map(part).collect()
            }
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.parts().join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(text.parse::<Claim>().map(|claim| claim.to_string()), Ok(shown.to_owned()), "{text}");
    }

    #[test]
    fn a_claim_is_read_with_any_white_space_between_its_parts() {
        check("none", "none");
        check("scoped(cold-start, <=5%)", "scoped(cold-start, <=5%)");
        check(" scoped ( heavy ,cold-start,<= 2.5 % )", "scoped(cold-start, heavy, <=2.5%)");
        check("model(taste@2026-11-20.1)", "model(taste@2026-11-20.1)");
        check("model( teams/taste@v7+eu )", "model(teams/taste@v7+eu)");
    }

    #[test]
    fn what_is_no_claim_is_refused_with_its_reason() {
        let check = |text: &str, reason: &str| {
            let error = text.parse::<Claim>().expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
        };
        for text in ["", "None", "nothing", "none.", "scoped", "scoped(a, <=5%", "model taste@7", "none | x"]
        {
            check(text, "a claim is `none`");
        }
        check("scoped()", "ends with the largest share");
        check("scoped(a)", "ends with the largest share");
        check("scoped(a, 5%)", "ends with the largest share");
        check("scoped(a, <=5)", "ends with the largest share");
        check("scoped(<=5%)", "at least one segment");
        check("scoped(, <=5%)", "`` is no segment");
        check("scoped(a b, <=5%)", "`a b` is no segment");
        check("scoped(a`b, <=5%)", "`a'b` is no segment");
        for share in ["0", "0.000", "-1", "101", "1e1", "NaN", "inf", "5.0001", "", ".5", "5.", "+5"] {
            check(&format!("scoped(a, <={share}%)"), "is no share");
        }
        check("model(taste)", "a model and its version");
        check("model(@7)", "`` is no name");
        check("model(a b@7)", "`a b` is no name");
        check(&format!("model({}@7)", "a".repeat(300)), "is no name or version");
        check(&format!("scoped({}<=5%)", "a,".repeat(101)), "101 segments");
    }
}
