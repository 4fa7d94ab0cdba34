//! What became of the ranking of one request: identical, noise, benign, changed, or broken.

use crate::compare::Class;

/// The verdict on one request. Each outweighs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The same items in the same order with the same scores.
    Identical,
    /// Nothing differs that two builds of one program could not differ in.
    Noise,
    /// Items of exactly equal score changed places, and nothing else: another tie-break.
    Benign,
    /// The ranking is another one.
    Changed,
    /// An invariant does not hold, whatever the ranking was before. No claim and no approval covers it.
    Broken,
}

impl Verdict {
    /// Every verdict, from the lightest to the gravest.
    pub const ALL: [Verdict; 5] =
        [Verdict::Identical, Verdict::Noise, Verdict::Benign, Verdict::Changed, Verdict::Broken];

    /// The verdict on a ranking that differs by this class and has these faults, see
    /// [`Ranking::faults`](crate::Ranking::faults).
    pub fn of(class: Class, faults: &[String]) -> Verdict {
        match class {
            _ if !faults.is_empty() => Verdict::Broken,
            Class::Identical => Verdict::Identical,
            Class::Noise => Verdict::Noise,
            Class::TieOrder => Verdict::Benign,
            Class::Scores | Class::Order | Class::Items | Class::Answer => Verdict::Changed,
        }
    }

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Noise => "noise",
            Verdict::Benign => "benign",
            Verdict::Changed => "changed",
            Verdict::Broken => "broken",
        }
    }

    /// Whether it counts into the share of requests that a change moves: tie order does, since users see it.
    pub fn moves(self) -> bool {
        self > Verdict::Noise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_verdict_and_a_fault_outweighs_all() {
        let verdicts = [
            (Class::Identical, Verdict::Identical),
            (Class::Noise, Verdict::Noise),
            (Class::TieOrder, Verdict::Benign),
            (Class::Scores, Verdict::Changed),
            (Class::Order, Verdict::Changed),
            (Class::Items, Verdict::Changed),
            (Class::Answer, Verdict::Changed),
        ];
        for (class, verdict) in verdicts {
            assert_eq!(Verdict::of(class, &[]), verdict);
            assert_eq!(verdict.moves(), class.is_change(), "{class:?}");
            assert_eq!(Verdict::of(class, &["`a` stands in it more than once".to_owned()]), Verdict::Broken);
        }
        assert!(Verdict::ALL.is_sorted());
    }
}
