//! What lies outside the two trees: installed programs. The caller looks for them, since a library reads no
//! environment.

use service::Tool;

/// What the static tier may use that is no part of the judged tree.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The program `buf`, where it is installed.
    pub buf: Option<Tool>,
}
