//! Moments in YAML: a day, which begins at midnight UTC, or a day and a time.
use std::fmt;
use std::time::SystemTime;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Reads a moment.
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
    deserializer.deserialize_str(Moment)
}

/// Reads a moment that is there.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SystemTime>, D::Error> {
    required(deserializer).map(Some)
}

/// Refuses while the value is read, so that the error has the value's place.
struct Moment;

impl Visitor<'_> for Moment {
    type Value = SystemTime;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a day as 2026-11-20 or a time as 2026-11-20T12:00:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SystemTime, E> {
        moment(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// Reads a day, as `2026-11-20`, which begins at midnight UTC, or a time, as `2026-11-20T12:00:00Z`. `None` if it is
/// neither.
pub fn moment(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).or_else(|_| humantime::parse_rfc3339(&format!("{text}T00:00:00Z"))).ok()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_day_begins_at_midnight_utc() {
        assert_eq!(moment("2026-11-20"), moment("2026-11-20T00:00:00Z"));
        assert!(moment("2026-11-20T00:00:00.5Z") > moment("2026-11-20"));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "2026-11-20 12:00",
            "20261120",
            "2026-11-20T12:00:00+01:00",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
