//! What house rules find, and what is found in those that find nothing.

use std::collections::BTreeMap;

use super::Group;
use crate::{Each, HouseRule, Policy, Require, Things};

pub(super) static GROUP: Group =
    Group { planted: &["blind-house-rule"], files: &[("gatefold.yaml", POLICY), ("src/house.rs", CODE)] };

/// The house rules that the control judges by.
pub(super) static RULES: &[&str] = &["planted-call", "planted-dependency", "planted-lack"];

/// A policy with them.
pub(super) fn policy() -> Policy {
    let one = |text: &str| vec![text.to_owned()];
    let calls = Things { calls: one("std::process::exit"), ..Things::default() };
    let dependencies = Things { dependencies: one("rand"), ..Things::default() };
    let has = Things { attributes: one("must_use"), ..Things::default() };
    let named = Require { each: Some(Each::Function), named: one("planted"), has };
    let [call, dependency] = [calls, dependencies].map(|forbid| HouseRule { forbid, ..HouseRule::default() });
    let lack = HouseRule { require: named, ..HouseRule::default() };
    let rules = RULES.iter().map(|id| (*id).to_owned()).zip([call, dependency, lack]);
    Policy { house: BTreeMap::from_iter(rules), ..Policy::default() }
}

const POLICY: &str = "
lints:
  house:
    planted-blindness:
      forbid: { calls: [nothing] }
      because: it is planted
      bad: ['fn something() {}']
";

const CODE: &str = "
fn planted() -> u8 {
    std::process::exit(1)
}
";
