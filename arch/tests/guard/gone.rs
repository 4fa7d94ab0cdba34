//! What may leave the policy without an approval: the places of what is gone, and of what has another name in the same
//! place.

use std::collections::BTreeSet;

use arch::{SECTION, Sides, is_gone};
use findings::BaseInfo;
use policy::{Document, Schema, Section, effective, loosenings};
use source::{Cache, Change, ChangeKind, Code, FileChange, Said};

use crate::notation::Held;

static SECTIONS: &[Section] = &[SECTION];
const SCHEMA: Schema = Schema { sections: SECTIONS };

/// Fails unless these keys still loosen between two workspaces with these files renamed. What does not loosen takes effect.
#[track_caller]
fn check(base: &str, head: &str, renamed: &[(&str, &str)], loosened: &[&str]) {
    let (before, after) = (Held::read(base), Held::read(head));
    let renamed = renamed.iter().map(|(from, to)| FileChange {
        path: (*to).to_owned(),
        from: Some((*from).to_owned()),
        kind: ChangeKind::Renamed,
        lines: Vec::new(),
        modes: None,
    });
    let change = Change {
        base: Some(before.tree()),
        head: after.tree(),
        base_info: BaseInfo { commit: None, chosen: "a test".to_owned() },
        head_commit: None,
        files: renamed.collect(),
        unstaged: BTreeSet::new(),
        repository: None,
        said: Ok(Said::default()),
    };
    let read = |held: &Held| {
        let text = held.tree().text("gatefold.yaml").expect("there is a policy");
        Document::parse("gatefold.yaml", &text, &SCHEMA).expect("the policy is one")
    };
    let (base_document, head_document) = (read(&before), read(&after));
    let (base_code, head_code) =
        (Code::read(&before.tree(), &Cache::off()), Code::read(&after.tree(), &Cache::off()));
    let (base_policy, head_policy) = (before.policy(), after.policy());
    let sides = Sides { change: &change, base: (&base_policy, &base_code), head: (&head_policy, &head_code) };
    let gone = |difference: &policy::Difference| is_gone(&sides, difference).expect("it can be told");
    let found = loosenings(&base_document, &head_document, &SCHEMA, arch::RULES);
    let left: Vec<&str> = found
        .iter()
        .filter(|difference| !gone(difference))
        .map(|difference| difference.path.as_str())
        .collect();
    assert_eq!(left, loosened, "{base}\n{head}");
    if loosened.is_empty() {
        let judging = effective(&base_document, &head_document, &SCHEMA, arch::RULES, &gone);
        let judging: arch::Policy = judging.section(SECTION.name).expect("the section is one");
        assert_eq!(
            after.check_by(&judging).findings.iter().map(|it| &it.message).collect::<Vec<_>>(),
            [""; 0]
        );
    }
}

