//! What landed between base and head, where a revision is judged that holds more than one change.

use policy::Today;

use super::Block;
use crate::gate::Judgement;
use crate::review::range::List;

/// The landings, newest first; nothing where the working tree is judged, or one change.
pub(super) fn block(judgement: &Judgement) -> Option<Block> {
    let scene = &judgement.scene;
    let (head, base) = (scene.ask.head.as_ref()?, scene.change.base_info.commit.as_ref()?);
    let today: Today = scene.ask.today;
    match List::of(&scene.ask.root, base, head, today) {
        Ok(list) if !list.is_several() => None,
        Ok(list) => Some(Block::of("landed", "What landed", list.lines(), list.headline())),
        Err(failure) => Some(Block::unseen("landed", "What landed", failure.message)),
    }
}
