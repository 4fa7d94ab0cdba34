//! What code that ranks is handed and does not read by itself, such as the time.

use findings::Rule;

use crate::calls::Call;
use crate::site::Site;

/// Something that code which ranks is handed and does not read by itself.
pub(crate) struct Ambient {
    /// Whose finding it is.
    pub(crate) rule: &'static Rule,
    /// Whether a call reads it.
    pub(crate) is_read: fn(&Call<'_>) -> bool,
    /// Whether code there may read it whatever it does.
    pub(crate) may: fn(&Site<'_>) -> bool,
    /// What that does to a ranking.
    pub(crate) effect: &'static str,
    pub(crate) help: &'static str,
}
