//! The brief for whoever reviews a change: what it weakens, moves and breaks, on one page.

mod accepted;
mod architecture;
mod below;
mod brief;
mod evidence;
mod html;
mod markdown;

pub(crate) use architecture::summary;
pub(crate) use brief::{Brief, facts};
pub(crate) use evidence::witness;
pub(crate) use html::html;
pub(crate) use markdown::markdown;
