//! When an answer is due, from what the caller granted.
use std::time::{Duration, Instant};

/// The moment at which an answer is due.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    due: Instant,
}

impl Deadline {
    /// Due in this time from now.
    pub fn within(time: Duration) -> Self {
        Self { due: Instant::now() + time }
    }

    /// What is left; zero once it is overdue.
    pub fn remaining(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }
}

/// Reads the value of a `grpc-timeout` header: at most eight digits and a unit. `None` if it is not one.
pub fn grpc_timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let well_formed = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = if well_formed { digits.parse().ok()? } else { return None };
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_digits_and_a_unit() {
        assert_eq!(grpc_timeout("40m"), Some(Duration::from_millis(40)));
        assert_eq!(grpc_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(grpc_timeout("0n"), Some(Duration::ZERO));
        assert_eq!(grpc_timeout("2M"), Some(Duration::from_secs(120)));
        assert_eq!(grpc_timeout("7S"), Some(Duration::from_secs(7)));
        assert_eq!(grpc_timeout("7u"), Some(Duration::from_micros(7)));
    }

    #[test]
    fn what_is_not_a_timeout_is_none() {
        for value in ["", "m", "40", "40x", "-4m", "+4m", "4 m", "123456789m", "4é", "é"] {
            assert_eq!(grpc_timeout(value), None, "{value}");
        }
    }

    #[test]
    fn nothing_is_left_of_a_deadline_that_has_passed() {
        assert_eq!(Deadline::within(Duration::ZERO).remaining(), Duration::ZERO);
        assert!(Deadline::within(Duration::from_secs(60)).remaining() > Duration::from_secs(50));
    }
}
