//! The keys of a house rule, and which way each loosens.

use policy::{Direction, Key};

const PATTERNS: &str = "list of patterns of paths";
const PACKAGES: &str = "list of names of packages";

/// The keys of what a rule is about, below the path of a list of them.
macro_rules! things {
    ($below:literal, $direction:expr, $calls:literal) => {
        [
            Key::new(concat!($below, ".calls[]"), PATTERNS, "[]", $direction, $calls),
            Key::new(
                concat!($below, ".paths[]"),
                PATTERNS,
                "[]",
                $direction,
                "Crates, modules and items, with all that is below them, wherever code names them: imports, types, \
                 expressions, macros and attributes.",
            ),
            Key::new(
                concat!($below, ".macros[]"),
                PATTERNS,
                "[]",
                $direction,
                "Macros, with or without `!`: `println!`, `tracing::info`.",
            ),
            Key::new(
                concat!($below, ".attributes[]"),
                "list of attributes",
                "[]",
                $direction,
                "Attributes: `ignore` with whatever arguments, `allow(dead_code)` and `derive(serde::Deserialize)` by one of \
                 them, `tokio::main` by the path. What a `cfg_attr` gives counts.",
            ),
            Key::new(
                concat!($below, ".dependencies[]"),
                PACKAGES,
                "[]",
                $direction,
                "Packages in `[dependencies]`, by the name of the package, in which `*` stands for letters: `openssl*`. A rule \
                 about dependencies is about nothing else.",
            ),
            Key::new(
                concat!($below, ".dev_dependencies[]"),
                PACKAGES,
                "[]",
                $direction,
                "The same in `[dev-dependencies]`.",
            ),
            Key::new(
                concat!($below, ".build_dependencies[]"),
                PACKAGES,
                "[]",
                $direction,
                "The same in `[build-dependencies]`.",
            ),
        ]
    };
}

const RULE: &[Key] = &[
    Key::new(
        "house.*",
        "map of rules by id",
        "{}",
        Direction::MoreTightens,
        "House rules: what this workspace forbids or requires, without code. The id is in kebab-case, names the bad pattern, and \
         is no other rule's. A rule has either `forbid` or `require`, `because`, and at least one example under `bad`; \
         `cargo xtask rules test` runs the examples. Levels, exceptions in code and approvals know it by its id, as any rule. \
         Patterns are of canonical paths, behind aliases and re-exports: `core` and `alloc` are `std`, `*` stands for letters and \
         `**` for any names. A name alone is whatever is called so. Generated files and build scripts are not looked at.",
    ),
    Key::new(
        "house.*.level",
        "`error`, `warning` or `note`",
        "error",
        Direction::LevelOrder,
        "How much a finding weighs. `levels` may say otherwise.",
    ),
];

const FORBID: &[Key] = &things!(
    "house.*.forbid",
    Direction::MoreTightens,
    "Functions, called or handed over: `std::process::exit`, `std::fs::*`. `.unwrap` is a method of whatever type, also \
     where it is written `Option::unwrap`; a method of one type, `redis::Client::get`, is found where the code says the type."
);

const REQUIRE: &[Key] = &[
    Key::new(
        "house.*.require.each",
        "`function`, `file` or `package`",
        "none",
        Direction::AnyChangeLoosens,
        "Of what something is required: of each function with a body, each file of Rust, or the manifest of each package.",
    ),
    Key::new(
        "house.*.require.named[]",
        "list of patterns of names",
        "[\"*\"]",
        Direction::MoreTightens,
        "Which functions: by their names, `handle*`, or by the names of their type or trait and their own, `*Handler::*`.",
    ),
];

const HAS: &[Key] = &things!(
    "house.*.require.has",
    Direction::MoreLoosens,
    "Functions, as under `forbid`. Of all that stands under `has`, each must have one: a function somewhere in its body, or as \
     an attribute of its own; a file anywhere."
);

const PLACE: &[Key] = &[
    Key::new(
        "house.*.within[]",
        "list of crates, modules and globs of files",
        "[\"**\"]",
        Direction::WiderTightens,
        "Where it holds: a crate or module with all that is below, `home`, `home::stages`, or, with a `/` or a `.` in it, a glob \
         of files from the root, `services/*/src/**`. `**` alone is everywhere.",
    ),
    Key::new(
        "house.*.except[]",
        "list of crates, modules and globs of files",
        "[]",
        Direction::WiderLoosens,
        "Where it does not hold, of these.",
    ),
    Key::new(
        "house.*.tests",
        "`judged` or `free`",
        "free",
        Direction::Words(&["judged", "free"]),
        "Whether code for tests is held to it. Dev-dependencies have a key of their own.",
    ),
    Key::new("house.*.because", "text", "none", Direction::Free, "Why. Findings say it."),
    Key::new("house.*.instead", "text", "none", Direction::Free, "What to do instead. Findings say it."),
    Key::new(
        "house.*.bad[]",
        "list of examples",
        "[]",
        Direction::Free,
        "Code that breaks the rule, or a manifest where the rule is about dependencies. Lines that must be found end in `//~` (or \
         `#~`), and no others may be; without such a line, something must be found. An example stands where the rule holds. \
         One that is judged otherwise is `blind-house-rule`.",
    ),
    Key::new(
        "house.*.good[]",
        "list of examples",
        "[]",
        Direction::Free,
        "The same that keeps the rule: nothing is found in it.",
    ),
];

pub(crate) const KEYS: &[&[Key]] = &[RULE, FORBID, REQUIRE, HAS, PLACE];
