//! The values on their way to the model: types, what stands for a missing value, categories.

use findings::{Finding, Location};
use prost_reflect::Kind;

use super::Side;
use super::code::{self, List};
use super::exact::{Fit, fit};
use super::given::unreadable;
use super::lock::{Feature, Missing, Vocabulary};
use super::subject::{self, Subject};
use crate::rules::feature_lossy_type::FEATURE_LOSSY_TYPE;
use crate::rules::feature_missing_value::FEATURE_MISSING_VALUE;
use crate::rules::feature_vocabulary::FEATURE_VOCABULARY;

/// The types of a list's fields against those of the model.
pub(super) fn types(subject: &Subject<'_>, list: &List) -> Vec<Finding> {
    let typed = list.given.iter().filter_map(|given| Some((given, given.dtype.as_deref()?)));
    typed
        .filter_map(|(given, dtype)| lossy(subject, &given.name, rust(dtype)?, given.place.clone()))
        .collect()
}

/// The types of a message's fields against those of the model.
pub(super) fn message(subject: &Subject<'_>, pool: &prost_reflect::DescriptorPool) -> Vec<Finding> {
    let Some(name) = &subject.model.message else { return Vec::new() };
    let Some(message) = pool.get_message_by_name(name) else {
        let fault = format!("the protos have no message `{name}`");
        return vec![subject::unreadable(subject.name, None, &fault)];
    };
    let fields = message.fields().filter(|field| !field.is_map());
    let place = Location::file(policy::POLICY_FILE);
    let judged =
        fields.filter_map(|field| lossy(subject, field.name(), proto(&field.kind())?, place.clone()));
    judged.map(|finding| finding.note(format!("it is a field of `{name}`"))).collect()
}

fn lossy(subject: &Subject<'_>, name: &str, from: &str, place: Location) -> Option<Finding> {
    let (index, feature) = known(subject, name)?;
    let to = subject.dtype(index)?;
    let told = match fit(from, to, feature.range) {
        Fit::Exact => return None,
        Fit::Above(limit) => format!("which is not exact above {limit}"),
        Fit::Truncated => "which cuts off what is behind the point".to_owned(),
        Fit::Other => "which is of another kind".to_owned(),
    };
    let message = format!("`{name}` is `{from}`, and the model takes it as `{to}`, {told}");
    Some(
        Finding::new(&FEATURE_LOSSY_TYPE, place, message)
            .help("bring it into the range of the model's type, in training as in serving")
            .fact(subject.name)
            .fact(name),
    )
}

/// What the code puts in for missing values, against what the signature says of them.
pub(super) fn fills(subject: &Subject<'_>, list: &List) -> Vec<Finding> {
    let judge = |given: &code::Given| {
        let fill = given.fill?;
        let (wanted, place) = promised(subject, &given.name)?;
        if same(fill, wanted) {
            return None;
        }
        let name = &given.name;
        let message =
            format!("`{name}` is {} where it is missing, and training had {}", shown(fill), shown(wanted));
        let finding = Finding::new(&FEATURE_MISSING_VALUE, given.place.clone(), message)
            .help("give nothing where there is nothing, so that what training had stands for it")
            .fact(subject.name)
            .fact(name)
            .fact("code");
        Some(match place {
            Some(place) => finding.note_at(place, "what training had"),
            None => finding,
        })
    };
    list.given.iter().filter_map(judge).collect()
}

/// What serving is told of missing values, against what the model knows of them.
pub(super) fn missing(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(said) = subject.said() else { return Vec::new() };
    let judge = |feature: &Feature| {
        let (value, place) = promised(subject, &feature.name)?;
        let fault = fault(value, feature.missing, said.knows_nan)?;
        let place = place.unwrap_or_else(|| Location::file(policy::POLICY_FILE));
        let message = format!("`{}` is {} where it is missing, and {fault}", feature.name, shown(value));
        Some(
            Finding::new(&FEATURE_MISSING_VALUE, place, message)
                .help("say what training had for it")
                .fact(subject.name)
                .fact(&feature.name)
                .fact("model"),
        )
    };
    said.features.iter().filter_map(judge).collect()
}

/// Why a model does not take a number for missing, if it does not.
fn fault(value: f64, missing: Option<Missing>, knows_nan: Option<bool>) -> Option<&'static str> {
    match (missing, value.is_nan()) {
        (Some(Missing::Nan), false) => Some("the model knows NaN as missing: it takes this for a value"),
        (Some(Missing::Zero), false) if value != 0.0 => {
            Some("the model knows zero as missing: it takes this for a value")
        }
        (Some(Missing::None), true) => Some("the model knows nothing as missing: it takes NaN for zero"),
        (None, true) if knows_nan == Some(false) => {
            Some("no operator of the model knows NaN: its score would be NaN")
        }
        _ => None,
    }
}

