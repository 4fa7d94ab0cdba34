//! What a person can do to let pass what blocks: for the report, and for every finding of integrity; and the name by which
//! the commands in findings call Gatefold.

use std::collections::BTreeSet;

use findings::{Finding, Request, Status};
use policy::approvals::Words;
use policy::{AWAITS_APPROVAL, Judged, Mode};

use crate::scene::Scene;
use crate::surroundings;

/// The most fingerprints that a command names; beyond, it names rules.
const IDS: usize = 4;

/// How the note begins that says of a finding when its exception counts.
const COUNTS_ONCE: &str = "its exception counts only once it is approved";

/// Tells at each finding that blocks who may approve it and how, where integrity found it or an exception waits for that, and
/// at every one that blocks why an approval that names it does not count.
pub(crate) fn tell(scene: &Scene, judged: &mut Judged) {
    for judged in judged.findings.iter_mut().filter(|judged| judged.blocks()) {
        let refused: Vec<String> = scene
            .approvals
            .not_covering(&judged.finding, &scene.change)
            .into_iter()
            .map(|(file, why)| format!("`{file}` names this finding and does not count: {why}"))
            .collect();
        let mut finding = judged.finding.clone();
        for text in refused {
            finding = finding.note(text);
        }
        let is_idle = only_observes(scene) && scene.approvals.why_nobody_can().is_some();
        let is_excepted = finding.notes.iter().any(|note| note.text == AWAITS_APPROVAL);
        if (finding.rule.guard == "integrity" || is_excepted) && !is_idle {
            let who = scene.approvals.who(&finding, &scene.change);
            let how = match can_be_approved(scene, &finding) {
                true => format!(": `{}`", command(scene, &[&finding])),
                false => String::new(),
            };
            finding = finding.note(match is_excepted {
                true => format!("{COUNTS_ONCE} by {who}{how}"),
                false => format!("it may be approved by {who}{how}"),
            });
        }
        judged.finding = finding;
    }
}

/// When the exception of a finding counts that is in the code and does not yet.
pub(crate) fn of_exception(finding: &Finding) -> Option<&str> {
    finding.notes.iter().map(|note| note.text.as_str()).find(|text| text.starts_with(COUNTS_ONCE))
}

/// Puts the name by which Gatefold is called here into what findings advise, where rules write that of the alias. Their
/// evidence quotes the judged tree, and stays as it is; so do their identities.
pub(crate) fn call_by_its_name(scene: &Scene, judged: &mut Judged) {
    let program = scene.called();
    for help in judged.findings.iter_mut().filter_map(|judged| judged.finding.help.as_mut()) {
        *help = surroundings::called(help, &program);
    }
}

/// The approvals that would let pass what blocks; none where the policy only observes, since nothing does.
pub(crate) fn of(scene: &Scene, judged: &Judged) -> Vec<Request> {
    if only_observes(scene) {
        return Vec::new();
    }
    let blocking: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|judged| judged.status == Status::New && judged.blocks())
        .map(|judged| &judged.finding)
        .collect();
    let requests =
        scene.approvals.requests(&blocking, &scene.change, scene.ask.today, &Words::default()).into_iter();
    let request = |request: policy::approvals::Request<'_>| Request {
        file: request.file,
        findings: request.findings.iter().map(|finding| finding.fingerprint()).collect(),
        by: request.who,
        command: match scene.approvals.why_nobody_can() {
            Some(_) => String::new(),
            None => command(scene, &request.findings),
        },
        text: request.text,
    };
    requests.map(request).collect()
}

fn only_observes(scene: &Scene) -> bool {
    scene.settings.mode == Mode::Observe
}

/// Whether somebody's approval would let a finding pass. Else a command that writes one is advice that leads nowhere.
pub(crate) fn can_be_approved(scene: &Scene, finding: &Finding) -> bool {
    finding.rule.is_approvable() && scene.approvals.why_nobody_can().is_none()
}

/// What writes an approval of these findings.
pub(crate) fn command(scene: &Scene, findings: &[&Finding]) -> String {
    // Findings that are alike have one name.
    let mut named = BTreeSet::new();
    let mut ids: Vec<String> =
        findings.iter().map(|finding| id(finding)).filter(|id| named.insert(id.clone())).collect();
    if ids.len() > IDS {
        let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        ids = rules.into_iter().map(str::to_owned).collect();
    }
    let sign = if scene.approvals.relies_on_the_forge() { "" } else { " --sign-with KEY" };
    let program = scene.called();
    format!("{program} approve {} --reason TEXT --by NAME{sign}", ids.join(" "))
}

/// As much of a fingerprint as a person types.
pub(crate) fn id(finding: &Finding) -> String {
    finding.fingerprint().chars().take(12).collect()
}
