//! The words of an exception.

use jiff::civil::Date;

use crate::today::parse_date;

/// How a comment begins that wants to be an exception.
pub(super) const MARK: &str = "gatefold:";

/// What an exception says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) rules: Vec<String>,
    pub(super) until: Option<Date>,
    pub(super) reason: String,
}

/// Reads a comment's text, without the comment's own marker. What is wrong is said in words that follow "this
/// exception ".
pub(super) fn parse(text: &str) -> Result<Said, String> {
    let rest = text.trim().strip_prefix(MARK).unwrap_or(text).trim_start();
    let Some(rest) = rest.strip_prefix("allow").map(str::trim_start).and_then(|rest| rest.strip_prefix('('))
    else {
        return Err("does not read `gatefold: allow(rule-id): reason`".to_owned());
    };
    let Some((list, rest)) = rest.split_once(')') else {
        return Err("does not close the bracket of `allow(`".to_owned());
    };
    let rules: Vec<String> = list.split(',').map(|rule| rule.trim().to_owned()).collect();
    if rules.iter().any(String::is_empty) {
        return Err("names no rule in `allow(..)`".to_owned());
    }
    let rest = rest.trim_start();
    let (until, rest) = match rest.strip_prefix("until") {
        Some(rest) => {
            let date = rest.trim_start();
            let end = date.find(':').unwrap_or(date.len());
            let word = date[..end].trim();
            let Some(until) = parse_date(word) else {
                return Err(format!("gives `{word}` where a date such as `2027-01-31` is due"));
            };
            (Some(until), &date[end..])
        }
        None => (None, rest),
    };
    let reason = rest.strip_prefix(':').map(str::trim).unwrap_or_default();
    if reason.is_empty() {
        return Err("gives no reason after a colon".to_owned());
    }
    Ok(Said { rules, until, reason: reason.split_whitespace().collect::<Vec<_>>().join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(&[&str], Option<&str>, &str), &str>) {
        let found =
            parse(text).map(|said| (said.rules, said.until.map(|date| date.to_string()), said.reason));
        let expected = expected
            .map(|(rules, until, reason)| {
                (
                    rules.iter().map(|&rule| rule.to_owned()).collect(),
                    until.map(str::to_owned),
                    reason.to_owned(),
                )
            })
            .map_err(str::to_owned);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_exception_names_rules_a_date_and_a_reason() {
        check(" gatefold: allow(a): why", Ok((&["a"], None, "why")));
        check(
            "gatefold:allow(a,b-c) until 2027-01-31: a  long why: so",
            Ok((&["a", "b-c"], Some("2027-01-31"), "a long why: so")),
        );
        check("gatefold: allow ( a ) : x", Ok((&["a"], None, "x")));
    }

    #[test]
    fn an_exception_without_its_parts_is_malformed() {
        check("gatefold: alow(a): why", Err("does not read `gatefold: allow(rule-id): reason`"));
        check("gatefold: ignore", Err("does not read `gatefold: allow(rule-id): reason`"));
        check("gatefold: allow(a: why", Err("does not close the bracket of `allow(`"));
        check("gatefold: allow(): why", Err("names no rule in `allow(..)`"));
        check("gatefold: allow(a,): why", Err("names no rule in `allow(..)`"));
        check("gatefold: allow(a)", Err("gives no reason after a colon"));
        check("gatefold: allow(a):  ", Err("gives no reason after a colon"));
        check("gatefold: allow(a) why", Err("gives no reason after a colon"));
        check("gatefold: allow(a) until 2027-01-31", Err("gives no reason after a colon"));
        check(
            "gatefold: allow(a) until soon: x",
            Err("gives `soon` where a date such as `2027-01-31` is due"),
        );
        check(
            "gatefold: allow(a) until 2027-02-30: x",
            Err("gives `2027-02-30` where a date such as `2027-01-31` is due"),
        );
    }
}
