//! The vocabulary in which requests are held to what their protos say.
use std::fmt::Display;

use protocol::ranking::v1::{ContentFilter, Viewer};

/// The longest identifier that is taken, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// What the identifier of a request may have besides letters and digits.
const REQUEST_MARKS: &str = "-_.:/";
/// What the identifier of a track, a viewer or the like may have besides letters and digits.
const THING_MARKS: &str = "-_";

/// A field of a request that is wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidField {
    /// The field's path in the request, as the proto names it.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The viewer's identifier.
    pub viewer_id: String,
    /// Whether the request asks for nothing explicit.
    pub no_explicit: bool,
}

/// A problem of a field.
pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> InvalidField {
    InvalidField { field: field.into(), problem: problem.into() }
}

/// What has to be there.
///
/// # Errors
/// An [`InvalidField`] if it is not.
pub fn present<T>(field: &str, value: Option<T>) -> Result<T, InvalidField> {
    value.ok_or_else(|| invalid(field, "is missing"))
}

/// Refuses an identifier of a request that is not 1 to 64 letters, digits and characters out of `-_.:/`.
///
/// # Errors
/// An [`InvalidField`] if it is not that.
pub fn request_id(value: &str) -> Result<(), InvalidField> {
    identifier_of("request_id", value, REQUEST_MARKS)
}

/// Refuses an identifier of a track or the like that is not 1 to 64 letters, digits and characters out of `-_`.
///
/// # Errors
/// An [`InvalidField`] if it is not that.
pub fn identifier(field: &str, value: &str) -> Result<(), InvalidField> {
    identifier_of(field, value, THING_MARKS)
}

/// The viewer of a request, which has to have one.
///
/// # Errors
/// An [`InvalidField`] if there is none, or one of its fields is wrong.
pub fn viewer(viewer: Option<Viewer>) -> Result<Asking, InvalidField> {
    let Viewer { viewer_id, content_filter } = present("viewer", viewer)?;
    let filter: ContentFilter = one_of("viewer.content_filter", "ContentFilter", content_filter)?;
    identifier("viewer.viewer_id", &viewer_id)?;
    Ok(Asking { viewer_id, no_explicit: filter == ContentFilter::NoExplicit })
}

/// A value of the enum that the proto calls `name`.
///
/// # Errors
/// An [`InvalidField`] if the enum has no such value.
pub fn one_of<E: TryFrom<i32>>(field: &str, name: &str, value: i32) -> Result<E, InvalidField> {
    E::try_from(value).map_err(|_unknown| invalid(field, format!("{value} is not a {name}")))
}

/// How many to answer with: 1 to `most`.
///
/// # Errors
/// An [`InvalidField`] if it is not that.
pub fn limit(field: &str, value: u32, most: u32) -> Result<usize, InvalidField> {
    between(field, value, 1, most)?;
    usize::try_from(value).map_err(|_too_large| invalid(field, "is too large"))
}

/// Refuses a number that is not between two others.
///
/// # Errors
/// An [`InvalidField`] if it is not, as not-a-number is not.
pub fn between<T: PartialOrd + Display>(
    field: &str,
    value: T,
    least: T,
    most: T,
) -> Result<(), InvalidField> {
    if (&least..=&most).contains(&&value) {
        return Ok(());
    }
    Err(invalid(field, format!("{value} is not between {least} and {most}")))
}

/// Refuses a list that is too long.
///
/// # Errors
/// An [`InvalidField`] if it has more than `most` entries.
pub fn at_most(field: &str, count: usize, most: usize) -> Result<(), InvalidField> {
    if count <= most {
        Ok(())
    } else {
        Err(invalid(field, format!("{count} entries, at most {most} are taken")))
    }
}

/// Decodes each entry of a list, which is told its path, as `candidates[3]`.
///
/// # Errors
/// The [`InvalidField`] of the first entry that is wrong.
pub fn indexed<T, U>(
    field: &str,
    list: Vec<T>,
    decode: impl Fn(&str, T) -> Result<U, InvalidField>,
) -> Result<Vec<U>, InvalidField> {
    list.into_iter().enumerate().map(|(index, item)| decode(&format!("{field}[{index}]"), item)).collect()
}

