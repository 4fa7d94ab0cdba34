//! The live tier: what scenario files say, asked of the service that head builds.

mod check;
mod collect;
mod expect;
mod file;
mod live;
mod shape;

pub use live::{Ask, Start, check_live};

pub(crate) use collect::read_head;

use findings::{Finding, Location};
use policy::PolicyError;
use service::Protos;

use crate::rules::unreadable_scenario::UNREADABLE_SCENARIO;

/// Scenario files that cannot be asked, one finding a file. Where protos do not compile, a service may be missing for
/// that reason, which is a finding already.
pub(crate) fn misfits(files: &[Result<collect::Read, PolicyError>], protos: &Protos) -> Vec<Finding> {
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
                let known = protos.pool.get_service_by_name(&read.file.service).is_some();
                let judged = known || protos.errors.is_empty();
                let fits = shape::check_file(&read.file, &read.document, &protos.pool);
                fits.err().filter(|_| judged).as_ref().map(misfit)
            }
        })
        .collect()
}
