//! A stand-in for the mould, which answers over real gRPC: what a sound one says, and how its answers are written.

use std::collections::BTreeMap;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use serde_json::json;
use service::Code;
use service::testing::{Call, Reaction};

/// A request of the mould.
pub(crate) struct Query {
    pub(crate) request_id: String,
    pub(crate) viewer: Option<(String, i32)>,
    pub(crate) candidates: Vec<(String, f64)>,
    pub(crate) limit: u32,
    pub(crate) has_unknown: bool,
}

pub(crate) enum Said {
    Ranked(Vec<(String, f64)>),
    Refused(Code, String),
    /// What a handler does that panicked.
    Broken,
    Nothing,
    Garbage,
    Renamed,
}

/// Ranks by relevance alone, as the proto says requests are held to.
pub(crate) fn sound(query: &Query) -> Said {
    refused(query).unwrap_or_else(|| Said::Ranked(ranked(query)))
}

pub(crate) fn refused(query: &Query) -> Option<Said> {
    refusal(query).map(|problem| Said::Refused(Code::InvalidArgument, problem))
}

/// What is wrong with a request, after the name of its field.
pub(crate) fn refusal(query: &Query) -> Option<String> {
    let is_id = |text: &str, marks: &str| {
        (1..=64).contains(&text.len())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
    };
    if !is_id(&query.request_id, "-_.:/") {
        return Some("request_id: is wrong".to_owned());
    }
    let Some((viewer, filter)) = &query.viewer else { return Some("viewer: is missing".to_owned()) };
    if !(0..=1).contains(filter) {
        return Some("viewer.content_filter: is none".to_owned());
    }
    if !is_id(viewer, "-_") {
        return Some("viewer.viewer_id: is wrong".to_owned());
    }
    if query.candidates.len() > 500 {
        return Some("candidates: are too many".to_owned());
    }
    for (index, (id, relevance)) in query.candidates.iter().enumerate() {
        if !is_id(id, "-_") {
            return Some(format!("candidates[{index}].track_id: is wrong"));
        }
        if !(0.0..=1.0).contains(relevance) {
            return Some(format!("candidates[{index}].relevance: is not between 0 and 1"));
        }
    }
    (!(1..=100).contains(&query.limit)).then(|| "limit: is not between 1 and 100".to_owned())
}

/// Every track once, with its highest relevance, best first.
pub(crate) fn order(query: &Query) -> Vec<(String, f64)> {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for (id, relevance) in &query.candidates {
        let known = best.entry(id).or_insert(*relevance);
        *known = known.max(*relevance);
    }
    let mut items: Vec<(String, f64)> = best.into_iter().map(|(id, score)| (id.to_owned(), score)).collect();
    items.sort_by(|(one, score), (other, than)| than.total_cmp(score).then_with(|| one.cmp(other)));
    items
}

pub(crate) fn ranked(query: &Query) -> Vec<(String, f64)> {
    order(query).into_iter().take(query.limit as usize).collect()
}

pub(crate) fn query(method: &MethodDescriptor, call: &Call) -> Query {
    let bytes = call.messages.first().cloned().unwrap_or_default();
    let message = DynamicMessage::decode(method.input(), bytes).expect("requests fit the protos");
    let text = |message: &DynamicMessage, name: &str| {
        let value = message.get_field_by_name(name).expect("the field is there");
        value.as_str().expect("it is text").to_owned()
    };
    let get = |name: &str| message.get_field_by_name(name).expect("the field is there").into_owned();
    let viewer = message.has_field_by_name("viewer").then(|| {
        let viewer = get("viewer").as_message().expect("it is a message").clone();
        let filter = viewer.get_field_by_name("content_filter").and_then(|value| value.as_enum_number());
        (text(&viewer, "viewer_id"), filter.unwrap_or_default())
    });
    let candidates = get("candidates");
    let candidates = candidates.as_list().expect("it is a list").iter().map(|candidate| {
        let candidate = candidate.as_message().expect("it is a message");
        let relevance = candidate.get_field_by_name("relevance").and_then(|value| value.as_f64());
        (text(candidate, "track_id"), relevance.unwrap_or_default())
    });
    Query {
        request_id: text(&message, "request_id"),
        viewer,
        candidates: candidates.collect(),
        limit: get("limit").as_u32().expect("it is a number"),
        has_unknown: has_unknown(&message),
    }
}

pub(crate) fn has_unknown(message: &DynamicMessage) -> bool {
    message.unknown_fields().next().is_some()
        || message.fields().any(|(_, value)| match value {
            Value::Message(inner) => has_unknown(inner),
            Value::List(items) => items.iter().any(|item| item.as_message().is_some_and(has_unknown)),
            _ => false,
        })
}

pub(crate) fn response(method: &MethodDescriptor, request_id: &str, items: &[(String, f64)]) -> Vec<u8> {
    let number = |score: f64| if score.is_finite() { json!(score) } else { json!(score.to_string()) };
    let item = |(id, score): &(String, f64)| {
        let score = number(*score);
        let part = json!({ "stage": "relevance", "score": score });
        let feature = json!({ "feature": "relevance", "value": score, "contribution": score });
        json!({ "track_id": id, "score": score, "stage_scores": [part], "features": [feature] })
    };
    let items: Vec<_> = items.iter().map(item).collect();
    let response = json!({ "request_id": request_id, "items": items });
    DynamicMessage::deserialize(method.output(), response)
        .expect("the response fits the protos")
        .encode_to_vec()
}

pub(crate) fn react(method: &MethodDescriptor, call: &Call, said: fn(&Query) -> Said) -> Reaction {
    let query = query(method, call);
    match said(&query) {
        Said::Ranked(items) => Reaction::Answer(response(method, &query.request_id, &items)),
        Said::Renamed => Reaction::Answer(response(method, "another", &ranked(&query))),
        Said::Refused(code, message) => Reaction::Refuse(code, message, vec![]),
        Said::Broken => Reaction::Reset,
        Said::Nothing => Reaction::Hang,
        Said::Garbage => Reaction::Answer(vec![0xff; 7]),
    }
}

pub(crate) fn method(pool: &DescriptorPool) -> MethodDescriptor {
    service::method(pool, "ranking.v1.Mould/Rank").expect("the protos have the method")
}
