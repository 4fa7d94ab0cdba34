//! One test, or one assertion helper, on both sides: what it asserted and what it asserts.

mod expected;
mod helpers;
mod inside;
mod itself;
mod loops;
mod pairing;
mod parts;
mod ranges;
mod renames;
mod rows;
mod softened;
mod swallowed;
mod unseen;
mod written_out;

use std::collections::{BTreeMap, BTreeSet};

use findings::Span;

use crate::facts::{Assertion, Form, Role, is_literal, says_assert, spoken, telling, tokens_of_line};
use crate::matching::reachable;
use crate::rust::At;
use helpers::Gained;
pub(crate) use helpers::{Helpers, asserts};
use pairing::Paired;
pub(crate) use pairing::stands_for;
use written_out::written_out;

/// What became weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing is asserted any more.
    Vacuous,
    /// Something is asserted that excludes less.
    Weaker,
    /// An assertion is gone, and nothing stands for it.
    Removed,
    /// The same, of code that is gone as well and that nothing else used.
    Departed,
    /// An assertion is made under a condition only.
    Conditional,
    /// What is looked at is made alike first: trimmed, rounded, sorted.
    Normalised,
    /// What is expected was written down, and is computed.
    Computed,
    /// An inline snapshot differs.
    Snapshot,
}

/// One weakening, with both versions.
#[derive(Clone, Debug)]
pub(crate) struct Weakening {
    pub(crate) kind: Kind,
    /// What happened: a fragment behind "`name`".
    pub(crate) what: String,
    /// At base.
    pub(crate) before: Option<(String, Span)>,
    /// At head.
    pub(crate) after: Option<(String, Span)>,
    /// The assertion that is gone, of [`Kind::Removed`].
    pub(crate) lost: Option<Assertion>,
}

impl Weakening {
    /// Whether a helper that the change does not touch may assert what was not found.
    pub(crate) fn may_be_elsewhere(&self) -> bool {
        matches!(self.kind, Kind::Vacuous | Kind::Removed | Kind::Weaker)
    }
}

/// What the comparison needs to know of the change around the two.
pub(crate) struct Surroundings<'a> {
    /// Functions that tests can call, by name.
    pub(crate) base_helpers: Helpers<'a>,
    pub(crate) head_helpers: Helpers<'a>,
    /// The same with those of files that the change does not touch.
    pub(crate) all_helpers: Helpers<'a>,
    /// Helpers that head has under another name.
    pub(crate) renamed: BTreeMap<&'a str, &'a str>,
    /// Whether anything changed that could change what the code does: code, dependencies, data, inputs of tests.
    pub(crate) behaviour_may_differ: bool,
}

