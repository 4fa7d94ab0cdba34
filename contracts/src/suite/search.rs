//! Looking for requests that fail, beside the gate.

use std::collections::BTreeMap;

use source::Change;

use super::collect::{cases, read_head};
use super::file::Promise;
use crate::promise::{Kind, Stage, Start};
use crate::{Error, Found, Policy, Search};

/// Asks head's properties anew, under another seed or in more cases, and finds of each law a request that breaks it.
/// Judges nothing.
///
/// # Errors
/// As [`crate::check_live`].
pub fn search<'a>(
    change: &'a Change,
    policy: &'a Policy,
    search: Search,
    start: &'a mut Start<'a>,
) -> Result<Vec<Found>, Error> {
    let head: Vec<_> = read_head(change, policy)?.into_iter().collect::<Result<_, _>>()?;
    let pool = service::pool(&change.head, &policy.protos)?;
    for read in &head {
        read.check(&change.head, &pool)?;
    }
    let base = BTreeMap::new();
    let cases = cases(&base, &head);
    let mut stage = Stage::new(change, policy, &pool, start);
    let mut found = Vec::new();
    for (case, promise) in cases.iter().filter(|(case, _)| case.kind == Kind::Property) {
        if let Promise::Property(property) = promise {
            found.extend(property.search(case, search, &mut stage)?);
        }
    }
    Ok(found)
}
