//! What findings say and show, and what may be forbidden by which name.

use findings::Level;

use crate::honest_changes::{WORLD, quiet, said};
use crate::notation::Held;

#[test]
fn a_ban_on_what_is_not_there_is_a_note_and_a_ban_for_some_is_an_error() {
    let level = |rule: &str| {
        let text = format!("arch:\n  forbidden:\n    x: {{ {rule}, because: b }}\n\ncrate a -> redb\n");
        let findings = Held::read(&text).check().findings;
        findings.iter().find(|finding| finding.rule.id == "vacuous-rule").map(|finding| finding.level)
    };
    assert_eq!(level("paths: [openssl]"), Some(Level::Note));
    assert_eq!(level("paths: [openssl], only_in: [a]"), Some(Level::Error));
    assert_eq!(level("paths: [sled], only_in: [b]"), Some(Level::Error));
    assert_eq!(level("paths: [std::process::exit], only_in: [a]"), None);
    assert_eq!(level("paths: [redb::Database], only_in: [a]"), None);
}

#[test]
fn what_head_takes_out_of_the_policy_with_its_crate_is_not_called_empty_as_well() {
    let layers = |members: &str| {
        format!("arch:\n  layers:\n    - {{ name: all, members: [{members}], because: b }}\n\ncrate a\n")
    };
    let rules = |head: &str, judge: &str| -> Vec<&str> {
        let findings = Held::read(&layers(head)).check_by(&Held::read(&layers(judge)).policy()).findings;
        findings.iter().map(|finding| finding.rule.id).collect()
    };
    assert_eq!(rules("a", "a, gone"), Vec::<&str>::new());
    assert_eq!(rules("a, gone", "a, gone"), ["vacuous-rule"]);
}

#[test]
fn a_ban_is_written_by_package_or_library_and_where_the_item_is_defined() {
    let said_with = |path: &str| {
        let world = "\
arch:
  forbidden:
    x: { paths: [PATH], only_in: [home], because: b }

crate home
crate house-store
crate user -> house-store
house-store/Cargo.toml | [package]
house-store/Cargo.toml | name = \"house-store\"
house-store/Cargo.toml | [lib]
house-store/Cargo.toml | name = \"store\"
house-store/src/lib.rs | mod engine; mod more; pub use engine::Engine;
house-store/src/engine/inner.rs | pub fn f(_: crate::engine::Engine) {}
house-store/src/engine.rs | mod inner; pub struct Engine; pub fn start() -> crate::engine::Engine { Engine }
house-store/src/more.rs | pub fn f(_: crate::engine::Engine) {}
user/src/lib.rs | pub fn f(_: store::Engine) {}
";
        said(&world.replace("PATH", path))
    };
    let by_package = said_with("\"house-store::engine\"");
    assert_eq!(by_package, said_with("\"store::engine\""));
    let users: Vec<&str> =
        by_package.iter().map(|(_, message)| message.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(users, ["`house-store`", "`house-store::more`", "`user`"], "the module itself may");
    let rules: Vec<&str> = said_with("\"store::Engine\"").iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["vacuous-rule"], "a re-export is not where it is defined");
}

#[test]
fn a_finding_names_what_is_forbidden_and_counts_the_rest() {
    let text = "\
arch:
  forbidden:
    clock: { paths: [\"std::time::SystemTime::now\"], because: time stands still }

crate a
a/src/lib.rs | use std::time::SystemTime;
a/src/lib.rs | pub fn f() -> SystemTime { SystemTime::now() }
a/src/lib.rs | pub fn g() -> SystemTime { SystemTime::now() }
";
    let checked = Held::read(text).check();
    let finding = &checked.findings[0];
    assert_eq!(checked.findings.len(), 1);
    assert_eq!(finding.message, "`a` names `std::time::SystemTime::now`, and nobody may");
    let notes: Vec<&str> = finding.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "and 1 more use of `std::time::SystemTime::now` in `a`",
            "because time stands still (`arch.forbidden.clock`)"
        ]
    );
    assert_eq!(
        finding.location.as_ref().and_then(|place| place.span).map(|span| (
            span.line,
            span.column,
            span.end_column
        )),
        Some((2, 28, 43))
    );
}

#[test]
fn one_edge_is_one_finding_with_a_note_at_the_dependency() {
    let text = format!(
        "{}crate low -> home\nlow/src/lib.rs | use home::Shelf;\nlow/src/lib.rs | pub fn f(_: home::Shelf) {{ home::show() }}\nhome/src/lib.rs | pub struct Shelf; pub fn show() {{}}\n",
        WORLD.replace("[features, models]", "[features, models, low]")
    );
    let findings = Held::read(&text).check().findings;
    assert_eq!(findings.len(), 1);
    let notes: Vec<String> = findings[0]
        .notes
        .iter()
        .map(|note| format!("{} {}", note.location.as_ref().map_or("-", |place| &place.file), note.text))
        .collect();
    assert_eq!(
        notes,
        [
            "low/Cargo.toml the dependency that makes it possible",
            "- and 2 more uses of `home` in `low`",
            "- because crates know each other not (`arch.layers[crates]`)"
        ]
    );
    assert_eq!(findings[0].facts, ["low", "home"]);
}

