//! Which assertion of head stands for which of the base, and whether it excludes less.

use crate::compare::{Kind, Weakening, inside, ranges};
use crate::facts::{Assertion, Form, is_literal, similarity, telling, tokens_of_line};

/// Assertions beside each other.
pub(super) struct Paired {
    /// The same subject, said otherwise.
    pub(super) pairs: Vec<(Assertion, Assertion)>,
    /// Said alike, in circumstances that differ.
    pub(super) narrowed: Vec<(Assertion, Assertion)>,
    /// Only at base.
    pub(super) dropped: Vec<Assertion>,
    /// Only at head.
    pub(super) added: Vec<Assertion>,
}

/// Subjects this alike are taken for one.
const ALIKE: f64 = 0.5;

/// Pairs what is said on both sides; what is said alike is left out.
pub(super) fn pair(mut before: Vec<Assertion>, mut after: Vec<Assertion>) -> Paired {
    let mut narrowed = Vec::new();
    before.retain(|assertion| {
        let alike = |other: &&Assertion| assertion.only_if == other.only_if && assertion.debug == other.debug;
        let says = |(_, other): &(usize, &Assertion)| assertion.says(other);
        let exactly = after.iter().enumerate().filter(says).find(|(_, other)| alike(other));
        match exactly.or_else(|| after.iter().enumerate().find(says)).map(|(at, _)| at) {
            Some(at) => {
                let other = after.remove(at);
                if !alike(&&other) {
                    narrowed.push((assertion.clone(), other));
                }
                false
            }
            None => assertion.form != Form::Constant,
        }
    });
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    // Tests with hundreds of assertions are compared in their order only.
    let near = if before.len() * after.len() > 40_000 { 20 } else { usize::MAX };
    for (one, assertion) in before.iter().enumerate() {
        for (two, other) in after.iter().enumerate().filter(|(two, _)| one.abs_diff(*two) <= near) {
            let alike = likeness(assertion, other);
            if alike >= ALIKE {
                let same_form = if assertion.form == other.form { 0.3 } else { 0.0 };
                let near = 0.05 / (1.0 + one.abs_diff(two) as f64);
                candidates.push((alike + same_form + near, one, two));
            }
        }
    }
    candidates
        .sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    let (mut used, mut taken) = (vec![false; before.len()], vec![false; after.len()]);
    let mut pairs = Vec::new();
    for (_, one, two) in candidates {
        if !used[one] && !taken[two] {
            (used[one], taken[two]) = (true, true);
            pairs.push((before[one].clone(), after[two].clone()));
        }
    }
    let rest = |all: Vec<Assertion>, used: Vec<bool>| -> Vec<Assertion> {
        all.into_iter().zip(used).filter(|(_, used)| !used).map(|(assertion, _)| assertion).collect()
    };
    Paired { pairs, narrowed, dropped: rest(before, used), added: rest(after, taken) }
}

fn likeness(one: &Assertion, other: &Assertion) -> f64 {
    if one.subject == other.subject {
        return 1.0;
    }
    let (left, right) = (telling(&one.subject), telling(&other.subject));
    let common = left.intersection(&right).count() as f64;
    let shared = 2.0 * common / (left.len() + right.len()).max(1) as f64;
    let alike = similarity(&one.subject, &other.subject).max(shared);
    // Equality that became a difference, or a part: what was expected is a part of what is looked at.
    let (all, others) = (one.all_tokens(), other.all_tokens());
    let (left, right) = (telling(&all), telling(&others));
    let within = !left.is_empty() && one.form != other.form && left.is_subset(&right);
    let alike = if within { alike.max(0.55) } else { alike };
    let same_expected = !one.expected.is_empty() && one.expected == other.expected && one.form == other.form;
    if same_expected { alike.max(0.6) } else { alike }
}

