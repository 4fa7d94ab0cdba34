//! A new service, from the mould of the workspace that it joins.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::{self, File, Files, text_of};
use super::manifest::{self, Manifest};
use super::name::Name;
use super::readme::Told;
use super::restyle::has_trace;
use super::taken::{protos, refuse_clashes, refuse_taken};
use super::write::{Edit, Plan};
use super::{line_ends, lock, pack, policy, readme, words};
use crate::failure::Failure;
use crate::shell;

/// The service that others are stamped from.
pub(crate) const MOULD: &str = "mould";

/// The files of a workspace that get a service more.
const EDITED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "README.md", ::policy::POLICY_FILE];

/// Which mould was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The one of the workspace.
    Own,
    /// The one that the binary carries.
    Carried,
}

/// A service that can be written.
pub(crate) struct Stamped {
    pub(crate) plan: Plan,
    pub(crate) origin: Origin,
}

/// Plans a service in the workspace at a root.
pub(crate) fn service(root: &Path, name: &Name) -> Result<Stamped, Failure> {
    let found = files::of_workspace(root)?;
    let workspace = files::with_plain_ends(&found, &EDITED);
    if !workspace.contains_key("Cargo.toml") {
        return Err(Failure::usage(format_args!(
            "there is no Cargo.toml in `{}`; a service joins a Cargo workspace (`--root PATH` names one)",
            root.display()
        )));
    }
    let mut manifest = Manifest::of(&workspace, "Cargo.toml")?;
    let packages = manifest::packages(&workspace)?;
    refuse_taken(name, &workspace, &packages)?;

    let folder = format!("services/{}", name.kebab());
    if std::fs::symlink_metadata(root.join(&folder)).is_ok() {
        return Err(Failure::usage(format_args!(
            "`{folder}` exists already; choose another name, or take it away first"
        )));
    }

    let origin = match workspace.contains_key("services/mould/Cargo.toml") {
        true => Origin::Own,
        false => Origin::Carried,
    };
    let carried = pack::template()?;
    let template = if origin == Origin::Own { &workspace } else { &carried };
    let mould = of_mould(template);
    let mut create = files::restyled(&mould, MOULD, name);
    settle_port(&mut create, &workspace, name);
    settle_golden(&mut create)?;
    refuse_clashes(&create, &workspace)?;
    words::refuse_used(name, &mould, MOULD).map_err(Failure::usage)?;

    let mut plan = Plan {
        root: root.to_owned(),
        create,
        edit: BTreeMap::new(),
        edition: manifest.edition().unwrap_or("2021").to_owned(),
        notes: Vec::new(),
    };
    manifest.admit(&folder)?;
    share(&mut manifest, &mut plan, template, &packages)
        .map_err(|failure| elsewhere(failure, root, &workspace, name))?;
    plan.change(&workspace, "Cargo.toml", manifest.text());
    register(&mut plan, &workspace, &carried, template, &packages, name)?;
    let left = plan.create.iter().filter(|(path, file)| {
        has_trace(path, MOULD) || file.text().is_some_and(|text| has_trace(text, MOULD))
    });
    let left: Vec<&str> = left.map(|(path, _)| path.as_str()).collect();
    if !left.is_empty() && !has_trace(name.kebab(), MOULD) {
        plan.notes.push(format!("still speak of a mould: {}", left.join(", ")));
    }
    for (path, edit) in &mut plan.edit {
        edit.keep_line_ends(found.get(path));
    }
    plan.check_targets()?;
    Ok(Stamped { plan, origin })
}

impl Plan {
    /// Plans another text for a file, if it is another.
    fn change(&mut self, workspace: &Files, path: &str, text: String) {
        let before = workspace.get(path).map(|file| file.content.clone()).unwrap_or_default();
        if before != text.as_bytes() {
            self.edit.insert(path.to_owned(), Edit { before, after: text.into_bytes() });
        }
    }
}

impl Edit {
    /// The same edit of the file as it was found, with the line ends that it has there.
    fn keep_line_ends(&mut self, found: Option<&File>) {
        let Some(found) = found else { return };
        if let (Some(before), Ok(after)) = (found.text(), std::str::from_utf8(&self.after)) {
            self.after = line_ends::as_before(before, after).into_bytes();
            self.before.clone_from(&found.content);
        }
    }
}

/// What belongs to the mould: its folder, and the protos, models and records that are called like it.
pub(crate) fn of_mould(files: &Files) -> Files {
    let is_its = |path: &str| {
        let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let called = stem == MOULD || stem.starts_with("mould_") || stem.starts_with("mould-");
        // Which of its mutants no corpus can see is known by their ids, which are not those of another service's.
        path.starts_with("services/mould/") && !path.ends_with("/golden/mutants.yaml")
            || (called && ["protos/", "models/", "data/"].iter().any(|folder| path.starts_with(folder)))
    };
    files.iter().filter(|(path, _)| is_its(path)).map(|(path, file)| (path.clone(), file.clone())).collect()
}

