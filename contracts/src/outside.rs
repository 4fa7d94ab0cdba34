//! What lies outside the two trees: installed programs and the day. The caller looks for them, since a library reads no
//! environment.

use policy::Today;
use service::Tool;

/// What the static tier may use that is no part of the judged tree.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The program `buf`, where it is installed.
    pub buf: Option<Tool>,
    /// The program `promtool`, where it is installed.
    pub promtool: Option<Tool>,
    /// The day on which is judged; without it nothing is over.
    pub today: Option<Today>,
}
