//! Approvals: files under `approvals/` by which someone accepts a finding, bound to the contents that were judged.

mod authors;
mod covering;
mod deltas;
mod file;
mod kinds;
mod owners;
mod people;
mod reading;
mod request;
mod revoked;
mod signature;
mod signers;
#[cfg(test)]
mod tests;
mod told;
mod trust;
mod who;

use findings::Finding;
use jiff::ToSpan;
use jiff::civil::Date;
use source::{Change, Written};

use crate::Today;
use deltas::Parts;
use kinds::Kind;

pub use covering::judged;
pub use deltas::Deltas;
pub use file::Accepted;
pub use owners::pattern as owners_pattern;
pub use people::without_people;
pub use reading::is_approval;
pub use request::{Request, Words, request_for};
pub use revoked::RevokedKeys;
pub use signature::{NAMESPACE, Refusal, SignError, Signer, sign, verify};
pub use signers::{AllowedSigners, Entry};
pub use told::{Told, told};

/// The folder of approvals.
pub const FOLDER: &str = "approvals";

/// The keys that are trusted, in OpenSSH's format.
pub const SIGNERS_FILE: &str = "approvals/allowed_signers";

/// The keys that are trusted no more, one a line.
pub const REVOKED_FILE: &str = "approvals/revoked_keys";

/// How many days an emergency lasts at most, its first and its last included.
pub const EMERGENCY_DAYS: i32 = 3;

/// One approval as head has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Path from the root.
    pub file: String,
    /// What it accepts.
    pub findings: Vec<Accepted>,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When it was written.
    pub date: Date,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Whether it was signed in an emergency: it lasts for days, and stays an open finding when it ends.
    pub emergency: bool,
    /// Whether anyone stands behind it.
    pub vouched: Vouched,
    /// Whether the change brings it.
    pub fresh: bool,
}

/// Who stands behind an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// A key that the base trusts.
    Signed(Signer),
    /// The forge, which asks a code owner whom the base names to review `approvals/`.
    Forge,
    /// Nobody: the file is a request. Says why.
    Nobody(String),
}

/// What head says under `approvals/`.
#[derive(Clone, Debug)]
pub struct Approvals {
    /// Every file that reads as an approval, by path.
    pub all: Vec<Approval>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// What the reader of the verdict must know.
    pub remarks: Vec<String>,
    today: Option<Today>,
    /// For how long an accepted change counts, in days.
    window: u32,
    kinds: Vec<Kind>,
    forge: bool,
    /// Whether the base names an owner of the folder, whom the forge asks.
    owned: bool,
    /// Under which names keys sign, or why none does.
    signers: Result<Vec<String>, String>,
    exclude_authors: bool,
    /// Who wrote the change, or why that is not known.
    written: Result<Vec<Written>, String>,
}

impl Approvals {
    /// Whether [`written_by`](Self::written_by) is to be told: an approval by who wrote what it accepts may be among
    /// them.
    pub fn asks_who_wrote(&self) -> bool {
        self.exclude_authors && self.all.iter().any(|approval| matches!(approval.vouched, Vouched::Signed(_)))
    }

    /// Whether a code owner's review in the forge is what makes them count.
    pub fn relies_on_the_forge(&self) -> bool {
        self.forge
    }

