//! How much one evaluation may handle, counted by two functions that every expression is compiled to call.

use std::cell::Cell;
use std::cmp::Ordering;

use cel::common::types::{CelList, CelMap, CelString, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

/// Counts its argument and gives it back. No expression can name it: `@` begins no name.
pub(super) const WEIGH: &str = "@weigh";

/// Counts its argument and gives it back as a list; the keys of a map in their order, which CEL leaves open.
pub(super) const RANGE: &str = "@range";

thread_local! {
    /// What the evaluation on this thread may still handle.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// Evaluates with a budget. An evaluation that used it up has no value, whatever came out of it: CEL lets an error in
/// one operand of `||` pass where the other is true.
pub(super) fn within<T>(steps: u64, evaluate: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    LEFT.set(steps);
    let result = evaluate();
    if LEFT.get() == 0 {
        return Err(format!("takes more than {steps} steps over these values"));
    }
    result
}

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(WEIGH, WEIGH, vec![DYN_TYPE], weigh)?;
    env.add_overload(RANGE, RANGE, vec![DYN_TYPE], range)
}

fn weigh<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = args.pop().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let mut left = LEFT.get();
    spend(value.as_ref(), &mut left);
    LEFT.set(left);
    match left {
        0 => Err(ExecutionError::InternalError("out of steps".to_owned())),
        _ => Ok(value),
    }
}

fn range<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = weigh(args)?;
    let Some(map) = value.downcast_ref::<CelMap<'_>>() else { return Ok(value) };
    let mut keys: Vec<String> = Vec::with_capacity(map.inner().len());
    for key in map.inner().keys() {
        let cel::common::types::CelMapKey::String(key) = key else {
            return Err(ExecutionError::InternalError(
                "only maps with strings as keys are walked".to_owned(),
            ));
        };
        keys.push(key.inner().to_owned());
    }
    keys.sort_by(|a, b| a.cmp(b).then(Ordering::Equal));
    let keys = keys.into_iter().map(|key| Box::new(CelString::from(key)) as Box<dyn Val + 'v>);
    Ok(CowVal::owned(CelList::from(keys.collect::<Vec<_>>())))
}

fn spend(value: &dyn Val, left: &mut u64) {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return;
    }
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        *left = left.saturating_sub(text.inner().len() as u64 / 64);
    } else if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        list.inner().iter().for_each(|item| spend(item.as_ref(), left));
    } else if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        map.inner().values().for_each(|item| spend(item.as_ref(), left));
    }
}
