//! Clippy, asked about packages of one side. What it told of a tree is kept, so that the same tree is not asked about twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use findings::{Checked, Finding, Level};
use lints::delegated::{self, Told};
use service::{Services, Tool};
use source::{Code, Crate, Notes, Tree};

use super::{Installed, MOST, config, installed, level, packages};
use crate::base::Folder;
use crate::console;
use crate::scene::Scene;

const INSTALL: &str = "rustup component add clippy";
/// The manifest of the crate that is planted.
const PLANTED: &str =
    "[package]\nname = \"planted\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";

/// What it finds in the packages that the change concerns; `None` where it is not asked.
pub(super) fn head(scene: &Scene, policy: &lints::Policy) -> Result<Option<Checked>, String> {
    let Some(installed) = installed(scene, policy.delegate.clippy, "cargo-clippy", INSTALL)? else {
        return Ok(None);
    };
    let code = scene.head_code();
    let packages = packages::of_change(&scene.change, &code.workspace);
    let asking = Asking::of(scene, policy, installed)?;
    asking.control()?;
    let folder = || Ok(scene.ask.root.clone());
    let told = asking.told(&scene.change.head, &packages, &folder)?;
    asking.close();
    let mut findings = delegated::clippy_findings(&told, code, &scene.change.head, policy)
        .map_err(|error| error.to_string())?;
    findings.retain(|finding| is_told(scene, finding));
    let named = |finding: &Finding| {
        let index = packages::of_file(finding.file()?, &code.workspace)?;
        Some(code.workspace.crates[index].name.clone())
    };
    let mut progress = scene.delegated.lock();
    progress.tools.push(delegated::Tool::Clippy);
    progress.packages = findings.iter().filter(|it| !is_note(scene, it)).filter_map(named).collect();
    Ok(Some(Checked {
        findings,
        counts: [("packages by clippy", packages.len() as u64)].into(),
        ..Checked::default()
    }))
}

/// What it finds at the base in the packages in which head has findings that are more than notes, and in those that the
/// change takes something from: a package may have another name since, and code may have moved.
pub(super) fn base(
    scene: &Scene,
    policy: &lints::Policy,
    base: &Tree,
    code: &Code,
) -> Result<Vec<Finding>, String> {
    let wanted = scene.delegated.lock().packages.clone();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let touched = packages::touched(&scene.change, &code.workspace);
    let of_base = |(index, one): &(usize, &Crate)| {
        !one.outside && (wanted.contains(&one.name) || touched.contains(index))
    };
    let packages: Vec<&Crate> =
        code.workspace.crates.iter().enumerate().filter(of_base).map(|(_, one)| one).collect();
    let asked = policy.delegate.clippy;
    let Some(installed) = (!packages.is_empty()).then(|| installed(scene, asked, "cargo-clippy", INSTALL))
    else {
        return Ok(Vec::new());
    };
    let Some(installed) = installed? else { return Ok(Vec::new()) };
    let asking = Asking::of(scene, policy, installed)?;
    let place = Folder::of(scene)?;
    // Held until clippy is done: no other run may put another tree there.
    let checkout = std::cell::OnceCell::new();
    let folder = || -> Result<PathBuf, String> {
        let made = checkout.get_or_init(|| place.checkout(&scene.ask.root, base, &scene.change.head));
        made.as_ref().map(|checkout| checkout.root()).map_err(Clone::clone)
    };
    let told = asking.told(base, &packages, &folder)?;
    asking.close();
    let mut findings =
        delegated::clippy_findings(&told, code, base, policy).map_err(|error| error.to_string())?;
    findings.retain(|finding| !is_note(scene, finding));
    Ok(findings)
}

/// A note is told on lines of the change alone, and is new there: the base is not asked for it.
fn is_told(scene: &Scene, finding: &Finding) -> bool {
    let line = finding.location.as_ref().and_then(|place| place.span).map_or(0, |span| span.line);
    let is_added = || {
        let file = finding.file().and_then(|file| scene.change.file(file));
        file.is_some_and(|file| file.lines.iter().any(|lines| lines.contains(&line)))
    };
    scene.change.base.is_none() || !is_note(scene, finding) || is_added()
}

