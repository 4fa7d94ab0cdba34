//! One commit of several, judged by itself: what its message claims is said of nothing else.

use findings::Tier;
use source::BaseRequest;

use super::facts::{Held, measure};
use super::find::Kind;
use crate::gate::judge;
use crate::review::answers;
use crate::review::seen::Seen;
use crate::scene::Ask;

/// What becomes of each claim over the commit against its parent. Nothing of it is built or run, since that would be the
/// working tree.
///
/// # Errors
/// Why it cannot be judged: its parent is not here, or its policy is invalid.
pub(super) fn measured(ask: &Ask, commit: &str, kinds: &[Kind]) -> Result<Vec<(Held, String)>, String> {
    let judgement = judge(Ask {
        root: ask.root.clone(),
        base: BaseRequest::Revision(format!("{commit}^")),
        head: Some(commit.to_owned()),
        surroundings: ask.surroundings.clone(),
        tier: Tier::Static,
        intent: None,
        only: Vec::new(),
        files: None,
        against: None,
        bootstrap: true,
        cache: ask.cache.clone(),
        today: ask.today,
    })
    .map_err(|failure| failure.message)?;
    let seen = Seen::of(&judgement);
    let answers = answers::measured(&seen);
    Ok(kinds.iter().map(|kind| measure(&seen, &answers, *kind)).collect())
}
