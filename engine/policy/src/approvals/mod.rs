//! Approvals: files under `approvals/` by which someone accepts a finding, bound to the contents that were judged.

mod covering;
mod file;
mod request;
mod signature;
mod signers;
#[cfg(test)]
mod tests;

use findings::{Finding, Location};
use jiff::ToSpan;
use jiff::civil::Date;
use source::Change;

use crate::{Settings, Today, Vouching, rules};

pub use covering::judged;
pub use file::Accepted;
pub use request::{Words, request_for};
pub use signature::{NAMESPACE, Refusal, SignError, Signer, sign, verify};
pub use signers::{AllowedSigners, Entry};

/// The folder of approvals.
pub const FOLDER: &str = "approvals";

/// The keys that are trusted, in OpenSSH's format.
pub const SIGNERS_FILE: &str = "approvals/allowed_signers";

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
    /// The forge, which asks a code owner to review `approvals/`.
    Forge,
    /// Nobody: the file is a request. Says why.
    Nobody(String),
}

/// What head says under `approvals/`.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// Every file that reads as an approval, by path.
    pub all: Vec<Approval>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// What the reader of the verdict must know.
    pub remarks: Vec<String>,
    today: Option<Today>,
}

impl Approvals {
    /// Reads the approvals of head. Keys and the way of vouching are the base's: `base` is the base's top level,
    /// `None` where the base has no policy; then only signatures count.
    pub fn read(change: &Change, base: Option<&Settings>, today: Today) -> Approvals {
        let mut approvals = Approvals { today: Some(today), ..Approvals::default() };
        let paths: Vec<&str> = change.head.paths().filter(|path| is_approval(path)).collect();
        if paths.is_empty() {
            return approvals;
        }
        let trust = Trust::of(change, base, today);
        approvals.remarks.extend(trust.remarks.iter().cloned());
        for path in paths {
            match read_one(change, path, &trust) {
                Ok(approval) => approvals.add(approval, today),
                Err(finding) => approvals.findings.push(*finding),
            }
        }
        if approvals.all.iter().any(|approval| approval.vouched == Vouched::Forge) {
            let remark = "approvals count because the forge asks a code owner to review `approvals/`; \
                          this verdict relies on that";
            approvals.remarks.push(remark.to_owned());
        }
        approvals
    }

    /// The approval that covers a finding: vouched for, not over, and of the same rule, fingerprint and contents. An
    /// invariant is covered by none.
    pub fn covering(&self, finding: &Finding, change: &Change) -> Option<&Approval> {
        if finding.rule.is_invariant() {
            return None;
        }
        let wanted = judged(finding, change);
        let fingerprint = finding.fingerprint();
        let counts =
            |approval: &&Approval| !matches!(approval.vouched, Vouched::Nobody(_)) && !self.is_over(approval);
        self.all.iter().filter(counts).find(|approval| {
            approval.findings.iter().any(|accepted| {
                accepted.rule == finding.rule.id
                    && accepted.fingerprint == fingerprint
                    && accepted.base == wanted.base
                    && accepted.head == wanted.head
            })
        })
    }

    /// Whether its time is over, or, for an emergency, not yet near: one dated ahead would last for longer.
    fn is_over(&self, approval: &Approval) -> bool {
        let (Some(until), Some(today)) = (approval.until, self.today) else {
            return approval.until.is_some();
        };
        let last = today.civil().saturating_add((EMERGENCY_DAYS - 1).days());
        today.is_past(until) || approval.emergency && until > last
    }

    fn add(&mut self, approval: Approval, today: Today) {
        let place = Location::file(&approval.file);
        if let Some(until) = approval.until.filter(|until| today.is_past(*until)) {
            // Whether anyone vouches for it today says nothing: what was let pass was let pass.
            self.findings.push(match approval.emergency {
                true => rules::ended_emergency::finding(place, &approval, until),
                false => rules::expired_approval::finding(place, &approval, until),
            });
        } else if let Vouched::Nobody(why) = &approval.vouched {
            if approval.fresh {
                self.findings.push(rules::unsigned_approval::finding(place, why));
                self.remarks.push(format!("`{}` is only a request: {why}", approval.file));
            }
        } else if approval.emergency {
            let until = approval.until.map(|date| date.to_string()).unwrap_or_default();
            self.remarks
                .push(format!("an emergency that {} declared is in force until {until}", approval.by));
        }
        self.all.push(approval);
    }
}

/// What the base says about who may vouch.
struct Trust {
    signers: Option<AllowedSigners>,
    forge: bool,
    user_presence: bool,
    today: Today,
    remarks: Vec<String>,
}

impl Trust {
    fn of(change: &Change, base: Option<&Settings>, today: Today) -> Trust {
        let text = change.base.as_ref().and_then(|base| base.text(SIGNERS_FILE).ok());
        let signers = text.map(|text| AllowedSigners::parse(&text));
        let remarks = signers.iter().flat_map(|signers| &signers.problems);
        Trust {
            remarks: remarks.map(|problem| format!("`{SIGNERS_FILE}` of the base: {problem}")).collect(),
            signers,
            forge: base.is_some_and(|settings| settings.approvals == Some(Vouching::Owners)),
            user_presence: base.is_some_and(|settings| settings.user_presence),
            today,
        }
    }

    fn vouched(&self, change: &Change, path: &str, by: &str, emergency: bool) -> Vouched {
        match (self.signature(change, path, by), self.forge) {
            (Ok(signer), _) => Vouched::Signed(signer),
            (Err(_), true) if !emergency => Vouched::Forge,
            (Err(why), _) => Vouched::Nobody(why),
        }
    }

    fn signature(&self, change: &Change, path: &str, by: &str) -> Result<Signer, String> {
        let Some(signers) = &self.signers else {
            return Err(format!("the base has no `{SIGNERS_FILE}`"));
        };
        let sibling = format!("{path}.sig");
        let bytes = change.head.read(path).map_err(|error| error.to_string())?;
        let armoured =
            change.head.text(&sibling).map_err(|_| format!("there is no signature in `{sibling}`"))?;
        verify(&bytes, &armoured, by, signers, self.today, self.user_presence)
            .map_err(|refusal| refusal.to_string())
    }
}

fn is_approval(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| !name.contains('/') && (name.ends_with(".yaml") || name.ends_with(".yml")))
}

fn read_one(change: &Change, path: &str, trust: &Trust) -> Result<Approval, Box<Finding>> {
    let refuse = |place, message: &str| Box::new(rules::malformed_approval::finding(place, message));
    let text = change.head.text(path).map_err(|error| refuse(Location::file(path), &error.to_string()))?;
    let file = file::read(path, &text).map_err(|error| {
        let place = match (error.line, error.column) {
            (Some(line), Some(column)) => Location::point(path, line, column),
            _ => Location::file(path),
        };
        refuse(place, &error.message)
    })?;
    let base = change.base.as_ref().and_then(|base| base.read(change.base_path(path)).ok());
    Ok(Approval {
        vouched: trust.vouched(change, path, &file.by, file.emergency),
        fresh: base.is_none_or(|base| *base != *text.as_bytes()),
        file: path.to_owned(),
        findings: file.findings,
        reason: file.reason,
        by: file.by,
        until: file.until,
        emergency: file.emergency,
    })
}
