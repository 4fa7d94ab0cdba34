//! Policies that contradict themselves: one rule lets only those use something whom another forbids it.

use crate::honest_changes::said;

const WORLD: &str = "\
arch:
  layers:
    - { name: high, members: [home, search], because: h }
    - { name: low, members: [features, models], because: l }
RULES

crate home
crate search
crate features
crate models
features/src/store.rs | pub struct Store;
";

#[track_caller]
fn check(rules: &str, contradicts: bool) {
    let found = said(&WORLD.replace("RULES", rules));
    let told = found.iter().any(|(rule, _)| *rule == "contradictory-rule");
    assert_eq!(told, contradicts, "{rules}\n{found:#?}");
}

#[test]
fn a_rule_that_only_lets_those_who_may_not_is_told() {
    let protected = |members: &str, from: &str| {
        format!("  protected:\n    x: {{ members: [{members}], only_from: [{from}], because: p }}")
    };
    check(&protected("home", "features"), true);
    check(&protected("home", "features, models"), true);
    check(&protected("home", "search"), true);
    check(&protected("home", "'layer:low'"), true);
    let denied = format!(
        "{}\n  edges:\n    e: {{ from: [home], to: [features], because: e }}",
        protected("features", "home")
    );
    check(&denied, true);
    let banned = "  forbidden:\n    x: { paths: ['home::stages'], only_in: [features], because: f }";
    check(banned, true);
}

#[test]
fn a_rule_that_lets_somebody_who_may_is_quiet() {
    let protected = |members: &str, from: &str| {
        format!("  protected:\n    x: {{ members: [{members}], only_from: [{from}], because: p }}")
    };
    check(&protected("features", "home"), false);
    check(&protected("home", "features, '*'"), false);
    check(&protected("'features::store'", "features"), false);
    check(&protected("features", "'layer:high'"), false);
    let excepted = format!(
        "{}\n  edges:\n    e: {{ from: [home], to: [features], because: e, except: [{{ from: home, to: features, because: x }}] }}",
        protected("features", "home")
    );
    check(&excepted, false);
    check("  forbidden:\n    x: { paths: [redb], only_in: [features], because: f }", false);
    check(
        "  forbidden:\n    x: { paths: ['features::store'], only_in: ['features::self', home], because: f }",
        false,
    );
}
