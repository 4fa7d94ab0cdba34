//! Trees of LightGBM, from the text that LightGBM writes.
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bosk::LgbModel;

use crate::artefact::{expect_same, read_artefact};
use crate::background;
use crate::load_error::LoadError;
use crate::matrix::Matrix;
use crate::model::{Model, ModelError};
use crate::signature::Signature;

/// A LightGBM model with one number for each row: regression, ranking, binary classification, random forest. A model of
/// several classes or with linear trees is refused.
#[derive(Debug, Clone)]
pub struct LightGbmModel {
    signature: Arc<Signature>,
    trees: Arc<LgbModel>,
}

impl LightGbmModel {
    /// Loads the model of which a signature file speaks, as `Booster.save_model` writes it, and holds it to the signature.
    ///
    /// # Errors
    /// A [`LoadError`] if a file cannot be read or is no such model, or the model is not what its signature says: another
    /// SHA-256, other features, or features in another order.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let (signature, file, bytes) = read_artefact(path)?;
        let mismatch = |problem| LoadError::Mismatch { path: file.clone(), problem };
        let broken = |source| LoadError::Model { path: file.clone(), source };

        let text = String::from_utf8(bytes).map_err(|error| broken(error.into()))?;
        // The trees end with a line of their own. Without it, a file that is cut off between two trees would be a model.
        if !text.lines().any(|line| line == "end of trees") {
            return Err(broken("it has no end".into()));
        }
        expect_features(&signature, &text).map_err(mismatch)?;
        let trees = LgbModel::parse(&text).map_err(|error| broken(error.into()))?;
        let (promised, got) = (signature.features.len(), trees.num_features());
        expect_same("the number of features", &promised.to_string(), &got.to_string()).map_err(mismatch)?;
        Ok(Self { signature: Arc::new(signature), trees: Arc::new(trees) })
    }

    fn score(&self, row: &[f32]) -> f64 {
        let row: Vec<f64> = row.iter().copied().map(f64::from).collect();
        self.trees.predict_unchecked(&row)
    }
}

#[async_trait]
impl Model for LightGbmModel {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        let (model, columns) = (self.clone(), self.signature.features.len());
        let score = move |block: &[f32]| {
            Ok::<_, Infallible>(block.chunks(columns).map(|row| model.score(row) as f32).collect())
        };
        background::infer(rows, columns, within, score).await
    }
}

fn expect_features(signature: &Signature, text: &str) -> Result<(), String> {
    let got = text.lines().find_map(|line| line.strip_prefix("feature_names="));
    let got = got.ok_or("it has no `feature_names`")?;
    let promised: Vec<_> = signature.features.iter().map(|feature| feature.name.as_str()).collect();
    expect_same("the list of features", &promised.join(" "), got)
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    const TOLERANCE: f64 = 1e-9;
    const SAME: [&str; 9] = [
        "binary",
        "categories",
        "cross-entropy",
        "forest",
        "poisson",
        "ranking",
        "regression",
        "square-root",
        "zero-as-missing",
    ];

    /// A file that `tests/lightgbm/generate.py` wrote.
    fn file(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lightgbm").join(name)
    }

    fn load(name: &str) -> Result<LightGbmModel, LoadError> {
        LightGbmModel::load(&file(&format!("{name}.signature.yaml")))
    }

    /// Rows, each with what LightGBM said of it.
    fn expected(name: &str) -> Vec<(Vec<f32>, f64)> {
        let text = fs::read_to_string(file(&format!("{name}.csv"))).expect("the rows are there");
        let row = |line: &str| {
            let (row, score) = line.rsplit_once(',')?;
            let row = row.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            Some((row, score.parse().ok()?))
        };
        text.lines().map(|line| row(line).expect("a line is numbers")).collect()
    }

    #[test]
    fn scores_are_those_of_lightgbm() {
        for name in SAME {
            let model = load(name).expect("the model is right");
            let expected = expected(name);
            assert_eq!(expected.len(), 120);
            for (row, score) in expected {
                let got = model.score(&row);
                assert!((got - score).abs() <= TOLERANCE, "{name}: {got} is not {score} for {row:?}");
            }
        }
    }

    #[tokio::test]
    async fn an_answer_has_the_scores_in_the_order_of_the_rows() {
        let model = load("ranking").expect("the model is right");
        let expected = expected("ranking");
        let mut rows = Matrix::with_capacity(expected.len(), 6);
        expected.iter().for_each(|(row, _)| rows.push(row.iter().copied()));
        let scores = model.infer(rows, Duration::from_secs(10)).await.expect("the model answers");
        assert_eq!(scores, expected.iter().map(|(_, score)| *score as f32).collect::<Vec<_>>());
    }

    #[test]
    fn what_would_be_scored_wrong_is_refused() {
        for (name, problem) in [("classes", "multiclass"), ("linear-trees", "linear trees")] {
            let error = load(name).expect_err("the model is of another kind");
            let source = error.source().expect("it says why").to_string();
            assert!(source.contains(problem), "{source}");
        }
    }
}
