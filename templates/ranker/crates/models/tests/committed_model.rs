//! The committed model: held to its signature, scored row by row, and refused where it is not what it says.
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use models::{LoadError, Matrix, Model, ModelError, TractModel};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const AMPLE: Duration = Duration::from_secs(10);

/// A copy of the committed model that a test may spoil.
fn copy() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder is made");
    for file in ["now_playing.onnx", "now_playing.signature.yaml"] {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models").join(file);
        fs::copy(committed, folder.path().join(file)).expect("the model is copied");
    }
    folder
}

fn load(folder: &TempDir) -> Result<TractModel, LoadError> {
    TractModel::load(&folder.path().join("now_playing.signature.yaml"))
}

fn change_signature(folder: &TempDir, from: &str, to: &str) {
    let path = folder.path().join("now_playing.signature.yaml");
    let text = fs::read_to_string(&path).expect("the signature is text");
    assert!(text.contains(from), "there is no `{from}` to change");
    fs::write(&path, text.replacen(from, to, 1)).expect("the signature is written");
}

/// Replaces the model, and its SHA-256 in the signature.
fn replace_model(folder: &TempDir, bytes: &[u8]) {
    fs::write(folder.path().join("now_playing.onnx"), bytes).expect("the model is written");
    let path = folder.path().join("now_playing.signature.yaml");
    let text = fs::read_to_string(&path).expect("the signature is text");
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let lines = text.lines().map(|line| match line.strip_prefix("sha256: ") {
        Some(_) => format!("sha256: {sha256}\n"),
        None => format!("{line}\n"),
    });
    fs::write(&path, lines.collect::<String>()).expect("the signature is written");
}

fn bytes(folder: &TempDir) -> Vec<u8> {
    fs::read(folder.path().join("now_playing.onnx")).expect("the model is there")
}

/// Rows that are all different.
fn rows(count: usize, columns: usize) -> Matrix {
    let mut rows = Matrix::with_capacity(count, columns);
    for row in 0..count {
        rows.push((0..columns).map(|column| ((row * 31 + column * 17) % 101) as f32 / 101.0));
    }
    rows
}

#[tokio::test]
async fn a_rows_score_is_the_same_to_the_last_bit_alone_and_among_others() {
    let model = load(&copy()).expect("the committed model is right");
    let columns = model.signature().features.len();
    let all = rows(101, columns);
    let together = model.infer(all.clone(), AMPLE).await.expect("the model answers");
    assert_eq!(together.len(), 101);
    assert!(together.iter().all(|score| (0.0..=1.0).contains(score)));
    for (row, expected) in all.values().chunks(columns).zip(&together) {
        let mut alone = Matrix::with_capacity(1, columns);
        alone.push(row.iter().copied());
        let score = model.infer(alone, AMPLE).await.expect("the model answers");
        assert_eq!(score[0].to_bits(), expected.to_bits());
    }
}

#[tokio::test]
async fn no_rows_have_no_scores() {
    let model = load(&copy()).expect("the committed model is right");
    let none = Matrix::with_capacity(0, model.signature().features.len());
    assert_eq!(model.infer(none, AMPLE).await.expect("the model answers"), [] as [f32; 0]);
}

#[tokio::test]
async fn rows_of_another_width_are_refused() {
    let model = load(&copy()).expect("the committed model is right");
    let error = model.infer(rows(2, 3), AMPLE).await.expect_err("three columns are too few");
    assert!(matches!(error, ModelError::Columns { expected: 14, got: 3 }));
}

#[tokio::test]
async fn an_inference_that_takes_too_long_is_given_up() {
    let model = load(&copy()).expect("the committed model is right");
    let error = model.infer(rows(20_000, 14), Duration::from_nanos(1)).await.expect_err("there is no time");
    assert!(matches!(error, ModelError::Timeout));
}