/// How an assertion that says the same is made on fewer runs.
pub(super) fn narrower(one: &Assertion, other: &Assertion) -> Option<Weakening> {
    let place = |assertion: &Assertion| Some((assertion.text.clone(), assertion.span));
    if other.debug && !one.debug {
        let what = "asserts only in builds with debug assertions".to_owned();
        return Some(Weakening {
            kind: Kind::Weaker,
            what,
            before: place(one),
            after: place(other),
            lost: None,
        });
    }
    let added = other.only_if.iter().find(|condition| !one.only_if.contains(condition))?;
    let more = other.only_if.len() > one.only_if.len();
    let what = format!("asserts only where `{}`", crate::evidence::short(&added.text));
    let after = format!("if {} {{\n    {}\n}}", added.text, other.text);
    more.then(|| Weakening {
        kind: Kind::Conditional,
        what,
        before: place(one),
        after: Some((after, other.span)),
        lost: None,
    })
}

/// How head's assertion about the same subject excludes less, if it does.
pub(super) fn weaker(one: &Assertion, other: &Assertion) -> Option<Weakening> {
    let (kind, what) = if one.form == Form::Snapshot && other.form == Form::Snapshot {
        // What stood in a file is judged there.
        let changed =
            one.expected != other.expected && one.expected.first().is_some_and(|text| is_literal(text));
        (Kind::Snapshot, changed.then(|| "has another inline snapshot".to_owned()))
    } else {
        (Kind::Weaker, how_weaker(one, other))
    };
    let place = |assertion: &Assertion| Some((assertion.text.clone(), assertion.span));
    what.map(|what| Weakening { kind, what, before: place(one), after: place(other), lost: None })
}

fn how_weaker(one: &Assertion, other: &Assertion) -> Option<String> {
    if other.form == Form::Constant {
        return Some("asserts what is always true".to_owned());
    }
    if one.form >= Form::Close && other.subject == other.expected && one.subject != one.expected {
        return Some("compares a value with itself".to_owned());
    }
    if other.debug && !one.debug {
        return Some("asserts only in builds with debug assertions".to_owned());
    }
    let either = |one: &Assertion| one.subject.windows(2).any(|pair| pair[0] == "|" && pair[1] == "|");
    if other.form == Form::Truth
        && either(other)
        && !either(one)
        && telling(&one.subject).is_subset(&telling(&other.subject))
    {
        return Some("accepts something else as well".to_owned());
    }
    // What became of a helper is told of the helper.
    if one.called().is_some() && one.expected == other.expected {
        return None;
    }
    if let Some(what) = loosened_bound(one, other) {
        return Some(what);
    }
    if let Some(what) = inside::looser(one, other).or_else(|| ranges::wider(one, other)) {
        return Some(what);
    }
    if one.form == Form::Matches && other.form == Form::Matches {
        return (broadened(one, other) && !asked_for(one, other))
            .then(|| "accepts a broader pattern".to_owned());
    }
    if !as_strong(one, other) {
        return Some(match (one.form, other.form) {
            (Form::Equal | Form::Snapshot, Form::Close) => {
                "allows a tolerance where it asked for equality".to_owned()
            }
            (_, Form::State) => "asserts only whether there is a value".to_owned(),
            (_, Form::Truth) => "asserts a condition where it asked for a value".to_owned(),
            _ => "asserts less than it did".to_owned(),
        });
    }
    if one.form == Form::Equal && other.form == Form::Equal && on_both_sides(one, other) {
        return Some("compares only a part of what it compared".to_owned());
    }
    let narrowed = other.subject.strip_prefix(one.subject.as_slice()).is_some_and(|rest| {
        matches!(rest, [dot, method, ..] if dot == "." && ["len", "count", "is_some", "is_ok", "is_empty"].contains(&method.as_str()))
    });
    let narrowed = narrowed || counts(other) && !counts(one) && !is_count(&one.expected);
    // That nothing is there is said of a length, too.
    let narrowed = narrowed && one.expected != ["empty"];
    (one.form == Form::Equal && other.form == Form::Equal && narrowed && one.expected != other.expected)
        .then(|| "compares only a part of what it compared".to_owned())
}

