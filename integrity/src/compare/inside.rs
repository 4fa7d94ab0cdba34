//! Comparisons inside the closure of an assertion: `all(|score| score < 1.0)`, `is_sorted_by(|a, b| a < b)`.

use crate::facts::{Assertion, Form, number};

/// Methods that hold of more where their closure does.
const FOLLOWING: &[&str] = &["all", "any", "is_sorted_by", "is_some_and", "is_ok_and", "is_none_or"];

/// Methods and signs by which the closure's result is turned round, or counted.
const TURNING: &[&str] =
    &["!", "filter", "find", "position", "partition", "skip_while", "take_while", "count"];

/// How the one comparison that differs lets more pass, if it does.
pub(super) fn looser(one: &Assertion, other: &Assertion) -> Option<String> {
    let holds = one.expected == ["true"];
    if one.form != Form::Truth || one.form != other.form || one.expected != other.expected {
        return None;
    }
    if !holds && one.expected != ["false"] {
        return None;
    }
    let (before, after) = (one.subject.as_slice(), other.subject.as_slice());
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let (open, method) = last_call(after)?;
    if start <= open
        || !FOLLOWING.contains(&method)
        || after[open..].iter().any(|token| TURNING.contains(&token.as_str()))
    {
        return None;
    }
    let ends = before[start..].iter().rev().zip(after[start..].iter().rev());
    let end = ends.take_while(|(one, other)| one == other).count();
    let (was, is) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let behind = &after[..start];
    match difference(behind, was, is)? {
        true if holds => Some("has a looser comparison in its closure".to_owned()),
        false if !holds => Some("has a stricter comparison in what must not hold".to_owned()),
        _ => None,
    }
}

/// Whether a comparison became looser, from the tokens before it and those that differ; `None` where that is not all.
fn difference(behind: &[String], was: &[String], is: &[String]) -> Option<bool> {
    let word = |tokens: &[String]| tokens.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let before: Vec<&str> = behind.iter().rev().take(3).map(String::as_str).collect();
    let order = |token: Option<&&str>| token.is_some_and(|token| ["<", ">"].contains(token));
    match (word(was).as_str(), word(is).as_str()) {
        ("", "=") if order(before.first()) => Some(true),
        ("=", "") if order(before.first()) => Some(false),
        ("=", "<" | ">") => Some(true),
        ("<" | ">", "=") => Some(false),
        (was, is) => {
            let (was, is) = (number(was)?, number(is)?);
            let at = usize::from(before.first() == Some(&"="));
            // Neither a shift nor an arrow.
            let alone = !["<", ">", "-", "="].contains(before.get(at + 1)?);
            match *before.get(at)? {
                "<" if alone => Some(is > was),
                ">" if alone => Some(is < was),
                _ => None,
            }
        }
    }
}

/// Where the brackets of the call open by which tokens end, and what is called.
fn last_call(tokens: &[String]) -> Option<(usize, &str)> {
    let mut depth = 0_i32;
    let ends = tokens.last()? == ")";
    let open = tokens.iter().enumerate().rev().filter(|_| ends).find(|(_, token)| {
        depth += i32::from(*token == ")") - i32::from(*token == "(");
        depth == 0
    });
    let (open, _) = open?;
    Some((open, tokens.get(open.checked_sub(1)?)?.as_str()))
}
