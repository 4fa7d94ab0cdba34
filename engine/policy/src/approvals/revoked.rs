//! `revoked_keys`: keys that sign nothing any more, one a line, as `ssh-keygen -Y verify -r` reads them.

use ssh_key::PublicKey;
use ssh_key::public::KeyData;

/// What a revocation list in OpenSSH's binary format begins with.
const KRL: &[u8] = b"SSHKRL\n\0";

/// The keys that are listed, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct RevokedKeys {
    /// In the order of the file.
    pub keys: Vec<KeyData>,
    /// What is wrong with the file. As long as there is anything, a key may be revoked that is not among `keys`.
    pub problems: Vec<String>,
}

impl RevokedKeys {
    /// Reads the file: public keys, empty lines, and comments behind `#`.
    pub fn parse(bytes: &[u8]) -> RevokedKeys {
        let mut revoked = RevokedKeys::default();
        if bytes.starts_with(KRL) {
            let message = "it is a KRL, of which nothing is read; list the public keys, one a line";
            revoked.problems.push(message.to_owned());
            return revoked;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            revoked.problems.push("it is not text".to_owned());
            return revoked;
        };
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match PublicKey::from_openssh(line) {
                Ok(key) => revoked.keys.push(key.key_data().clone()),
                Err(error) => revoked.problems.push(format!("line {} is no public key: {error}", index + 1)),
            }
        }
        revoked
    }
}