/// Refuses a text for people that is empty, longer than `most` characters, or has characters that control a terminal.
///
/// # Errors
/// An [`InvalidField`] if it is so.
pub fn text(field: &str, value: &str, most: usize) -> Result<(), InvalidField> {
    if value.trim().is_empty() {
        return Err(invalid(field, "is missing"));
    }
    let length = value.chars().count();
    if length > most {
        return Err(invalid(field, format!("{length} characters, at most {most} are taken")));
    }
    match value.chars().find(|letter| letter.is_control()) {
        None => Ok(()),
        Some(letter) => Err(invalid(field, format!("{letter:?} is a control character"))),
    }
}

fn identifier_of(field: &str, value: &str, marks: &str) -> Result<(), InvalidField> {
    if value.is_empty() {
        return Err(invalid(field, "is missing"));
    }
    if value.len() > MAX_ID_BYTES {
        return Err(invalid(field, format!("{} bytes, at most {MAX_ID_BYTES} are taken", value.len())));
    }
    match value.chars().find(|letter| !letter.is_ascii_alphanumeric() && !marks.contains(*letter)) {
        None => Ok(()),
        Some(letter) => {
            Err(invalid(field, format!("{letter:?} is not a letter, a digit or one of {marks:?}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(result: Result<(), InvalidField>, problem: &str) {
        let said = result.err().map(|error| error.to_string());
        assert_eq!(said.as_deref().unwrap_or("right"), problem);
    }

    #[test]
    fn identifiers_are_letters_digits_and_marks() {
        check(request_id("r:1/a.b-c_d"), "right");
        check(request_id(&"r".repeat(64)), "right");
        check(request_id(""), "request_id: is missing");
        check(request_id("a b"), "request_id: ' ' is not a letter, a digit or one of \"-_.:/\"");
        check(identifier("id", &"v".repeat(65)), "id: 65 bytes, at most 64 are taken");
        check(identifier("id", "a/b"), "id: '/' is not a letter, a digit or one of \"-_\"");
        check(identifier("id", "é"), "id: 'é' is not a letter, a digit or one of \"-_\"");
        check(identifier("id", "\u{0}"), "id: '\\0' is not a letter, a digit or one of \"-_\"");
    }

    #[test]
    fn limits_are_at_least_one() {
        assert_eq!(limit("limit", 100, 100), Ok(100));
        check(limit("limit", 0, 100).map(drop), "limit: 0 is not between 1 and 100");
        check(limit("limit", u32::MAX, 100).map(drop), "limit: 4294967295 is not between 1 and 100");
    }

    #[test]
    fn what_is_no_number_is_between_nothing() {
        check(between("weight", 0.5, 0.0, 1.0), "right");
        check(between("weight", f64::NAN, 0.0, 1.0), "weight: NaN is not between 0 and 1");
        check(between("weight", f64::INFINITY, 0.0, 1.0), "weight: inf is not between 0 and 1");
    }

    #[test]
    fn the_path_of_an_entry_has_its_place() {
        let decode = |path: &str, id: &str| identifier(&format!("{path}.id"), id);
        check(indexed("list", vec!["a", "b"], decode).map(drop), "right");
        check(indexed("list", vec!["a", ""], decode).map(drop), "list[1].id: is missing");
        check(at_most("list", 2, 2), "right");
        check(at_most("list", 3, 2), "list: 3 entries, at most 2 are taken");
    }

    #[test]
    fn texts_are_for_people() {
        check(text("query", "Пушкин 東京 \u{1F3B5}", 12), "right");
        check(text("query", " \t", 10), "query: is missing");
        check(text("query", "éééé", 3), "query: 4 characters, at most 3 are taken");
        check(text("query", "a\u{1b}[2J", 10), "query: '\\u{1b}' is a control character");
    }

    #[test]
    fn a_viewer_has_an_identifier_and_a_filter_that_exists() {
        let of = |viewer_id: &str, content_filter| {
            viewer(Some(Viewer { viewer_id: viewer_id.to_owned(), content_filter }))
        };
        assert_eq!(of("v", 1), Ok(Asking { viewer_id: "v".to_owned(), no_explicit: true }));
        assert!(of("v", 0).is_ok_and(|asking| !asking.no_explicit));
        check(viewer(None).map(drop), "viewer: is missing");
        check(of("", 0).map(drop), "viewer.viewer_id: is missing");
        check(of("v", 9).map(drop), "viewer.content_filter: 9 is not a ContentFilter");
    }
}
