//! Packages from elsewhere: who may depend on them, through whom, and what is said of the way there.

use crate::notation::{Held, check, read_policy};

/// A lock file in lines of the notation: each package as `name version: needs`, members as `name:`.
fn locked(packages: &str) -> String {
    let mut text = String::from("Cargo.lock | version = 4\n");
    for line in packages.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (package, needs) = line.split_once(':').expect("a package and its needs");
        let (name, version) = package.split_once(' ').unwrap_or((package, ""));
        text.push_str(&format!("Cargo.lock | [[package]]\nCargo.lock | name = {name:?}\n"));
        match version {
            "" => text.push_str("Cargo.lock | version = \"0.1.0\"\n"),
            version => text.push_str(&format!(
                "Cargo.lock | version = {version:?}\nCargo.lock | source = \"registry+https://index\"\n"
            )),
        }
        let needs: Vec<String> = needs
            .split(',')
            .map(str::trim)
            .filter(|need| !need.is_empty())
            .map(|need| format!("{need:?}"))
            .collect();
        text.push_str(&format!("Cargo.lock | dependencies = [{}]\n", needs.join(", ")));
    }
    text
}

/// What the guard says of a rule of `external`, as `file:line rule: message`.
fn said(rule: &str, crates: &str, lock: &str) -> Vec<String> {
    let lock = if lock.is_empty() { String::new() } else { locked(lock) };
    let text = format!("arch:\n  external:\n    x: {{ because: it is so, {rule} }}\n\n{crates}\n{lock}");
    let findings = Held::read(&text).check().findings;
    let shown = findings.iter().filter(|finding| finding.rule.id != "vacuous-rule").map(|finding| {
        let location = finding.location.as_ref().expect("a place");
        let line = location.span.map_or(0, |span| span.line);
        format!("{}:{line} {}: {}", location.file, finding.rule.id, finding.message)
    });
    shown.collect()
}

#[test]
fn the_way_to_a_denied_package_is_shown_link_by_link_and_the_shortest_first() {
    let text = format!(
        "arch:\n  external:\n    tls: {{ crates: [home], deny: [openssl-sys], reach: any, because: no C, instead: take rustls }}\n\n\
         crate home -> inner, slow\ncrate inner -> fetch\n{}",
        locked(
            "home: inner, slow
             inner: fetch
             slow 1.0.0: slower
             slower 1.0.0: slowest
             slowest 1.0.0: openssl-sys
             fetch 1.0.0: openssl-sys
             openssl-sys 0.9.1:"
        )
    );
    let findings = Held::read(&text).check().findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let finding = &findings[0];
    assert_eq!(
        finding.message,
        "`home` reaches `openssl-sys` through `inner` and 1 more, and `arch.external.tls` denies it"
    );
    assert_eq!(
        finding.help.as_deref(),
        Some("take rustls; do without `openssl-sys`, or without what brings it in")
    );
    assert_eq!(finding.facts, ["home", "openssl-sys"]);
    let notes: Vec<String> = finding
        .notes
        .iter()
        .map(|note| format!("{} {}", note.location.as_ref().map_or("-", |place| &place.file), note.text))
        .collect();
    assert_eq!(
        notes,
        [
            "home/Cargo.toml `home` depends on `inner` here",
            "inner/Cargo.toml `inner` depends on `fetch` here",
            "Cargo.lock `fetch` depends on `openssl-sys` here",
            "- because no C (`arch.external.tls`)",
        ]
    );
}

#[test]
fn a_crate_that_is_held_itself_answers_for_what_lies_behind_it() {
    let crates = "crate high -> low\ncrate low -> redis\ncrate side -> low, free\ncrate free -> redis";
    let lock = "high: low\nlow: redis\nside: free, low\nfree: redis\nredis 1.0.0:";
    assert_eq!(
        said("crates: [high, low, side], deny: [redis], reach: any", crates, lock),
        [
            "low/Cargo.toml:6 denied-dependency: `low` depends on `redis`, and `arch.external.x` denies it",
            "side/Cargo.toml:7 denied-dependency: `side` reaches `redis` through `free`, and `arch.external.x` denies it",
        ]
    );
    assert_eq!(said("crates: [high], deny: [redis]", crates, ""), [""; 0]);
}

