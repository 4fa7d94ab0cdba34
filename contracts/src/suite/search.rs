//! Looking for requests that fail, beside the gate.

use std::collections::BTreeMap;

use source::Change;

use super::collect::{cases, read_all};
use super::file::Promise;
use crate::evolution::compile_whole;
use crate::promise::{Kind, Stage, Start};
use crate::{Error, Outside, Policy, Search, Searched};

/// Asks head's properties anew, under another seed or in more cases, and finds of each law a request that breaks it.
/// Judges nothing. Where head has no properties, nothing is asked.
///
/// # Errors
/// As [`crate::check_live_with`].
pub fn search<'a>(
    change: &'a Change,
    policy: &'a Policy,
    search: Search,
    outside: &Outside,
    start: &'a mut Start<'a>,
) -> Result<Searched, Error> {
    let head: Vec<_> = read_all(&change.head, policy)?.into_iter().collect::<Result<_, _>>()?;
    let pool = compile_whole(&change.head, policy, outside)?.pool;
    for read in &head {
        read.check(&change.head, &pool)?;
    }
    let base = BTreeMap::new();
    let cases = cases(&base, &head);
    let mut stage = Stage::new(change, policy, &pool, start);
    let mut searched = Searched::default();
    for (case, promise) in cases.iter().filter(|(case, _)| case.kind == Kind::Property) {
        if let Promise::Property(property) = promise {
            let (cases, found) = property.search(case, search, &mut stage)?;
            searched.properties += 1;
            searched.cases += cases;
            searched.found.extend(found);
        }
    }
    Ok(searched)
}
