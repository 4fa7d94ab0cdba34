//! Data that tests feed to the code, where what they expect stays.

use findings::{Finding, Location, rule};
use source::ChangeKind;

use crate::Scene;
use crate::artefacts;
use crate::evidence::{HELP, gone, side_by_side};
use crate::exchanged;
use crate::rules::Check;
use crate::scene::{base_path, texts};

rule! {
    /// A file of data in a folder of tests (`tests`, `testdata`, `fixtures`) that is none of the policy's
    /// `integrity.expectations`, and that changed or is gone, or in whose place a test reads a new file: an input, a
    /// configuration, a model that tests load. YAML, JSON and TOML are compared as data; new files that are read beside
    /// the others are silent. An expectation that moved out of what `integrity.expectations` names is told, too, where it has every
    /// byte and its tests read it there.
    ///
    /// ## Why it hurts
    /// A test that fails can be made to pass by an input that no longer shows the fault. The assertion stands as it
    /// stood, so whoever reads the difference of the code sees nothing.
    ///
    /// ## Example
    /// ```base yaml tests/inputs/ties.yaml
    /// candidates: [{ id: 7, score: 0.5 }, { id: 3, score: 0.5 }]
    /// ```
    /// ```head yaml tests/inputs/ties.yaml bad
    /// candidates: [{ id: 7, score: 0.5 }, { id: 3, score: 0.4 }] #~
    /// ```
    ///
    /// ## Instead
    /// Add another input beside it.
    /// ```base yaml tests/inputs/ties.yaml
    /// candidates: [{ id: 7, score: 0.5 }, { id: 3, score: 0.5 }]
    /// ```
    /// ```head yaml tests/inputs/ties.yaml good
    /// # Two with one score.
    /// candidates:
    ///   - { score: 0.5, id: 7 }
    ///   - { score: 0.5, id: 3 }
    /// ```
    pub static TEST_INPUT_CHANGED = {
        id: "test-input-changed",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds data of tests that changed while what they expect stays",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_INPUT_CHANGED, check };

const FOLDERS: &[&str] = &["tests", "testdata", "test_data", "test-data", "fixtures"];

/// Code, prose and manifests are other rules', or nobody's.
const OTHER: &[&str] = &["rs", "md", "toml", "lock", "py", "sh", "proto"];

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let is_input = |path: &str| {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        is_of_tests(path) && !OTHER.contains(&extension) && !scene.expectations.is_match(path)
    };
    let other = exchanged::found(scene, is_input);
    findings.extend(other.iter().map(|other| exchanged::told(scene, &TEST_INPUT_CHANGED, other)));
    for file in scene.change.files.iter().filter(|file| file.kind != ChangeKind::Added) {
        let path = base_path(file);
        if let Some(new) = exchanged::moved_out(scene, file) {
            findings.push(moved(path, new));
            continue;
        }
        if !is_input(path) {
            continue;
        }
        let sides = texts(scene.base, &scene.change.head, file);
        let (what, note) = match (&sides.base, &sides.head) {
            (Some(before), None) => ("is gone", gone(before.as_deref().unwrap_or("(not text)"))),
            (Some(Ok(before)), Some(Ok(after))) => {
                let data = |text: &str| artefacts::read(path, text);
                if before == after || data(before).is_some_and(|one| data(after) == Some(one)) {
                    continue;
                }
                let note = artefacts::differences(path, before, after);
                ("says something else", note.unwrap_or_else(|| side_by_side(before, after)))
            }
            _ if scene.base.read(path).ok() == scene.change.head.read(&file.path).ok() => continue,
            _ => ("has another content", "(not text)".to_owned()),
        };
        let place = match file.lines.first() {
            Some(lines) if file.kind != ChangeKind::Removed => Location::point(&file.path, *lines.start(), 1),
            _ => Location::file(&file.path),
        };
        let bytes = |tree: &source::Tree, path: &str| tree.read(path).unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path);
        findings.push(
            Finding::new(&TEST_INPUT_CHANGED, place, format!("data of tests `{name}` {what}"))
                .help(HELP)
                .note_at_base(Location::file(path), note)
                .fact(what)
                .judged(bytes(scene.base, path), bytes(&scene.change.head, &file.path)),
        );
    }
}

/// An expectation that is only data of tests where it lies now.
fn moved(old: &str, new: &str) -> Finding {
    let name = old.rsplit('/').next().unwrap_or(old);
    let message = format!("expectation `{name}` moved to where a change of it needs no approval any more");
    Finding::new(&TEST_INPUT_CHANGED, Location::file(new), message)
        .help("add its folder to `expectations` in `gatefold.yaml`, or leave it where it was")
        .note_at_base(Location::file(old), format!("- {old}\n+ {new}"))
        .fact("moved")
}

/// Whether a file lies in a folder of tests.
pub(super) fn is_of_tests(path: &str) -> bool {
    let mut folders = path.rsplit_once('/').map_or("", |(folder, _)| folder).split('/');
    folders.any(|folder| FOLDERS.contains(&folder))
}