#[test]
fn no_way_leads_past_the_crates_that_wrap_a_package() {
    let crates = "crate features -> redis\ncrate home -> features, pool\ncrate tool -> features";
    let lock = "features: redis\nhome: features, pool\npool 1.0.0: redis\nredis 1.0.0:\ntool: features";
    assert_eq!(
        said("crates: ['*'], only_through: { redis: [features] }, reach: any", crates, lock),
        [
            "home/Cargo.toml:7 unwrapped-dependency: `home` reaches `redis` through `pool`, and only `features` may"
        ]
    );
    assert_eq!(said("crates: ['*'], only_through: { redis: [features] }", crates, ""), [""; 0]);
}

#[test]
fn a_list_of_all_that_is_allowed_holds_what_is_reached_too() {
    let crates = "crate domain -> serde, shared\ncrate shared -> uuid, log";
    let lock = "domain: serde, shared\nshared: uuid, log\nserde 1.0.0: serde_core\nserde_core 1.0.0:\nuuid 1.0.0: getrandom\n\
                getrandom 0.3.0: libc\nlibc 0.2.0:\nlog 1.4.0:";
    assert_eq!(
        said("crates: [domain], allow: [serde, serde-core, uuid], reach: any", crates, lock),
        [
            "domain/Cargo.toml:7 unlisted-dependency: `domain` reaches `getrandom` through `shared` and 1 more, and \
             `arch.external.x` does not allow it",
            "domain/Cargo.toml:7 unlisted-dependency: `domain` reaches `log` through `shared`, and `arch.external.x` \
             does not allow it",
        ]
    );
    assert_eq!(
        said("crates: [domain], allow: []", crates, ""),
        [
            "domain/Cargo.toml:6 unlisted-dependency: `domain` depends on `serde`, and `arch.external.x` does not allow it"
        ]
    );
}

#[test]
fn of_several_versions_the_one_that_is_asked_for_is_followed() {
    let crates = "crate old\nold/Cargo.toml | [package]\nold/Cargo.toml | name = \"old\"\nold/Cargo.toml | [dependencies]\n\
                  old/Cargo.toml | rand_old = { package = \"rand\", version = \"0.7\" }\n\
                  old/Cargo.toml | rand = \"0.9\"\n\
                  crate new\nnew/Cargo.toml | [package]\nnew/Cargo.toml | name = \"new\"\nnew/Cargo.toml | [dependencies]\n\
                  new/Cargo.toml | rand = \"0.9\"";
    let lock = "old: rand 0.7.3, rand 0.9.1\nnew: rand 0.9.1\nrand 0.7.3: libc\nrand 0.9.1:\nlibc 0.2.0:";
    assert_eq!(
        said("crates: ['*'], deny: [libc], reach: any", crates, lock),
        [
            "old/Cargo.toml:4 denied-dependency: `old` reaches `libc` through `rand 0.7.3`, and `arch.external.x` denies it"
        ]
    );
}

#[test]
fn tables_of_dependencies_are_judged_by_their_kind() {
    let crates = "crate a -> redis (dev)\ncrate b -> redis (build)\ncrate c -> redis as cache";
    let b = "b/Cargo.toml:8 denied-dependency: `b` depends on `redis`, and `arch.external.x` denies it";
    let c = "c/Cargo.toml:6 denied-dependency: `c` depends on `redis`, and `arch.external.x` denies it";
    assert_eq!(said("crates: ['*'], deny: [redis]", crates, ""), [b, c]);
    assert_eq!(said("crates: ['*'], deny: [redis], build: free", crates, ""), [c]);
    let platform = "crate d\nd/Cargo.toml | [package]\nd/Cargo.toml | name = \"d\"\n\
                    d/Cargo.toml | [target.'cfg(windows)'.dependencies]\nd/Cargo.toml | redis = \"1\"";
    assert_eq!(said("crates: [d], deny: [red*]", platform, "").len(), 1);
    check(
        "arch:\n  tests: judged\n  external: { x: { crates: [a], deny: [redis], because: b } }\n\n",
        "crate a -> redis (dev) //~",
        "denied-dependency",
    );
    // The dev-dependencies of what is depended on are nobody's.
    let lock = "a: b\nb: redis\nredis 1.0.0:";
    assert_eq!(
        said("crates: [a], deny: [redis], reach: any", "crate a -> b\ncrate b -> redis (dev)", lock),
        [""; 0]
    );
}

