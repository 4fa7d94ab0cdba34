//! What `buf.yaml` says of protos: which folders are modules, what these leave out, and how they may change.
//!
//! The format is buf's own, versions v1beta1, v1 and v2, and `buf.work.yaml`. Of its keys those are read that bear on
//! the comparison of protos; the others are buf's affair.

use std::collections::BTreeMap;

use policy::PolicyError;
use serde::Deserialize;
use source::Tree;

/// A folder that imports start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Path from the root; empty for the root itself.
    pub path: String,
    /// Folders below it whose protos are no part of it, as paths from the root.
    pub excludes: Vec<String>,
    /// How its protos may change; `None` where the file does not say.
    pub breaking: Option<Breaking>,
    /// Path of the file that says so; of the folder's `buf.work.yaml` where it has none of its own.
    pub file: String,
}

/// The key `breaking` of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Breaking {
    /// Categories and rules that are asked for; `FILE` where there are none.
    #[serde(rename = "use")]
    pub uses: Vec<String>,
    /// Categories and rules that are not.
    pub except: Vec<String>,
    /// Files and folders that may change as they like, as paths from the root.
    pub ignore: Vec<String>,
    /// The same for single categories and rules.
    pub ignore_only: BTreeMap<String, Vec<String>>,
    /// Whether packages whose version is not stable (`v1alpha1`, `v1beta1`, `v1test`) may change as they like.
    pub ignore_unstable_packages: bool,
}

