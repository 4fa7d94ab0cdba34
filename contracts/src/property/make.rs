//! Makes the requests of a property: by chance, or from given choices.

use std::collections::BTreeSet;

use prost_reflect::DynamicMessage;

use super::choices::{Choice, Choices, Made};
use super::draw::request;
use super::entry::{Mode, Property};
use super::plan::Plan;
use super::violate::{Violation, violate, violations};

/// How often a request is drawn anew that is not what it should be.
const TRIES: u64 = 16;
/// How many requests show whether any can be made.
const SAMPLES: u64 = 64;

/// Makes requests.
pub(crate) struct Maker {
    pub(crate) plan: Plan,
    seed: u64,
    /// The rules that are broken, each in its turn; none where requests are allowed.
    violations: Option<Vec<Violation>>,
}

/// A request and what it was made of.
#[derive(Clone)]
pub(crate) struct Drawn {
    pub(crate) request: DynamicMessage,
    pub(crate) made: Made,
    pub(crate) violation: Option<Violation>,
}

impl Maker {
    pub(crate) fn of(property: &Property, plan: Plan) -> Maker {
        let violations = (property.mode == Mode::Invalid).then(|| violations(&plan));
        Maker { plan, seed: property.seed, violations }
    }

    /// How many requests are made: all rules are broken at least once.
    pub(crate) fn cases(&self, wanted: u64) -> u64 {
        self.violations.as_ref().map_or(wanted, |violations| wanted.max(violations.len() as u64))
    }

    /// The request of a case; `None` where chance came to none.
    pub(crate) fn case(&self, case: u64) -> Option<Drawn> {
        let violation = match &self.violations {
            None => None,
            Some(violations) => {
                let turn = case.checked_rem(violations.len() as u64)?;
                Some(*violations.get(usize::try_from(turn).ok()?)?)
            }
        };
        (0..TRIES).find_map(|again| {
            let choices = Choices::by_chance(self.seed.wrapping_add(again << 48), case);
            self.draw(choices, violation)
        })
    }

    /// The request that is made of these choices, if it is what it should be.
    pub(crate) fn again(&self, choices: Vec<Choice>, violation: Option<Violation>) -> Option<Drawn> {
        self.draw(Choices::given(choices), violation)
    }

    fn draw(&self, mut choices: Choices, violation: Option<Violation>) -> Option<Drawn> {
        let request = match violation {
            Some(violation) => violate(&self.plan, violation, &mut choices)?,
            None => {
                let drawn = request(&self.plan, &mut choices, &BTreeSet::new())?;
                self.plan.faults(&drawn).is_empty().then_some(drawn)?
            }
        };
        Some(Drawn { request, made: choices.made(), violation })
    }

    /// Whether requests can be made at all, and of every fault one.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_drawn = |case: u64| {
            let mut choices = Choices::by_chance(self.seed, case);
            request(&self.plan, &mut choices, &BTreeSet::new()).is_some()
        };
        if !(0..3).any(is_drawn) {
            return Err(
                "no request was found that keeps all that is said here and is not too large".to_owned()
            );
        }
        let Some(violations) = &self.violations else {
            let drawn = (0..SAMPLES).any(|case| self.case(case).is_some());
            return if drawn {
                Ok(())
            } else {
                Err("no request was found that keeps all that is said here".to_owned())
            };
        };
        if violations.is_empty() {
            return Err("nothing is said that a request could break".to_owned());
        }
        for (turn, violation) in violations.iter().enumerate() {
            let cases = (0..4).map(|round| (round * violations.len() + turn) as u64);
            if !cases.into_iter().any(|case| self.case(case).is_some()) {
                let path = &self.plan.slots[violation.slot].path;
                return Err(format!(
                    "no request was found whose `{path}` {} and that is in order otherwise",
                    violation.fault.words()
                ));
            }
        }
        Ok(())
    }
}