#[test]
fn features_come_from_the_workspace_and_from_the_crates_own_features_too() {
    let world = "Cargo.toml | [workspace]\nCargo.toml | members = [\"a\"]\nCargo.toml | [workspace.dependencies]\n\
                 Cargo.toml | tokio = { version = \"1\", features = [\"full\"] }\n\
                 a/Cargo.toml | [package]\na/Cargo.toml | name = \"a\"\na/Cargo.toml | edition = \"2021\"\na/src/lib.rs |\n";
    let with = |rest: &str, rule: &str| {
        let rest: String = rest.lines().map(|line| format!("a/Cargo.toml | {line}\n")).collect();
        said(&format!("crates: [a], features: {{ tokio: {rule} }}"), &format!("{world}{rest}"), "")
    };
    let inherits =
        "[dependencies]\ntokio = { workspace = true, features = [\"rt\"], default-features = false }";
    assert_eq!(
        with(inherits, "{ require: [rt, net], forbid: [full], default: forbidden }"),
        [
            "a/Cargo.toml:5 misfeatured-dependency: `a` depends on `tokio` without its feature `net`",
            "a/Cargo.toml:5 misfeatured-dependency: `a` switches on the feature `full` of `tokio`",
            "a/Cargo.toml:5 misfeatured-dependency: `a` depends on `tokio` with its default features",
        ]
    );
    let passed_on = "[features]\nall = [\"rt?/full\"]\n[dependencies]\n\
                     rt = { package = \"tokio\", version = \"1\", optional = true, default-features = false }";
    assert_eq!(
        with(passed_on, "{ forbid: [full], default: forbidden }"),
        [
            "a/Cargo.toml:5 misfeatured-dependency: `a` switches on the feature `full` of `tokio` by its own feature `all`"
        ]
    );
    let split = "[dependencies]\ntokio = { version = \"1\", features = [\"rt\"] }\n\
                 [target.'cfg(unix)'.dependencies]\ntokio = { version = \"1\", features = [\"net\"] }";
    assert_eq!(with(split, "{ require: [rt, net] }"), [""; 0]);
    let dev = "[dev-dependencies]\ntokio = { version = \"1\", features = [\"full\"] }";
    assert_eq!(with(dev, "{ forbid: [full] }"), [""; 0]);
}

#[test]
fn a_lock_file_that_does_not_say_it_is_no_reason_to_be_quiet() {
    let any = "crates: ['*'], deny: [libc], reach: any";
    assert_eq!(
        said(any, "crate a -> log", ""),
        [
            "Cargo.toml:0 unread-lock-file: what is reached through other packages is not known: there is no `Cargo.lock`"
        ]
    );
    assert_eq!(
        said(any, "crate a -> libc\nCargo.lock | <<<<<<< HEAD", ""),
        [
            "a/Cargo.toml:6 denied-dependency: `a` depends on `libc`, and `arch.external.x` denies it",
            "Cargo.lock:1 unread-lock-file: what is reached through other packages is not known: key with no value, \
             expected `=`",
        ]
    );
    let stale = "a/Cargo.toml:6 unread-lock-file: `Cargo.lock` does not know `log 1`, which `a` depends on";
    assert_eq!(said(any, "crate a -> log", "a:\nlog 1.0.0:"), [stale]);
    assert_eq!(said(any, "crate a -> log", "a: log\nlog 2.0.0:"), [stale]);
    assert_eq!(said(any, "crate a -> log", "log 1.0.0:"), [stale]);
    assert_eq!(said(any, "crate a -> log (dev)", "a: log\nlog 1.0.0:"), [""; 0]);
    // Nobody asked for what is reached.
    assert_eq!(said("crates: ['*'], deny: [libc]", "crate a -> log", ""), [""; 0]);
}

