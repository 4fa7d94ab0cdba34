//! A whole workspace from the template that the binary carries: the crates, the mould as its first service, the policy,
//! the wiring of CI and of hooks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ::policy::approvals::{FOLDER, SIGNERS_FILE};

use super::files::{self, File, Files, text_of};
use super::manifest::{self, Manifest};
use super::name::Name;
use super::service::{MOULD, of_mould};
use super::wiring::wired;
use super::write::Plan;
use super::{lock, pack, policy, readme, words};
use crate::approvers;
use crate::failure::Failure;

/// What the workspace says of itself. Its crates are told by the template's own table.
static README: &str = include_str!("README.workspace.md");

/// Where the wiring of CI stands.
const WORKFLOWS: &str = ".github/workflows/";

/// The launcher of the hooks, which looks for binaries of both kinds of users.
const HOOK: &str = ".claude/gatefold-hook";

/// Which Gatefold judges in CI.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    /// `owner/name`.
    pub(crate) repository: String,
    /// The full id of a commit.
    pub(crate) commit: String,
}

impl std::str::FromStr for Judge {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('@').filter(|(repository, commit)| {
            let path = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
            repository.matches('/').count() == 1
                && repository.chars().all(path)
                && commit.len() == 40
                && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        let (repository, commit) = parts.ok_or("write it as OWNER/NAME@COMMIT: a repository of the forge, and the 40 hex digits that `git rev-parse HEAD` prints in it")?;
        Ok(Judge { repository: repository.to_owned(), commit: commit.to_owned() })
    }
}

/// What is decided before the first commit.
#[derive(Debug, Default)]
pub(crate) struct Decided<'a> {
    /// Which Gatefold judges in CI.
    pub(crate) judge: Option<&'a Judge>,
    /// Whom the forge asks about approvals.
    pub(crate) owner: Option<&'a str>,
    /// Lines of the list of allowed signers.
    pub(crate) signers: &'a [String],
}

/// Plans a workspace in a folder that is not there yet.
pub(crate) fn workspace(
    target: &Path,
    name: &Name,
    service: &Name,
    by: &Decided<'_>,
) -> Result<Plan, Failure> {
    let root = place(target)?;
    let template = pack::template()?;
    let mut manifest = Manifest::of(&template, "Cargo.toml")?;
    let packages = manifest::packages(&template)?;
    let kept = kept(&mut manifest, &packages, &template);
    let known: BTreeSet<&str> = packages
        .iter()
        .filter(|(folder, _)| kept.contains(folder))
        .filter_map(|(_, it)| it.package())
        .collect();
    if let Some(taken) = known.iter().find(|package| **package != MOULD && service.clashes(package)) {
        return Err(Failure::usage(format_args!(
            "`{}` is taken by the crate `{taken}` of every workspace; name the service otherwise (`--service NAME`)",
            service.kebab()
        )));
    }

    let mut chosen = wanted(&template, &packages, &kept);
    let full_lock = text_of(&template, "Cargo.lock").unwrap_or_default();
    let lock = lock::needed_by(full_lock, &known);
    if lock::names(&lock).iter().any(|locked| *locked != MOULD && service.clashes(locked)) {
        return Err(Failure::usage(format_args!(
            "`{}` is the name of a dependency; name the service otherwise (`--service NAME`)",
            service.kebab()
        )));
    }
    words::refuse_used(service, &of_mould(&template), MOULD).map_err(Failure::usage)?;
    let gone = gone(full_lock, &known);
    let crates: BTreeSet<String> =
        lock::names(&lock).into_iter().map(|name| name.replace('_', "-")).collect();
    let decided = text_of(&template, ::policy::POLICY_FILE).unwrap_or_default();
    let decided = policy::without(decided, &gone, &crates)?;
    let relying = by.owner.and_then(|_| approvers::with_owners(&decided));
    chosen.insert(::policy::POLICY_FILE.to_owned(), File::of_text(relying.unwrap_or(decided)));
    tidy(&mut manifest, &packages, &kept);
    chosen.insert("Cargo.toml".to_owned(), File::of_text(manifest.text()));
    let rows = text_of(&template, "README.md").map(|text| readme::rows(text, &|folder| is_in(folder, &kept)));
    chosen.insert("README.md".to_owned(), File::of_text(told(name, &rows.unwrap_or_default())));
    for (_, file) in chosen.iter_mut().filter(|(path, _)| path.starts_with(WORKFLOWS)) {
        *file = file.text().map_or_else(|| file.clone(), |text| File::of_text(wired(text, ".", by.judge)));
    }

    let mut create: Files = files::restyled(&chosen, MOULD, service);
    // Its own README says itself what the binary is called.
    for (_, file) in create.iter_mut().filter(|(path, _)| !["README.md", HOOK].contains(&path.as_str())) {
        if let Some(text) = file.text().filter(|text| text.contains("xtask")) {
            *file = File { content: of_its_own(text).into_bytes(), ..*file };
        }
    }
    if let Some(owner) = by.owner {
        create.insert(".github/CODEOWNERS".to_owned(), File::of_text(format!("/{FOLDER}/ {owner}\n")));
    }
    if !by.signers.is_empty() {
        let list = approvers::with_signers("", by.signers);
        create.insert(SIGNERS_FILE.to_owned(), File::of_text(list));
    }
    create.insert("Cargo.lock".to_owned(), File::of_text(relocked(&lock, &known, service)?));

    let edition = manifest.edition().unwrap_or("2024").to_owned();
    Ok(Plan { root, create, edit: BTreeMap::new(), edition, notes: Vec::new() })
}

