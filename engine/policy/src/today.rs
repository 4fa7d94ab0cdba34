//! The moment at which is judged, as a value: this crate reads no clock.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::approvals::EMERGENCY_DAYS;

/// The moment at which is judged. Dates are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today(Timestamp);

impl Today {
    /// A moment in seconds since 1970-01-01T00:00:00Z; moments beyond the year 9999 count as its end.
    pub fn at(seconds: i64) -> Today {
        let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Today(Timestamp::from_second(seconds).unwrap_or(nearest))
    }

    /// The first moment of a date written as `2026-11-20`; `None` where it is no date.
    pub fn on(date: &str) -> Option<Today> {
        Offset::UTC.to_timestamp(parse_date(date)?.at(0, 0, 0, 0)).ok().map(Today)
    }

    /// Whether a date is over.
    pub(crate) fn is_past(self, date: Date) -> bool {
        date < self.civil()
    }

    /// The moment this many days before, in seconds since 1970.
    pub fn days_before(self, days: u32) -> i64 {
        self.seconds() - i64::from(days) * 24 * 60 * 60
    }

    /// The date, as `2026-11-20`.
    pub fn date(self) -> String {
        self.civil().to_string()
    }

    /// The minute in UTC, as `2026-11-20T14:03Z`.
    pub fn minute(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%MZ").to_string()
    }

    /// The last day on which an emergency of this date may end.
    pub fn emergency_until(self) -> String {
        self.civil().saturating_add((EMERGENCY_DAYS - 1).days()).to_string()
    }

    pub(crate) fn civil(self) -> Date {
        Offset::UTC.to_datetime(self.0).date()
    }

    pub(crate) fn seconds(self) -> i64 {
        self.0.as_second()
    }
}

/// A date in the one form in which people and programs sort alike: `2026-11-20`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_lasts_to_its_end() {
        let date = parse_date("2026-11-20").expect("a date");
        let noon = Today::at(Today::on("2026-11-20").expect("a date").seconds() + 12 * 3600);
        assert!(!noon.is_past(date));
        assert!(Today::on("2026-11-21").expect("a date").is_past(date));
        assert_eq!(noon.date(), "2026-11-20");
    }

    #[test]
    fn only_one_form_of_a_date_is_read() {
        for text in
            ["2026-1-20", "20261120", "2026-13-01", "2026-02-30", "+026-01-01", "2026-11-20T00:00", ""]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_of_seconds_is_a_moment() {
        assert_eq!(Today::at(i64::MAX).date(), "9999-12-30");
        assert_eq!(Today::at(0).date(), "1970-01-01");
        Today::at(i64::MIN);
    }
}
