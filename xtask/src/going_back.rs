//! Going back is always open: a change that only undoes what the default branch did within the policy's window is not
//! held up by what the earlier state was.
//!
//! Asked of the whole change first; else of the files of a guard alone, so that taking back a ranking may go along with
//! a line of the changelog.

use std::collections::BTreeSet;

use findings::{Finding, JudgedFinding, Level, Status};
use policy::Judged;
use policy::approvals::FOLDER;

use crate::failure::Failure;
use crate::scene::Scene;

/// Guards whose findings stand on files that can be told apart from all others, so that a change may take these back
/// and do something besides. What the others judge hangs together: of them a change has to be taken back whole.
const APART: [&str; 2] = ["contracts", "golden"];

/// Lets findings go that an earlier state of the default branch had. Breaking protos stay in sight, since callers are
/// met by them all the same; what only a running service shows, and what could not be read, is not let go. Nor are units
/// of an experiment that are dealt anew, once more, and what goes while a consumer's file still names it.
pub(crate) fn let_go(scene: &Scene, judged: &mut Judged) -> Result<(), Failure> {
    if !judged.findings.iter().any(blocks) {
        return Ok(());
    }
    let mut is_named = None;
    let mut is_missed = |finding: &Finding| {
        is_used(finding)
            && *is_named.get_or_insert_with(|| contracts::names_what_went(&scene.change, &promises(scene)))
    };
    if let Some(state) = state_before(scene, &|_| true)? {
        let_findings_go(judged, &state, |finding| !is_missed(finding));
        judged.remarks.push(format!("the change goes back to {state}: what that state was does not block"));
        return Ok(());
    }
    // A running service shows more than the files that were taken back.
    if scene.ask.tier.is_live() {
        return Ok(());
    }
    for guard in APART {
        let of_guard = |judged: &JudgedFinding| judged.finding.rule.guard == guard && blocks(judged);
        if !judged.findings.iter().any(of_guard) {
            continue;
        }
        let reads = files_of(guard, scene);
        if let Some(state) = state_before(scene, &|path| reads(path))? {
            let of_files = |finding: &Finding| {
                finding
                    .location
                    .as_ref()
                    .is_none_or(|place| guard != "contracts" || place.file.ends_with(".proto"))
            };
            let_findings_go(judged, &state, |finding| {
                finding.rule.guard == guard && of_files(finding) && !is_missed(finding)
            });
            judged.remarks.push(format!(
                "what `{guard}` reads goes back to {state}: what that state was does not block, the rest is judged"
            ));
        }
    }
    Ok(())
}

/// The state of the default branch that the change takes the files back to, if it does.
fn state_before(scene: &Scene, counts: &dyn Fn(&str) -> bool) -> Result<Option<String>, Failure> {
    let since = scene.ask.today.days_before(scene.settings.revert_window_days);
    let state = source::undone(scene.change.top(&scene.ask.root), &scene.change, since, counts)?;
    Ok(state.map(|state| state[..12].to_owned()))
}

/// Which files a guard of [`APART`] reads, by their paths from the repository's root.
fn files_of(guard: &str, scene: &Scene) -> Box<dyn Fn(&str) -> bool> {
    if guard == "contracts" {
        return Box::new(|path| path.ends_with(".proto"));
    }
    let prefix = scene.change.repository.as_ref().map_or("", |wider| wider.prefix.as_str());
    let from_repository = |path: String| if prefix.is_empty() { path } else { format!("{prefix}/{path}") };
    let policy: golden::Policy = scene.effective.section("golden").unwrap_or_default();
    let corpora = policy.corpora.iter().map(|corpus| (corpus.requests(), corpus.recordings()));
    let corpora = corpora.flat_map(|(requests, recordings)| recordings.into_iter().chain([requests]));
    let corpora: BTreeSet<String> = corpora.map(from_repository).collect();
    Box::new(move |path| corpora.contains(path))
}

/// What the policy says of promises.
fn promises(scene: &Scene) -> contracts::Policy {
    scene.effective.section("contracts").unwrap_or_default()
}

/// Whether a finding names a consumer of what went.
fn is_used(finding: &Finding) -> bool {
    finding.rule.guard == "contracts"
        && (finding.rule.id == "removed-while-consumed"
            || finding.notes.iter().any(|note| note.text.starts_with("used by ")))
}

fn let_findings_go(judged: &mut Judged, state: &str, mut of: impl FnMut(&Finding) -> bool) {
    for judged in judged.findings.iter_mut().filter(|judged| blocks(judged) && of(&judged.finding)) {
        if judged.finding.rule.guard == "contracts" {
            judged.finding.level = Level::Warning;
            judged.finding =
                judged.finding.clone().note(format!("the change goes back to {state}, which had it so"));
        } else {
            judged.status = Status::Known;
        }
    }
}

fn blocks(judged: &JudgedFinding) -> bool {
    let rule = judged.finding.rule;
    let of_code = match rule.guard {
        "lints" | "arch" | "integrity" => true,
        // Taken back, a salt deals all units anew once more.
        "contracts" => !["scenario-failed", "experiment-rerandomised"].contains(&rule.id),
        "golden" => matches!(
            rule.id,
            "ranking-changed" | "request-changed" | "request-removed" | "intent-exceeded" | "intent-unclear"
        ),
        _ => false,
    };
    judged.status == Status::New
        && judged.finding.level == Level::Error
        && of_code
        && !rule.says_not_looked_at()
        && !decides_who_approves(judged)
}

/// A key that was taken away stays away, and what was asked of those who approve is asked on, whatever is taken back:
/// trust is given by those who are trusted.
fn decides_who_approves(judged: &JudgedFinding) -> bool {
    let finding = &judged.finding;
    let in_folder = finding.file().and_then(|file| file.strip_prefix(FOLDER)?.strip_prefix('/')).is_some();
    let key = finding.facts.first().map_or("", |path| path.split(['.', '[']).next().unwrap_or_default());
    in_folder || finding.rule.id == "policy-loosened" && DECIDE.contains(&key)
}

/// Keys of the policy that say who may approve.
const DECIDE: [&str; 4] = ["approvals", "approvers", "exclude_authors", "user_presence"];
