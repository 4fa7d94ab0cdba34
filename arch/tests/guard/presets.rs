//! What a preset decides where its conventions hold, and how a policy adds to it.

use arch::{Policy, Preset};

use crate::honest_changes::said;
use crate::notation::{Held, read_policy};

/// A workspace of ranking services that keeps to the preset.
const RANKER: &str = "\
arch: { preset: ranker }

crate services/home -> stages
crate services/search -> stages
crate crates/stages
crate tools/load -> stages
services/home/contracts/rank.yaml | contracts: 1
services/search/contracts/rank.yaml | contracts: 1
services/home/golden/requests.jsonl | {}
services/search/golden/requests.jsonl | {}
services/home/golden/rankings.jsonl | {}
services/search/golden/rankings.jsonl | {}
services/home/operations/slo.yaml | days: 30
services/search/operations/slo.yaml | days: 30
services/home/operations/runbook.md | # Runbook
services/search/operations/runbook.md | # Runbook
protos/ranking/v1/home.proto | syntax = \"proto3\";
protos/ranking/v1/search.proto | syntax = \"proto3\";
";

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut found: Vec<String> =
        said(text).into_iter().map(|(rule, message)| format!("{rule}: {message}")).collect();
    found.sort();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn every_rule_of_a_preset_is_broken_by_its_example() {
    for preset in [Preset::Hexagonal, Preset::Ranker] {
        let proofs =
            arch::prove(&Policy { preset: Some(preset), ..Policy::default() }).expect("it is proved");
        let unproved: Vec<_> = proofs.iter().filter(|proof| !proof.result.is_proof()).collect();
        assert!(unproved.is_empty() && proofs.len() > 3, "{preset}: {unproved:#?}");
    }
}

#[test]
fn a_workspace_that_keeps_to_the_conventions_is_quiet_and_one_that_does_not_is_told() {
    check(RANKER, &[]);
    let broken = RANKER.replace("services/home -> stages", "services/home -> search, load");
    check(
        &broken,
        &[
            "layer-broken: `home` depends on `load`, and layer `services` lies below layer `tools`",
            "layer-broken: `home` depends on `search`, and the members of layer `services` are independent of each other",
        ],
    );
    let hexagonal = "\
arch: { preset: hexagonal }

crate domain -> store-adapter
crate store-adapter
";
    check(
        hexagonal,
        &[
            "layer-broken: `domain` depends on `store-adapter`, and layer `domain` lies below layer `adapters`",
        ],
    );
}

#[test]
fn a_rule_about_what_is_not_here_is_silent_and_a_preset_about_nothing_is_told() {
    let without_tools = RANKER.replace("crate tools/load -> stages\n", "");
    check(&without_tools, &[]);
    let other = "\
arch: { preset: hexagonal, exhaustive: false }

crate home
";
    check(other, &["vacuous-rule: no layer of the preset `hexagonal` has a member in this workspace"]);
}

#[test]
fn own_layers_add_members_to_those_of_the_preset_or_stand_above_them() {
    let own = "\
arch:
  preset: hexagonal
  layers:
    - { name: wiring, members: [shop-main], because: it puts the rest together }
    - { name: adapters, members: [shop-web], because: it speaks HTTP }

crate shop-main -> shop-web, domain
crate shop-web -> domain
crate domain
";
    check(own, &[]);
    check(
        &own.replace("crate domain\n", "crate domain -> shop-web\n")
            .replace("shop-web -> domain", "shop-web"),
        &["layer-broken: `domain` depends on `shop-web`, and layer `domain` lies below layer `adapters`"],
    );
    check(
        &own.replace("shop-web -> domain", "shop-web -> shop-main"),
        &[
            "dependency-cycle: crates use each other in a circle: `shop-main` -> `shop-web` -> `shop-main`",
            "layer-broken: `shop-web` depends on `shop-main`, and layer `adapters` lies below layer `wiring`",
        ],
    );
}

#[test]
fn what_the_preset_decides_is_replaced_only_where_that_is_said() {
    let exits = "arch:\n  preset: ranker\n  forbidden:\n    exits: { paths: [a], because: b }\n";
    let error = read_policy(exits).expect_err("it is refused");
    assert!(
        error.starts_with("gatefold.yaml:4:5") && error.contains("the preset has a rule of this name"),
        "{error}"
    );
    read_policy(&exits.replace("ranker", "ranker\n  without: [forbidden.exits]")).expect("it is read");
    for (text, part) in [
        ("arch: { preset: ranker, without: [forbidden.exit] }", "has no rule `forbidden.exit`"),
        ("arch: { without: [forbidden.exits] }", "no `preset`"),
        ("arch: { preset: onion }", "onion"),
    ] {
        let error = read_policy(text).expect_err(text);
        assert!(error.contains(part), "{error}");
    }
    let stops = "services/home/src/lib.rs | pub fn stop() { std::process::exit(1) }\n";
    let held = format!("{RANKER}{stops}");
    check(&held, &["forbidden-path: `home` names `std::process::exit`, and nobody may"]);
    check(&held.replace("preset: ranker", "preset: ranker, without: [forbidden.exits]"), &[]);
}

#[test]
fn a_preset_names_the_packages_of_the_workspace_where_it_speaks_of_folders() {
    let tree = Held::read(RANKER).tree();
    let code = source::Code::read(&tree, &source::Cache::off());
    let text = Preset::Ranker.text_for(&code.workspace);
    assert!(text.contains("members: [home, search]") && text.contains("members: [load]"), "{text}");
    assert!(!text.contains("folder:"), "{text}");
}
