//! cargo-deny, asked about the dependencies of one side where the change touches them and there is a `deny.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use findings::{Checked, Finding};
use lints::Asked;
use lints::delegated::{self, Diagnosis};
use source::{Change, Tree};

use super::{Installed, MOST, installed};
use crate::base::Folder;
use crate::scene::Scene;
use crate::surroundings::process_env;

const INSTALL: &str = "cargo install --locked cargo-deny";

/// Where it looks for its configuration, from the root of a Cargo workspace.
pub(crate) const CONFIGS: [&str; 3] = ["deny.toml", ".deny.toml", ".cargo/deny.toml"];

/// What it finds in the Cargo workspaces whose dependencies the change touches; `None` where it is not asked.
pub(super) fn head(scene: &Scene, policy: &lints::Policy) -> Result<Option<Checked>, String> {
    let asked = policy.delegate.deny;
    let workspaces = configured(&scene.change, scene);
    if workspaces.is_empty() {
        return match asked {
            Asked::Required => {
                Err("the policy requires it, and there is no `deny.toml` at the base".to_owned())
            }
            _ => Ok(None),
        };
    }
    let Some(installed) = installed(scene, asked, "cargo-deny", INSTALL)? else { return Ok(None) };
    let mut checked = Checked::default();
    let mut found = BTreeSet::new();
    let touched = workspaces.iter().filter(|(folder, _)| touches(&scene.change, folder));
    for (folder, config) in touched {
        let said = ask(scene, policy, &installed, &scene.ask.root.join(folder), config)?;
        if !said.is_empty() {
            found.insert(folder.clone());
        }
        checked.findings.extend(said.iter().map(|it| it.finding(&scene.change.head, folder)));
        *checked.counts.entry("workspaces by cargo-deny").or_default() += 1;
    }
    let mut progress = scene.delegated.lock();
    progress.tools.push(delegated::Tool::Deny);
    progress.workspaces = found;
    Ok(Some(checked))
}

/// What it finds at the base in the workspaces in which head has findings.
pub(super) fn base(scene: &Scene, policy: &lints::Policy, base: &Tree) -> Result<Vec<Finding>, String> {
    let wanted = scene.delegated.lock().workspaces.clone();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let Some(installed) = installed(scene, policy.delegate.deny, "cargo-deny", INSTALL)? else {
        return Ok(Vec::new());
    };
    let place = Folder::of(scene)?;
    let checkout = place.checkout(&scene.ask.root, base, &scene.change.head)?;
    let mut findings = Vec::new();
    for (folder, config) in configured(&scene.change, scene) {
        if wanted.contains(&folder) && base.contains(&below(&folder, "Cargo.toml")) {
            let said = ask(scene, policy, &installed, &checkout.root().join(&folder), &config)?;
            findings.extend(said.iter().map(|it| it.finding(base, &folder)));
        }
    }
    Ok(findings)
}

/// The folders of the Cargo workspaces that have a configuration, with its text: the base's, or head's without a base.
fn configured(change: &Change, scene: &Scene) -> Vec<(String, String)> {
    let tree = change.base.as_ref().unwrap_or(&change.head);
    let crates = scene.head_code().workspace.crates.iter().filter(|one| !one.outside);
    let folders: BTreeSet<&str> = crates.map(|one| one.root.as_str()).collect();
    let config = |folder: &str| CONFIGS.iter().find_map(|name| tree.text(&below(folder, name)).ok());
    folders.into_iter().filter_map(|folder| Some((folder.to_owned(), config(folder)?.to_string()))).collect()
}

/// Whether the change touches what decides on the dependencies of a workspace. What became known of others since is at the
/// base as well.
fn touches(change: &Change, folder: &str) -> bool {
    let decides = |path: &str| {
        let is_below = folder.is_empty() || path.starts_with(&format!("{folder}/"));
        let name = path.rsplit('/').next().unwrap_or_default();
        is_below && matches!(name, "Cargo.toml" | "Cargo.lock" | "deny.toml" | ".deny.toml")
    };
    change.base.is_none() || change.files.iter().any(|file| decides(&file.path))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Runs it over the workspace in a folder.
fn ask(
    scene: &Scene,
    policy: &lints::Policy,
    installed: &Installed,
    folder: &Path,
    config: &str,
) -> Result<Vec<Diagnosis>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let aside = tempfile::Builder::new().prefix("gatefold-deny-").tempdir().map_err(failed)?;
    let file: PathBuf = aside.path().join("deny.toml");
    std::fs::write(&file, config).map_err(failed)?;
    let (file, manifest) = (file.to_string_lossy(), folder.join("Cargo.toml"));
    let manifest = manifest.to_string_lossy();
    let mut words = vec!["--format", "json", "--manifest-path", &manifest, "--workspace"];
    words.extend(scene.change.head.contains("Cargo.lock").then_some("--locked"));
    // Then no database is fetched either: one that is missing or too old is an error that it tells.
    words.extend(process_env("CARGO_NET_OFFLINE").filter(|set| set == "true").map(|_| "--offline"));
    let run = |words: &[&str]| {
        let said = installed.tool.run_reading(words, folder, policy.delegate.within.0, MOST);
        said.map_err(|error| error.to_string())
    };
    // Up to 0.19 the configuration is named behind the command, and later before it.
    let old: Vec<&str> = words.iter().copied().chain(["check", "--config", &file]).collect();
    let mut said = run(&old)?;
    if said.status == Some(2) && said.complaint.contains("'--config'") {
        let new: Vec<&str> = words.iter().copied().chain(["--config", &file, "check"]).collect();
        said = run(&new)?;
    }
    delegated::diagnoses(&said.errors).map_err(|error| match said.complaint.lines().next() {
        Some(line) if !line.starts_with('{') => format!("{error}: {}", line.trim()),
        _ => error.to_string(),
    })
}
