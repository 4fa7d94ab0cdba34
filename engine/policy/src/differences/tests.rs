//! What loosens, as a table; and that the effective policy is what the differences say.

use findings::rule;
use proptest::prelude::*;

use super::*;
use crate::{Direction, Key, PolicyError, Section};

rule! {
    /// Only for tests.
    static UNTIED_SORT = { id: "untied-sort", guard: "lints", group: "tests", level: Warning, summary: "finds sorts" };
}

const fn key(path: &'static str, default: &'static str, direction: Direction) -> Key {
    Key::new(path, "anything", default, direction, "For tests.")
}

fn nothing_to_say(_: &Document) -> Result<(), PolicyError> {
    Ok(())
}

static KEYS: &[Key] = &[
    key("allowed[]", "none", Direction::MoreLoosens),
    key("known", "every package", Direction::AllowList),
    key("forbidden[]", "[unwrap, panic]", Direction::MoreTightens),
    key("described[]", "whatever the workspace has", Direction::MoreTightens),
    key("within[]", "['**']", Direction::WiderTightens),
    key("except[]", "none", Direction::WiderLoosens),
    key("layers", "none", Direction::Order),
    key("layers[]", "none", Direction::MoreLoosens),
    key("layers[].name", "none", Direction::Free),
    key("layers[].members[]", "none", Direction::Joins),
    key("layers[].may_use[]", "none", Direction::MoreLoosens),
    key("layers[].note", "none", Direction::Free),
    key("limit", "5", Direction::HigherLoosens),
    key("deadline", "40ms", Direction::HigherLoosens),
    key("cap", "none", Direction::HigherLoosens),
    key("odd", "as much as the machine has", Direction::HigherLoosens),
    key("at_least", "60", Direction::LowerLoosens),
    key("lenient", "false", Direction::TrueLoosens),
    key("strict", "true", Direction::FalseLoosens),
    key("speed", "slow", Direction::Words(&["slow", "fast"])),
    key("exact", "none", Direction::AnyChangeLoosens),
    key("title", "none", Direction::Free),
    key("services.*", "none", Direction::MoreTightens),
    key("services.*.deadline", "none", Direction::HigherLoosens),
    key("budgets.*", "none", Direction::HigherLoosens),
];

static SCHEMA: Schema = Schema { sections: &[Section { name: "s", keys: KEYS, check: nothing_to_say }] };
static RULES: &[&Rule] = &[&UNTIED_SORT];

fn document(text: &str) -> Document {
    match Document::parse(POLICY_FILE, text, &SCHEMA) {
        Ok(document) => document,
        Err(error) => panic!("{text}: {error}"),
    }
}

use Effect::{Free, Joins, Loosens, Tightens};

