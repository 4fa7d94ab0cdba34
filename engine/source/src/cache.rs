//! Facts of files by the hash of their content, kept between runs.

use std::path::PathBuf;

/// Where facts are kept. Facts only, never verdicts; the folder must be one that judged code cannot write.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    #[expect(dead_code, reason = "read by the next commit")]
    folder: Option<PathBuf>,
}

impl Cache {
    /// No cache: everything is read anew, nothing is kept.
    pub fn off() -> Self {
        Cache { folder: None }
    }

    /// A cache in a folder, which is made when the first facts are kept.
    pub fn in_folder(path: &std::path::Path) -> Self {
        Cache { folder: Some(path.to_owned()) }
    }
}
