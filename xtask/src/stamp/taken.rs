//! What is there already, and stands in the way of a service of some name.

use std::collections::BTreeMap;

use super::files::{Files, text_of};
use super::lock;
use super::manifest::Manifest;
use super::name::Name;
use super::service::MOULD;
use crate::failure::Failure;

/// Refuses a name that a package of the workspace or a dependency has.
pub(crate) fn refuse_taken(
    name: &Name,
    workspace: &Files,
    packages: &[(String, Manifest)],
) -> Result<(), Failure> {
    let taken = |by: String| {
        Err(Failure::usage(format_args!("`{}` is taken by {by}; choose another name", name.kebab())))
    };
    if name.kebab() == MOULD {
        return taken("the service that others are stamped from".to_owned());
    }
    for (folder, manifest) in packages {
        let called = manifest.package().unwrap_or_default();
        if name.clashes(called) || name.clashes(folder.rsplit('/').next().unwrap_or_default()) {
            return taken(format!("the package `{called}` in `{folder}`"));
        }
    }
    let locked = text_of(workspace, "Cargo.lock").map(lock::names).unwrap_or_default();
    match locked.iter().find(|locked| name.clashes(locked)) {
        Some(locked) => taken(format!("the dependency `{locked}`, and Cargo could not tell the two apart")),
        None => Ok(()),
    }
}

/// Refuses paths that differ from others by case only, and messages of a proto package that it has already.
pub(crate) fn refuse_clashes(create: &Files, workspace: &Files) -> Result<(), Failure> {
    let folded: BTreeMap<String, &String> =
        workspace.keys().map(|path| (path.to_lowercase(), path)).collect();
    for path in create.keys() {
        if let Some(there) = folded.get(&path.to_lowercase()).filter(|there| ***there != *path) {
            return Err(Failure::usage(format_args!(
                "`{path}` differs from `{there}` by case only, which not every disk can tell apart; choose another name"
            )));
        }
    }
    let there: BTreeMap<String, &String> = protos(workspace)
        .flat_map(|(path, text)| declared(text).into_iter().map(move |name| (name, path)))
        .collect();
    for (path, text) in protos(create) {
        if let Some((name, other)) =
            declared(text).into_iter().find_map(|name| Some((name.clone(), there.get(&name)?)))
        {
            return Err(Failure::usage(format_args!(
                "`{path}` would declare `{name}`, which `{other}` declares already; choose another name"
            )));
        }
    }
    Ok(())
}

/// The protos among files, with their texts.
pub(crate) fn protos(files: &Files) -> impl Iterator<Item = (&String, &str)> {
    files
        .iter()
        .filter(|(path, _)| path.ends_with(".proto"))
        .filter_map(|(path, file)| Some((path, file.text()?)))
}

/// The full names that a proto declares at its top.
fn declared(text: &str) -> Vec<String> {
    let package =
        text.lines().find_map(|line| line.strip_prefix("package ")?.split(';').next()).unwrap_or_default();
    let name = |line: &str| {
        let (kind, rest) = line.split_once(' ')?;
        let name = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
        ["message", "service", "enum"].contains(&kind).then(|| format!("{package}.{name}"))
    };
    text.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stamp::files::File;

    fn files(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), File::of_text(*text))).collect()
    }

    #[test]
    fn paths_and_messages_that_are_there_already_are_refused() {
        let refused = |create: &[(&str, &str)], workspace: &[(&str, &str)], says: &str| {
            let failure = refuse_clashes(&files(create), &files(workspace)).expect_err(says);
            assert!(failure.message.contains(says), "{}", failure.message);
        };
        refused(&[("services/owl/a", "")], &[("services/Owl/a", "")], "by case only");
        refused(
            &[("protos/v1/track.proto", "package v1;\nservice Track {}\n")],
            &[("protos/v1/common.proto", "package v1;\nmessage Track {\n}\n")],
            "would declare `v1.Track`, which `protos/v1/common.proto` declares already",
        );
        let other = [("protos/v2/common.proto", "package v2;\nmessage Track {\n}\n")];
        let track = [("protos/v1/track.proto", "package v1;\nservice Track {}\n")];
        assert!(refuse_clashes(&files(&track), &files(&other)).is_ok());
    }
}
