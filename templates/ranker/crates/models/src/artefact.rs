//! A signature and the file of which it speaks.
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::load_error::LoadError;
use crate::signature::{Signature, read_limited};

const MAX_BYTES: u64 = 64 << 20;

/// Reads a signature and its model's file: the signature, the file's path, its bytes, which are those of the digest.
pub(crate) fn read_artefact(path: &Path) -> Result<(Signature, PathBuf, Vec<u8>), LoadError> {
    let signature = Signature::read(path)?;
    let file = signature.model_path(path);
    let bytes = read_limited(&file, MAX_BYTES)?;
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    match expect_same("sha256", &signature.sha256, &sha256) {
        Ok(()) => Ok((signature, file, bytes)),
        Err(problem) => Err(LoadError::Mismatch { path: file, problem }),
    }
}

/// What is different between a promise and what is there, if anything is.
pub(crate) fn expect_same(what: &str, promised: &str, got: &str) -> Result<(), String> {
    if promised == got { Ok(()) } else { Err(format!("{what} is {got}, the signature says {promised}")) }
}
