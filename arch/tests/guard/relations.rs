//! Rules about who must not use whom: each use, chains of uses, and what is let through.

use crate::honest_changes::{quiet, said};
use crate::notation::{Held, check};

/// Three crates in a row, and one beside them.
pub(crate) const ROW: &str = "\
arch:
  edges:
    pure: { from: [domain], to: [infra], reach: any, because: p }

crate domain -> shared
crate shared -> infra
crate infra
crate app -> domain, infra
domain/src/order.rs | pub struct Order;
shared/src/plain.rs | pub struct Plain;
shared/src/cache.rs | pub use infra::Db;
infra/src/lib.rs | pub struct Db; pub fn connect() {}
";

/// One crate, in which `domain` must not reach `infra`.
const MODULES: &str = "\
arch:
  edges:
    pure: { from: [\"app::domain\"], to: [\"app::infra\"], reach: any, because: p }

crate app
app/src/lib.rs | pub mod domain; pub mod infra; pub mod a; pub mod b;
app/src/infra.rs | pub fn connect() {} pub mod deep { pub struct Pool; }
app/src/a.rs | pub fn a() {}
";

pub(crate) fn messages(text: &str) -> Vec<String> {
    said(text).into_iter().map(|(rule, message)| format!("{rule}: {message}")).collect()
}

pub(crate) fn notes(text: &str) -> Vec<String> {
    let findings = Held::read(text).check().findings;
    assert_eq!(findings.len(), 1, "{text}");
    let place = |note: &findings::Note| {
        let location = note.location.as_ref()?;
        Some(format!("{}:{} ", location.file, location.span.map_or(0, |span| span.line)))
    };
    findings[0].notes.iter().map(|note| format!("{}{}", place(note).unwrap_or_default(), note.text)).collect()
}

#[test]
fn a_chain_is_shown_link_by_link_with_its_places() {
    let world = format!(
        "{MODULES}app/src/b.rs | pub fn b() {{ crate::infra::connect() }}\napp/src/domain.rs | use crate::a::a;\n\
         app/src/domain.rs | pub fn f() {{ crate::b::b(); crate::b::b() }}\n"
    );
    assert_eq!(
        messages(&world),
        ["forbidden-edge: `app::domain` reaches `app::infra`, and must not: \
          `app::domain` -> `app::b` -> `app::infra`"]
    );
    assert_eq!(
        notes(&world),
        [
            "app/src/domain.rs:2 `app::domain` uses `app::b` here, the first of 2 times",
            "app/src/b.rs:1 `app::b` uses `app::infra` here",
            "because p (`arch.edges.pure`)"
        ]
    );
    quiet(&world.replace("reach: any", "reach: direct"));
}

#[test]
fn crates_reach_each_other_by_their_manifests_where_no_path_shows_it() {
    assert_eq!(
        messages(ROW),
        ["forbidden-edge: `domain` reaches `infra`, and must not: `domain` -> `shared` -> `infra`"]
    );
    assert_eq!(
        notes(ROW),
        [
            "domain/Cargo.toml:6 `domain` depends on `shared` here",
            "shared/src/cache.rs:1 `shared` uses `infra` here",
            "because p (`arch.edges.pure`)"
        ]
    );
    // Of a module it is asked what it uses, not what its crate depends on.
    quiet(&ROW.replace("from: [domain]", "from: [\"domain::order\"]"));
    quiet(&ROW.replace("to: [infra]", "to: [\"infra::self\"]"));
    check(
        &ROW.replace("from: [domain]", "from: [\"domain::order\"]"),
        "domain/src/order.rs | pub fn f(_: shared::plain::Plain) {} //~\nshared/src/plain.rs | use crate::cache;",
        "forbidden-edge",
    );
}

#[test]
fn a_direct_use_is_told_use_by_use_and_not_once_more_as_a_chain() {
    for (case, count) in [
        ("crate domain -> infra, shared", 1),
        ("crate domain -> infra, shared\ndomain/src/order.rs | use infra::Db;", 1),
        (
            "crate domain -> infra, shared\ndomain/src/order.rs | use infra::Db;\n\
             domain/src/more.rs | pub fn f() { infra::connect(); infra::connect() }",
            2,
        ),
        ("crate domain -> shared\ndomain/src/order.rs | use shared::cache::Db;", 1),
    ] {
        let world = format!("{}{case}\n", ROW.replace("crate domain -> shared\n", ""));
        let told = messages(&world);
        assert_eq!(told.len(), count, "{case}: {told:#?}");
        assert!(told.iter().all(|told| told.ends_with("`domain` must not use `infra`")), "{told:#?}");
    }
}

#[test]
fn tests_are_no_links_unless_they_are_judged() {
    let world = ROW
        .replace("crate shared -> infra\n", "crate shared -> infra (dev)\n")
        .replace("pub use infra::Db;", "#[cfg(test)] mod tests { use infra::Db; }");
    quiet(&world);
    let judged = world.replacen("arch:\n", "arch:\n  tests: judged\n", 1);
    assert_eq!(messages(&judged).len(), 1);
}

#[test]
fn what_lies_in_the_target_is_at_home_there() {
    let within = MODULES
        .replace("from: [\"app::domain\"]", "from: [app]")
        .replace("pub mod deep {", "pub mod deep { pub fn f() { super::connect() }");
    quiet(&within);
    check(&within, "app/src/domain.rs | use crate::infra::deep::Pool; //~", "forbidden-edge");
    // What the target itself uses is its own business, and is no chain of others.
    quiet(&format!("{within}app/src/infra.rs | use crate::a::a;\n"));
}

#[test]
fn of_very_many_pairs_that_are_reached_each_member_is_told_of_once() {
    for (rule, id) in [
        ("independent:\n    apart: { members: [\"app::*\"], reach: any, because: p }", "sibling-used"),
        (
            "edges:\n    apart: { from: [\"app::*\"], to: [\"app::**::end\"], reach: any, because: p }",
            "forbidden-edge",
        ),
    ] {
        let module = |at: usize| {
            format!(
                "app/src/m{at}.rs | use crate::m{}; pub mod end {{ use crate::m{}::end; }}\n",
                (at + 1) % 100,
                (at + 1) % 100
            )
        };
        let modules: String = (0..100).map(module).collect();
        let found = messages(&format!("arch:\n  {rule}\n\ncrate app\n{modules}"));
        let reached = found.iter().filter(|message| message.contains(" reaches ")).count();
        assert_eq!(reached, 100, "{id}: {found:#?}");
    }
}

#[test]
fn every_pair_that_is_reached_is_told() {
    let world = "\
arch:
  edges:
    apart: { from: [\"app::one\", \"app::other\"], to: [\"app::x\", \"app::y\"], reach: any, because: p }

crate app
app/src/one.rs | pub fn f() { crate::between::f() }
app/src/other.rs | pub fn f() { crate::one::f() }
app/src/between.rs | pub fn f() { crate::x::f(); crate::y::f() }
app/src/x.rs | pub fn f() {}
app/src/y.rs | pub fn f() {}
";
    assert_eq!(
        messages(world),
        [
            "forbidden-edge: `app::one` reaches `app::x`, and must not: `app::one` -> `app::between` -> `app::x`",
            "forbidden-edge: `app::one` reaches `app::y`, and must not: `app::one` -> `app::between` -> `app::y`",
            "forbidden-edge: `app::other` reaches `app::x`, and must not: \
             `app::other` -> `app::one` -> `app::between` -> `app::x`",
            "forbidden-edge: `app::other` reaches `app::y`, and must not: \
             `app::other` -> `app::one` -> `app::between` -> `app::y`",
        ]
    );
}

/// Stages, of which none may use another.
const STAGES: &str = "\
arch:
  layers:
    - { name: all, members: [app, \"stage-*\", tool], because: a, siblings: free }
  independent:
    stages: { members: [\"stage-*\"], because: b }

crate app -> stage-one, stage-two, tool
crate stage-one
crate stage-two
crate tool
stage-one/src/lib.rs | pub fn one() {}
stage-two/src/lib.rs | pub fn two() {}
";

#[test]
fn members_do_not_use_each_other() {
    quiet(STAGES);
    let used = STAGES.replace("crate stage-two\n", "crate stage-two -> stage-one\n");
    assert_eq!(
        messages(&used),
        ["sibling-used: `stage-two` depends on `stage-one`, and the two are independent of each other"]
    );
    assert_eq!(
        messages(&format!("{used}stage-two/src/more.rs | pub fn f() {{ stage_one::one() }}\n")),
        [
            "sibling-used: `stage-two::more` uses `stage-one::one`, and `stage-two` and `stage-one` are independent of \
          each other"
        ]
    );
    let around = STAGES
        .replace("crate stage-two\n", "crate stage-two -> tool\n")
        .replace("crate tool\n", "crate tool -> stage-one\n");
    quiet(&around);
    assert_eq!(
        messages(&around.replace("because: b", "reach: any, because: b")),
        ["sibling-used: `stage-two` reaches `stage-one`, and must not: `stage-two` -> `tool` -> `stage-one`"]
    );
    quiet(&format!("{STAGES}crate stage-three -> tool\n"));
    let named = STAGES.replace("[\"stage-*\"], because: b", "[\"layer:stages\"], because: b").replace(
        "    - { name: all, members: [app, \"stage-*\", tool],",
        "    - { name: stages, members: [\"stage-*\"], because: s, siblings: free }\n    - { name: all, members: [app, tool],",
    );
    let named = named.replace("crate app -> stage-one, stage-two, tool", "crate app -> tool");
    quiet(&named);
    assert_eq!(messages(&named.replace("crate stage-one\n", "crate stage-one -> stage-two\n")).len(), 1);
}

#[test]
fn members_within_members_are_held_apart_at_their_own_height() {
    let world = "\
arch:
  independent:
    all: { members: [\"app::*\", \"app::*::*\"], because: b }

crate app
app/src/a.rs | pub fn f() {} pub mod x { pub fn f() { super::f() } } pub mod y { pub fn f() {} }
app/src/b.rs | pub fn f() {}
app/src/lib.rs | pub mod a; pub mod b; pub fn f() { a::x::f(); b::f() }
";
    quiet(world);
    check(world, "app/src/b.rs | pub fn g() { crate::a::x::f() } //~", "sibling-used");
    let within = world.replace("pub mod y { pub fn f() {} }", "pub mod y { pub fn f() { super::x::f() } }");
    assert_eq!(
        messages(&within),
        [
            "sibling-used: `app::a::y` uses `app::a::x::f`, and `app::a::y` and `app::a::x` are independent of each other"
        ]
    );
}

/// A module and a crate that only some may use.
const PROTECTED: &str = "\
arch:
  protected:
    keys: { members: [\"features::keys\"], only_from: [\"features::lookup\", serving], because: b, instead: ask }
    engine: { members: [engine], only_from: [\"serving::engines\"], because: e }

crate features
crate engine
crate serving -> features, engine
crate home -> features
features/src/keys.rs | pub fn key() {} pub mod parts { pub fn part() { super::key() } }
features/src/lookup.rs | pub fn look() { crate::keys::key() }
serving/src/engines.rs | pub fn open() { engine::run(); features::keys::parts::part() }
engine/src/lib.rs | pub fn run() {}
";

#[test]
fn only_those_who_may_use_what_is_protected() {
    quiet(PROTECTED);
    for case in [
        "home/src/lib.rs | pub fn f() { features::keys::key() } //~",
        "home/src/lib.rs | pub fn f() { features::keys::parts::part() } //~",
        "features/src/lib.rs | pub use keys::key; //~\nhome/src/lib.rs | pub fn f() { features::key() } //~",
        "serving/src/other.rs | pub fn f() { engine::run() } //~",
        "features/src/keys.rs | pub mod more { pub fn f() { super::parts::part() } }",
        "crate other -> engine //~",
        "crate other -> engine (build) //~",
        "crate other -> engine (dev)\nother/tests/it.rs | use engine::run;",
    ] {
        let world = PROTECTED.replace(
            "features/src/lookup.rs |",
            if case.starts_with("features/src/lib.rs") {
                "features/src/lib.rs | pub mod keys; pub mod lookup;\nfeatures/src/lookup.rs |"
            } else {
                "features/src/lookup.rs |"
            },
        );
        check(&world, case, "protected-used");
    }
    let used = format!("{PROTECTED}home/src/lib.rs | pub fn f() {{ features::keys::key() }}\n");
    assert_eq!(
        messages(&used),
        ["protected-used: `home` uses `features::keys::key`, and only `features::lookup`, `serving` may"]
    );
}

#[test]
fn a_rule_about_nobody_is_an_error() {
    for (from, to) in [("[domian]", "[infra]"), ("[domain]", "[infro]")] {
        let world = ROW.replace("from: [domain], to: [infra]", &format!("from: {from}, to: {to}"));
        let rules: Vec<&str> = said(&world).iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, ["vacuous-rule"], "{from} {to}");
    }
}