/// Everything in which head's version is weaker.
pub(crate) fn weakenings(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> Vec<Weakening> {
    let mut found = Vec::new();
    // What nobody saw fail at the base may stay so; what was seen must be.
    let was_quiet = base.function.assertions.iter().any(|assertion| assertion.quiet);
    let is_seen = |assertion: &Assertion| was_quiet || !assertion.quiet;
    let (before, after) =
        (helpers::assertions(base, &around.base_helpers), helpers::assertions(head, &around.head_helpers));
    let names = renames::renamed(base, head);
    let stays = |assertion: &Assertion| after.iter().any(|other| assertion.says(other));
    let renamed = |assertion: Assertion| if stays(&assertion) { assertion } else { assertion.with(&names) };
    let before: Vec<Assertion> = before.into_iter().map(renamed).collect();
    let (before, after) = (
        written_out(before.clone(), &after, base, &around.base_helpers),
        written_out(after, &before, head, &around.head_helpers),
    );
    if head.function.role == Role::Test
        && let Some(vacuous) = vacuous(base, head, &before, &after, is_seen, around)
    {
        return vec![vacuous];
    }
    found.extend(panic_dropped(base, head, &after, around));
    found.extend(swallowed::snapshots(base, head, around));
    let differs = around.behaviour_may_differ;
    found.extend(unseen::panic_expected(base, head, (&before, &after), differs));
    found.extend(unseen::errors_dropped(base, head));
    let gained = Gained::of(base, head, around);
    let own = after.into_iter().filter(|assertion| !gained.has(assertion));
    let all = own.chain(gained.assertions().iter().cloned());
    let all = all.filter(|assertion| is_seen(assertion)).collect();
    let mut paired = pairing::pair(before, all);
    for (one, other) in &paired.pairs {
        if pairing::counts(other) && loops::compares_each(head, &one.subject) {
            continue;
        }
        let weaker = pairing::weaker(one, other).or_else(|| softened::softer(one, other));
        found.extend(weaker.or_else(|| parts::smaller(one, other, differs)));
    }
    found.extend(paired.narrowed.iter().filter_map(|(one, other)| pairing::narrower(one, other)));
    let (left, added) = paired.added.into_iter().partition(|assertion| gained.has(assertion));
    paired.added = added;
    let gained = gained.left(left);
    found.extend(dropped(base, head, paired, gained, around));
    found.extend(rows::lost(base, head, around));
    found.extend(expected::emptied(base, head));
    let mut more = itself::compared(base, head);
    more.extend(itself::computed(base, head));
    more.extend(loops::shorter(base, head));
    more.retain(|one| !found.iter().any(|other| other.after == one.after));
    found.extend(more);
    if !found.iter().any(|weakening| weakening.what.contains(" wider ")) {
        found.extend(ranges::wider_tolerance(base, head));
    }
    if !around.behaviour_may_differ {
        found.extend(expected::literals_changed(base, head));
    }
    found.sort_by_key(|weakening| weakening.after.as_ref().map(|(_, span)| *span));
    found
}

fn vacuous(
    base: At<'_>,
    head: At<'_>,
    before: &[Assertion],
    after: &[Assertion],
    is_seen: impl Fn(&Assertion) -> bool,
    around: &Surroundings<'_>,
) -> Option<Weakening> {
    let (one, other) = (base.function, head.function);
    let of_base = || Some((one.text.clone(), one.span));
    let weak = |at: At<'_>| {
        at.function.assertions.iter().any(|assertion| assertion.form == Form::Unwrap && is_seen(assertion))
    };
    let real =
        |all: &[Assertion]| all.iter().any(|assertion| assertion.form > Form::Unwrap && is_seen(assertion));
    // What became of a helper is told of the helper.
    let calls = |name: &str| other.calls.iter().any(|call| call.name == name && !call.quiet);
    let told = |assertion: &Assertion| assertion.called().is_some_and(calls);
    let before: Vec<Assertion> = before.iter().filter(|assertion| !told(assertion)).cloned().collect();
    let asserted = real(&before) || weak(base) || one.should_panic.is_some();
    let vacuous = |what: &str, at: Option<(String, Span)>| {
        Some(Weakening {
            kind: Kind::Vacuous,
            what: what.to_owned(),
            before: of_base(),
            after: at,
            lost: None,
        })
    };
    let here = Some((other.text.clone(), other.span));
    if other.body.len() <= 2 && one.body.len() > 4 {
        return vacuous("has an empty body", here);
    }
    if !asserted || real(after) || other.should_panic.is_some() {
        return None;
    }
    if let Some(constant) = after.iter().find(|assertion| assertion.form == Form::Constant) {
        return vacuous("asserts only what is always true", Some((constant.text.clone(), constant.span)));
    }
    if helpers::asserts(head, &around.all_helpers) {
        return None;
    }
    if !weak(head) {
        return vacuous("no longer asserts anything", here);
    }
    if real(&before) {
        let what = "asserts only that nothing fails".to_owned();
        return Some(Weakening { kind: Kind::Weaker, what, before: of_base(), after: here, lost: None });
    }
    None
}

fn panic_dropped(
    base: At<'_>,
    head: At<'_>,
    after: &[Assertion],
    around: &Surroundings<'_>,
) -> Option<Weakening> {
    let weaker = |what: &str| {
        Some(Weakening {
            kind: Kind::Weaker,
            what: what.to_owned(),
            before: Some((base.function.text.clone(), base.function.span)),
            after: Some((head.function.text.clone(), head.function.span)),
            lost: None,
        })
    };
    let text = |expected: &str| expected.trim_start_matches("expected = ").trim_matches('"').to_owned();
    match (base.function.should_panic.as_ref()?, &head.function.should_panic) {
        (_, None) => {
            let expects_error = after.iter().any(|assertion| {
                assertion.form >= Form::State
                    && assertion.all_tokens().iter().any(|token| {
                        token.contains("rr") || token.contains("panic") || token == "catch_unwind"
                    })
            });
            (!expects_error && !around.behaviour_may_differ).then(|| weaker("no longer expects a panic"))?
        }
        (Some(_), Some(None)) => weaker("no longer says which panic it expects"),
        (Some(one), Some(Some(other))) if one != other => match text(one).contains(&text(other)) {
            true => weaker("expects less of the panic's text"),
            false if !around.behaviour_may_differ => weaker("expects another panic, while no code changed"),
            false => None,
        },
        _ => None,
    }
}

