//! Values that do not lie as they used to.
use super::Check;
use crate::batch::{Batch, Measured};
use crate::distribution::stability_index;

pub(super) const CHECK: Check = Check {
    name: "drift",
    summary: "features whose population stability index against the reference is above `drift`: another unit, another source",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let Some(reference) = batch.reference else { return Vec::new() };
    let measure = |name: &'static str, limits| {
        let before = reference.features.get(name)?;
        let now = before.counts_of(batch.values(name));
        let value = stability_index(&before.counts(), &now)?;
        Some(Measured {
            feature: Some(name),
            value,
            limits,
            what: format!("a stability index of {value:.3}"),
        })
    };
    batch.features().filter_map(|(declared, expected)| measure(declared.name, expected.drift?)).collect()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{check_against, flags, numbers, texts};
    use crate::level::Level::{Fine, Refuse, Warn};

    /// A thousand numbers from 0 to 1, moved and kept within.
    fn even(moved: f64) -> Vec<features::Record> {
        numbers(&(0..1_000).map(|n| (f64::from(n) / 1_000.0 + moved).min(1.0)).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_lie_as_they_did() {
        let limits = "features: {energy: {drift: {warn: 0.1, refuse: 0.25}}}";
        for (moved, level) in [(0.0, Fine), (0.03, Fine), (0.09, Warn), (0.5, Refuse)] {
            check_against(&CHECK, &even(moved), &even(0.0), limits, level);
        }
    }

    #[test]
    fn words_and_flags_are_as_common_as_they_were() {
        let limits =
            "features: {genre: {drift: {warn: 0.1, refuse: 0.25}}, explicit: {drift: {refuse: 0.25}}}";
        let genres = |jazz: usize, pop: usize| texts(&[vec!["jazz"; jazz], vec!["pop"; pop]].concat());
        check_against(&CHECK, &genres(52, 48), &genres(50, 50), limits, Fine);
        check_against(&CHECK, &genres(70, 30), &genres(50, 50), limits, Warn);
        check_against(&CHECK, &genres(90, 10), &genres(50, 50), limits, Refuse);
        check_against(&CHECK, &texts(&["polka"; 100]), &genres(50, 50), limits, Refuse);
        check_against(&CHECK, &flags(90, 10), &flags(10, 90), limits, Refuse);
    }

    #[test]
    fn nothing_is_measured_of_what_had_no_values_or_has_none() {
        let limits = "features: {energy: {drift: {refuse: 0}}}";
        check_against(&CHECK, &even(0.0), &[], limits, Fine);
        check_against(&CHECK, &[], &even(0.0), limits, Fine);
    }
}
