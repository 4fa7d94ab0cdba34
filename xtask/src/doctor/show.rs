//! The examination as text for people and as JSON for programs.

use findings::render::text::one_line;
use serde::Serialize;

use super::{Entry, Examined, State};

/// A section a part, one line a thing, and below it what mends it.
pub(crate) fn human(examined: &Examined, colour: bool) -> String {
    let mut out = String::new();
    let mut area = "";
    for entry in &examined.entries {
        if entry.area != area {
            area = entry.area;
            let gap = if out.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{gap}{area}\n"));
        }
        out.push_str(&line(entry, colour));
    }
    out.push_str(&format!("\n{}\n", closing(&examined.entries)));
    out
}

fn line(entry: &Entry, colour: bool) -> String {
    let (word, paint) = match entry.state {
        State::Well => ("ok", "\u{1b}[32m"),
        State::NotNeeded => ("-", "\u{1b}[2m"),
        State::Mend => ("mend", "\u{1b}[33m"),
        State::Unseen => ("unseen", "\u{1b}[31m"),
    };
    let word = format!("{word:<6}");
    let word = if colour { format!("{paint}{word}\u{1b}[0m") } else { word };
    let mut out = format!("  {word}  {}: {}\n", one_line(&entry.what), one_line(&entry.said));
    for step in entry.mend.iter().flat_map(|mend| mend.lines()) {
        out.push_str(&format!("            {}\n", one_line(step)));
    }
    out
}

fn closing(entries: &[Entry]) -> String {
    let count = |state| entries.iter().filter(|entry| entry.state == state).count();
    match (count(State::Unseen), count(State::Mend)) {
        (0, 0) if !has_hooks(entries) => {
            "what is there is well, and no hooks of an agent's client are installed".to_owned()
        }
        (0, 0) => "all is well".to_owned(),
        (0, mend) => format!("to mend: {mend}"),
        (unseen, mend) => format!("could not be looked at: {unseen}; to mend: {mend}"),
    }
}

/// Whether a client asks the gate, or is meant to.
fn has_hooks(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.area.starts_with("hooks of") && entry.state != State::NotNeeded)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: &'static str,
    verdict: &'static str,
    root: String,
    from: String,
    entries: &'a [Entry],
}

/// `gatefold.doctor/1`.
pub(crate) fn json(examined: &Examined) -> String {
    let verdict = match examined.exit().code() {
        0 => "well",
        1 => "mend",
        _ => "could-not-look",
    };
    let document = Document {
        schema: "gatefold.doctor/1",
        tool: env!("CARGO_PKG_VERSION"),
        verdict,
        root: examined.root.display().to_string(),
        from: examined.here.display().to_string(),
        entries: &examined.entries,
    };
    let text = serde_json::to_string_pretty(&document).expect("texts can always be serialised");
    text + "\n"
}
