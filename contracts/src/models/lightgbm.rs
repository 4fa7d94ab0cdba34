//! What the text of a LightGBM model says of itself: features, ranges, categories, and what its splits take for missing.
//!
//! The format is that of `gbdt_model_text.cpp` of LightGBM 4; the bits of `decision_type` are those of `tree.h`: bit 0 a
//! categorical split, bits 2 and 3 what is missing (0 nothing, 1 zero, 2 NaN).

use super::infos;
use super::lock::{Feature, FeaturesLock, Missing};

/// Adds what the text says to its lock. The error is a fragment: what is wrong.
pub(super) fn read(text: &str, lock: &mut FeaturesLock) -> Result<(), String> {
    if text.lines().next().map(str::trim) != Some("tree") {
        return Err("it is no LightGBM model: it does not begin with `tree`".to_owned());
    }
    // Without that line, a text that is cut off between two trees would be a model.
    if !text.lines().any(|line| line == "end of trees") {
        return Err("it is cut off: it has no `end of trees`".to_owned());
    }
    let header = |key: &str| {
        let head = text.lines().take_while(|line| !line.starts_with("Tree="));
        head.filter_map(|line| line.split_once('='))
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value.trim())
    };
    let needed = |key: &str| header(key).ok_or_else(|| format!("it has no `{key}`"));
    let version = needed("version")?;
    if !matches!(version, "v2" | "v3" | "v4") {
        return Err(format!("its format is `{version:.20}`; `v2`, `v3` and `v4` are read"));
    }
    let names = needed("feature_names")?.split(' ').filter(|name| !name.is_empty()).map(str::to_owned);
    lock.features =
        infos::checked(names.collect())?.into_iter().map(|name| Feature::of(name, "float64")).collect();
    let last: usize = needed("max_feature_idx")?.parse().map_err(|_| "`max_feature_idx` is no number")?;
    if last.checked_add(1) != Some(lock.features.len()) {
        return Err(format!("it names {} features, and the last is number {last}", lock.features.len()));
    }
    lock.columns = Some(lock.features.len() as u64);
    lock.scores =
        header("num_tree_per_iteration").or_else(|| header("num_class")).and_then(|it| it.parse().ok());
    if let Some(all) = header("feature_infos") {
        infos::add(all, &mut lock.features)?;
    }
    if let Some(all) = text.lines().rev().find_map(|line| line.strip_prefix("pandas_categorical:")) {
        infos::add_categories(all, &mut lock.features)?;
    }
    missing(text, &mut lock.features)
}

/// What the splits take for missing, feature by feature.
fn missing(text: &str, features: &mut [Feature]) -> Result<(), String> {
    let mut split: Vec<usize> = Vec::new();
    for line in text.lines() {
        if let Some(list) = line.strip_prefix("split_feature=") {
            let numbers: Result<_, _> = list.split_whitespace().map(str::parse).collect();
            split = numbers.map_err(|_| "a `split_feature` is no list of numbers")?;
        } else if let Some(list) = line.strip_prefix("decision_type=") {
            let kinds: Result<Vec<u8>, _> = list.split_whitespace().map(str::parse).collect();
            let kinds = kinds.map_err(|_| "a `decision_type` is no list of numbers")?;
            if kinds.len() != split.len() {
                return Err("a tree has not as many `decision_type` as `split_feature`".to_owned());
            }
            for (feature, kind) in split.drain(..).zip(kinds) {
                let feature =
                    features.get_mut(feature).ok_or("a split is of a feature that it does not name")?;
                feature.missing = Some(match (kind >> 2) & 3 {
                    0 => Missing::None,
                    1 => Missing::Zero,
                    _ => Missing::Nan,
                });
            }
        }
    }
    Ok(())
}
