//! What stands below the first screen: dependencies, public items, functions without tests, places to read first.

use crate::history::History;

const MANIFEST: &str = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// The Markdown about a change from one set of files to another.
#[track_caller]
fn brief(before: &[(&str, &str)], after: &[(&str, &str)]) -> String {
    let history = History::new();
    history.write(&[("Cargo.toml", MANIFEST), ("gatefold.yaml", "{}\n")]);
    let base = history.change(before, "base");
    history.write(after);
    let run = history.review(&["--base", &base]);
    assert_eq!(run.status, 0, "{run:?}");
    run.stdout
}

#[track_caller]
fn check(brief: &str, expected: &[&str], absent: &[&str]) {
    let plain = brief.replace('\\', "");
    for line in expected {
        assert!(plain.contains(line), "`{line}` is missing: {plain}");
    }
    for line in absent {
        assert!(!plain.contains(line), "`{line}` is there: {plain}");
    }
}

#[test]
fn a_new_dependency_is_told_with_its_version_its_source_and_what_came_with_it() {
    let lock = |packages: &str| {
        let own = "[[package]]\nname = \"small\"\nversion = \"0.1.0\"\ndependencies = [\n \"inner\",\n]\n";
        format!("version = 4\n\n{own}\n{packages}")
    };
    let package = |name: &str, version: &str, needs: &str| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n{needs}\n"
        )
    };
    let before = lock(&package("inner", "1.0.0", ""));
    let after = lock(
        &[
            package("deep", "0.3.0", ""),
            package("inner", "1.2.0", "dependencies = [\n \"outer\",\n]\n"),
            package("outer", "2.0.0", "dependencies = [\n \"deep\",\n]\n"),
        ]
        .concat(),
    );
    let manifest = |more: &str| format!("{MANIFEST}\n[dependencies]\ninner = \"1\"\n{more}");
    let (old, new) = (manifest(""), manifest("outer = { version = \"2\" }\n"));
    let brief = brief(
        &[("Cargo.toml", &old), ("Cargo.lock", &before), ("src/lib.rs", "")],
        &[("Cargo.toml", &new), ("Cargo.lock", &after)],
    );
    check(
        &brief,
        &[
            "`small` asks for `outer` 2.0.0 from crates.io, new to the workspace (`Cargo.toml:8`)",
            "`deep` 0.3.0 from crates.io comes through `small`, `inner`, `outer`",
            "`inner` 1.0.0 became 1.2.0, from crates.io",
        ],
        &["`outer` 2.0.0 from crates.io comes through"],
    );
}

#[test]
fn a_package_that_comes_from_elsewhere_in_the_same_version_is_told() {
    let lock = |source: &str| {
        format!(
            "version = 4\n\n[[package]]\nname = \"inner\"\nversion = \"1.0.0\"\n{source}\n\n\
             [[package]]\nname = \"small\"\nversion = \"0.1.0\"\ndependencies = [\n \"inner\",\n]\n"
        )
    };
    let manifest = format!("{MANIFEST}\n[dependencies]\ninner = \"1\"\n");
    let before = lock("source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    let forked = lock("source = \"git+https://forks.example/inner#0123\"");
    let brief = brief(
        &[("Cargo.toml", &manifest), ("Cargo.lock", &before), ("src/lib.rs", "")],
        &[("Cargo.lock", &forked)],
    );
    check(
        &brief,
        &["`inner` 1.0.0 comes from the repository `https://forks.example/inner#0123` instead of crates.io"],
        &["**New dependencies:** nothing"],
    );
}

#[test]
fn without_a_base_nobody_looked_at_what_is_new() {
    let history = History::new();
    history.write(&[
        ("Cargo.toml", MANIFEST),
        ("gatefold.yaml", "{}\n"),
        ("src/lib.rs", "pub fn one() {}\n"),
    ]);
    history.change(&[], "base");
    let brief = history.review(&["--base", "none"]).stdout;
    check(
        &brief,
        &[
            "**New dependencies:** nobody looked (there is no base",
            "**Public items:** nobody looked (there is no base",
        ],
        &["**New dependencies:** nothing"],
    );
}

