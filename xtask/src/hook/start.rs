//! When a session begins: the rule card, and what the tree holds before the agent's first step.

use std::fmt::Write;
use std::path::Path;

use golden::Policy as Golden;
use policy::{Document, POLICY_FILE, Settings};

use super::answer::{Answer, Verdict};
use super::event::Event;
use super::memory::{self, Memory};
use super::touched::Found;
use super::{look, root, settings};
use crate::house;

/// The most characters of the card.
const MOST: usize = 1_500;

/// Remembers the tree as it is, and tells a session its rules. An agent inside a session has heard them from the one that
/// sent it, and has its own task.
pub(crate) fn answer(event: &Event, agent: bool) -> Answer {
    if !agent {
        memory::forget_old(&event.folder);
    }
    let Some(root) = root::around(&event.folder) else { return Answer::nothing() };
    let mut memory = Memory::recall(event);
    // A session that goes on, after its context was made shorter for instance, began long ago.
    if agent || memory.state.is_none() {
        begin(&mut memory, &root);
        memory::keep_tips(event);
        memory.hooks = settings::hooks_around(&root);
        memory.keep(event);
    }
    if agent { Answer::nothing() } else { Verdict::Context(card(&root, &event.folder)).into() }
}

/// What differs from the base now was there before.
fn begin(memory: &mut Memory, root: &Path) {
    let surroundings = source::Surroundings::default();
    let Ok(change) = source::open(root, &source::BaseRequest::Default, &surroundings) else { return };
    let found = Found::of(root, &change);
    memory.contents = found.contents();
    memory.began.insert(found.folder.clone(), found.stamps.clone());
    memory.passed = Some(found.state.clone());
    memory.saw(&found, &change);
}

/// The rules in short, as the policy of the tree has them.
fn card(root: &Path, folder: &Path) -> String {
    let command = look::command(root, folder);
    let program = command.split(" gate").next().unwrap_or("gatefold");
    let text = source::read_regular_text(&root.join(POLICY_FILE)).unwrap_or_default();
    let (architecture, protected) = match Document::parse(POLICY_FILE, &text, &house::SCHEMA) {
        Ok(document) => (document.section::<arch::Policy>(arch::SECTION.name).ok(), protected(&document)),
        Err(error) => {
            return shortened(
                format!("gatefold judges changes here, but its policy cannot be read: {error}"),
                MOST,
            );
        }
    };
    let mut card = format!(
        "gatefold judges every change here: after each edit, before you end, and in CI. Only what a change brings counts, \
         not what the base has already.\n\
         Run the gate: `{command}`. What a rule wants: `{program} explain ID`.\n\
         Protected, written by people only: {protected}. Approvals, too: if something must be accepted as it is, say so in \
         your last message.\n"
    );
    if let Some(policy) = architecture {
        let room = MOST.saturating_sub(card.chars().count());
        card.push_str(&layers(&policy, room));
    }
    shortened(card, MOST)
}

/// The layers from the top, with as much as there is room for: why, else their members, else their names.
fn layers(policy: &arch::Policy, room: usize) -> String {
    if policy.layers.is_empty() {
        return String::new();
    }
    let head = "Architecture, from the top; a layer uses only those below it:\n";
    let written = |how: &dyn Fn(&arch::Layer) -> String| {
        policy.layers.iter().fold(head.to_owned(), |text, layer| text + &how(layer))
    };
    let names = |layer: &arch::Layer| format!("- {}\n", layer.name);
    let members = |layer: &arch::Layer| format!("- {}: {}\n", layer.name, layer.members.join(", "));
    let reasons =
        |layer: &arch::Layer| format!("- {}: {} ({})\n", layer.name, layer.members.join(", "), layer.because);
    let hows: [&dyn Fn(&arch::Layer) -> String; 3] = [&reasons, &members, &names];
    let mut text =
        hows.into_iter().map(written).find(|text| text.chars().count() <= room).unwrap_or_default();
    if text.is_empty() {
        return format!(
            "The architecture has {} layers: `arch.layers` in {POLICY_FILE}.\n",
            policy.layers.len()
        );
    }
    for (name, rule) in &policy.forbidden {
        let line = format!("- only some use {} ({name}): {}\n", rule.paths.join(", "), rule.because);
        if text.chars().count() + line.chars().count() <= room {
            text.push_str(&line);
        }
    }
    text
}

/// What a session must not write, in words.
fn protected(document: &Document) -> String {
    let mut text = format!(
        "what loosens {POLICY_FILE}, approvals/allowed_signers and signatures, committed snapshots, CI, CODEOWNERS, git \
         hooks, the settings of these hooks, the judge's own crate"
    );
    let golden: Golden = document.section("golden").unwrap_or_default();
    if !golden.corpora.is_empty() {
        text.push_str(", recorded rankings");
    }
    for glob in Settings::read(document).unwrap_or_default().protected.iter().take(8) {
        let _ = write!(text, ", {}", shortened(glob.clone(), 60));
    }
    text
}

fn shortened(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 3).collect::<String>() + " ..",
        None => text,
    }
}
