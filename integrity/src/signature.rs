//! Signatures of models: what a model takes and gives, and the digest of the file that does.

use serde_json::Value;
use source::ChangeKind;

use crate::Scene;
use crate::artefacts;

/// What became of a model.
pub(crate) enum Swap {
    /// Another model that takes and gives the same: a retrain.
    Retrained(String),
    /// The digest, and the model is as it was.
    DigestAlone,
    /// Inputs, outputs or features, by their keys.
    Declares(String),
}

/// Keys of a signature that say which model it is, and nothing of what it takes or gives.
const IDENTITY: &[&str] = &["version", "sha256", "digest", "trained", "trained_at", "data"];

/// Of these, the ones that are made from its bytes.
const DIGEST: &[&str] = &["sha256", "digest"];

/// Whether a file is a signature.
pub(crate) fn is_one(path: &str) -> bool {
    path.ends_with("signature.yaml") || path.ends_with("signature.yml")
}

/// What a changed signature says otherwise than the base's. `None` where neither its digest nor what it declares
/// differs, or where it is no map on both sides.
pub(crate) fn swap(scene: &Scene<'_>, path: &str, before: &str, after: &str) -> Option<Swap> {
    let (before, after) = (artefacts::read(path, before)?, artefacts::read(path, after)?);
    let (one, other) = (before.as_object()?, after.as_object()?);
    let mut keys: Vec<&String> =
        one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key)).collect();
    keys.sort();
    keys.dedup();
    let declared: Vec<String> = keys
        .iter()
        .filter(|key| !IDENTITY.contains(&key.as_str()) && key.as_str() != "file")
        .map(|key| format!("`{key}`"))
        .collect();
    if !declared.is_empty() {
        return Some(Swap::Declares(declared.join(", ")));
    }
    if !keys.iter().any(|key| DIGEST.contains(&key.as_str())) {
        return None;
    }
    let model = model(path, &after)?;
    if !scene.change.touched(&model) {
        return Some(Swap::DigestAlone);
    }
    let version = |side: &Value| match side.get("version") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "none".to_owned(),
    };
    let (was, is) = (version(&before), version(&after));
    let version = if was == is {
        format!("still called version `{is}`")
    } else {
        format!("version `{is}`, which was `{was}`")
    };
    let name = model.rsplit('/').next().unwrap_or(&model);
    Some(Swap::Retrained(format!(
        "`{name}` is another model, {version}; its inputs, outputs and features stay"
    )))
}

/// The bytes of the model that a signature names, so that an approval is for that model.
pub(crate) fn model_bytes(tree: &source::Tree, path: &str) -> Vec<u8> {
    let text = tree.text(path).unwrap_or_default();
    let model = artefacts::read(path, &text).and_then(|signature| model(path, &signature));
    model.and_then(|model| tree.read(&model).ok()).map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// Models that changed while the signature beside them still has the digest of the base's.
pub(crate) fn unsigned(scene: &Scene<'_>) -> Vec<(String, String)> {
    let head = &scene.change.head;
    let code = |path: &str| path.ends_with(".rs") || path.ends_with(".toml") || path.ends_with(".md");
    let changed = scene
        .change
        .files
        .iter()
        .filter(|file| file.kind == ChangeKind::Modified && !code(&file.path) && !is_one(&file.path));
    let changed: Vec<&str> = changed.map(|file| file.path.as_str()).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for path in head.paths().filter(|path| is_one(path) && !scene.change.touched(path)) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !changed.iter().any(|file| file.rsplit_once('/').map_or("", |(folder, _)| folder) == folder) {
            continue;
        }
        let text = head.text(path).unwrap_or_default();
        let Some(signature) = artefacts::read(path, &text) else { continue };
        let signed = DIGEST.iter().any(|key| signature.get(key).is_some());
        if let Some(model) =
            model(path, &signature).filter(|model| signed && changed.contains(&model.as_str()))
        {
            found.push((model, path.to_owned()));
        }
    }
    found
}

/// The path of the model that a signature names, from the root.
fn model(path: &str, signature: &Value) -> Option<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(crate::rust::join(folder, signature.get("file")?.as_str()?))
}
