//! The numbers and the words in a value.
use features::Value;

/// The numbers in a value.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![*number],
        Value::Weights(weights) => weights.values().copied().collect(),
        Value::Flag(_) | Value::Text(_) | Value::Texts(_) => Vec::new(),
    }
}

/// The words in a value.
pub(crate) fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::Text(word) => vec![word],
        Value::Texts(words) => words.iter().map(String::as_str).collect(),
        Value::Weights(weights) => weights.keys().map(String::as_str).collect(),
        Value::Flag(flag) => vec![if *flag { "true" } else { "false" }],
        Value::Number(_) => Vec::new(),
    }
}
