//! What manifests say of tests: targets that no longer run, packages that left the workspace.

use std::collections::BTreeSet;

use findings::{Finding, Location, Rule};
use serde_json::Value;

use crate::Scene;
use crate::conditions::Conditions;
use crate::evidence::{self, line_of};
use crate::examples;
use crate::facts::Role;
use crate::manifest;
use crate::scene::{base_path, texts};
use crate::settings;
use crate::switches::has_word;

/// Targets that are switched off, or that nothing makes any more.
pub(crate) fn in_manifests(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
    for file in scene.change.files.iter().filter(|file| is_manifest(&file.path)) {
        let texts = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (texts.base, texts.head) else { continue };
        let (Ok(base), Ok(head)) = (manifest::read(&before), manifest::read(&after)) else { continue };
        let autotests = |side: &Value| side.pointer("/package/autotests") == Some(&Value::Bool(false));
        let found = settings::disabled_targets(&base, &head);
        let lost: Vec<(String, usize)> = lost_roots(scene, base_path(file), &file.path)
            .into_iter()
            .map(|root| (tests_below(scene, &root), root))
            .filter_map(|(tests, root)| (tests > 0).then_some((root, tests)))
            .collect();
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
            let member = scene.workspaces.base.members().find(|member| member.manifest == base_path(file));
            member.is_some_and(|member| member.targets.iter().any(|target| target.name == *name))
        };
        for switched in found {
            let documented = || {
                let dir = file.path.strip_suffix("Cargo.toml").unwrap_or_default();
                let mut code =
                    scene.base.paths().filter(|path| path.ends_with(".rs") && path.starts_with(dir));
                code.any(|path| scene.base.text(path).is_ok_and(|text| examples::has_one(&text)))
            };
            // What has no tests loses none; of what cannot be seen nothing is known.
            let dir = file.path.strip_suffix("/Cargo.toml").unwrap_or_default();
            let of_library = switched.needle.starts_with("test = ") && switched.unnamed_before.is_none();
            let bare = || has_code(scene, dir) && !has_tests(scene, &crate::rust::join(dir, "src"));
            if of_library && bare()
                || switched.unnamed_before.as_ref().is_some_and(|name| !known(name))
                || switched.needle.starts_with("doctest") && !documented()
            {
                continue;
            }
            add(switched.what, &switched.needle);
        }
        if !lost.is_empty() {
            let needle = if autotests(&head) { "autotests" } else { "[package]" };
            let roots: Vec<&str> = lost.iter().map(|(root, _)| root.as_str()).collect();
            let tests: usize = lost.iter().map(|(_, tests)| tests).sum();
            let count = if tests == 1 {
                "1 test no longer runs".to_owned()
            } else {
                format!("{tests} tests no longer run")
            };
            add(format!("no target is made of `{}` any more: {count}", roots.join("`, `")), needle);
        }
    }
}

/// The files that a target of a package was built from, that are still there, and that none is built from.
fn lost_roots(scene: &Scene<'_>, base_manifest: &str, head_manifest: &str) -> Vec<String> {
    let targets = |workspace: &source::Workspace, manifest: &str| -> BTreeSet<String> {
        let member = workspace.members().find(|member| member.manifest == manifest);
        member
            .map(|member| member.targets.iter().map(|target| target.root.clone()).collect())
            .unwrap_or_default()
    };
    let before = targets(&scene.workspaces.base, base_manifest);
    let after = targets(&scene.workspaces.head, head_manifest);
    if after.is_empty() {
        return Vec::new();
    }
    before.difference(&after).filter(|root| scene.change.head.contains(root)).cloned().collect()
}

/// How many tests a root brought in that nothing brings in any more.
fn tests_below(scene: &Scene<'_>, root: &str) -> usize {
    let lost = scene.rust.files.iter().filter_map(|file| {
        let (base, head) = (file.base.as_ref()?, file.head.as_ref()?);
        (base.reached && base.way.root.as_deref() == Some(root) && !head.reached).then_some(base)
    });
    lost.flat_map(|side| &side.facts.functions).filter(|function| function.role == Role::Test).count()
}

