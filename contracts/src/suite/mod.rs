//! The live tier: what scenario files say, asked of the service that head builds.

mod collect;
mod file;
mod live;
mod search;

pub use live::check_live;
pub use search::search;

use collect::read_head;
use findings::{Checked, Finding, Location};
use policy::PolicyError;
use service::Protos;
use source::{Change, Tree};

use crate::rules::unreadable_scenario::UNREADABLE_SCENARIO;
use crate::{Error, Policy};

/// Whether head's scenario files can be asked by head's protos.
///
/// # Errors
/// A glob of the policy makes no sense.
pub(crate) fn check(change: &Change, policy: &Policy, protos: &Protos) -> Result<Checked, Error> {
    let files = read_head(change, policy)?;
    let counts = [("scenario files", files.len() as u64)].into();
    Ok(Checked { findings: misfits(&change.head, &files, protos), counts, ..Checked::default() })
}

/// Scenario files that cannot be asked, one finding a file. Where protos do not compile, a service may be missing for
/// that reason, which is a finding already.
fn misfits(tree: &Tree, files: &[Result<collect::Read, PolicyError>], protos: &Protos) -> Vec<Finding> {
    let misfit = |error: &PolicyError| {
        let place = match error.line.zip(error.column) {
            Some((line, column)) => Location::point(&error.file, line, column),
            None => Location::file(&error.file),
        };
        let fault = error.message.split_whitespace().collect::<Vec<_>>().join(" ");
        Finding::new(&UNREADABLE_SCENARIO, place, format!("the scenario file cannot be asked: {fault}"))
            .help("repair it")
            .fact(&fault)
    };
    files
        .iter()
        .filter_map(|file| match file {
            Err(error) => Some(misfit(error)),
            Ok(read) => {
                let known = protos.pool.get_service_by_name(&read.file.terms.service).is_some();
                let judged = known || protos.errors.is_empty();
                let fits = read.check(tree, &protos.pool);
                fits.err().filter(|_| judged).as_ref().map(misfit)
            }
        })
        .collect()
}