#[test]
fn public_items_that_came_went_moved_or_are_called_otherwise_are_told() {
    let before = "pub mod old {\n    pub fn kept(x: u8) -> u8 { x }\n    pub struct Gone;\n}\npub fn same(x: u8) -> u8 { x }\n\
                  pub fn called(x: u8) -> u8 { x }\nfn private() {}\n";
    let after = "pub mod new {\n    pub fn kept(x: u8) -> u8 { x }\n}\npub fn same(x: u8) -> u8 { x + 1 }\n\
                 pub fn called(x: u16) -> u8 { x as u8 }\npub enum Fresh { A }\nfn hidden() {}\n";
    let brief = brief(&[("src/lib.rs", before)], &[("src/lib.rs", after)]);
    check(
        &brief,
        &[
            "removed: struct `small::old::Gone` of `small` (was `src/lib.rs:3`)",
            "changed: function `small::called` of `small` (`src/lib.rs:5`): `fn called(x: u8) -> u8` became `fn called(x: u16) -> u8`",
            "moved: function `small::new::kept` of `small` (`src/lib.rs:2`), was `small::old::kept`",
            "new: enum `small::Fresh` of `small` (`src/lib.rs:6`)",
        ],
        &["`small::same`", "`small::hidden`", "`small::private`"],
    );
}

#[test]
fn changed_functions_are_told_apart_by_whether_a_test_leads_to_them() {
    let tests =
        "#[cfg(test)]\nmod tests {\n    #[test]\n    fn it_works() { assert_eq!(super::outer(), 2); }\n}\n";
    let code = |inner: u8, lonely: u8| {
        format!(
            "pub fn outer() -> u8 {{ inner() }}\nfn inner() -> u8 {{ {inner} }}\npub fn lonely() -> u8 {{ {lonely} }}\n{tests}"
        )
    };
    let all = brief(&[("src/lib.rs", &code(1, 1))], &[("src/lib.rs", &code(2, 2))]);
    check(
        &all,
        &[
            "`lonely` in `src/lib.rs:3`, changed",
            "1 changed function surely reached",
            "tests in documentation",
            // It is what nobody checked, so that the last question tells it, too.
            "- changed functions that no test reaches: 1; `lonely`",
        ],
        &["`inner` in `src/lib.rs", "`outer` in `src/lib.rs"],
    );
    let tested = brief(&[("src/lib.rs", &code(1, 1))], &[("src/lib.rs", &code(2, 1))]);
    check(
        &tested,
        &["**Changed functions that no test reaches:** nothing to show (followed from 1 test function"],
        &["all are reached"],
    );
    let comments = code(1, 1).replace("fn inner", "// why\nfn inner");
    let only_comments = brief(&[("src/lib.rs", &code(1, 1))], &[("src/lib.rs", &comments)]);
    check(&only_comments, &["no Rust function outside of tests changed"], &[]);
}

#[test]
fn a_new_function_that_is_there_already_under_another_name_is_told() {
    let clamp = |name: &str, score: &str| {
        format!(
            "pub fn {name}({score}: f64, least: f64, most: f64) -> f64 {{\n    if {score}.is_nan() || {score} < least {{ return least; }}\n    \
             if {score} > most {{ most }} else {{ {score} }}\n}}\n"
        )
    };
    let before = format!("pub mod more;\n{}", clamp("bounded", "score"));
    let twice = clamp("limited", "x") + &clamp("kept_within", "value");
    let told = brief(&[("src/lib.rs", &before), ("src/more.rs", "")], &[("src/more.rs", &twice)]);
    check(
        &told,
        &[
            "`limited` in `src/more.rs:1` does what `bounded` in `src/lib.rs:2` does, and 1 more",
            "`kept_within` in `src/more.rs:5` does what `bounded` in `src/lib.rs:2` does, and 1 more",
            "2 new functions held against 3 functions",
        ],
        &["**Duplicate helpers:** nothing"],
    );
    // Two new ones are one double; what was moved or changed is none, nor is what does something else or is a test's.
    let both = brief(&[("src/lib.rs", "pub mod more;\n"), ("src/more.rs", "")], &[("src/more.rs", &twice)]);
    check(
        &both,
        &["`kept_within` in `src/more.rs:5` does what `limited` in `src/more.rs:1` does\n"],
        &["`limited` in `src/more.rs:1` does what"],
    );
    let quiet = |lib: &str, more: &str| {
        let told = brief(
            &[("src/lib.rs", &before), ("src/more.rs", "")],
            &[("src/lib.rs", lib), ("src/more.rs", more)],
        );
        check(&told, &["**Duplicate helpers:** nothing to show"], &[]);
    };
    quiet("pub mod more;\n", &clamp("bounded", "score"));
    quiet(&before, &clamp("limited", "x").replace("> most", ">= most"));
    quiet(&before, &format!("#[cfg(test)]\nmod tests {{\n{}}}\n", clamp("limited", "x")));
    quiet(&before, "pub fn one(a: f64) -> f64 { a + 1.0 }\n");
}

