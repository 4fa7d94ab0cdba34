//! Who may sign approvals, base against head: keys that are trusted, and keys that no longer are.

use policy::approvals::{AllowedSigners, Entry, RevokedKeys};

use crate::evidence::short;

/// What head's list of signers trusts beyond the base's, as a clause; `None` where it trusts no more. Order, comments and
/// whatever narrows an entry are no difference.
pub(crate) fn widened(before: &str, after: &str) -> Option<String> {
    let known = plain(before);
    let unread = unread(after).into_iter().filter(|line| !known.contains(line)).count();
    let (before, after) = (AllowedSigners::parse(before), AllowedSigners::parse(after));
    let wider: Vec<&Entry> =
        after.entries.iter().filter(|entry| !before.entries.iter().any(|was| within(entry, was))).collect();
    let is_known =
        |entry: &&Entry| before.entries.iter().any(|was| was.key.key_data() == entry.key.key_data());
    match wider.as_slice() {
        [] if unread > 0 => Some("a line that is not read, and so trusts nobody today, is new".to_owned()),
        [] => None,
        [only] if before.entries.is_empty() => {
            Some(format!("`{}` would be the first who may sign approvals", short(&only.principals)))
        }
        [only] if is_known(only) => Some(format!("the key of `{}` may sign more", short(&only.principals))),
        [only] => Some(format!("`{}` may sign approvals with one more key", short(&only.principals))),
        many => Some(format!("{} more keys may sign approvals, or may sign more", many.len())),
    }
}

/// Lines that are no entries and no comments: a later version may read them.
fn unread(text: &str) -> Vec<String> {
    if AllowedSigners::parse(text).problems.is_empty() {
        return Vec::new();
    }
    let is_unread = |line: &String| !AllowedSigners::parse(line).problems.is_empty();
    plain(text).into_iter().filter(is_unread).collect()
}

fn plain(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Whether an entry lets nothing be signed that another one does not.
fn within(entry: &Entry, was: &Entry) -> bool {
    entry.key.key_data() == was.key.key_data()
        && patterns_within(&entry.principals, &was.principals)
        && match (&entry.namespaces, &was.namespaces) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(now), Some(was)) => patterns_within(now, was),
        }
        && was.valid_after.is_none_or(|was| entry.valid_after.is_some_and(|now| now >= was))
        && was.valid_before.is_none_or(|was| entry.valid_before.is_some_and(|now| now <= was))
}

/// Whether a list of patterns has none that another has not, and takes out all that the other takes out.
fn patterns_within(now: &str, was: &str) -> bool {
    let parts = |list: &str| -> Vec<String> { list.split(',').map(|part| part.trim().to_owned()).collect() };
    let (now, was) = (parts(now), parts(was));
    now.iter().filter(|part| !part.starts_with('!')).all(|part| was.contains(part))
        && was.iter().filter(|part| part.starts_with('!')).all(|part| now.contains(part))
}

/// What head no longer revokes, or no longer lets be read, as a clause.
pub(crate) fn released(before: &[u8], after: &[u8]) -> Option<String> {
    let (was, now) = (RevokedKeys::parse(before), RevokedKeys::parse(after));
    match was.keys.iter().filter(|key| !now.keys.contains(key)).count() {
        0 if !was.problems.is_empty() && before != after => {
            Some("the list of revoked keys is another, and the base's is not read".to_owned())
        }
        0 => now.problems.first().map(|problem| {
            format!(
                "the list of revoked keys is not read any more, so that no signature counts: {}",
                short(problem)
            )
        }),
        1 => Some("one key is no longer revoked".to_owned()),
        many => Some(format!("{many} keys are no longer revoked")),
    }
}
