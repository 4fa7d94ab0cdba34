//! Functions of tests under the name of the function that was tested.

use findings::{Finding, rule};

use crate::Scene;
use crate::evidence;
use crate::facts::{Function, Role};
use crate::rules::Check;
use crate::rust::At;

rule! {
    /// A test that called a function of the code, and now calls one of its own that has the same name: a function or a
    /// closure inside of the test, one beside it that hides what `use super::*` brings, or one that another import brings.
    /// One that calls the code is silent, and so is a test that also calls the code by its path.
    ///
    /// ## Why it hurts
    /// The test reads as it did and passes, whatever the code does: it tests itself.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn score(plays: u32) -> f64 {
    ///     f64::from(plays).ln()
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///
    ///     #[test]
    ///     fn one_play_scores_nothing() {
    ///         assert_eq!(score(1), 0.0);
    ///     }
    /// }
    /// ```
    /// ```head rust bad
    /// pub fn score(plays: u32) -> f64 {
    ///     f64::from(plays)
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///
    ///     #[test]
    ///     fn one_play_scores_nothing() { //~
    ///         fn score(_: u32) -> f64 {
    ///             0.0
    ///         }
    ///         assert_eq!(score(1), 0.0);
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// pub fn score(plays: u32) -> f64 {
    ///     f64::from(plays).ln()
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///
    ///     #[test]
    ///     fn one_play_scores_nothing() {
    ///         assert_eq!(score(1), 0.0);
    ///     }
    /// }
    /// ```
    /// ```head rust good
    /// pub fn score(plays: u32, skips: u32) -> f64 {
    ///     f64::from(plays).ln() - f64::from(skips)
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     fn score(plays: u32) -> f64 {
    ///         super::score(plays, 0)
    ///     }
    ///
    ///     #[test]
    ///     fn one_play_scores_nothing() {
    ///         assert_eq!(score(1), 0.0);
    ///     }
    /// }
    /// ```
    pub static TESTED_FUNCTION_SHADOWED = {
        id: "tested-function-shadowed",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds tests that call a function of their own in the place of the tested one",
    };
}

pub(super) static CHECK: Check = Check { rule: &TESTED_FUNCTION_SHADOWED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    // What a module declares beside a test hides a function without a change of the test itself.
    for (base, head) in &scene.tests.pairs {
        for (name, at) in called(&base.function.body) {
            let is_path = |body: &[String], at: usize| at > 0 && body[at - 1].starts_with(':');
            if is_path(&base.function.body, at) || !is_of_the_code(*base, name) {
                continue;
            }
            let mut now = called(&head.function.body).filter(|(other, _)| *other == name).peekable();
            if now.peek().is_none() || now.any(|(_, at)| is_path(&head.function.body, at)) {
                continue;
            }
            let Some(own) = own(*head, name) else { continue };
            if own_of_base(*base, name) || !is_still_there(*base, *head, name) || calls_code(&own, *head) {
                continue;
            }
            let what = format!("calls a `{name}` of its own in the place of the one that it tested");
            findings.push(evidence::of_pair(&TESTED_FUNCTION_SHADOWED, *base, *head, &what));
            break;
        }
    }
}

/// Names that are called, with the places of their tokens; methods are not among them.
fn called(body: &[String]) -> impl Iterator<Item = (&str, usize)> {
    let is_call = move |at: &usize| {
        let before = at.checked_sub(1).map(|before| body[before].as_str());
        body.get(at + 1).is_some_and(|next| next == "(")
            && body[*at].starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && !matches!(before, Some("." | "fn"))
    };
    (0..body.len()).filter(is_call).map(|at| (body[at].as_str(), at))
}

/// Whether a name that a test calls is one of the code: defined in the same file, or imported, and nobody's in the tests.
fn is_of_the_code(at: At<'_>, name: &str) -> bool {
    let facts = &at.side.facts;
    let imported = facts.types.bound.get(name).is_some_and(|path| {
        !["std", "core", "alloc", "self"].contains(&path.split(' ').next().unwrap_or_default())
    });
    (imported || facts.defined.contains(name)) && helpers(at, name).next().is_none()
}

fn is_still_there(base: At<'_>, head: At<'_>, name: &str) -> bool {
    head.side.facts.defined.contains(name) || !base.side.facts.defined.contains(name)
}

/// What serves tests in the file under a name.
fn helpers<'a>(at: At<'a>, name: &'a str) -> impl Iterator<Item = &'a Function> {
    let functions = at.side.facts.functions.iter();
    functions.filter(move |other| other.role == Role::Helper && other.name == name)
}

fn own_of_base(base: At<'_>, name: &str) -> bool {
    inside(&base.function.body, name).is_some()
}

/// The body of what a test calls by a name, where that is not the code's.
fn own(head: At<'_>, name: &str) -> Option<Vec<String>> {
    if let Some(inside) = inside(&head.function.body, name) {
        return Some(inside.to_vec());
    }
    let bound = head.side.facts.types.bound.get(name);
    let module = bound.map(|path| path.split(" :: ").filter(|part| *part != "self").collect::<Vec<_>>());
    let is_called = |other: &&Function| match &module {
        None => other.path == head.function.path,
        Some(path) => {
            let within = &path[..path.len().saturating_sub(1)];
            !within.is_empty()
                && other.path.iter().rev().zip(within.iter().rev()).all(|(one, other)| one == other)
                && other.path.len() >= within.len()
        }
    };
    helpers(head, name).find(is_called).map(|helper| helper.body.clone())
}

/// The body of a function or a closure that a body defines under a name.
fn inside<'b>(body: &'b [String], name: &str) -> Option<&'b [String]> {
    let defines = |at: &usize| {
        let word = |ahead: usize| body.get(at + ahead).map_or("", String::as_str);
        let closure = if word(3) == "move" { word(4) } else { word(3) };
        word(1) == name && (word(0) == "fn" || word(0) == "let" && word(2) == "=" && closure.starts_with('|'))
    };
    let from = (0..body.len()).find(defines)?;
    let (is_function, mut depth) = (body[from] == "fn", 0_i32);
    let end = (from + 2..body.len()).find(|at| {
        match body[*at].as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        depth == 0 && (is_function && body[*at] == "}" || !is_function && body[*at] == ";")
    });
    Some(&body[from + 2..end.unwrap_or(body.len())])
}

/// Whether it reaches the code: by a path, or by a name that the file defines.
fn calls_code(body: &[String], at: At<'_>) -> bool {
    let defined = &at.side.facts.defined;
    let is_module = |token: &String| token == "super" || token == "crate";
    body.iter().any(is_module)
        || called(body).any(|(name, at)| defined.contains(name) || at > 0 && body[at - 1].starts_with(':'))
}