/// Gives the service a port of its own to listen on: the next behind those of all services.
fn settle_port(create: &mut Files, workspace: &Files, name: &Name) {
    let config = format!("services/{}/config.yaml", name.kebab());
    let Some(old) = text_of(create, &config).and_then(port) else { return };
    let is_config = |path: &str| path.starts_with("services/") && path.ends_with("/config.yaml");
    let taken: BTreeSet<u16> = workspace
        .iter()
        .filter(|(path, _)| is_config(path))
        .filter_map(|(_, file)| port(file.text()?))
        .collect();
    let Some(new) = taken.last().and_then(|last| last.checked_add(1)) else { return };
    if !taken.contains(&old) {
        return;
    }
    let (old, new) = (format!(":{old}"), format!(":{new}"));
    for file in create.values_mut() {
        if let Some(text) = file.text().filter(|text| text.contains(&old)) {
            *file = File { content: text.replace(&old, &new).into_bytes(), ..*file };
        }
    }
}

/// The port in `listen: 127.0.0.1:50151`.
fn port(config: &str) -> Option<u16> {
    let line = config.lines().find_map(|line| line.strip_prefix("listen:"))?;
    line.trim().trim_matches(['"', '\'']).rsplit(':').next()?.parse().ok()
}

/// What the service's own files say of it.
fn told(create: &Files, name: &Name) -> Told {
    let own = |file: &str| text_of(create, &format!("services/{}/{file}", name.kebab()));
    let config = own("config.yaml").unwrap_or_default();
    let time = config.lines().find_map(|line| line.trim().strip_prefix("default_ms:"));
    let proto = protos(create).find(|(_, text)| text.lines().any(|line| line.starts_with("service ")));
    Told {
        what: own("README.md")
            .and_then(readme::first_sentence)
            .unwrap_or_else(|| "a ranking service".to_owned()),
        port: port(config),
        rpc: proto.and_then(|(_, text)| rpc(text)),
        time_ms: time.and_then(|time| time.trim().parse().ok()),
    }
}

/// The full name of the first RPC that a proto declares.
fn rpc(proto: &str) -> Option<String> {
    let word = |start: &str| {
        let rest = proto.lines().find_map(|line| line.trim_start().strip_prefix(start))?;
        rest.split(|letter: char| !letter.is_alphanumeric() && !"._".contains(letter)).next()
    };
    Some(format!("{}.{}/{}", word("package ")?, word("service ")?, word("rpc ")?))
}

/// Recorded rankings name the digest of their requests, which another name may have changed.
fn settle_golden(create: &mut Files) -> Result<(), Failure> {
    let broken = |refusal: golden::Refusal| {
        Failure::could_not_run(format_args!(
            "failed to read the mould's golden corpus, line {}: {}",
            refusal.line, refusal.reason
        ))
    };
    let recorded: Vec<String> =
        create.keys().filter(|path| path.ends_with("/golden/rankings.jsonl")).cloned().collect();
    for path in recorded {
        let requests = path.replace("rankings.jsonl", "requests.jsonl");
        let (Some(requests), Some(rankings)) = (text_of(create, &requests), text_of(create, &path)) else {
            continue;
        };
        let digest = golden::Requests::parse(requests).map_err(broken)?.digest();
        let mut recording = golden::Recording::parse(rankings).map_err(broken)?;
        if recording.requests != digest {
            recording.requests = digest;
            create.insert(path, File::of_text(recording.to_text()));
        }
    }
    Ok(())
}

/// Shares what the service takes from the workspace and the workspace has not yet; crates of the workspace must be there.
fn share(
    manifest: &mut Manifest,
    plan: &mut Plan,
    template: &Files,
    packages: &[(String, Manifest)],
) -> Result<(), Failure> {
    let wanted = Manifest::of(template, "services/mould/Cargo.toml")?.dependencies();
    let mut model = Manifest::of(template, "Cargo.toml")?;
    let Some(model) = model.shared() else { return Ok(()) };
    let shared = manifest.shared().ok_or_else(|| {
        Failure::usage(
            "the mould takes what it builds on from `[workspace.dependencies]` of Cargo.toml, which is not in this workspace: \
             `new workspace` makes one that has it",
        )
    })?;
    for name in wanted {
        let Some(item) = model.get(&name).filter(|_| !shared.contains_key(&name)) else { continue };
        let path = item.get("path").and_then(toml_edit::Item::as_str);
        match path {
            Some(path) if !packages.iter().any(|(folder, _)| folder == path) => {
                return Err(Failure::usage(format_args!(
                    "the mould builds on the crate `{path}`, which is not in this workspace: it was stamped by another \
                     version of Gatefold, or is none; bring the crate back, or a `services/mould` of its own"
                )));
            }
            _ => {
                shared.insert(&name, item.clone());
                plan.notes.push(format!("`{name}` was added to the workspace's dependencies"));
            }
        }
    }
    Ok(())
}

