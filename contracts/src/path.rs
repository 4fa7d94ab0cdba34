//! A path in an answer: `shelves.items`, `stage_scores[stage=model].score`.

use serde::Deserialize;
use serde_json::Value;

/// A path in proto JSON. Lists stand for all of their entries.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    field: String,
    /// A field of the entries and the value that it must have.
    only: Option<(String, String)>,
}

impl Path {
    /// A path of one field.
    pub(crate) fn of_key(field: &str) -> Path {
        Path(vec![Step { field: field.to_owned(), only: None }])
    }

    /// Everything that the path leads to, in order.
    pub(crate) fn all<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = entries(value);
        for step in &self.0 {
            let below = found.into_iter().filter_map(|value| value.get(&step.field)).flat_map(entries);
            let wanted = |value: &&Value| match &step.only {
                Some((field, only)) => value.get(field).and_then(Value::as_str) == Some(only.as_str()),
                None => true,
            };
            found = below.filter(wanted).collect();
        }
        found
    }

    /// What the path leads to, where that is one thing.
    pub(crate) fn one<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self.all(value)[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The path as it is written.
    pub(crate) fn text(&self) -> String {
        let step = |step: &Step| match &step.only {
            Some((field, only)) => format!("{}[{field}={only}]", step.field),
            None => step.field.clone(),
        };
        self.0.iter().map(step).collect::<Vec<_>>().join(".")
    }
}

fn entries(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(entries) => entries.iter().collect(),
        other => vec![other],
    }
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Path, String> {
        let wrong = || format!("`{text}` is no path, as in `items` or `stage_scores[stage=model].score`");
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let step = |part: &str| {
            let (field, only) = match part.split_once('[') {
                None => (part, None),
                Some((field, rest)) => {
                    let (key, only) = rest.strip_suffix(']')?.split_once('=')?;
                    (field, Some((key.to_owned(), only.to_owned())))
                }
            };
            let is_path = is_name(field) && only.as_ref().is_none_or(|(key, _)| is_name(key));
            is_path.then(|| Step { field: field.to_owned(), only })
        };
        // A value may have dots: a path ends at those outside of brackets.
        let mut parts = vec![String::new()];
        let mut inside = false;
        for letter in text.chars() {
            inside = (inside || letter == '[') && letter != ']';
            match (letter, inside, parts.last_mut()) {
                ('.', false, _) => parts.push(String::new()),
                (letter, _, Some(part)) => part.push(letter),
                _ => {}
            }
        }
        parts.iter().map(|part| step(part)).collect::<Option<Vec<_>>>().map(Path).ok_or_else(wrong)
    }
}