/// (base, head, the effects in order)
type Case = (&'static str, &'static str, &'static [Effect]);

fn check(cases: &[Case]) {
    for (before, after, expected) in cases {
        let (base, head) = (document(before), document(after));
        let found = differences(&base, &head, &SCHEMA, RULES);
        let effects: Vec<_> = found.iter().map(|difference| difference.effect).collect();
        assert_eq!(&effects, expected, "from `{before}` to `{after}`: {found:#?}");

        let all = effective(&base, &head, &SCHEMA, RULES, &|_| true);
        assert!(
            differences(&all, &head, &SCHEMA, RULES).is_empty(),
            "approved: head holds\n{before}\n{after}"
        );
        let kept = effective(&base, &head, &SCHEMA, RULES, &|_| false);
        let left = loosenings(&base, &kept, &SCHEMA, RULES);
        assert!(
            left.is_empty(),
            "not approved: nothing is looser than the base\n{before}\n{after}\n{left:#?}"
        );
    }
}

#[test]
fn the_direction_of_a_key_says_what_loosens() {
    check(&[
        ("s: {allowed: [a]}", "s: {allowed: [a]}", &[]),
        ("s: {allowed: [a]}", "s: {allowed: [a, b]}", &[Loosens]),
        ("s: {allowed: [a, b]}", "s: {allowed: [b, a]}", &[Free]),
        ("s: {allowed: [a, a]}", "s: {allowed: [a]}", &[Tightens]),
        ("s: {allowed: [a]}", "", &[Tightens]),
        ("", "s: {allowed: [a]}", &[Loosens]),
        ("s: {known: [a]}", "s: {known: [b, a]}", &[Loosens]),
        ("s: {known: [a, b]}", "s: {known: [a]}", &[Tightens]),
        ("s: {known: [a]}", "", &[Loosens]),
        ("", "s: {known: [a]}", &[Tightens]),
        ("s: {forbidden: [unwrap]}", "s: {forbidden: [unwrap, todo]}", &[Tightens]),
        ("s: {forbidden: [unwrap, todo]}", "s: {forbidden: [unwrap]}", &[Loosens]),
        ("s: {within: [a]}", "s: {within: [a, b]}", &[Tightens]),
        ("s: {within: [a::b, c]}", "s: {within: [a, c]}", &[Tightens, Tightens]),
        ("s: {within: [a, c]}", "s: {within: [a::b, c]}", &[Loosens, Tightens]),
        ("s: {within: [a]}", "", &[Tightens, Tightens]),
        ("", "s: {within: [a]}", &[Loosens, Tightens]),
        ("s: {except: [a]}", "s: {except: [a::b]}", &[Tightens, Tightens]),
        ("s: {except: [a::b]}", "s: {except: [a, c]}", &[Tightens, Loosens, Loosens]),
        ("s: {limit: 5}", "s: {limit: 6}", &[Loosens]),
        ("s: {limit: 5}", "s: {limit: 4.5}", &[Tightens]),
        ("s: {limit: 5}", "s: {limit: many}", &[Loosens]),
        ("s: {deadline: 1s}", "s: {deadline: 900ms}", &[Tightens]),
        ("s: {deadline: 1s}", "s: {deadline: 1001ms}", &[Loosens]),
        ("s: {deadline: 5ms}", "s: {deadline: 5%}", &[Loosens]),
        ("s: {at_least: 60}", "s: {at_least: 61}", &[Tightens]),
        ("s: {at_least: 60}", "s: {at_least: 59}", &[Loosens]),
        ("s: {lenient: false}", "s: {lenient: true}", &[Loosens]),
        ("s: {strict: false}", "s: {strict: true}", &[Tightens]),
        ("s: {speed: slow}", "s: {speed: fast}", &[Loosens]),
        ("s: {speed: slow}", "s: {speed: unheard-of}", &[Loosens]),
        ("s: {exact: 1}", "s: {exact: 2}", &[Loosens]),
        ("s: {title: one}", "s: {title: two}", &[Free]),
        ("levels: {untied-sort: error}", "levels: {untied-sort: off}", &[Loosens]),
        ("levels: {untied-sort: note}", "levels: {untied-sort: warning}", &[Tightens]),
        ("mode: observe", "mode: enforce", &[Tightens]),
        ("approvals: signed", "approvals: owners", &[Loosens]),
    ]);
}

#[test]
fn what_is_not_written_is_compared_by_its_default() {
    check(&[
        ("", "s: {limit: 5}", &[Free]),
        ("", "s: {limit: 6}", &[Loosens]),
        ("s: {limit: 9}", "", &[Tightens]),
        ("", "s: {cap: 100}", &[Tightens]),
        ("s: {cap: 100}", "", &[Loosens]),
        ("s: {cap: 100}", "s: {cap: none}", &[Loosens]),
        ("", "s: {odd: 1}", &[Loosens]),
        ("", "s: {strict: false}", &[Loosens]),
        ("s: {lenient: true}", "s: {lenient: null}", &[Tightens]),
        ("", "s: {forbidden: [unwrap, panic]}", &[]),
        ("", "s: {forbidden: [todo]}", &[Loosens, Loosens, Tightens]),
        ("s: {forbidden: [todo]}", "", &[Loosens, Tightens, Tightens]),
        ("", "s: {described: [one]}", &[Loosens]),
        ("", "levels: {untied-sort: error}", &[Tightens]),
        ("", "levels: {untied-sort: note}", &[Loosens]),
        ("levels: {untied-sort: note}", "", &[Tightens]),
        ("", "levels: {gone-rule: error}", &[Loosens]),
        ("", "mode: observe", &[Loosens]),
        ("", "revert_window_days: 365", &[Loosens]),
    ]);
}

#[test]
fn an_entry_of_another_name_is_the_same_entry() {
    let base = "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: core, members: [b]}]}";
    check(&[
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: heart, members: [b]}]}",
            &[Free],
        ),
        (
            base,
            "s: {layers: [{name: site, members: [a], may_use: [core]}, {name: heart, members: [b]}]}",
            &[Free, Free],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: heart, members: [b, c]}]}",
            &[Free, Joins],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: heart, members: [c]}]}",
            &[Free, Loosens, Joins],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: heart, members: [b], may_use: [x]}]}",
            &[Free, Loosens],
        ),
        (
            base,
            "s: {layers: [{name: heart, members: [b]}, {name: web, members: [a], may_use: [core]}]}",
            &[Free, Loosens],
        ),
        (
            base,
            "s: {layers: [{name: core, members: [b]}, {name: site, members: [a], may_use: [core]}]}",
            &[Free, Loosens],
        ),
    ]);
}