const WORLD: &str = "\
arch:
  layers:
    - { name: services, members: [home, search], because: s }
    - { name: crates, members: [features, \"app::domain\", \"app::self\"], because: c, siblings: free }
  acyclic:
    modules: { members: [features, home], because: m }
  independent:
    services: { members: [home, search, features], because: i }

crate home -> app
crate search
crate features
crate app
features/src/store.rs | pub fn get() {}
app/src/domain.rs | pub struct Order;
";

#[test]
fn a_crate_that_is_removed_leaves_the_policy() {
    let without = WORLD.replace("home, search", "home").replace("crate search\n", "");
    check(WORLD, &without, &[], &[]);
    let still_there = WORLD.replace("home, search], because: s", "home], because: s");
    check(WORLD, &still_there, &[], &["arch.layers[services].members[]"]);
}

#[test]
fn a_crate_that_is_renamed_keeps_its_place() {
    let renamed = WORLD.replace("features", "traits");
    let files = [
        ("features/Cargo.toml", "traits/Cargo.toml"),
        ("features/src/store.rs", "traits/src/store.rs"),
        ("features/src/lib.rs", "traits/src/lib.rs"),
    ];
    check(WORLD, &renamed, &files, &[]);
    // Its module is known by its name only, where git knows of no rename.
    check(WORLD, &renamed, &[], &[]);
}

#[test]
fn a_layer_that_is_renamed_is_the_same_layer() {
    let proved = WORLD.replace(
        "because: c, siblings",
        "because: c, fails_on: \"crate features -> home\\ncrate home\", siblings",
    );
    let files = [
        ("features/Cargo.toml", "traits/Cargo.toml"),
        ("features/src/store.rs", "traits/src/store.rs"),
        ("features/src/lib.rs", "traits/src/lib.rs"),
    ];
    for world in [WORLD, &proved] {
        let layer = world.replace("name: crates", "name: parts");
        check(world, &layer, &[], &[]);
        let with_crate = layer.replace("features", "traits");
        check(world, &with_crate, &files, &[]);
    }
    let layer = WORLD.replace("name: crates", "name: parts");
    let higher = layer
        .replace("features", "traits")
        .replace("[home, search]", "[home, search, traits]")
        .replace("[traits, \"app", "[\"app");
    check(WORLD, &higher, &files, &["arch.layers[crates].members[]"]);
    let smaller = layer.replace("\"app::domain\", ", "");
    check(WORLD, &smaller, &[], &["arch.layers[crates].members[]"]);
}

#[test]
fn a_crate_that_is_renamed_into_another_place_needs_an_approval() {
    let files = [("features/src/store.rs", "traits/src/store.rs")];
    let renamed = WORLD.replace("features", "traits");
    let higher =
        renamed.replace("[home, search]", "[home, search, traits]").replace("[traits, \"app", "[\"app");
    check(WORLD, &higher, &files, &["arch.layers[crates].members[]"]);
    let not_held = renamed.replace("members: [traits, home]", "members: [home]");
    check(WORLD, &not_held, &files, &["arch.acyclic.modules.members[]"]);
    let in_part = renamed.replace(", traits], because: i", "], because: i");
    check(WORLD, &in_part, &files, &["arch.independent.services.members[]"]);
}

#[test]
fn a_package_that_is_renamed_where_it_lies_is_the_same() {
    let as_file = |name: &str| {
        WORLD
            .replace("members: [features,", &format!("members: [{name},"))
            .replace("[features, home]", &format!("[{name}, home]"))
            .replace("search, features]", &format!("search, {name}]"))
            + &format!(
                "features/Cargo.toml | [package]\nfeatures/Cargo.toml | name = \"{name}\"\n\
                 features/Cargo.toml | version = \"0.1.0\"\nfeatures/Cargo.toml | edition = \"2024\"\n"
            )
    };
    check(&as_file("features"), &as_file("traits"), &[], &[]);
    let elsewhere = as_file("traits")
        .replace("[home, search], ", "[home, search, traits], ")
        .replace("[traits, \"app", "[\"app");
    check(&as_file("features"), &elsewhere, &[], &["arch.layers[crates].members[]"]);
}

#[test]
fn a_module_that_is_renamed_keeps_its_place() {
    let renamed =
        WORLD.replace("app::domain", "app::orders").replace("app/src/domain.rs", "app/src/orders.rs");
    let files = [("app/src/domain.rs", "app/src/orders.rs")];
    check(WORLD, &renamed, &files, &[]);
    let higher = renamed
        .replace("[home, search], ", "[home, search, \"app::orders\"], ")
        .replace(", \"app::orders\", \"app", ", \"app");
    check(WORLD, &higher, &files, &["arch.layers[crates].members[]"]);
}

#[test]
fn a_rule_about_nobody_may_go_and_one_about_somebody_may_not() {
    let rule =
        "arch:\n  edges:\n    pure: { from: [old], to: [infra], because: b }\n\ncrate infra\ncrate old\n";
    let gone = "arch:\n  edges: {}\n\ncrate infra\n";
    check(rule, gone, &[], &[]);
    check(rule, &format!("{gone}crate old\n"), &[], &["arch.edges.pure"]);
    let renamed = "arch:\n  edges: {}\n\ncrate infra\ncrate new\n";
    check(rule, renamed, &[("old/src/lib.rs", "new/src/lib.rs")], &["arch.edges.pure"]);
    let layered = "arch:\n  layers:\n    - { name: a, members: [x], because: b CLOSED }\n    \
                   - { name: c, members: [old], because: d }\n    - { name: e, members: [y], because: f }\n\n\
                   crate x\ncrate old\ncrate y\n";
    let open = layered.replace(" CLOSED", "");
    let closed = layered.replace(" CLOSED", ", closed: true");
    for (base, loosened) in [(open, vec![]), (closed, vec!["arch.layers[c]"])] {
        let head =
            base.replace("    - { name: c, members: [old], because: d }\n", "").replace("crate old\n", "");
        check(&base, &head, &[], &loosened);
    }
}

#[test]
fn a_pattern_goes_with_the_last_that_it_matched() {
    let base = "arch:\n  layers:\n    - { name: a, members: [x, \"stage-*\"], because: b }\n\ncrate x\ncrate stage-one\n";
    let head = base.replace(", \"stage-*\"", "");
    check(base, &head.replace("crate stage-one\n", ""), &[], &[]);
    check(base, &head, &[], &["arch.layers[a].members[]"]);
}

/// Lists of who may do something, and of what nobody else may.
const LISTS: &str = "\
arch:
  forbidden:
    redis: { paths: [redis], only_in: [\"features::redis_store\"], because: a }
    clock: { paths: [\"std::time::Instant\", \"features::redis_store\"], only_in: [clock], because: a }
  protected:
    keys: { members: [store], only_from: [\"features::redis_store\", clock], because: a }
  implementations:
    stores: { traits: [\"store::Store\"], only_in: [\"features::redis_store\"], because: a }
  external:
    engines: { crates: [features, clock], only_through: { redis: [features] }, because: a }

crate store
crate clock -> store
crate features -> redis, store
store/src/lib.rs | pub trait Store {}
features/src/redis_store.rs | pub struct Redis(redis::Client); impl store::Store for Redis {}
features/src/handlers.rs | pub fn handle() {}
";

#[test]
fn a_module_that_is_renamed_may_what_it_might() {
    let renamed = LISTS.replace("redis_store", "redis_engine");
    let file = ("features/src/redis_store.rs", "features/src/redis_engine.rs");
    check(LISTS, &renamed, &[file], &[]);
    let lists = [
        "arch.forbidden.clock.paths[]",
        "arch.forbidden.redis.only_in[]",
        "arch.protected.keys.only_from[]",
        "arch.implementations.stores.only_in[]",
    ];
    // Where git knows of no rename, it is another module.
    check(LISTS, &renamed, &[], &lists[1..]);
    // What was there may no more than it might, and nor may what came in with it.
    let mut taken = LISTS.replace("features::redis_store\"", "features::handlers\"");
    taken = taken.replace("features/src/redis_store.rs", "features/src/handlers.rs");
    check(LISTS, &taken, &[], &lists[1..]);
    let along = format!("{renamed}features/src/redis_engine.rs | pub mod handlers;\nfeatures/src/redis_engine/handlers.rs | pub fn handle() {{}}\n")
        .replace("features/src/handlers.rs | pub fn handle() {}\n", "");
    let moved = ("features/src/handlers.rs", "features/src/redis_engine/handlers.rs");
    check(LISTS, &along, &[file, moved], &lists[1..]);
}

#[test]
fn a_crate_that_is_renamed_may_what_it_might() {
    let renamed = LISTS.replace("clock", "watch").replace("    watch: {", "    clock: {");
    let files = [("clock/Cargo.toml", "watch/Cargo.toml"), ("clock/src/lib.rs", "watch/src/lib.rs")];
    check(LISTS, &renamed, &files, &[]);
    let wrapper = LISTS.replace("features", "traits");
    let files: Vec<(String, String)> = ["Cargo.toml", "src/handlers.rs", "src/lib.rs", "src/redis_store.rs"]
        .map(|file| (format!("features/{file}"), format!("traits/{file}")))
        .into();
    let files: Vec<(&str, &str)> = files.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    check(LISTS, &wrapper, &files, &[]);
    let another = LISTS.replace(
        "only_from: [\"features::redis_store\", clock]",
        "only_from: [\"features::redis_store\", store]",
    );
    check(LISTS, &another, &[], &["arch.protected.keys.only_from[]"]);
    let wider = wrapper.replace("redis: [traits]", "redis: [\"t*\"]");
    check(LISTS, &wider, &files, &["arch.external.engines.only_through.redis[]"]);
}

#[test]
fn a_list_of_which_nothing_is_left_lets_nobody() {
    let (base, head) = (Held::read(LISTS), Held::read(&LISTS.replace("redis_store", "redis_engine")));
    let document = |held: &Held| {
        let text = held.tree().text("gatefold.yaml").expect("there is a policy");
        Document::parse("gatefold.yaml", &text, &SCHEMA).expect("the policy is one")
    };
    let judging = effective(&document(&base), &document(&head), &SCHEMA, arch::RULES, &|_| false);
    let judging: arch::Policy = judging.section(SECTION.name).expect("the section is one");
    let found = head.check_by(&judging).findings;
    let misplaced = found.iter().find(|it| it.rule.id == "misplaced-implementation").expect("it is found");
    assert!(misplaced.message.ends_with("`store::Store`, which nobody may yet"), "{}", misplaced.message);
    let help = misplaced.help.as_deref().unwrap_or_default();
    assert!(help.contains("approved") && !help.contains("  "), "{help}");
}

#[test]
fn what_is_no_crate_and_no_module_of_the_workspace_is_not_gone() {
    let without = LISTS.replace("\"std::time::Instant\", ", "");
    check(LISTS, &without, &[], &["arch.forbidden.clock.paths[]"]);
    let items = LISTS.replace("[\"store::Store\"]", "[\"store::Keys\"]");
    check(LISTS, &items, &[], &["arch.implementations.stores.traits[]"]);
}

#[test]
fn an_example_follows_what_it_spoke_of_and_else_it_is_an_expectation() {
    let world = |krate: &str, example: &str| {
        format!(
            "arch:\n  edges:\n    pure:\n      from: [{krate}]\n      to: [infra]\n      because: b\n      fails_on: |\n        \
             crate {example} -> infra\n        crate infra\n\ncrate infra\ncrate {krate}\n"
        )
    };
    let files = [("old/src/lib.rs", "new/src/lib.rs")];
    check(&world("old", "old"), &world("new", "new"), &files, &[]);
    // The new example proves nothing.
    check(&world("old", "old"), &world("new", "other"), &files, &["arch.edges.pure.fails_on"]);
    // What was no proof may be mended, and what is one stays.
    check(&world("old", "other"), &world("old", "old"), &[], &[]);
    // Another one that breaks the base's rule as well proves no less, and one that breaks head's only may prove less.
    let other = world("old", "old").replace("crate old -> infra", "crate old -> infra, more");
    check(&other, &world("old", "old"), &[], &[]);
    check(&world("old", "old"), &other, &[], &[]);
    let wider = world("old, new", "new").replace("crate old, new\n", "crate old\ncrate new\n");
    check(&(world("old", "old") + "crate new\n"), &wider, &[], &["arch.edges.pure.fails_on"]);
    let without = world("old", "old")
        .replace("      fails_on: |\n        crate old -> infra\n        crate infra\n", "");
    check(&world("old", "old"), &without, &[], &["arch.edges.pure.fails_on"]);
    check(&without, &world("old", "old"), &[], &[]);
}

#[test]
fn what_is_forbidden_is_not_gone_because_nobody_names_it() {
    let world = |paths: &str, deny: &str, crates: &str, traits: &str| {
        format!(
            "arch:\n  forbidden:\n    exits: {{ paths: [{paths}], because: e }}\n  external:\n    \
             tls: {{ crates: [app], deny: [{deny}], because: t }}\n  leaks:\n    \
             wire: {{ members: [app], crates: [{crates}], because: w }}\n  implementations:\n    \
             ports: {{ traits: [{traits}], only_in: [app], because: p }}\n\ncrate app\n\
             app/src/port.rs | pub trait In {{}} pub trait Out {{}}\n"
        )
    };
    let (two, three) = ("\"std::process::exit\"", "\"std::process::exit\", \"std::process::abort\"");
    let all = world(three, "openssl, ring", "tonic, prost", "\"app::port::In\", \"app::port::Out\"");
    let less = world(two, "openssl", "tonic", "\"app::port::In\"");
    check(
        &all,
        &less,
        &[],
        &[
            "arch.forbidden.exits.paths[]",
            "arch.external.tls.deny[]",
            "arch.leaks.wire.crates[]",
            "arch.implementations.ports.traits[]",
        ],
    );
}

#[test]
fn a_crate_that_is_left_out_of_the_workspace_is_not_gone() {
    let without = WORLD.replace(", search", "").replace("crate search\n", "");
    let left_out = "Cargo.toml | [workspace]\nCargo.toml | members = [\"home\", \"features\", \"app\"]\n\
                    Cargo.toml | exclude = [\"search\"]\nsearch/Cargo.toml | [package]\n\
                    search/Cargo.toml | name = \"search\"\n";
    check(
        WORLD,
        &format!("{without}{left_out}"),
        &[],
        &["arch.layers[services].members[]", "arch.independent.services.members[]"],
    );
}

#[test]
fn an_example_of_what_nothing_can_break_any_more_may_go() {
    let example = ", fails_on: \"crate low -> high\\ncrate high\"";
    let world = |high: &str, low: &str| {
        format!(
            "arch:\n  layers:\n{high}    - {{ name: low, members: [low], because: b{low} }}\n\ncrate low\n"
        )
    };
    let high = "    - { name: high, members: [high], because: a }\n";
    let base = world(high, example) + "crate high\n";
    for low in ["", example, ", fails_on: crate low"] {
        check(&base, &world("", low), &[], &[]);
    }
    check(&base, &(world(high, "") + "crate high\n"), &[], &["arch.layers[low].fails_on"]);
}
