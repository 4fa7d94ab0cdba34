//! `arch/EVASION.md`: the suite as a table, with what the study saw other tools find.

use std::fmt::Write as _;
use std::path::Path;

use super::{Verdict, controls, further, out_of_reach, study};

#[test]
fn the_document_is_written_from_the_suite() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("EVASION.md");
    let wanted = document();
    if std::env::var_os("EVASION").is_some_and(|it| it == "write") {
        std::fs::write(&path, &wanted).expect("the document can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "write it anew: EVASION=write cargo test -p gatefold-arch --test guard evasion");
}

const HEAD: &str = "\
<!-- Written by EVASION=write cargo test -p gatefold-arch --test guard evasion, from arch/tests/evasion. -->

# Ways round an architecture rule

In each of these, `domain` must not use `infra`, or must not name what only `infra` may. The suite in `arch/tests/evasion`
has the code of every way and asserts which rule finds it on which line, that no other rule says anything, and that no
control is flagged.
";

const STUDY: &str = "
## The ways of the study

The other columns are what a study of November 2026 saw when it ran these tools over the same 21 ways: rust_arkitect 0.3.7,
arch-lint 0.11.0, cargo-modules 0.27.0, archunit 0.0.2, and its own prototype of name resolution with `syn`, of which the
study's summary counts 17 and its table has these.

| way | gatefold | rust_arkitect | arch-lint | cargo-modules | archunit | prototype |
|---|---|---|---|---|---|---|
";

const FURTHER: &str = "
## Further ways

Nobody has run the other tools over these.

| way | found by |
|---|---|
";

const OUT_OF_REACH: &str = "
## Out of reach of syntax

The guard reads the code and runs nothing of it. What no path shows, it does not see: between modules, these ways are open.
Between crates they need a dependency, and that one is seen, so a wall that must hold is a crate. Every report says how many
paths stayed unresolved.

| way | why |
|---|---|
";

const CONTROLS: &str = "
## Innocent code

None of these is flagged.

";

fn document() -> String {
    let mut text = HEAD.to_owned();
    let mut scores = [0; 6];
    text.push_str(STUDY);
    for way in study::WAYS {
        let Verdict::Studied(rule, peers) = way.verdict else { continue };
        scores[0] += 1;
        let mut row = format!("| {} | `{rule}` |", way.name);
        for (peer, score) in peers.iter().zip(&mut scores[1..]) {
            *score += usize::from(*peer);
            row.push_str(if *peer { " yes |" } else { " – |" });
        }
        writeln!(text, "{row}").expect("a String takes all");
    }
    let scores: Vec<String> = scores.iter().map(|score| format!("**{score} of 21**")).collect();
    writeln!(text, "| | {} |", scores.join(" | ")).expect("a String takes all");
    text.push_str(FURTHER);
    for way in further::WAYS {
        let Verdict::Caught(rule) = way.verdict else { continue };
        writeln!(text, "| {} | `{rule}` ({}) |", way.name, way.world.name()).expect("a String takes all");
    }
    text.push_str(OUT_OF_REACH);
    for way in out_of_reach::WAYS {
        let Verdict::OutOfReach(why) = way.verdict else { continue };
        writeln!(text, "| {} | {why} |", way.name).expect("a String takes all");
    }
    text.push_str(CONTROLS);
    for control in controls::CONTROLS {
        writeln!(text, "- {}", control.name).expect("a String takes all");
    }
    text
}
