//! Which caller breaks: what protos, scenarios, metrics and cost promise to those who use them.

use crate::review::answer::{Answer, Standing};
use crate::review::look::{Looked, counted};
use crate::review::questions::{Question, blocking, lines};
use crate::review::seen::Seen;
use crate::review::wording::{many, nobody, things};

/// What the live tier counts where it asks a service for what it promises.
const ASKED: [&str; 5] = ["scenarios", "properties", "deadlines", "robustness", "replayed rows"];

pub(super) fn answer(seen: &Seen<'_>) -> Answer {
    let report = &seen.judgement.report;
    let lines = lines(report, Question::Callers);
    let unseen = unseen(seen);
    let (standing, short, says) = match (lines.len(), unseen.is_empty()) {
        (0, true) => (Standing::Nothing, "None".to_owned(), format!("none: {}", looked(seen))),
        (0, false) => {
            let known = looked(seen);
            let short = if known.is_empty() { "Nobody looked" } else { "None known" };
            let known = if known.is_empty() { known } else { format!("none known: {known}; ") };
            (Standing::Unseen, short.to_owned(), format!("{known}{}", unseen.join("; ")))
        }
        (count, _) => {
            let block = blocking(&lines);
            let standing = if block > 0 { Standing::Blocks } else { Standing::Told };
            let mut says = vec![match block {
                0 => format!("{} to read, none of which blocks", things(count, "promise")),
                block => format!("{} broken", things(block, "promise")),
            }];
            says.extend(consumers(seen));
            says.extend(unseen);
            let short = if block > 0 { format!("{block} broken") } else { format!("{count} to read") };
            (standing, short, says.join("; "))
        }
    };
    Answer { anchor: "callers", question: "Which caller breaks?", standing, short, says, lines }
}

/// What nobody looked at, as clauses.
fn unseen(seen: &Seen<'_>) -> Vec<String> {
    let report = &seen.judgement.report;
    let mut list = Vec::new();
    let has_base = seen.judgement.scene.change.base.is_some();
    let of_live = ASKED.iter().any(|name| counted(report, "contracts", name) > 0);
    if report.tier.is_static() {
        match Looked::at_any(report, "contracts", &["protos", "models", "experiments", "metrics"]) {
            Looked::Not { why, .. } => list.push(nobody("contracts", &why)),
            Looked::At(_) if !has_base => {
                list.push("nobody compared the protos: there is no base".to_owned());
            }
            Looked::At(_) if counted(report, "contracts", "protos") == 0 => {
                list.push("nobody looked at an interface: there are no protos".to_owned());
            }
            Looked::At(_) => {}
        }
    } else if !of_live {
        let run = report.guards.iter().find(|run| run.guard == "contracts");
        let why = match Looked::of(run) {
            Looked::Not { why, .. } => why,
            Looked::At(_) => "it asked no service".to_owned(),
        };
        list.push(nobody("contracts", &why));
    } else {
        list.push("nobody compared the protos (the static tier did not run)".to_owned());
    }
    if report.tier.is_static() && !of_live && !seen.code.is_empty() && list.is_empty() {
        list.push(match report.tier.is_live() {
            true => "nobody asked the services: there are no scenarios".to_owned(),
            false => "nobody asked the services (the live tier did not run)".to_owned(),
        });
    }
    list
}

/// What was looked at, as a clause; empty where nothing was.
fn looked(seen: &Seen<'_>) -> String {
    let report = &seen.judgement.report;
    let mut parts = Vec::new();
    let has_base = seen.judgement.scene.change.base.is_some();
    match counted(report, "contracts", "protos") {
        0 => {}
        _ if !has_base => {}
        count => {
            parts.push(format!("{} keep what the base's promised", many(count, "proto")));
            parts.extend(consumers(seen));
        }
    }
    for name in ASKED {
        match counted(report, "contracts", name) {
            0 => {}
            count => parts.push(format!("{count} {name} hold")),
        }
    }
    parts.join(", ")
}

fn consumers(seen: &Seen<'_>) -> Option<String> {
    match counted(&seen.judgement.report, "contracts", "consumer files") {
        0 => None,
        count => Some(format!("{} read", many(count, "consumer file"))),
    }
}
