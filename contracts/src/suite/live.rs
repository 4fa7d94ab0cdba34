//! Asking running services what their scenario files promise.

use std::collections::BTreeMap;

use findings::Checked;
use source::Change;

use super::collect::{cases, read_all, read_base};
use crate::evolution::compile_whole;
use crate::models::Replays;
use crate::promise::{Kind, Stage, Start};
use crate::{Error, Outside, Policy, Reflection, served};

/// Asks the services built from head what scenario files say: the base's promises as the base has them, and what head
/// adds or changes.
///
/// # Errors
/// As [`check_live_with`].
pub fn check_live<'a>(
    change: &'a Change,
    policy: &'a Policy,
    start: &'a mut Start<'a>,
) -> Result<Checked, Error> {
    check_live_with(change, policy, &Outside::default(), start)
}

/// The same with what may be used that lies outside the two trees: somebody who says what editions of protobuf mean.
///
/// # Errors
/// Where a file of head or its protos cannot be read, or a service does not start or ends over a call.
pub fn check_live_with<'a>(
    change: &'a Change,
    policy: &'a Policy,
    outside: &Outside,
    start: &'a mut Start<'a>,
) -> Result<Checked, Error> {
    let head: Vec<_> = read_all(&change.head, policy)?.into_iter().collect::<Result<_, _>>()?;
    let base = read_base(change, policy)?;
    let mut cases = cases(&base, &head);
    // What may bring a service down is asked when the rest is known.
    cases.sort_by_key(|(case, _)| case.kind);
    let of_kind = |kind: Kind| cases.iter().filter(|(case, _)| case.kind == kind).count() as u64;
    let counts = Kind::ALL.map(|kind| (kind.section(), of_kind(kind)));
    // A file may have any of them, and a reader looks for scenarios.
    let counts = counts.into_iter().filter(|(kind, count)| *count > 0 || *kind == "scenarios");
    let mut checked = Checked { counts: BTreeMap::from_iter(counts), ..Checked::default() };
    let replays = Replays::of(change, policy)?;
    if replays.len() > 0 {
        checked.counts.insert("replayed rows", replays.len());
    }
    if head.is_empty() && cases.is_empty() && replays.len() == 0 {
        return Ok(checked);
    }
    let protos = compile_whole(&change.head, policy, outside)?;
    for read in &head {
        read.check(&change.head, &protos.pool)?;
    }
    let mut stage = Stage::new(change, policy, &protos.pool, start);
    checked.findings.extend(replays.judge(&mut stage)?);
    for (case, promise) in &cases {
        checked.findings.extend(promise.judge(case, &mut stage)?);
    }
    if policy.reflection != Reflection::Off {
        for target in stage.asked() {
            let session = stage.session(&target)?;
            checked.findings.extend(served::of_session(session, &target, &protos, policy.reflection));
        }
    }
    Ok(checked)
}
