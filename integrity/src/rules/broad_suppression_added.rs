//! Suppressions that silence everything, or a whole crate.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::HELP_OTHER;
use crate::facts::LintAttribute;
use crate::generated;
use crate::rules::{Check, is_broad, suppression_added};
use crate::rust::Side;
use crate::scene::{base_path, texts};

rule! {
    /// An `#[allow]` or `#[expect]` of a group of lints (`warnings`, `unused`, `clippy::all`) anywhere, and `#![allow]` of
    /// dead code, unused results or unreachable code for a whole file, where the change as a whole has more of them than the base.
    /// In a new file only `warnings` and `clippy::all` count. So is the header of generated code on a file that was written by hand: no lint looks at it any more.
    ///
    /// ## Why it hurts
    /// It silences what nobody has looked at yet, in code that is not even written.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn rank() {}
    /// ```
    /// ```head rust bad
    /// #![allow(warnings)] //~
    ///
    /// pub fn rank() {
    ///     let unused = 3;
    /// }
    /// ```
    ///
    /// ## Instead
    /// Name the one lint, at the one place, with a reason.
    /// ```base rust
    /// pub fn rank() {}
    /// ```
    /// ```head rust good
    /// pub fn rank() {
    ///     #[expect(unused_variables, reason = "the next stage reads it")]
    ///     let unused = 3;
    /// }
    /// ```
    pub static BROAD_SUPPRESSION_ADDED = {
        id: "broad-suppression-added",
        guard: "integrity",
        group: "suppressions",
        level: Error,
        summary: "finds suppressions that silence a whole group of lints, or a whole crate",
    };
}

pub(super) static CHECK: Check = Check { rule: &BROAD_SUPPRESSION_ADDED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let known = |side: &Side, one: &LintAttribute| is_broad(side, one, false);
    suppression_added::added(scene, &BROAD_SUPPRESSION_ADDED, &is_broad, &known, "", findings);
    newly_generated(scene, findings);
}

/// A file that was written by hand and now says that it is generated: no lint looks at it any more. One that was
/// written anew beside its source or its generator may be.
fn newly_generated(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for file in scene.change.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let texts = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (texts.base, texts.head) else { continue };
        let Some(said) = generated::header(&file.path, &after) else { continue };
        if generated::is_generated(base_path(file), &before) {
            continue;
        }
        let now: BTreeSet<&str> = generated::code_lines(&after).into_iter().collect();
        let lines = generated::code_lines(&before);
        let kept = lines.iter().filter(|line| now.contains(*line)).count();
        if kept * 2 < lines.len() && generated::has_cause(&scene.change.files, &file.path, &said) {
            continue;
        }
        let message =
            "a file that was written by hand now says that it is generated, which silences every lint";
        findings.push(
            Finding::new(&BROAD_SUPPRESSION_ADDED, Location::point(&file.path, 1, 1), message)
                .help(HELP_OTHER)
                .note(format!("+ {said}"))
                .fact("generated")
                .judged(&*before, &*after),
        );
    }
}
