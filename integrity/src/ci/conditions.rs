//! Conditions of steps, jobs and commands: which of them let as much run as before.

use super::Job;

/// Whether what ran without this condition still runs under it, wherever a change is judged.
pub(super) fn is_harmless(condition: &str, base: &Job) -> bool {
    let plain = plain(condition);
    let says = |text: &str| plain.contains(text);
    // To let it run after a failure.
    let anyway = runs_anyway(condition) > 0 || plain == "success()";
    // What skips a queue lets everything in it be merged.
    let change = says("github.event_name=='pull_request'") && (!base.queued || says("merge_group"))
        || says("github.event_name!='schedule'")
        || says("!='push'");
    (anyway || change) && !says("&&") || plain.split("&&").all(|part| holds_over_matrix(part, base))
}

/// Whether `matrix.os == 'ubuntu'` holds for every entry that the base had.
fn holds_over_matrix(part: &str, base: &Job) -> bool {
    let Some(rest) = part.strip_prefix("matrix.") else { return false };
    let (key, wanted, equal) = match (rest.split_once("=="), rest.split_once("!=")) {
        (Some((key, value)), _) => (key, value, true),
        (_, Some((key, value))) => (key, value, false),
        _ => return false,
    };
    let wanted = wanted.trim_matches(['\'', '"']);
    let values = base.matrix.get(key).map(Vec::as_slice).unwrap_or_default();
    match values {
        // An entry that the base did not have is more.
        [] => !base.matrix.contains_key("include"),
        values if equal => values.iter().all(|value| value == wanted),
        values => !values.iter().any(|value| value == wanted),
    }
}

/// How surely a job runs under this condition after another one failed: 2 always does, 1 does unless the run is
/// cancelled, and 0 may be skipped. Only what stands between `||` on its own is sure.
pub(super) fn runs_anyway(condition: &str) -> u8 {
    let plain = plain(condition);
    let parts: Vec<&str> = plain.split("||").collect();
    let whole = |part: &&str| {
        let count = |c: char| part.matches(c).count();
        count('(') == count(')') && count('\'') % 2 == 0
    };
    let has = |name: &str| parts.contains(&name);
    match parts.iter().all(whole) {
        true if has("always()") => 2,
        true if has("!cancelled()") => 1,
        true if has("failure()") && (has("cancelled()") || has("success()")) => 1,
        _ => 0,
    }
}

/// Whether a condition is the other with something more to ask.
pub(super) fn asks_more(was: &str, now: &str) -> bool {
    let (was, now) = (plain(was), plain(now));
    if was == now {
        return false;
    }
    let more = |start: &str| now.strip_prefix(start).is_some_and(|rest| rest.starts_with("&&"));
    if more(&was) || more(&format!("({was})")) {
        return true;
    }
    let parts: Vec<&str> = now.split("&&").collect();
    let before: Vec<&str> = was.split("&&").collect();
    !now.contains("||") && before.iter().all(|part| parts.contains(part)) && parts.len() > before.len()
}

/// Without white space and the brackets of an expression.
pub(super) fn plain(condition: &str) -> String {
    let plain: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
    let inside = plain.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    inside.map_or(plain.clone(), str::to_owned)
}
