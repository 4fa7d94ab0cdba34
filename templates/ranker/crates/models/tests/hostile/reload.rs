//! Loads while a model serves.
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use models::{LightGbmModel, LoadError, Loaded, Model, ReloadingModel, TractModel};

use crate::support::{AMPLE, Copy, rows};

async fn open(signature: PathBuf) -> Result<Arc<dyn Model>, LoadError> {
    Ok(Arc::new(TractModel::open(&signature, AMPLE).await?))
}

/// A copy of the committed model under another version, with other weights and so other scores.
fn other() -> Copy {
    let copy = Copy::onnx();
    copy.change(|model| {
        let graph = model.graph.as_mut().expect("it has a graph");
        graph
            .initializer
            .iter_mut()
            .for_each(|weights| weights.raw_data.iter_mut().step_by(4).for_each(|byte| *byte ^= 0x40));
    });
    change_signature(&copy, "version: 2026-11-20.1", "version: 2026-11-21.1");
    copy
}

fn change_signature(copy: &Copy, from: &str, to: &str) {
    let text = fs::read_to_string(&copy.signature).expect("the signature is text");
    assert!(text.contains(from), "there is no `{from}` to change");
    fs::write(&copy.signature, text.replacen(from, to, 1)).expect("the signature is written");
}

async fn scores(model: &dyn Model) -> Vec<f32> {
    model.infer(rows(40, 14), AMPLE).await.expect("the model answers")
}

type Spoil = fn(&Copy);

#[tokio::test]
async fn a_load_that_is_refused_leaves_the_old_model_serving() {
    let good = Copy::onnx();
    let serving = ReloadingModel::new(open(good.signature.clone()).await.expect("the model is right"));
    let before = scores(&*serving.current()).await;
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
        ("another name", |copy| change_signature(copy, "name: now_playing", "name: home")),
        ("features in another order", |copy| {
            copy.change(|model| {
                let names = model.metadata_props.iter_mut().find(|entry| entry.key == "feature_names");
                let names = &mut names.expect("it names its features").value;
                *names = names.replacen("popularity,completion", "completion,popularity", 1);
            });
            change_signature(copy, "- name: popularity", "- name: swapped");
            change_signature(copy, "- name: completion", "- name: popularity");
            change_signature(copy, "- name: swapped", "- name: completion");
        }),
    ];
    for (name, spoil) in cases {
        let copy = other();
        spoil(&copy);
        let refused = serving.reload(open(copy.signature.clone())).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
        assert_eq!(serving.current().signature().version, "2026-11-20.1", "{name}");
        assert_eq!(scores(&*serving.current()).await, before, "{name}");
    }
    let trees = Copy::lightgbm();
    let refused = serving.reload(async { Ok(Arc::new(LightGbmModel::load(&trees.signature)?) as _) }).await;
    assert!(matches!(refused, Err(LoadError::Other { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_model_takes_the_place_of_another_and_requests_in_flight_keep_theirs() {
    let (old, new) = (Copy::onnx(), other());
    let serving = ReloadingModel::new(open(old.signature.clone()).await.expect("the model is right"));
    let begun = serving.current();
    let before = scores(&*begun).await;
    let loaded = serving.reload(open(new.signature.clone())).await.expect("the model is right");
    assert_eq!(loaded, Loaded { before: "2026-11-20.1".to_owned(), now: "2026-11-21.1".to_owned() });
    assert_ne!(scores(&*serving.current()).await, before);
    assert_eq!((begun.signature().version.as_str(), scores(&*begun).await), ("2026-11-20.1", before));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn version_and_scores_of_a_request_are_of_one_model_while_models_change() {
    let copies = [Copy::onnx(), other()];
    let serving =
        Arc::new(ReloadingModel::new(open(copies[0].signature.clone()).await.expect("the model is right")));
    let mut expected = Vec::new();
    for copy in &copies {
        let model = open(copy.signature.clone()).await.expect("the model is right");
        expected.push((model.signature().version.clone(), scores(&*model).await));
    }
    let requests = (0..4).map(|_| {
        let (serving, expected) = (serving.clone(), expected.clone());
        tokio::spawn(async move {
            for _ in 0..50 {
                let model = serving.current();
                let said = (model.signature().version.clone(), scores(&*model).await);
                assert!(expected.contains(&said), "scores of another model than {}", said.0);
            }
        })
    });
    let requests: Vec<_> = requests.collect();
    for at in 1..=20 {
        serving.reload(open(copies[at % 2].signature.clone())).await.expect("the model is right");
    }
    for request in requests {
        request.await.expect("no request saw two models");
    }
}

#[tokio::test]
async fn a_load_that_takes_too_long_is_given_up() {
    let copy = Copy::onnx();
    let late = TractModel::open(&copy.signature, Duration::ZERO).await;
    assert!(matches!(late, Err(LoadError::Late { .. })), "{late:?}");
}
