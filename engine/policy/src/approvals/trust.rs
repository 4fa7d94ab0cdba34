//! What the base says about who may vouch, and the keys that either side takes back.

use std::sync::Arc;

use source::{Change, ReadError, Tree};

use super::{AllowedSigners, REVOKED_FILE, RevokedKeys, SIGNERS_FILE, Signer, Vouched, owners, verify};
use crate::{Settings, Today, Vouching};

/// Why the forge stands behind nothing.
pub(super) const NO_OWNER: &str = "no line of CODEOWNERS at the base names an owner of `approvals/`";

/// Who may vouch.
pub(super) struct Trust {
    signers: Result<AllowedSigners, String>,
    pub(super) forge: bool,
    user_presence: bool,
    today: Today,
    pub(super) remarks: Vec<String>,
}

impl Trust {
    pub(super) fn of(change: &Change, base: Option<&Settings>, today: Today) -> Trust {
        let mut remarks = Vec::new();
        let mut signers = signers(change.base.as_ref());
        if let Ok(signers) = &mut signers {
            let problems = signers.problems.iter();
            remarks.extend(problems.map(|problem| format!("`{SIGNERS_FILE}` of the base: {problem}")));
            let before = change.base.as_ref().map(revoked).unwrap_or_default();
            let after = revoked(&change.head);
            remarks
                .extend(before.problems.iter().map(|what| format!("`{REVOKED_FILE}` of the base: {what}")));
            signers.revoked = before.keys.into_iter().chain(after.keys).collect();
            if let Some(problem) = after.problems.first() {
                let why = format!("`{REVOKED_FILE}` is not read, so that no signature counts: {problem}");
                remarks.push(why.clone());
                return Trust { signers: Err(why), ..Trust::with(remarks, base, today) };
            }
        }
        Trust { signers, ..Trust::with(remarks, base, today) }
    }

    fn with(remarks: Vec<String>, base: Option<&Settings>, today: Today) -> Trust {
        Trust {
            signers: Ok(AllowedSigners::default()),
            forge: base.is_some_and(|settings| settings.approvals == Some(Vouching::Owners)),
            user_presence: base.is_some_and(|settings| settings.user_presence),
            today,
            remarks,
        }
    }

    /// Who stands behind a file of head.
    pub(super) fn vouched(&self, change: &Change, path: &str, by: &str, emergency: bool) -> Vouched {
        match (self.signature(change, path, by), self.forge) {
            (Ok(signer), _) => Vouched::Signed(signer),
            (Err(_), true) if !emergency && owners::of_file(change, path) => Vouched::Forge,
            (Err(_), true) if !emergency => Vouched::Nobody(NO_OWNER.to_owned()),
            (Err(why), _) => Vouched::Nobody(why),
        }
    }

    /// The names for which keys sign approvals today, or why there are none.
    pub(super) fn names(&self) -> Result<Vec<String>, String> {
        let signers = self.signers.as_ref().map_err(Clone::clone)?;
        let counts = |entry: &&super::Entry| {
            let revoked = signers.revoked.iter().any(|key| key == entry.key.key_data());
            entry.signs_approvals() && entry.is_valid(self.today) && !revoked
        };
        let mut names: Vec<String> =
            signers.entries.iter().filter(counts).map(|entry| entry.principals.clone()).collect();
        names.dedup();
        match names.is_empty() {
            true => Err(format!("no key in `{SIGNERS_FILE}` of the base signs approvals today")),
            false => Ok(names),
        }
    }

    fn signature(&self, change: &Change, path: &str, by: &str) -> Result<Signer, String> {
        let signers = self.signers.as_ref().map_err(Clone::clone)?;
        let sibling = format!("{path}.sig");
        let bytes = change.head.read(path).map_err(|error| error.to_string())?;
        let armoured =
            change.head.text(&sibling).map_err(|_| format!("there is no signature in `{sibling}`"))?;
        verify(&bytes, &armoured, by, signers, self.today, self.user_presence)
            .map_err(|refusal| refusal.to_string())
    }
}

/// The keys that the base trusts. A link is not followed: where it leads, anybody may write.
fn signers(base: Option<&Tree>) -> Result<AllowedSigners, String> {
    let missing = || format!("the base has no `{SIGNERS_FILE}`");
    let base = base.ok_or_else(missing)?;
    if base.is_link(SIGNERS_FILE) {
        return Err(format!("`{SIGNERS_FILE}` of the base is a link, which trusts nobody"));
    }
    match base.text(SIGNERS_FILE) {
        Ok(text) => Ok(AllowedSigners::parse(&text)),
        Err(ReadError::Missing(_)) => Err(missing()),
        Err(error) => Err(format!("the base's list of signers is not read: {error}")),
    }
}

fn revoked(tree: &Tree) -> RevokedKeys {
    let read: Result<Arc<[u8]>, ReadError> = tree.read(REVOKED_FILE);
    match read {
        Ok(bytes) => RevokedKeys::parse(&bytes),
        Err(ReadError::Missing(_)) => RevokedKeys::default(),
        Err(error) => RevokedKeys { problems: vec![error.to_string()], ..RevokedKeys::default() },
    }
}