/// The lock file with the service in the place of the mould: it is sorted by names.
fn relocked(lock: &str, known: &BTreeSet<&str>, service: &Name) -> Result<String, Failure> {
    if service.kebab() == MOULD {
        return Ok(lock.to_owned());
    }
    let with_service = lock::with_package(lock, lock, MOULD, service.kebab()).map_err(|missing| {
        Failure::could_not_run(format_args!(
            "failed to lock `{}`: {} is missing",
            service.kebab(),
            missing.join(", ")
        ))
    })?;
    let others = known.iter().copied().filter(|package| *package != MOULD);
    Ok(lock::needed_by(&with_service, &others.chain([service.kebab()]).collect()))
}

/// Where the workspace will be, if nothing is in the way there.
fn place(target: &Path) -> Result<PathBuf, Failure> {
    let shown = target.display();
    let wrong = |what: &str| Err(Failure::usage(format_args!("{what}")));
    let absolute = std::path::absolute(target)
        .map_err(|error| Failure::usage(format_args!("`{shown}` is no path: {error}")))?;
    let (Some(parent), Some(folder)) = (absolute.parent(), absolute.file_name()) else {
        return wrong(&format!("`{shown}` is no folder that could be made"));
    };
    let Ok(parent) = parent.canonicalize() else {
        return wrong(&format!("there is no folder `{}`; make it first", parent.display()));
    };
    let root = parent.join(folder);
    match std::fs::symlink_metadata(&root) {
        Ok(found) if found.is_symlink() => {
            return wrong(&format!("`{shown}` is a link; name the folder itself"));
        }
        Ok(found) if !found.is_dir() => return wrong(&format!("`{shown}` is a file; choose another path")),
        Ok(_) => match std::fs::read_dir(&root).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Ok(false) => return wrong(&format!("`{shown}` is not empty; choose another path")),
            Err(error) => {
                return Err(Failure::could_not_run(format_args!("failed to look into `{shown}`: {error}")));
            }
        },
        Err(_) => {}
    }
    for above in parent.ancestors() {
        let is_workspace = || {
            let text = source::read_regular_text(&above.join("Cargo.toml")).ok()?;
            Some(Manifest::read("Cargo.toml", &text).ok()?.is_workspace())
        };
        if above.join(::policy::POLICY_FILE).is_file() || is_workspace() == Some(true) {
            return wrong(&format!(
                "`{shown}` lies in the workspace `{}`; choose a path outside (`new service NAME` adds a service to it)",
                above.display()
            ));
        }
    }
    Ok(root)
}

/// The folders of packages that the workspace has: those that need no other than these, and whose code names no file of
/// a service that is left behind.
fn kept(manifest: &mut Manifest, packages: &[(String, Manifest)], template: &Files) -> BTreeSet<String> {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for (name, item) in manifest.shared().iter().flat_map(|table| table.iter()) {
        if let Some(path) = item.get("path").and_then(toml_edit::Item::as_str) {
            paths.insert(name.to_owned(), path.to_owned());
        }
    }
    let others: Vec<String> = paths
        .values()
        .filter(|path| is_below(path, "services") && *path != "services/mould")
        .map(|path| format!("{path}/"))
        .collect();
    let names_another = |folder: &str| {
        template.iter().any(|(path, file)| {
            let code = is_below(path, folder) && path.ends_with(".rs");
            code && file.text().is_some_and(|text| others.iter().any(|other| text.contains(other)))
        })
    };
    let folders = packages.iter().map(|(folder, _)| folder.clone());
    let mut kept: BTreeSet<String> = folders.filter(|folder| !names_another(folder)).collect();
    loop {
        let lacks = |manifest: &Manifest| {
            manifest
                .dependencies()
                .iter()
                .any(|name| paths.get(name).is_some_and(|path| !kept.contains(path)))
        };
        let lacking: Vec<&String> = packages
            .iter()
            .filter(|(folder, it)| kept.contains(folder) && lacks(it))
            .map(|(folder, _)| folder)
            .collect();
        if lacking.is_empty() {
            return kept;
        }
        let left = kept.iter().filter(|folder| !lacking.contains(folder)).cloned().collect();
        kept = left;
    }
}

