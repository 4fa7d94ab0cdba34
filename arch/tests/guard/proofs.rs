//! Whether a rule can fail is asked of the rule alone, with nothing but its example.

use arch::{Proved, prove};

use crate::notation::{Held, read_policy};

/// What becomes of the only rule.
#[track_caller]
fn proved(policy: &str) -> Proved {
    let policy = read_policy(policy).expect("the policy is one");
    let mut proofs = prove(&policy).expect("it is proved");
    assert_eq!(proofs.len(), 1, "{proofs:?}");
    proofs.swap_remove(0).result
}

/// A policy of one rule that shows one example.
fn shown(kind: &str, rule: &str, example: &str) -> String {
    let example: String = example.lines().map(|line| format!("        {line}\n")).collect();
    format!("arch:\n  {kind}:\n    x:\n      {rule}\n      because: b\n      fails_on: |\n{example}")
}

#[test]
fn an_example_must_break_its_own_rule_and_no_other() {
    let breaks = shown("forbidden", "paths: [redb]", "crate home -> redb");
    assert!(matches!(proved(&breaks), Proved::Fails { line: Some(1), .. }));
    let holds = shown("forbidden", "paths: [redb]", "crate home -> sled");
    assert_eq!(proved(&holds), Proved::Holds { broken: vec!["vacuous-rule"] });
    // Crates in a circle are found without any rule about modules.
    let circle = shown("acyclic", "members: [a]", "crate a -> b\ncrate b -> a");
    assert!(matches!(proved(&circle), Proved::Holds { broken } if !broken.contains(&"dependency-cycle")));
    let modules = "crate a\na/src/one.rs | use crate::two::Two;\na/src/two.rs | use crate::one::One;";
    assert!(matches!(
        proved(&shown("acyclic", "members: [a]", modules)),
        Proved::Fails { line: Some(2), .. }
    ));
    let malformed = proved(&shown("forbidden", "paths: [redb]", "crate home -> redb\nhome uses redb"));
    assert!(matches!(malformed, Proved::Malformed(malformed) if malformed.line == 2));
    let long = "home/src/lib.rs | use redb::Database;\n".repeat(201);
    let long = proved(&shown("forbidden", "paths: [redb]", &long));
    assert!(matches!(long, Proved::Malformed(malformed) if malformed.line == 201));
}

#[test]
fn a_file_of_an_example_that_nobody_looks_at_is_told_with_its_line() {
    let unread = |example: &str, line: u32, part: &str| {
        let result = proved(&shown("forbidden", "paths: [redb]", example));
        let Proved::Malformed(malformed) = result else { panic!("{example}: {result:?}") };
        assert!(malformed.line == line && malformed.reason.contains(part), "{malformed}");
    };
    unread("crate home -> redb\nhoem/src/lib.rs | use redb::Database;", 2, "belongs to no crate");
    unread("crate home -> redb\nhome/src/a/b.rs | use redb::Database;", 2, "no `mod` leads to it");
    unread(
        "crate home -> redb\nhome/src/lib.rs | pub fn f() {\nhome/src/lib.rs | use redb",
        2,
        "cannot be read",
    );
    unread("crate home -> redb\nhome/Cargo.toml | [package", 2, "cannot be read");
    for read in [
        "home/src/a.rs | pub mod b;\nhome/src/a/b.rs |",
        "home/src/lib.rs | include!(\"a.rs\");\nhome/src/a.rs |",
        "home/src/lib.rs | const X: u8 = include!(\"a.in\");\nhome/src/a.in | 1",
        "home/tests/a.rs | fn f() {}",
        "README.md | none",
    ] {
        let result = proved(&shown("forbidden", "paths: [redb]", &format!("crate home -> redb\n{read}")));
        assert!(matches!(result, Proved::Fails { .. }), "{read}: {result:?}");
    }
    let complete = "home/Cargo.toml | [package]\nhome/build/x.rs | none";
    let result = proved(
        &shown("complete", "{ each: '{crate}/Cargo.toml', has: ['{crate}/README.md'] }", complete)
            .replace("{ each", "each")
            .replace(", has", "\n      has")
            .replace("] }", "]"),
    );
    assert!(matches!(result, Proved::Fails { .. }), "{result:?}");
}

#[test]
fn an_example_of_a_layer_breaks_that_layer_and_no_other() {
    let layers = |high: &str, low: &str| {
        let policy = format!(
            "arch:\n  layers:\n    - {{ name: high, members: [a, b], because: x{high} }}\n    \
             - {{ name: low, members: [c], because: x{low} }}\n"
        );
        let proofs = prove(&read_policy(&policy).expect("a policy")).expect("it is proved");
        proofs.into_iter().map(|proof| proof.result).collect::<Vec<_>>()
    };
    let upwards = ", fails_on: \"crate c -> a\\ncrate a\"";
    let beside = ", fails_on: \"crate a -> b\\ncrate b\"";
    assert!(layers(beside, upwards).iter().all(|result| matches!(result, Proved::Fails { .. })));
    assert_eq!(
        layers(upwards, beside),
        [Proved::Holds { broken: vec!["layer-broken"] }, Proved::Holds { broken: vec!["layer-broken"] }]
    );
    assert_eq!(layers("", ", siblings: free"), [Proved::Missing, Proved::Missing]);
    assert_eq!(layers(", siblings: free", ""), [Proved::NeedsNone, Proved::Missing]);
    assert_eq!(layers(", siblings: free, closed: true", "")[0], Proved::Missing);
    // Once the layer above is gone, its example breaks nothing, and need not.
    for example in [upwards, beside, ", fails_on: nothing"] {
        assert_eq!(layers(&format!(", siblings: free{example}"), "")[0], Proved::NeedsNone);
    }
}

#[test]
fn a_rule_about_layers_is_shown_the_layers_that_it_names() {
    let policy = "\
arch:
  layers:
    - { name: top, members: [home], because: t, siblings: free }
  forbidden:
    wire:
      paths: [tonic]
      only_in: [\"layer:top\"]
      because: w
      fails_on: crate EXAMPLE -> tonic
";
    let result = |example: &str| {
        let policy = read_policy(&policy.replace("EXAMPLE", example)).expect("a policy");
        prove(&policy).expect("it is proved").swap_remove(1).result
    };
    assert!(matches!(result("stages"), Proved::Fails { .. }));
    assert!(matches!(result("home"), Proved::Holds { .. }));
}

#[test]
fn what_is_not_proved_is_told_where_head_says_it_and_keeps_its_identity() {
    let world = |rule: &str| format!("{rule}\ncrate home -> redb\n");
    let findings = |text: &str| {
        let held = Held::read(text);
        arch::check_policy(&held.tree(), &held.policy()).expect("the guard looks").findings
    };
    let missing = "arch:\n  forbidden:\n    x: { paths: [redb], because: b }\n";
    let found = findings(&world(missing));
    assert_eq!(found[0].location.as_ref().and_then(|it| it.span).map(|it| it.line), Some(3));
    assert_eq!(found[0].message, "nothing shows that `arch.forbidden.x` can fail");
    let moved = findings(&world(&missing.replace("arch:\n", "arch:\n  exhaustive: false\n")));
    assert_eq!(found[0].fingerprint(), moved[0].fingerprint());
    // An example that proves nothing is another finding than none at all, so that it is not known.
    let bogus = findings(&world(&missing.replace("because: b", "because: b, fails_on: crate a")));
    assert_ne!(found[0].fingerprint(), bogus[0].fingerprint());
}
