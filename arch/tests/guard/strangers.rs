//! Packages that are no members of the workspace: what a rule holds them to, and what it sees behind them.

use crate::honest_changes::quiet;
use crate::relations::{messages, notes};

/// A package that `[patch]` puts in, which leads from one member to another.
const STRANGER: &str = "\
arch:
  RULE

crate domain
crate infra
Cargo.toml | [workspace]
Cargo.toml | members = [\"domain\", \"infra\"]
Cargo.toml | exclude = [\"helper\", \"more\"]
Cargo.toml | [patch.crates-io]
Cargo.toml | helper = { path = \"helper\" }
domain/Cargo.toml | [package]
domain/Cargo.toml | name = \"domain\"
domain/Cargo.toml | [dependencies]
domain/Cargo.toml | helper = \"1\"
helper/Cargo.toml | [package]
helper/Cargo.toml | name = \"helper\"
helper/Cargo.toml | [dependencies]
helper/Cargo.toml | more = { path = \"../more\" }
more/Cargo.toml | [package]
more/Cargo.toml | name = \"more\"
more/Cargo.toml | [dependencies]
more/Cargo.toml | infra = { path = \"../infra\" }
";

#[test]
fn a_package_that_is_no_member_is_no_way_round() {
    let layers = "layers:\n    - { name: high, members: [infra], because: h }\n    \
                  - { name: low, members: [domain], because: l }";
    let over = "over `helper/Cargo.toml`, `more/Cargo.toml`, which are no members of the workspace";
    let direct = "edges: { pure: { from: [domain], to: [infra], because: p } }";
    let apart = "independent: { pure: { members: [domain, infra], because: p } }";
    let kept = "protected: { kept: { members: [infra], only_from: [infra], because: p } }";
    for (rule, id) in [
        (layers, "layer-broken"),
        (direct, "forbidden-edge"),
        (apart, "sibling-used"),
        (kept, "protected-used"),
    ] {
        let told = messages(&STRANGER.replace("RULE", rule));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("{id}: `domain` depends on `infra`, {over}, ")), "{told:?}");
        // Code from elsewhere that leads to no member is nobody's concern.
        quiet(
            &STRANGER
                .replace("RULE", rule)
                .replace("more/Cargo.toml | infra = { path = \"../infra\" }\n", ""),
        );
        quiet(
            &STRANGER
                .replace("RULE", rule)
                .replace("more/Cargo.toml | [dependencies]", "more/Cargo.toml | [dev-dependencies]"),
        );
    }
}

#[test]
fn a_chain_shows_the_packages_that_are_no_members() {
    let far = "edges: { pure: { from: [app], to: [infra], reach: any, because: p } }";
    let world = STRANGER
        .replace("RULE", far)
        .replace("crate infra\n", "crate infra\ncrate app -> domain\n")
        .replace("members = [\"domain\",", "members = [\"app\", \"domain\",");
    assert_eq!(
        notes(&world)[1],
        "domain/Cargo.toml:4 `domain` depends on `infra` here, over `helper/Cargo.toml`, `more/Cargo.toml`, which are \
         no members of the workspace"
    );
}

/// A package that `exclude` leaves out and a member uses by path.
const OUTSIDE: &str = "\
arch:
  layers:
    - { name: outer, members: [infra], because: it may use everything }
    - { name: inner, members: [domain], because: it is pure }

crate infra
Cargo.toml | [workspace]
Cargo.toml | members = [\"domain\", \"infra\"]
Cargo.toml | exclude = [\"side\", \"fuzz\"]
domain/Cargo.toml | [package]
domain/Cargo.toml | name = \"domain\"
domain/Cargo.toml | [dependencies]
domain/Cargo.toml | side = { path = \"../side\" }
domain/src/lib.rs |
side/Cargo.toml | [package]
side/Cargo.toml | name = \"side\"
side/src/lib.rs |
fuzz/Cargo.toml | [package]
fuzz/Cargo.toml | name = \"fuzz\"
fuzz/src/lib.rs |
";

#[test]
fn a_package_that_a_member_uses_by_path_needs_a_place() {
    let told = messages(OUTSIDE);
    assert_eq!(told.len(), 1, "{told:?}");
    let wanted = "unplaced-crate: crate `side` is in no layer, and it is no member of the workspace although members \
                  use it by path";
    assert!(told[0].starts_with(wanted), "{told:?}");
    quiet(&OUTSIDE.replace("side = { path = \"../side\" }", "log = \"1\""));
    let placed = |layer: &str| OUTSIDE.replace(&format!("[{layer}]"), &format!("[{layer}, side]"));
    quiet(&placed("domain").replace("it is pure }", "it is pure, siblings: free }"));
    let told = messages(&placed("infra"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("layer-broken: `domain` depends on `side`"), "{told:?}");
}
