//! What holds of beliefs and blends, whatever the numbers.
use proptest::prelude::*;
use reward::{Belief, Blend, Evidence, Filter, PERIODS, observe};

fn beliefs() -> impl Strategy<Value = Belief> {
    (-1.0..2.0, 1e-6..0.5).prop_map(|(mean, variance)| Belief::new(mean, variance).expect("in range"))
}

/// Any belief that there can be, however absurd.
fn absurd() -> impl Strategy<Value = Belief> {
    (-1e6..=1e6, prop_oneof![1e-12..1e-6, 1e-6..1e6]).prop_map(|(m, v)| Belief::new(m, v).expect("in range"))
}

/// Outcomes: periods and days.
fn outcomes() -> impl Strategy<Value = Vec<(usize, u64)>> {
    let outcome =
        (0..PERIODS.len(), 0_u64..=30).prop_map(|(period, days)| (period, days.min(PERIODS[period].days)));
    prop::collection::vec(outcome, 0..60)
}

fn evidence(outcomes: &[(usize, u64)]) -> Evidence {
    let mut evidence = Evidence::default();
    for (period, days) in outcomes {
        evidence.add(*period, *days).expect("it may have happened");
    }
    evidence
}

fn close(one: Belief, other: Belief) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-12 * one.abs().max(1.0);
    near(one.mean(), other.mean()) && near(one.variance(), other.variance())
}

fn finite(belief: Belief) -> bool {
    belief.mean().is_finite() && belief.variance().is_finite() && belief.variance() > 0.0
}

proptest! {
    #[test]
    fn no_observation_makes_a_belief_less_sure(belief in beliefs(), observed in -10.0..10.0, noise in 1e-6..10.0) {
        prop_assert!(observe(belief, observed, noise).variance() <= belief.variance());
    }

    #[test]
    fn a_mean_moves_toward_what_is_observed_and_not_beyond(belief in beliefs(), observed in -10.0..10.0, noise in 1e-6..10.0) {
        let mean = observe(belief, observed, noise).mean();
        let (low, high) = (belief.mean().min(observed), belief.mean().max(observed));
        prop_assert!((low - 1e-12..=high + 1e-12).contains(&mean));
    }

    #[test]
    fn the_order_of_observations_of_equal_noise_does_not_matter(
        belief in beliefs(), observed in prop::collection::vec(-1.0..2.0, 0..30), noise in 1e-3..1.0, turn in 0_usize..30,
    ) {
        let mut turned = observed.clone();
        turned.reverse();
        turned.rotate_left(turn.checked_rem(observed.len()).unwrap_or(0));
        let told = |list: &[f64]| list.iter().fold(belief, |belief, value| observe(belief, *value, noise));
        prop_assert!(close(told(&observed), told(&turned)));
    }

    #[test]
    fn outcomes_in_any_order_come_to_the_same_belief_to_the_last_bit(belief in beliefs(), list in outcomes(), turn in 0_usize..60) {
        let mut turned = list.clone();
        turned.reverse();
        turned.rotate_left(turn.checked_rem(list.len()).unwrap_or(0));
        let filter = Filter::default();
        prop_assert_eq!(filter.learn(belief, &evidence(&list)), filter.learn(belief, &evidence(&turned)));
    }

    #[test]
    fn outcomes_told_one_after_the_other_weigh_as_much_as_told_at_once(belief in beliefs(), list in outcomes()) {
        let filter = Filter::default();
        let one_by_one = list.iter().fold(belief, |belief, outcome| filter.learn(belief, &evidence(&[*outcome])));
        prop_assert!(close(one_by_one, filter.learn(belief, &evidence(&list))));
    }

    #[test]
    fn more_days_never_lower_a_mean(belief in beliefs(), list in outcomes(), period in 0..PERIODS.len()) {
        let filter = Filter::default();
        let with = |days| {
            let mut list = list.clone();
            list.push((period, days));
            filter.learn(belief, &evidence(&list)).mean()
        };
        prop_assert!((1..=PERIODS[period].days).all(|days| with(days) >= with(days - 1)));
    }

    #[test]
    fn a_later_part_of_a_reward_makes_a_belief_surer_than_an_earlier_one_that_is_smaller(belief in beliefs()) {
        let filter = Filter::default();
        let variance = |period| filter.learn(belief, &evidence(&[(period, 0)])).variance();
        prop_assert!(variance(2) < variance(3) && variance(3) < variance(1) && variance(1) < variance(0));
    }

    #[test]
    fn forgetting_in_steps_is_forgetting_at_once(belief in beliefs(), first in 0_u64..400, second in 0_u64..400) {
        let filter = Filter::default();
        prop_assert!(close(filter.forget(filter.forget(belief, first), second), filter.forget(belief, first + second)));
    }

    #[test]
    fn forgetting_leads_back_to_the_prior_and_never_beyond(belief in beliefs(), days in 0_u64..10_000) {
        let filter = Filter::default();
        let prior = filter.prior();
        let (now, later) = (filter.forget(belief, days), filter.forget(belief, days + 1));
        prop_assert!((later.mean() - prior.mean()).abs() <= (now.mean() - prior.mean()).abs() + 1e-12);
        prop_assert!((later.variance() - prior.variance()).abs() <= (now.variance() - prior.variance()).abs() + 1e-12);
        prop_assert!(close(filter.forget(belief, u64::MAX), prior));
    }

    #[test]
    fn a_bonus_is_never_above_its_cap_and_never_below_nothing(belief in absurd(), curiosity in 0.0..=1e6, cap in 0.0..=1e6) {
        let bonus = Blend::new(1.0, curiosity, cap).expect("in range").bonus(&belief);
        prop_assert!((0.0..=cap).contains(&bonus));
    }

    #[test]
    fn a_score_grows_with_the_mean_the_prediction_and_the_variance(
        belief in beliefs(), prediction in 0.0..1.0, more in 1e-6..1.0,
    ) {
        let blend = Blend::new(0.5, 0.3, 0.05).expect("in range");
        let score = |prediction, mean, variance| blend.score(prediction, &Belief::new(mean, variance).expect("in range"));
        let (mean, variance) = (belief.mean(), belief.variance());
        let now = score(prediction, mean, variance);
        prop_assert!(score(prediction + more, mean, variance) > now);
        prop_assert!(score(prediction, mean + more, variance) > now);
        prop_assert!(score(prediction, mean, variance + more) >= now);
    }

    #[test]
    fn whatever_is_finite_stays_finite(
        belief in absurd(), prior in absurd(), observed in any::<f64>(), noise in any::<f64>(), prediction in any::<f64>(),
        days in any::<u64>(), list in outcomes(), weight in 0.0..=1e6, kept in 0.0..=1.0,
    ) {
        prop_assert!(finite(observe(belief, observed, noise)));
        let filter = Filter::new(prior, 1e-6, kept).expect("in range");
        prop_assert!(finite(filter.forget(belief, days)));
        prop_assert!(finite(filter.learn(belief, &evidence(&list))));
        let blend = Blend::new(weight, 1e6, 1e6).expect("in range");
        prop_assert_eq!(blend.score(prediction, &belief).is_finite(), prediction.is_finite());
    }
}

