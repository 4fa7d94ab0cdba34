//! The evasion suite: ways to use what must not be used, and innocent code beside them. `arch/EVASION.md` is written from
//! this data: `EVASION=write cargo test -p gatefold-arch --test guard evasion`.

mod controls;
mod document;
mod further;
mod out_of_reach;
mod study;
mod worlds;

use findings::Level;
use findings::testing::{Example, assert_fires};

use crate::notation::Held;
use worlds::World;

/// A way in, or something innocent.
pub(crate) struct Way {
    /// What it does, in a few words.
    pub(crate) name: &'static str,
    /// The workspace and the policy that it is added to.
    pub(crate) world: World,
    /// What is added, in the notation; the lines that are found end in `//~`.
    pub(crate) text: &'static str,
    /// What is to come of it.
    pub(crate) verdict: Verdict,
}

/// What is to come of a way in.
pub(crate) enum Verdict {
    /// The rule finds it, and the study saw which other tools do.
    Studied(&'static str, [bool; 5]),
    /// The rule finds it.
    Caught(&'static str),
    /// Syntax does not show it.
    OutOfReach(&'static str),
    /// It is innocent.
    Innocent,
}

/// Fails unless the rule that is named fires on the marked lines and nothing else does anywhere.
#[track_caller]
fn check(way: &Way) {
    let world = way.world.text();
    let before = world.lines().count() as u32;
    let mut example = Example {
        kind: way.name.to_owned(),
        attributes: String::new(),
        text: world.to_owned(),
        marked: Vec::new(),
        line: 0,
    };
    for (number, line) in (before + 1..).zip(way.text.lines()) {
        let (line, marked) = line.strip_suffix("//~").map_or((line, false), |line| (line.trim_end(), true));
        example.text.push_str(&format!("{line}\n"));
        example.marked.extend(marked.then_some(number));
    }
    let held = Held::read(&example.text);
    let findings = held.check().findings;
    let findings = findings.iter().filter(|finding| finding.level != Level::Note);
    let wanted = match way.verdict {
        Verdict::Studied(rule, _) | Verdict::Caught(rule) => Some(rule),
        Verdict::OutOfReach(_) | Verdict::Innocent => None,
    };
    assert_eq!(wanted.is_some(), !example.marked.is_empty(), "`{}` marks what is found", way.name);
    let (meant, others): (Vec<_>, Vec<_>) = findings.partition(|finding| Some(finding.rule.id) == wanted);
    let said: Vec<&str> = others.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said, [""; 0], "`{}`", way.name);
    assert_fires(&example, meant.iter().map(|finding| held.line_of(finding)));
}

/// Every way in.
fn ways() -> impl Iterator<Item = &'static Way> {
    study::WAYS.iter().chain(further::WAYS).chain(out_of_reach::WAYS)
}

#[test]
fn every_way_in_is_caught_or_known_to_be_out_of_reach() {
    ways().for_each(check);
}

#[test]
fn no_control_is_flagged() {
    controls::CONTROLS.iter().for_each(check);
}

#[test]
fn the_suite_is_as_large_as_it_says() {
    assert_eq!(study::WAYS.len(), 21);
    assert!(ways().count() >= 30 && controls::CONTROLS.len() >= 8);
    let caught = ways().filter(|way| !matches!(way.verdict, Verdict::OutOfReach(_)));
    assert!(caught.count() >= 50);
}