/// Whether an assertion is part of what another says: that there is an error, where its value is compared; an element of a
/// list, or how many it has, where the list is.
pub(super) fn is_within(gone: &Assertion, other: &Assertion) -> bool {
    if other.form != Form::Equal || other.debug && !gone.debug || !other.only_if.is_empty() {
        return false;
    }
    let state =
        [("is_err true", "Err"), ("is_ok true", "Ok"), ("is_some true", "Some"), ("is_none true", "None")];
    let is_of_state = |wanted: &String| {
        let named = state.iter().find(|(state, _)| state == wanted).map(|(_, variant)| *variant);
        other.expected.first().is_some_and(|first| Some(first.as_str()) == named)
    };
    if gone.form < Form::Equal && other.subject == gone.subject {
        return gone.expected.iter().any(is_of_state);
    }
    let taken = tokens_of_line(&gone.text);
    if gone.form < Form::Equal && !taken.is_empty() && other.subject.starts_with(&taken) {
        return true;
    }
    let is_one = gone.form == Form::Equal && gone.expected.iter().all(|token| other.expected.contains(token));
    let list = other.expected.iter().take(2).any(|token| token == "[");
    match gone.subject.strip_prefix(other.subject.as_slice()) {
        Some([open, .., close]) if list && open == "[" && close == "]" => is_one,
        Some([dot, len, ..]) => list && dot == "." && len == "len" && gone.form == Form::Equal,
        _ => false,
    }
}

/// Whether what is looked at is how many there are.
pub(super) fn counts(one: &Assertion) -> bool {
    is_count(&one.subject)
}

fn is_count(side: &[String]) -> bool {
    let end = side.iter().rev().map(String::as_str).take(4).collect::<Vec<_>>();
    matches!(end.as_slice(), [")", "(", "len" | "count", "."])
}

/// Whether both sides are only asked how many they have, or whether there is anything, where they were compared.
fn on_both_sides(one: &Assertion, other: &Assertion) -> bool {
    const PARTS: [&str; 7] = ["count", "is_empty", "is_err", "is_none", "is_ok", "is_some", "len"];
    let part = |side: &[String]| -> Option<String> {
        let [.., dot, name, open, close] = side else { return None };
        let is_part = dot == "." && open == "(" && close == ")" && PARTS.contains(&name.as_str());
        is_part.then(|| name.clone())
    };
    let own = |side: &[String]| part(side).map(|_| side[..side.len() - 4].to_vec());
    let asked = |one: &Assertion| part(&one.subject).is_some() && part(&one.subject) == part(&one.expected);
    asked(other)
        && !asked(one)
        && (own(&other.expected).as_ref() == Some(&one.expected)
            || own(&other.subject).as_ref() == Some(&one.subject)
            || own(&other.subject).as_ref() == Some(&one.expected))
}

/// Whether the second can be taken to exclude as much as the first.
pub(super) fn as_strong(one: &Assertion, other: &Assertion) -> bool {
    use Form::*;
    let named = |words: &[&str]| other.subject.iter().any(|token| words.contains(&token.as_str()));
    match (one.form, other.form) {
        (Equal, State) => {
            let unit = one.expected.join("");
            let ok = unit == "Ok(())" || one.expected.last().is_some_and(|last| last == "Ok" || last == "OK");
            ok && other.expected == ["is_ok true"] || unit == "empty" || unit == "None"
        }
        (Equal | Snapshot | Close, Truth) => {
            // A predicate may say exactly what the value said; an order, a part or a difference does not.
            let loose = named(&["contains", "starts_with", "ends_with", "any", "contains_key", "is_match"])
                || other.bound.is_some()
                || other.expected.first().is_some_and(|word| ["<", ">", "!="].contains(&word.as_str()));
            let either = other.subject.windows(2).any(|pair| pair[0] == "|" && pair[1] == "|");
            !loose && !either
        }
        (Equal | Snapshot, Close) => false,
        (Equal | Snapshot, Matches) => {
            let (expected, pattern) = (telling(&one.expected), telling(&other.expected));
            expected.is_subset(&pattern) || !other.expected.iter().any(|token| token == "_" || token == ".")
        }
        (Close, Matches) => false,
        (Custom, Truth) | (Matches, Truth) => true,
        (Truth, State) => one.expected.first().is_some_and(|word| word == "!="),
        (_, Constant | Unwrap) => one.form <= other.form,
        (one, State) => one <= State,
        _ => true,
    }
}

