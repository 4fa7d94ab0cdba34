//! The files of CI that a change touches, compared, with the places of what they lost.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use findings::Location;
use source::{ChangeKind, FileChange, Mode, Tree};

use super::compare::{Kind, Lost};
use super::conditions::is_harmless;
use super::ours::Ours;
use super::triggers::Filters;
use super::{
    FileKind, Job, Pipeline, actions, compare, gate, jobs, names, platform, read, settings, triggers,
    verdicts,
};
use crate::Scene;
use crate::evidence::{HELP_OTHER, line_of, side_by_side};
use crate::scene::{Around, base_path};

/// Something that CI lost, with its places on both sides.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    pub(crate) kind: Kind,
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) help: &'static str,
    pub(crate) place: Location,
    pub(crate) at_base: Option<Location>,
    pub(crate) note: String,
    pub(crate) base: String,
    pub(crate) head: String,
}

/// One file on both sides, with its pipelines.
struct Sides<'a> {
    file: &'a FileChange,
    before: String,
    after: String,
    base: Pipeline,
    head: Pipeline,
}

/// Everything that the change takes from CI.
pub(crate) fn look(scene: &Scene<'_>) -> Vec<Loss> {
    let around = scene.around();
    let texts = Texts::new(scene, &around);
    let called = Called::of(scene, &around, &texts);
    let mut losses = Vec::new();
    let mut sides: Vec<Sides<'_>> = Vec::new();
    for file in around.files {
        let kind = |path: &str| called.kind(scene, path);
        if let Some(kind) = kind(base_path(file)).or_else(|| kind(&file.path)) {
            losses.extend(disarmed(&around, file, kind));
            sides.extend(pair(
                &around,
                file,
                kind,
                self::kind(scene, &file.path).is_none() && !called.has(&file.path),
            ));
        }
    }
    if sides.is_empty() {
        return losses;
    }
    for side in &mut sides {
        let started = !side.head.triggers.is_empty() && !only_called(&side.head);
        [&mut side.base, &mut side.head].into_iter().for_each(|pipeline| texts.ours().take_out(pipeline));
        side.head.reached =
            started || side.file.kind != ChangeKind::Added || is_reached(&texts, &side.file.path);
    }
    let base: Vec<Pipeline> = sides.iter().map(|side| side.base.clone()).collect();
    let head: Vec<Pipeline> = sides.iter().map(|side| side.head.clone()).collect();
    let mut lost = compare::compare(&base, &head);
    let is_there = |folder: &str| {
        around.head.paths().any(|path| folder == "." || path.starts_with(&format!("{folder}/")))
    };
    for (file, side) in sides.iter().enumerate().filter(|(_, side)| side.file.kind != ChangeKind::Removed) {
        let (base, head) = (&side.base, &side.head);
        if side.after.is_empty() {
            continue;
        }
        lost.extend(jobs::compare(file, base, head));
        lost.extend(names::compare(file, base, head, &|job| texts.name_of(job, &side.file.path)));
        lost.extend(verdicts::compare(file, base, head, base.jobs.iter().any(gate::runs_gate)));
        let is_called = |event: &str, was: &Filters| texts.calls(event, was, &side.file.path);
        lost.extend(triggers::compare(file, base, head, &is_called));
        lost.extend(settings::compare(file, base, head));
        lost.extend(actions::compare(file, base, head));
        lost.extend(gate::compare(file, base, head, &is_there));
    }
    for lost in lost.iter_mut().filter(|lost| lost.kind == Kind::Step) {
        // A release that checks less holds no change back.
        if !sides[lost.base_file].base.judges_changes() {
            lost.kind = Kind::Setting;
        }
    }
    losses.extend(lost.into_iter().map(|lost| placed(&around, &sides, lost)));
    losses
}

fn placed(around: &Around<'_>, sides: &[Sides<'_>], lost: Lost) -> Loss {
    let side = &sides[lost.head_file.unwrap_or(lost.base_file)];
    let origin = &sides[lost.base_file];
    let shown = around.shown(&side.file.path);
    let first = |text: &str| text.split('\n').next().unwrap_or_default().to_owned();
    let found = |text: &str, needle: &str| line_of(text, &first(needle)).filter(|_| !needle.is_empty());
    let line = lost.head.as_deref().and_then(|head| found(&side.after, head));
    let head = lost.head.filter(|head| !head.ends_with(':')).unwrap_or_default();
    // The lines as they stand in the files: what softens a command is no part of it.
    let was = changed_line(&origin.before, &side.after, &lost.base);
    let is = changed_line(&side.after, &origin.before, &head);
    let note = match was.zip(is) {
        Some((was, is)) => side_by_side(was, is),
        // It may even stand elsewhere.
        None if lost.base == head => side_by_side(&origin.before, &side.after),
        None => side_by_side(&lost.base, &head),
    };
    let base_shown = around.shown(base_path(origin.file));
    Loss {
        kind: lost.kind,
        what: lost.what,
        help: lost.help.unwrap_or(HELP_OTHER),
        place: line.map_or(Location::file(&shown), |line| Location::point(&shown, line, 1)),
        at_base: found(&origin.before, &lost.base).map(|line| Location::point(base_shown, line, 1)),
        note,
        base: lost.base,
        head,
    }
}