#[test]
fn a_rule_says_what_to_do_instead_and_a_larger_circle_who_is_in_it() {
    let text = "\
arch:
  acyclic:
    circles: { members: [app], because: c, instead: move it }

crate app
app/src/a.rs | use crate::b::B; pub struct A;
app/src/b.rs | use crate::{a::A, c::C}; pub struct B;
app/src/c.rs | use crate::b::B; pub struct C;
";
    let findings = Held::read(text).check().findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].help.as_deref(), Some("move it; take out the 2 edges to cut"));
    assert_eq!(findings[0].facts, ["app::a", "app::b", "app::c"]);
    let notes: Vec<&str> = findings[0].notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "`app::a` uses `app::b` here",
            "`app::b` uses `app::a` here",
            "3 modules reach each other, of which this is a shortest circle: `app::a`, `app::b`, `app::c`",
            "to cut: `app::b` -> `app::a`, 1 use",
            "to cut: `app::c` -> `app::b`, 1 use",
            "without these 2 edges no circle is left, and no smaller set does that",
            "because c (`arch.acyclic.circles`)"
        ]
    );
}

#[test]
fn what_is_used_is_named_by_its_item_and_every_use_shows_the_dependency() {
    let text = format!(
        "{}crate low -> home, redb\nlow/src/lib.rs | pub use home::Shelf;\nlow/src/m.rs | use crate::Shelf;\n\
         low/src/m.rs | pub fn f() {{ Shelf::new(); redb::Database::open(); }}\nhome/src/lib.rs | pub struct Shelf;\n",
        WORLD
            .replace("[features, models]", "[features, models, low]")
            .replace("arch:\n", "arch:\n  forbidden: { x: { paths: [redb], because: b } }\n")
    );
    let findings = Held::read(&text).check().findings;
    let shown: Vec<(&str, usize)> = findings
        .iter()
        .map(|finding| {
            let notes = finding.notes.iter().filter(|note| note.location.is_some());
            (finding.message.as_str(), notes.count())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("`low` uses `home::Shelf`, and layer `crates` lies below layer `services`", 1),
            ("`low::m` uses `home::Shelf`, and layer `crates` lies below layer `services`", 1),
            ("`low::m` names `redb::Database`, and nobody may", 1),
        ]
    );
    let item_first = text.replace("use crate::Shelf;", "").replace("Shelf::new()", "crate::Shelf::new()");
    let said = said(&item_first);
    assert!(said[1].1.starts_with("`low::m` uses `home::Shelf`,"), "{said:?}");
}

#[test]
fn what_the_lock_file_knows_may_be_forbidden() {
    let text = "arch:\n  forbidden:\n    x: { paths: [openssl], because: b }\n\n\
                crate a\nCargo.lock | [[package]]\nCargo.lock | name = \"openssl\"\n";
    quiet(text);
}

#[test]
fn every_finding_names_the_rule_of_the_policy_that_it_comes_from() {
    let text = "\
arch:
  layers:
    - { name: high, members: [home], because: l }
    - { name: low, members: [stages], because: l, instead: turn it round }
  acyclic: { circles: { members: [home], because: c } }
  attributes: { words: { items: [struct], members: [home], require: [must_use], forbid: ['derive(Debug)'], because: a } }
  edges: { down: { from: ['home::a'], to: ['home::b'], because: e } }
  external: { runner: { crates: [stages], deny: [tokio], because: x } }
  forbidden: { exits: { paths: ['std::process::exit'], because: f } }
  implementations: { copies: { traits: ['std::clone::Clone'], only_in: [stages], because: i } }
  independent: { parts: { members: ['home::a', 'home::b'], because: s } }
  leaks: { wire: { members: [stages], crates: [tokio], because: w } }
  pipelines: { ranking: { functions: ['home::stop'], stages: ['stages::Top'], because: p } }
  protected: { inner: { members: ['home::b'], only_from: ['home::self'], because: o } }
  complete: { crates: { each: '{crate}/Cargo.toml', has: ['{crate}/README.md'], because: k } }

crate home -> stages
crate stages -> home, tokio
home/src/lib.rs | mod a; mod b; #[derive(Clone, Debug)] pub struct Own; pub fn stop() { std::process::exit(1) }
home/src/a.rs | use crate::b::f; pub fn g() {}
home/src/b.rs | use crate::a::g; pub fn f() {}
stages/src/lib.rs | pub struct Top; pub fn run(_: tokio::runtime::Handle) {}
";
    let findings = Held::read(text).check().findings;
    let named = |id: &str| -> Vec<&str> {
        let of_rule = findings.iter().filter(|finding| finding.rule.id == id);
        let notes = of_rule.flat_map(|finding| &finding.notes).map(|note| note.text.as_str());
        let mut named: Vec<&str> = notes.filter(|text| text.starts_with("because ")).collect();
        named.dedup();
        named
    };
    for (id, said) in [
        ("denied-dependency", "because x (`arch.external.runner`)"),
        ("dependency-cycle", "because c (`arch.acyclic.circles`)"),
        ("forbidden-attribute", "because a (`arch.attributes.words`)"),
        ("forbidden-edge", "because e (`arch.edges.down`)"),
        ("forbidden-path", "because f (`arch.forbidden.exits`)"),
        ("incomplete-set", "because k (`arch.complete.crates`)"),
        ("layer-broken", "because l (`arch.layers[low]`)"),
        ("leaked-crate", "because w (`arch.leaks.wire`)"),
        ("misplaced-implementation", "because i (`arch.implementations.copies`)"),
        ("missing-attribute", "because a (`arch.attributes.words`)"),
        ("pipeline-order", "because p (`arch.pipelines.ranking`)"),
        ("protected-used", "because o (`arch.protected.inner`)"),
        ("sibling-used", "because s (`arch.independent.parts`)"),
    ] {
        assert_eq!(named(id), [said], "{id}");
    }
    let layer = findings.iter().find(|finding| finding.rule.id == "layer-broken");
    let help = layer.and_then(|finding| finding.help.as_deref()).unwrap_or_default();
    assert!(help.starts_with("turn it round; move what is used"), "{help}");
}