#[test]
fn a_track_of_which_nothing_is_known_is_believed_what_the_prior_says() {
    let filter = Filter::default();
    assert_eq!(filter.learn(filter.prior(), &Evidence::default()), filter.prior());
    assert_eq!(filter.forget(filter.prior(), 365), filter.prior());
}

#[test]
fn an_observation_that_says_nothing_changes_nothing() {
    let belief = Belief::new(0.1, 0.01).expect("in range");
    for (observed, noise) in [
        (f64::NAN, 0.1),
        (f64::INFINITY, 0.1),
        (0.5, 0.0),
        (0.5, -1.0),
        (0.5, f64::NAN),
        (0.5, f64::INFINITY),
    ] {
        assert_eq!(observe(belief, observed, noise), belief);
    }
}

#[test]
fn the_update_is_that_of_the_textbook() {
    // Prior N(0.08, 0.01), one observation 0.28 with variance 0.04: the gain is a fifth.
    let belief = observe(Belief::new(0.08, 0.01).expect("in range"), 0.28, 0.04);
    assert!((belief.mean() - 0.12).abs() < 1e-15 && (belief.variance() - 0.008).abs() < 1e-15, "{belief:?}");
}

#[test]
fn after_many_listeners_a_belief_is_what_they_did() {
    let filter = Filter::default();
    let outcomes: Vec<_> = (0..20_000).flat_map(|_| [(0, 1), (1, 2), (2, 5), (3, 4)]).collect();
    let belief = filter.learn(filter.prior(), &evidence(&outcomes));
    assert!((belief.mean() - 12.0 / 60.0).abs() < 1e-4 && belief.variance() < 1e-5, "{belief:?}");
}

#[test]
fn forgetting_is_that_of_the_process_whose_lasting_distribution_is_the_prior() {
    // Half of the distance is kept from one day to the next, and so a quarter of the distance of variances.
    let prior = Belief::new(0.08, 0.01).expect("in range");
    let filter = Filter::new(prior, 0.04, 0.5).expect("in range");
    let belief = filter.forget(Belief::new(0.28, 0.002).expect("in range"), 1);
    assert!((belief.mean() - 0.18).abs() < 1e-15 && (belief.variance() - 0.008).abs() < 1e-15, "{belief:?}");
}
