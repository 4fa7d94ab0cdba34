//! Tests that are still there and no longer run.

use std::collections::BTreeSet;

use findings::{Finding, Location, Rule, Span, rule};
use serde_json::Value;

use crate::Scene;
use crate::evidence;
use crate::facts::{Function, Gate, feature};
use crate::rules::Check;
use crate::rust::At;
use crate::scene::{base_path, texts};
use crate::settings;

rule! {
    /// A test that head has and does not run: `#[ignore]`, a condition that never holds (`cfg(any())`, `cfg(not(test))`,
    /// a feature that nothing switches on), a `return` before the assertions, a target with `test = false` or
    /// `harness = false`, a package taken out of the workspace.
    ///
    /// ## Why it hurts
    /// The run is green and shorter. Nobody counts tests, so nobody sees it.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn ties_stand_in_candidate_order() {
    ///     assert_eq!(rank(&ties()), [7, 3]);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// #[ignore = "flaky"]
    /// fn ties_stand_in_candidate_order() { //~
    ///     assert_eq!(rank(&ties()), [7, 3]);
    /// }
    /// ```
    /// In a manifest:
    /// ```base toml
    /// [package]
    /// name = "ranking"
    ///
    /// [lib]
    /// name = "ranking"
    /// ```
    /// ```head toml bad
    /// [package]
    /// name = "ranking"
    ///
    /// [lib]
    /// name = "ranking"
    /// test = false #~
    /// ```
    ///
    /// ## Instead
    /// Repair what fails. A test that was ignored and runs again is silent.
    /// ```base rust
    /// #[test]
    /// #[ignore = "needs the store"]
    /// fn the_store_answers() {
    ///     assert_eq!(store().get(7), Some(3));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn the_store_answers() {
    ///     assert_eq!(store().get(7), Some(3));
    /// }
    /// ```
    pub static TEST_DISABLED = {
        id: "test-disabled",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds tests that head has and no longer runs",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_DISABLED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    in_code(scene, &TEST_DISABLED, true, findings);
    in_manifests(scene, findings);
    out_of_workspace(scene, findings);
}

/// What keeps the tests of the change from running: never at all, or only under some conditions.
pub(super) fn in_code(scene: &Scene<'_>, rule: &'static Rule, never: bool, findings: &mut Vec<Finding>) {
    let mut told: BTreeSet<(String, Span)> = BTreeSet::new();
    for (base, head) in &scene.tests.pairs {
        for Obstacle { what, span, is_never } in obstacles(scene, *base, *head) {
            let shared = span != head.function.span;
            if is_never != never || shared && !told.insert((head.side.path.clone(), span)) {
                continue;
            }
            let name = evidence::short(&head.function.name);
            let finding =
                Finding::new(rule, Location::at(&head.side.path, span), format!("test `{name}` {what}"))
                    .help(evidence::HELP)
                    .note_at_base(
                        base.location(),
                        evidence::side_by_side(&base.function.text, &head.function.text),
                    )
                    .fact(head.function.title())
                    .fact(&what);
            findings.push(finding.judged(&base.function.text, &head.function.text));
        }
    }
    for (side, module, what, is_never) in modules(scene) {
        if is_never == never {
            let finding = Finding::new(
                rule,
                Location::at(&side.path, module.span),
                format!("module `{}` {what}", module.name),
            )
            .help(evidence::HELP)
            .fact(&module.name)
            .fact(&what);
            findings.push(finding);
        }
    }
}

struct Obstacle {
    what: String,
    span: Span,
    is_never: bool,
}

fn obstacles(scene: &Scene<'_>, base: At<'_>, head: At<'_>) -> Vec<Obstacle> {
    let (one, other) = (base.function, head.function);
    let mut found = Vec::new();
    let mut add = |what: String, span: Span, is_never: bool| found.push(Obstacle { what, span, is_never });
    match (&one.ignored, &other.ignored) {
        (before, Some(None)) if *before != Some(None) => add("is ignored".to_owned(), other.span, true),
        (None, Some(Some(when))) => {
            add(format!("is ignored where `{}`", evidence::short(when)), other.span, false)
        }
        _ => {}
    }
    for gate in
        other.gates.iter().filter(|gate| !one.gates.iter().any(|before| before.predicate == gate.predicate))
    {
        let never = is_never(scene, head, gate);
        let what = if never { "is never compiled" } else { "is compiled only" };
        add(format!("{what}: `cfg({})`", evidence::short(&gate.predicate)), gate.span, never);
    }
    let leaves =
        |function: &Function| function.leaves.iter().map(|leave| leave.condition.clone()).collect::<Vec<_>>();
    let before = leaves(one);
    for leave in other.leaves.iter().filter(|leave| !before.contains(&leave.condition)) {
        match &leave.condition {
            None => add("returns before its end".to_owned(), leave.span, true),
            Some(condition) => {
                let platform = ["cfg !", "target_", "miri", "windows", "unix"]
                    .iter()
                    .any(|word| condition.contains(word));
                add(format!("returns early if `{}`", evidence::short(condition)), leave.span, !platform);
            }
        }
    }
    found
}

/// Whether a condition keeps a test from ever running: it cannot hold, or asks for a feature that nothing had at the
/// base and that no code but tests depends on.
fn is_never(scene: &Scene<'_>, head: At<'_>, gate: &Gate) -> bool {
    if ["any ( )", "false", "FALSE", "not ( test )", "not ( all ( ) )", "never", "disabled"]
        .contains(&gate.predicate.as_str())
    {
        return true;
    }
    let Some(name) = feature(&gate.predicate) else { return false };
    if scene
        .rust
        .files
        .iter()
        .filter_map(|file| file.head.as_ref())
        .any(|side| side.facts.features.contains(&name))
    {
        return false;
    }
    !declares_feature(scene, head, &name)
}

/// Whether the manifest above the file declared the feature at base, or makes it a default at head.
fn declares_feature(scene: &Scene<'_>, head: At<'_>, name: &str) -> bool {
    let mut dir = head.side.path.as_str();
    loop {
        dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        let path = crate::rust::join(dir, "Cargo.toml");
        if let Ok(text) = scene.change.head.text(&path) {
            let manifest = |text: &str| settings::read(text).unwrap_or(Value::Null);
            let base = scene
                .base
                .text(scene.change.base_path(&path))
                .map(|text| manifest(&text))
                .unwrap_or_default();
            let declared = |side: &Value| {
                let optional = |table: &str| {
                    side.pointer(&format!("/{table}/{name}/optional")) == Some(&Value::Bool(true))
                };
                side.pointer("/features").and_then(|features| features.get(name)).is_some()
                    || optional("dependencies")
            };
            let default = manifest(&text)
                .pointer("/features/default")
                .is_some_and(|list| list.to_string().contains(&format!("\"{name}\"")));
            return declared(&base) || default;
        }
        if dir.is_empty() {
            // Without a manifest nothing is known of features.
            return true;
        }
    }
}

type Gated<'a> = (&'a crate::rust::Side, &'a crate::facts::Module, String, bool);

/// Module declarations that got a condition.
fn modules<'a>(scene: &'a Scene<'_>) -> Vec<Gated<'a>> {
    let mut found = Vec::new();
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        for module in &head.facts.modules {
            let Some(before) = base.facts.modules.iter().find(|before| before.name == module.name) else {
                continue;
            };
            for gate in module
                .gates
                .iter()
                .filter(|gate| !before.gates.iter().any(|was| was.predicate == gate.predicate))
            {
                let never = ["any ( )", "false", "not ( test )"].contains(&gate.predicate.as_str());
                if never {
                    found.push((
                        head,
                        module,
                        format!("is never compiled: `cfg({})`", evidence::short(&gate.predicate)),
                        true,
                    ));
                }
            }
        }
    }
    found
}