/// The same refusal, with the gated workspace below that the service could join.
fn elsewhere(failure: Failure, root: &Path, workspace: &Files, name: &Name) -> Failure {
    let listed = text_of(workspace, ::policy::POLICY_FILE).map(policy::workspaces).unwrap_or_default();
    let below = |path: &&String| path.split('/').all(|part| !part.trim_matches('.').is_empty());
    let joins = |path: &&String| service(&root.join(path), name).is_ok();
    let Some(path) = listed.iter().filter(below).find(joins) else { return failure };
    let shown = std::env::current_dir()
        .ok()
        .and_then(|here| Some(root.join(path).strip_prefix(here.canonicalize().ok()?).ok()?.to_owned()))
        .unwrap_or_else(|| root.join(path));
    let message = format!("{}; did you mean `--root {}`?", failure.message, shell::word(shown.display()));
    Failure { message, ..failure }
}

/// The entries of the service in the policy, the README and the lock file.
fn register(
    plan: &mut Plan,
    workspace: &Files,
    carried: &Files,
    template: &Files,
    packages: &[(String, Manifest)],
    name: &Name,
) -> Result<(), Failure> {
    match text_of(workspace, ::policy::POLICY_FILE) {
        Some(text) => {
            let model = text_of(carried, ::policy::POLICY_FILE).unwrap_or_default();
            let services = packages
                .iter()
                .filter(|(folder, _)| folder.starts_with("services/"))
                .filter_map(|(_, manifest)| manifest.package().map(str::to_owned))
                .collect();
            let registered = policy::with_service(text, model, MOULD, name, &services)?;
            plan.change(workspace, ::policy::POLICY_FILE, registered.text);
            plan.notes.extend(registered.notes);
        }
        None => plan.notes.push("there is no gatefold.yaml here, so the service is in no policy".to_owned()),
    }

    let told = told(&plan.create, name);
    let readme =
        text_of(workspace, "README.md").and_then(|text| readme::with_service(text, MOULD, name, &told));
    match readme {
        Some(text) => plan.change(workspace, "README.md", text),
        None => plan.notes.push("README.md has no table of services, so the service is not in it".to_owned()),
    }

    match (text_of(workspace, "Cargo.lock"), text_of(template, "Cargo.lock")) {
        (Some(own), Some(model)) => match lock::with_package(own, model, MOULD, name.kebab()) {
            Ok(text) => plan.change(workspace, "Cargo.lock", text),
            Err(missing) => plan.notes.push(format!(
                "Cargo.lock has not what the service depends on ({}); `cargo check` puts it in, and only then \
                 `--locked` builds",
                missing.join(", ")
            )),
        },
        _ => plan.notes.push("there is no Cargo.lock here; `cargo check` writes it".to_owned()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), File::of_text(*text))).collect()
    }

    fn owl() -> Name {
        Name::read("night-owl").expect("a name")
    }

    #[test]
    fn a_service_listens_behind_the_others() {
        let workspace = files(&[
            ("services/mould/config.yaml", "listen: 127.0.0.1:50154\n"),
            ("services/home/config.yaml", "a: 1\nlisten: \"127.0.0.1:50160\"\n"),
        ]);
        let mut create = files(&[
            ("services/night-owl/config.yaml", "listen: 127.0.0.1:50154\n"),
            ("services/night-owl/README.md", "grpcurl 127.0.0.1:50154\n"),
        ]);
        settle_port(&mut create, &workspace, &owl());
        assert_eq!(text_of(&create, "services/night-owl/config.yaml"), Some("listen: 127.0.0.1:50161\n"));
        assert_eq!(text_of(&create, "services/night-owl/README.md"), Some("grpcurl 127.0.0.1:50161\n"));
        let mut alone = files(&[("services/night-owl/config.yaml", "listen: 127.0.0.1:50154\n")]);
        settle_port(&mut alone, &Files::new(), &owl());
        assert_eq!(text_of(&alone, "services/night-owl/config.yaml"), Some("listen: 127.0.0.1:50154\n"));
    }

    #[test]
    fn only_what_is_called_like_the_mould_belongs_to_it() {
        let template = files(&[
            ("services/mould/src/main.rs", ""),
            ("services/home/src/main.rs", ""),
            ("protos/ranking/v1/mould.proto", ""),
            ("protos/ranking/v1/common.proto", ""),
            ("models/mould.onnx", ""),
            ("models/mould.signature.yaml", ""),
            ("models/moulding.onnx", ""),
            ("tools/fixtures/src/mould.rs", ""),
        ]);
        let its: Vec<String> = of_mould(&template).into_keys().collect();
        assert_eq!(
            its,
            [
                "models/mould.onnx",
                "models/mould.signature.yaml",
                "protos/ranking/v1/mould.proto",
                "services/mould/src/main.rs"
            ]
        );
    }
}