#[test]
fn a_model_that_does_not_keep_its_signature_is_refused_with_what_is_different() {
    let cases = [
        (
            "- name: features\n",
            "- name: inputs\n",
            "the input is features float32[batch, 14], the signature says inputs",
        ),
        (
            "- name: score\n",
            "- name: logit\n",
            "the output is score float32[batch, 1], the signature says logit",
        ),
        ("  - batch\n", "  - rows\n", "the signature says features float32[rows, 14]"),
        ("- name: skips", "- name: skip_rate", "the list of features is popularity,completion,skips"),
    ];
    for (from, to, problem) in cases {
        let folder = copy();
        change_signature(&folder, from, to);
        let error = load(&folder).expect_err("the signature speaks of another model").to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn a_signature_that_no_model_can_keep_is_refused_with_what_is_wrong() {
    let cases = [
        ("dtype: float32", "dtype: float64", "the input is features float64[batch, 14]"),
        ("  - 14\n", "  - 15\n", "the input is features float32[batch, 15], not a float32[batch, 14]"),
        ("  - 14\n", "  - 14\n  - 1\n", "the input is features float32[batch, 14, 1]"),
        ("  - batch\n", "  - 32\n", "the input is features float32[32, 14]"),
        (
            "  - 1\nfeatures",
            "  - 2\nfeatures",
            "the output is score float32[batch, 2], not a float32[batch, 1]",
        ),
        ("- name: popularity\n  missing: 0.3\n", "", "float32[batch, 14], not a float32[batch, 13]"),
        ("- name: completion", "- name: popularity", "the feature `popularity` is there twice"),
        ("- name: skips", "- name: ''", "\"\" is not a name"),
        ("- name: skips", "- name: a,b", "\"a,b\" is not a name"),
        ("missing: 0.3", "missing: -.inf", "`popularity` is infinite where it is missing"),
        ("sha256: ", "sha256: 0", "`sha256` is not 64 digits"),
        ("file: ", "file: ../", "\"../now_playing.onnx\" is not a file in the same folder"),
        ("file: now_playing.onnx", "file: ..", "\"..\" is not a file in the same folder"),
        ("file: ", "file: /", "\"/now_playing.onnx\" is not a file in the same folder"),
        ("inputs:", "inputs: []\noutputs: []\nfeatures: []\nx:", "unknown field"),
    ];
    for (from, to, problem) in cases {
        let folder = copy();
        change_signature(&folder, from, to);
        let error = load(&folder).expect_err("no model can keep the signature");
        let text = format!("{error} {:?}", error.source());
        assert!(text.contains(problem), "{from:?} -> {to:?}: {text}");
    }
}

#[test]
fn a_digest_of_another_file_or_in_another_form_is_refused() {
    let right: String = Sha256::digest(bytes(&copy())).iter().map(|byte| format!("{byte:02x}")).collect();
    let other = "0".repeat(64);
    for (digest, problem) in [
        (other.as_str(), "sha256 is"),
        (&right.to_uppercase(), "is not 64 digits"),
        (&right[1..], "is not 64 digits"),
    ] {
        let folder = copy();
        change_signature(&folder, &right, digest);
        let error = load(&folder).expect_err("it is not the file's digest").to_string();
        assert!(error.contains(problem), "{digest}: {error}");
    }
}

#[test]
fn features_in_another_order_are_refused() {
    let folder = copy();
    change_signature(&folder, "- name: popularity", "- name: swapped");
    change_signature(&folder, "- name: completion", "- name: popularity");
    change_signature(&folder, "- name: swapped", "- name: completion");
    let error = load(&folder).expect_err("the order is another").to_string();
    assert!(error.contains("the signature says completion,popularity,skips"), "{error}");
}

#[test]
fn a_signature_that_is_not_one_is_refused() {
    for (from, to) in [
        ("version: ", "verison: "),
        ("missing: 0.3", "missing: much"),
        ("sha256: ", "name: again\nsha256: "),
        ("inputs:", "inputs: ["),
    ] {
        let folder = copy();
        change_signature(&folder, from, to);
        assert!(matches!(load(&folder), Err(LoadError::Signature { .. })), "{from} -> {to}");
    }
}

#[test]
fn files_that_are_missing_or_too_large_are_refused() {
    let folder = copy();
    fs::remove_file(folder.path().join("now_playing.onnx")).expect("the model is removed");
    assert!(matches!(load(&folder), Err(LoadError::Unreadable { .. })));
    fs::write(folder.path().join("now_playing.signature.yaml"), vec![b'#'; 300 << 10])
        .expect("it is written");
    assert!(matches!(load(&folder), Err(LoadError::TooLarge { .. })));
}

#[test]
fn a_model_cut_off_or_with_a_flipped_bit_is_refused_or_runs_but_never_panics() {
    let folder = copy();
    let whole = bytes(&folder);
    for length in (0..whole.len()).step_by(23) {
        replace_model(&folder, &whole[..length]);
        assert!(load(&folder).is_err(), "{length} of {} bytes are no model", whole.len());
    }
    for place in (0..whole.len()).step_by(7) {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (place % 8);
        replace_model(&folder, &flipped);
        drop(load(&folder));
    }
}
