//! What people do every day, each without a finding; and what the rules about places say where
//! something is really wrong.

use crate::notation::Held;

pub(crate) const WORLD: &str = "\
arch:
  layers:
    - { name: services, members: [home, search], because: services wire crates together }
    - { name: stages, members: [\"stage-*\"], because: stages are shared by services, closed: true }
    - { name: crates, members: [features, models], because: crates know each other not }

crate home -> stage-top, features
crate search -> stage-top
crate stage-top -> features
crate features
crate models
stage-top/src/lib.rs | pub fn top() { features::load() }
features/src/lib.rs | pub fn load() {}
";

/// What every rule says about a workspace: rule, message.
pub(crate) fn said(text: &str) -> Vec<(&'static str, String)> {
    let findings = Held::read(text).check().findings;
    findings.into_iter().map(|finding| (finding.rule.id, finding.message)).collect()
}

#[track_caller]
pub(crate) fn quiet(text: &str) {
    assert_eq!(said(text), [], "{text}");
}

#[test]
fn a_crate_that_joins_a_layer_is_quiet() {
    quiet(WORLD);
    quiet(&format!("{WORLD}crate stage-seen -> features, models\n"));
    quiet(&format!("{}crate store\n", WORLD.replace("[features, models]", "[features, models, store]")));
}

#[test]
fn a_module_that_moves_within_a_layer_is_quiet() {
    quiet(&format!(
        "{WORLD}features/src/store.rs | pub struct Store;\nfeatures/src/lib.rs | use crate::store::Store;\n"
    ));
    quiet(&format!(
        "{WORLD}models/src/store.rs | pub struct Store;\nmodels/src/lib.rs | use crate::store::Store;\n"
    ));
}

#[test]
fn a_test_may_use_a_higher_crate_unless_the_policy_judges_tests() {
    let world = WORLD.replace("crate features\n", "crate features -> home (dev)\n");
    quiet(&world);
    let judged = world.replacen("arch:\n", "arch:\n  tests: judged\n", 1);
    let said = said(&judged);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(
        said[0],
        (
            "layer-broken",
            "`features` depends on `home`, and layer `crates` lies below layer `services`".to_owned()
        )
    );
}

#[test]
fn a_closed_layer_and_independent_members_say_what_they_are() {
    let beyond = WORLD.replace(
        "    - { name: crates,",
        "    - { name: middle, members: [middle], because: m }\n    - { name: crates,",
    );
    assert_eq!(
        said(&format!("{beyond}crate middle\n")),
        [(
            "layer-broken",
            "`stage-top` uses `features::load`, and layer `stages` is closed: it may use the next layer, not `crates`"
                .to_owned()
        )]
    );
    let beside = said(&WORLD.replace("crate models", "crate models -> features"));
    assert_eq!(
        beside,
        [(
            "layer-broken",
            "`models` depends on `features`, and the members of layer `crates` are independent of each other"
                .to_owned()
        )]
    );
}

#[test]
fn an_unplaced_crate_is_told_the_layer_of_its_folder() {
    let help = |dependencies: &str| {
        let text = "\
arch:
  layers:
    - { name: tools, members: [load], because: t, siblings: free }
    - { name: services, members: [home, search], because: s }
    - { name: crates, members: [features, odd], because: c }

crate load
crate services/home -> features
crate services/search
crate services/odd
crate crates/features
crate services/mould";
        let findings = Held::read(&format!("{text}{dependencies}\n")).check().findings;
        findings
            .into_iter()
            .find(|it| it.rule.id == "unplaced-crate")
            .and_then(|it| it.help)
            .unwrap_or_default()
    };
    let services = "layer `services`, where other crates of `services` are and it breaks nothing";
    assert!(help("").ends_with(services), "{}", help(""));
    assert!(help(" -> features").ends_with(services));
    // With the service below it, it is no service.
    assert!(
        help(" -> home").ends_with("layer `tools`, the lowest in which it breaks nothing"),
        "{}",
        help(" -> home")
    );
}

#[test]
fn an_unplaced_crate_is_told_the_lowest_layer_that_fits() {
    let check = |line: &str, part: &str| {
        let findings = Held::read(&format!("{WORLD}{line}\n")).check().findings;
        let help = findings
            .iter()
            .find(|finding| finding.rule.id == "unplaced-crate")
            .and_then(|finding| finding.help.clone());
        assert!(help.as_ref().is_some_and(|help| help.contains(part)), "{line}: {help:?}");
    };
    check("crate clock", "layer `crates`");
    check("crate glue -> features, models", "layer `stages`");
    check("crate gateway -> stage-top", "layer `services`");
    check("crate everything -> home", "one of the layers `services`, `stages`, `crates`");
    quiet(&format!("{}crate clock\n", WORLD.replacen("arch:\n", "arch:\n  exhaustive: false\n", 1)));
}

#[test]
fn what_is_in_two_layers_is_told_once_and_held_to_both() {
    let twice = WORLD.replace("[home, search]", "[home, search, \"feat*\"]");
    let said = said(&twice);
    assert!(said.contains(&(
        "unplaced-crate",
        "crate `features` is in more than one layer: `services`, `crates`".to_owned()
    )));
    assert!(
        said.iter().any(|(rule, message)| *rule == "layer-broken" && message.contains("stage-top")),
        "{said:?}"
    );
}

#[test]
fn a_dependency_alone_is_held_to_both_layers_of_what_is_in_two() {
    let world = "\
arch:
  layers:
    - { name: above, members: [x], because: a, siblings: free }
    - { name: below, members: [y, \"x*\"], because: b, siblings: free }

crate x
crate y -> x
";
    let rules: Vec<&str> = said(world).iter().map(|(rule, _)| *rule).collect();
    assert_eq!(rules, ["unplaced-crate", "layer-broken"]);
}

#[test]
fn a_dependency_on_a_crate_placed_by_modules_is_judged_by_what_is_used() {
    let world = "\
arch:
  layers:
    - { name: outer, members: [app::self, app::infra], because: o, siblings: free }
    - { name: inner, members: [app::domain, tool], because: i, siblings: free }
    - { name: lowest, members: [words], because: l }

crate app
crate tool -> app
crate words
app/src/domain.rs | pub struct Order;
app/src/infra.rs | pub struct Db;
";
    quiet(&format!("{world}tool/src/lib.rs | use app::domain::Order;\n"));
    assert_eq!(
        said(&format!("{world}tool/src/lib.rs | use app::infra::Db;\n")),
        [(
            "layer-broken",
            "`tool` uses `app::infra::Db`, and layer `inner` lies below layer `outer`".to_owned()
        )]
    );
    assert_eq!(said(&world.replace("crate words", "crate words -> app")).len(), 1);
}

#[test]
fn a_crate_placed_by_modules_has_every_module_placed() {
    let world = "\
arch:
  layers:
    - { name: outer, members: [app::infra], because: o }
    - { name: inner, members: [app::domain], because: i }

crate app
app/src/domain.rs | pub struct Order;
app/src/infra.rs | pub struct Db;
app/src/extra.rs | pub struct Extra;
";
    let said = said(world);
    let unplaced: Vec<&str> = said.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(unplaced, ["what `app` holds itself is in no layer", "module `app::extra` is in no layer"]);
    quiet(
        &world
            .replace("[app::infra]", "[app::infra, app::self]")
            .replace("[app::domain]", "[app::domain, app::extra]"),
    );
}

#[test]
fn a_module_for_tests_and_a_build_script_need_no_place() {
    quiet(
        "\
arch:
  layers:
    - { name: all, members: [app::self, app::domain], because: a }

crate app
app/build.rs | fn main() {}
app/src/lib.rs | mod domain;
app/src/lib.rs | #[cfg(test)] mod testing;
app/src/domain.rs | pub struct Order;
app/src/testing.rs | pub struct Fake;
",
    );
}

#[test]
fn a_binary_lies_below_its_root_file() {
    let world = "\
arch:
  layers:
    - { name: wiring, members: [app::main, app::seed], because: w, siblings: free }
    - { name: rest, members: [app::self, app::store], because: r, siblings: free }
  acyclic:
    circles: { members: [app], because: c }

crate app
app/src/main.rs | mod flags;
app/src/main.rs | fn main() { app::store::open(flags::read()) }
app/src/flags.rs | pub fn read() -> u8 { 0 }
app/src/bin/seed/main.rs | fn main() { app::store::open(1) }
app/src/lib.rs | pub mod store;
app/src/store.rs | pub fn open(_: u8) {}
";
    quiet(world);
    let circle = "app/src/main.rs | mod words;\napp/src/flags.rs | use crate::words::A;\n\
                  app/src/words.rs | use crate::flags::read; pub struct A;\n";
    assert_eq!(
        said(&format!("{world}{circle}")),
        [(
            "dependency-cycle",
            "modules use each other in a circle: `app::main::flags` -> `app::main::words` -> `app::main::flags`".to_owned()
        )]
    );
}

#[test]
fn crates_in_a_circle_of_dev_dependencies_are_found_where_it_is_asked_for() {
    let world = "crate a -> b\ncrate b -> c\ncrate c -> a (dev)\n";
    quiet(world);
    let judged = format!("arch:\n  dev_cycles: judged\n\n{world}");
    assert_eq!(
        said(&judged),
        [("dependency-cycle", "crates use each other in a circle: `a` -> `b` -> `c` -> `a`".to_owned())]
    );
    let cargo_refuses = "crate a -> b\ncrate b -> a\n";
    assert_eq!(said(cargo_refuses).len(), 1);
}

#[test]
fn a_crate_without_a_library_holds_nothing_itself() {
    quiet(
        "\
arch:
  layers:
    - { name: all, members: [app::main], because: a }

crate app
app/src/main.rs | fn main() {}
",
    );
}

#[test]
fn an_empty_policy_finds_nothing_and_says_what_it_saw() {
    let checked = Held::read("crate a -> b\ncrate b\n").check();
    assert!(checked.findings.is_empty());
    assert_eq!(checked.counts.get("crates"), Some(&2));
    assert!(checked.unresolved.is_some());
}

/// Whoever is in the layer `services` may name `tonic`, and has no circles.
const BY_LAYER: &str = "\
arch:
  layers:
    - { name: services, members: [home], because: services wire crates together }
    - { name: crates, members: [features], because: crates know no service }
  acyclic:
    modules: { members: [\"layer:services\"], because: a module is read after those that it uses }
  forbidden:
    transport: { paths: [tonic], only_in: [\"layer:services\"], because: ranking is tested without a network }

crate home -> tonic
home/src/lib.rs | pub use tonic::Status;
crate features
";

#[test]
fn a_crate_that_joins_a_layer_may_name_what_the_layer_may() {
    quiet(BY_LAYER);
    let joined = BY_LAYER.replace("members: [home]", "members: [home, search]");
    quiet(&format!("{joined}crate search -> tonic\nsearch/src/lib.rs | pub use tonic::Status;\n"));
    let outside = BY_LAYER.replace("crate features", "crate features -> tonic");
    let outside = said(&format!("{outside}features/src/lib.rs | pub use tonic::Status;\n"));
    let message = "`features` names `tonic::Status`, and only `layer:services` may".to_owned();
    assert_eq!(outside, [("forbidden-path", message)]);
}

#[test]
fn the_members_of_a_layer_are_held_free_of_circles() {
    let round =
        "home/src/a.rs | use crate::b::B; pub struct A;\nhome/src/b.rs | use crate::a::A; pub struct B;\n";
    let circle = said(&format!("{BY_LAYER}{round}"));
    assert_eq!(circle.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), ["dependency-cycle"]);
}
