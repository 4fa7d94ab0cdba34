//! What holds for every model, whichever engine runs it.
use std::path::Path;
use std::time::Duration;

use models::{LightGbmModel, Matrix, Model, ModelError, OpenInferenceModel, Signature, TractModel};

use crate::support::{AMPLE, Process, now_playing, rows, spawn};

fn ranking() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/models/tests/lightgbm/ranking.signature.yaml")
}

/// A model on a server of its own, over TCP.
async fn remote(signature: &Path) -> (Process, OpenInferenceModel) {
    let (process, address) = spawn(signature, "127.0.0.1:0");
    let endpoint = format!("http://{address}");
    let model = OpenInferenceModel::connect(signature, &endpoint, AMPLE).await.expect("it is its model");
    (process, model)
}

async fn infer(model: &dyn Model, rows: Matrix) -> Vec<u32> {
    let scores = model.infer(rows, AMPLE).await.expect("the model answers");
    scores.into_iter().map(f32::to_bits).collect()
}

/// What a caller may rely on.
async fn check(model: &dyn Model, signature: &Path) {
    assert_eq!(model.signature().version, Signature::read(signature).expect("it is one").version);
    let columns = model.signature().features.len();

    assert_eq!(infer(model, Matrix::with_capacity(0, columns)).await, [] as [u32; 0]);
    let all = rows(67, columns);
    let together = infer(model, all.clone()).await;
    assert_eq!(together.len(), 67);
    for (row, expected) in all.values().chunks(columns).zip(together) {
        let mut alone = Matrix::with_capacity(1, columns);
        alone.push(row.iter().copied());
        assert_eq!(infer(model, alone).await, [expected], "a row's score depends on the others");
    }

    let error = model.infer(rows(2, columns + 1), AMPLE).await.expect_err("a column is too many");
    assert!(
        matches!(error, ModelError::Columns { expected, got } if (expected, got) == (columns, columns + 1))
    );
    let error = model.infer(rows(2, columns), Duration::ZERO).await.expect_err("there is no time");
    assert!(matches!(error, ModelError::Timeout), "{error:?}");
}

/// Whether two models say the same to the last bit, also about what is not a number.
async fn check_same(one: &dyn Model, other: &dyn Model) {
    let columns = one.signature().features.len();
    for count in [1, 2, 31, 32, 33, 200, 500] {
        let mut rows = rows(count, columns);
        rows.push([f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MIN_POSITIVE, f32::MAX]);
        assert_eq!(infer(one, rows.clone()).await, infer(other, rows).await, "{count} rows");
    }
}

#[tokio::test]
async fn an_onnx_model_keeps_the_contract_here_and_on_a_server_with_the_same_scores() {
    let here = TractModel::load(&now_playing()).expect("the committed model is right");
    let (_process, there) = remote(&now_playing()).await;
    check(&here, &now_playing()).await;
    check(&there, &now_playing()).await;
    check_same(&here, &there).await;
}

#[tokio::test]
async fn a_lightgbm_model_keeps_the_contract_here_and_on_a_server_with_the_same_scores() {
    let here = LightGbmModel::load(&ranking()).expect("the committed model is right");
    let (_process, there) = remote(&ranking()).await;
    check(&here, &ranking()).await;
    check(&there, &ranking()).await;
    check_same(&here, &there).await;
}

#[tokio::test]
async fn rows_that_fit_into_no_request_are_refused_before_it_is_sent() {
    let (_process, model) = remote(&now_playing()).await;
    let most = ((4 << 20) - (64 << 10)) / 4 / 14;
    assert_eq!(infer(&model, rows(most, 14)).await.len(), most);
    let error = model.infer(rows(most + 1, 14), AMPLE).await.expect_err("it is a row too many");
    assert!(matches!(error, ModelError::Rows { most: limit, got } if (limit, got) == (most, most + 1)));
}
