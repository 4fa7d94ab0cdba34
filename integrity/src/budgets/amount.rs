//! Numbers with what they count: `5`, `99.9%`, `250ms`, `1h30m`, `64MiB`.

use serde_json::Value;

/// A number with what it counts. Two are comparable only if they count the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Amount {
    value: f64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Count,
    Seconds,
    Bytes,
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Amount) -> Option<std::cmp::Ordering> {
        if self.kind == other.kind { self.value.partial_cmp(&other.value) } else { None }
    }
}

/// The amount that a value is, if it is one.
pub(super) fn amount(value: &Value) -> Option<Amount> {
    match value {
        Value::Number(number) => Some(Amount { value: number.as_f64()?, kind: Kind::Count }),
        Value::String(text) => read(text.trim()),
        _ => None,
    }
}

/// Parts behind each other are added: `1h30m`.
fn read(text: &str) -> Option<Amount> {
    let mut sum: Option<Amount> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        sum = Some(match sum {
            None => part,
            // Only times are written in parts.
            Some(sum) if sum.kind == Kind::Seconds && part.kind == Kind::Seconds => {
                Amount { value: sum.value + part.value, ..sum }
            }
            Some(_) => return None,
        });
        rest = after.trim_start();
    }
    sum
}

fn part(text: &str) -> Option<(Amount, &str)> {
    let digits = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == '_';
    let sign = text.len() - text.trim_start_matches(['-', '+']).len();
    let mut end = sign + text[sign..].find(|letter| !digits(letter)).unwrap_or(text.len() - sign);
    // `1e-3` is a number; `1e` is none, and nothing is counted in `e`.
    if let Some(power) = text[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(power.starts_with(['-', '+']));
        let length =
            power[sign..].find(|letter: char| !letter.is_ascii_digit()).unwrap_or(power.len() - sign);
        end += 1 + sign + length;
    }
    let value: f64 = text[..end].replace('_', "").parse().ok()?;
    let rest = text[end..].trim_start();
    let unit = rest.find(|letter: char| !(letter.is_alphabetic() || letter == '%')).unwrap_or(rest.len());
    let (kind, factor) = match &rest[..unit] {
        "" => (Kind::Count, 1.0),
        "%" => (Kind::Count, 0.01),
        "ns" => (Kind::Seconds, 1e-9),
        "us" | "µs" => (Kind::Seconds, 1e-6),
        "ms" => (Kind::Seconds, 1e-3),
        "s" | "sec" => (Kind::Seconds, 1.0),
        "m" | "min" => (Kind::Seconds, 60.0),
        "h" => (Kind::Seconds, 3_600.0),
        "d" => (Kind::Seconds, 86_400.0),
        "w" => (Kind::Seconds, 604_800.0),
        "y" => (Kind::Seconds, 31_536_000.0),
        "B" => (Kind::Bytes, 1.0),
        "kB" | "KB" => (Kind::Bytes, 1e3),
        "MB" => (Kind::Bytes, 1e6),
        "GB" => (Kind::Bytes, 1e9),
        "Ki" | "KiB" => (Kind::Bytes, 1_024.0),
        "Mi" | "MiB" => (Kind::Bytes, 1_048_576.0),
        "Gi" | "GiB" => (Kind::Bytes, 1_073_741_824.0),
        _ => return None,
    };
    Some((Amount { value: value * factor, kind }, &rest[unit..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_by_what_they_mean() {
        let less =
            |one: &str, other: &str| read(one).partial_cmp(&read(other)) == Some(std::cmp::Ordering::Less);
        for (one, other) in [
            ("5", "6"),
            ("90s", "2m"),
            ("1h", "1h30m"),
            ("100ms", "1s"),
            ("0.99", "99.9%"),
            ("1MB", "1MiB"),
            ("1e-3", "0.002"),
            ("-2", "1"),
            ("1_000", "1001"),
        ] {
            assert!(less(one, other), "{one} is not less than {other}");
        }
        assert_eq!(read("60s"), read("1m"));
    }

    #[test]
    fn what_does_not_count_the_same_is_not_compared() {
        let (count, time) = (amount(&Value::from(5)), amount(&Value::from("5s")));
        assert_eq!(count.zip(time).and_then(|(count, time)| count.partial_cmp(&time)), None);
        for text in ["", "fast", "5 apples", "1.2.3", "5s5", "%", "e5"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
