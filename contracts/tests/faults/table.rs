//! The table of what was planted.

use crate::live::LiveFault;
use crate::plant::{Edit, Fault};

/// The table, by area.
pub(crate) fn of(planted: &[(&str, &[Fault])], live: &[LiveFault], honest: &[(&str, &[Edit])]) -> String {
    let count = planted.iter().map(|(_, faults)| faults.len()).sum::<usize>() + live.len();
    let mut text = format!(
        "<!-- Written by GATEFOLD_FAULTS_RECORD=1 cargo test -p gatefold-contracts --test faults. Edit \
         contracts/tests/faults instead. -->\n# Planted faults\n\n{count} faults, each planted by itself. Those of the static \
         tier stand in a copy of `templates/ranker` in memory: the rules\nthat fire are these and no others. Those of the live \
         tier are a stand-in's that answers over real gRPC: the rule fires for\nthe promise that is named. {} honest changes of \
         the same workspace pass.\n",
        honest.len()
    );
    for (area, faults) in planted {
        text.push_str(&format!("\n## {area}: static tier\n\n| fault | caught by |\n|---|---|\n"));
        for fault in *faults {
            let advises = if fault.advises { " (advises)" } else { "" };
            text.push_str(&format!("| {} | {}{advises} |\n", fault.what, rules(fault.caught_by)));
        }
    }
    text.push_str("\n## Services: live tier\n\n| fault | caught by | what says so |\n|---|---|---|\n");
    for fault in live {
        text.push_str(&format!("| {} | `{}` | {} |\n", fault.what, fault.caught_by, fault.promise));
    }
    text.push_str("\n## What passes\n\n");
    for (what, _) in honest {
        text.push_str(&format!("- {what}\n"));
    }
    text
}

fn rules(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
