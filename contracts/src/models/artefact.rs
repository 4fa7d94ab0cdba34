//! A model's file as a tree has it: read and asked what it says of itself.

use source::{ReadError, Tree};

use super::infos::sha256;
use super::lock::{FeaturesLock, Format};
use super::{lightgbm, onnx};

/// The largest artefact that is read, in bytes.
pub(super) const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// How the file begins that git has instead of one that lies in large file storage.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";
/// The longest of those.
const MAX_POINTER: usize = 1_024;

/// What there is of an artefact.
pub(super) enum Artefact {
    /// It is there, and says this of itself.
    Read(Box<FeaturesLock>),
    /// It lies elsewhere, and what the tree has is its SHA-256.
    Elsewhere(String),
    /// The tree does not have it.
    Absent,
    /// It cannot be read: why.
    Unreadable(String),
}

/// Reads the artefact at a path.
pub(super) fn read(tree: &Tree, path: &str) -> Artefact {
    let bytes = match tree.read_within(path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(ReadError::Missing(_)) => return Artefact::Absent,
        Err(error) => return Artefact::Unreadable(error.to_string()),
    };
    if bytes.len() <= MAX_POINTER && bytes.starts_with(POINTER) {
        let text = String::from_utf8_lossy(&bytes);
        let digest = text.lines().find_map(|line| line.strip_prefix("oid sha256:")).map(str::trim);
        return match digest {
            Some(digest) => Artefact::Elsewhere(digest.to_owned()),
            None => Artefact::Unreadable("it points to large file storage without a SHA-256".to_owned()),
        };
    }
    // No model of ONNX begins like this: it would be a group, which its format does not have.
    if bytes.starts_with(b"{") {
        let fault = "it is JSON, as models of XGBoost are: ONNX and the text of LightGBM are read";
        return Artefact::Unreadable(fault.to_owned());
    }
    let format = if bytes.starts_with(b"tree\n") || bytes.starts_with(b"tree\r\n") {
        Format::Lightgbm
    } else {
        Format::Onnx
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut lock = FeaturesLock::new(name, format, sha256(&bytes));
    let read = match format {
        Format::Onnx => onnx::read(&bytes, &mut lock).and_then(|external| {
            external.into_iter().try_for_each(|file| {
                let digest = external_digest(tree, path, &file)?;
                lock.external.insert(file, digest);
                Ok(())
            })
        }),
        Format::Lightgbm => match std::str::from_utf8(&bytes) {
            Ok(text) => lightgbm::read(text, &mut lock),
            Err(_) => Err("it is not UTF-8".to_owned()),
        },
    };
    match read {
        Ok(()) => Artefact::Read(Box::new(lock)),
        Err(fault) => Artefact::Unreadable(fault),
    }
}

/// The digest of a file of weights beside the model.
fn external_digest(tree: &Tree, path: &str, file: &str) -> Result<String, String> {
    if file.starts_with(['/', '\\']) || file.split(['/', '\\']).any(|part| part == "..") || file.contains(':')
    {
        return Err(format!("it takes weights from `{}`, outside its folder", file.escape_debug()));
    }
    let beside =
        path.rsplit_once('/').map_or_else(|| file.to_owned(), |(folder, _)| format!("{folder}/{file}"));
    let bytes = tree.read_within(&beside, MAX_BYTES);
    bytes
        .map(|bytes| sha256(&bytes))
        .map_err(|error| format!("it takes weights from a file beside it: {error}"))
}
