//! How far from another a value may lie: in a range, `(0.99..1.01).contains(&share)`, or by a distance.

use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form, number};
use crate::rust::At;

/// Whether a range reaches further at one of its ends, or at both, and less far at none.
pub(super) fn wider(one: &Assertion, other: &Assertion) -> Option<String> {
    let must_hold = |one: &Assertion| one.form == Form::Truth && one.expected == ["true"];
    let (before, after) = (one.subject.as_slice(), other.subject.as_slice());
    if !must_hold(one) || !must_hold(other) || before.len() != after.len() {
        return None;
    }
    let until = after
        .windows(4)
        .position(|four| four.iter().zip([")", ".", "contains", "("]).all(|(it, wanted)| it == wanted))?;
    let dots = after[..until].windows(2).position(|pair| pair[0] == "." && pair[1] == ".")?;
    let differing: Vec<usize> = (0..after.len()).filter(|at| before[*at] != after[*at]).collect();
    let further = differing.iter().map(|&at| {
        let (was, is) = (number(&before[at])?, number(&after[at])?);
        let is_lower = at < dots;
        let takes_off = match after.get(at.checked_sub(1)?)?.as_str() {
            "-" => true,
            "(" | "+" | "." | "=" => false,
            _ => return None,
        };
        let outward = if is_lower == takes_off { is - was } else { was - is };
        (at < until).then_some(outward)
    });
    let further: Vec<f64> = further.collect::<Option<_>>()?;
    let is_wider =
        further.iter().all(|outward| *outward >= 0.0) && further.iter().any(|outward| *outward > 0.0);
    is_wider.then(|| "has a wider range".to_owned())
}

/// Distances that may be greater than at the base, wherever in the body they are compared.
pub(super) fn wider_tolerance(base: At<'_>, head: At<'_>) -> Option<Weakening> {
    let (was, is) = (tolerances(&base.function.body), tolerances(&head.function.body));
    if !was.iter().map(Tolerance::around).eq(is.iter().map(Tolerance::around)) {
        return None;
    }
    let mut both = was.iter().zip(&is).map(|(was, is)| (was.limit, is.limit));
    let (was, is) = both.find(|(was, is)| is > was)?;
    Some(Weakening {
        kind: Kind::Weaker,
        what: format!("has a wider tolerance: {is} where it was {was}"),
        before: Some((base.function.text.clone(), base.function.span)),
        after: Some((head.function.text.clone(), head.function.span)),
        lost: None,
    })
}

/// A number behind `.abs() <`, and what stands around that.
struct Tolerance<'b> {
    before: &'b [String],
    limit: f64,
    behind: Option<&'b str>,
}

impl<'b> Tolerance<'b> {
    fn around(&self) -> (&'b [String], Option<&'b str>) {
        (self.before, self.behind)
    }
}

fn tolerances(body: &[String]) -> Vec<Tolerance<'_>> {
    const BEFORE: usize = 8;
    let calls = (0..body.len()).filter(|at| {
        let mut tokens = body[*at..].iter().map(String::as_str);
        [".", "abs", "(", ")", "<"].into_iter().all(|wanted| tokens.next() == Some(wanted))
    });
    let tolerance = |at: usize| {
        let limit = at + 5 + usize::from(body.get(at + 5)? == "=");
        let before = &body[at.saturating_sub(BEFORE)..at];
        Some(Tolerance {
            before,
            limit: number(body.get(limit)?)?,
            behind: body.get(limit + 1).map(String::as_str),
        })
    };
    calls.filter_map(tolerance).collect()
}
