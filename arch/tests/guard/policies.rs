//! What the reader of the policy accepts and refuses, and which way its keys loosen.

use arch::{SECTION, TestCode};
use policy::{Document, Effect, Schema, Section, differences};

use crate::notation::read_policy;

const LAYERS: &str = "arch: { layers: [{ name: a, members: [x, y-*], because: b }, \
                      { name: c, members: ['d::e'], because: f, closed: true, siblings: free }] }";

#[test]
fn an_empty_policy_decides_nothing() {
    let policy = read_policy("").expect("it is read");
    assert!(policy.decides_nothing() && policy.exhaustive && policy.tests == TestCode::Free);
    assert!(!read_policy(LAYERS).expect("it is read").decides_nothing());
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands() {
    let refused = |text: &str, place: &str, part: &str| {
        let error = read_policy(text).expect_err(text);
        assert!(
            error.starts_with(&format!("gatefold.yaml:{place}")) && error.contains(part),
            "{text}: {error}"
        );
    };
    let layer = |rest: &str| format!("arch:\n  layers:\n    - {rest}\n");
    refused(&layer("{ name: a, members: [x] }"), "3:", "because");
    refused(&layer("{ name: a, members: [x], because: '' }"), "3:41", "says nothing");
    refused(&layer("{ name: ' ', members: [x], because: b }"), "3:", "has a name");
    refused(&layer("{ name: a, members: [], because: b }"), "3:", "empty");
    refused(&layer("{ name: a, members: ['x y'], because: b }"), "3:28", "names with `::`");
    refused(&layer("{ name: a, members: ['**'], because: b }"), "3:28", "everything");
    refused(&layer("{ name: a, member: [x], because: b }"), "3:", "member");
    refused(&layer("{ name: a, members: [x], because: b, siblings: maybe }"), "3:", "maybe");
    refused(&layer("{ name: a, members: [x], because: b, closed: 3 }"), "3:", "3");
    let two = |second: &str| layer(&format!("{{ name: a, members: [x], because: b }}\n    - {second}"));
    refused(&two("{ name: a, members: [y], because: b }"), "4:", "has this name");
    refused(&two("{ name: b, members: [y, x], because: b }"), "4:31", "member of `a` already");
    refused("arch: { forbidden: { e: { paths: [], because: b } } }", "1:", "never fire");
    refused("arch: { forbidden: { e: { paths: [a:b], because: b } } }", "1:", "names with `::`");
    refused(
        "arch: { forbidden: { e: { paths: [a], only_in: ['/'], because: b } } }",
        "1:",
        "names with `::`",
    );
    refused("arch: { forbidden: { e: { paths: [a] } } }", "1:", "because");
    refused("arch: { acyclic: { e: { members: [a], because: b, instead: ' ' } } }", "1:", "says nothing");
    refused("arch: { acyclic: [a] }", "1:", "list");
    let ban = |rule: &str| {
        format!(
            "{}  forbidden: {{ e: {{ {rule}, because: b }} }}\n",
            layer("{ name: a, members: [x], because: b }")
        )
    };
    refused(&ban("paths: [a], only_in: ['layer:z']"), "4:43", "there is no layer `z`");
    refused(&ban("paths: ['layer:a']"), "4:", "names with `::`");
    refused(&layer("{ name: a, members: ['layer:a'], because: b }"), "3:28", "names with `::`");
    refused("arch: { tests: sometimes }", "1:", "sometimes");
    refused("arch: { exhaustive: maybe }", "1:", "maybe");
}

#[track_caller]
pub(crate) fn check(base: &str, head: &str, effects: &[(&str, Effect)]) {
    static SECTIONS: &[Section] = &[SECTION];
    let schema = Schema { sections: SECTIONS };
    let read = |text: &str| Document::parse("gatefold.yaml", text, &schema).expect("a policy");
    let found = differences(&read(base), &read(head), &schema, arch::RULES);
    let found: Vec<_> =
        found.iter().map(|difference| (difference.path.as_str(), difference.effect)).collect();
    assert_eq!(found, effects, "{base}\n{head}");
}

#[test]
fn members_join_and_leave_only_with_an_approval() {
    let joined = LAYERS.replace("[x, y-*]", "[x, y-*, z]");
    check(LAYERS, &joined, &[("arch.layers[a].members[]", Effect::Joins)]);
    check(&joined, LAYERS, &[("arch.layers[a].members[]", Effect::Loosens)]);
}

#[test]
fn layers_change_only_with_an_approval() {
    let one = "arch: { layers: [{ name: a, members: [x, y-*], because: b }] }";
    check(one, LAYERS, &[("arch.layers[c]", Effect::Loosens)]);
    check(LAYERS, one, &[("arch.layers[c]", Effect::Loosens)]);
    let turned = "arch: { layers: [{ name: c, members: ['d::e'], because: f, closed: true, siblings: free }, \
                  { name: a, members: [x, y-*], because: b }] }";
    check(LAYERS, turned, &[("arch.layers", Effect::Loosens)]);
}

#[test]
fn words_about_a_rule_change_freely_and_its_strictness_does_not() {
    check(LAYERS, &LAYERS.replace("because: f", "because: g"), &[("arch.layers[c].because", Effect::Free)]);
    check(LAYERS, &LAYERS.replace(", closed: true", ""), &[("arch.layers[c].closed", Effect::Loosens)]);
    check(LAYERS, &LAYERS.replace(", siblings: free", ""), &[("arch.layers[c].siblings", Effect::Tightens)]);
    check(
        "mode: enforce",
        "arch: { exhaustive: false }",
        &[("mode", Effect::Free), ("arch.exhaustive", Effect::Loosens)],
    );
    check("arch: { tests: judged }", "arch: { tests: free }", &[("arch.tests", Effect::Loosens)]);
    check("arch: { tests: free }", "arch: { tests: judged }", &[("arch.tests", Effect::Tightens)]);
    check("arch: { dev_cycles: judged }", "arch: {}", &[("arch.dev_cycles", Effect::Loosens)]);
}

#[test]
fn a_ban_tightens_and_whoever_is_let_through_loosens() {
    let none = "arch: { forbidden: {} }";
    let ban = "arch: { forbidden: { e: { paths: [redb], only_in: [a], because: b } } }";
    check(none, ban, &[("arch.forbidden.e", Effect::Tightens)]);
    check(ban, none, &[("arch.forbidden.e", Effect::Loosens)]);
    let more = ban.replace("[redb]", "[redb, sled]");
    check(ban, &more, &[("arch.forbidden.e.paths[]", Effect::Tightens)]);
    check(&more, ban, &[("arch.forbidden.e.paths[]", Effect::Loosens)]);
    check(ban, &ban.replace("[a]", "[a, c]"), &[("arch.forbidden.e.only_in[]", Effect::Loosens)]);
    let circles = "arch: { acyclic: { e: { members: [a], because: b } } }";
    check(
        "arch: { tests: free }",
        circles,
        &[("arch.tests", Effect::Free), ("arch.acyclic.e", Effect::Tightens)],
    );
    check(
        circles,
        &circles.replace("[a]", "[c]"),
        &[("arch.acyclic.e.members[]", Effect::Loosens), ("arch.acyclic.e.members[]", Effect::Tightens)],
    );
}

#[test]
fn relations_that_make_no_sense_are_refused_where_they_stand() {
    let refused = |text: &str, part: &str| {
        let error = read_policy(text).expect_err(text);
        assert!(error.starts_with("gatefold.yaml:1:") && error.contains(part), "{text}: {error}");
    };
    for (text, part) in [
        ("edges: { e: { from: [], to: [b], because: x } }", "never fire"),
        ("edges: { e: { from: [a], to: [], because: x } }", "never fire"),
        ("edges: { e: { from: [a, b], to: [b], because: x } }", "may use itself"),
        ("edges: { e: { from: [a], because: x } }", "to"),
        ("edges: { e: { from: [a], to: [b], reach: far, because: x } }", "far"),
        ("edges: { e: { from: [a], to: [b] } }", "because"),
        ("edges: { e: { from: ['a b'], to: [b], because: x } }", "names with `::`"),
        ("edges: { e: { from: [a], to: [b], because: x, except: [{ from: a, to: b }] } }", "because"),
        (
            "edges: { e: { from: [a], to: [b], because: x, except: [{ from: a, to: b, because: ' ' }] } }",
            "says nothing",
        ),
        (
            "edges: { e: { from: [a], to: [b], because: x, except: [{ from: '/', to: b, because: y }] } }",
            "names with `::`",
        ),
        ("independent: { i: { members: [a], because: x } }", "nobody to use"),
        ("independent: { i: { members: ['a::**'], because: x } }", "nobody to use"),
        ("independent: { i: { members: [], because: x } }", "never fire"),
        ("protected: { p: { members: [], only_from: [a], because: x } }", "never fire"),
        ("protected: { p: { members: [a], only_from: [], because: x } }", "nobody may use"),
        ("protected: { p: { members: [a], because: x } }", "only_from"),
    ] {
        refused(&format!("arch: {{ {text} }}"), part);
    }
    read_policy("arch: { independent: { i: { members: ['a-*'], because: x } } }").expect("it names several");
}

#[test]
fn relations_tighten_and_what_is_let_through_loosens() {
    let rule = "arch: { edges: { e: { from: [a], to: [b], because: x } } }";
    check("arch: { edges: {} }", rule, &[("arch.edges.e", Effect::Tightens)]);
    check(rule, "arch: { edges: {} }", &[("arch.edges.e", Effect::Loosens)]);
    for (key, more) in [("from", "from: [a, c]"), ("to", "to: [b, c]")] {
        let less = if key == "from" { "from: [a]" } else { "to: [b]" };
        let wider = rule.replace(less, more);
        let path = format!("arch.edges.e.{key}[]");
        check(rule, &wider, &[(path.as_str(), Effect::Tightens)]);
        check(&wider, rule, &[(path.as_str(), Effect::Loosens)]);
    }
    let far = rule.replace("because", "reach: any, because");
    check(rule, &far, &[("arch.edges.e.reach", Effect::Tightens)]);
    check(&far, rule, &[("arch.edges.e.reach", Effect::Loosens)]);
    let excepted = rule.replace("because: x", "because: x, except: [{ from: a, to: b, because: y }]");
    check(rule, &excepted, &[("arch.edges.e.except[]", Effect::Loosens)]);
    check(&excepted, rule, &[("arch.edges.e.except[]", Effect::Tightens)]);
    let other = excepted.replace("to: b, because: y", "to: c, because: y");
    check(
        &excepted,
        &other,
        &[("arch.edges.e.except[]", Effect::Tightens), ("arch.edges.e.except[]", Effect::Loosens)],
    );
    let two = excepted.replace("because: y }", "because: y }, { from: a, to: c, because: z }");
    check(&excepted, &two, &[("arch.edges.e.except[]", Effect::Loosens)]);
    let kept = "arch: { protected: { p: { members: [a], only_from: [b], because: x } } }";
    check(kept, &kept.replace("[b]", "[b, c]"), &[("arch.protected.p.only_from[]", Effect::Loosens)]);
    check(&kept.replace("[b]", "[b, c]"), kept, &[("arch.protected.p.only_from[]", Effect::Tightens)]);
    check(&kept.replace("[a]", "[a, c]"), kept, &[("arch.protected.p.members[]", Effect::Loosens)]);
    let apart = "arch: { independent: { i: { members: [a, b, c], because: x } } }";
    check(apart, &apart.replace(", c]", "]"), &[("arch.independent.i.members[]", Effect::Loosens)]);
    check(
        LAYERS,
        &LAYERS.replace("because: b", "because: b, except: [{ from: x, to: y, because: z }]"),
        &[("arch.layers[a].except[]", Effect::Loosens)],
    );
}
