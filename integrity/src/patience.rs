//! How long a test waits, and how often it tries, read from its tokens.

use crate::facts::{Function, number, tokens_of_line};

/// What a test puts up with before it fails.
pub(crate) struct Wait {
    /// Attributes that run it again.
    pub(crate) attributes: usize,
    /// Loops and calls that try again.
    pub(crate) retries: usize,
    pub(crate) sleeps: usize,
    /// What it waits for at most, in seconds and as written, in order.
    pub(crate) times: Vec<(f64, String)>,
}

/// A call this many tokens before a time is what waits for it.
const NEAR: usize = 8;

impl Wait {
    pub(crate) fn of(function: &Function) -> Wait {
        let tokens = &function.body;
        let called = |test: fn(&str) -> bool| {
            let calls = |at: &usize| tokens.get(at + 1).is_some_and(|next| next == "(");
            (0..tokens.len()).filter(calls).filter(|at| test(&tokens[*at])).count()
        };
        let loops = (0..tokens.len()).filter(|at| tries_again(tokens, *at)).count();
        Wait {
            attributes: attributes(&function.text),
            // A setting such as `tcp_keepalive_retries` is what the code does, not what the test does.
            retries: loops
                + called(|name| matches!(name.split('_').next(), Some("retry" | "retrying" | "eventually"))),
            sleeps: called(|name| name == "sleep" || name == "sleep_until" || name == "sleep_ms"),
            times: times(tokens),
        }
    }
}

/// A constant that says by its name that something is waited for, with what it was and is, where it is longer.
pub(crate) fn longer(name: &str, before: &str, after: &str) -> Option<(String, String)> {
    if !has_word(name, WAITING) {
        return None;
    }
    let read = |text: &str| {
        let tokens = tokens_of_line(text);
        let first = (0..tokens.len()).find_map(|at| duration(&tokens, at));
        first.or_else(|| number(text.trim()).map(|value| (value, text.to_owned())))
    };
    let (was, is) = (read(before)?, read(after)?);
    (is.0 > was.0).then_some((was.1, is.1))
}

const WAITING: &[&str] =
    &["timeout", "wait", "sleep", "deadline", "patience", "delay", "retries", "attempts", "tries"];

/// The words of a name, in whichever case it is written.
pub(crate) fn has_word(name: &str, words: &[&str]) -> bool {
    name.split('_').any(|part| {
        let mut humps: Vec<String> = Vec::new();
        let mut before_lower = false;
        for letter in part.chars() {
            if humps.is_empty() || letter.is_uppercase() && before_lower {
                humps.push(String::new());
            }
            before_lower = letter.is_lowercase() || letter.is_ascii_digit();
            humps.last_mut().into_iter().for_each(|hump| hump.extend(letter.to_lowercase()));
        }
        humps.iter().any(|hump| words.contains(&hump.as_str()))
    })
}

/// Attributes that run a test again, before its `fn`.
fn attributes(text: &str) -> usize {
    let head = text.split("fn ").next().unwrap_or_default();
    let lines = head.lines().map(str::trim_start).filter(|line| line.starts_with("#["));
    // What stands between quotes is a reason, and no name.
    let code = lines.flat_map(|line| line.split('"').step_by(2));
    let names = code.flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_'));
    names.filter(|name| has_word(name, &["retry", "retries", "flaky"])).count()
}

/// Whether a loop stands at a token that ends with the first success and counts or times its tries.
fn tries_again(tokens: &[String], at: usize) -> bool {
    let keyword = tokens[at].as_str();
    if !["for", "while", "loop"].contains(&keyword) {
        return false;
    }
    let Some(open) = tokens[at..].iter().position(|token| token == "{").map(|open| at + open) else {
        return false;
    };
    let block = block(tokens, open);
    let ends = block.iter().any(|token| token == "break" || token == "return");
    let says = |side: &[String], words: &[&str]| side.iter().any(|token| has_word(token, words));
    let asks = says(block, &["if", "match", "catch"]);
    let tries = match keyword {
        "for" => {
            tokens.get(at + 1).is_some_and(|name| name == "_")
                || says(&tokens[at..open], &["attempt", "attempts", "retry", "retries", "try", "tries"])
        }
        _ => {
            says(&tokens[at..open], &["elapsed", "deadline", "attempts", "attempt", "retries", "tries"])
                || says(block, &["sleep", "elapsed", "attempts", "attempt", "retries", "tries"])
        }
    };
    tries && asks && ends
}

/// What stands in the braces that open at a token.
fn block(tokens: &[String], open: usize) -> &[String] {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &tokens[open..at];
        }
    }
    &tokens[open..]
}

/// The times that something is waited for.
fn times(tokens: &[String]) -> Vec<(f64, String)> {
    let waits = |at: usize| {
        let start = at.saturating_sub(NEAR);
        let before = &tokens[start..at];
        let from = before.iter().rposition(|token| token == ";").map_or(0, |end| end + 1);
        before[from..].iter().any(|token| has_word(token, WAITING))
    };
    (0..tokens.len()).filter(|at| waits(*at)).filter_map(|at| duration(tokens, at)).collect()
}

/// `from_secs(5)` at a token, in seconds.
fn duration(tokens: &[String], at: usize) -> Option<(f64, String)> {
    let unit = match tokens[at].as_str() {
        "from_secs" | "from_secs_f64" | "from_secs_f32" => 1.0,
        "from_mins" => 60.0,
        "from_hours" => 3600.0,
        "from_millis" => 1e-3,
        "from_micros" => 1e-6,
        "from_nanos" => 1e-9,
        _ => return None,
    };
    let [open, count, close] = tokens.get(at + 1..at + 4)? else { return None };
    let plain = open == "(" && close == ")";
    let value = number(count).filter(|_| plain)?;
    Some((value * unit, format!("{}({count})", tokens[at])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reason_says_is_no_attribute() {
        let check = |text: &str, expected: usize| assert_eq!(attributes(text), expected, "{text}");
        check("#[ignore = \"flaky on the runner\"]\n#[test]\nfn a() {}", 0);
        check("#[flaky]\n#[test]\nfn a() {}", 1);
        check("#[test_retry::retry(3, \"flaky\")]\n#[test]\nfn a() {}", 2);
    }
}
