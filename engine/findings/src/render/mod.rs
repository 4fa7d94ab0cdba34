//! The forms of a report, each a function from a [`Report`](crate::Report) to text.
//!
//! Every text in a report may come from the judged code, so none reaches a reader raw: a terminal must not get
//! escapes, a page no markup, a log no commands.

mod closing;
mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
pub mod markup;
mod sarif;
pub mod text;
pub mod web;
pub mod words;

pub use github::{github, github_below};
pub use gitlab::gitlab;
pub use human::{HumanOptions, excerpts, human};
pub use json::{SCHEMA_TEXT, json};
pub use junit::junit;
pub use markdown::{MARKDOWN_LIMIT, markdown, markdown_within};
pub use sarif::sarif;
pub(crate) use text::one_line;
