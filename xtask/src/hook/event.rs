//! What happened in a client, in the words of no client: a dialect decodes into it.

use std::path::PathBuf;

/// One event.
#[derive(Debug)]
pub(crate) struct Event {
    /// As the client calls it: an answer names it again.
    pub(crate) name: String,
    pub(crate) speaker: Speaker,
    /// What the person asked last, by the client's id for it; `None` where the client does not tell.
    pub(crate) prompt: Option<String>,
    /// Where the client writes down what is said, from when the session began.
    pub(crate) transcript: Option<PathBuf>,
    /// The folder that the agent stands in. In an isolated worktree this, not the project's folder, is the tree.
    pub(crate) folder: PathBuf,
    pub(crate) step: Step,
}

impl Event {
    /// The same event as if it came from another folder, if something may have been written there, too. What tools named
    /// themselves is told from where it came.
    pub(crate) fn seen_from(&self, folder: PathBuf) -> Option<Event> {
        let step = match &self.step {
            Step::After(calls) => Step::After(
                calls
                    .iter()
                    .map(|call| Call {
                        id: call.id.clone(),
                        writes_more: call.writes_more,
                        ..Call::default()
                    })
                    .collect(),
            ),
            Step::Stop { waits, again } => Step::Stop { waits: *waits, again: *again },
            _ => return None,
        };
        let (name, speaker, prompt) = (self.name.clone(), self.speaker.clone(), self.prompt.clone());
        Some(Event { name, speaker, prompt, transcript: None, folder, step })
    }
}

/// Whom a memory belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Speaker {
    pub(crate) session: String,
    /// The agent inside the session; `None` for the one that the person talks to.
    pub(crate) agent: Option<String>,
}

impl Speaker {
    /// The one that the person talks to.
    pub(crate) fn of_session(&self) -> Speaker {
        Speaker { agent: None, ..self.clone() }
    }
}

/// What is to be answered.
#[derive(Debug)]
pub(crate) enum Step {
    /// A session or an agent inside it begins, or goes on.
    Start { agent: bool },
    /// A tool is about to be used.
    Before(Call),
    /// Tools were used.
    After(Vec<Call>),
    /// The agent wants to end; `waits` while it has work in the background, `again` after it was sent back, where the
    /// client says so.
    Stop { waits: bool, again: Option<bool> },
    /// The client's settings changed: in this file, where it is known.
    Settings { file: Option<PathBuf> },
    /// The session is over.
    End,
    /// Nothing of ours.
    Other,
}

/// A use of a tool.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The client's id of this use, the same in every event about it.
    pub(crate) id: Option<String>,
    /// The files that it writes, as it says itself.
    pub(crate) writes: Vec<Write>,
    /// The shell command that it runs.
    pub(crate) command: Option<String>,
    /// Whether it can have changed files that it does not name.
    pub(crate) writes_more: bool,
}

/// A file that a tool writes.
#[derive(Debug)]
pub(crate) struct Write {
    /// Absolute, or from the event's folder.
    pub(crate) file: PathBuf,
    pub(crate) edit: Edit,
}

/// What becomes of the file.
#[derive(Debug)]
pub(crate) enum Edit {
    /// It holds this.
    Whole(String),
    /// One text takes another's place, once or everywhere.
    Replace { old: String, new: String, all: bool },
    /// The tool does not say.
    Unknown,
}

impl Edit {
    /// What the file will hold; `None` where that cannot be told, or the tool itself will refuse.
    pub(crate) fn text_after(&self, now: &str) -> Option<String> {
        match self {
            Edit::Whole(text) => Some(text.clone()),
            Edit::Replace { old, new, all } if now.contains(old) => {
                Some(if *all { now.replace(old, new) } else { now.replacen(old, new, 1) })
            }
            Edit::Replace { .. } | Edit::Unknown => None,
        }
    }
}