/// The first line with a command that the other side has not as it is.
fn changed_line<'a>(text: &'a str, other: &str, command: &str) -> Option<&'a str> {
    if !command.contains(' ') || command.contains('\n') || !text.contains(command) {
        return None;
    }
    let there: BTreeSet<&str> = other.lines().map(str::trim).collect();
    text.lines().map(str::trim).find(|line| line.contains(command) && !there.contains(line))
}

/// The kind of a file that CI reads, or that the policy says it runs.
fn kind(scene: &Scene<'_>, path: &str) -> Option<FileKind> {
    platform(path).or_else(|| scene.scripts.is_match(path).then_some(FileKind::Script))
}

fn pair<'a>(around: &Around<'_>, file: &'a FileChange, kind: FileKind, away: bool) -> Option<Sides<'a>> {
    let texts = around.texts(file);
    let text = |side: Option<Result<Arc<str>, _>>| {
        side.map_or(Some(String::new()), |text| Some(text.ok()?.to_string()))
    };
    let (before, mut after) = (text(texts.base)?, text(texts.head)?);
    if away {
        // Moved to where no platform looks for it, it runs nothing.
        after.clear();
    }
    let pipeline = |path: &str, text: &str| {
        if text.is_empty() { Some(Pipeline::default()) } else { read(kind, path, text).ok() }
    };
    let (base, head) = (pipeline(base_path(file), &before)?, pipeline(&file.path, &after)?);
    Some(Sides { file, before, after, base, head })
}

/// A script that is still there and no longer what runs: its mode, a link in its place, no text any more.
fn disarmed(around: &Around<'_>, file: &FileChange, kind: FileKind) -> Option<Loss> {
    if kind != FileKind::Script || matches!(file.kind, ChangeKind::Added | ChangeKind::Removed) {
        return None;
    }
    let texts = around.texts(file);
    let before = texts.base?.ok()?;
    if !read(kind, base_path(file), &before)
        .ok()?
        .commands()
        .any(|(_, _, command)| command.checks().is_some())
    {
        return None;
    }
    let name = crate::evidence::short(&file.path);
    let (what, head) = match (file.modes, texts.head?) {
        (Some((_, Mode::Link)), text) => (
            format!("`{name}` was a script and is a link"),
            text.map(|text| text.to_string()).unwrap_or_default(),
        ),
        (_, Err(error)) => (format!("`{name}` was a script and cannot be read"), error.to_string()),
        (Some((Mode::Executable, Mode::Plain)), Ok(text)) => {
            (format!("`{name}` can no longer be run: it lost its executable bit"), text.to_string())
        }
        _ => return None,
    };
    Some(Loss {
        kind: Kind::Step,
        what,
        help: HELP_OTHER,
        place: Location::file(around.shown(&file.path)),
        at_base: None,
        note: format!(
            "compared: the mode and the kind of `{name}` on both sides; `git ls-files -s` shows them"
        ),
        base: before.to_string(),
        head,
    })
}

/// A path and its text.
type Named = (String, Arc<str>);

/// What CI consists of on both sides, beside what the change touches: read only where something asks who runs a script.
struct Texts<'a> {
    scene: &'a Scene<'a>,
    trees: [&'a Tree; 2],
    read: [OnceCell<Vec<Named>>; 2],
    ours: OnceCell<Ours>,
}

