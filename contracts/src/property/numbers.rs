//! Numbers that are allowed, the simplest first: zero, or what is nearest to it.

use prost_reflect::{Kind, Value};

use super::choices::{Chance, Choices};
use super::limits::{Limits, Range};

/// How many steps the range of a real number has beside its edges.
const STEPS: u64 = 1024;
/// Where real numbers end that have no end, edges apart.
const REALS: f64 = 1000.0;

/// A whole number of a kind; `None` for other kinds and where none is allowed.
pub(super) fn whole(kind: &Kind, limits: &Limits, choices: &mut Choices) -> Option<Value> {
    let (least, greatest) = ends(kind)?;
    let min = limits.whole.min.map_or(least, |min| min.max(least));
    let max = limits.whole.max.map_or(greatest, |max| max.min(greatest));
    if min > max {
        return None;
    }
    let simplest = 0.clamp(min, max);
    let last = u64::try_from(max - min).unwrap_or(u64::MAX);
    let code = choices.number(last, |chance| code(by_chance(min, max, simplest, chance), min, max, simplest));
    valued(kind, number(code, min, max, simplest))
}

/// A number that is one too small or too large; `None` where the kind has none.
pub(super) fn beyond(kind: &Kind, limits: &Limits, is_above: bool) -> Option<Value> {
    if let Some((least, greatest)) = ends(kind) {
        let number = if is_above { limits.whole.max? + 1 } else { limits.whole.min? - 1 };
        return (least..=greatest).contains(&number).then(|| valued(kind, number))?;
    }
    let end = if is_above { limits.real.max? } else { limits.real.min? };
    let step = |up: f64, down: f64| if is_above { up } else { down };
    // Half a unit away, which no rounding on the way takes back.
    let far = step(end + 0.5, end - 0.5);
    let number = if far == end { step(end.next_up(), end.next_down()) } else { far };
    match kind {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the nearest number of the field's type is meant"
        )]
        Kind::Float => Some(number as f32).filter(|number| number.is_finite()).map(Value::F32),
        Kind::Double => Some(number).filter(|number| number.is_finite()).map(Value::F64),
        _ => None,
    }
}

fn ends(kind: &Kind) -> Option<(i128, i128)> {
    Some(match kind {
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => (i128::from(i32::MIN), i128::from(i32::MAX)),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => (i128::from(i64::MIN), i128::from(i64::MAX)),
        Kind::Uint32 | Kind::Fixed32 => (0, i128::from(u32::MAX)),
        Kind::Uint64 | Kind::Fixed64 => (0, i128::from(u64::MAX)),
        _ => return None,
    })
}

fn valued(kind: &Kind, number: i128) -> Option<Value> {
    match kind {
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => i32::try_from(number).ok().map(Value::I32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => i64::try_from(number).ok().map(Value::I64),
        Kind::Uint32 | Kind::Fixed32 => u32::try_from(number).ok().map(Value::U32),
        Kind::Uint64 | Kind::Fixed64 => u64::try_from(number).ok().map(Value::U64),
        _ => None,
    }
}

/// An edge, a small number, or any.
fn by_chance(min: i128, max: i128, simplest: i128, chance: &mut Chance) -> i128 {
    let edges = [min, max, min + 1, max - 1, 0, 1, -1, i128::from(i32::MAX), i128::from(i32::MIN), 1 << 32];
    let number = match chance.up_to(3) {
        0 => edges[usize::try_from(chance.up_to(edges.len() as u64 - 1)).unwrap_or(0)],
        1 => min + i128::from(chance.up_to(u64::try_from(max - min).unwrap_or(u64::MAX))),
        _ => simplest + i128::from(chance.up_to(20)) * if chance.is(75) { 1 } else { -1 },
    };
    number.clamp(min, max)
}

/// Numbers in the order of their distance from the simplest: 0, 1, -1, 2, -2 and so on, then what is left of one side.
fn code(number: i128, min: i128, max: i128, simplest: i128) -> u64 {
    let both = (simplest - min).min(max - simplest);
    let distance = (number - simplest).abs();
    let code = if distance <= both { distance * 2 - i128::from(number > simplest) } else { both + distance };
    u64::try_from(code).unwrap_or(u64::MAX)
}

fn number(code: u64, min: i128, max: i128, simplest: i128) -> i128 {
    let (code, both) = (i128::from(code), (simplest - min).min(max - simplest));
    if code <= both * 2 {
        let distance = (code + 1) / 2;
        return if code % 2 == 1 { simplest + distance } else { simplest - distance };
    }
    let distance = code - both;
    if max - simplest > both { simplest + distance } else { simplest - distance }
}

/// A real number of a kind; `None` for other kinds and where none is allowed.
pub(super) fn real(kind: &Kind, limits: &Limits, choices: &mut Choices) -> Option<Value> {
    let is_float = match kind {
        Kind::Float => true,
        Kind::Double => false,
        _ => return None,
    };
    let edges: Vec<f64> = edges(is_float, limits).collect();
    let (low, high) = span(&limits.real);
    let last = (edges.len() as u64 + STEPS).saturating_sub(1);
    let code = choices.number(last, |chance| {
        if chance.is(40) && !edges.is_empty() {
            chance.up_to(edges.len() as u64 - 1)
        } else {
            chance.up_to(last)
        }
    });
    let edge = usize::try_from(code).ok().and_then(|code| edges.get(code)).copied();
    #[expect(clippy::cast_precision_loss, reason = "there are few steps")]
    let within = |step: u64| low + (high - low) * (step as f64 / (STEPS - 1) as f64);
    let number = edge.unwrap_or_else(|| within(code - edges.len() as u64));
    #[expect(clippy::cast_possible_truncation, reason = "the nearest number of the field's type is meant")]
    Some(if is_float { Value::F32(number as f32) } else { Value::F64(number) })
}

/// Numbers that go wrong, of those that are allowed.
fn edges(is_float: bool, limits: &Limits) -> impl Iterator<Item = f64> {
    let (greatest, least) = if is_float {
        (f64::from(f32::MAX), f64::from(f32::from_bits(1)))
    } else {
        (f64::MAX, f64::from_bits(1))
    };
    let range = limits.real;
    let known = [0.0, 1.0, -1.0, 0.5, 1e-9, 16_777_217.0, greatest, -greatest, least, -0.0];
    let ends = [range.min, range.max].into_iter().flatten();
    let odd = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN].into_iter().filter(|_| !limits.finite);
    let all: Vec<f64> =
        known.into_iter().chain(ends).chain(odd).filter(|number| range.holds(*number)).collect();
    let mut some: Vec<f64> = Vec::with_capacity(all.len());
    for number in all {
        if !some.iter().any(|other| other.to_bits() == number.to_bits()) {
            some.push(number);
        }
    }
    some.into_iter()
}

