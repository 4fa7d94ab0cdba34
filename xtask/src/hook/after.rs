//! After tools were used: what the static guards find in the files that were written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use findings::{Finding, Level, Status, Tier};

use super::answer::{Answer, Verdict};
use super::event::{Call, Event};
use super::memory::Memory;
use super::{root, words};
use crate::facts::cache;
use crate::gate::{Judgement, judge};
use crate::scene::Ask;
use crate::surroundings::{self, process_env};

/// Judges what was written and tells the agent what is new. A shell command can have written anything, so after one
/// the whole change is looked at.
pub(crate) fn answer(event: &Event, calls: &[Call]) -> Answer {
    let mut by_root: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for file in calls.iter().flat_map(|call| &call.writes).map(|write| event.folder.join(&write.file)) {
        if let Some((root, path)) = place(&file) {
            by_root.entry(root).or_default().insert(path);
        }
    }
    let shell = calls.iter().any(|call| call.writes_more);
    if shell && let Some(root) = root::around(&event.folder) {
        by_root.entry(root).or_default();
    }
    let mut texts = Vec::new();
    for (root, written) in by_root {
        match look(&root, (!shell).then_some(written)) {
            Ok((judgement, written)) => {
                texts.extend(told(event, &root, &judgement, written.as_ref()));
                // The process ends with the answer; giving back the memory piece by piece would only delay it.
                std::mem::forget(judgement);
            }
            Err(message) => texts.push(format!("gatefold could not look: {message}")),
        }
    }
    match texts.is_empty() {
        true => Answer::nothing(),
        false => Verdict::Context(texts.join("\n")).into(),
    }
}

type Written = Option<BTreeSet<String>>;

fn look(root: &Path, written: Written) -> Result<(Judgement, Written), String> {
    let files = written.as_ref().map(|written| written.iter().cloned().collect());
    judge_for_hook(root, files).map(|judgement| (judgement, written))
}

/// The static gate as hooks ask for it.
pub(crate) fn judge_for_hook(root: &Path, files: Option<Vec<String>>) -> Result<Judgement, String> {
    judge(ask_of_hook(root, files)?).map_err(|failure| failure.message)
}

/// What hooks ask for.
pub(crate) fn ask_of_hook(root: &Path, files: Option<Vec<String>>) -> Result<Ask, String> {
    Ok(Ask {
        root: root.to_owned(),
        base: source::BaseRequest::Default,
        head: None,
        // A hook has no event of a CI system, whatever the environment says.
        surroundings: source::Surroundings::default(),
        tier: Tier::Static,
        intent: None,
        only: Vec::new(),
        files,
        bootstrap: true,
        against: None,
        cache: cache(None, root, &process_env).map_err(|failure| failure.message)?,
        today: surroundings::today(),
    })
}

/// What the agent is told: findings that the session has not heard of in full, the others counted.
fn told(
    event: &Event,
    root: &Path,
    judgement: &Judgement,
    written: Option<&BTreeSet<String>>,
) -> Option<String> {
    let concerns = |finding: &Finding| match (written, finding.file()) {
        (Some(written), Some(file)) => written.contains(file),
        _ => true,
    };
    let open: Vec<&Finding> = judgement
        .report
        .findings
        .iter()
        .filter(|judged| judged.status == Status::New && judged.finding.level > Level::Note)
        .map(|judged| &judged.finding)
        .filter(|finding| concerns(finding))
        .collect();
    let mut memory = Memory::recall(root, &event.speaker);
    let (fresh, before): (Vec<&Finding>, Vec<&Finding>) =
        open.into_iter().partition(|finding| memory.told.insert(finding.fingerprint()));
    if fresh.is_empty() {
        return None;
    }
    memory.keep(root, &event.speaker);
    let mut text =
        format!("gatefold: {} that this change brings\n{}", words::counted(&fresh), words::findings(&fresh));
    if !before.is_empty() {
        text.push_str(&format!("{} that you were told before are still open\n", words::counted(&before)));
    }
    Some(text)
}

/// The gated root that a file belongs to, and its path from there.
pub(crate) fn place(file: &Path) -> Option<(PathBuf, String)> {
    let file = real(file)?;
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let root = root::around(folder)?;
    let root = root.canonicalize().unwrap_or(root);
    let path = file.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
    Some((root, path))
}

/// The longest path that is looked at, in bytes: more than any file system takes.
const MAX_PATH: usize = 4_096;

/// The file with every link resolved, also where it does not exist yet. What does not exist is no link, so `..` behind
/// it is taken by the letter.
fn real(file: &Path) -> Option<PathBuf> {
    if file.as_os_str().len() > MAX_PATH {
        return None;
    }
    let mut path = PathBuf::new();
    for part in file.components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
        if let Ok(real) = path.canonicalize() {
            path = real;
        }
    }
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_without_trusting_what_is_not_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path().canonicalize().expect("a real folder");
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(real(&folder.join(path)), expected.map(|path| folder.join(path)), "{path}");
        };
        check("a", Some("a"));
        check("nope/../gatefold.yaml", Some("gatefold.yaml"));
        check("nope/deeper/../../b", Some("b"));
        check(&"a/".repeat(100_000), None);
    }
}
