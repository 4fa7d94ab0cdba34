//! A model of the policy with everything that a tree says of it.

use findings::{Finding, Location};
use source::{ReadError, Tree};

use super::artefact::{self, Artefact};
use super::lock::FeaturesLock;
use super::signature::Signature;
use crate::policy::Model;
use crate::rules::unreadable_model::UNREADABLE_MODEL;

/// A model, and what is known of it.
pub(super) struct Subject<'a> {
    /// Its name in the policy.
    pub(super) name: &'a str,
    pub(super) model: &'a Model,
    pub(super) signature: Option<Signature>,
    /// The artefact's path.
    pub(super) artefact: String,
    /// The lock's path.
    pub(super) lock_path: String,
    /// The committed lock.
    pub(super) lock: Option<FeaturesLock>,
    /// What the artefact says of itself, where the tree has it.
    pub(super) read: Option<FeaturesLock>,
    /// The artefact's digest, where that is known otherwise.
    pub(super) pointer: Option<String>,
}

impl<'a> Subject<'a> {
    /// Reads a model. What cannot be read is told; without anything that speaks for the artefact there is no subject.
    pub(super) fn of(tree: &Tree, name: &'a str, model: &'a Model) -> (Option<Subject<'a>>, Vec<Finding>) {
        let mut unread = Vec::new();
        let signature = model.signature.as_ref().and_then(|path| match read_signature(tree, path) {
            Ok(signature) => Some(signature),
            Err((place, fault)) => {
                unread.push(unreadable(name, place, &format!("its signature cannot be read: {fault}")));
                None
            }
        });
        let Some(artefact) = artefact_path(model, signature.as_ref()) else {
            if let Some(signature) = &signature {
                let fault = "its signature names no `file` in the same folder";
                unread.push(unreadable(name, signature.locate("file"), fault));
            }
            return (None, unread);
        };
        let lock_path = model.lock.clone().unwrap_or_else(|| lock_beside(&artefact));
        let lock = match tree.text(&lock_path) {
            Ok(text) => match FeaturesLock::read(&lock_path, &text) {
                Ok(lock) => Some(lock),
                Err(error) => {
                    let place = place(&lock_path, error.line.zip(error.column));
                    unread.push(unreadable(
                        name,
                        place,
                        &format!("its lock cannot be read: {}", error.message),
                    ));
                    None
                }
            },
            Err(ReadError::Missing(_)) => None,
            Err(error) => {
                unread.push(unreadable(name, Location::file(&lock_path), &format!("its lock: {error}")));
                None
            }
        };
        let (mut read, mut pointer) = (None, None);
        match artefact::read(tree, &artefact) {
            Artefact::Read(said) => read = Some(*said),
            Artefact::Elsewhere(digest) => pointer = Some(digest),
            Artefact::Absent => {}
            Artefact::Unreadable(fault) => {
                unread.push(unreadable(name, Location::file(&artefact), &fault));
                return (None, unread);
            }
        }
        if read.is_none() && lock.is_none() {
            if unread.is_empty() {
                let place = model.signature.as_ref().filter(|path| tree.contains(path)).map(Location::file);
                let fault = format!("the tree has neither `{artefact}` nor a lock of it");
                unread.push(unreadable(name, place, &fault));
            }
            return (None, unread);
        }
        let subject = Subject { name, model, signature, artefact, lock_path, lock, read, pointer };
        (Some(subject), unread)
    }

    /// What the artefact says of itself, by its own bytes or else by the lock.
    pub(super) fn said(&self) -> Option<&FeaturesLock> {
        self.read.as_ref().or(self.lock.as_ref())
    }

    /// The artefact's SHA-256, by its own bytes, by what points to it, or else by the lock.
    pub(super) fn digest(&self) -> Option<&str> {
        let said = || self.said().map(|said| said.sha256.as_str());
        self.pointer.as_deref().or_else(said)
    }

    /// The type in which the model takes a feature: the signature's, where all features are one tensor.
    pub(super) fn dtype(&self, feature: usize) -> Option<&str> {
        let signed = self.signature.as_ref().and_then(|signature| signature.inputs.as_deref());
        match signed {
            Some([only]) => Some(&only.dtype),
            _ => self.said()?.features.get(feature).map(|feature| feature.dtype.as_str()),
        }
    }
}

/// The lock of an artefact by its bytes: its path and its text.
///
/// # Errors
/// Why the artefact cannot be read, as a fragment that names the file.
pub fn lock_of(tree: &Tree, model: &Model) -> Result<(String, String), String> {
    let signature = match &model.signature {
        Some(path) => Some(read_signature(tree, path).map_err(|(_, fault)| format!("`{path}`: {fault}"))?),
        None => None,
    };
    let artefact = artefact_path(model, signature.as_ref()).ok_or("the signature names no `file`")?;
    match artefact::read(tree, &artefact) {
        Artefact::Read(lock) => {
            Ok((model.lock.clone().unwrap_or_else(|| lock_beside(&artefact)), lock.text()))
        }
        Artefact::Elsewhere(_) => Err(format!("`{artefact}` lies in large file storage; fetch it first")),
        Artefact::Absent => Err(format!("there is no `{artefact}`")),
        Artefact::Unreadable(fault) => Err(format!("`{artefact}`: {fault}")),
    }
}

fn read_signature(tree: &Tree, path: &str) -> Result<Signature, (Option<Location>, String)> {
    let text = tree
        .text(path)
        .map_err(|error| (tree.contains(path).then(|| Location::file(path)), error.to_string()))?;
    Signature::read(path, &text)
        .map_err(|error| (Some(place(path, error.line.zip(error.column))), error.message))
}

fn artefact_path(model: &Model, signature: Option<&Signature>) -> Option<String> {
    if let Some(artefact) = &model.artefact {
        return Some(artefact.clone());
    }
    let signature = signature?;
    let file = signature.file.as_ref().filter(|file| !file.is_empty() && !file.contains(['/', '\\']))?;
    Some(match signature.path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{file}"),
        None => file.clone(),
    })
}

/// Where the lock of an artefact lies: `models/home.features.lock` for `models/home.onnx`.
fn lock_beside(artefact: &str) -> String {
    let (folder, name) = artefact.rsplit_once('/').map_or(("", artefact), |(folder, name)| (folder, name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}{stem}.features.lock")
}

fn place(path: &str, at: Option<(u32, u32)>) -> Location {
    match at {
        Some((line, column)) => Location::point(path, line, column),
        None => Location::file(path),
    }
}

/// That a model cannot be read.
pub(super) fn unreadable(name: &str, place: impl Into<Option<Location>>, fault: &str) -> Finding {
    let fault = fault.split_whitespace().collect::<Vec<_>>().join(" ").replace('\'', "`");
    Finding::new(&UNREADABLE_MODEL, place, format!("the model `{name}` cannot be judged: {fault}"))
        .help("repair it, or correct what `contracts.models` says of it")
        .fact(name)
        .fact(&fault)
}
