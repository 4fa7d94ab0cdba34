//! Phrases that several parts of the brief share.

/// That nobody looked, and why.
pub(crate) fn nobody(guard: &str, why: &str) -> String {
    format!("nobody looked: `{guard}`, {why}")
}

/// `1 thing`, `2 things`.
pub(crate) fn things(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// How many of so many block, as a clause; where the policy only observes, how many would.
pub(crate) fn of_them(blocking: usize, count: usize, observed: bool) -> String {
    match (blocking, count, observed) {
        (0, ..) => String::new(),
        (1, 1, false) => ", and it blocks".to_owned(),
        (1, 1, true) => ", and it would block".to_owned(),
        (blocking, count, false) if blocking == count => ", all of them blocking".to_owned(),
        (blocking, _, false) => format!(", {blocking} of them blocking"),
        (blocking, count, true) if blocking == count => ", all of which would block".to_owned(),
        (blocking, _, true) => format!(", {blocking} of which would block"),
    }
}

/// The same for large counts.
pub(crate) fn many(count: u64, noun: &str) -> String {
    things(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

/// A share in whole percents; what is not nothing is at least one.
pub(crate) fn percent(share: f64) -> String {
    let percent = (100.0 * share).round();
    match share {
        share if share > 0.0 && percent < 1.0 => "<1%".to_owned(),
        share if share < 1.0 && percent >= 100.0 => ">99%".to_owned(),
        _ => format!("{percent:.0}%"),
    }
}

/// The first of a list, and how many more there are.
pub(crate) fn first_of(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [first, rest @ ..] => format!("`{first}` and {} more", rest.len()),
    }
}
