//! What every promise of a scenario file has, whatever its kind: its terms, its place, whose version is asked, and who is
//! asked.

mod case;
pub(crate) mod profile;
mod stage;
mod terms;
mod touched;

pub use stage::{Start, Wanted};

pub(crate) use case::{Case, Kind, Side, cut};
pub(crate) use profile::Profile;
pub(crate) use stage::Stage;
pub(crate) use terms::{Defaults, Terms};
pub(crate) use touched::{Touched, fields_below};

/// What of a promise does not fit the protos: the path of a key within it, and what is wrong there.
pub(crate) type Misfit = (String, String);
