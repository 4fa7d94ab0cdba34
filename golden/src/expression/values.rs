//! JSON into expressions and out of them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt,
};
use cel::common::value::Val;
use cel::parser::Expression as Tree;
use cel::{Context, Env, ExecutionError};
use serde_json::{Number, Value};

use super::{budget, shown};

/// The deepest nesting of a value that an expression sees.
pub const MAX_VALUE_DEPTH: usize = 64;

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib().with_optional_support(false);
    budget::declare(&mut env).expect("no expression can name what is declared, nor can the library");
    Arc::new(env)
});

/// Values under the names by which expressions know them. Setting a name again replaces its value, so that what stays
/// the same from one item to the next is converted once.
pub struct Values {
    context: Context<'static, 'static>,
}

impl Default for Values {
    fn default() -> Self {
        Values { context: Context::with_env(ENVIRONMENT.clone()) }
    }
}

impl Values {
    /// Sets a value.
    ///
    /// # Errors
    ///
    /// Where it is nested deeper than [`MAX_VALUE_DEPTH`]; the name keeps what it had.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let value =
            read(value, 0).ok_or_else(|| format!("`{name}` is nested deeper than {MAX_VALUE_DEPTH}"))?;
        self.context.add_variable_as_val(name, value);
        Ok(())
    }

    pub(super) fn resolve(&self, tree: &Tree) -> Result<Value, String> {
        let value = cel::Value::resolve_val(tree, &self.context).map_err(|error| reason(&error))?;
        write(value.as_ref())
    }
}

fn read(value: &Value, depth: usize) -> Option<Box<dyn Val>> {
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

/// The depth is that of a value that was read and of the expression around it, both bounded.
fn write(value: &dyn Val) -> Result<Value, String> {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return Ok(Value::from(text.inner()));
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        return list.inner().iter().map(|item| write(item.as_ref())).collect();
    }
    if let Some(map) = value.downcast_ref::<CelMap<'_>>() {
        let fields = map.inner().iter().map(|(key, value)| match key {
            CelMapKey::String(key) => Ok((key.inner().to_owned(), write(value.as_ref())?)),
            _ => Err("gives a map with a key that is not a string".to_owned()),
        });
        return Ok(Value::Object(fields.collect::<Result<_, String>>()?));
    }
    if let Some(number) = value.downcast_ref::<CelDouble>() {
        let number = *number.inner();
        return Ok(match Number::from_f64(number) {
            Some(number) => Value::Number(number),
            None if number.is_nan() => Value::from("NaN"),
            None if number > 0.0 => Value::from("Infinity"),
            None => Value::from("-Infinity"),
        });
    }
    if let Some(flag) = value.downcast_ref::<CelBool>() {
        Ok(Value::Bool(*flag.inner()))
    } else if let Some(number) = value.downcast_ref::<CelInt>() {
        Ok(Value::from(*number.inner()))
    } else if let Some(number) = value.downcast_ref::<CelUInt>() {
        Ok(Value::from(*number.inner()))
    } else if value.downcast_ref::<CelNull>().is_some() {
        Ok(Value::Null)
    } else {
        Err(format!("gives a `{}`, which JSON cannot hold", shown(value.get_type().name(), 40)))
    }
}

/// What an evaluation came to, in words that quote no values: they may be whole responses.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("finds no field `{}`", shown(key, 60)),
        ExecutionError::UndeclaredReference(name) => format!("finds no `{}`", shown(name, 60)),
        ExecutionError::IndexOutOfBounds(_) => "looks beyond the end of a list".to_owned(),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "divides by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "gives a number that is too large".to_owned(),
        ExecutionError::UnexpectedType { got, want } => {
            format!("meets a {} where it needs a {}", shown(got, 40), shown(want, 60))
        }
        ExecutionError::NoSuchOverload(_) => {
            format!("does not fit its values: {}", shown(&error.to_string(), 160))
        }
        ExecutionError::FunctionError { function, message } => {
            format!("fails in `{}`: {}", shown(function, 40), shown(message, 120))
        }
        _ => "cannot be evaluated over these values".to_owned(),
    }
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