#[test]
fn entries_of_lists_are_matched_by_name_and_members_join() {
    let base = "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: core, members: [b]}]}";
    check(&[
        (
            base,
            "s: {layers: [{name: web, members: [a, c], may_use: [core]}, {name: core, members: [b]}]}",
            &[Joins],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [], may_use: [core]}, {name: core, members: [b, a]}]}",
            &[Loosens, Joins],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core, x]}, {name: core, members: [b]}]}",
            &[Loosens],
        ),
        (
            base,
            "s: {layers: [{name: core, members: [b]}, {name: web, members: [a], may_use: [core]}]}",
            &[Loosens],
        ),
        (
            base,
            "s: {layers: [{name: web, members: [a], may_use: [core]}, {name: mid}, {name: core, members: [b]}]}",
            &[Loosens],
        ),
        (base, "s: {layers: [{name: web, members: [a], may_use: [core]}]}", &[Tightens]),
        (
            base,
            "s: {layers: [{name: web, note: hm, may_use: [core], members: [a]}, {name: core, members: [b]}]}",
            &[Free],
        ),
        ("s: {services: {home: {deadline: 5}}}", "s: {services: {home: {deadline: 6}}}", &[Loosens]),
        (
            "s: {services: {home: {deadline: 5}}}",
            "s: {services: {home: {deadline: 5}, away: {deadline: 900}}}",
            &[Tightens],
        ),
        ("s: {services: {home: {deadline: 5}}}", "s: {}", &[Loosens]),
        ("s: {budgets: {home: 5}}", "s: {budgets: {home: 5, away: 9}}", &[Tightens]),
        ("s: {budgets: {home: 5}}", "s: {budgets: {}}", &[Loosens]),
    ]);
}

#[test]
fn a_schema_says_which_defaults_cannot_be_compared() {
    let expected = [
        "`s.described[]`: `whatever the workspace has` is no default that its direction can compare",
        "`s.odd`: `as much as the machine has` is no default that its direction can compare",
    ];
    assert_eq!(SCHEMA.problems(), expected);
}

#[test]
fn a_policy_that_head_removed_goes_on_judging() {
    let (base, gone) = (document("mode: enforce"), Document::empty());
    let found = loosenings(&base, &gone, &SCHEMA, RULES);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path.as_str(), found[0].after.as_deref()), (POLICY_FILE, None));
    assert!(effective(&base, &gone, &SCHEMA, RULES, &|_| false).exists());
    assert!(!effective(&base, &gone, &SCHEMA, RULES, &|_| true).exists());
}

#[test]
fn a_base_without_a_policy_leaves_heads_to_judge() {
    let head = document("mode: observe");
    assert!(differences(&Document::empty(), &head, &SCHEMA, RULES).is_empty());
    assert_eq!(effective(&Document::empty(), &head, &SCHEMA, RULES, &|_| false).root, head.root);
}

#[test]
fn a_difference_says_where_and_what() {
    let base = document("s:\n  layers:\n    - name: web\n      members: [a]\n");
    let head = document("s:\n  layers:\n    - name: web\n      members: [a]\n      may_use: [x]\n");
    let found = loosenings(&base, &head, &SCHEMA, RULES);
    let expected = Difference {
        path: "s.layers[web].may_use[]".to_owned(),
        before: None,
        after: Some("x".to_owned()),
        effect: Loosens,
        location: Location::point(POLICY_FILE, 5, 17),
    };
    assert_eq!(found, [expected]);
}

#[test]
fn tightening_takes_effect_beside_a_loosening_that_does_not() {
    let base = document("s: {limit: 5, allowed: [a], forbidden: [unwrap]}");
    let head = document("s: {limit: 9, allowed: [a, b], forbidden: [unwrap, todo]}");
    let one = |difference: &Loosening| difference.path == "s.allowed[]";
    let judge = effective(&base, &head, &SCHEMA, RULES, &one);
    let expected = document("s: {limit: 5, allowed: [a, b], forbidden: [unwrap, todo]}");
    assert_eq!(judge.root, expected.root);
}

