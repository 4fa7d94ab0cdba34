//! Looks for requests that fail where the gate does not look: under another seed, in more cases.

use super::Property;
use super::regression;
use super::run::Run;
use crate::Error;
use crate::promise::{Case, Stage};

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search {
    /// What chance begins with, in the place of what the properties say.
    pub seed: Option<u64>,
    /// How many requests are made, in the place of what the properties say.
    pub cases: Option<u64>,
}

/// What was asked, and what came of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Searched {
    /// How many properties were asked.
    pub properties: u64,
    /// How many requests were made of them and asked, saved ones among them; those that shrinking makes are not counted.
    pub cases: u64,
    /// Of each law that does not hold, one request.
    pub found: Vec<Found>,
}

/// A request for which a law does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The scenario file, from the root.
    pub scenario: String,
    /// The property.
    pub property: String,
    /// The law.
    pub law: &'static str,
    /// What does not hold.
    pub failure: String,
    /// The request in proto JSON.
    pub request: serde_json::Value,
    /// Where it is saved, from the root.
    pub path: String,
}

impl Found {
    /// The file in which it is saved, with it, from the file as it is.
    pub fn saved(&self, text: Option<&str>) -> String {
        regression::with(text, &self.property, self.law, &self.request)
    }
}

impl Property {
    /// Looks for requests for which a law does not hold, of each law one, and says how many were asked.
    ///
    /// # Errors
    /// As of a verdict: where the service cannot be asked.
    pub(crate) fn search(
        &self,
        case: &Case<'_>,
        search: Search,
        stage: &mut Stage<'_>,
    ) -> Result<(u64, Vec<Found>), Error> {
        let property = self.looking(search);
        property
            .check(case.terms, stage.pool)
            .map_err(|(at, fault)| case.not_asked(format!("`{at}`: {fault}")))?;
        let mut run = Run::of(&property, case, stage)?;
        let failing = run.failing(stage)?;
        let found = failing.iter().map(|failing| {
            let request = service::to_short_json(&failing.request).map_err(|fault| case.not_asked(fault))?;
            Ok(Found {
                scenario: case.path.to_owned(),
                property: self.name.clone(),
                law: property.law(failing.law),
                failure: failing.failure.clone(),
                request,
                path: regression::path_of(case.path),
            })
        });
        Ok((run.seen.cases, found.collect::<Result<_, Error>>()?))
    }
}
