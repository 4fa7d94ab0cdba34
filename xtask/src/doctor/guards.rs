//! Which guards look here, which could not and why, and whether the forge asks anybody about approvals.

use std::path::Path;

use findings::{GuardRun, Outcome, Tier};
use policy::approvals::{AllowedSigners, SIGNERS_FILE};
use policy::{Mode, POLICY_FILE, Vouching};
use source::{BaseRequest, Cache, Tree};

use super::Entry;
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::guards;
use crate::scene::Ask;
use crate::shell;
use crate::surroundings::{self, Env};

const AREA: &str = "guards";

/// What a folder that is no repository may hold at most to be judged here: a home or a disk has no end.
const FILES: usize = 10_000;
const BYTES: u64 = 128 * 1024 * 1024;

pub(super) fn examine(root: &Path, is_repository: bool, cache: Cache, env: Env<'_>) -> Vec<Entry> {
    if !is_repository && is_more_than(root, FILES, BYTES) {
        let said = format!(
            "none was asked, since this folder is no repository and holds more than {FILES} files or {} MiB; neither was \
             anybody's right to approve looked at",
            BYTES >> 20
        );
        let mend = "cargo xtask doctor --root REPOSITORY   (or, however long it takes: cargo xtask gate --base none)";
        return vec![Entry::unseen(AREA, guards::NAMES.join(", "), said, mend)];
    }
    match judged(root, cache, env) {
        Ok(judgement) => {
            let mut entries: Vec<Entry> = judgement.report.guards.iter().map(of_guard).collect();
            entries.extend(owners(&judgement).or_else(|| signers(&judgement)));
            // As in `gate`: giving it all back piece by piece would only delay the answer.
            std::mem::forget(judgement);
            entries
        }
        Err(failure) if !is_repository && !root.join(POLICY_FILE).exists() => {
            let mend = "git init && git add --all && git commit   (then: cargo xtask init --apply)";
            vec![Entry::mend(AREA, "gate", failure.message, mend)]
        }
        Err(failure) if failure.message.starts_with(POLICY_FILE) => {
            let file = root.join(POLICY_FILE).display().to_string();
            let mend = format!("correct `{file}` at that place, then: cargo xtask doctor");
            vec![Entry::mend(AREA, POLICY_FILE, format!("no guard looks, since {}", failure.message), mend)]
        }
        Err(failure) => vec![Entry::mend(AREA, "gate", failure.message, "cargo xtask gate")],
    }
}

/// Whether a folder holds more than that. It is walked no further than it takes to know, and links are not followed.
fn is_more_than(root: &Path, files: usize, bytes: u64) -> bool {
    let mut folders = vec![root.to_owned()];
    let (mut seen, mut size) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            seen += 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => size += entry.metadata().map_or(0, |file| file.len()),
                _ => {}
            }
            if seen > files || size > bytes {
                return true;
            }
        }
    }
    false
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
                "" => Some(folder),
                prefix => policy::approvals::owners_pattern(&format!("/{prefix}{folder}")),
            };
            let mend = match below {
                Some(below) => format!(
                    "mkdir -p .github && echo {} >> .github/CODEOWNERS   (in the repository's root, on the default branch)",
                    shell::word(format!("{below} @OWNER"))
                ),
                None => {
                    "write `approvals: signed` into the policy   (no line of CODEOWNERS can name this folder)"
                        .to_owned()
                }
            };
            Entry::mend(AREA, "approvals", format!("they rely on the forge, and {why}"), mend)
        }
    })
}

/// Where what blocks needs a signature, that nobody can give one is to be mended before somebody needs it.
fn signers(judgement: &Judgement) -> Option<Entry> {
    let scene = &judgement.scene;
    if !scene.head_policy.exists() || scene.settings.approvals == Some(Vouching::Owners) {
        return None;
    }
    let Some(why) = scene.approvals.why_nobody_can() else {
        return Some(Entry::well(AREA, "approvals", "somebody is trusted to sign them"));
    };
    let keys =
        |tree: &Tree| tree.text(SIGNERS_FILE).map_or(0, |text| AllowedSigners::parse(&text).entries.len());
    if keys(&scene.change.head) > scene.change.base.as_ref().map_or(0, keys) {
        let said = format!("nobody may sign them yet: the base lacks the keys that `{SIGNERS_FILE}` brings");
        return Some(Entry::not_needed(AREA, "approvals", said));
    }
    if scene.settings.mode == Mode::Observe {
        let said = "nobody may sign them, which blocks nothing while the policy only observes";
        return Some(Entry::not_needed(AREA, "approvals", said));
    }
    let folder = scene.ask.root.join(policy::approvals::FOLDER);
    let (folder, file) =
        (shell::word(folder.display()), shell::word(scene.ask.root.join(SIGNERS_FILE).display()));
    let mend = format!(
        "mkdir -p {folder} && echo \"NAME $(cat ~/.ssh/id_ed25519.pub)\" >> {file}   (on the default branch, in a change of \
         its own)"
    );
    Some(Entry::mend(AREA, "approvals", format!("the policy enforces, and nobody may approve: {why}"), mend))
}
