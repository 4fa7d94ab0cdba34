//! How two orders of features differ: what is missing, extra, renamed, in another place.

use std::collections::BTreeMap;

/// Up to how many missing times extra names a renamed one is looked for.
const MAX_PAIRS: usize = 10_000;

/// How the code's features differ from those of the model.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Places in the code and in the model of what is called otherwise.
    pub(super) renamed: Vec<(usize, usize)>,
    /// Places in the code of what the model does not take, or not twice.
    pub(super) extra: Vec<usize>,
    /// Places in the model of what the code does not give.
    pub(super) missing: Vec<usize>,
    /// Places in the code and in the model of as few features as possible that must move.
    pub(super) moved: Vec<(usize, usize)>,
}

/// Compares the names that the code has with those that the model takes, in the order of each.
pub(super) fn compare(code: &[&str], model: &[&str]) -> Difference {
    let places: BTreeMap<&str, usize> = model.iter().copied().zip(0..).collect();
    let mut given = vec![false; model.len()];
    let mut difference = Difference::default();
    // Places in the code and in the model of what both have.
    let mut both: Vec<(usize, usize)> = Vec::new();
    for (at, name) in code.iter().enumerate() {
        match places.get(name) {
            Some(&place) if !given[place] => {
                given[place] = true;
                both.push((at, place));
            }
            _ => difference.extra.push(at),
        }
    }
    difference.missing = (0..model.len()).filter(|place| !given[*place]).collect();
    pair_up(code, model, &mut difference);
    both.extend(&difference.renamed);
    both.sort_unstable();
    let stay = longest_ascending(&both.iter().map(|(_, place)| *place).collect::<Vec<_>>());
    difference.moved = both.iter().zip(stay).filter(|(_, stays)| !stays).map(|(pair, _)| *pair).collect();
    difference
}

/// Takes what is only called otherwise out of what is extra and missing: the nearest names first.
fn pair_up(code: &[&str], model: &[&str], difference: &mut Difference) {
    let Difference { renamed, extra, missing, .. } = difference;
    if extra.len().saturating_mul(missing.len()) > MAX_PAIRS {
        return;
    }
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for &at in extra.iter() {
        for &place in missing.iter() {
            let longer = code[at].chars().count().max(model[place].chars().count());
            let distance = edit_distance(code[at], model[place]);
            if distance * 3 <= longer {
                pairs.push((distance, at, place));
            }
        }
    }
    pairs.sort_unstable();
    for (_, at, place) in pairs {
        if extra.contains(&at) && missing.contains(&place) {
            extra.retain(|one| *one != at);
            missing.retain(|one| *one != place);
            renamed.push((at, place));
        }
    }
    renamed.sort_unstable();
}

/// How many letters must be put in, taken out or changed to make one text of another (Levenshtein). Names are short.
fn edit_distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(256).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().take(256).enumerate() {
        let mut before = row[0];
        row[0] = line + 1;
        for (column, wanted) in other.iter().enumerate() {
            let changed = before + usize::from(letter != *wanted);
            before = row[column + 1];
            row[column + 1] = changed.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Which entries belong to a longest ascending series.
fn longest_ascending(numbers: &[usize]) -> Vec<bool> {
    // `ends[n]` is where the series of n + 1 entries with the smallest end ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        stays[at] = true;
        next = before[at];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `renamed`, `extra`, `missing` and `moved` by the names in the code, or in the model for what is missing.
    fn check(code: &str, model: &str, expected: [&str; 4]) {
        let (code, model): (Vec<&str>, Vec<&str>) =
            (code.split_whitespace().collect(), model.split_whitespace().collect());
        let found = compare(&code, &model);
        let renamed: Vec<&str> = found.renamed.iter().map(|(at, _)| code[*at]).collect();
        let extra: Vec<&str> = found.extra.iter().map(|at| code[*at]).collect();
        let missing: Vec<&str> = found.missing.iter().map(|at| model[*at]).collect();
        let moved: Vec<&str> = found.moved.iter().map(|(at, _)| code[*at]).collect();
        assert_eq!(
            [renamed, extra, missing, moved].map(|names| names.join(" ")),
            expected,
            "{code:?} {model:?}"
        );
    }

    #[test]
    fn the_same_order_differs_in_nothing() {
        check("plays skips age", "plays skips age", ["", "", "", ""]);
        check("", "", ["", "", "", ""]);
    }

    #[test]
    fn as_few_features_as_possible_are_moved() {
        check("skips plays age", "plays skips age", ["", "", "", "skips"]);
        check("b c d e a", "a b c d e", ["", "", "", "a"]);
    }

    #[test]
    fn what_is_called_almost_alike_is_renamed() {
        check("plays artist_afinity", "plays artist_affinity", ["artist_afinity", "", "", ""]);
        check("genre plays", "plays tempo", ["", "genre", "tempo", ""]);
        check("artist_afinity plays", "plays artist_affinity", ["artist_afinity", "", "", "artist_afinity"]);
    }

    #[test]
    fn what_is_there_twice_is_extra_once() {
        check("plays plays age", "plays age skips", ["", "plays", "skips", ""]);
    }

    #[test]
    fn a_great_many_features_are_compared_at_once() {
        let names: Vec<String> = (0..50_000).map(|index| format!("feature_{index}")).collect();
        let model: Vec<&str> = names.iter().map(String::as_str).collect();
        let code: Vec<&str> = model.iter().rev().copied().collect();
        assert_eq!(compare(&code, &model).moved.len(), 49_999);
    }
}
