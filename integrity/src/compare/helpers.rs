//! Assertions followed into the helpers that a function calls.

use std::collections::{BTreeMap, BTreeSet};

use findings::Span;

use crate::compare::Surroundings;
use crate::compare::pairing::{about_the_same, as_strong, stands_for};
use crate::facts::{Assertion, Call, Form, Role, is_literal, says_assert, telling};
use crate::rust::At;

/// Functions that tests can call, by name.
pub(crate) type Helpers<'a> = BTreeMap<&'a str, Vec<At<'a>>>;

/// More helpers than this are not followed from one call.
const HELPERS: usize = 40;

/// The assertions of a function, those of the helpers that it calls as one assertion a call.
pub(super) fn assertions(at: At<'_>, helpers: &Helpers<'_>) -> Vec<Assertion> {
    let mut all: Vec<Assertion> =
        at.function.assertions.iter().filter(|assertion| assertion.form != Form::Unwrap).cloned().collect();
    all.retain(|assertion| !only_says_so(at, assertion, helpers));
    for call in &at.function.calls {
        let told = all.iter().any(|assertion| assertion.span == call.span);
        if !told
            && is_assertion(at, call, helpers)
            && let Some(form) = strongest(at, call, helpers)
        {
            let (text, span) = (call.text.clone(), call.span);
            all.push(Assertion {
                form,
                subject: crate::facts::tokens_of_line(&text),
                expected: vec![format!("{}()", call.name)],
                bound: None,
                bound_name: None,
                debug: false,
                quiet: call.quiet,
                only_if: Vec::new(),
                text,
                span,
            });
        }
    }
    all.sort_by_key(|assertion| assertion.span);
    all
}

/// Whether a call is there for what it asserts: by its name, or since a test calls it, gets nothing back, and it does
/// little else.
fn is_assertion(at: At<'_>, call: &Call, helpers: &Helpers<'_>) -> bool {
    let mut called = helpers.get(call.name.as_str()).into_iter().flatten();
    let is_one = |at: &At<'_>| {
        let said = asserted(at).count();
        !at.function.returns && (said == 0 || said * 4 >= at.function.calls.len())
    };
    says_assert(&call.name) || at.function.role == Role::Test && called.any(is_one)
}

/// Whether it is one by the name of its helper only: the helper is there to be read, and nothing in it can fail.
fn only_says_so(at: At<'_>, assertion: &Assertion, helpers: &Helpers<'_>) -> bool {
    let mut calls = at.function.calls.iter();
    let Some(call) = calls.find(|call| call.span == assertion.span).filter(|call| !call.method) else {
        return false;
    };
    let named = assertion.form == Form::Custom && assertion.expected == [call.name.as_str()];
    let inside = if named { followed(at, call, helpers) } else { Vec::new() };
    !inside.is_empty() && inside.iter().all(|at| at.function.assertions.is_empty())
}

/// The strongest assertion that a call leads to. The methods of other files may belong to anything.
pub(super) fn strongest(from: At<'_>, call: &Call, helpers: &Helpers<'_>) -> Option<Form> {
    let own = call.method.then(|| helpers.get(call.name.as_str())).flatten();
    if call.method && !own?.iter().any(|at| at.side.path == from.side.path) {
        return None;
    }
    followed(from, call, helpers).iter().flat_map(asserted).map(|assertion| assertion.form).max()
}

/// Whether a function calls anything that asserts.
pub(crate) fn asserts(at: At<'_>, helpers: &Helpers<'_>) -> bool {
    at.function
        .calls
        .iter()
        .any(|call| followed(at, call, helpers).iter().flat_map(asserted).next().is_some())
}

fn asserted<'a>(at: &At<'a>) -> impl Iterator<Item = &'a Assertion> + use<'a> {
    at.function.assertions.iter().filter(|assertion| assertion.form > Form::Unwrap)
}

