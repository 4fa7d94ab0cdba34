//! A workspace as lines of text, from the manifests and from `cargo metadata`, so that the two can be compared.

use std::collections::BTreeMap;
use std::path::Path;

use cargo_metadata::semver::VersionReq;
use cargo_metadata::{Metadata, MetadataCommand, Package};
use gatefold_source::{Crate, Dependency, DependencyKind, TargetKind, Workspace};

/// The facts of a workspace, one a line, sorted. Each begins with the path of the manifest.
pub(crate) type Facts = Vec<String>;

/// What cargo says of a workspace on the disk, or why it refuses it.
pub(crate) fn theirs(root: &Path) -> Result<Facts, String> {
    let root = root.canonicalize().map_err(|error| error.to_string())?;
    let metadata = MetadataCommand::new()
        .current_dir(&root)
        .no_deps()
        // Manifests with keys of the nightly channel are read, too.
        .env("RUSTC_BOOTSTRAP", "1")
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .map_err(|error| error.to_string())?;
    Ok(facts_of_metadata(&root, &metadata))
}

/// What the manifests of the members say.
pub(crate) fn ours(workspace: &Workspace) -> Facts {
    let mut facts = Vec::new();
    for krate in workspace.members() {
        facts.extend(facts_of_crate(krate));
    }
    facts.sort();
    facts
}

/// The lines that only one side has: `-` for ours, `+` for cargo's.
pub(crate) fn differences(ours: &[String], theirs: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for fact in ours {
        *counts.entry(fact).or_default() -= 1;
    }
    for fact in theirs {
        *counts.entry(fact).or_default() += 1;
    }
    let sign = |count: i64| if count < 0 { '-' } else { '+' };
    let differing = counts.into_iter().filter(|(_, count)| *count != 0);
    differing.map(|(fact, count)| format!("{} {fact}", sign(count))).collect()
}

fn facts_of_crate(krate: &Crate) -> Facts {
    let manifest = &krate.manifest;
    let library = krate.lib_name.as_deref().unwrap_or("none");
    let mut facts = vec![format!("{manifest} package {} {} library {library}", krate.name, krate.edition)];
    for target in &krate.targets {
        facts.push(format!("{manifest} target {:?} {} {}", target.kind, target.name, target.root));
    }
    facts.extend(krate.dependencies.iter().map(|dependency| fact_of_dependency(manifest, dependency)));
    let optional = krate.dependencies.iter().filter(|dependency| dependency.optional);
    let optional: Vec<&str> = optional.map(|dependency| dependency.key.as_str()).collect();
    for feature in &krate.features {
        facts.extend(fact_of_feature(manifest, &feature.name, &feature.enables, &optional));
    }
    facts
}

/// None for what cargo itself writes of an optional dependency that no feature names.
fn fact_of_feature(manifest: &str, name: &str, enables: &[String], optional: &[&str]) -> Option<String> {
    let implied = optional.contains(&name) && *enables == [format!("dep:{name}")];
    (!implied).then(|| format!("{manifest} feature {name} = {enables:?}"))
}

fn fact_of_dependency(manifest: &str, dependency: &Dependency) -> String {
    let requirement = dependency.requirement.as_deref().unwrap_or("*");
    let requirement = VersionReq::parse(requirement).map_or(requirement.to_owned(), |it| it.to_string());
    format!(
        "{manifest} dependency {:?} {} = {} {requirement}{} features {:?} default {}{}{}",
        dependency.kind,
        dependency.key,
        dependency.package,
        if dependency.optional { " optional" } else { "" },
        dependency.features,
        dependency.default_features,
        dependency.platform.as_ref().map_or(String::new(), |platform| format!(" on {}", spaceless(platform))),
        dependency.path.as_ref().map_or(String::new(), |path| format!(" in {path:?}")),
    )
}

fn facts_of_metadata(root: &Path, metadata: &Metadata) -> Facts {
    let mut facts = Vec::new();
    for package in &metadata.packages {
        facts_of_package(root, package, &mut facts);
    }
    facts.sort();
    facts
}

fn facts_of_package(root: &Path, package: &Package, facts: &mut Facts) {
    let relative = |path: &Path| {
        let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    };
    let manifest = relative(package.manifest_path.as_std_path());
    let library = package.targets.iter().find(|target| kind_of(target) == TargetKind::Library);
    let library = library.map_or("none", |target| &target.name);
    facts.push(format!("{manifest} package {} {} library {library}", package.name, package.edition));
    for target in &package.targets {
        let source = relative(target.src_path.as_std_path());
        facts.push(format!("{manifest} target {:?} {} {source}", kind_of(target), target.name));
    }
    for dependency in &package.dependencies {
        let mut features = dependency.features.clone();
        features.sort();
        features.dedup();
        let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
        facts.push(fact_of_dependency(
            &manifest,
            &Dependency {
                name: key.replace('-', "_"),
                key: key.clone(),
                package: dependency.name.clone(),
                kind: match dependency.kind {
                    cargo_metadata::DependencyKind::Development => DependencyKind::Dev,
                    cargo_metadata::DependencyKind::Build => DependencyKind::Build,
                    _ => DependencyKind::Normal,
                },
                optional: dependency.optional,
                member: None,
                line: 0,
                requirement: Some(dependency.req.to_string()),
                features,
                default_features: dependency.uses_default_features,
                platform: dependency.target.as_ref().map(ToString::to_string),
                path: dependency.path.as_ref().map(|path| relative(path.as_std_path())),
            },
        ));
    }
    let optional = package.dependencies.iter().filter(|dependency| dependency.optional);
    let optional = optional.map(|dependency| dependency.rename.as_ref().unwrap_or(&dependency.name).as_str());
    let optional: Vec<&str> = optional.collect();
    for (name, enables) in &package.features {
        facts.extend(fact_of_feature(&manifest, name, enables, &optional));
    }
}

/// Cargo writes `cfg` expressions with its own spaces.
fn spaceless(platform: &str) -> String {
    platform.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().replace(",)", ")")
}

fn kind_of(target: &cargo_metadata::Target) -> TargetKind {
    match () {
        () if target.is_bin() => TargetKind::Binary,
        () if target.is_test() => TargetKind::Test,
        () if target.is_bench() => TargetKind::Bench,
        () if target.is_example() => TargetKind::Example,
        () if target.is_custom_build() => TargetKind::BuildScript,
        () => TargetKind::Library,
    }
}
