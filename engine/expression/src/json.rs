//! JSON as values of expressions.

use std::collections::HashMap;

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::Val;
use serde_json::Value;

/// The deepest nesting of a value that an expression sees.
pub const MAX_VALUE_DEPTH: usize = 64;

/// JSON as the value that it is; `None` where it is nested too deep.
pub(crate) fn read(value: &Value, depth: usize) -> Option<Box<dyn Val>> {
    if depth > MAX_VALUE_DEPTH {
        return None;
    }
    Some(match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(flag) => Box::new(CelBool::from(*flag)),
        Value::String(text) => Box::new(CelString::from(text.clone())),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Box::new(CelInt::from(number)),
            (None, Some(number)) => Box::new(CelUInt::from(number)),
            (None, None) => Box::new(CelDouble::from(number.as_f64()?)),
        },
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| read(item, depth + 1)).collect();
            Box::new(CelList::from(items?))
        }
        Value::Object(fields) => {
            let mut map: HashMap<CelMapKey<'static>, Box<dyn Val>> = HashMap::with_capacity(fields.len());
            for (name, value) in fields {
                map.insert(CelMapKey::from(name.clone()), read(value, depth + 1)?);
            }
            Box::new(CelMap::from(map))
        }
    })
}