/// A `buf.yaml` of any version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BufFile {
    version: String,
    modules: Vec<ModuleEntry>,
    build: BuildEntry,
    breaking: Option<Breaking>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ModuleEntry {
    path: String,
    excludes: Vec<String>,
    breaking: Option<Breaking>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BuildEntry {
    roots: Vec<String>,
    excludes: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WorkFile {
    directories: Vec<String>,
}

/// The names of buf's files, a workspace's before a module's.
const FILES: [&str; 2] = ["buf.work.yaml", "buf.yaml"];

/// The modules of a tree, by path; none where it has no file of buf's.
///
/// A file speaks for everything below its folder; without one at the root, each outermost one speaks for its own.
///
/// # Errors
/// A file of buf's that is no YAML, is of a version that nobody knows, or whose paths lead out of the root.
pub fn modules(tree: &Tree) -> Result<Vec<Module>, PolicyError> {
    let is_buf = |path: &&str| FILES.contains(&path.rsplit('/').next().unwrap_or_default());
    let mut files: Vec<&str> = tree.paths().filter(is_buf).collect();
    files.sort_by_key(|path| (path.matches('/').count(), *path));
    let mut modules: Vec<Module> = Vec::new();
    let mut spoken_for: Vec<&str> = Vec::new();
    for file in files {
        let folder = folder_of(file);
        if spoken_for.iter().any(|outer| is_below(folder, outer)) {
            continue;
        }
        spoken_for.push(folder);
        let found = if file.ends_with(FILES[0]) { of_workspace(tree, file)? } else { of_file(tree, file)? };
        modules.extend(found);
    }
    modules.sort_by(|a, b| a.path.cmp(&b.path));
    modules.dedup_by(|a, b| a.path == b.path);
    Ok(modules)
}

/// The modules of a `buf.work.yaml`: its directories, each with what its own `buf.yaml` says.
fn of_workspace(tree: &Tree, file: &str) -> Result<Vec<Module>, PolicyError> {
    let work: WorkFile = read(tree, file)?;
    let mut modules = Vec::new();
    for directory in &work.directories {
        let path = join(file, folder_of(file), directory)?;
        let own = if path.is_empty() { FILES[1].to_owned() } else { format!("{path}/{}", FILES[1]) };
        if tree.paths().any(|other| other == own) {
            modules.extend(of_file(tree, &own)?);
        } else {
            modules.push(Module { path, excludes: Vec::new(), breaking: None, file: file.to_owned() });
        }
    }
    Ok(modules)
}

fn of_file(tree: &Tree, file: &str) -> Result<Vec<Module>, PolicyError> {
    let buf: BufFile = read(tree, file)?;
    let folder = folder_of(file);
    let within = |paths: &[String], of: &str| -> Result<Vec<String>, PolicyError> {
        paths.iter().map(|path| join(file, of, path)).collect()
    };
    // Paths in `breaking` count from the file.
    let located = |breaking: &Breaking| -> Result<Breaking, PolicyError> {
        let only = breaking.ignore_only.iter().map(|(id, paths)| Ok((id.clone(), within(paths, folder)?)));
        Ok(Breaking {
            ignore: within(&breaking.ignore, folder)?,
            ignore_only: only.collect::<Result<_, PolicyError>>()?,
            ..breaking.clone()
        })
    };
    let own = buf.breaking.as_ref().map(located).transpose()?;
    let module =
        |path: &str, excludes: Vec<String>, breaking: Option<Breaking>| -> Result<Module, PolicyError> {
            Ok(Module { path: join(file, folder, path)?, excludes, breaking, file: file.to_owned() })
        };
    match buf.version.as_str() {
        "v2" if buf.modules.is_empty() => Ok(vec![module(".", Vec::new(), own)?]),
        "v2" => buf
            .modules
            .iter()
            .map(|entry| {
                let breaking = entry.breaking.as_ref().map(located).transpose()?.or_else(|| own.clone());
                module(&entry.path, within(&entry.excludes, folder)?, breaking)
            })
            .collect(),
        "v1" => Ok(vec![module(".", within(&buf.build.excludes, folder)?, own)?]),
        "v1beta1" if buf.build.roots.is_empty() => {
            Ok(vec![module(".", within(&buf.build.excludes, folder)?, own)?])
        }
        "v1beta1" => {
            let excludes = within(&buf.build.excludes, folder)?;
            buf.build.roots.iter().map(|root| module(root, excludes.clone(), own.clone())).collect()
        }
        other => {
            Err(PolicyError::new(file, format!("failed to read the file: `{other}` is no version of it")))
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(tree: &Tree, file: &str) -> Result<T, PolicyError> {
    let text = tree
        .text(file)
        .map_err(|error| PolicyError::new(file, format!("failed to read the file: {error}")))?;
    policy::yaml(file, &text)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A path that a file says, from the root.
fn join(file: &str, folder: &str, path: &str) -> Result<String, PolicyError> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if !parts.is_empty() => drop(parts.pop()),
            ".." => {
                let message = format!("failed to read the file: `{path}` leads out of the root");
                return Err(PolicyError::new(file, message));
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules of the files: paths, what they leave out, and what they ask for.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let found = modules(&Tree::from_memory(files.iter().copied()));
        let shown: Vec<String> = match found {
            Ok(modules) => modules.iter().map(shown).collect(),
            Err(error) => vec![error.to_string()],
        };
        assert_eq!(shown, expected, "{files:?}");
    }

    fn shown(module: &Module) -> String {
        let breaking = module.breaking.as_ref().map(|breaking| {
            format!(" use {:?} except {:?} ignore {:?}", breaking.uses, breaking.except, breaking.ignore)
        });
        let without = if module.excludes.is_empty() {
            String::new()
        } else {
            format!(" without {:?}", module.excludes)
        };
        format!("`{}`{without}{}", module.path, breaking.unwrap_or_default())
    }

    #[test]
    fn every_version_says_which_folders_are_modules() {
        check(&[("a.proto", "")], &[]);
        check(&[("buf.yaml", "version: v2\n")], &["``"]);
        check(&[("proto/buf.yaml", "version: v1\nname: x\n")], &["`proto`"]);
        check(
            &[("buf.yaml", "version: v2\nmodules: [{ path: a }, { path: ./b/, excludes: [b/old] }]\n")],
            &["`a`", "`b` without [\"b/old\"]"],
        );
        check(&[("x/buf.yaml", "version: v1\nbuild: { excludes: [old] }\n")], &["`x` without [\"x/old\"]"]);
        check(&[("buf.yaml", "version: v1beta1\nbuild: { roots: [a, b] }\n")], &["`a`", "`b`"]);
        check(
            &[
                ("buf.work.yaml", "version: v1\ndirectories: [a, b]\n"),
                ("b/buf.yaml", "version: v1\nbreaking: { use: [WIRE] }\n"),
            ],
            &["`a`", "`b` use [\"WIRE\"] except [] ignore []"],
        );
    }

    #[test]
    fn the_outermost_file_speaks_for_what_is_below_it() {
        check(&[("buf.yaml", "version: v2\n"), ("vendor/x/buf.yaml", "version: v9\n")], &["``"]);
        check(&[("a/buf.yaml", "version: v1\n"), ("b/buf.yaml", "version: v1\n")], &["`a`", "`b`"]);
    }

    #[test]
    fn a_module_says_more_than_its_workspace_and_paths_count_from_the_file() {
        check(
            &[(
                "x/buf.yaml",
                "version: v2\nmodules: [{ path: a, breaking: { use: [WIRE], ignore: [a/old] } }, { path: b }]\n\
                 breaking: { use: [FILE], except: [RPC_NO_DELETE] }\n",
            )],
            &[
                "`x/a` use [\"WIRE\"] except [] ignore [\"x/a/old\"]",
                "`x/b` use [\"FILE\"] except [\"RPC_NO_DELETE\"] ignore []",
            ],
        );
    }

    #[test]
    fn what_nobody_can_read_is_an_error_with_its_place() {
        check(
            &[("buf.yaml", "version: v3\n")],
            &["buf.yaml: failed to read the file: `v3` is no version of it"],
        );
        check(&[("buf.yaml", "{}\n")], &["buf.yaml: failed to read the file: `` is no version of it"]);
        check(
            &[("buf.yaml", "version: v2\nmodules: [{ path: ../../etc }]\n")],
            &["buf.yaml: failed to read the file: `../../etc` leads out of the root"],
        );
        let found = modules(&Tree::from_memory([("buf.yaml", "version: v2\nmodules: 7\n")]));
        assert!(found.is_err_and(|error| error.to_string().starts_with("buf.yaml:2:")));
    }
}