/// The packages of the template that the workspace has not.
fn gone(lock: &str, known: &BTreeSet<&str>) -> BTreeSet<String> {
    lock::local(lock).into_iter().filter(|name| !known.contains(name)).map(str::to_owned).collect()
}

/// The files that the workspace has: no package that is left behind, no proto of a service that is, and of models and
/// records those that are spoken of.
fn wanted(template: &Files, packages: &[(String, Manifest)], kept: &BTreeSet<String>) -> Files {
    let in_package =
        |path: &str| packages.iter().map(|(folder, _)| folder).find(|folder| is_below(path, folder));
    let of_service = |path: &str| path.starts_with("services/") && !is_below(path, "services/mould");
    let is_artefact = |path: &str| ["data/", "models/"].iter().any(|folder| path.starts_with(folder));
    let is_kept =
        |path: &str| in_package(path).is_none_or(|folder| kept.contains(folder)) && !of_service(path);

    let mut files: Files = Files::new();
    for (path, file) in template {
        // Nobody uses yet what is new.
        let is_consumer = path.starts_with("contracts/consumers/");
        if is_kept(path) && !is_artefact(path) && !is_consumer && !is_proto_of_another(path, template) {
            files.insert(path.clone(), file.clone());
        }
    }
    // A signature speaks of its model, so what is taken may ask for more.
    loop {
        let spoken_of = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            files.iter().any(|(other, file)| {
                other != "README.md" && file.text().is_some_and(|text| text.contains(name))
            }) || files.iter().any(|(_, file)| file.text().is_some_and(|text| text.contains(path)))
        };
        let more: Vec<&String> = template
            .keys()
            .filter(|path| is_artefact(path) && !files.contains_key(*path) && spoken_of(path))
            .collect();
        if more.is_empty() {
            return files;
        }
        for path in more {
            files.insert(path.clone(), template[path].clone());
        }
    }
}

/// Whether a proto declares a service that is left behind.
fn is_proto_of_another(path: &str, template: &Files) -> bool {
    let stem = path.rsplit('/').next().and_then(|file| file.strip_suffix(".proto"));
    let declares =
        || text_of(template, path).is_some_and(|text| text.lines().any(|line| line.starts_with("service ")));
    path.starts_with("protos/ranking/") && stem.is_some_and(|stem| stem != MOULD) && declares()
}

/// Takes out the shared dependencies that no member takes.
fn tidy(manifest: &mut Manifest, packages: &[(String, Manifest)], kept: &BTreeSet<String>) {
    let taken: BTreeSet<String> = packages
        .iter()
        .filter(|(folder, _)| kept.contains(folder))
        .flat_map(|(_, it)| it.dependencies())
        .collect();
    if let Some(shared) = manifest.shared() {
        let unused: Vec<String> =
            shared.iter().map(|(name, _)| name.to_owned()).filter(|name| !taken.contains(name)).collect();
        for name in unused {
            shared.remove(&name);
        }
    }
}

fn told(name: &Name, rows: &[&str]) -> String {
    README
        .replace("<!-- name -->", &name.title())
        .replace("<!-- crates -->\n", &rows.iter().map(|row| format!("{row}\n")).collect::<String>())
}

/// A text of Gatefold's checkout, for a workspace with an installed binary.
fn of_its_own(text: &str) -> String {
    text.replace(" --root templates/ranker", "")
        .replace("cargo xtask ", "gatefold ")
        .replace("cargo xtask`", "gatefold`")
}

fn is_in(folder: &str, kept: &BTreeSet<String>) -> bool {
    kept.contains(folder) && !is_below(folder, "services")
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_is_a_repository_and_a_whole_commit() {
        let commit = "a".repeat(40);
        assert!(format!("our/gatefold@{commit}").parse::<Judge>().is_ok());
        for text in
            ["our/gatefold", "our@aaaa", &format!("gatefold@{commit}"), &format!("our/gate fold@{commit}")]
        {
            assert!(text.parse::<Judge>().is_err(), "{text}");
        }
    }

    #[test]
    fn words_about_the_checkout_become_words_about_the_binary() {
        assert_eq!(
            of_its_own("# `cargo xtask gate --root templates/ranker` holds it"),
            "# `gatefold gate` holds it"
        );
    }
}
