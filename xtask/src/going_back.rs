//! Going back is always open: a change that only undoes what the default branch did within the policy's window is not
//! held up by what the earlier state was.

use findings::{JudgedFinding, Level, Status};
use policy::Judged;

use crate::failure::Failure;
use crate::scene::Scene;

/// Lets findings go that an earlier state of the default branch had. Breaking protos stay in sight, since callers are
/// met by them all the same; what only a running service shows, and what could not be read, is not let go.
pub(crate) fn let_go(scene: &Scene, judged: &mut Judged) -> Result<(), Failure> {
    if !judged.findings.iter().any(blocks) {
        return Ok(());
    }
    let since = scene.ask.today.days_before(scene.settings.revert_window_days);
    let Some(state) = source::undone(&scene.ask.root, &scene.change, since)? else { return Ok(()) };
    let state = &state[..12];
    for judged in judged.findings.iter_mut().filter(|judged| blocks(judged)) {
        if judged.finding.rule.guard == "contracts" {
            judged.finding.level = Level::Warning;
            judged.finding =
                judged.finding.clone().note(format!("the change goes back to {state}, which had it so"));
        } else {
            judged.status = Status::Known;
        }
    }
    judged.remarks.push(format!("the change goes back to {state}: what that state was does not block"));
    Ok(())
}

fn blocks(judged: &JudgedFinding) -> bool {
    let rule = judged.finding.rule;
    let of_code = match rule.guard {
        "lints" | "arch" | "integrity" => true,
        "contracts" => rule.id != "scenario-failed",
        "golden" => matches!(rule.id, "ranking-changed" | "request-changed" | "request-removed"),
        _ => false,
    };
    judged.status == Status::New
        && judged.finding.level == Level::Error
        && of_code
        && !rule.says_not_looked_at()
}
