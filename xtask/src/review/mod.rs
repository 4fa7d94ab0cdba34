//! The brief for whoever reviews a change: five questions on the first screen, claims beside facts, evidence below.

mod accepted;
mod answer;
mod answers;
mod architecture;
mod below;
mod brief;
mod claims;
mod evidence;
mod html;
mod look;
mod markdown;
mod prose;
mod questions;
mod range;
mod ranks;
mod seen;
mod wording;

pub(crate) use architecture::summary;
pub(crate) use brief::{Brief, facts};
pub(crate) use evidence::witness;
pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use range::{List, markdown as list_markdown, page as list_page};
