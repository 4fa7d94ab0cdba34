//! How far the answers to one request differ from run to run of one build, as it was measured.

use serde::{Deserialize, Serialize};

use crate::compare::{Class, Comparison, compare};
use crate::{Ranking, Tolerance};

/// How far the answers to one request differ beyond tolerance from run to run of one build.
///
/// It is what a few runs showed and no bound: the next run goes beyond the worst of four others one time in five. So
/// it [covers](Noise::covers) twice as much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// The largest difference of two scores of one item; 0 where scores do not differ beyond tolerance.
    pub drift: f64,
    /// The gravest kind of difference.
    pub kind: Kind,
    /// The best rank, from 1, at which another item stood; `None` where only scores differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
}

/// What may differ from run to run and be lived with. Another status never is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Items of equal score stand in another order.
    TieOrder,
    /// Scores differ.
    Scores,
    /// Items stand in another order.
    Order,
    /// Items enter and leave.
    Items,
}

impl Noise {
    /// What a comparison of two runs shows; `None` where nothing differs beyond tolerance.
    ///
    /// # Errors
    /// Where the status or the degraded stages differ: between such answers nothing is noise.
    pub fn of(comparison: &Comparison) -> Result<Option<Noise>, OtherAnswer> {
        let kind = match comparison.class {
            Class::Identical | Class::Noise => return Ok(None),
            Class::TieOrder => Kind::TieOrder,
            Class::Scores => Kind::Scores,
            Class::Order => Kind::Order,
            Class::Items => Kind::Items,
            Class::Answer => return Err(OtherAnswer),
        };
        Ok(Some(Noise { drift: drift(comparison), kind, rank: best_rank(comparison) }))
    }

    /// The two together.
    #[must_use]
    pub fn join(self, other: Noise) -> Noise {
        let rank = match (self.rank, other.rank) {
            (Some(one), Some(another)) => Some(one.min(another)),
            (one, another) => one.or(another),
        };
        Noise { drift: self.drift.max(other.drift), kind: self.kind.max(other.kind), rank }
    }

    /// Whether a difference is no more than this lets expect: of no graver kind, scores at most twice as far apart, and
    /// no other item above half the best rank that was touched.
    pub fn covers(&self, comparison: &Comparison) -> bool {
        let Ok(found) = Noise::of(comparison) else { return false };
        found.is_none_or(|found| self.allows(&found))
    }

    /// Whether it lets that noise expect, see [`Noise::covers`].
    pub fn allows(&self, other: &Noise) -> bool {
        let ranks = match (self.rank, other.rank) {
            (_, None) => true,
            (Some(known), Some(found)) => found >= known.div_ceil(2),
            (None, Some(_)) => false,
        };
        other.kind <= self.kind && other.drift <= 2.0 * self.drift && ranks
    }

    /// Whether it is one that is measured: a drift that is a number, and a rank where other items stood.
    pub(crate) fn is_fit(&self) -> bool {
        let ranked = self.rank.map_or(self.kind == Kind::Scores, |rank| rank > 0);
        self.drift.is_finite() && self.drift >= 0.0 && ranked
    }
}

/// Two runs answered with different statuses or degraded stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherAnswer;

impl Kind {
    /// Every kind, from the lightest to the gravest.
    pub const ALL: [Kind; 4] = [Kind::TieOrder, Kind::Scores, Kind::Order, Kind::Items];

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::TieOrder => "tie order",
            Kind::Scores => "scores",
            Kind::Order => "order",
            Kind::Items => "items",
        }
    }
}

/// Compares as [`compare`] does; what the noise of the request covers is [`Class::Noise`].
pub fn compare_beyond(
    before: &Ranking,
    after: &Ranking,
    tolerance: &Tolerance,
    noise: Option<&Noise>,
) -> Comparison {
    let mut comparison = compare(before, after, tolerance);
    if comparison.class.is_change()
        && before.model == after.model
        && noise.is_some_and(|noise| noise.covers(&comparison))
    {
        comparison.class = Class::Noise;
    }
    comparison
}

