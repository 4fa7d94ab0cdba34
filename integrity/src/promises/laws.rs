//! Laws and checks of scenario files: whether head's find all that the base's do.

use serde_json::Value;

use super::{Entry, is_part, restore};

/// How often a law asks for the same answer where it does not say how often.
const REPEATS: u64 = 2;

/// How many pairs of entries that differ are looked at; files that people write have far fewer.
const PAIRS: usize = 16_384;

/// Whether every one of the base's has one of head's for itself.
pub(super) fn all_among(before: &[Value], after: &[Value], is_one: &dyn Fn(&Value, &Value) -> bool) -> bool {
    // Equal ones stand for each other: whatever is as strict as one is as strict as the other.
    let mut left: Vec<&Value> = after.iter().collect();
    let mut others: Vec<&Value> = Vec::new();
    if before.len() > after.len() || before.len().saturating_mul(after.len()) > PAIRS {
        return before == after;
    }
    for old in before {
        match left.iter().position(|new| *new == old) {
            Some(at) => drop(left.swap_remove(at)),
            None => others.push(old),
        }
    }
    let fits: Vec<Vec<usize>> =
        others.iter().map(|old| (0..left.len()).filter(|at| is_one(old, left[*at])).collect()).collect();
    let mut taken = vec![None; left.len()];
    (0..others.len()).all(|old| finds(old, &fits, &mut taken, &mut vec![false; left.len()]))
}

/// Finds one of head's for one of the base's, if need be by giving others another: a path that augments the matching.
fn finds(old: usize, fits: &[Vec<usize>], taken: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for &new in &fits[old] {
        if std::mem::replace(&mut tried[new], true) {
            continue;
        }
        if taken[new].is_none_or(|other| finds(other, fits, taken, tried)) {
            taken[new] = Some(old);
            return true;
        }
    }
    false
}

/// Whether head's law or check finds all that the base's does.
pub(super) fn is_as_strict(old: &Value, new: &Value) -> bool {
    let only = |side: &Value| {
        let (key, value) = side.as_object().filter(|law| law.len() == 1)?.iter().next()?;
        Some((key.clone(), value.as_object()?.clone()))
    };
    let ((Some((law, old)), Some((now, mut new))), true) = ((only(old), only(new)), old != new) else {
        return old == new;
    };
    if law != now {
        return false;
    }
    let number = |side: &Entry, key: &str| side.get(key).map(Value::as_u64);
    match law.as_str() {
        "count" => {
            let (least, most) = (number(&old, "min"), number(&old, "max"));
            let exact = number(&new, "equals").flatten();
            let low = number(&new, "min").flatten().or(exact);
            let high = number(&new, "max").flatten().or(exact);
            let above = least.is_none_or(|least| least.zip(low).is_some_and(|(least, low)| low >= least));
            let below = most.is_none_or(|most| most.zip(high).is_some_and(|(most, high)| high <= most));
            if above && below && (old.get("equals").is_none() || old.get("equals") == new.get("equals")) {
                ["min", "max", "equals"].iter().for_each(|key| restore(key, &old, &mut new));
            }
        }
        "deterministic" => {
            let repeats = |side| number(side, "repeats").unwrap_or(Some(REPEATS));
            if repeats(&old).zip(repeats(&new)).is_some_and(|(old, new)| new >= old) {
                restore("repeats", &old, &mut new);
            }
        }
        "refused" => {
            let is_some =
                new.get("with").and_then(Value::as_array).is_some_and(|statuses| !statuses.is_empty());
            if is_some && new.get("with").zip(old.get("with")).is_some_and(|(new, old)| is_part(new, old)) {
                restore("with", &old, &mut new);
            }
            if new.get("names_field") == Some(&Value::Bool(true)) {
                restore("names_field", &old, &mut new);
            }
        }
        "among" if new.get("unless_empty") != Some(&Value::Bool(true)) => {
            restore("unless_empty", &old, &mut new);
        }
        _ => {}
    }
    old == new
}
