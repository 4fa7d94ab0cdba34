//! The signature and other configuration against the artefact.

use findings::{Finding, Location};
use policy::Document;
use serde_json::Value;
use source::Tree;

use super::compare::compare;
use super::lock::{Dimension, FeaturesLock, Tensor};
use super::signature::Signature;
use super::subject::{Subject, unreadable};
use crate::policy::DigestAt;
use crate::rules::model_digest_mismatch::MODEL_DIGEST_MISMATCH;
use crate::rules::model_signature_mismatch::MODEL_SIGNATURE_MISMATCH;

/// What a signature and other configuration say otherwise than the artefact.
pub(super) fn check(subject: &Subject<'_>, tree: &Tree) -> Vec<Finding> {
    let Some(said) = subject.said() else { return Vec::new() };
    let mut findings = Vec::new();
    let digest = subject.pointer.as_deref().unwrap_or(&said.sha256);
    if let Some(signature) = &subject.signature {
        if let Some(other) = signature.sha256.as_ref().filter(|other| !other.eq_ignore_ascii_case(digest)) {
            let place = signature.locate("sha256");
            findings.push(another_digest(subject, place, other, digest));
        }
        findings.extend(tensors(subject, signature, said));
        findings.extend(features(subject, signature, said));
    }
    for at in &subject.model.digests {
        findings.extend(configured(subject, tree, at, digest));
    }
    findings
}

fn configured(subject: &Subject<'_>, tree: &Tree, at: &DigestAt, digest: &str) -> Option<Finding> {
    let unread = |fault: String| {
        let place = tree.contains(&at.file).then(|| Location::file(&at.file));
        Some(unreadable(subject.name, place, &fault))
    };
    let text = match tree.text(&at.file) {
        Ok(text) => text,
        Err(error) => return unread(error.to_string()),
    };
    let document = match Document::of_file(&at.file, &text) {
        Ok(document) => document,
        Err(error) => return unread(format!("`{}`: {}", at.file, error.message)),
    };
    let whole: Value = document.whole().unwrap_or_default();
    let found = at.key.split('.').try_fold(&whole, |value, key| value.get(key)).and_then(Value::as_str);
    let Some(found) = found else {
        return unread(format!("`{}` has no text at `{}`", at.file, at.key));
    };
    let place = match document.locate(&at.key) {
        Some((line, column)) => Location::point(&at.file, line, column),
        None => Location::file(&at.file),
    };
    let plain = found.strip_prefix("sha256:").unwrap_or(found);
    (!plain.eq_ignore_ascii_case(digest)).then(|| another_digest(subject, place, found, digest))
}

fn another_digest(subject: &Subject<'_>, place: Location, found: &str, digest: &str) -> Finding {
    let named: String = found.chars().take(64).filter(|c| !c.is_control() && *c != '`').collect();
    Finding::new(
        &MODEL_DIGEST_MISMATCH,
        place,
        format!("`{named}` is not the SHA-256 of `{}`", subject.artefact),
    )
    .help(format!("write `{digest}`, or bring the artefact that was meant"))
    .fact(subject.name)
}

fn tensors(subject: &Subject<'_>, signature: &Signature, said: &FeaturesLock) -> Vec<Finding> {
    let sides = [
        ("inputs", "takes", signature.inputs.as_ref(), &said.inputs, said.columns),
        ("outputs", "gives", signature.outputs.as_ref(), &said.outputs, said.scores),
    ];
    let mut findings = Vec::new();
    for (key, does, signed, own, columns) in sides {
        let Some(signed) = signed else { continue };
        let text =
            |tensors: &[Tensor]| tensors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (expected, fits) = match (&own[..], columns) {
            // A format without tensors says only how many numbers there are for a row.
            ([], Some(columns)) => (format!("{columns} numbers for a row"), has_columns(signed, columns)),
            ([], None) => continue,
            (own, _) => (text(own), same(signed, own)),
        };
        if !fits {
            findings.push(
                Finding::new(
                    &MODEL_SIGNATURE_MISMATCH,
                    signature.locate(key),
                    format!("the signature says `{}`, and the model {does} `{expected}`", text(signed)),
                )
                .help("write the signature anew from the artefact")
                .fact(subject.name)
                .fact(key),
            );
        }
    }
    findings
}

/// Whether tensors are the same but for the names of dimensions that vary.
fn same(signed: &[Tensor], own: &[Tensor]) -> bool {
    let fits = |signed: &Tensor, own: &Tensor| {
        let sizes = |one: &Dimension, other: &Dimension| match (one, other) {
            (Dimension::Fixed(one), Dimension::Fixed(other)) => one == other || *one < 0,
            (Dimension::Named(_), Dimension::Named(_)) => true,
            // The Open Inference Protocol has -1 for what varies.
            (Dimension::Fixed(size), Dimension::Named(_)) => *size < 0,
            (Dimension::Named(_), Dimension::Fixed(_)) => false,
        };
        signed.name == own.name
            && signed.dtype == own.dtype
            && signed.shape.len() == own.shape.len()
            && signed.shape.iter().zip(&own.shape).all(|(one, other)| sizes(one, other))
    };
    signed.len() == own.len() && signed.iter().zip(own).all(|(signed, own)| fits(signed, own))
}

fn has_columns(signed: &[Tensor], columns: u64) -> bool {
    let last = |tensor: &Tensor| match tensor.shape.last() {
        Some(Dimension::Fixed(size)) => u64::try_from(*size).ok(),
        _ => None,
    };
    match signed {
        [only] => last(only).is_none_or(|size| size == columns),
        _ => false,
    }
}

fn features(subject: &Subject<'_>, signature: &Signature, said: &FeaturesLock) -> Option<Finding> {
    let signed = signature.features.as_ref()?;
    let signed: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
    let model = said.names();
    if model.is_empty() {
        let columns = said.columns.filter(|columns| *columns != signed.len() as u64)?;
        return Some(mismatch(
            subject,
            signature,
            "features",
            &format!(
                "the signature names {} features, and the model takes {columns} numbers for a row",
                signed.len()
            ),
        ));
    }
    let difference = compare(&signed, &model);
    let fault = if let Some((at, place)) = difference.renamed.first() {
        format!("the signature has `{}` where the model has `{}`", signed[*at], model[*place])
    } else if let Some(at) = difference.extra.first() {
        format!("the signature has `{}`, which the model does not take", signed[*at])
    } else if let Some(place) = difference.missing.first() {
        format!("the signature does not have `{}`, which the model takes", model[*place])
    } else {
        let (at, place) = difference.moved.first()?;
        let (name, at, place) = (signed[*at], at + 1, place + 1);
        format!("the signature has `{name}` as number {at}, and the model takes it as number {place}")
    };
    Some(mismatch(subject, signature, "features", &fault))
}

fn mismatch(subject: &Subject<'_>, signature: &Signature, key: &str, fault: &str) -> Finding {
    Finding::new(&MODEL_SIGNATURE_MISMATCH, signature.locate(key), fault)
        .help("write the signature anew from the artefact")
        .fact(subject.name)
        .fact(key)
}
