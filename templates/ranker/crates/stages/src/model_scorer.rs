//! What the model thinks of the candidates.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use models::{Matrix, Model, ModelError};
use pipeline::{OnFailure, Scorer, StageError};

use crate::model_input::{Bound, InputMismatch, ModelInput};

/// Scores all candidates by a model, in one batch.
pub struct ModelScorer<Q: 'static, C: 'static> {
    model: Arc<dyn Model>,
    inputs: Vec<Bound<Q, C>>,
}

impl<Q, C> ModelScorer<Q, C> {
    /// Scores by a model whose features are exactly these inputs, in this order.
    ///
    /// # Errors
    /// An [`InputMismatch`] if they are not.
    pub fn new(model: Arc<dyn Model>, inputs: &'static [ModelInput<Q, C>]) -> Result<Self, InputMismatch> {
        let inputs = Bound::all(model.signature(), inputs)?;
        Ok(Self { model, inputs })
    }

    fn rows(&self, query: &Q, candidates: &[C]) -> Matrix {
        let mut rows = Matrix::with_capacity(candidates.len(), self.inputs.len());
        for candidate in candidates {
            rows.push(self.inputs.iter().map(|input| input.taken(query, candidate)));
        }
        rows
    }
}

#[async_trait]
impl<Q: Sync, C: Sync> Scorer<Q, C> for ModelScorer<Q, C> {
    fn name(&self) -> &'static str {
        "model"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn score(&self, query: &Q, candidates: &[C], within: Duration) -> Result<Vec<f64>, StageError> {
        let scores = self.model.infer(self.rows(query, candidates), within).await.map_err(stage_error)?;
        // Single scores that are no numbers are dropped with their candidates; a model that gives nothing else has not
        // answered, and its candidates are better ranked without it than all dropped.
        if !scores.is_empty() && !scores.iter().any(|score| score.is_finite()) {
            return Err(StageError::dependency("the model gave no score that is a number"));
        }
        Ok(scores.into_iter().map(f64::from).collect())
    }
}

/// What the failure of a model is for the stage that asks it.
pub(crate) fn stage_error(error: ModelError) -> StageError {
    match error {
        ModelError::Timeout => StageError::Timeout,
        error => StageError::dependency(error),
    }
}

#[cfg(test)]
mod tests {
    use models::Signature;

    use super::*;

    const SIGNATURE: &str = "
name: test
version: '1'
file: test.onnx
sha256: ''
inputs: []
outputs: []
features:
  - { name: length, missing: 0.5 }
  - { name: bonus, missing: 0.0 }
";

    static INPUTS: [ModelInput<f64, &str>; 2] = [
        ModelInput {
            name: "length",
            read: |_, text| if text.is_empty() { None } else { Some(text.len() as f64) },
        },
        ModelInput { name: "bonus", read: |bonus, _| Some(*bonus) },
    ];
    static SWAPPED: [ModelInput<f64, &str>; 2] = [
        ModelInput { name: "bonus", read: |bonus, _| Some(*bonus) },
        ModelInput { name: "length", read: |_, _| None },
    ];

    /// Answers with the sum of each row.
    struct Sum(Signature);

    #[async_trait]
    impl Model for Sum {
        fn signature(&self) -> &Signature {
            &self.0
        }
        async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
            if within < Duration::from_millis(1) {
                return Err(ModelError::Timeout);
            }
            Ok(rows.values().chunks(rows.columns()).map(|row| row.iter().sum()).collect())
        }
    }

    fn sum() -> Arc<dyn Model> {
        Arc::new(Sum(serde_yaml::from_str(SIGNATURE).expect("the signature is right")))
    }

    #[tokio::test]
    async fn a_missing_value_is_what_the_signature_says() {
        let scorer = ModelScorer::new(sum(), &INPUTS).expect("the inputs are those of the signature");
        let scores =
            scorer.score(&10.0, &["abc", ""], Duration::from_millis(1)).await.expect("the model answers");
        assert_eq!(scores, [13.0, 10.5]);
    }

    #[tokio::test]
    async fn a_model_that_takes_too_long_is_a_timeout() {
        let scorer = ModelScorer::new(sum(), &INPUTS).expect("the inputs are those of the signature");
        let error = scorer.score(&0.0, &["abc"], Duration::ZERO).await.expect_err("no time is left");
        assert!(matches!(error, StageError::Timeout));
    }

    #[tokio::test]
    async fn a_model_that_gives_nothing_but_what_is_no_number_has_not_answered() {
        let scorer = ModelScorer::new(sum(), &INPUTS).expect("the inputs are those of the signature");
        let ample = Duration::from_secs(1);
        for bonus in [f64::NAN, f64::INFINITY] {
            let error = scorer.score(&bonus, &["abc", ""], ample).await.expect_err("no score is a number");
            assert!(matches!(error, StageError::Dependency(_)));
            assert_eq!(scorer.score(&bonus, &[], ample).await.expect("nothing was asked"), [0.0; 0]);
        }
    }

    #[test]
    fn inputs_in_another_order_are_refused() {
        let error = ModelScorer::new(sum(), &SWAPPED).err().expect("the order is wrong");
        assert_eq!(error.to_string(), "the model takes [length, bonus], the service has [bonus, length]");
    }

    #[test]
    fn inputs_that_are_too_few_are_refused() {
        assert!(ModelScorer::new(sum(), &INPUTS[..1]).is_err());
    }
}
