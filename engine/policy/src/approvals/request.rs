//! The file by which an approval is asked for, ready to be committed and signed.

use std::collections::BTreeMap;

use findings::{Finding, Judged, digest};
use source::Change;

use super::covering::{judged, workspace};
use super::file::{Accepted, File};
use super::{Approvals, Deltas, FOLDER};
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

/// An approval that is ready but for a person's words.
#[derive(Clone, Debug)]
pub struct Request<'f> {
    /// Where it belongs, from the root.
    pub file: String,
    /// The kind of finding that it is for, where the policy asks particular people.
    pub kind: Option<String>,
    /// Who may approve it, as words.
    pub who: String,
    /// What it accepts.
    pub findings: Vec<&'f Finding>,
    /// The file itself.
    pub text: String,
}

impl Approvals {
    /// The approvals that these findings need: one for each kind that the policy asks particular people about, and one for
    /// the rest. What nobody can approve is left out, save in an emergency.
    pub fn requests<'f>(
        &self,
        findings: &[&'f Finding],
        change: &Change,
        today: Today,
        words: &Words<'_>,
    ) -> Vec<Request<'f>> {
        let mut groups: BTreeMap<Option<String>, Vec<&'f Finding>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| finding.rule.is_approvable() || words.emergency) {
            let kinds = self.kinds_of(finding, change);
            let named: Vec<Option<String>> =
                if kinds.is_empty() { vec![None] } else { kinds.into_iter().map(Some).collect() };
            named.into_iter().for_each(|kind| groups.entry(kind).or_default().push(finding));
        }
        let request = |(kind, findings): (Option<String>, Vec<&'f Finding>)| Request {
            file: file_of(&findings, kind.as_deref()),
            who: self.who_of(kind.as_slice()),
            text: request_for(&findings, change, today, words),
            kind,
            findings,
        };
        groups.into_iter().map(request).collect()
    }
}

/// A name that says what it is about and does not collide: the first rule, and a digest of all fingerprints. What is
/// accepted in parts is accepted more than once, so that the parts belong to the name.
fn file_of(findings: &[&Finding], kind: Option<&str>) -> String {
    let parts =
        |finding: &Finding| -> String { finding.deltas.iter().map(|delta| delta.digest.as_str()).collect() };
    let all: String = findings.iter().map(|finding| finding.fingerprint() + &parts(finding)).collect();
    let rule = findings.first().map_or("nothing", |finding| finding.rule.id);
    let folder = kind.map(|kind| format!("{kind}/")).unwrap_or_default();
    format!("{FOLDER}/{folder}{rule}-{}.yaml", &digest(all.as_bytes())[..8])
}

/// The text of an approval of these findings. The bytes are what `ssh-keygen -Y sign` signs. A date that is none is
/// left out.
pub fn request_for(findings: &[&Finding], change: &Change, today: Today, words: &Words<'_>) -> String {
    // A file with thousands of findings is read once.
    let mut of_files: BTreeMap<&str, Judged> = BTreeMap::new();
    let accepted = findings.iter().map(|finding| {
        let judged = match finding.file().filter(|_| finding.judged.is_none()) {
            Some(file) => of_files.entry(file).or_insert_with(|| judged(finding, change)).clone(),
            None => judged(finding, change),
        };
        Accepted {
            rule: finding.rule.id.to_owned(),
            fingerprint: finding.fingerprint(),
            base: judged.base,
            head: judged.head,
            message: finding.message.clone(),
            deltas: Deltas::of(finding),
        }
    });
    let file = File {
        version: File::VERSION,
        workspace: workspace(change).to_owned(),
        findings: accepted.collect(),
        reason: words.reason.to_owned(),
        by: words.by.to_owned(),
        date: today.civil(),
        until: words.until.and_then(parse_date),
        emergency: words.emergency,
    };
    serde_yaml::to_string(&file).expect("texts, dates and lists can be written as YAML")
}
