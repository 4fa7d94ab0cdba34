//! Numbers that make no sense, and numbers that are unusual.
use features::Declared;

use super::Check;
use crate::batch::{Batch, Measured};
use crate::expectations::Ordinary;
use crate::level::Limits;
use crate::parts::numbers;

pub(super) const CHECK: Check = Check {
    name: "range",
    summary: "numbers outside of the range that the feature is declared with, always refused; and outside of `ordinary`",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let possible = batch.schema.features.iter().filter_map(|declared| {
        let (low, high) = declared.range?;
        Some(outside(batch, declared, Ordinary { low, high, outside: Limits::NONE }))
    });
    let usual = batch
        .features()
        .filter_map(|(declared, expected)| Some(outside(batch, declared, expected.ordinary?)));
    possible.chain(usual).collect()
}

fn outside(batch: &Batch<'_>, declared: &Declared, Ordinary { low, high, outside }: Ordinary) -> Measured {
    let numbers: Vec<_> = batch.values(declared.name).flat_map(numbers).collect();
    let count = numbers.iter().filter(|number| !(low..=high).contains(number)).count();
    let what = format!("numbers are not between {low} and {high}");
    Measured::part(Some(declared.name), (count, numbers.len()), outside, &what)
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{check, numbers, weights};
    use crate::level::Level::{Fine, Refuse, Warn};

    #[test]
    fn numbers_lie_in_the_range_of_the_feature() {
        let any = "features: {}";
        check(&CHECK, &numbers(&[0.0, 1.0]), any, Fine);
        check(&CHECK, &numbers(&[0.0, 1.0, 1.1]), any, Refuse);
        check(&CHECK, &numbers(&[f64::NAN]), any, Refuse);
        check(&CHECK, &weights(&["jazz"], 1.0), any, Fine);
        check(&CHECK, &weights(&["jazz"], -0.1), any, Refuse);
    }

    #[test]
    fn few_enough_numbers_are_unusual() {
        let usual =
            "features: {energy: {ordinary: {low: 0.2, high: 0.8, outside: {warn: 0.25, refuse: 0.75}}}}";
        check(&CHECK, &numbers(&[0.2, 0.5, 0.8, 0.9]), usual, Fine);
        check(&CHECK, &numbers(&[0.1, 0.5, 0.8, 0.9]), usual, Warn);
        check(&CHECK, &numbers(&[0.1, 0.1, 0.9, 0.9]), usual, Refuse);
    }
}
