//! A range as Markdown.

use findings::render::markup::prose;

use super::List;

/// Landings that are written out; JSON has all of them.
const LANDINGS: usize = 100;

/// The list.
pub(crate) fn markdown(list: &List) -> String {
    let mut out = format!("## {}\n\n", prose(&list.headline()));
    let ends = format!("base {} .. head {}, newest first", list.base.shown(), list.head.shown());
    out.push_str(&format!("{}\n", prose(&ends)));
    if !list.landed.is_empty() {
        out.push('\n');
    }
    for landed in list.landed.iter().take(LANDINGS) {
        out.push_str(&format!("- {}\n", prose(&landed.line())));
        out.extend(landed.details().iter().map(|line| format!("  - {}\n", prose(line))));
    }
    if list.landed.len() > LANDINGS {
        out.push_str(&format!("- and {} older (`--format json` has them)\n", list.landed.len() - LANDINGS));
    }
    out
}
