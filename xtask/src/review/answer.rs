//! One of the five questions with its answer.

/// How an answer is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody looked, and there is nothing.
    Nothing,
    /// Something is there that blocks.
    Blocks,
    /// Something is there, and it blocks nothing.
    Told,
    /// Nobody looked, or not at all of it.
    Unseen,
}

impl Standing {
    /// A word for it, since colour is no sign of its own; a class of the style sheet as well.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Standing::Nothing => "clear",
            Standing::Blocks => "blocks",
            Standing::Told => "look",
            Standing::Unseen => "unseen",
        }
    }

    /// A sign for it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Standing::Nothing => "✓",
            Standing::Blocks => "✗",
            Standing::Told => "!",
            Standing::Unseen => "?",
        }
    }
}

/// A question with its answer. Its texts are as they were found: whoever writes them out makes them harmless.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// A word that links may use.
    pub(crate) anchor: &'static str,
    pub(crate) question: &'static str,
    pub(crate) standing: Standing,
    /// In a few words.
    pub(crate) short: String,
    /// In a sentence, with what was looked at and what was not.
    pub(crate) says: String,
    /// What shows it, gravest first.
    pub(crate) lines: Vec<Line>,
}

impl Answer {
    /// The same where the policy only observes: findings block nothing, a guard that could not look does.
    pub(crate) fn observed(mut self) -> Answer {
        for line in &mut self.lines {
            if line.mark == Mark::Blocks && line.rule.is_some() {
                line.mark = Mark::WouldBlock;
            }
        }
        let blocks = self.lines.iter().any(|line| line.mark == Mark::Blocks);
        if self.standing == Standing::Blocks && !blocks && self.anchor != "merge" {
            self.standing = Standing::Told;
        }
        self
    }
}

/// One thing that shows an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) mark: Mark,
    /// The rule that says it.
    pub(crate) rule: Option<&'static str>,
    pub(crate) text: String,
    /// `file:line`.
    pub(crate) place: Option<String>,
    /// More of it, where there is room.
    pub(crate) detail: Option<String>,
}

/// What becomes of what a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    Blocks,
    /// It does not, since the policy only observes.
    WouldBlock,
    Unseen,
    Advises,
    /// An approval or an exception covers it.
    Accepted,
    /// It is so, and nobody has to do anything.
    Tells,
}

impl Mark {
    /// A word in front of the line; empty where none is needed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mark::Blocks => "blocks",
            Mark::WouldBlock => "would block",
            Mark::Unseen => "not looked at",
            Mark::Advises => "advice",
            Mark::Accepted => "accepted",
            Mark::Tells => "",
        }
    }
}

impl Line {
    /// A sentence by itself.
    pub(crate) fn new(mark: Mark, text: impl Into<String>) -> Line {
        Line { mark, rule: None, text: text.into(), place: None, detail: None }
    }
}
