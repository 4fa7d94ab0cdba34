//! Which guards look here, which could not and why, and whether the forge asks anybody about approvals.

use std::path::Path;

use findings::{GuardRun, Outcome, Tier};
use source::{BaseRequest, Cache};

use super::Entry;
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::scene::Ask;
use crate::surroundings::{self, Env};

const AREA: &str = "guards";

pub(super) fn examine(root: &Path, cache: Cache, env: Env<'_>) -> Vec<Entry> {
    match judged(root, cache, env) {
        Ok(judgement) => {
            let mut entries: Vec<Entry> = judgement.report.guards.iter().map(of_guard).collect();
            entries.extend(owners(&judgement));
            // As in `gate`: giving it all back piece by piece would only delay the answer.
            std::mem::forget(judgement);
            entries
        }
        Err(failure) => vec![Entry::mend(AREA, "gate", failure.message, "cargo xtask gate")],
    }
}

fn judged(root: &Path, cache: Cache, env: Env<'_>) -> Result<Judgement, Failure> {
    judge(Ask {
        root: root.to_owned(),
        base: BaseRequest::Default,
        head: None,
        surroundings: surroundings::of(env),
        tier: Tier::Static,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: true,
        against: None,
        cache,
        today: surroundings::today(),
    })
}

fn of_guard(run: &GuardRun) -> Entry {
    let said = findings::render::words::looked_at(run);
    match run.outcome {
        Outcome::Clean | Outcome::Findings => Entry::well(AREA, run.guard, format!("it looks: {said}")),
        Outcome::NotConfigured => Entry::not_needed(AREA, run.guard, format!("not configured: {said}")),
        Outcome::NotAsked => Entry::not_needed(AREA, run.guard, format!("not asked: {said}")),
        Outcome::CouldNotRun => {
            let see = format!("cargo xtask gate --only {}   (shows it whole)", run.guard);
            Entry::mend(AREA, run.guard, format!("it could not run: {said}"), see)
        }
    }
}

/// Approvals that rely on the forge count for nothing where CODEOWNERS of the base names nobody.
fn owners(judgement: &Judgement) -> Option<Entry> {
    let approvals = &judgement.scene.approvals;
    if !approvals.relies_on_the_forge() {
        return None;
    }
    Some(match approvals.why_the_forge_asks_nobody() {
        None => Entry::well(AREA, "approvals", "they rely on the forge, and CODEOWNERS names who is asked"),
        Some(why) => {
            let folder = format!("/{}/", policy::approvals::FOLDER);
            let below = match judgement.scene.prefix().trim_end_matches('/') {
                "" => folder,
                prefix => format!("/{prefix}{folder}"),
            };
            let mend = format!(
                "mkdir -p .github && echo '{below} @OWNER' >> .github/CODEOWNERS   (in the repository's root, on the \
                 default branch)"
            );
            Entry::mend(AREA, "approvals", format!("they rely on the forge, and {why}"), mend)
        }
    })
}
