//! When a session begins: the rule card, and what the tree holds before the agent's first step.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use golden::Policy as Golden;
use policy::{Document, Mode, POLICY_FILE, PolicyError, Settings};

use super::answer::{Answer, Verdict};
use super::event::Event;
use super::memory::{self, Memory};
use super::touched::Found;
use super::{before, look, root, settings, witness, words};
use crate::{gated, house};

/// The most characters of the card.
const MOST: usize = 1_500;

/// Remembers the tree as it is, and tells a session its rules. An agent inside a session has heard them from the one that
/// sent it, and has its own task.
pub(crate) fn answer(event: &Event, agent: bool) -> Answer {
    // Where nobody says which agent, it is the session, which began before.
    let agent = agent && event.speaker.agent.is_some();
    if !agent {
        memory::forget_old(&event.folder);
    }
    let Some(root) = root::around(&event.folder) else { return Answer::nothing() };
    let mut memory = Memory::recall(event);
    // A session that goes on, after its context was made shorter for instance, began long ago.
    if agent || !memory.has_begun() {
        begin(&mut memory, &root, &event.folder);
        // That of an agent is its session's: meanwhile the base may have been moved.
        if !agent {
            memory.observes = observing_top(&event.folder);
            witness::keep(event);
        }
        memory::keep_tips(event);
        memory.settings = settings::around(&root);
        memory.keep(event);
    }
    let roots = root::outermost(&event.folder, Some(&memory.policies));
    match agent || roots.is_empty() {
        true => Answer::nothing(),
        false => Verdict::Context(card(&roots, &event.folder, memory.observes.is_some())).into(),
    }
}

/// What differs from the base now was there before, and so was what keeps everybody from looking.
fn begin(memory: &mut Memory, root: &Path, folder: &Path) {
    let change = match look::open(root) {
        Ok(scene) => scene.change,
        Err(failed) => {
            memory.cannot_look_yet(&failed);
            let surroundings = source::Surroundings::default();
            // The policy may be what cannot be read.
            match source::open(root, &source::BaseRequest::Default, &surroundings) {
                Ok(change) => change,
                Err(_) => return,
            }
        }
    };
    let found = Found::of(root, &change);
    memory.contents = found.contents();
    memory.policies = gated::of_both(&change);
    memory.began.insert(found.folder.clone(), found.stamps.clone());
    let standing = source::standing(root, &change).ok().flatten();
    memory.began_on.extend(standing.map(|commit| (found.folder.clone(), commit)));
    memory.passed = Some(found.state.clone());
    memory.saw(&found, &change);
    let others = root::outermost(folder, Some(&memory.policies)).into_iter().filter(|other| other != root);
    for other in others {
        let policy = other.join(POLICY_FILE);
        if found.differs_below(&policy) || read(&other).is_err() {
            look::open(&other).err().inspect(|failed| memory.cannot_look_yet(failed));
        }
    }
}

/// The top of a checkout in which every policy that judges lets everything through.
fn observing_top(folder: &Path) -> Option<String> {
    let top = gated::top(folder)?;
    let roots = root::with_listed(&root::outermost(top, None));
    let all = !roots.is_empty() && roots.iter().all(|root| only_observes(root));
    all.then(|| top.to_str().map(str::to_owned)).flatten()
}

/// Whether the policy that judges lets everything through. A mode that only the working tree has is none: what an agent
/// wrote into the policy does not count before somebody approved it.
fn only_observes(root: &Path) -> bool {
    before::says_observe(root)
        && look::open(root).is_ok_and(|scene| {
            let settings = &scene.settings;
            settings.mode == Mode::Observe || settings.observe.iter().any(|guard| guard == "integrity")
        })
}

/// The policy of a root as it stands on the disk; where there is none, nothing is decided.
fn read(root: &Path) -> Result<Document, PolicyError> {
    let text = source::read_regular_text(&root.join(POLICY_FILE)).unwrap_or_default();
    Document::parse(POLICY_FILE, &text, &house::SCHEMA)
}

