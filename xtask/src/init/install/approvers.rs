//! Who may approve: the line of CODEOWNERS, the list of keys, and what the policy says of them.

use policy::POLICY_FILE;
use policy::approvals::{AllowedSigners, SIGNERS_FILE};

use super::super::disk::{self, File};
use super::super::ledger::Entry;
use super::super::{ci, codeowners};
use super::Install;
use crate::approvers;
use crate::cli::InitArgs;
use crate::failure::Failure;

impl Install<'_> {
    pub(super) fn add_owners(&mut self, args: &InitArgs) -> Result<(), Failure> {
        let top = self.place.checkout.top();
        let (places, new) = match ci::forge(self.place, args.forge) {
            ci::Forge::GitHub => (&codeowners::OF_GITHUB[..], ".github/CODEOWNERS"),
            ci::Forge::GitLab => (&codeowners::OF_GITLAB[..], ".gitlab/CODEOWNERS"),
            ci::Forge::Unknown => (&codeowners::PLACES[..], "CODEOWNERS"),
        };
        let there = places.iter().copied().find(|path| top.join(path).symlink_metadata().is_ok());
        let path = there.unwrap_or(new);
        let is_left_to_keys = args.owner.is_none() && (!args.signer.is_empty() || self.trusts_a_key());
        if is_left_to_keys {
            return Ok(());
        }
        let folder = self.place.below_top("approvals/");
        let Some(approvals) = policy::approvals::owners_pattern(&format!("/{folder}")) else {
            return self.cannot_name(&folder, args);
        };
        let (mut is_owned, mut is_named) = (false, true);
        self.edit(path, "who is asked about approvals; the last line that fits counts", |text, _| {
            let (text, owned) = codeowners::with_line(text, &approvals, args.owner.as_deref());
            is_owned = owned;
            let named = |owner: &str| codeowners::names(&text, &approvals, owner);
            is_named = args.owner.as_deref().is_none_or(named);
            Ok((text, None))
        })?;
        if !is_named {
            self.note(format!(
                "{path} has owners of `{approvals}` already, and is kept as it is: a person adds those of `--owner` there"
            ));
        }
        if !is_owned {
            self.note(format!(
                "nobody owns `{approvals}` in {path}, and nobody may approve: give `--owner @TEAM`, or `--signer NAME \
                 KEYFILE`, before the policy is merged"
            ));
        }
        if args.owner.is_some() {
            self.rely_on_owners()?;
        }
        Ok(())
    }

    /// What is said where CODEOWNERS has no way to write the folder. Owners that nobody would ask are refused.
    fn cannot_name(&mut self, folder: &str, args: &InitArgs) -> Result<(), Failure> {
        let folder = folder.escape_debug();
        let said = format!(
            "no line of CODEOWNERS can name `{folder}`: forges read no brackets, no backslash, no `#` and no white space but a \
             space there, so that nobody would be asked about approvals; give `--signer NAME KEYFILE`, or rename the folder"
        );
        match args.owner {
            Some(_) => Err(Failure::usage(said)),
            None => {
                self.note(said);
                Ok(())
            }
        }
    }

    fn trusts_a_key(&self) -> bool {
        let path = self.place.checkout.top().join(self.place.below_top(SIGNERS_FILE));
        source::read_regular_text(&path).is_ok_and(|text| !AllowedSigners::parse(&text).entries.is_empty())
    }

    /// Lets a policy that was put in before say that code owners vouch. One that a person wrote is theirs to change.
    fn rely_on_owners(&mut self) -> Result<(), Failure> {
        let path = self.place.below_top(POLICY_FILE);
        let top = self.place.checkout.top();
        let Some(there) = disk::read(top, &disk::real_path(top, &path)?)? else { return Ok(()) };
        let text = String::from_utf8_lossy(&there.content).into_owned();
        let Some(relying) = approvers::with_owners(&text) else { return Ok(()) };
        let is_as_written = |entry: &Entry| entry.digest == findings::digest(&there.content);
        let is_ours = self.ledgers.entry(&path).is_some_and(is_as_written);
        if is_ours {
            self.own(&path, File::text(relying), "the policy: code owners vouch for approvals")?;
        } else {
            self.note(format!(
                "`{path}` does not say `approvals: owners`, and without that line no code owner's review counts: add it"
            ));
        }
        self.tell_late("that code owners vouch");
        Ok(())
    }

    pub(super) fn add_signers(&mut self, args: &InitArgs) -> Result<(), Failure> {
        let lines = approvers::signers(&args.signer)?;
        if lines.is_empty() {
            return Ok(());
        }
        let path = self.place.below_top(SIGNERS_FILE);
        let before = self.plan.steps.len();
        self.edit(&path, "whose signatures make an approval count", |text, _| {
            Ok((approvers::with_signers(text, &lines), None))
        })?;
        if self.plan.steps.len() > before {
            self.tell_late("the key");
        }
        if args.owner.is_some() || self.policy().is_some_and(|text| text.lines().any(relies_on_owners)) {
            self.note(approvers::keys_beside_owners());
        }
        Ok(())
    }

    fn policy(&self) -> Option<String> {
        source::read_regular_text(&self.place.root.join(POLICY_FILE)).ok()
    }

    /// Says what it takes where the policy is there already, and not only put in by this run.
    fn tell_late(&mut self, what: &str) {
        let path = self.place.below_top(POLICY_FILE);
        if source::is_committed(&self.place.checkout.top().join(path)) {
            self.note(approvers::comes_late(what));
        }
    }
}

fn relies_on_owners(line: &str) -> bool {
    line.split_once('#').map_or(line, |(line, _)| line).trim_end() == "approvals: owners"
}
