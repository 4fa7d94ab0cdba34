//! The brief for whoever reviews a change: what it weakens, moves and breaks, on one page.

mod accepted;
mod brief;
mod evidence;
mod html;
mod markdown;

pub(crate) use brief::Brief;
pub(crate) use html::html;
pub(crate) use markdown::markdown;
