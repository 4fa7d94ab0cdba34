//! What is answered, in the words of no client: a dialect encodes it.

/// The most characters that an answer says. Clients cut longer context away, and pass longer reasons on whole.
pub(crate) const MAX_CHARACTERS: usize = 4_000;

/// One answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    /// Beside it, to the person and not to the agent.
    pub(crate) tell: Option<String>,
}

/// What the agent gets to feel of an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Silence: all is well, or it is not ours.
    #[default]
    Nothing,
    /// The agent is told, and goes on as it likes.
    Context(String),
    /// The tool is not used; the agent is told why.
    Deny(String),
    /// The agent does not end yet; it is told why.
    GoOn(String),
    /// The client's new settings do not take effect; the person is told why.
    Refuse(String),
}

impl Answer {
    pub(crate) fn nothing() -> Self {
        Answer::default()
    }

    pub(crate) fn tell(text: impl Into<String>) -> Self {
        Answer { verdict: Verdict::Nothing, tell: Some(text.into()) }
    }

    /// The same with a text for the person, and for an agent that is not sent back.
    pub(crate) fn and_both_hear(self, text: String) -> Self {
        let verdict = match self.verdict {
            Verdict::Nothing => Verdict::Context(text.clone()),
            Verdict::Context(told) => Verdict::Context(format!("{told}\n{text}")),
            other => other,
        };
        let tell = self.tell.map_or(text.clone(), |told| format!("{told}\n{text}"));
        Answer { verdict, tell: Some(tell) }
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        Answer { verdict, tell: None }
    }
}

/// A text no longer than an answer may be.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some(_) => {
            let end = text.char_indices().nth(MAX_CHARACTERS - 3).map_or(text.len(), |(end, _)| end);
            format!("{} ..", &text[..end])
        }
        None => text.to_owned(),
    }
}