    /// Why no code owner is asked where the forge is relied on.
    pub fn why_the_forge_asks_nobody(&self) -> Option<&'static str> {
        (self.forge && !self.owned).then_some(trust::NO_OWNER)
    }

    /// Why a request counts for nothing as it now lies at head, by the judge's own measure.
    pub fn why_not(&self, request: &Request<'_>, change: &Change) -> Option<String> {
        let Some(approval) = self.all.iter().find(|approval| approval.file == request.file) else {
            return Some("it does not read as an approval".to_owned());
        };
        let kind = self.kinds.iter().find(|kind| Some(&kind.name) == request.kind.as_ref());
        request.findings.iter().find_map(|finding| {
            let mut named = self.naming(finding);
            let Some((_, accepted)) = named.find(|(named, _)| named.file == approval.file) else {
                return Some("it does not name what it is for".to_owned());
            };
            match Parts::of(finding, change).why_not_bound(accepted) {
                Some(_) => Some("it accepts other contents than there are".to_owned()),
                None => self
                    .refusal(approval, accepted, finding, change)
                    .or_else(|| kind.and_then(|kind| kind.refusal(approval)).filter(|_| !approval.emergency)),
            }
        })
    }

    /// With who wrote the change, or why that is not known. Without it no signature counts where authors are excluded.
    #[must_use]
    pub fn written_by(self, written: Result<Vec<Written>, String>) -> Approvals {
        Approvals { written, ..self }
    }

    /// The approval that covers a finding: vouched for, not over, of the same rule, fingerprint and contents, and by whom
    /// the policy asks. Of a finding in parts each part may be covered by another. What nobody can approve is covered by
    /// an emergency alone.
    pub fn covering(&self, finding: &Finding, change: &Change) -> Option<&Approval> {
        let counting = self.counting(finding, change);
        if counting.is_empty() {
            return None;
        }
        let parts = Parts::of(finding, change);
        let by: Option<Vec<&Approval>> =
            (0..parts.count()).map(|part| self.accepting(finding, change, &counting, &parts, part)).collect();
        let by = by?;
        by.iter().find(|approval| approval.emergency).or(by.first()).copied()
    }

    /// Which parts of a finding are covered, in the order of its [deltas](Finding::deltas).
    pub fn covered_parts(&self, finding: &Finding, change: &Change) -> Vec<bool> {
        let counting = self.counting(finding, change);
        if counting.is_empty() {
            return vec![false; finding.deltas.len()];
        }
        let parts = Parts::of(finding, change);
        (0..parts.count())
            .map(|part| self.accepting(finding, change, &counting, &parts, part).is_some())
            .collect()
    }

    /// The approvals that name a finding and count, whatever of it they accept.
    fn counting(&self, finding: &Finding, change: &Change) -> Vec<(&Approval, &Accepted)> {
        if self.all.is_empty() {
            return Vec::new();
        }
        self.naming(finding)
            .filter(|(approval, _)| approval.emergency || finding.rule.is_approvable())
            .filter(|(approval, accepted)| self.refusal(approval, accepted, finding, change).is_none())
            .collect()
    }

    /// The approval of a part: one of an emergency, else the first, where everybody whom the policy asks accepts it.
    fn accepting<'a>(
        &self,
        finding: &Finding,
        change: &Change,
        counting: &[(&'a Approval, &Accepted)],
        parts: &Parts<'_>,
        part: usize,
    ) -> Option<&'a Approval> {
        let binding = counting.iter().filter(|(_, accepted)| parts.binds(accepted, part));
        let binding: Vec<&'a Approval> = binding.map(|(approval, _)| *approval).collect();
        if let Some(emergency) = binding.iter().find(|approval| approval.emergency) {
            return Some(emergency);
        }
        let first = *binding.first()?;
        let kinds = self.kinds.iter().filter(|kind| kind.has(finding, change));
        let all_asked =
            kinds.into_iter().all(|kind| binding.iter().any(|approval| kind.refusal(approval).is_none()));
        all_asked.then_some(first)
    }

    /// For a finding that is not covered: the approvals that name it, each with why it does not count.
    pub fn not_covering(&self, finding: &Finding, change: &Change) -> Vec<(&str, String)> {
        let named: Vec<_> = self.naming(finding).collect();
        if named.is_empty() {
            return Vec::new();
        }
        let parts = Parts::of(finding, change);
        let kinds: Vec<&Kind> = self.kinds.iter().filter(|kind| kind.has(finding, change)).collect();
        let why = |(approval, accepted): (&'_ Approval, &Accepted)| {
            if let Some(why) = finding.rule.why_nobody_approves().filter(|_| !approval.emergency) {
                return Some(format!("no approval waives it: {why}"));
            }
            if let Some(why) = parts.why_not_bound(accepted) {
                return Some(why);
            }
            let of_kind = || kinds.iter().find_map(|kind| kind.refusal(approval));
            self.refusal(approval, accepted, finding, change).or_else(of_kind)
        };
        named.into_iter().filter_map(|named| Some((named.0.file.as_str(), why(named)?))).collect()
    }

    fn naming<'a>(&'a self, finding: &Finding) -> impl Iterator<Item = (&'a Approval, &'a Accepted)> {
        let (rule, fingerprint) = (finding.rule.id, finding.fingerprint());
        self.all.iter().filter_map(move |approval| {
            let names = |accepted: &&Accepted| accepted.rule == rule && accepted.fingerprint == fingerprint;
            Some((approval, approval.findings.iter().find(names)?))
        })
    }

    /// Why an approval does not count for what it names, whatever the kind.
    fn refusal(
        &self,
        approval: &Approval,
        accepted: &Accepted,
        finding: &Finding,
        change: &Change,
    ) -> Option<String> {
        if let Vouched::Nobody(why) = &approval.vouched {
            return Some(why.clone());
        }
        if let Some(why) = self.is_over(approval, accepted) {
            return Some(why);
        }
        let Vouched::Signed(signer) = &approval.vouched else { return None };
        if !self.exclude_authors {
            return None;
        }
        match &self.written {
            Ok(written) => authors::wrote(approval, signer, written, finding.file(), change)
                .map(|wrote| format!("{wrote}, and the policy wants somebody else")),
            Err(why) => Some(format!("who wrote the change is not known: {why}")),
        }
    }

    /// Whether its time is over or not yet near, by the judge's clock. What a change was accepted for may be done once
    /// more only for as long as going back is open.
    fn is_over(&self, approval: &Approval, accepted: &Accepted) -> Option<String> {
        let Some(today) = self.today else { return Some("no moment to judge at is given".to_owned()) };
        let last = |days: i32| today.civil().saturating_add(days.days());
        if approval.date > last(1) {
            return Some(format!("it is dated ahead, {}", approval.date));
        }
        match approval.until {
            Some(until) if today.is_past(until) => Some(format!("it ended on {until}")),
            // One that is dated ahead would last for longer.
            Some(until) if approval.emergency && until > last(EMERGENCY_DAYS - 1) => {
                Some(format!("an emergency may end on {} at the latest", last(EMERGENCY_DAYS - 1)))
            }
            None if accepted.base != accepted.head && self.is_old(approval, today) => Some(format!(
                "it is of {}, and what was accepted counts for {} days without `until`",
                approval.date, self.window
            )),
            _ => None,
        }
    }

    fn is_old(&self, approval: &Approval, today: Today) -> bool {
        approval.date < Today::at(today.days_before(self.window)).civil()
    }
}
