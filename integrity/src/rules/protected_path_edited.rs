//! Files that the policy protects.

use findings::{Finding, Location, rule};
use policy::Settings;
use policy::approvals::FOLDER;
use source::ChangeKind;

use crate::Scene;
use crate::evidence::{HELP_OTHER, short, side_by_side};
use crate::rules::Check;
use crate::scene::{base_path, texts};

rule! {
    /// A file that `protected` in the base's policy names, and that the change adds, edits, moves or removes. What kind of
    /// edit it is does not matter: the policy asked for a person. Approvals have rules of their own.
    ///
    /// ## Why it hurts
    /// These are the files of which a team said that no change to them goes by itself: licences, migrations that ran,
    /// the wiring of the gate.
    ///
    /// ## Example
    /// ```base yaml gatefold.yaml
    /// protected: [gatefold.yaml, "migrations/**"]
    /// ```
    /// ```head yaml gatefold.yaml bad
    /// protected: [gatefold.yaml, "migrations/**"] # the second since March #~
    /// ```
    ///
    /// ## Instead
    /// ```base yaml gatefold.yaml
    /// protected: ["migrations/**"]
    /// ```
    /// ```head yaml gatefold.yaml good
    /// protected: ["migrations/**", "LICENSE-*"]
    /// ```
    pub static PROTECTED_PATH_EDITED = {
        id: "protected-path-edited",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds edits of files that the policy protects",
    };
}

pub(super) static CHECK: Check = Check { rule: &PROTECTED_PATH_EDITED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Ok(settings) = Settings::read(scene.policies.base) else { return };
    if settings.protected.is_empty() {
        return;
    }
    let globs = settings.protected_files();
    let own = |path: &str| path.starts_with(&format!("{FOLDER}/"));
    for file in &scene.change.files {
        let was = base_path(file);
        let Some(path) = [was, &file.path].into_iter().find(|path| globs.is_match(path) && !own(path)) else {
            continue;
        };
        let by = settings.protected.iter().find(|glob| {
            crate::policy::globs(std::slice::from_ref(glob)).is_ok_and(|glob| glob.is_match(path))
        });
        let how = match file.kind {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Renamed => "moved",
            ChangeKind::Modified => "edited",
        };
        let by = by.map(|glob| format!(" by `{}`", short(glob))).unwrap_or_default();
        let message = format!("`{}` is protected{by} and was {how}", short(path));
        let texts = texts(scene.base, &scene.change.head, file);
        let shown =
            |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
        let bytes = |tree: &source::Tree, path: &str| tree.read(path).unwrap_or_default();
        let line =
            file.lines.first().map(|lines| *lines.start()).filter(|_| file.kind == ChangeKind::Modified);
        let place = line.map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1));
        let (before, after) = (bytes(scene.base, was), bytes(&scene.change.head, &file.path));
        let note = side_by_side(&shown(texts.base), &shown(texts.head));
        findings.push(
            Finding::new(&PROTECTED_PATH_EDITED, place, message)
                .help(HELP_OTHER)
                .note(note)
                .fact(how)
                .judged(before, after),
        );
    }
}
