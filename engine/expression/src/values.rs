//! Named values that expressions are evaluated over, and what comes out of them as JSON.

use std::sync::{Arc, LazyLock};

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt, DYN_TYPE,
};
use cel::common::value::{CowVal, Val};
use cel::parser::Expression as Tree;
use cel::{Context, DeclarationError, Env, ExecutionError};
use serde_json::{Number, Value};

use crate::budget;
use crate::json::{MAX_VALUE_DEPTH, read};
#[cfg(feature = "messages")]
use crate::message;
use crate::words::shown;

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib().with_optional_support(false);
    let declared = budget::declare(&mut env).and_then(|()| declare(&mut env));
    #[cfg(feature = "messages")]
    let declared = declared.and_then(|()| message::declare(&mut env));
    declared.expect("no expression can name what is declared, nor can the library");
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
        let value = read(value, 0).ok_or_else(|| too_deep(name))?;
        self.context.add_variable_as_val(name, value);
        Ok(())
    }

    /// Sets a message.
    ///
    /// # Errors
    ///
    /// As [`Values::set`].
    #[cfg(feature = "messages")]
    pub fn set_message(&mut self, name: &str, message: &prost_reflect::DynamicMessage) -> Result<(), String> {
        let value = message::read(message, 0).ok_or_else(|| too_deep(name))?;
        self.context.add_variable_as_val(name, value);
        Ok(())
    }

    /// Sets a list of messages.
    ///
    /// # Errors
    ///
    /// As [`Values::set`].
    #[cfg(feature = "messages")]
    pub fn set_messages(
        &mut self,
        name: &str,
        messages: &[prost_reflect::DynamicMessage],
    ) -> Result<(), String> {
        let values: Option<Vec<_>> = messages.iter().map(|message| message::read(message, 1)).collect();
        let values = values.ok_or_else(|| too_deep(name))?;
        self.context.add_variable_as_val(name, Box::new(CelList::from(values)));
        Ok(())
    }

    pub(crate) fn resolve(&self, tree: &Tree) -> Result<Value, String> {
        let value = cel::Value::resolve_val(tree, &self.context).map_err(|error| reason(&error))?;
        write(value.as_ref())
    }
}

fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload("isFinite", "isFinite", vec![DYN_TYPE], is_finite)
}

fn is_finite<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [value] = args.as_slice() else { return Err(ExecutionError::missing_argument_or_target()) };
    let is_finite = match value.downcast_ref::<CelDouble>() {
        Some(number) => number.inner().is_finite(),
        None if value.downcast_ref::<CelInt>().is_some() || value.downcast_ref::<CelUInt>().is_some() => true,
        None => {
            let got = value.get_type().name().to_owned();
            return Err(ExecutionError::UnexpectedType { got, want: "number".to_owned() });
        }
    };
    Ok(CowVal::owned(CelBool::from(is_finite)))
}

fn too_deep(name: &str) -> String {
    format!("`{name}` is nested deeper than {MAX_VALUE_DEPTH}")
}

/// The depth is that of a value that was read and of the expression around it, both bounded.
fn write(value: &dyn Val) -> Result<Value, String> {
    #[cfg(feature = "messages")]
    if let Some(message) = value.downcast_ref::<message::Message>() {
        let set = message.set().map(|(name, value)| Ok((name.to_owned(), write(value)?)));
        return Ok(Value::Object(set.collect::<Result<_, String>>()?));
    }
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

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
