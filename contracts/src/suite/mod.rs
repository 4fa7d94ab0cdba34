//! The live tier: what scenario files say, asked of the service that head builds.

mod collect;
mod file;
mod live;
mod search;

pub use live::{check_live, check_live_with};
pub use search::search;

use collect::read_all;
use findings::{Checked, Finding, Location};
use policy::PolicyError;
use service::{Protos, Services};
use source::{Change, Tree};

use crate::coverage::{Covered, Gaps};
use crate::evolution::compile_protos;
use crate::promise::Kind;
use crate::rules::unreadable_scenario::UNREADABLE_SCENARIO;
use crate::{Error, Outside, Policy};

/// Whether head's scenario files can be asked by head's protos, of services that there are.
///
/// # Errors
/// A glob of the policy makes no sense.
pub(crate) fn check(
    change: &Change,
    policy: &Policy,
    protos: &Protos,
    outside: &Outside,
) -> Result<Checked, Error> {
    let files = read_all(&change.head, policy)?;
    let of_base = |base: &Tree| {
        let protos = compile_protos(base, policy, outside);
        Ok::<_, Error>(coverage(&read_all(base, policy)?, &protos).gaps(policy, &protos))
    };
    let known = || change.base.as_ref().map_or_else(|| Ok(Gaps::default()), of_base);
    let mut covered = coverage(&files, protos).gaps(policy, protos).check(known)?;
    let misfits = misfits(&change.head, &files, protos, &outside.services);
    // What a file touches that cannot be asked is not known.
    if !misfits.is_empty() || !protos.errors.is_empty() {
        covered.findings = misfits;
    }
    covered.counts.insert("scenario files", files.len() as u64);
    Ok(covered)
}

/// The services of which a tree's scenario files touch less than the policy asks for.
///
/// # Errors
/// A glob of the policy makes no sense.
pub(crate) fn uncovered(tree: &Tree, policy: &Policy, protos: &Protos) -> Result<Vec<Finding>, Error> {
    Ok(coverage(&read_all(tree, policy)?, protos)
        .gaps(policy, protos)
        .check(|| Ok(Gaps::default()))?
        .findings)
}

/// What the files touch of the services that they name.
fn coverage(files: &[Result<collect::Read, PolicyError>], protos: &Protos) -> Covered {
    let mut covered = Covered::default();
    for read in files.iter().flatten() {
        let terms = &read.file.terms;
        let place = || {
            let (line, column) = read.document.locate("service")?;
            Some(Location::point(&read.path, line, column))
        };
        let touched = covered.of(&terms.service, place);
        for kind in Kind::ALL {
            for promise in read.file.promises(kind) {
                promise.touch(terms, &protos.pool, touched);
            }
        }
    }
    covered
}

/// Scenario files that cannot be asked, one finding a file. Where protos do not compile, a service may be missing for
/// that reason, which is a finding already.
fn misfits(
    tree: &Tree,
    files: &[Result<collect::Read, PolicyError>],
    protos: &Protos,
    services: &Services,
) -> Vec<Finding> {
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
                let served = || read.check_target(services).err();
                fits.err().filter(|_| judged).or_else(served).as_ref().map(misfit)
            }
        })
        .collect()
}
