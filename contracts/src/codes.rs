//! The Rust code of both sides of a change, which is read when somebody first asks for it.

use source::{Change, Code};

/// How files end that are no code, and that code does not take in as such.
const NO_CODE: [&str; 11] =
    ["csv", "json", "jsonl", "md", "onnx", "proto", "snap", "svg", "txt", "yaml", "yml"];

/// The Rust code of a change. Most changes are judged without it, so that nothing is read before it is asked for.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    /// Head's code.
    pub head: &'a dyn Fn() -> &'a Code,
    /// The base's code; none where there is no base.
    pub base: &'a dyn Fn() -> Option<&'a Code>,
}

/// Whether the code of the two sides may differ: a file differs that may be code, or a manifest.
pub(crate) fn touched(change: &Change) -> bool {
    let is_code = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').is_none_or(|(_, extension)| !NO_CODE.contains(&extension))
    };
    change.files.iter().any(|file| is_code(&file.path) || file.from.as_deref().is_some_and(is_code))
}