fn in_manifests(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for file in scene
        .change
        .files
        .iter()
        .filter(|file| file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml"))
    {
        let texts = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (texts.base, texts.head) else { continue };
        let (Ok(base), Ok(head)) = (settings::read(&before), settings::read(&after)) else { continue };
        let found = settings::disabled_targets(&base, &head);
        let autotests = |side: &Value| side.pointer("/package/autotests") == Some(&Value::Bool(false));
        let lost = lost_targets(scene, base_path(file), &file.path);
        let mut add = |what: String, needle: &str| {
            let line = line_of(&after, needle);
            let finding = Finding::new(
                &TEST_DISABLED,
                line.map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1)),
                &what,
            )
            .help(evidence::HELP)
            .note(evidence::side_by_side(&before, &after))
            .fact(&what)
            .judged(&*before, &*after);
            findings.push(finding);
        };
        for switched in found {
            add(switched.what, &switched.needle);
        }
        if !lost.is_empty() {
            let needle = if autotests(&head) { "autotests" } else { "[package]" };
            add(format!("no target is made of `{}` any more", lost.join("`, `")), needle);
        }
    }
}

/// Roots of integration tests that are still there and that nothing is built from.
fn lost_targets(scene: &Scene<'_>, base_manifest: &str, head_manifest: &str) -> Vec<String> {
    let targets = |workspace: &source::Workspace, manifest: &str| -> BTreeSet<String> {
        let member = workspace.crates.iter().find(|member| member.manifest == manifest);
        member
            .map(|member| member.targets.iter().map(|target| target.root.clone()).collect())
            .unwrap_or_default()
    };
    let before = targets(&scene.workspaces.base, base_manifest);
    let after = targets(&scene.workspaces.head, head_manifest);
    let unreached = |root: &String| {
        let file =
            scene.rust.files.iter().filter_map(|file| file.head.as_ref()).find(|side| side.path == *root);
        file.is_some_and(|side| !side.reached && !side.facts.functions.is_empty())
    };
    if after.is_empty() {
        return Vec::new();
    }
    before
        .difference(&after)
        .filter(|root| scene.change.head.contains(root) && unreached(root))
        .cloned()
        .collect()
}

