//! One thing that the doctor looked at.

use serde::Serialize;

/// How it stands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// As it should be.
    Well,
    /// Not there, and nothing here needs it.
    NotNeeded,
    /// To be mended.
    Mend,
    /// It could not be looked at.
    Unseen,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// The part of the examination, for instance `hooks`.
    pub(crate) area: &'static str,
    /// What was looked at, for instance `.claude/settings.json`.
    pub(crate) what: String,
    pub(crate) state: State,
    /// What was seen.
    pub(crate) said: String,
    /// The command or the step that mends it; `None` where nothing is to be mended.
    pub(crate) mend: Option<String>,
}

impl Entry {
    pub(crate) fn well(area: &'static str, what: impl Into<String>, said: impl Into<String>) -> Self {
        Entry { area, what: what.into(), state: State::Well, said: said.into(), mend: None }
    }

    pub(crate) fn not_needed(area: &'static str, what: impl Into<String>, said: impl Into<String>) -> Self {
        Entry { state: State::NotNeeded, ..Entry::well(area, what, said) }
    }

    pub(crate) fn mend(
        area: &'static str,
        what: impl Into<String>,
        said: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Entry { state: State::Mend, mend: Some(mend.into()), ..Entry::well(area, what, said) }
    }

    pub(crate) fn unseen(
        area: &'static str,
        what: impl Into<String>,
        said: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Entry { state: State::Unseen, mend: Some(mend.into()), ..Entry::well(area, what, said) }
    }
}
