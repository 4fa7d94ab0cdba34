//! What a change does to the architecture, in a sentence and a picture.

use arch::picture::{By, Changes, Picture, Side};
use findings::{Finding, Outcome, Status};

use crate::gate::Judgement;

/// Nodes of a picture that stands among other things to read.
const NODES: usize = 30;

/// What a change does to the architecture.
pub(crate) struct Change {
    /// What came and what went.
    pub(crate) said: String,
    /// Only what changed, and what breaks a rule that it did not break at the base; `None` where nothing did.
    pub(crate) picture: Option<Picture>,
}

/// What the change does to the architecture; `None` where that was not looked at, or there is nothing to compare with.
pub(crate) fn change(judgement: &Judgement) -> Option<Change> {
    let scene = &judgement.scene;
    let looked = |outcome| matches!(outcome, Outcome::Clean | Outcome::Findings);
    if !judgement.report.guards.iter().any(|run| run.guard == "arch" && looked(run.outcome)) {
        return None;
    }
    let policy: arch::Policy = scene.effective.section("arch").ok()?;
    let (head, base) = (Side { code: scene.head_code() }, Side { code: scene.base_code()? });
    let fresh: Vec<&Finding> = judgement
        .report
        .findings
        .iter()
        .filter(|judged| judged.finding.rule.guard == "arch" && judged.status == Status::New)
        .map(|judged| &judged.finding)
        .collect();
    let draw = |by| Picture::of(head, Some(base), &policy, by, fresh.iter().copied()).ok();
    let (crates, modules) = (draw(By::Crate)?, draw(By::Module)?);
    let said = said(crates.changes(), modules.changes());
    let [crates, modules] = [crates, modules].map(|picture| picture.only_changes());
    // What is against the policy inside one crate is seen among modules only.
    let broken = |picture: &Picture| picture.edges.iter().any(|edge| !edge.violates.is_empty());
    let is_within = broken(&modules) && !broken(&crates);
    let drawn =
        if crates.edges.is_empty() && crates.nodes.is_empty() || is_within { modules } else { crates };
    let picture = (!drawn.nodes.is_empty()).then(|| drawn.folded(NODES));
    Some(Change { said, picture })
}

fn said(crates: Changes, modules: Changes) -> String {
    if crates.none() && modules.none() {
        return "no crate, no module and no edge between them came or went".to_owned();
    }
    let part = |noun: &str, added: usize, removed: usize| {
        (added + removed > 0).then(|| format!("{noun} +{added} −{removed}"))
    };
    let parts = [
        part("crates", crates.nodes_added, crates.nodes_removed),
        part("edges between crates", crates.edges_added, crates.edges_removed),
        part("modules", modules.nodes_added, modules.nodes_removed),
        part("edges between modules", modules.edges_added, modules.edges_removed),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What the change does to the architecture as the last section of a Markdown page.
pub(crate) fn summary(judgement: &Judgement) -> String {
    change(judgement).map(|change| format!("\n### Architecture\n\n{}", fenced(&change))).unwrap_or_default()
}

/// The sentence, and the picture where forges draw it.
pub(crate) fn fenced(change: &Change) -> String {
    let picture = change.picture.as_ref().map(|picture| format!("\n```mermaid\n{}```\n", picture.mermaid()));
    format!("{}\n{}", change.said, picture.unwrap_or_default())
}