/// The rules in short, as the policies of the tree have them, and whether nothing is denied.
fn card(roots: &[PathBuf], folder: &Path, denies_nothing: bool) -> String {
    let mut policies = Vec::new();
    for root in roots {
        match read(root) {
            Ok(document) => policies.push((name(root), document)),
            Err(error) => {
                return shortened(
                    format!(
                        "gatefold judges changes {}, but its policy cannot be read: {error}",
                        place(&[name(root)])
                    ),
                    MOST,
                );
            }
        }
    }
    let names: Vec<String> = policies.iter().map(|(name, _)| name.clone()).collect();
    // Who stands in what is judged, all of it, need not be told where that is.
    let (every, place) = match roots {
        [root] if look::is_around(root, folder) => ("every change", "here".to_owned()),
        [_] => ("every change", place(&names)),
        _ => ("every change, by the policy of its folder,", place(&names)),
    };
    let commands: Vec<String> = roots.iter().map(|root| look::command(root, folder)).collect();
    let program = commands.first().and_then(|command| command.split(" gate").next()).unwrap_or("gatefold");
    let protected = protected(policies.iter().map(|(_, document)| document));
    let mut card = format!(
        "gatefold judges {every} {place}: after each edit, before you end, and in CI. Only what a change brings counts, \
         not what the base has already.\n\
         Run the gate: {}. What a rule wants: `{program} explain ID`.\n\
         Protected, written by people only: {protected}. Approvals, too: if something must be accepted as it is, say so in \
         your last message.\n",
        words::commands(&commands)
    );
    let observing = roots.iter().zip(&policies).filter(|(root, (_, policy))| observes(root, policy));
    let observing: Vec<String> = observing.map(|(_, (name, _))| name.clone()).collect();
    match observing.len() {
        0 => {}
        some if some == roots.len() && denies_nothing => card.push_str(
            "The policy only observes: what would be denied, or send you back, you are told, and it stops nothing.\n",
        ),
        _ => {
            let there = self::place(&observing);
            card.push_str(&format!("The policy {there} only observes: what is found there you are told, and it stops nothing.\n"));
        }
    }
    for (at, (name, document)) in policies.iter().enumerate() {
        let whose = if policies.len() == 1 { String::new() } else { format!(" of `{name}`") };
        let room = MOST.saturating_sub(card.chars().count()) / (policies.len() - at);
        if let Ok(policy) = document.section::<arch::Policy>(arch::SECTION.name) {
            card.push_str(&layers(&policy, &whose, room));
        }
    }
    shortened(card, MOST)
}

/// Whether findings below a root block nothing, as the policy says and the base's, if it has one. A mode that only an
/// approval brings is not looked for.
fn observes(root: &Path, policy: &Document) -> bool {
    let says =
        |policy: &Document| Settings::read(policy).is_ok_and(|settings| settings.mode == Mode::Observe);
    let base_says = || {
        let origin = source::origin(root).ok()??;
        let text = origin.text(&Path::new(origin.prefix()).join(POLICY_FILE).to_string_lossy())?;
        let (base, _) = Document::parse_base(POLICY_FILE, &text, &house::SCHEMA).ok()?;
        Some(says(&base))
    };
    says(policy) && base_says().unwrap_or(true)
}

/// A root by its path from the top of the checkout.
fn name(root: &Path) -> String {
    let below =
        gated::top(root).and_then(|top| root.strip_prefix(top).ok()).filter(|path| *path != Path::new(""));
    below.map_or_else(|| ".".to_owned(), |path| path.display().to_string())
}

/// Where is judged, in words.
fn place(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| format!("`{}`", shortened(name.clone(), 60))).collect();
    match names.len().saturating_sub(SHOWN) {
        0 if names == ["."] => "here".to_owned(),
        0 => format!("in {}", shown.join(", ")),
        more => format!("in {} and {more} more folders", shown.join(", ")),
    }
}

/// The layers from the top, with as much as there is room for: why, else their members, else their names.
fn layers(policy: &arch::Policy, whose: &str, room: usize) -> String {
    if policy.layers.is_empty() {
        return String::new();
    }
    let head = format!("Architecture{whose}, from the top; a layer uses only those below it:\n");
    let written = |how: &dyn Fn(&arch::Layer) -> String| {
        policy.layers.iter().fold(head.clone(), |text, layer| text + &how(layer))
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
            "The architecture{whose} has {} layers: `arch.layers` in {POLICY_FILE}.\n",
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
fn protected<'d>(documents: impl Iterator<Item = &'d Document>) -> String {
    let mut text = format!(
        "what loosens {POLICY_FILE}, approvals/allowed_signers and signatures, committed snapshots, CI, CODEOWNERS, git \
         hooks, the settings of these hooks, the judge's own crate"
    );
    let (mut records, mut globs) = (false, BTreeSet::new());
    for document in documents {
        records |= !document.section::<Golden>("golden").unwrap_or_default().corpora.is_empty();
        globs.extend(Settings::read(document).unwrap_or_default().protected);
    }
    if records {
        text.push_str(", recorded rankings");
    }
    for glob in globs.into_iter().take(8) {
        let _ = write!(text, ", {}", shortened(glob, 60));
    }
    text
}

fn shortened(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 3).collect::<String>() + " ..",
        None => text,
    }
}