/// Assertions of the base for which head has nothing.
fn dropped(
    base: At<'_>,
    head: At<'_>,
    paired: Paired,
    mut gained: Gained,
    around: &Surroundings<'_>,
) -> Vec<Weakening> {
    if paired.dropped.is_empty() {
        return Vec::new();
    }
    let (was, is) = (reachable(base, &around.base_helpers), reachable(head, &around.head_helpers));
    let (was, is) = (spoken(&was), spoken(&is));
    let there = telling(&is);
    let body = head.function.body.join(" ");
    let (is_repeated, helped) = (is_repeated(base, head), is_helped(base, head, around));
    let own_forms = head.function.assertions.iter().map(|assertion| assertion.form);
    let added_forms = paired
        .added
        .iter()
        .chain(paired.pairs.iter().map(|(_, other)| other))
        .map(|assertion| assertion.form);
    let strongest = own_forms.chain(added_forms).max().unwrap_or(Form::Constant);
    let mut spare = paired.added.clone();
    let fits = |gone: &Assertion, other: &Assertion| {
        pairing::as_strong(gone, other) && !parts::counts_only(gone, other)
    };
    let mut found = Vec::new();
    let was_quiet = base.function.calls.iter().any(|call| call.quiet);
    let calls =
        |name: &str| head.function.calls.iter().any(|call| call.name == name && (was_quiet || !call.quiet));
    let unwraps = |at: At<'_>| at.function.assertions.iter().filter(|one| one.form == Form::Unwrap).count();
    let mut more_unwraps = unwraps(head).saturating_sub(unwraps(base));
    for assertion in paired.dropped {
        let renamed = |name: &str| around.renamed.get(name).is_some_and(|now| calls(now));
        if assertion.called().is_some_and(|name| calls(name) || renamed(name)) {
            continue;
        }
        let is_said = |other: &Assertion| pairing::is_within(&assertion, other);
        if takes_apart(&assertion, base, head) || head.function.assertions.iter().any(is_said) {
            continue;
        }
        if assertion.says_no_error() && more_unwraps > 0 {
            more_unwraps -= 1;
            continue;
        }
        // The helper that stood there was written out, or the values stand in a table now.
        let tokens =
            helpers::inside(&assertion, &around.base_helpers).unwrap_or_else(|| assertion.all_tokens());
        let mut wanted = telling(&tokens);
        // `is_ok true` stands nowhere, but for what it says.
        wanted.retain(|token| is_literal(token) || !token.contains(' '));
        let literals: BTreeSet<&str> = wanted.iter().copied().filter(|token| is_literal(token)).collect();
        let kept = wanted.intersection(&there).count();
        let count = |tokens: &[String], token: &str| tokens.iter().filter(|other| *other == token).count();
        let as_often =
            !literals.is_empty() && literals.iter().all(|token| count(&is, token) >= count(&was, token));
        // What still stands there and is no assertion any more is never run.
        let dead = body.contains(&tokens_of_line(&assertion.text).join(" "));
        let covered = !dead
            && literals.is_subset(&there)
            && kept * 10 >= wanted.len() * 7
            && strongest >= assertion.form;
        let reshaped = is_repeated || helped && gained.speaks_of(&literals);
        if covered && (reshaped || as_often) || gained.takes(&assertion) {
            continue;
        }
        let before = Some((assertion.text.clone(), assertion.span));
        if let Some(at) = spare.iter().position(|other| fits(&assertion, other)) {
            spare.remove(at);
        } else if let Some(other) = gained.weaker(&assertion) {
            let what = "asserts less through a helper".to_owned();
            let after = Some((other.text.clone(), head.function.span));
            found.push(Weakening { kind: Kind::Weaker, what, before, after, lost: None });
        } else if let Some(at) = spare.iter().position(|other| other.form < Form::Custom) {
            let other = spare.remove(at);
            let what = "asserts something weaker in its place".to_owned();
            found.push(Weakening {
                kind: Kind::Weaker,
                what,
                before,
                after: Some((other.text, other.span)),
                lost: None,
            });
        } else {
            let what = "lost an assertion".to_owned();
            let lost = Some(assertion);
            found.push(Weakening { kind: Kind::Removed, what, before, after: None, lost });
        }
    }
    found
}

/// Whether it only takes apart what a helper gives back, of which its author says that it has no other shape: whoever
/// calls it asserts.
fn takes_apart(assertion: &Assertion, base: At<'_>, head: At<'_>) -> bool {
    let gives = |at: At<'_>| at.function.role == Role::Helper && at.function.returns;
    let text = &assertion.text;
    let told = says_assert(&base.function.name) || says_assert(&head.function.name);
    gives(base) && gives(head) && !told && text.starts_with("let ") && text.contains("unreachable!")
}

/// Whether head says in a loop or in rows what the base wrote out.
fn is_repeated(base: At<'_>, head: At<'_>) -> bool {
    let loops = |at: At<'_>| at.function.body.iter().filter(|token| *token == "for" || *token == "|").count();
    loops(head) > loops(base) || head.function.cases.len() > base.function.cases.len()
}

/// Whether head says through helpers what the base wrote out.
fn is_helped(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> bool {
    let helpers = |at: At<'_>, known: &Helpers<'_>| {
        at.function.calls.iter().filter(|call| helpers::strongest(at, call, known).is_some()).count()
    };
    helpers(head, &around.head_helpers) > helpers(base, &around.base_helpers)
}