fn loosened_bound(one: &Assertion, other: &Assertion) -> Option<String> {
    let (before, after) = (one.bound?, other.bound?);
    // Limits of other kinds are no more and no less; the name of a number is of none.
    let kind = |one: &Assertion| -> Vec<String> {
        match one.bound_name {
            Some(_) => one.expected.first().cloned().into_iter().collect(),
            None => one.expected.clone(),
        }
    };
    let differ = one.form == Form::Truth && other.form == Form::Truth && kind(one) != kind(other);
    if differ || before.upper != after.upper || before.value.is_nan() || after.value.is_nan() {
        return None;
    }
    let further = if before.upper { after.value > before.value } else { after.value < before.value };
    // Of a distance nobody means the last bit.
    let reached =
        one.form != Form::Close && after.value == before.value && after.inclusive && !before.inclusive;
    let what = if one.form == Form::Close { "tolerance" } else { "bound" };
    (further || reached).then(|| format!("has a wider {what}: {} where it was {}", after.value, before.value))
}

/// More wildcards and less that tells, or another alternative.
fn broadened(one: &Assertion, other: &Assertion) -> bool {
    let holes = |tokens: &[String]| {
        tokens.iter().filter(|token| *token == "_").count() * 2
            + tokens.iter().filter(|token| *token == ".").count()
    };
    let bars = |tokens: &[String]| tokens.iter().filter(|token| *token == "|").count();
    let (before, after) = (telling(&one.expected), telling(&other.expected));
    let less = before.len() > after.len()
        && after.is_subset(&before)
        && holes(&other.expected) >= holes(&one.expected);
    let more_holes =
        holes(&other.expected) > holes(&one.expected) && after.is_subset(&before) && after != before;
    let alternative = bars(&other.expected) > bars(&one.expected) && before.is_subset(&after);
    less || more_holes || alternative
}

/// Whether each variant that the pattern lost is asked for by a predicate of its name, which must hold: `Canceled` by
/// `is_canceled()`.
fn asked_for(one: &Assertion, other: &Assertion) -> bool {
    let is_path = |at: usize| one.expected.get(at + 1).is_some_and(|next| next.starts_with(':'));
    let mut lost = one.expected.iter().enumerate().filter(|(at, token)| {
        !is_path(*at)
            && token.starts_with(|c: char| c.is_ascii_uppercase())
            && !other.expected.contains(token)
    });
    let asks = |variant: &str| {
        let wanted = format!("is_{}", variant.to_lowercase());
        other
            .subject
            .iter()
            .any(|token| token.starts_with("is_") && token.replace('_', "") == wanted.replace('_', ""))
    };
    let held = other.expected.iter().any(|token| token == "true");
    let refused = other.expected.iter().chain(&other.subject).any(|token| token == "false" || token == "!");
    held && !refused && lost.clone().next().is_some() && lost.all(|(_, variant)| asks(variant))
}

/// Whether an assertion elsewhere can be taken for one that is gone: about the same, and as strong.
pub(crate) fn stands_for(gone: &Assertion, other: &Assertion) -> bool {
    gone.says(other) || about_the_same(gone, other) && as_strong(gone, other) && other.form != Form::Constant
}

/// Whether two assertions look at the same.
pub(super) fn about_the_same(gone: &Assertion, other: &Assertion) -> bool {
    let called = |one: &Assertion| match one.subject.as_slice() {
        [name, open, ..] if open == "(" => Some(name.clone()),
        _ => None,
    };
    let same_call = called(gone).is_some() && called(gone) == called(other);
    same_call || likeness(gone, other) >= ALIKE
}
