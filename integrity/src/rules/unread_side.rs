//! Files that one side could not be compared with the other for.

use findings::{Finding, Location, NOT_LOOKED_AT, rule};

use crate::Scene;
use crate::evidence;
use crate::manifest;
use crate::rules::{Check, test_input_changed};

rule! {
    /// A file that the change touches and of which one side, or both, could not be read: it does not parse, holds
    /// conflict markers, is too large, or is not text. Nothing can be said of what the change did to it.
    ///
    /// ## Why it hurts
    /// A comparison that passes over what it cannot read teaches whoever wants to weaken a test how to do it.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn the_limit_is_kept() {
    ///     assert_eq!(rank_at_most(3).len(), 3);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_limit_is_kept( { //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// fn rank( {
    /// }
    /// ```
    /// ```head rust bad
    /// fn rank() {} // what the base has cannot be compared either
    /// ```
    /// ```base yaml
    /// jobs: {}
    /// ```
    /// ```head yaml good
    /// jobs: {} # the same
    /// ```
    pub static UNREAD_SIDE = {
        id: "unread-side",
        guard: "integrity",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds changed files of which one side could not be read",
    };
}

pub(super) static CHECK: Check = Check { rule: &UNREAD_SIDE, check };

const HELP: &str = "make both sides readable, or ask for an approval by whoever read the change";

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (problem, at_base) in &scene.rust.unread {
        let place = match (problem.line, problem.column) {
            (Some(line), column) if !at_base => Location::point(&problem.path, line, column.unwrap_or(1)),
            _ => Location::file(&problem.path),
        };
        findings.push(unread(place, *at_base, &problem.message));
    }
    for file in &scene.change.files {
        let manifest = file.path.ends_with(".toml") || file.path.ends_with("Cargo.lock");
        if !manifest {
            continue;
        }
        let texts = crate::scene::texts(scene.base, &scene.change.head, file);
        for (text, at_base) in [(texts.base, true), (texts.head, false)] {
            let problem = match text {
                Some(Ok(text)) => manifest::read(&text).err(),
                Some(Err(error)) => Some(error.to_string()),
                None => None,
            };
            if let Some(problem) = problem.filter(|_| file.kind != source::ChangeKind::Added) {
                findings.push(unread(Location::file(&file.path), at_base, &problem));
            }
        }
    }
    findings.extend(conflicts(scene));
    // A TOML file was told above.
    for (path, at_base, problem) in scene.unread_budgets.iter().filter(|(path, ..)| !path.ends_with(".toml"))
    {
        findings.push(unread(Location::file(path), *at_base, problem));
    }
    for (path, at_base, problem) in crate::ci::unread(scene) {
        findings.push(unread(Location::file(path), at_base, &problem));
    }
}

/// Marks that git leaves where two sides could not be merged, in files that are told by no other reader.
fn conflicts(scene: &Scene<'_>) -> Vec<Finding> {
    let around = scene.around();
    let of_ci = |path: &str| {
        let path = around.in_repository(path);
        crate::ci::platform(&path).is_some() || scene.scripts.is_match(&path)
    };
    let told = |path: &str| {
        [".rs", ".toml", ".md", ".txt"].iter().any(|end| path.ends_with(end))
            // A test of a tool may feed it a conflict.
            || test_input_changed::is_of_tests(path)
            || scene.expectations.is_match(path)
            || of_ci(path)
            || scene.unread_budgets.iter().any(|(other, ..)| other == path)
    };
    let mut found = Vec::new();
    for file in scene.change.files.iter().filter(|file| !told(&file.path)) {
        let texts = crate::scene::texts(scene.base, &scene.change.head, file);
        let (Some(Ok(after)), before) = (texts.head, texts.base.and_then(Result::ok).unwrap_or_default())
        else {
            continue;
        };
        if let Some((line, message)) =
            source::conflict(&after).filter(|_| source::conflict(&before).is_none())
        {
            found.push(unread(Location::point(&file.path, line, 1), false, &message));
        }
    }
    found
}

fn unread(place: Location, at_base: bool, problem: &str) -> Finding {
    let side = if at_base { "base" } else { "head" };
    // The file is named by the place.
    let problem = problem.split_once("failed to read the file: ").map_or(problem, |(_, why)| why);
    let problem = evidence::short(problem);
    let message = format!(
        "this file was not compared, since {side} could not be read: {}",
        problem.trim_end_matches(['.', ':', ',', ' '])
    );
    Finding::new(&UNREAD_SIDE, place, message).help(HELP).fact(side).fact(problem)
}