#[test]
fn the_places_to_read_first_are_five_at_most_and_say_why() {
    let before = "pub fn a(x: &[f64]) -> f64 {\n    let score = x.len() as f64;\n    score * 0.5\n}\n\
                  pub fn b(x: Option<u8>) -> Result<u8, ()> {\n    x.ok_or(())\n}\npub fn c() {}\npub fn d() {}\n";
    let after = "pub fn a(x: &[f64]) -> f64 {\n    let score = x.len() as f64;\n    score * 0.7\n}\n\
                 pub fn b(x: Option<u8>) -> Result<u8, ()> {\n    Ok(x.unwrap())\n}\n\
                 pub fn c() {\n    let _shared =\n        std::sync::Mutex::new(1);\n}\npub fn d() {\n    unsafe { std::hint::unreachable_unchecked() }\n}\n";
    let other = "pub fn verify_password(given: &str) -> bool { given.len() > 3 }\n";
    let (one, two) = (format!("pub mod more;\n{before}"), format!("pub mod more;\n{after}"));
    let brief = brief(
        &[("src/lib.rs", &one), ("src/more.rs", ""), ("src/third.rs", "")],
        &[("src/lib.rs", &two), ("src/more.rs", other)],
    );
    let unsafe_first = "`src/lib.rs:14` `d`: `unsafe` comes or goes (`unsafe`); no test reaches it";
    let access =
        "`src/more.rs:1` `verify_password`: about who may do what (`verify_password`); no test reaches it";
    let concurrency = "`src/lib.rs:11` `c`: concurrency differs (`Mutex`); no test reaches it";
    check(&brief, &[unsafe_first, access, concurrency], &["`src/lib.rs:3` `a`", "`src/lib.rs:6` `b`"]);
    let place = |line: &str| brief.replace('\\', "").find(line);
    assert!(place(unsafe_first) < place(access) && place(access) < place(concurrency), "{brief}");
}

#[test]
fn reasons_are_told_of_what_differs_and_of_what_changes_often() {
    let code = |weight: &str, value: &str| {
        format!(
            "pub fn score(x: f64) -> f64 {{\n    x * {weight}\n}}\npub fn b(x: Option<u8>) -> Option<u8> {{\n    Some(x{value})\n}}\n"
        )
    };
    let history = History::new();
    history.change(&[("Cargo.toml", MANIFEST), ("gatefold.yaml", "{}\n")], "begin");
    // The clock of the history stands in the past of whoever runs this, so that it is told as of today.
    let mut base = String::new();
    for weight in ["0.1", "0.2", "0.3"] {
        base = history.change(&[("src/lib.rs", &code(weight, "?"))], "weigh");
    }
    history.write(&[("src/lib.rs", &code("0.4", ".unwrap()"))]);
    let run = history.review(&["--base", &base]);
    check(
        &run.stdout,
        &[
            "`src/lib.rs:2` `score`: ranking maths differ (`0.3`, `0.4`)",
            "`src/lib.rs:5` `b`: error paths differ (`?`, `unwrap`)",
        ],
        &[],
    );
}

#[test]
fn a_change_that_fails_names_a_place_to_read_first_and_an_observed_one_says_what_would_block() {
    const LOOSE: &str = "levels: { blocking-in-async: note }\n";
    let blocking = brief(&[("src/lib.rs", "")], &[("gatefold.yaml", LOOSE)]);
    check(&blocking, &["Read these first", "`policy-loosened` blocks there"], &["would block"]);

    let observed = brief(
        &[("gatefold.yaml", "mode: observe\n"), ("src/lib.rs", "")],
        &[("gatefold.yaml", &format!("mode: observe\n{LOOSE}"))],
    );
    check(
        &observed,
        &["Read these first", "`policy-loosened` would block there", "1 finding, and it would block"],
        &["it blocks", "blocks there"],
    );
}
