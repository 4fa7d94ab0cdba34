//! What artefacts say of features beside their names: ranges and categories, as LightGBM writes them.
//!
//! An ONNX file says the same under the same keys of its metadata: `feature_names`, `feature_infos`,
//! `pandas_categorical`.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::lock::{Feature, Vocabulary};

/// How many features a model may have.
pub(super) const MAX_FEATURES: usize = 65_536;
/// How many bytes the name of a feature may have.
const MAX_NAME: usize = 1_024;
/// How many categories are written out.
const MAX_CATEGORIES: usize = 1_000;

impl Feature {
    /// A feature of which only name and type are known.
    pub(super) fn of(name: String, dtype: &str) -> Feature {
        Feature { name, dtype: dtype.to_owned(), range: None, vocabulary: None, missing: None }
    }
}

/// Names out of a list in JSON, or with commas between.
pub(super) fn names(list: &str) -> Result<Vec<String>, String> {
    let names = if list.trim_start().starts_with('[') {
        serde_json::from_str(list)
            .map_err(|error| format!("its `feature_names` are no list of names: {error}"))?
    } else {
        list.split(',').map(|name| name.trim().to_owned()).collect()
    };
    checked(names)
}

/// Holds names to what a name is, and to being there once.
pub(super) fn checked(names: Vec<String>) -> Result<Vec<String>, String> {
    if names.len() > MAX_FEATURES {
        return Err(format!("it has more than {MAX_FEATURES} features"));
    }
    let mut seen = BTreeSet::new();
    for name in &names {
        if name.is_empty()
            || name.len() > MAX_NAME
            || name.chars().any(char::is_control)
            || name.contains('`')
        {
            return Err(format!("{name:.100?} is no name of a feature"));
        }
        if !seen.insert(name) {
            return Err(format!("the feature `{name}` is there twice"));
        }
    }
    Ok(names)
}

/// Adds ranges and categories: for each feature `[min:max]`, `1:2:3`, or `none`, with blanks between.
pub(super) fn add(infos: &str, features: &mut [Feature]) -> Result<(), String> {
    let infos: Vec<&str> = infos.split_whitespace().collect();
    if infos.len() != features.len() {
        return Err(format!(
            "its `feature_infos` speak of {} features, not of {}",
            infos.len(),
            features.len()
        ));
    }
    for (feature, info) in features.iter_mut().zip(infos) {
        let wrong = || format!("its `feature_infos` say `{info:.100}` of the feature `{}`", feature.name);
        if info == "none" {
            continue;
        }
        if let Some(range) = info.strip_prefix('[').and_then(|info| info.strip_suffix(']')) {
            let (least, most) = range.split_once(':').ok_or_else(wrong)?;
            let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| !number.is_nan());
            feature.range = Some(number(least).zip(number(most)).ok_or_else(wrong)?);
        } else {
            let codes: Result<Vec<i64>, _> = info.split(':').map(str::parse).collect();
            let mut codes = codes.map_err(|_| wrong())?;
            codes.sort_unstable();
            feature.vocabulary = Some(vocabulary(codes.into_iter().map(Value::from).collect()));
        }
    }
    Ok(())
}

/// Adds the categories by name that pandas gave codes to: a list for each feature that has categories, in order.
pub(super) fn add_categories(json: &str, features: &mut [Feature]) -> Result<(), String> {
    let wrong = |what: &dyn std::fmt::Display| format!("its `pandas_categorical` cannot be read: {what}");
    let lists: Option<Vec<Vec<Value>>> = serde_json::from_str(json).map_err(|error| wrong(&error))?;
    let Some(lists) = lists else { return Ok(()) };
    if lists.is_empty() {
        return Ok(());
    }
    let mut with: Vec<&mut Feature> =
        features.iter_mut().filter(|feature| feature.vocabulary.is_some()).collect();
    // A categorical column that was constant in training is known as `none`, so that nobody can say which list is whose.
    if with.len() != lists.len() {
        return Ok(());
    }
    for (feature, list) in with.iter_mut().zip(lists) {
        feature.vocabulary = Some(vocabulary(list));
    }
    Ok(())
}

fn vocabulary(all: Vec<Value>) -> Vocabulary {
    if all.len() <= MAX_CATEGORIES {
        return Vocabulary::All(all);
    }
    let count = all.len() as u64;
    Vocabulary::Digest { count, sha256: sha256(Value::Array(all).to_string().as_bytes()) }
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