/// Packages that head has and its workspace no longer has, in one finding. One that went to another workspace that
/// CI tests is not among them.
fn out_of_workspace(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let (base, head) = (&scene.workspaces.base, &scene.workspaces.head);
    if head.crates.is_empty() {
        return;
    }
    let gone = base.crates.iter().filter(|member| {
        let stays = head.crates.iter().any(|other| other.dir == member.dir || other.name == member.name);
        !stays
            && scene.change.head.contains(&member.manifest)
            && has_tests(scene, &member.dir)
            && !tested_apart(scene, &member.dir)
    });
    let names: Vec<&str> = gone.map(|member| member.name.as_str()).collect();
    let message = match names.as_slice() {
        [] => return,
        [name] => format!("package `{name}` is no longer a member of the workspace: its tests no longer run"),
        [first, rest @ ..] => format!(
            "package `{first}` and {} more are no longer members of the workspace: their tests no longer run",
            rest.len()
        ),
    };
    let text = scene.change.head.text("Cargo.toml").unwrap_or_default();
    let line = line_of(&text, "exclude").or_else(|| line_of(&text, "members")).unwrap_or(1);
    let finding = Finding::new(&TEST_DISABLED, Location::point("Cargo.toml", line, 1), message)
        .help(evidence::HELP)
        .note(names.iter().map(|name| format!("- {name}")).collect::<Vec<_>>().join("\n"))
        .fact(names.join(" "))
        .judged(&*scene.base.text("Cargo.toml").unwrap_or_default(), &*text);
    findings.push(finding);
}

fn has_tests(scene: &Scene<'_>, dir: &str) -> bool {
    let start = if dir.is_empty() { String::new() } else { format!("{dir}/") };
    let mut files = scene.base.paths().filter(|path| path.ends_with(".rs") && path.starts_with(&start));
    files.any(|path| {
        scene.base.text(path).is_ok_and(|text| text.contains("test]") || text.contains("proptest!"))
    })
}

/// Whether a workspace of its own, in the folder or above it, is named by what CI runs.
fn tested_apart(scene: &Scene<'_>, dir: &str) -> bool {
    let around = scene.around();
    let mut folder = dir;
    while !folder.is_empty() {
        let text = scene.change.head.text(&crate::rust::join(folder, "Cargo.toml")).unwrap_or_default();
        if text.contains("[workspace]") || text.contains("[workspace.") {
            let ci = around
                .head
                .paths()
                .filter(|path| crate::ci::platform(path).is_some() || scene.scripts.is_match(path));
            let name = folder.rsplit('/').next().unwrap_or(folder);
            let named = [
                format!("{name}/Cargo.toml"),
                format!("working-directory: {name}"),
                format!("cd {name}"),
                format!("{name}]"),
            ];
            return ci.into_iter().any(|path| {
                around
                    .head
                    .text(path)
                    .is_ok_and(|text| named.iter().any(|words| text.contains(words.as_str())))
            });
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    false
}

/// The first line that has a text, counted from 1.
pub(super) fn line_of(text: &str, needle: &str) -> Option<u32> {
    let at = text.lines().position(|line| line.contains(needle) && !line.trim_start().starts_with('#'))?;
    u32::try_from(at + 1).ok()
}
