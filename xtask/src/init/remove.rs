//! Taking out what was put in, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use policy::POLICY_FILE;
use source::{BaseRequest, Surroundings};

use super::disk::{self, File};
use super::install;
use super::ledger::{Entry, LEDGER, Ledger, Ledgers};
use super::place::Place;
use super::plan::{Plan, Step};
use super::{ci, codeowners, git_hooks, settings, undo};
use crate::failure::Failure;
use crate::shell;

/// What hooks keep in git's folder, which was not put in by `init`.
const KEPT: [&str; 3] = ["bin", "sessions", "told"];

/// Plans the removal. What somebody changed since is left with what is theirs, and said. What serves other workspaces, too,
/// stays until the last of them goes.
pub(super) fn plan(place: &Place) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let top = place.checkout.top();
    let listed = source::open(top, &BaseRequest::None, &Surroundings::default())?.head;
    let mut ledgers = Ledgers::of(place, &listed)?;
    let before = ledgers.clone();
    let heir = before.others().next().map(|(path, _)| path);
    if heir.is_none() {
        git_hooks::remove(place, &mut plan)?;
        let kept = place.checkout.common().join("gatefold");
        if KEPT.iter().any(|folder| kept.join(folder).is_dir()) {
            let shown = kept.display();
            plan.notes.push(format!(
                "`{shown}` stays, with installed binaries and what sessions remember; `rm -r {}` takes it out of this clone",
                shell::word(kept.display())
            ));
        }
    }
    let Some(own) = before.own() else {
        plan.notes.push(format!("there is no `{}`, so nothing was put in here", before.own));
        return Ok(plan);
    };
    let mut kept = BTreeSet::new();
    if let Some(heir) = heir {
        kept = keep_shared(place, &mut ledgers, heir, &mut plan)?;
        kept.extend(take_out_includes(place, &mut ledgers, &mut plan)?);
    }
    for (path, entry) in own.files.iter().filter(|(path, _)| !kept.contains(*path)) {
        let real = disk::real_path(top, path)?;
        let Some(there) = disk::read(top, &real)? else {
            plan.notes.push(format!("`{path}` is gone already"));
            continue;
        };
        match left_of(path, entry, &there) {
            Left::Nothing => {
                let mut step = step(real, there, None, "it was put in by `init`");
                step.folders.retain(|folder| !entry.stood.contains(folder));
                plan.steps.push(step);
            }
            Left::File(file) => plan.steps.push(step(real, there, Some(file), "as it was without Gatefold")),
            Left::Theirs(file, note) => {
                plan.notes.push(format!("`{path}` {note}"));
                plan.steps
                    .extend(file.map(|file| step(real, there, Some(file), "without what is still ours")));
            }
        }
    }
    plan.steps.extend(ledgers.steps(&before, place)?);
    let path = disk::real_path(top, &before.own)?;
    let there = disk::read(top, &path)?;
    plan.steps
        .extend(there.map(|there| step(path, there, None, "nothing of ours is left that it would tell of")));
    Ok(plan)
}

/// Hands on to another workspace what serves every one: the launcher, settings, owners. Gives their paths.
fn keep_shared(
    place: &Place,
    ledgers: &mut Ledgers,
    heir: &str,
    plan: &mut Plan,
) -> Result<BTreeSet<String>, Failure> {
    let shared = [install::LAUNCHER_FILE, install::SETTINGS_FILE].into_iter().chain(codeowners::PLACES);
    let mut kept = BTreeSet::new();
    for path in shared {
        let path = disk::real_path(place.checkout.top(), path)?;
        let Some((ledger, entry)) = ledgers.find(&path) else { continue };
        let (is_own, entry) = (ledger == ledgers.own, entry.clone());
        if is_own {
            ledgers.put_into(heir, &path, entry);
        }
        let other = heir.replace(LEDGER, POLICY_FILE);
        plan.notes.push(format!("`{path}` is kept: `{other}` has a policy that needs it, too"));
        kept.insert(path);
    }
    Ok(kept)
}

/// Takes this workspace's file out of what GitLab's own file includes, where those of others stay in it. Gives the path
/// that is done with.
fn take_out_includes(
    place: &Place,
    ledgers: &mut Ledgers,
    plan: &mut Plan,
) -> Result<Option<String>, Failure> {
    let top = place.checkout.top();
    let path = disk::real_path(top, ci::GITLAB_CI)?;
    let included = |ledger: &Ledger| -> Vec<String> {
        ledger.files.keys().filter(|file| ci::is_included(file)).cloned().collect()
    };
    let others = ledgers.others().find(|(_, ledger)| !included(ledger).is_empty());
    let (Some((other, _)), Some((holder, entry)), Some(there)) =
        (others, ledgers.find(&path), disk::read(top, &path)?)
    else {
        return Ok(None);
    };
    let holder = if holder == ledgers.own { other } else { holder }.to_owned();
    let text = String::from_utf8_lossy(&there.content).into_owned();
    let files = ledgers.own().map(included).unwrap_or_default();
    let new = files.iter().fold(text.clone(), |text, file| ci::without_include(&text, file));
    let mut entry = entry.clone();
    if !entry.created {
        entry.pieces = undo::pieces(&install::undone(&text, &entry), &new);
    }
    if entry.digest == findings::digest(&there.content) {
        entry.digest = findings::digest(new.as_bytes());
    }
    ledgers.put_into(&holder, &path, entry);
    if new != text {
        let after = File { content: new.into_bytes(), executable: there.executable };
        plan.steps.push(step(path.clone(), there, Some(after), "without the jobs of this workspace"));
    }
    Ok(Some(path))
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
        let way = format!(
            "was changed since it was put in, and is left; `git rm {}` takes it out",
            shell::word(path)
        );
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

fn step(path: String, before: File, after: Option<File>, why: &str) -> Step {
    let above = Path::new(&path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    let folders = above.filter_map(Path::to_str).map(str::to_owned).collect();
    Step { path, before: Some(before), after, why: why.to_owned(), folders }
}
