//! What is refused in rules about items, and which way their keys loosen.

use policy::Effect;

use crate::notation::read_policy;
use crate::policies::check;

#[test]
fn rules_about_items_that_make_no_sense_are_refused_where_they_stand() {
    let refused = |text: &str, place: &str, part: &str| {
        let error = read_policy(text).expect_err(text);
        assert!(
            error.starts_with(&format!("gatefold.yaml:{place}")) && error.contains(part),
            "{text}: {error}"
        );
    };
    let leak = |keys: &str| format!("arch: {{ leaks: {{ l: {{ {keys}, because: b }} }} }}");
    refused(&leak("members: [], crates: [a]"), "1:", "never fire");
    refused(&leak("members: [a], crates: []"), "1:", "never fire");
    refused(&leak("members: [a], crates: ['x y']"), "1:46", "names with `::`");
    refused(&leak("members: [a], crates: [b], beyond: world"), "1:", "world");
    refused(&leak("members: [a]"), "1:", "crates");
    let attribute =
        |keys: &str| format!("arch: {{ attributes: {{ a: {{ members: [m], {keys}, because: b }} }} }}");
    refused(&attribute("items: [struct]"), "1:", "neither `require` nor `forbid`");
    refused(&attribute("items: [], require: [must_use]"), "1:", "never fire");
    refused(&attribute("items: [class], require: [must_use]"), "1:", "class");
    refused(&attribute("items: [struct], require: ['derive(Serialize)']"), "1:", "needs its path");
    refused(&attribute("items: [struct], require: ['serde(']"), "1:", "an attribute is a path");
    refused(&attribute("items: [struct], require: ['serde()']"), "1:", "an attribute is a path");
    refused(&attribute("items: [struct], having: ['cfg(test)'], require: [a]"), "1:", "`cfg`");
    refused(&attribute("items: [struct], named: ['a b'], require: [a]"), "1:", "no name");
    refused(&attribute("items: [fn, struct], returning: [a], require: [b]"), "1:", "only a `fn`");
    refused(&attribute("items: [fn], require: [a], forbid: [a]"), "1:", "required, too");
    let implementation =
        |keys: &str| format!("arch: {{ implementations: {{ i: {{ {keys}, because: b }} }} }}");
    refused(&implementation("traits: [], only_in: [a]"), "1:", "never fire");
    refused(&implementation("traits: [a], only_in: []"), "1:", "never fire");
    refused(&implementation("traits: [a], only_in: ['/']"), "1:", "names with `::`");
}

#[test]
fn rules_about_items_tighten_and_what_they_are_not_for_loosens() {
    let leak = "arch: { leaks: { l: { members: [a], crates: [b], because: x } } }";
    check("arch: { leaks: {} }", leak, &[("arch.leaks.l", Effect::Tightens)]);
    check(leak, "arch: { leaks: {} }", &[("arch.leaks.l", Effect::Loosens)]);
    check(leak, &leak.replace("[b]", "[b, c]"), &[("arch.leaks.l.crates[]", Effect::Tightens)]);
    check(&leak.replace("[a]", "[a, c]"), leak, &[("arch.leaks.l.members[]", Effect::Loosens)]);
    let member = leak.replace("because", "beyond: member, because");
    check(leak, &member, &[("arch.leaks.l.beyond", Effect::Tightens)]);
    check(&member, leak, &[("arch.leaks.l.beyond", Effect::Loosens)]);
    let words = "arch: { attributes: { a: { items: [fn], members: [m], require: [must_use], forbid: [x], because: y } } }";
    for (less, more, key) in [
        ("[must_use]", "[must_use, z]", "require[]"),
        ("[x]", "[x, z]", "forbid[]"),
        ("[fn]", "[fn, enum]", "items[]"),
        ("[m]", "[m, n]", "members[]"),
    ] {
        let path = format!("arch.attributes.a.{key}");
        check(words, &words.replace(less, more), &[(path.as_str(), Effect::Tightens)]);
        check(&words.replace(less, more), words, &[(path.as_str(), Effect::Loosens)]);
    }
    let public = words.replace("because", "visibility: pub, because");
    check(words, &public, &[("arch.attributes.a.visibility", Effect::Loosens)]);
    let named = words.replace("because", "named: ['*Config'], because");
    check(words, &named, &[("arch.attributes.a.named", Effect::Loosens)]);
    check(
        &named,
        &named.replace("*Config", "*Limits"),
        &[("arch.attributes.a.named[]", Effect::Loosens), ("arch.attributes.a.named[]", Effect::Loosens)],
    );
    let parts = "arch: { implementations: { i: { traits: [a], only_in: [b], because: x } } }";
    check(parts, &parts.replace("[b]", "[b, c]"), &[("arch.implementations.i.only_in[]", Effect::Loosens)]);
    check(parts, &parts.replace("[a]", "[a, c]"), &[("arch.implementations.i.traits[]", Effect::Tightens)]);
}
