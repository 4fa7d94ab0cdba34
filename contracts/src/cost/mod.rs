//! What an answer costs: base and head are asked the same requests in turn, and every request is compared with itself.
//!
//! A service says in the metadata of each answer what it did for it; payload and time are measured here.

mod ask;
mod built_from;

use std::collections::BTreeMap;
use std::time::Duration;

use findings::{Checked, Finding};
use prost_reflect::MethodDescriptor;
use service::Session;

use crate::comparison::Comparison;
use crate::rules::{
    cost_not_compared, cost_untold, larger_answer, more_allocation, more_calls, more_keys, more_round_trips,
    slower_answer,
};
use crate::{Cost as Limits, Error};

pub use crate::comparison::{Request, Workload};
pub use built_from::touches;

/// The variable that asks a service to say what its answers cost, with the value `1`.
pub const VARIABLE: &str = "GATEFOLD_COST";

/// A service that was built from one side and runs.
pub struct Side {
    /// Who asks it.
    pub session: Session,
    /// The method as that side's protos have it.
    pub method: MethodDescriptor,
    /// How long an answer may take.
    pub deadline: Duration,
}

/// Asks both sides, and finds where head costs more. Requests that a side's protos do not have, that are answered with
/// another status or not in time, are not compared: what they answer is not the cost's to judge.
///
/// # Errors
/// Where head's service ends or no longer answers. Where the base's does, that nothing was compared is a finding.
pub fn compare(workload: &Workload, limits: &Limits, base: Side, head: Side) -> Result<Checked, Error> {
    let rows = match ask::ask(workload, limits.rounds, base, head) {
        Ok(rows) => rows,
        Err(ask::Silent::Base(reason)) => {
            let finding = not_compared(workload, &format!("the base's {reason}"));
            return Ok(Checked { findings: vec![finding], ..Checked::default() });
        }
        Err(ask::Silent::Head(reason)) => {
            return Err(Error::CostNotAsked { service: workload.service.clone(), reason });
        }
    };
    let counts = BTreeMap::from([("requests compared by cost", rows.len() as u64)]);
    let findings = judge(&Comparison { workload, limits, rows });
    Ok(Checked { findings, counts, ..Checked::default() })
}

/// That nothing was compared, and why.
pub fn not_compared(workload: &Workload, reason: &str) -> Finding {
    cost_not_compared::find(workload, reason)
}

/// What the rules say of a comparison.
pub(crate) fn judge(comparison: &Comparison<'_>) -> Vec<Finding> {
    let rules: [fn(&Comparison<'_>) -> Vec<Finding>; 7] = [
        more_calls::find,
        more_round_trips::find,
        cost_untold::find,
        more_keys::find,
        more_allocation::find,
        larger_answer::find,
        slower_answer::find,
    ];
    rules.iter().flat_map(|find| find(comparison)).collect()
}