#[test]
fn a_circle_in_the_lock_file_ends_the_search() {
    let lock = "a: b\nb 1.0.0: c\nc 1.0.0: b, d\nd 1.0.0:";
    assert_eq!(
        said("crates: [a], deny: [d], reach: any", "crate a -> b", lock),
        [
            "a/Cargo.toml:6 denied-dependency: `a` reaches `d` through `b` and 1 more, and `arch.external.x` denies it"
        ]
    );
    assert_eq!(said("crates: [a], allow: [b, c, d], reach: any", "crate a -> b", lock), [""; 0]);
}

#[test]
fn a_package_beside_the_workspace_is_one_from_elsewhere() {
    let crates = "Cargo.toml | [workspace]\nCargo.toml | members = [\"a\"]\nCargo.toml | exclude = [\"vendored\"]\n\
                  a/Cargo.toml | [package]\na/Cargo.toml | name = \"a\"\na/Cargo.toml | [dependencies]\n\
                  a/Cargo.toml | vendored = { path = \"../vendored\" }\na/src/lib.rs |\n\
                  vendored/Cargo.toml | [package]\nvendored/Cargo.toml | name = \"vendored\"\nvendored/Cargo.toml | [dependencies]\n\
                  vendored/Cargo.toml | log = \"1\"\nvendored/src/lib.rs |";
    assert_eq!(said("crates: [a], allow: []", crates, "").len(), 1);
    assert_eq!(
        said("crates: [a], deny: [log], reach: any", crates, "a: vendored\nvendored: log\nlog 1.0.0:").len(),
        1
    );
}

#[test]
fn layers_stand_for_their_crates() {
    check(
        "arch:\n  layers:\n    - { name: top, members: [home], because: b }\n    - { name: domain, members: [model, rank], because: b, siblings: free }\n  \
         external: { x: { crates: ['layer:domain'], allow: [serde], because: b } }\n\n",
        "crate home -> tokio, model\ncrate model -> serde\ncrate rank -> rand //~",
        "unlisted-dependency",
    );
}

#[test]
fn modules_of_a_layer_are_held_to_what_their_code_names() {
    let world = "arch:\n  layers:\n    - { name: infra, members: ['app::infra', 'app::self'], because: b, siblings: free }\n    \
                 - { name: domain, members: ['app::domain'], because: b }\n  external:\n    \
                 x: { crates: ['layer:domain'], allow: [serde], deny: [redis], because: b }\n\n\
                 crate app -> serde, tokio, redis as cache, test-kit\n\
                 app/src/infra.rs | use tokio::net::TcpStream;\n\
                 app/src/domain.rs | use serde::Serialize;\napp/src/domain.rs | use std::fmt;\n\
                 app/src/domain.rs | #[cfg(test)] mod tests { use test_kit::check; }\n";
    check(
        world,
        "app/src/domain.rs | fn f() { tokio::spawn(async {}); tokio::task::yield_now(); } //~",
        "unlisted-dependency",
    );
    check(world, "app/src/domain.rs | use cache::Client; //~", "denied-dependency");
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    let refused = |rule: &str, part: &str| {
        let text = format!("arch:\n  external:\n    x: {{ because: b, {rule} }}\n");
        let error = read_policy(&text).expect_err(rule);
        assert!(error.starts_with("gatefold.yaml:3:") && error.contains(part), "{rule}: {error}");
    };
    refused("crates: [], deny: [a]", "never fire");
    refused("crates: [a]", "asks for nothing");
    refused("crates: ['a::b'], deny: [c]", "whole package");
    refused("crates: [a], deny: ['redis::Client']", "whole package");
    refused("crates: [a], allow: [b, c], deny: [c]", "denied here and allowed elsewhere");
    refused("crates: [a], deny: [c], only_through: { c: [b] }", "denied here and allowed elsewhere");
    refused("crates: [a], only_through: { c: [] }", "write it into `deny`");
    refused("crates: [a], features: { c: {} }", "nothing is asked");
    refused("crates: [a], features: { c: { require: [x], forbid: [x] } }", "both required and forbidden");
    refused("crates: [a], deny: [c], reach: far", "far");
    refused("crates: [a], denied: [c]", "denied");
}