fn drift(comparison: &Comparison) -> f64 {
    let apart = comparison.drifted.iter().map(|drift| (drift.from - drift.to).abs());
    // One that is not a number is larger than all, so that nothing covers it.
    apart.fold(0.0, |most: f64, apart| if apart.is_nan() { f64::INFINITY } else { most.max(apart) })
}

fn best_rank(comparison: &Comparison) -> Option<usize> {
    let places = comparison.entered.iter().chain(&comparison.left).map(|place| place.rank);
    let moves = comparison.moved.iter().map(|moved| moved.from.min(moved.to));
    places.chain(moves).chain(comparison.swapped.iter().map(|swap| swap.rank)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::ranking;

    fn noise(before: &str, after: &str) -> Option<Noise> {
        Noise::of(&compare(&ranking(before), &ranking(after), &Tolerance::default())).expect("one answer")
    }

    fn check(known: &Noise, before: &str, after: &str, covered: bool) {
        let class =
            compare_beyond(&ranking(before), &ranking(after), &Tolerance::default(), Some(known)).class;
        assert_eq!(!class.is_change(), covered, "{before} -> {after}");
    }

    const BASE: &str = "a=9 b=8 c=7 d=6 e=5 f=4";

    #[test]
    fn noise_is_the_gravest_kind_the_best_rank_and_the_largest_difference() {
        assert_eq!(noise(BASE, BASE), None);
        assert_eq!(noise(BASE, "a=9.000001 b=8 c=7 d=6 e=5 f=4"), None);
        assert_eq!(
            noise(BASE, "a=9.5 b=8 c=7 d=6 e=5 f=4.25"),
            Some(Noise { drift: 0.5, kind: Kind::Scores, rank: None })
        );
        assert_eq!(
            noise("a=2 b=1 c=1", "a=2 c=1 b=1"),
            Some(Noise { drift: 0.0, kind: Kind::TieOrder, rank: Some(2) })
        );
        assert_eq!(
            noise(BASE, "a=9 b=8 c=7 d=6 f=5.25 e=5"),
            Some(Noise { drift: 1.25, kind: Kind::Order, rank: Some(5) })
        );
        assert_eq!(
            noise(BASE, "a=9 b=8 c=7 d=6 e=5 g=4"),
            Some(Noise { drift: 0.0, kind: Kind::Items, rank: Some(6) })
        );
        let scores = Noise { drift: 0.5, kind: Kind::Scores, rank: None };
        let items = Noise { drift: 0.0, kind: Kind::Items, rank: Some(6) };
        assert_eq!(scores.join(items), Noise { drift: 0.5, kind: Kind::Items, rank: Some(6) });
    }

    #[test]
    fn twice_as_much_is_covered_and_no_graver_kind() {
        let scores = Noise { drift: 0.25, kind: Kind::Scores, rank: None };
        check(&scores, BASE, "a=9.5 b=8 c=7 d=6 e=5 f=4", true);
        check(&scores, BASE, "a=9.51 b=8 c=7 d=6 e=5 f=4", false);
        check(&scores, BASE, "a=9 b=8 c=7 d=6 f=5.25 e=5", false);
        let order = Noise { drift: 1.0, kind: Kind::Order, rank: Some(5) };
        check(&order, BASE, "a=9 b=8 d=7.5 c=7 e=5 f=4", true);
        check(&order, BASE, "a=9 c=8.5 b=8 d=6 e=5 f=4", false);
        check(&order, BASE, "a=9 b=8 c=7 d=6 e=5 g=4", false);
    }

    #[test]
    fn between_two_statuses_or_two_models_nothing_is_noise() {
        let items = Noise { drift: 9.0, kind: Kind::Items, rank: Some(1) };
        let other = Ranking { status: "NOT_FOUND".to_owned(), ..Ranking::default() };
        let class = |after: &Ranking| {
            compare_beyond(&ranking(BASE), after, &Tolerance::default(), Some(&items)).class
        };
        assert_eq!(class(&other), Class::Answer);
        let model = Ranking { model: Some("2".to_owned()), ..ranking("a=9") };
        assert_eq!(class(&model), Class::Items);
        assert_eq!(Noise::of(&compare(&ranking(BASE), &other, &Tolerance::default())), Err(OtherAnswer));
    }
}