fn span(range: &Range<f64>) -> (f64, f64) {
    match (range.min, range.max) {
        (Some(min), Some(max)) => (min, max),
        (Some(min), None) => (min, min.abs().mul_add(2.0, REALS)),
        (None, Some(max)) => (-max.abs().mul_add(2.0, REALS), max),
        (None, None) => (-REALS, REALS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_go_both_ways_and_the_simplest_is_zero() {
        for (min, max) in
            [(-3, 5), (-5, 3), (0, 9), (2, 7), (-7, -2), (0, 0), (i128::from(i64::MIN), i128::from(i64::MAX))]
        {
            let simplest = 0.clamp(min, max);
            assert_eq!(number(0, min, max, simplest), simplest);
            for value in (min..=max).take(10).chain([max - 1, max].into_iter().filter(|value| *value >= min))
            {
                assert_eq!(number(code(value, min, max, simplest), min, max, simplest), value, "{min} {max}");
            }
        }
    }

    #[test]
    fn whole_numbers_of_all_64_bits_have_codes() {
        let mut choices = Choices::given(vec![super::super::choices::Choice::Number(u64::MAX)]);
        let found = whole(&Kind::Int64, &Limits::default(), &mut choices);
        assert_eq!(found, Some(Value::I64(i64::MIN)));
    }

    #[test]
    fn what_is_drawn_is_allowed_and_reaches_the_ends() {
        let limits = Limits { real: Range { min: Some(0.0), max: Some(1.0) }, ..Limits::default() };
        let drawn: Vec<f64> = (0..500)
            .filter_map(|case| real(&Kind::Double, &limits, &mut Choices::by_chance(3, case))?.as_f64())
            .collect();
        assert!(drawn.len() == 500 && drawn.iter().all(|number| (0.0..=1.0).contains(number)));
        assert!(drawn.contains(&0.0) && drawn.contains(&1.0) && drawn.contains(&0.5));
        let free: Vec<f64> = (0..500)
            .filter_map(|case| {
                real(&Kind::Double, &Limits::default(), &mut Choices::by_chance(3, case))?.as_f64()
            })
            .collect();
        assert!(free.iter().any(|number| number.is_nan()) && free.iter().any(|number| number.is_infinite()));
    }

    #[test]
    fn what_lies_beyond_is_not_allowed() {
        let limits = Limits { whole: Range { min: Some(1), max: Some(100) }, ..Limits::default() };
        assert_eq!(beyond(&Kind::Uint32, &limits, true), Some(Value::U32(101)));
        assert_eq!(beyond(&Kind::Uint32, &limits, false), Some(Value::U32(0)));
        let limits = Limits { whole: Range { min: Some(0), max: None }, ..Limits::default() };
        assert_eq!(beyond(&Kind::Uint32, &limits, false), None);
        let limits = Limits { real: Range { min: Some(0.0), max: Some(1e300) }, ..Limits::default() };
        assert_eq!(beyond(&Kind::Double, &limits, true), Some(Value::F64(1e300_f64.next_up())));
        assert_eq!(beyond(&Kind::Float, &limits, false), Some(Value::F32(-0.5)));
    }
}
