//! What a guard answers, whichever tier it was asked in.

use findings::Checked;
use serde::de::DeserializeOwned;

use crate::scene::Scene;

/// What became of asking a guard.
pub(crate) enum Answer {
    /// It looked.
    Checked(Checked),
    /// It was left out, for a reason unless the user's own words are the reason.
    NotAsked(Option<String>),
    /// There is nothing for it to look at; says what.
    NotConfigured(String),
    /// It could not look; says why.
    CouldNotRun(String),
    /// It looked at a part, and could not at the rest; says why.
    Partly(Checked, String),
}

impl Answer {
    /// One answer of two that were given for the same guard: all that was found, and why the rest was not.
    pub(crate) fn and(self, other: Answer) -> Answer {
        match (self.looked(), other.looked()) {
            (Ok((found, why)), Ok((more, why_too))) => {
                Answer::of(found.into_iter().chain(more).reduce(together), why.or(why_too))
            }
            (Ok((found, why)), Err(_)) | (Err(_), Ok((found, why))) => Answer::of(found, why),
            (Err(unasked), Err(_)) => unasked,
        }
    }

    /// What was found and why the rest was not, where anybody was asked.
    fn looked(self) -> Result<(Option<Checked>, Option<String>), Answer> {
        match self {
            Answer::Checked(found) => Ok((Some(found), None)),
            Answer::Partly(found, why) => Ok((Some(found), Some(why))),
            Answer::CouldNotRun(why) => Ok((None, Some(why))),
            unasked @ (Answer::NotAsked(_) | Answer::NotConfigured(_)) => Err(unasked),
        }
    }

    fn of(found: Option<Checked>, why: Option<String>) -> Answer {
        match (found, why) {
            (Some(found), None) => Answer::Checked(found),
            (Some(found), Some(why)) => Answer::Partly(found, why),
            (None, why) => Answer::CouldNotRun(why.unwrap_or_default()),
        }
    }
}

fn together(mut found: Checked, more: Checked) -> Checked {
    found.findings.extend(more.findings);
    found.remarks.extend(more.remarks);
    for (what, count) in more.counts {
        found.counts.entry(what).or_insert(count);
    }
    found
}

/// The guard's typed section of the policy that judges.
pub(crate) fn with_section<S: DeserializeOwned + Default>(
    scene: &Scene,
    name: &str,
    look: impl FnOnce(&S) -> Answer,
) -> Answer {
    match scene.effective.section(name) {
        Ok(policy) => look(&policy),
        Err(error) => Answer::CouldNotRun(error.to_string()),
    }
}

pub(crate) fn said(result: Result<Checked, impl std::fmt::Display>) -> Answer {
    match result {
        Ok(checked) => Answer::Checked(checked),
        Err(error) => Answer::CouldNotRun(error.to_string()),
    }
}

/// The words of a panic.
pub(crate) fn fault(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    format!("a rule failed inside ({words}); this is a fault of Gatefold, please report it")
}
