//! All that ranks, profile by profile.
use serving::fields::invalid;
use serving::{Host, InvalidField, Ranker};

use crate::candidate::Candidate;
use crate::pipeline::{BuildError, Parts, ranker};
use crate::profiles::{Profiles, RankProfile};
use crate::query::Query;

/// All that ranks by one model, profile by profile.
pub struct Rankers {
    usual: String,
    all: Vec<(RankProfile, Ranker<Query, Candidate>)>,
}

impl Rankers {
    /// Ranks by these profiles.
    ///
    /// # Errors
    /// A [`BuildError`] if the model cannot rank one of the profiles.
    pub fn new(parts: &Parts, profiles: &Profiles, host: &Host) -> Result<Self, BuildError> {
        let with_ranker = |profile: &RankProfile| Ok((profile.clone(), ranker(parts, profile, host)?));
        let all = profiles.profiles.iter().map(with_ranker).collect::<Result<_, BuildError>>()?;
        Ok(Self { usual: profiles.usual.clone(), all })
    }

    /// The profile that a request names, or the usual one if it names none, with what ranks by it.
    ///
    /// # Errors
    /// An [`InvalidField`] if there is no such profile.
    pub(crate) fn of(&self, name: &str) -> Result<&(RankProfile, Ranker<Query, Candidate>), InvalidField> {
        let name = if name.is_empty() { &self.usual } else { name };
        self.all.iter().find(|(profile, _)| profile.name == name).ok_or_else(|| {
            let names: Vec<_> = self.all.iter().map(|(profile, _)| profile.name.as_str()).collect();
            invalid("profile", format!("is not one of {}", names.join(", ")))
        })
    }
}