/// The helpers that a call leads to, one after another: those of the same file before others of the name.
fn followed<'a>(from: At<'_>, call: &Call, helpers: &Helpers<'a>) -> Vec<At<'a>> {
    let mut found: Vec<At<'a>> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<(&str, &str)> = vec![(from.side.path.as_str(), call.name.as_str())];
    while let Some((path, name)) = open.pop() {
        let Some((name, named)) = helpers.get_key_value(name) else { continue };
        if seen.len() == HELPERS || !seen.insert(name) {
            continue;
        }
        let here = named.iter().any(|at| at.side.path == path);
        for at in named.iter().filter(|at| !here || at.side.path == path) {
            found.push(*at);
            open.extend(at.function.calls.iter().map(|call| (at.side.path.as_str(), call.name.as_str())));
        }
    }
    found
}

/// What the helpers assert that head calls and the base did not, or not as often.
#[derive(Default)]
pub(super) struct Gained {
    assertions: Vec<Assertion>,
    words: BTreeSet<String>,
    /// Of helpers that the base did not call.
    literals: BTreeSet<String>,
    spans: BTreeSet<Span>,
}

impl Gained {
    pub(super) fn of(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> Gained {
        let mut before: BTreeMap<&str, usize> = BTreeMap::new();
        for call in &base.function.calls {
            *before.entry(call.name.as_str()).or_default() += 1;
        }
        let mut gained = Gained::default();
        for call in &head.function.calls {
            if let Some(count) = before.get_mut(call.name.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                continue;
            }
            let tokens = crate::facts::tokens_of_line(&call.text);
            let arguments = arguments(call.method, &tokens);
            let mut named = around.all_helpers.get(call.name.as_str()).into_iter().flatten();
            if !named.any(|at| takes(at, call, &tokens)) {
                continue;
            }
            for at in followed(head, call, &around.all_helpers) {
                let own = at.function.name == call.name;
                if own && !takes(&at, call, &tokens) {
                    continue;
                }
                let parameters = at.function.parameters.iter().filter(|_| own).map(String::as_str);
                let values: BTreeMap<&str, Vec<String>> = parameters.zip(arguments.iter().cloned()).collect();
                let said = at.function.assertions.iter().filter(|one| one.form != Form::Unwrap);
                for one in said {
                    let (quiet, span, only_if) = (one.quiet || call.quiet, call.span, Vec::new());
                    gained.assertions.push(Assertion { quiet, span, only_if, ..one.with(&values) });
                    gained.spans.insert(call.span);
                }
                let bodies = at.function.body.iter().chain(&tokens).cloned().collect::<Vec<_>>();
                if !before.contains_key(at.function.name.as_str()) {
                    gained.literals.extend(bodies.iter().filter(|token| is_literal(token)).cloned());
                }
                gained.words.extend(telling(&bodies).into_iter().map(str::to_owned));
            }
        }
        gained
    }

    /// What the helpers assert, as if it stood where they are called.
    pub(super) fn assertions(&self) -> &[Assertion] {
        &self.assertions
    }

    /// The same with what nothing has been paired with.
    pub(super) fn left(self, assertions: Vec<Assertion>) -> Gained {
        Gained { assertions, ..self }
    }

    /// Whether an assertion is the call of such a helper, and told by what the helper asserts.
    pub(super) fn has(&self, assertion: &Assertion) -> bool {
        self.spans.contains(&assertion.span)
    }

    /// Whether all of some literals stand in the calls of such helpers, or in the helpers.
    pub(super) fn speaks_of(&self, literals: &BTreeSet<&str>) -> bool {
        literals.iter().all(|literal| self.literals.contains(*literal))
    }

    /// What a helper asserts of the same as one that is gone, if less.
    pub(super) fn weaker(&self, gone: &Assertion) -> Option<&Assertion> {
        let constant = |other: &&Assertion| other.form == Form::Constant;
        let mut all = self.assertions.iter();
        all.clone().find(|other| about_the_same(gone, other)).or_else(|| all.find(constant))
    }

    /// Whether a helper asserts what is gone: the same or something as strong, about what the helper and its call
    /// speak of. Each of its assertions stands for one.
    pub(super) fn takes(&mut self, gone: &Assertion) -> bool {
        let tokens = gone.all_tokens();
        let wanted = telling(&tokens);
        let spoken = wanted.iter().filter(|word| self.words.contains(**word)).count();
        let about = spoken * 2 >= wanted.len();
        let fits = |other: &Assertion| {
            stands_for(gone, other) || about && other.form != Form::Constant && as_strong(gone, other)
        };
        // The closest one first, so that another is left for what is said less closely.
        let close = self.assertions.iter().position(|other| gone.says(other));
        let at = close.or_else(|| self.assertions.iter().position(fits));
        at.map(|at| self.assertions.swap_remove(at)).is_some()
    }
}

/// Entries of lists that head hands to helpers that assert, in calls that the base did not make.
pub(super) fn handed_over(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> Vec<String> {
    let made = |call: &&Call| base.function.calls.iter().any(|other| other.text == call.text);
    let asserts = |call: &&Call| strongest(head, call, &around.all_helpers) > Some(Form::Unwrap);
    let calls = head.function.calls.iter().filter(|call| !made(call)).filter(asserts);
    let lists = calls.flat_map(|call| arguments(call.method, &crate::facts::tokens_of_line(&call.text)));
    let lists = lists.filter(|list| list.first().is_some_and(|token| token == "["));
    let rows = lists.filter_map(|list| entries(&list)).flat_map(|(_, rows)| rows);
    rows.map(|row| row.join(" ").trim_start_matches("( ").trim_end_matches(" )").to_owned()).collect()
}

/// Whether a function takes anything where a call hands it something, and nothing where it does not: what another
/// type calls alike is another function.
fn takes(at: &At<'_>, call: &Call, tokens: &[String]) -> bool {
    let method = at.function.parameters.first().is_some_and(|first| first == "self");
    let taken = at.function.parameters.iter().any(|name| name != "self");
    let given = !matches!(tokens, [.., open, close] if open == "(" && close == ")");
    let called = tokens.last().is_some_and(|last| last == ")");
    call.name.ends_with('!') || !called || taken == given && (method || !call.method)
}

/// What stands in the brackets of a call, argument by argument, without borrows; before them the receiver of a method.
pub(super) fn arguments(method: bool, tokens: &[String]) -> Vec<Vec<String>> {
    let Some((open, mut all)) = entries(tokens) else { return Vec::new() };
    if method {
        all.insert(0, plain(&tokens[..open.saturating_sub(2)]));
    }
    all
}

/// Where the last brackets open, and what stands in them, entry by entry.
fn entries(tokens: &[String]) -> Option<(usize, Vec<Vec<String>>)> {
    let (mut depth, mut open) = (0_i32, None);
    let mut cuts = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" | "[" | "{" => {
                if depth == 0 {
                    (open, cuts) = (Some(at), Vec::new());
                }
                depth += 1;
            }
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 1 => cuts.push(at),
            _ => {}
        }
    }
    let open = open?;
    let ends = cuts.iter().copied().chain([tokens.len() - 1]);
    let starts = std::iter::once(open).chain(cuts.iter().copied());
    let all = starts.zip(ends).filter(|(start, end)| start + 1 < *end);
    Some((open, all.map(|(start, end)| plain(&tokens[start + 1..end])).collect()))
}

/// Without borrows.
fn plain(tokens: &[String]) -> Vec<String> {
    tokens.iter().skip_while(|token| ["&", "mut", "*"].contains(&token.as_str())).cloned().collect()
}

/// The tokens of the helper that an assertion stands for, at base.
pub(super) fn inside(assertion: &Assertion, helpers: &Helpers<'_>) -> Option<Vec<String>> {
    let helper = helpers.get(assertion.called()?)?.first()?;
    let inside = helper.function.assertions.iter().flat_map(Assertion::all_tokens);
    Some(inside.filter(|token| token.starts_with(|c: char| c.is_alphabetic())).collect())
}
