//! Which types hold every value of another: the lattice of numbers on their way from a service to a model.

/// How the values of one type fit into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// All of them, or as near as rounding brings what is behind the point.
    Exact,
    /// Whole numbers up to this one.
    Above(i64),
    /// Whole numbers only.
    Truncated,
    /// A text where numbers are taken, or the other way around.
    Other,
}

/// How values of the type `from` fit into `to`, where training saw none outside of `range`.
pub(super) fn fit(from: &str, to: &str, range: Option<(f64, f64)>) -> Fit {
    let (Some(given), Some(taken)) = (kind(from), kind(to)) else { return Fit::Exact };
    match (given, taken) {
        (Kind::Text, Kind::Text) | (Kind::Real(_), Kind::Real(_)) => Fit::Exact,
        (Kind::Text, _) | (_, Kind::Text) => Fit::Other,
        (Kind::Real(_), Kind::Whole(..)) => Fit::Truncated,
        (Kind::Whole(least, most), Kind::Real(bits)) => {
            within((least, most), (-(1 << bits), 1 << bits), range)
        }
        (Kind::Whole(least, most), Kind::Whole(lowest, highest)) => {
            within((least, most), (lowest, highest), range)
        }
    }
}

/// Whether whole numbers of a type, or those of training, are all among others.
fn within(given: (i128, i128), taken: (i128, i128), range: Option<(f64, f64)>) -> Fit {
    let holds = given.0 >= taken.0 && given.1 <= taken.1;
    let seen = range.is_some_and(|(least, most)| least >= taken.0 as f64 && most <= taken.1 as f64);
    if holds || seen { Fit::Exact } else { Fit::Above(i64::try_from(taken.1).unwrap_or(i64::MAX)) }
}

enum Kind {
    /// Whole numbers from one to another.
    Whole(i128, i128),
    /// Floating point that holds whole numbers up to this power of two.
    Real(u32),
    Text,
}

fn kind(dtype: &str) -> Option<Kind> {
    Some(match dtype {
        "float16" => Kind::Real(11),
        "bfloat16" => Kind::Real(8),
        "float32" => Kind::Real(24),
        "float64" => Kind::Real(53),
        "bool" => Kind::Whole(0, 1),
        "int8" => Kind::Whole(i8::MIN.into(), i8::MAX.into()),
        "int16" => Kind::Whole(i16::MIN.into(), i16::MAX.into()),
        "int32" => Kind::Whole(i32::MIN.into(), i32::MAX.into()),
        "int64" => Kind::Whole(i64::MIN.into(), i64::MAX.into()),
        "uint8" => Kind::Whole(0, u8::MAX.into()),
        "uint16" => Kind::Whole(0, u16::MAX.into()),
        "uint32" => Kind::Whole(0, u32::MAX.into()),
        "uint64" => Kind::Whole(0, u64::MAX.into()),
        "string" => Kind::Text,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_fit_as_far_as_the_mantissa_goes() {
        for (from, to, range, expected) in [
            ("int64", "float32", None, Fit::Above(1 << 24)),
            ("int64", "float64", None, Fit::Above(1 << 53)),
            ("int32", "float32", None, Fit::Above(1 << 24)),
            ("int32", "float64", None, Fit::Exact),
            ("uint16", "float32", None, Fit::Exact),
            ("int64", "float32", Some((0.0, 5_000.0)), Fit::Exact),
            ("int64", "float32", Some((0.0, 5e9)), Fit::Above(1 << 24)),
            ("int64", "int32", None, Fit::Above(i32::MAX.into())),
            ("uint32", "int64", None, Fit::Exact),
            ("float64", "float32", None, Fit::Exact),
            ("float32", "int64", None, Fit::Truncated),
            ("string", "float32", None, Fit::Other),
            ("string", "string", None, Fit::Exact),
            ("complex64", "float32", None, Fit::Exact),
        ] {
            assert_eq!(fit(from, to, range), expected, "{from} {to} {range:?}");
        }
    }
}
