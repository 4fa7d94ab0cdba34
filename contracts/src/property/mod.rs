//! The section `properties` of scenario files: a law over many requests.

use findings::Finding;
use prost_reflect::DescriptorPool;
use serde::Deserialize;

use crate::Error;
use crate::promise::{Case, Misfit, Stage, Terms};

/// One entry of `properties` as it is written.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Property {
    /// What it shows. Unique in its section.
    pub(crate) name: String,
}

impl Property {
    /// Refuses what does not fit the protos.
    #[expect(clippy::unused_self, reason = "the keys of an entry are read next")]
    pub(crate) fn check(&self, _terms: &Terms, _pool: &DescriptorPool) -> Result<(), Misfit> {
        Err(("name".to_owned(), "this version of Gatefold does not ask `properties`".to_owned()))
    }

    /// Asks the service; finds what it does not keep.
    #[expect(clippy::unused_self, reason = "the keys of an entry are read next")]
    pub(crate) fn judge(&self, case: &Case<'_>, _stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        Err(case.not_asked("this version of Gatefold does not ask `properties`"))
    }
}
