//! What protos of an edition mean, as somebody else says who can compile them: `buf`, or a set of descriptors that lies in
//! the tree.

use std::path::Path;
use std::time::Duration;

use service::{DescriptorSet, ProtoError, Tool};

use super::side::Side;
use crate::{Outside, Policy};

/// How long `buf build` may take. A tree of 7,000 files takes half a minute.
const WITHIN: Duration = Duration::from_secs(180);

/// What was said of a side's editions.
pub(super) enum Told {
    /// What they mean.
    Described(DescriptorSet),
    /// What is wrong with them, file by file.
    Refused(Vec<ProtoError>),
    /// Nothing, for a reason that ends the sentence "failed to read ..".
    Nothing(String),
}

/// Asks `buf` where it is installed, else the set that the policy names.
pub(super) fn told(side: &Side<'_>, policy: &Policy, outside: &Outside) -> Told {
    let by_buf = outside.buf.as_ref().map(|buf| of_buf(side, buf));
    let committed = policy.descriptors.as_deref();
    match (by_buf, committed) {
        (Some(Ok(told)), None) | (Some(Ok(told @ Told::Described(_))), _) => told,
        (_, Some(path)) => of_set(side, path),
        (Some(Err(reason)), None) => Told::Nothing(format!("; {reason}")),
        (None, None) => Told::Nothing(String::new()),
    }
}

/// Has `buf` compile the side's protos in a folder of their own, where nothing of the tree's configuration is read and
/// nothing is fetched.
fn of_buf(side: &Side<'_>, buf: &Tool) -> Result<Told, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let written = write(side, folder.path()).map_err(|error| format!("failed to write the protos: {error}"));
    written?;
    let mut arguments = vec!["build", ".", "-o", "-#format=binpb", "--config", r#"{"version":"v2"}"#];
    for error in side.protos.of_editions() {
        arguments.extend(["--path", error.name.as_str()]);
    }
    let said = buf.run(&arguments, folder.path(), WITHIN).map_err(|error| error.to_string())?;
    if said.status == Some(0) {
        return DescriptorSet::read(&said.output).map(Told::Described);
    }
    let refused: Vec<ProtoError> =
        side.protos.of_editions().filter_map(|error| blamed(&said.complaint, error)).collect();
    match refused.is_empty() {
        false => Ok(Told::Refused(refused)),
        true => Err(format!("`buf build` says: {}", one_line(&said.complaint))),
    }
}

/// Writes every proto of the side below the name that imports use.
fn write(side: &Side<'_>, folder: &Path) -> std::io::Result<()> {
    let compiled = side.protos.paths.iter().map(|(name, path)| (name.as_str(), path.as_str()));
    let others = side.protos.errors.iter().map(|error| (error.name.as_str(), error.path.as_str()));
    let dependents = side.waiting();
    let waiting = dependents.iter().map(|(name, path)| (name.as_str(), path.as_str()));
    for (name, path) in compiled.chain(others).chain(waiting) {
        // A name that leads out of the folder is none that an import can use.
        if name.split('/').any(|part| part.is_empty() || part == "..") {
            continue;
        }
        let Ok(text) = side.tree.read(path) else { continue };
        let file = folder.join(name);
        if let Some(above) = file.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(())
}

/// What `buf` says of a file: `NAME:LINE:COLUMN:MESSAGE`, one a line.
fn blamed(complaint: &str, error: &ProtoError) -> Option<ProtoError> {
    let of_file = |line: &str| {
        let mut parts = line.strip_prefix(error.name.as_str())?.strip_prefix(':')?.splitn(3, ':');
        let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((line, column, parts.next()?.trim().to_owned()))
    };
    let (line, column, message) = complaint.lines().find_map(of_file)?;
    Some(ProtoError { line: Some(line), column: Some(column), message, ..error.clone() })
}

/// The set in the tree, if it says of every file of an edition what the file says.
fn of_set(side: &Side<'_>, path: &str) -> Told {
    let bytes = match side.tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Told::Nothing(format!("; `{path}` cannot be read: {error}")),
    };
    let set = match DescriptorSet::read(&bytes) {
        Ok(set) => set,
        Err(reason) => return Told::Nothing(format!("; `{path}` cannot be read: {reason}")),
    };
    let mut refused = Vec::new();
    for error in side.protos.of_editions() {
        let agreed = match side.tree.text(&error.path) {
            Ok(text) => set.agrees(&error.name, &text),
            Err(reason) => Err(reason.to_string()),
        };
        if let Err(reason) = agreed {
            let message = format!("`{path}` does not describe it as it is, make it anew: {reason}");
            refused.push(ProtoError { message, ..error.clone() });
        }
    }
    if refused.is_empty() { Told::Described(set) } else { Told::Refused(refused) }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
