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
