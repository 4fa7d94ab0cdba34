//! An outcome: what one listener did with one track in one period.
use reward::Evidence;
use serde::{Deserialize, Serialize};

const DAY: u64 = 24 * 60 * 60;
const MAX_ID_BYTES: usize = 64;

/// On how many days of a period a listener came back to a track.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// When it became known, which is the end of the period: seconds since 1970.
    pub at: u64,
    /// The days on which the listener came back.
    pub days: u8,
    /// Who listened, by a name that says nothing about the person.
    pub listener: String,
    /// Which of the [`PERIODS`](reward::PERIODS) after the first stream, from 0.
    pub period: u8,
    /// The track's identifier.
    pub track: String,
}

impl Outcome {
    /// Reads a line, as of the time `now` in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with it: it is not an outcome, one that cannot have happened, or one from the future.
    pub fn parse(line: &[u8], now: u64) -> Result<Self, String> {
        let outcome: Self = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        for (name, id) in [("track", &outcome.track), ("listener", &outcome.listener)] {
            if !is_id(id) {
                return Err(format!("`{name}` is not 1 to {MAX_ID_BYTES} letters, digits, '-' and '_'"));
            }
        }
        if outcome.at > now {
            return Err("`at` is in the future".to_owned());
        }
        Evidence::default()
            .add(usize::from(outcome.period), u64::from(outcome.days))
            .map_err(|error| error.to_string())?;
        Ok(outcome)
    }
}

/// The day of a second, counted from 1970-01-01.
pub(crate) fn day(at: u64) -> u64 {
    at / DAY
}

/// The beginning of a day, in seconds since 1970.
pub(crate) fn beginning(day: u64) -> u64 {
    day * DAY
}

fn is_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_outcome() {
        let line = br#"{"at":1795154400,"days":3,"listener":"lst-7","period":2,"track":"trk-00017"}"#;
        let outcome = Outcome::parse(line, 1_795_154_400).expect("the line is right");
        assert_eq!((day(outcome.at), outcome.days, outcome.period), (20_777, 3, 2));
        assert_eq!(serde_json::to_vec(&outcome).expect("it has a JSON form"), line);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        let cases = [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{\"at\":1", "EOF while parsing an object at line 1 column 7"),
            (r#"{"at":1,"days":1,"listener":"l","period":0}"#, "missing field `track` at line 1 column 43"),
            (
                r#"{"at":1,"days":1,"listener":"","period":0,"track":"t"}"#,
                "`listener` is not 1 to 64 letters, digits, '-' and '_'",
            ),
            (
                r#"{"at":1,"days":1,"listener":"l","period":0,"track":"t/1"}"#,
                "`track` is not 1 to 64 letters, digits, '-' and '_'",
            ),
            (r#"{"at":8,"days":1,"listener":"l","period":0,"track":"t"}"#, "`at` is in the future"),
            (r#"{"at":1,"days":2,"listener":"l","period":0,"track":"t"}"#, "2 days of a period of 1"),
            (r#"{"at":1,"days":1,"listener":"l","period":4,"track":"t"}"#, "period 4 is none of the 4"),
        ];
        for (line, problem) in cases {
            assert_eq!(Outcome::parse(line.as_bytes(), 7).expect_err(problem), problem);
        }
        for line in [
            r#"{"at":-1,"days":1,"listener":"l","period":0,"track":"t"}"#,
            r#"{"at":1,"days":300,"listener":"l","period":0,"track":"t"}"#,
            r#"{"at":1,"days":0.5,"listener":"l","period":0,"track":"t"}"#,
            r#"{"at":1,"days":1,"listener":"l","period":0,"track":"t","more":1}"#,
        ] {
            assert!(Outcome::parse(line.as_bytes(), 7).is_err(), "{line}");
        }
    }
}
