//! What must hold for any ranking, as the policy says it: expressions and paths over the request and its ranking.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value, json};

use super::Corpus;
use crate::{Case, Ranking};
use expression::{Expression, MARK, Values};

/// A path into the request, with `.` between field names, or an expression over `request`.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Lists on the way stand for each of their items.
    Path(String),
    /// Begins with [`MARK`].
    Expression(Expression),
}

/// What must hold, an expression over `request` and `ranking`.
#[derive(Clone, Debug, PartialEq)]
pub struct Invariant(Expression);

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Source, D::Error> {
        let text = String::deserialize(deserializer)?;
        match Expression::marked(&text, &["request"]) {
            Some(expression) => expression.map(Source::Expression).map_err(de::Error::custom),
            None if text.split('.').any(str::is_empty) => Err(de::Error::custom(format_args!(
                "a path into the request is names with `.` between them, and an expression begins with `{MARK}`"
            ))),
            None => Ok(Source::Path(text)),
        }
    }
}

impl<'de> Deserialize<'de> for Invariant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Invariant, D::Error> {
        let text = String::deserialize(deserializer)?;
        Expression::compile(&text, &["request", "ranking"]).map(Invariant).map_err(de::Error::custom)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Path(path) => formatter.write_str(path),
            Source::Expression(expression) => write!(formatter, "{MARK} {}", expression.text()),
        }
    }
}

impl Corpus {
    /// What of this a ranking breaks that answers this request, as fragments of a sentence. A request that is refused has
    /// no ranking, and breaks nothing.
    pub(crate) fn broken(&self, case: &Case, ranking: &Ranking) -> Vec<String> {
        let Corpus { filtered, pinned, available, fewest, invariants, .. } = self;
        let asks = filtered.is_some() || pinned.is_some() || available.is_some() || *fewest > 0;
        if ranking.status != "OK" || (!asks && invariants.is_empty()) {
            return Vec::new();
        }
        let request = proto_names(&case.request);
        let unknown = |key: &str, why: String| format!("`{key}` of the policy cannot be asked of it: {why}");
        let mut broken = Vec::new();
        if let Some(filtered) = filtered {
            match listed(filtered, &request) {
                Ok(ids) => broken.extend(served(&ids, ranking)),
                Err(why) => broken.push(unknown("filtered", why)),
            }
        }
        if let Some(pinned) = pinned {
            match listed(pinned, &request) {
                Ok(ids) => broken.extend(unpinned(&ids, ranking)),
                Err(why) => broken.push(unknown("pinned", why)),
            }
        }
        match available.as_ref().map(|available| count(available, &request)).transpose() {
            Ok(available) => broken.extend(self.too_short(case, available, ranking)),
            Err(why) => broken.push(unknown("available", why)),
        }
        broken.extend(against(invariants, &request, ranking));
        broken
    }

    fn too_short(&self, case: &Case, available: Option<u64>, ranking: &Ranking) -> Option<String> {
        let limit = self.limit.as_deref().and_then(|path| case.number(path)).filter(|limit| *limit > 0);
        let wanted = self.fewest.max(available.unwrap_or(0)).min(limit.unwrap_or(u64::MAX));
        let has = ranking.items.len() as u64;
        (has < wanted).then(|| format!("it has {has} items where {wanted} must be"))
    }
}

fn served(ids: &[String], ranking: &Ranking) -> Option<String> {
    let ids: std::collections::HashSet<&str> = ids.iter().map(String::as_str).collect();
    let item = ranking.items.iter().find(|item| ids.contains(item.id.as_str()))?;
    Some(format!("`{}` is served, which the request filters out", item.id))
}

/// The pinned items stand on top, in their order.
fn unpinned(ids: &[String], ranking: &Ranking) -> Option<String> {
    let places = (1..).zip(ids);
    let stands = |place: usize| ranking.items.get(place - 1).map(|item| &item.id);
    let (place, id) = places
        .take_while(|(place, _)| *place <= ranking.items.len().max(1))
        .find(|(place, id)| stands(*place) != Some(*id))?;
    Some(match ranking.items.iter().position(|item| item.id == *id) {
        Some(at) => format!("`{id}` is pinned to {place} and stands at {}", at + 1),
        None => format!("`{id}` is pinned to {place} and is missing"),
    })
}

fn against<'a>(
    invariants: &'a BTreeMap<String, Invariant>,
    request: &Value,
    ranking: &Ranking,
) -> impl Iterator<Item = String> + use<'a> {
    let mut values = Values::default();
    let named = |name| invariants.values().any(|Invariant(expression)| expression.names(name));
    let request = named("request").then(|| values.set("request", request)).transpose();
    let ranking = named("ranking").then(|| values.set("ranking", &in_json(ranking))).transpose();
    let unset = request.and(ranking).err();
    invariants.iter().filter_map(move |(name, Invariant(expression))| {
        let holds = match &unset {
            Some(why) => Err(why.clone()),
            None => expression.holds(&values).map_err(|fault| fault.to_string()),
        };
        match holds {
            Ok(true) => None,
            Ok(false) => Some(format!("the invariant `{name}` does not hold")),
            Err(why) => Some(format!("the invariant `{name}` cannot be asked of it: {why}")),
        }
    })
}

/// The ids that a source names, in its order. A field that is not set names none, as in proto JSON.
fn listed(source: &Source, request: &Value) -> Result<Vec<String>, String> {
    let found = match source {
        Source::Path(path) => path.split('.').fold(spread(request), |values, name| {
            values
                .into_iter()
                .filter_map(|value| value.get(name).cloned())
                .flat_map(|value| spread(&value))
                .collect()
        }),
        Source::Expression(_) => spread(&asked(source, request)?),
    };
    let id = |value: Value| match value {
        Value::String(id) => Ok(id),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!("`{source}` gives something else than identifiers")),
    };
    found.into_iter().map(id).collect()
}

/// The number that a source gives, or how many different identifiers it lists.
fn count(source: &Source, request: &Value) -> Result<u64, String> {
    if let Source::Expression(_) = source
        && let Some(number) = asked(source, request)?.as_u64()
    {
        return Ok(number);
    }
    let ids: std::collections::BTreeSet<String> = listed(source, request)?.into_iter().collect();
    Ok(ids.len() as u64)
}

fn asked(source: &Source, request: &Value) -> Result<Value, String> {
    let Source::Expression(expression) = source else { return Ok(Value::Null) };
    let mut values = Values::default();
    values.set("request", request)?;
    expression.evaluate(&values).map_err(|fault| fault.to_string())
}

fn spread(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        value => vec![value.clone()],
    }
}

/// The ranking as expressions see it.
fn in_json(ranking: &Ranking) -> Value {
    let score = |score: f64| match score {
        score if score.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        score => json!(score),
    };
    let items: Vec<Value> =
        ranking.items.iter().map(|item| json!({"id": item.id, "score": score(item.score)})).collect();
    json!({"items": items, "model": ranking.model, "degraded": ranking.degraded})
}

/// The request with field names as in the proto, of which proto JSON allows two spellings.
fn proto_names(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let renamed = fields.iter().map(|(name, value)| (snake_case(name), proto_names(value)));
            Value::Object(renamed.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(proto_names).collect()),
        scalar => scalar.clone(),
    }
}

fn snake_case(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}
