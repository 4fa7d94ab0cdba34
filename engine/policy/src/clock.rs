//! A time of day that stands still, as the policy writes it.

use jiff::Timestamp;
use serde::Deserialize;

/// A point in time as RFC 3339 writes it, for instance `2026-11-20T12:00:00Z`, and as it is handed on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Clock(String);

impl Clock {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // jiff reads more than RFC 3339 has, and a service may read less.
        let is_plain = text.len() <= 40 && text.bytes().all(|byte| b"0123456789-:.+TZ".contains(&byte));
        match is_plain && text.contains('T') && text.contains(':') && text.parse::<Timestamp>().is_ok() {
            true => Ok(Clock(text)),
            false => Err(format!("`{text}` is no time of RFC 3339; write it as in `2026-11-20T12:00:00Z`")),
        }
    }
}

impl std::fmt::Display for Clock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_has_a_date_a_time_and_an_offset() {
        for text in ["2026-11-20T12:00:00Z", "2026-11-20T12:00:00.25+01:00", "2024-02-29T23:59:59-08:00"] {
            assert_eq!(Clock::try_from(text.to_owned()).map(|clock| clock.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T12:00:00",
            "2026-11-20 12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-11-20T12:00:00Z[UTC]",
            "20261120T120000Z",
            "noon",
        ] {
            assert!(Clock::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
