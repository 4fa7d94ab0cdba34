//! A claim about rankings holds where somebody asked the services and compared what is recorded.

use std::collections::BTreeMap;

use findings::{GuardRun, Tier};
use golden::intent::{Claim as Declared, Intent};

use super::facts::{Held, about_intent};
use crate::review::answers::judged;

#[test]
fn no_intent_holds_where_a_tier_did_not_run() {
    let scoped = BTreeMap::from([("anonymous".to_owned(), 5.0)]);
    for declared in [Declared::None, Declared::Scoped(scoped)] {
        let intent = Intent::Declared(declared);
        let held = |tier: Tier| {
            let alter = |run: &mut GuardRun| {
                if run.guard == "golden" && !tier.is_live() {
                    run.checked.remove("replayed");
                }
            };
            judged(tier, alter, |seen| about_intent(seen, &intent, String::new()).held)
        };
        assert_eq!(
            [Tier::All, Tier::Static, Tier::Live].map(held),
            [Held::Holds, Held::CannotTell, Held::CannotTell]
        );
    }
}
