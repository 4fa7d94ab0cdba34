//! Helpers that are there already under another name, as a rule finds them.

use findings::Status;

use super::Block;
use crate::gate::Judgement;
use crate::review::evidence::place;

/// The rule that finds them.
const RULE: &str = "duplicate-helper";

/// The findings of the rule; nothing at all where this version has no such rule.
pub(super) fn block(judgement: &Judgement) -> Option<Block> {
    let is_known = crate::house::rules().iter().any(|rule| rule.id == RULE);
    let found = judgement.report.findings.iter().filter(|judged| judged.finding.rule.id == RULE);
    let found = found.filter(|judged| judged.status == Status::New).map(|judged| {
        let at = judged.finding.location.as_ref().map(|at| format!(" (`{}`)", place(at)));
        format!("{}{}", judged.finding.message, at.unwrap_or_default())
    });
    let lines: Vec<String> = found.collect();
    let looked = format!("by the rule `{RULE}`");
    (is_known || !lines.is_empty()).then(|| Block::of("duplicates", "Duplicate helpers", lines, looked))
}
