//! What people let pass: approvals and exceptions in force, in sentences.

use findings::{Finding, Status};
use policy::approvals::{Approval, Vouched};

use super::evidence::place;
use crate::gate::Judgement;

/// One a finding that an approval or an exception covers.
pub(crate) fn sentences(judgement: &Judgement) -> Vec<String> {
    let scene = &judgement.scene;
    let accepted = judgement.report.findings.iter().filter_map(|judged| {
        let finding = &judged.finding;
        match judged.status {
            Status::Approved => {
                let approval = scene.approvals.covering(finding, &scene.change);
                Some(format!("{}: {}", named(finding), approval.map_or("approved".to_owned(), vouched)))
            }
            Status::Excepted => Some(format!("{}: excepted in the code", named(finding))),
            Status::New | Status::Known => None,
        }
    });
    accepted.collect()
}

fn named(finding: &Finding) -> String {
    let at = finding.location.as_ref().map(|location| format!(" at {}", place(location))).unwrap_or_default();
    format!("`{}`{at}", finding.rule.id)
}

fn vouched(approval: &Approval) -> String {
    let who = match &approval.vouched {
        Vouched::Signed(signer) => format!("signed by {}", signer.name),
        Vouched::Forge => format!("approved by {}, the forge vouches for it", approval.by),
        Vouched::Nobody(_) => format!("asked for by {}", approval.by),
    };
    let until = approval.until.map(|date| format!(", until {date}")).unwrap_or_default();
    let emergency = if approval.emergency { ", in an emergency" } else { "" };
    let fresh = if approval.fresh { ", new in this change" } else { "" };
    format!("{who}{until}{emergency}{fresh} ({}): {}", approval.file, approval.reason.trim())
}
