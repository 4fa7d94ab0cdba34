//! Taking out what was put in, and nothing else.

use std::path::Path;

use policy::POLICY_FILE;
use source::{BaseRequest, Surroundings};

use super::disk::{self, File};
use super::install;
use super::ledger::{Entry, LEDGER};
use super::place::Place;
use super::plan::{Plan, Step};
use super::{git_hooks, settings, undo};
use crate::failure::Failure;

/// What hooks keep in git's folder, which was not put in by `init`.
const KEPT: [&str; 3] = ["bin", "sessions", "told"];

/// Plans the removal. What somebody changed since is left with what is theirs, and said.
pub(super) fn plan(place: &Place) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let others = other_roots(place)?;
    if others.is_empty() {
        git_hooks::remove(place, &mut plan)?;
        let kept = place.checkout.common().join("gatefold");
        if KEPT.iter().any(|folder| kept.join(folder).is_dir()) {
            let shown = kept.display();
            plan.notes.push(format!(
                "`{shown}` stays, with installed binaries and what sessions remember; `rm -r '{shown}'` takes it out of this clone"
            ));
        }
    }
    let Some(ledger) = install::ledger(place)? else {
        plan.notes.push(format!("there is no `{}`, so nothing was put in here", place.below_top(LEDGER)));
        return Ok(plan);
    };
    let top = place.checkout.top();
    for (path, entry) in &ledger.files {
        let real = disk::real_path(top, path)?;
        let Some(there) = disk::read(top, &real)? else {
            plan.notes.push(format!("`{path}` is gone already"));
            continue;
        };
        let is_shared = !path.starts_with(&place.below_top(""));
        if let Some(other) =
            others.first().filter(|_| is_shared || place.prefix.is_empty() && is_wiring(path))
        {
            plan.notes.push(format!("`{path}` is kept: `{other}` has a policy that needs it, too"));
            continue;
        }
        match left_of(path, entry, &there) {
            Left::Nothing => plan.steps.push(step(real, there, None, "it was put in by `init`")),
            Left::File(file) => plan.steps.push(step(real, there, Some(file), "as it was without Gatefold")),
            Left::Theirs(file, note) => {
                plan.notes.push(format!("`{path}` {note}"));
                plan.steps
                    .extend(file.map(|file| step(real, there, Some(file), "without what is still ours")));
            }
        }
    }
    let path = place.below_top(LEDGER);
    let there = disk::read(top, &disk::real_path(top, &path)?)?;
    plan.steps
        .extend(there.map(|there| step(path, there, None, "nothing of ours is left that it would tell of")));
    Ok(plan)
}

/// What is left of a file.
enum Left {
    Nothing,
    File(File),
    /// Somebody wrote in it since: what stays, where something of ours goes, and what is said.
    Theirs(Option<File>, String),
}

fn left_of(path: &str, entry: &Entry, there: &File) -> Left {
    let is_as_written = findings::digest(&there.content) == entry.digest;
    if entry.created && is_as_written {
        return Left::Nothing;
    }
    let Ok(text) = std::str::from_utf8(&there.content) else {
        return Left::Theirs(None, "is no text any more, and is left as it is".to_owned());
    };
    let with = |text: String| File { content: text.into_bytes(), executable: there.executable };
    if let Some(old) = is_as_written.then(|| undo::exactly(text, &entry.pieces)).flatten() {
        return Left::File(with(old));
    }
    if let Some(added) = &entry.settings {
        return match settings::without(text, added) {
            Ok(left) if entry.created && settings::is_empty(&left) => Left::Nothing,
            Ok(left) => {
                let note = "was changed since: ours is taken out, the rest stays".to_owned();
                Left::Theirs(Some(with(left)).filter(|file| file != there), note)
            }
            Err(fault) => Left::Theirs(
                None,
                format!("is left as it is: line {}, column {}: {}", fault.line, fault.column, fault.message),
            ),
        };
    }
    if entry.created {
        let way = format!("was changed since it was put in, and is left; `git rm {path}` takes it out");
        return Left::Theirs(None, way);
    }
    let (left, stays) = undo::wherever(text, &entry.pieces);
    let note = match stays.first() {
        None => "was changed since: ours is taken out, the rest stays".to_owned(),
        Some(piece) => format!(
            "was changed since, also in what is ours: take out by hand what is left of `{}`",
            piece.put_in.trim().lines().next().unwrap_or_default()
        ),
    };
    Left::Theirs(Some(with(left)).filter(|file| file != there), note)
}

/// Policies of the repository besides this one.
fn other_roots(place: &Place) -> Result<Vec<String>, Failure> {
    let own = place.below_top(POLICY_FILE);
    let ledgers = place.checkout.top();
    let tree = source::open(ledgers, &BaseRequest::None, &Surroundings::default())?.head;
    let is_other = |path: &&str| path.ends_with(LEDGER) && **path != place.below_top(LEDGER);
    let others = tree.paths().filter(is_other).map(|path| path.replace(LEDGER, POLICY_FILE));
    Ok(others.filter(|other| *other != own).collect())
}

/// What serves every gated folder of a repository.
fn is_wiring(path: &str) -> bool {
    path.starts_with(".claude/")
}

fn step(path: String, before: File, after: Option<File>, why: &str) -> Step {
    let above = Path::new(&path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    let folders = above.filter_map(Path::to_str).map(str::to_owned).collect();
    Step { path, before: Some(before), after, why: why.to_owned(), folders }
}