fn is_note(scene: &Scene, finding: &Finding) -> bool {
    level(scene, finding.rule) <= Some(Level::Note)
}

/// Clippy with all that its answers depend on, the code left out.
struct Asking<'s> {
    scene: &'s Scene,
    installed: Installed,
    /// Behind `--`.
    lints: Vec<String>,
    is_release: bool,
    within: Duration,
    notes: Notes,
    /// Where configurations are written.
    configs: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl<'s> Asking<'s> {
    fn of(scene: &'s Scene, policy: &lints::Policy, installed: Installed) -> Result<Asking<'s>, String> {
        config::refuse_arguments(&scene.change.head)?;
        let (configs, temporary) = match scene.ask.cache.folder() {
            Some(folder) => (folder.join("clippy"), None),
            None => {
                let made = tempfile::tempdir().map_err(|error| error.to_string())?;
                (made.path().to_owned(), Some(made))
            }
        };
        Ok(Asking {
            lints: delegated::arguments(&|rule| level(scene, rule).map(|level| level == Level::Error)),
            is_release: is_release(scene)?,
            within: policy.delegate.within.0,
            notes: scene.ask.cache.notes("clippy"),
            scene,
            installed,
            configs,
            _temporary: temporary,
        })
    }

    fn close(self) {
        self.notes.close();
    }

    /// Fails unless it finds what is planted for it. That proves the installed clippy, so that it is asked once of each.
    fn control(&self) -> Result<(), String> {
        let key = Notes::key(&[b"control", self.installed.version.as_bytes()]);
        if self.notes.get(&key).is_some() {
            return Ok(());
        }
        let failed = |error: std::io::Error| error.to_string();
        let folder = tempfile::Builder::new().prefix("gatefold-clippy-").tempdir().map_err(failed)?;
        let root = folder.path().canonicalize().map_err(failed)?;
        std::fs::create_dir(root.join("src")).map_err(failed)?;
        std::fs::write(root.join("Cargo.toml"), PLANTED).map_err(failed)?;
        std::fs::write(root.join("src/lib.rs"), delegated::PLANT).map_err(failed)?;
        let lints = delegated::arguments(&|_| Some(false));
        let arguments = ["clippy", "--message-format=json", "--offline", "--"].map(str::to_owned);
        let arguments: Vec<String> = arguments.into_iter().chain(lints).collect();
        let told = ask(&self.installed.tool, &arguments, (&root, ""), self.within)
            .map_err(|reason| format!("of what is planted for it, {reason}"))?;
        let found: BTreeSet<&str> = told.iter().map(|told| told.lint.as_str()).collect();
        let missed: Vec<&str> = delegated::planted().filter(|lint| !found.contains(lint)).collect();
        if missed.is_empty() {
            self.notes.put(key, Vec::new());
            return Ok(());
        }
        let version = &self.installed.version;
        Err(format!("{version} does not find what is planted for `{}`", missed.join("`, `")))
    }

    /// What it tells of packages of a tree. `folder` gives the folder in which the tree stands, and is asked only where
    /// nothing is kept.
    fn told(
        &self,
        tree: &Tree,
        packages: &[&Crate],
        folder: &dyn Fn() -> Result<PathBuf, String>,
    ) -> Result<Vec<Told>, String> {
        let mut groups: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
        for one in packages {
            let config = config::of(&self.scene.change, &one.dir);
            groups.entry((one.root.as_str(), config)).or_default().push(one.name.as_str());
        }
        let content = if groups.is_empty() || !self.notes.are_kept() { None } else { content(tree) };
        let mut all = Vec::new();
        for ((workspace, config), names) in groups {
            let arguments = self.arguments(tree, workspace, &names);
            let key = content.map(|content| {
                let words = arguments.join("\0");
                Notes::key(&[
                    &content,
                    workspace.as_bytes(),
                    words.as_bytes(),
                    config.as_bytes(),
                    self.version(),
                ])
            });
            let kept = key.and_then(|key| serde_json::from_slice(self.notes.get(&key)?).ok());
            let told: Vec<Told> = match kept {
                Some(told) => told,
                None => self.asked((workspace, &names), &config, &arguments, &folder()?)?,
            };
            if let Some((key, note)) = key.zip(serde_json::to_vec(&told).ok()) {
                self.notes.put(key, note);
            }
            all.extend(told);
        }
        Ok(all)
    }

    fn version(&self) -> &[u8] {
        self.installed.version.as_bytes()
    }

    fn arguments(&self, tree: &Tree, workspace: &str, names: &[&str]) -> Vec<String> {
        let lock =
            if workspace.is_empty() { "Cargo.lock".to_owned() } else { format!("{workspace}/Cargo.lock") };
        // Asked by its own name, not by `cargo clippy`: an alias of the judged tree would be asked in its place.
        let mut words = vec!["clippy", "--message-format=json", "--all-targets"];
        words.extend(tree.contains(&lock).then_some("--locked"));
        words.extend(self.is_release.then_some("--release"));
        words.extend(names.iter().flat_map(|name| ["--package", name]));
        words.push("--");
        words.into_iter().map(str::to_owned).chain(self.lints.iter().cloned()).collect()
    }

    /// Asks it about packages of one Cargo workspace. What it tells of packages below them is left out: those that the
    /// change does not concern have what they had.
    fn asked(
        &self,
        (workspace, names): (&str, &[&str]),
        config: &str,
        arguments: &[String],
        root: &Path,
    ) -> Result<Vec<Told>, String> {
        let config = config::write(config, &self.configs).map_err(|error| error.to_string())?;
        let mut tool = self.installed.tool.clone();
        tool.environment.push(("CLIPPY_CONF_DIR".to_owned(), config.to_string_lossy().into_owned()));
        console::progress(format_args!("clippy looks at {} ..", names.join(", ")));
        let told = ask(&tool, arguments, (root, workspace), self.within);
        console::end_progress();
        let mut told = told?;
        told.retain(|told| names.contains(&told.package.as_str()));
        Ok(told)
    }
}

/// Runs it in a Cargo workspace below a root.
fn ask(
    tool: &Tool,
    arguments: &[String],
    (root, workspace): (&Path, &str),
    within: Duration,
) -> Result<Vec<Told>, String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = tool.run_reading(&arguments, &root.join(workspace), within, MOST);
    let said = said.map_err(|error| error.to_string())?;
    let told = delegated::messages(&said.output, root, workspace);
    let errors = || {
        let errors = String::from_utf8_lossy(&said.errors).into_owned();
        let first = errors.lines().position(|line| line.starts_with("error")).unwrap_or(0);
        let words: Vec<&str> = errors.lines().skip(first).take(4).flat_map(str::split_whitespace).collect();
        words.join(" ")
    };
    match told {
        Ok(told) if said.status == Some(0) => Ok(told),
        Ok(_) => {
            Err(format!("it says that it was done, and ended with {}: {}", status(said.status), errors()))
        }
        Err(error @ delegated::Broken::Unfinished(_)) => {
            Err(format!("{error}, with {}: {}", status(said.status), errors()))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn status(status: Option<i32>) -> String {
    status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"))
}

/// Whether services are built with `--release`: then what was built for them is found where that is.
fn is_release(scene: &Scene) -> Result<bool, String> {
    let services: Services = scene.effective.section("services").map_err(|error| error.to_string())?;
    let mut builds =
        services.0.values().map(|service| &service.build).filter(|build| !build.is_empty()).peekable();
    Ok(builds.peek().is_some() && builds.all(|build| build.iter().any(|word| word == "--release")))
}

/// The content of all files of a tree; `None` where one cannot be read.
fn content(tree: &Tree) -> Option<[u8; 32]> {
    let mut parts: Vec<[u8; 32]> = Vec::new();
    for path in tree.paths() {
        let content = match tree.read(path) {
            Err(_) if tree.is_link(path) => continue,
            content => content.ok()?,
        };
        parts.push(Notes::key(&[path.as_bytes(), &content]));
    }
    Some(Notes::key(&[parts.as_flattened()]))
}
