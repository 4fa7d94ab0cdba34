//! SSH signatures in git's own format, checked in process; signing is left to `ssh-keygen`, which knows agents,
//! passphrases and security keys.

use std::path::{Path, PathBuf};
use std::process::Command;

use ssh_key::{HashAlg, SshSig};

use super::{AllowedSigners, REVOKED_FILE};
use crate::Today;

/// What a signature must say that it is for, so that one for a commit or a mail is none for an approval.
pub const NAMESPACE: &str = "gatefold-approval";

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The name under which the key is trusted.
    pub name: String,
    /// Fingerprint of the key, as `ssh-keygen -l` shows it.
    pub key: String,
    /// Every list of patterns under which the key is trusted: whoever these names fit may be who signed.
    pub names: Vec<String>,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an SSH signature at all.
    #[error("its signature is not read: {0}")]
    Unreadable(String),
    /// Made for something else.
    #[error("its signature is for `{0}`, not for `{NAMESPACE}`")]
    Namespace(String),
    /// The base does not have the key.
    #[error("its key {0} is not one that the base trusts")]
    UnknownKey(String),
    /// The key is trusted, but not for this.
    #[error("its key is not trusted to sign approvals")]
    NotForApprovals,
    /// The key is trusted, but not for this name.
    #[error("its key does not sign for `{0}`")]
    OtherName(String),
    /// The key was taken back.
    #[error("its key {0} is revoked by `{REVOKED_FILE}`")]
    Revoked(String),
    /// A name that could be read as another one.
    #[error("`by` has letters that are not plain ASCII, so that it could be read as another name")]
    OddName,
    /// Too early or too late.
    #[error("its key is not valid at this time")]
    NotValidNow,
    /// The content was changed, or the signature was.
    #[error("its signature does not fit its content")]
    Forged,
    /// The policy asks for a touch.
    #[error("its key did not ask for a touch, which the policy wants")]
    NoPresence,
}

/// The longest signature that is read, in bytes: one by an RSA key of 16,384 bits has less than half of it.
const MAX_BYTES: usize = 16_384;

/// Checks a detached signature over `signed` by a key that signs approvals for `by`. With `user_presence`, the key
/// must be on a security device that asked for a touch.
pub fn verify(
    signed: &[u8],
    armoured: &str,
    by: &str,
    signers: &AllowedSigners,
    today: Today,
    user_presence: bool,
) -> Result<Signer, Refusal> {
    if !by.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Refusal::OddName);
    }
    if armoured.len() > MAX_BYTES {
        return Err(Refusal::Unreadable(format!("it has more than {MAX_BYTES} bytes")));
    }
    let signature = SshSig::from_pem(armoured).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    // The version is not part of what is signed, so nothing but the one that there is may pass.
    if signature.version() != SshSig::VERSION {
        return Err(Refusal::Unreadable(format!("version {} is not known", signature.version())));
    }
    if signature.namespace() != NAMESPACE {
        return Err(Refusal::Namespace(signature.namespace().to_owned()));
    }
    let fingerprint = signature.public_key().fingerprint(HashAlg::Sha256).to_string();
    if signers.revoked.iter().any(|key| key == signature.public_key()) {
        return Err(Refusal::Revoked(fingerprint));
    }
    // A key may have several lines; the last of them says why it is refused.
    let mut refusal = Refusal::UnknownKey(fingerprint.clone());
    let of_key = || signers.entries.iter().filter(|entry| entry.key.key_data() == signature.public_key());
    for entry in of_key() {
        refusal = if !entry.signs_approvals() {
            Refusal::NotForApprovals
        } else if !entry.signs_for(by) {
            Refusal::OtherName(by.to_owned())
        } else if !entry.is_valid(today) {
            Refusal::NotValidNow
        } else if entry.key.verify(NAMESPACE, signed, &signature).is_err() {
            Refusal::Forged
        } else if user_presence && !asked_for_touch(&signature) {
            Refusal::NoPresence
        } else {
            let names = of_key().map(|entry| entry.principals.clone()).collect();
            return Ok(Signer { name: by.to_owned(), key: fingerprint, names });
        };
    }
    Err(refusal)
}

/// The flags stand in front of the four bytes of the counter, at the end of a signature by a security key
/// (PROTOCOL.u2f of OpenSSH); the lowest says that the user was present.
fn asked_for_touch(signature: &SshSig) -> bool {
    let bytes = signature.signature_bytes();
    let flags = bytes.len().checked_sub(5).and_then(|at| bytes.get(at));
    let is_device = signature.algorithm().as_str().starts_with("sk-");
    is_device && flags.is_some_and(|flags| flags & 1 == 1)
}

/// Why a file could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// An earlier signature could not be removed.
    #[error("failed to remove the old signature {}: {reason}", path.display())]
    OldSignature {
        /// The signature.
        path: PathBuf,
        /// What was said.
        reason: std::io::Error,
    },
    /// `ssh-keygen` is not there.
    #[error("failed to start `ssh-keygen`, which comes with OpenSSH: {0}")]
    NoKeygen(std::io::Error),
    /// `ssh-keygen` refused, and has said why.
    #[error("failed to sign {}: `ssh-keygen` ended with {status}", path.display())]
    Refused {
        /// What was to be signed.
        path: PathBuf,
        /// How it ended.
        status: std::process::ExitStatus,
    },
}

/// Signs an approval: writes `FILE.sig` beside it. `key` is a private key, or a public one whose private part an agent
/// or a security device holds. `ssh-keygen` talks to the person at the terminal where it has to.
pub fn sign(file: &Path, key: &Path) -> Result<(), SignError> {
    let mut sibling = file.as_os_str().to_owned();
    sibling.push(".sig");
    let sibling = PathBuf::from(sibling);
    match std::fs::remove_file(&sibling) {
        Err(reason) if reason.kind() != std::io::ErrorKind::NotFound => {
            return Err(SignError::OldSignature { path: sibling, reason });
        }
        _ => {}
    }
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).arg(file);
    let status = command.status().map_err(SignError::NoKeygen)?;
    if status.success() { Ok(()) } else { Err(SignError::Refused { path: file.to_owned(), status }) }
}
