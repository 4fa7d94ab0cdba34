//! Policy and signers that ask for less.

use ::policy::approvals::{AllowedSigners, REVOKED_FILE, SIGNERS_FILE};
use ::policy::{Difference, Document, Effect, POLICY_FILE, Settings, differences};
use findings::{Finding, Location, rule};
use source::{ChangeKind, FileChange, Tree};

use crate::Scene;
use crate::evidence::{HELP_OTHER, short, side_by_side};
use crate::rules::Check;
use crate::scene::base_path;
use crate::signers::{released, widened};

rule! {
    /// A key of `gatefold.yaml` that lets more pass than the base's does, a policy that is gone, a policy in a folder below
    /// that the base does not list, a key in `approvals/allowed_signers` that the base does not trust, and one that
    /// `approvals/revoked_keys` no longer names; also such a list that cannot be read any more, since then no signature
    /// counts. The place of a crate or module that head no longer has may go, and where it was renamed its new name must
    /// stand in the same list. Keys that are taken out, revoked or narrowed are silent.
    ///
    /// ## Why it hurts
    /// The judge comes from the base, so the loosening does not help the change that brings it. It helps every one after
    /// it, and none of those shows it.
    ///
    /// ## Example
    /// ```base yaml gatefold.yaml
    /// levels:
    ///   test-deleted: error
    /// ```
    /// ```head yaml gatefold.yaml bad
    /// levels:
    ///   test-deleted: warning #~
    /// ```
    ///
    /// ## Instead
    /// Loosen in a change of its own, with the reason, and have it approved. Tightening takes effect at once.
    /// ```base yaml gatefold.yaml
    /// levels:
    ///   test-narrowed: warning
    /// ```
    /// ```head yaml gatefold.yaml good
    /// # Asked for by the platform team.
    /// levels:
    ///   test-narrowed: error
    /// ```
    pub static POLICY_LOOSENED = {
        id: "policy-loosened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds changes of the policy that let more pass",
    };
}

pub(super) static CHECK: Check = Check { rule: &POLICY_LOOSENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let policies = &scene.policies;
    for difference in differences(policies.base, policies.head, policies.schema, policies.rules) {
        if difference.effect != Effect::Loosens || (policies.spoke_of_nothing)(&difference) {
            continue;
        }
        findings.push(of_difference(&difference));
    }
    nested(scene, findings);
    signers(scene, findings);
}

/// The finding of one difference that loosens, as an approval of it covers it.
pub(crate) fn of_difference(difference: &Difference) -> Finding {
    let said = |text: &Option<String>| {
        text.as_deref().map_or_else(|| "nothing".to_owned(), |text| format!("`{}`", short(text)))
    };
    let message = match difference.path == POLICY_FILE {
        true => "the policy is gone".to_owned(),
        false if difference.after.is_none() => format!(
            "the policy lets more pass: `{}` lost {}",
            short(&difference.path),
            said(&difference.before)
        ),
        false => format!(
            "the policy lets more pass: `{}` is {} and was {}",
            short(&difference.path),
            said(&difference.after),
            said(&difference.before)
        ),
    };
    let text = |side: &Option<String>| side.clone().unwrap_or_default();
    let line = |side: &Option<String>| {
        side.as_ref().map_or_else(String::new, |text| format!("{}: {text}", difference.path))
    };
    Finding::new(&POLICY_LOOSENED, difference.location.clone(), message)
        .help(HELP_OTHER)
        .note(side_by_side(&line(&difference.before), &line(&difference.after)))
        .fact(&difference.path)
        .fact(text(&difference.before))
        .fact(text(&difference.after))
        .judged(text(&difference.before), text(&difference.after))
}

/// A policy below the root that the outer one's base does not list.
fn nested(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let listed = |document: &Document| {
        Settings::read(document).map(|settings| settings.workspaces).unwrap_or_default()
    };
    let known = listed(scene.policies.base);
    for file in
        scene.change.files.iter().filter(|file| matches!(file.kind, ChangeKind::Added | ChangeKind::Renamed))
    {
        let Some(folder) = file.path.strip_suffix(POLICY_FILE).and_then(|path| path.strip_suffix('/')) else {
            continue;
        };
        if scene.policies.base.exists() && !known.iter().any(|workspace| workspace == folder) {
            let message = format!(
                "`{folder}` gets a policy of its own, and the base does not list it under `workspaces`"
            );
            findings.push(
                Finding::new(&POLICY_LOOSENED, Location::file(&file.path), message)
                    .help(HELP_OTHER)
                    .fact("nested policy"),
            );
        }
    }
}

/// Keys that the base does not trust, and keys that it does not trust any more. A key that is gone tightens, as does one
/// that is revoked.
fn signers(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for file in &scene.change.files {
        let message = match base_path(file) {
            SIGNERS_FILE => signed_by(scene, file),
            REVOKED_FILE => {
                let bytes = |tree: &Tree, path: &str| tree.read(path).unwrap_or_default();
                released(&bytes(scene.base, REVOKED_FILE), &bytes(&scene.change.head, REVOKED_FILE))
            }
            _ if file.path == SIGNERS_FILE => signed_by(scene, file),
            _ => None,
        };
        let Some(message) = message else { continue };
        let text = |tree: &Tree, path: &str| tree.text(path).unwrap_or_default();
        let (before, after) = (text(scene.base, base_path(file)), text(&scene.change.head, &file.path));
        let help = match is_first_key(scene) && file.path == SIGNERS_FILE {
            true => HELP_FIRST_KEY,
            false => HELP_OTHER,
        };
        findings.push(
            Finding::new(&POLICY_LOOSENED, Location::file(&file.path), message)
                .help(help)
                .note(side_by_side(&before, &after))
                .fact("allowed signers")
                .judged(&*before, &*after),
        );
    }
}

/// What helps where no key is trusted yet, so that none can let the first one pass.
const HELP_FIRST_KEY: &str = "bring the first key in the change that brings `gatefold.yaml`, or while that says `mode: observe`; \
     later a person who may merge past the gate compares the key with its owner's, and merges it in a change of its own";

/// Whether the base trusts no key.
fn is_first_key(scene: &Scene<'_>) -> bool {
    let text = scene.base.text(SIGNERS_FILE).unwrap_or_default();
    AllowedSigners::parse(&text).entries.is_empty()
}

/// What the list of signers at head trusts that the base's does not.
fn signed_by(scene: &Scene<'_>, file: &FileChange) -> Option<String> {
    let text = |tree: &Tree| tree.text(SIGNERS_FILE).unwrap_or_default();
    match file.kind {
        ChangeKind::Removed => Some("the list of allowed signers is gone".to_owned()),
        ChangeKind::Renamed if file.path != SIGNERS_FILE => {
            Some("the list of allowed signers is gone".to_owned())
        }
        ChangeKind::Added if !scene.policies.base.exists() => None,
        _ => {
            let (before, after) = (text(scene.base), text(&scene.change.head));
            let unfinished = || source::conflict(&after).map(|(_, message)| message);
            let unread = |message| format!("who may sign approvals cannot be told: {message}");
            widened(&before, &after).map(|message| unfinished().map_or(message, unread))
        }
    }
}
