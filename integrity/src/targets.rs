//! What manifests say of tests: targets that no longer run, packages that left the workspace.

use std::collections::BTreeSet;

use findings::{Finding, Location, Rule};
use serde_json::Value;

use crate::Scene;
use crate::evidence::{self, line_of};
use crate::scene::{base_path, texts};
use crate::settings;

/// Targets that are switched off, or that nothing makes any more.
pub(crate) fn in_manifests(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
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
                rule,
                line.map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1)),
                &what,
            )
            .help(evidence::HELP)
            .note(evidence::side_by_side(&before, &after))
            .fact(&what)
            .judged(&*before, &*after);
            findings.push(finding);
        };
        let known = |name: &String| {
            let member =
                scene.workspaces.base.crates.iter().find(|member| member.manifest == base_path(file));
            member.is_some_and(|member| member.targets.iter().any(|target| target.name == *name))
        };
        for switched in found {
            if switched.unnamed_before.as_ref().is_some_and(|name| !known(name)) {
                continue;
            }
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
pub(crate) fn out_of_workspace(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
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
    let finding = Finding::new(rule, Location::point("Cargo.toml", line, 1), message)
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