impl<'a> Texts<'a> {
    fn new(scene: &'a Scene<'a>, around: &Around<'a>) -> Texts<'a> {
        Texts { scene, trees: [around.base, around.head], read: Default::default(), ours: OnceCell::new() }
    }

    fn of_ci(&self, at_base: bool) -> &[Named] {
        let side = usize::from(!at_base);
        self.read[side].get_or_init(|| {
            let tree = self.trees[side];
            let paths = tree.paths().filter(|path| kind(self.scene, path).is_some()).take(MOST_FILES);
            paths.filter_map(|path| Some((path.to_owned(), tree.text(path).ok()?))).collect()
        })
    }

    fn ours(&self) -> &Ours {
        self.ours.get_or_init(|| {
            let manifest = self.trees[0].text("Cargo.toml").map(|text| text.to_string()).unwrap_or_default();
            Ours::of(&manifest, self.of_ci(true).iter().map(|(_, text)| &**text))
        })
    }

    /// Whether an event starts a workflow of head that calls this one, at once or by way of others, as often as it did with
    /// these filters.
    fn calls(&self, event: &str, was: &Filters, path: &str) -> bool {
        let workflows = self.of_ci(false).iter().filter(|(path, _)| path.starts_with(".github/workflows/"));
        let mut others: Vec<(&str, Pipeline)> = workflows
            .filter(|(_, text)| text.contains("./.github/workflows/"))
            .filter_map(|(path, text)| Some((path.as_str(), read(FileKind::GitHub, path, text).ok()?)))
            .collect();
        others.iter_mut().for_each(|(_, pipeline)| self.ours().take_out(pipeline));
        let mut open = vec![path];
        while let Some(called) = open.pop() {
            let calls = |job: &Job| {
                let uses = job.steps.iter().filter_map(|step| step.uses.as_deref());
                let runs = job.condition.as_deref().is_none_or(|condition| is_harmless(condition, job));
                !job.never
                    && !job.soft
                    && runs
                    && uses.filter_map(|uses| uses.strip_prefix("./")).any(|uses| uses == called)
            };
            let (callers, rest) =
                others.into_iter().partition(|(_, pipeline)| pipeline.jobs.iter().any(calls));
            others = rest;
            for (path, pipeline) in callers {
                if triggers::is_as_often(event, was, &pipeline) {
                    return true;
                }
                open.push(path);
            }
        }
        false
    }

    /// The workflow of head, other than this one, in which a job took the name of this one and checks nothing.
    fn name_of(&self, job: &Job, path: &str) -> Option<String> {
        let name = jobs::shown(job);
        let takes = |text: &str, path: &str| {
            let pipeline = read(FileKind::GitHub, path, text).ok();
            pipeline.is_some_and(|it| {
                it.jobs.iter().any(|it| jobs::shown(it) == name && names::checks_nothing(it))
            })
        };
        let known =
            |path: &str| self.of_ci(true).iter().any(|(known, text)| known == path && takes(text, path));
        let others = self.of_ci(false).iter().filter(|(other, text)| other != path && text.contains(&name));
        let mut workflows = others.filter(|(other, _)| other.starts_with(".github/workflows/"));
        let (found, _) = workflows.find(|(other, text)| takes(text, other) && !known(other))?;
        Some(format!("`{}`", crate::evidence::short(found)))
    }

    /// Whether a file of CI names another one by its path or its name.
    fn name(&self, at_base: bool, path: &str) -> bool {
        let texts = self.of_ci(at_base);
        let name = path.rsplit('/').next().unwrap_or(path);
        // An action is named by its folder.
        let name = match name {
            "action.yml" | "action.yaml" => path.rsplit('/').nth(1).unwrap_or(name),
            name => name,
        };
        let short = format!("/{name}");
        texts.iter().any(|(other, text)| other != path && (text.contains(&short) || text.contains(path)))
    }
}

/// Files of CI that are read to find who runs a script.
const MOST_FILES: usize = 500;

/// Scripts of the change that lie elsewhere than the policy says, and that a file of CI names.
struct Called(Vec<String>);

impl Called {
    fn of(scene: &Scene<'_>, around: &Around<'_>, texts: &Texts<'_>) -> Called {
        let likely = |path: &&str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let folder = path
                .split('/')
                .any(|part| ["scripts", "script", "bin", "tools", "hack", "ci"].contains(&part));
            kind(scene, path).is_none()
                && ([".sh", ".bash", ".mk", ".just"].iter().any(|end| name.ends_with(end))
                    || folder && !name.contains('.'))
        };
        let changed = around.files.iter().flat_map(|file| [file.path.as_str(), base_path(file)]);
        let mut all: Vec<String> = changed.filter(likely).map(str::to_owned).collect();
        all.dedup();
        all.retain(|path| texts.name(true, path) || texts.name(false, path));
        Called(all)
    }

    fn has(&self, path: &str) -> bool {
        self.0.iter().any(|known| known == path)
    }

    fn kind(&self, scene: &Scene<'_>, path: &str) -> Option<FileKind> {
        kind(scene, path).or_else(|| self.has(path).then_some(FileKind::Script))
    }
}

fn is_reached(texts: &Texts<'_>, path: &str) -> bool {
    let by_itself = [".ci/", ".githooks/", ".husky/"].iter().any(|folder| path.starts_with(folder))
        || ["makefile", "justfile"].contains(&path.to_lowercase().as_str());
    by_itself || texts.name(false, path)
}

fn only_called(pipeline: &Pipeline) -> bool {
    pipeline.triggers.keys().all(|event| event == "workflow_call")
}

/// Files of CI that could not be read: path, whether at base, why.
pub(crate) fn unread(scene: &Scene<'_>) -> Vec<(String, bool, String)> {
    let around = scene.around();
    let mut found = Vec::new();
    for file in around.files.iter().filter(|file| file.kind != ChangeKind::Added) {
        let Some(kind) = kind(scene, base_path(file)) else { continue };
        let texts = around.texts(file);
        for (text, path, at_base) in
            [(texts.base, base_path(file), true), (texts.head, file.path.as_str(), false)]
        {
            let problem = match text {
                Some(Ok(text)) if kind == FileKind::Script => {
                    source::conflict(&text).map(|(_, message)| message)
                }
                Some(Ok(text)) => read(kind, path, &text).err().map(|error| error.to_string()),
                // A binary among the scripts is no script.
                Some(Err(_)) if kind == FileKind::Script => None,
                Some(Err(error)) => Some(error.to_string()),
                None => None,
            };
            found.extend(problem.map(|problem| (around.shown(path), at_base, problem)));
        }
    }
    found
}