/// The roots of which it is said here that nothing is built from them: nobody else need say it of the tests below.
pub(crate) fn told(scene: &Scene<'_>) -> BTreeSet<String> {
    let manifests = scene.change.files.iter().filter(|file| is_manifest(&file.path));
    let lost = manifests.flat_map(|file| lost_roots(scene, base_path(file), &file.path));
    let packages = left_workspace(scene);
    let roots = packages.iter().flat_map(|member| &member.targets).map(|target| target.root.clone());
    lost.chain(roots).collect()
}

fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// Members that head has and that are no longer tested with the workspace.
fn left_workspace<'a>(scene: &'a Scene<'_>) -> Vec<&'a source::Crate> {
    let (base, head) = (&scene.workspaces.base, &scene.workspaces.head);
    if head.crates.is_empty() {
        return Vec::new();
    }
    let gone = base.members().filter(|member| {
        let stays = head.members().any(|other| other.dir == member.dir || other.name == member.name);
        !stays
            && scene.change.head.contains(&member.manifest)
            && has_tests(scene, &member.dir)
            && !tested_apart(scene, &member.dir)
    });
    gone.collect()
}

/// Packages that head has and its workspace no longer has, in one finding. One that went to another workspace that
/// CI tests is not among them.
pub(crate) fn out_of_workspace(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
    let gone = left_workspace(scene);
    let names: Vec<&str> = gone.iter().map(|member| member.name.as_str()).collect();
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

/// Members that plain `cargo test` no longer tests, where nothing that CI runs names the workspace or the member.
pub(crate) fn out_of_default(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
    for file in scene.change.files.iter().filter(|file| is_manifest(&file.path)) {
        let texts = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (texts.base, texts.head) else { continue };
        let (Ok(base), Ok(head)) = (manifest::read(&before), manifest::read(&after)) else { continue };
        if head.get("workspace").is_none() || default_members(&base) == default_members(&head) {
            continue;
        }
        let setup = Conditions::of(scene).setup();
        if ["workspace", "all"].iter().any(|flag| has_word(&setup, &format!("--{flag}"))) {
            continue;
        }
        let folder = file.path.strip_suffix("Cargo.toml").unwrap_or_default();
        let in_default = |side: &Value, member: &source::Crate| {
            let dir = member.dir.strip_prefix(folder).unwrap_or(&member.dir);
            default_members(side).is_none_or(|globs| globs.iter().any(|glob| covers(glob, dir)))
        };
        let members = scene.workspaces.head.members().filter(|member| {
            in_default(&base, member)
                && !in_default(&head, member)
                && scene.workspaces.base.members().any(|before| before.dir == member.dir)
                && has_tests(scene, &member.dir)
                && !has_word(&setup, &member.name)
        });
        let names: Vec<&str> = members.map(|member| member.name.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        let message =
            format!("`cargo test` no longer tests `{}`: `default-members` leaves it out", names.join("`, `"));
        let line = line_of(&after, "default-members").unwrap_or(1);
        let finding = Finding::new(rule, Location::point(&file.path, line, 1), message)
            .help(evidence::HELP)
            .note(evidence::side_by_side(&before, &after))
            .fact(names.join(" "));
        findings.push(finding.judged(&*before, &*after));
    }
}

/// What plain `cargo test` tests; `None` for all members.
fn default_members(manifest: &Value) -> Option<Vec<String>> {
    match manifest.pointer("/workspace/default-members") {
        Some(Value::Array(items)) => {
            Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        _ if manifest.get("package").is_some() => Some(vec![".".to_owned()]),
        _ => None,
    }
}

fn covers(glob: &str, dir: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    let glob = if glob == "." { "" } else { glob };
    glob == dir
        || globset::GlobBuilder::new(glob)
            .literal_separator(true)
            .build()
            .is_ok_and(|glob| glob.compile_matcher().is_match(dir))
}

fn has_code(scene: &Scene<'_>, dir: &str) -> bool {
    let start = if dir.is_empty() { String::new() } else { format!("{dir}/") };
    scene.base.paths().any(|path| path.ends_with(".rs") && path.starts_with(&start))
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