#[test]
fn an_unapproved_entry_leaves_its_neighbours_in_their_order() {
    let layer = |name: &str| format!("{{name: {name}}}");
    let list = |names: &[&str]| {
        document(&format!(
            "s: {{layers: [{}]}}",
            names.iter().map(|n| layer(n)).collect::<Vec<_>>().join(", ")
        ))
    };
    let judge = |base: &[&str], head: &[&str]| {
        effective(&list(base), &list(head), &SCHEMA, RULES, &|_| false).root.on_one_line()
    };
    assert_eq!(judge(&["a", "b"], &["a", "new", "b"]), list(&["a", "b"]).root.on_one_line());
    assert_eq!(judge(&["a", "b", "c"], &["c", "a", "b"]), list(&["a", "b", "c"]).root.on_one_line());
    assert_eq!(judge(&["a", "b", "c"], &["a", "c"]), list(&["a", "c"]).root.on_one_line());
}

/// A policy at random, from keys of every direction.
fn any_policy() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(vec!["a", "b", "c", "unwrap", "panic"]);
    let list = || prop::collection::vec(word(), 0..4).prop_map(|words| format!("[{}]", words.join(", ")));
    let layer = (word(), list(), list())
        .prop_map(|(name, members, uses)| format!("{{name: {name}, members: {members}, may_use: {uses}}}"));
    let layers =
        prop::collection::vec(layer, 0..4).prop_map(|layers| format!("layers: [{}]", layers.join(", ")));
    let number = || prop::sample::select(vec!["1", "5", "60", "none", "2s", "900ms", "3%", "x"]);
    let key = prop_oneof![
        list().prop_map(|list| format!("allowed: {list}")),
        list().prop_map(|list| format!("forbidden: {list}")),
        list().prop_map(|list| format!("within: {list}")),
        list().prop_map(|list| format!("except: {list}")),
        list().prop_map(|list| format!("described: {list}")),
        layers,
        number().prop_map(|number| format!("limit: {number}")),
        number().prop_map(|number| format!("cap: {number}")),
        number().prop_map(|number| format!("at_least: {number}")),
        any::<bool>().prop_map(|value| format!("lenient: {value}")),
        word().prop_map(|word| format!("exact: {word}")),
        word().prop_map(|word| format!("title: {word}")),
        (word(), number()).prop_map(|(name, number)| format!("services: {{{name}: {{deadline: {number}}}}}")),
        (word(), number()).prop_map(|(name, number)| format!("budgets: {{{name}: {number}}}")),
    ];
    prop::collection::vec(key, 0..6).prop_map(|keys| {
        let mut seen = std::collections::BTreeSet::new();
        let fresh = keys.into_iter().filter(|key| seen.insert(key.split(':').next().map(str::to_owned)));
        format!("s: {{{}}}", fresh.collect::<Vec<_>>().join(", "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    /// What judges is never looser than the base without an approval, is head with all of them, and takes every
    /// tightening at once.
    #[test]
    fn only_an_approval_loosens(before in any_policy(), after in any_policy()) {
        let (base, head) = (document(&before), document(&after));
        let all = effective(&base, &head, &SCHEMA, RULES, &|_| true);
        prop_assert_eq!(differences(&all, &head, &SCHEMA, RULES), []);
        let kept = effective(&base, &head, &SCHEMA, RULES, &|_| false);
        prop_assert_eq!(loosenings(&base, &kept, &SCHEMA, RULES), []);
        let open = differences(&kept, &head, &SCHEMA, RULES);
        prop_assert!(open.iter().all(|difference| difference.effect != Tightens), "{:?}", open);
        prop_assert_eq!(differences(&head, &head, &SCHEMA, RULES), []);
    }
}

#[test]
fn a_flood_of_differences_is_told_without_reading_the_file_for_each() {
    let entries: String = (0..2_000).map(|entry| format!("    - e{entry}\n")).collect();
    let base = document("s:\n  title: a\n");
    let head = document(&format!("s:\n  title: a\n  allowed:\n{entries}"));
    let all = loosenings(&base, &head, &SCHEMA, RULES);
    let lines = |loosening: &Loosening| loosening.location.span.map(|span| span.line);
    assert_eq!(all.len(), 2_000);
    assert_eq!(all.first().and_then(lines), Some(4));
    assert_eq!(all.last().and_then(lines), None);
}
