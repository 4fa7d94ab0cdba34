//! Loads of files that are not what they should be, while a model serves.
use std::fs;
use std::time::Duration;

use models::{LoadError, Model, TractModel};

use crate::support::{AMPLE, Copy, rows};

fn change_signature(copy: &Copy, from: &str, to: &str) {
    let text = fs::read_to_string(&copy.signature).expect("the signature is text");
    assert!(text.contains(from), "there is no `{from}` to change");
    fs::write(&copy.signature, text.replacen(from, to, 1)).expect("the signature is written");
}

async fn scores(model: &TractModel) -> Vec<f32> {
    model.infer(rows(40, 14), AMPLE).await.expect("the model answers")
}

type Spoil = fn(&Copy);

#[tokio::test]
async fn a_load_that_is_refused_does_nothing_to_the_model_that_serves() {
    let copy = Copy::onnx();
    let serving = TractModel::open(&copy.signature, AMPLE).await.expect("the model is right");
    let before = scores(&serving).await;
    let cases: Vec<(&str, Spoil)> = vec![
        ("no signature", |copy| fs::remove_file(&copy.signature).expect("it is removed")),
        ("no model", |copy| fs::remove_file(&copy.file).expect("it is removed")),
        ("garbage for a signature", |copy| fs::write(&copy.signature, "{").expect("it is written")),
        ("a folder for a model", |copy| {
            fs::remove_file(&copy.file).expect("it is removed");
            fs::create_dir(&copy.file).expect("it is made");
        }),
        ("a model cut off", |copy| copy.replace(&copy.bytes()[..700])),
        ("a model that is too large", |copy| {
            fs::File::options()
                .write(true)
                .open(&copy.file)
                .expect("it opens")
                .set_len(65 << 20)
                .expect("it grows");
        }),
        ("another digest", |copy| {
            let bytes = [copy.bytes(), vec![0]].concat();
            fs::write(&copy.file, bytes).expect("it is written");
        }),
        ("features in another order", |copy| {
            change_signature(copy, "- name: popularity", "- name: swapped");
            change_signature(copy, "- name: completion", "- name: popularity");
            change_signature(copy, "- name: swapped", "- name: completion");
        }),
    ];
    for (name, spoil) in cases {
        let copy = Copy::onnx();
        spoil(&copy);
        let refused = TractModel::open(&copy.signature, AMPLE).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
    }
    fs::remove_file(&copy.file).expect("it is removed");
    fs::write(&copy.signature, "{").expect("it is written");
    assert_eq!(scores(&serving).await, before, "a model that is loaded needs its files no longer");
}

#[tokio::test]
async fn a_load_that_takes_too_long_is_given_up() {
    let copy = Copy::onnx();
    let late = TractModel::open(&copy.signature, Duration::ZERO).await;
    assert!(matches!(late, Err(LoadError::Late { .. })), "{late:?}");
}
