//! How much one evaluation may handle, counted by two functions that every expression is compiled to call.

use std::cell::Cell;

use cel::common::types::{CelList, CelMap, CelMapKey, CelString, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};

/// Counts its argument and gives it back. No expression can name it: `@` begins no name.
pub(crate) const WEIGH: &str = "@weigh";

/// Counts its argument and gives it back as a list; the keys of a map in their order, which CEL leaves open.
pub(crate) const RANGE: &str = "@range";

thread_local! {
    /// What the evaluation on this thread may still handle.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// Evaluates with a budget. An evaluation that used it up has no value, whatever came out of it: CEL lets an error in
/// one operand of `||` pass where the other is true.
pub(crate) fn within<T>(steps: u64, evaluate: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    LEFT.set(steps);
    let result = evaluate();
    if LEFT.get() == 0 {
        return Err(format!("takes more than {steps} steps over these values"));
    }
    result
}

pub(crate) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
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
    let mut keys: Vec<&CelMapKey<'_>> = map.inner().keys().collect();
    keys.sort_by_key(|key| order(key));
    let keys = keys.into_iter().map(|key| key.inner().clone_as_boxed()).collect::<Vec<_>>();
    Ok(CowVal::owned(CelList::from(keys)))
}

/// Keys of one kind in their order; a map of several kinds has one as well.
fn order<'k>(key: &'k CelMapKey<'_>) -> (u8, i128, &'k str) {
    match key {
        CelMapKey::Bool(key) => (0, i128::from(*key.inner()), ""),
        CelMapKey::Int(key) => (1, i128::from(*key.inner()), ""),
        CelMapKey::UInt(key) => (1, i128::from(*key.inner()), ""),
        CelMapKey::String(key) => (2, 0, key.inner()),
    }
}

pub(crate) fn spend(value: &dyn Val, left: &mut u64) {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return;
    }
    #[cfg(feature = "messages")]
    if let Some(message) = value.downcast_ref::<crate::message::Message>() {
        message.values().for_each(|value| spend(value, left));
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
