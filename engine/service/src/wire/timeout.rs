//! The header `grpc-timeout`: at most eight digits and a unit.
//! <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests>

use std::time::Duration;

/// The units, from the finest, each in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("n", 1),
    ("u", 1_000),
    ("m", 1_000_000),
    ("S", 1_000_000_000),
    ("M", 60_000_000_000),
    ("H", 3_600_000_000_000),
];
/// The largest number that eight digits write.
const LARGEST: u128 = 99_999_999;

/// The value of the header for a time, in the finest unit that holds it, rounded down.
pub fn timeout_value(time: Duration) -> String {
    let nanoseconds = time.as_nanos();
    for (unit, length) in UNITS {
        let number = nanoseconds / u128::from(length);
        if number <= LARGEST {
            return format!("{number}{unit}");
        }
    }
    format!("{LARGEST}H")
}

/// The time that a value of the header says; `None` if it is no such value.
pub fn parse_timeout(value: &str) -> Option<Duration> {
    let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let is_number = (1..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let (_, length) = UNITS.iter().find(|(known, _)| *known == unit)?;
    let number: u32 = number.parse().ok().filter(|_| is_number)?;
    Some(Duration::from_nanos(*length) * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_the_finest_unit_that_holds_it() {
        for (time, expected) in [
            (Duration::from_nanos(1), "1n"),
            (Duration::from_millis(5), "5000000n"),
            (Duration::from_millis(250), "250000u"),
            (Duration::from_secs(120), "120000m"),
            (Duration::from_secs(1_000_000), "1000000S"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(timeout_value(time), expected);
            if time < Duration::MAX {
                assert_eq!(parse_timeout(expected), Some(time));
            }
        }
    }

    #[test]
    fn what_is_no_timeout_is_none() {
        for value in ["", "1", "n", "5s", "-5m", "+5m", "5 m", "100000000n", "5m ", "1é", "é"] {
            assert_eq!(parse_timeout(value), None, "{value}");
        }
    }
}
