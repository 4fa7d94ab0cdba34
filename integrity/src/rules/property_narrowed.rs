//! Properties that are tried with fewer kinds of values.

use findings::{Finding, rule};

use crate::Scene;
use crate::evidence;
use crate::facts::{Function, number, tokens_of_line};
use crate::rules::Check;
use crate::rust::At;

rule! {
    /// A property that is there on both sides and is tried with fewer kinds of values: it assumes or filters more
    /// (`prop_assume!`, `prop_filter`, `TestResult::discard`), takes its values from a narrower range, or from a range
    /// where it took any. Functions that make values for properties are compared in the same way. How many cases are
    /// tried is the rule `test-run-loosened`'s.
    ///
    /// ## Why it hurts
    /// The value that shows a fault is often the odd one: none, the largest, two alike. Once it is left out the property
    /// holds, and still reads as if it held for everything.
    ///
    /// ## Example
    /// ```base rust
    /// proptest! {
    ///     #[test]
    ///     fn all_are_kept(count in 0..500) { prop_assert_eq!(rank(count).len(), count); }
    /// }
    /// ```
    /// ```head rust bad
    /// proptest! {
    ///     #[test]
    ///     fn all_are_kept(count in 1..500) { prop_assert_eq!(rank(count).len(), count); } //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// proptest! {
    ///     #[test]
    ///     fn all_are_kept(count in 1..500) { prop_assert_eq!(rank(count).len(), count); }
    /// }
    /// ```
    /// ```head rust good
    /// proptest! {
    ///     #[test]
    ///     fn all_are_kept(count in 0..1000) { prop_assert_eq!(rank(count).len(), count); }
    /// }
    /// ```
    pub static PROPERTY_NARROWED = {
        id: "property-narrowed",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds properties that are tried with fewer kinds of values",
    };
}

pub(super) static CHECK: Check = Check { rule: &PROPERTY_NARROWED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (base, head) in scene.differing() {
        let what = narrower(base, head);
        findings.extend(what.map(|what| evidence::of_pair(&PROPERTY_NARROWED, base, head, &what)));
    }
}

const ASSUMING: &[&str] =
    &["prop_assume", "assume", "prop_filter", "prop_filter_map", "filter_map", "filter", "discard"];

fn narrower(base: At<'_>, head: At<'_>) -> Option<String> {
    if !is_property(base.function) || !is_property(head.function) {
        return None;
    }
    let (before, after) = (tokens_of_line(&base.function.text), tokens_of_line(&head.function.text));
    let (was, is) = (values(&before), values(&after));
    let count =
        |side: &[String], words: &[&str]| side.iter().filter(|token| words.contains(&token.as_str())).count();
    // In the body of a property, `filter` is what any iterator has.
    if count(&after, &ASSUMING[..4]) > count(&before, &ASSUMING[..4])
        || count(&after, &["discard"]) > count(&before, &["discard"])
        || count(is, ASSUMING) > count(was, ASSUMING)
    {
        return Some("assumes more of its values than it did".to_owned());
    }
    let (ranges, narrowed) = (ranges(was), self::ranges(is));
    if count(was, &["any"]) > count(is, &["any"]) && narrowed.len() > ranges.len() {
        return Some(format!("takes its values from `{}` where it took any", narrowed.last()?.2));
    }
    if ranges.len() != narrowed.len() {
        return None;
    }
    let within =
        |(was, is): &(&Range, &Range)| is.0 >= was.0 && is.1 <= was.1 && (is.0, is.1) != (was.0, was.1);
    let (was, is) = ranges.iter().zip(&narrowed).find(within)?;
    Some(format!("takes its values from `{}` where it took them from `{}`", is.2, was.2))
}

/// Whether values are made for a function, or by it.
fn is_property(function: &Function) -> bool {
    let maker =
        function.maker.as_deref().is_some_and(|maker| maker.contains("prop") || maker == "quickcheck");
    let harness = function
        .harness
        .as_deref()
        .is_some_and(|harness| harness.contains("quickcheck") || harness.contains("proptest"));
    let signature = function.text.split('{').next().unwrap_or_default();
    maker || harness || signature.contains("Strategy") || function.name == "arbitrary"
}

/// Where the values of a property come from: what stands behind its name, or the whole of a function that makes them.
fn values(tokens: &[String]) -> &[String] {
    let Some(at) = tokens.iter().position(|token| token == "fn") else { return tokens };
    let (mut depth, start) = (0, at + 2);
    for (end, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let parameters = &tokens[start..end];
            return if parameters.contains(&"in".to_owned()) { parameters } else { &tokens[start..] };
        }
    }
    &tokens[start.min(tokens.len())..]
}

/// Both ends of a range of numbers, as written. The upper one is open by a half where it is left out.
type Range = (f64, f64, String);

fn ranges(tokens: &[String]) -> Vec<Range> {
    let dots = tokens.windows(2).enumerate().filter(|(_, two)| two[0] == "." && two[1] == ".");
    let range = |at: usize| {
        let low = at.checked_sub(1).and_then(|at| number(&tokens[at]))?;
        let closed = tokens.get(at + 2).is_some_and(|token| token == "=");
        let token = tokens.get(at + 2 + usize::from(closed))?;
        let high = number(token)? - if closed { 0.0 } else { 0.5 };
        Some((low, high, format!("{}..{}{token}", tokens[at - 1], if closed { "=" } else { "" })))
    };
    dots.filter_map(|(at, _)| range(at)).collect()
}