/// What stands for a missing value of a feature, and where that is said, where it is the signature.
fn promised(subject: &Subject<'_>, name: &str) -> Option<(f64, Option<Location>)> {
    let signed = subject.signature.as_ref().and_then(|signature| {
        let (value, key) = signature.missing(name)?;
        Some((value, Some(signature.locate(&key))))
    });
    signed.or_else(|| Some((subject.model.missing?, None)))
}

/// A list of categories in the code against those of training.
pub(super) fn vocabulary(
    subject: &Subject<'_>,
    side: &Side<'_, '_>,
    name: &str,
    path: &str,
) -> Option<Finding> {
    let list = match code::read((side.code)(), path) {
        Ok(list) => list,
        Err(unread) => return Some(unreadable(subject, path, unread)),
    };
    let Some((_, feature)) = known(subject, name) else {
        let fault = format!("it has no feature `{name}`, for which `{path}` has categories");
        return Some(subject::unreadable(subject.name, None, &fault));
    };
    let code: Vec<&str> = list.given.iter().map(|given| given.name.as_str()).collect();
    let (fault, at) = match feature.vocabulary.as_ref() {
        None => ("the model has no categories of it".to_owned(), None),
        Some(Vocabulary::Digest { count, .. }) if *count == code.len() as u64 => return None,
        Some(Vocabulary::Digest { count, .. }) => {
            (format!("the model has {count} categories, the code {}", code.len()), None)
        }
        Some(Vocabulary::All(all)) => {
            let texts: Option<Vec<&str>> = all.iter().map(serde_json::Value::as_str).collect();
            match texts {
                Some(texts) => otherwise(&code, &texts)?,
                None => uncovered(&code, all)?,
            }
        }
    };
    let place = at.and_then(|at: usize| list.given.get(at)).map_or(&list.place, |given| &given.place);
    Some(
        Finding::new(
            &FEATURE_VOCABULARY,
            place.clone(),
            format!("`{path}` are not the categories of `{name}`: {fault}"),
        )
        .help("write the categories of training, in its order, or train with these")
        .fact(subject.name)
        .fact(name),
    )
}

/// The first place where two lists of categories differ: their places are their codes.
fn otherwise(code: &[&str], model: &[&str]) -> Option<(String, Option<usize>)> {
    let differs = code.iter().zip(model).position(|(one, other)| one != other);
    if let Some(at) = differs {
        let fault = format!("code {at} is `{}`, and in training it was `{}`", code[at], model[at]);
        return Some((fault, Some(at)));
    }
    match code.len().cmp(&model.len()) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => Some((format!("`{}` has no code", model[code.len()]), None)),
        std::cmp::Ordering::Greater => {
            Some((format!("training had no `{}`", code[model.len()]), Some(model.len())))
        }
    }
}

/// Whether the codes of training are those of a list: none is behind its end.
fn uncovered(code: &[&str], model: &[serde_json::Value]) -> Option<(String, Option<usize>)> {
    let most = model.iter().filter_map(serde_json::Value::as_i64).max()?;
    let last = code.len() as i64 - 1;
    (most > last).then(|| (format!("training had code {most}, and the last of the code is {last}"), None))
}

fn known<'s>(subject: &'s Subject<'_>, name: &str) -> Option<(usize, &'s Feature)> {
    subject.said()?.features.iter().enumerate().find(|(_, feature)| feature.name == name)
}

/// The type of a feature by that of Rust.
fn rust(dtype: &str) -> Option<&'static str> {
    Some(match dtype {
        "f32" => "float32",
        "f64" => "float64",
        "i64" | "isize" => "int64",
        "u64" | "usize" => "uint64",
        "i32" => "int32",
        "u32" => "uint32",
        "i16" => "int16",
        "u16" => "uint16",
        "i8" => "int8",
        "u8" => "uint8",
        "bool" => "bool",
        "String" | "str" => "string",
        _ => return None,
    })
}

/// The type of a feature by that of a proto.
fn proto(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Double => "float64",
        Kind::Float => "float32",
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "int64",
        Kind::Uint64 | Kind::Fixed64 => "uint64",
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => "int32",
        Kind::Uint32 | Kind::Fixed32 => "uint32",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes | Kind::Message(_) | Kind::Enum(_) => return None,
    })
}

/// Whether two numbers that stand for missing values are the same to a model that takes `float32`.
fn same(one: f64, other: f64) -> bool {
    one.is_nan() && other.is_nan() || one as f32 == other as f32
}

fn shown(value: f64) -> String {
    if value.is_nan() { "NaN".to_owned() } else { value.to_string() }
}
