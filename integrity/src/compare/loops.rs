//! Loops over the rows of a table that head goes through in part.

use crate::compare::{Kind, Weakening};
use crate::facts::{Form, Role};
use crate::rust::At;

/// More tokens than these stand between no `for` and its `in`.
const LONGEST: usize = 200;

/// Loops that go through the first rows only of what they went through.
pub(super) fn shorter(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let asserts = head.function.assertions.iter().any(|one| one.form > Form::Unwrap);
    if !asserts && head.function.role == Role::Helper {
        return Vec::new();
    }
    let (was, is) = (loops(&base.function.body), loops(&head.function.body));
    let mut found = Vec::new();
    for one in &was {
        let same = |other: &&Loop<'_>| other.over == one.over;
        if is.iter().any(|other| same(&other) && other.is_left == one.is_left) {
            continue;
        }
        let shorter = is.iter().find_map(|other| {
            let rest = other.over.strip_prefix(one.over)?;
            let [dot, method, open, count, ..] = rest else { return None };
            // What a loop over nothing asserts is found to be gone.
            let takes = ["step_by", "take"].contains(&method.as_str()) && count != "0";
            (dot == "." && open == "(" && takes).then(|| rest.concat())
        });
        let what = match shorter {
            Some(rest) => format!("goes through fewer rows: `{rest}`"),
            None if is.iter().any(|other| same(&other) && other.is_left) => {
                "leaves its loop after the first row".to_owned()
            }
            None => continue,
        };
        found.push(Weakening {
            kind: Kind::Weaker,
            what,
            before: Some((base.function.text.clone(), base.function.span)),
            after: Some((head.function.text.clone(), head.function.span)),
            lost: None,
        });
    }
    found
}

/// Whether a loop compares each element of what was looked at with its own: `for (got, want) in LIST.iter().zip(&all)`.
pub(super) fn compares_each(head: At<'_>, list: &[String]) -> bool {
    let goes_through = |over: &[String]| {
        let at = over.windows(list.len().max(1)).position(|tokens| tokens == list);
        at.is_some()
            && over.iter().any(|token| token == "zip")
            && !over.iter().any(|token| PARTS.contains(&&**token))
    };
    let compares = |block: &[String]| {
        block.first().is_some_and(|first| first == "assert_eq") && !block.iter().any(|token| token == "if")
    };
    loops(&head.function.body)
        .iter()
        .any(|each| !each.is_left && goes_through(each.over) && compares(each.block))
}

/// Methods by which a loop goes through a part only.
const PARTS: [&str; 6] = ["filter", "skip", "skip_while", "step_by", "take", "take_while"];

/// `for .. in OVER { .. }`
struct Loop<'b> {
    over: &'b [String],
    block: &'b [String],
    /// Whether it is left at the end of its first round.
    is_left: bool,
}

fn loops(body: &[String]) -> Vec<Loop<'_>> {
    let heads = (0..body.len()).filter(|at| body[*at] == "for");
    heads.filter_map(|at| of_loop(&body[at + 1..])).collect()
}

fn of_loop(rest: &[String]) -> Option<Loop<'_>> {
    let start = rest.iter().take(LONGEST).position(|token| token == "in")? + 1;
    let mut depth = 0_i32;
    let mut step = |token: &String| {
        depth += i32::from(matches!(token.as_str(), "(" | "[" | "{"))
            - i32::from(matches!(token.as_str(), ")" | "]" | "}"));
        depth
    };
    let open = start + rest[start..].iter().position(|token| step(token) == 1 && token == "{")?;
    let close = open + 1 + rest[open + 1..].iter().position(|token| step(token) == 0)?;
    let last = &rest[open + 1..close];
    let is_left =
        last.ends_with(&["break".to_owned(), ";".to_owned()]) || last.last().is_some_and(|it| it == "break");
    Some(Loop { over: &rest[start..open], block: last, is_left })
}
