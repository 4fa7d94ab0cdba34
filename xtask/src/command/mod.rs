//! One file a command; each ends with an exit status or says why it could not.

pub(crate) mod approve;
pub(crate) mod arch;
pub(crate) mod census;
pub(crate) mod ci;
pub(crate) mod contracts;
pub(crate) mod doctor;
pub(crate) mod drill;
pub(crate) mod fix;
pub(crate) mod gate;
pub(crate) mod golden;
pub(crate) mod manual;
pub(crate) mod new;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod stats;

use std::path::Path;

use findings::Tier;

use crate::failure::Failure;
use crate::scene::{Ask, Scene};
use crate::surroundings::{self, Env};

/// The working tree with head's own policy, for actions that judge nothing.
fn scene(root: &Path, env: Env<'_>) -> Result<Scene, Failure> {
    Scene::open(Ask {
        root: root.to_owned(),
        base: source::BaseRequest::Default,
        head: None,
        surroundings: source::Surroundings::default(),
        tier: Tier::Live,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: true,
        against: None,
        cache: gate::cache(None, root, env)?,
        today: surroundings::today(),
    })
}
