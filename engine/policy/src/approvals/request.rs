//! The file by which an approval is asked for, ready to be committed and signed.

use findings::Finding;
use source::Change;

use super::covering::judged;
use super::file::{Accepted, File};
use crate::Today;
use crate::today::parse_date;

/// What a person adds to a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    /// Why. A request without it has to be completed by hand.
    pub reason: &'a str,
    /// Who approves: the principal that `allowed_signers` gives the key.
    pub by: &'a str,
    /// The last day, as `2027-01-31`.
    pub until: Option<&'a str>,
    /// Whether it is signed in an emergency; then `until` is at most two days away.
    pub emergency: bool,
}

/// The text of an approval of these findings. The bytes are what `ssh-keygen -Y sign` signs. A date that is none is
/// left out.
pub fn request_for(findings: &[&Finding], change: &Change, today: Today, words: &Words<'_>) -> String {
    let accepted = findings.iter().map(|finding| {
        let judged = judged(finding, change);
        Accepted {
            rule: finding.rule.id.to_owned(),
            fingerprint: finding.fingerprint(),
            base: judged.base,
            head: judged.head,
            message: finding.message.clone(),
        }
    });
    let file = File {
        version: File::VERSION,
        findings: accepted.collect(),
        reason: words.reason.to_owned(),
        by: words.by.to_owned(),
        date: today.civil(),
        until: words.until.and_then(parse_date),
        emergency: words.emergency,
    };
    serde_yaml::to_string(&file).expect("texts, dates and lists can be written as YAML")
}
