//! Why a candidate has the score that the model gave it: what each of its features contributed.
use std::sync::Arc;
use std::time::Duration;

use models::{Matrix, Model};
use pipeline::{Scored, StageError};

use crate::model_input::{Bound, InputMismatch, ModelInput};
use crate::model_scorer::stage_error;

/// What one feature contributed to the score of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// The feature's name.
    pub feature: &'static str,
    /// What the model was told; where the value is missing, what stands for it.
    pub value: f64,
    /// Whether the value is missing.
    pub missing: bool,
    /// The score of the model minus its score for the same candidate with this feature missing.
    pub contribution: f64,
}

/// Explains a ranking that stands, by taking away one feature at a time.
///
/// For the score `f(x)` of a candidate with features `x`, feature `i` contributed `f(x) - f(x with x[i] = missing[i])`,
/// where `missing` is what the signature says: removal of single features, the simplest of the methods that Covert,
/// Lundberg and Lee compare in "Explaining by Removing" (JMLR 22, 2021). It is exact and says what would happen without the
/// feature; as features work together, the contributions need not add up to the score.
pub struct Explainer<Q: 'static, C: 'static> {
    model: Arc<dyn Model>,
    inputs: Vec<Bound<Q, C>>,
}

impl<Q, C> Explainer<Q, C> {
    /// Explains a model whose features are exactly these inputs, in this order.
    ///
    /// # Errors
    /// An [`InputMismatch`] if they are not.
    pub fn new(model: Arc<dyn Model>, inputs: &'static [ModelInput<Q, C>]) -> Result<Self, InputMismatch> {
        let inputs = Bound::all(model.signature(), inputs)?;
        Ok(Self { model, inputs })
    }

    /// The contributions to the score of each candidate, in the order of the signature. The model is asked once, about one
    /// row for each candidate and one for each of its features that is not missing.
    ///
    /// # Errors
    /// A [`StageError`] if the model does not answer `within` the time given, fails, or gives what is no number.
    pub async fn explain(
        &self,
        query: &Q,
        ranked: &[Scored<C>],
        within: Duration,
    ) -> Result<Vec<Vec<Contribution>>, StageError> {
        let rows = self.rows(query, ranked);
        let asked = rows.rows();
        let scores = self.model.infer(rows, within).await.map_err(stage_error)?;
        if scores.len() != asked {
            return Err(StageError::Length { expected: asked, got: scores.len() });
        }
        if !scores.iter().all(|score| score.is_finite()) {
            return Err(StageError::dependency("the model gave a score that is no number"));
        }
        let mut scores = scores.into_iter().map(f64::from);
        Ok(ranked.iter().map(|scored| self.contributions(query, &scored.candidate, &mut scores)).collect())
    }

    /// The rows of each candidate: itself, and then itself without each of its features that are there.
    fn rows(&self, query: &Q, ranked: &[Scored<C>]) -> Matrix {
        let mut rows = Matrix::with_capacity(ranked.len() * (1 + self.inputs.len()), self.inputs.len());
        for Scored { candidate, .. } in ranked {
            let row: Vec<_> = self.inputs.iter().map(|input| input.taken(query, candidate)).collect();
            rows.push(row.iter().copied());
            for (place, input) in self.inputs.iter().enumerate() {
                if input.value(query, candidate).is_some() {
                    let without = row.iter().enumerate();
                    rows.push(without.map(|(at, value)| if at == place { input.missing } else { *value }));
                }
            }
        }
        rows
    }

    /// Takes the scores of one candidate's rows.
    fn contributions(
        &self,
        query: &Q,
        candidate: &C,
        scores: &mut impl Iterator<Item = f64>,
    ) -> Vec<Contribution> {
        let whole = scores.next().unwrap_or_default();
        let mut contribution = |bound: &Bound<Q, C>| {
            let (feature, value) = (bound.input.name, bound.value(query, candidate));
            match value.and_then(|value| Some((value, scores.next()?))) {
                Some((value, without)) => Contribution {
                    feature,
                    value: f64::from(value),
                    missing: false,
                    contribution: whole - without,
                },
                None => Contribution {
                    feature,
                    value: f64::from(bound.missing),
                    missing: true,
                    contribution: 0.0,
                },
            }
        };
        self.inputs.iter().map(&mut contribution).collect()
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use models::{ModelError, Signature};

    use super::*;

    const SIGNATURE: &str = "
name: test
version: '1'
file: test.onnx
sha256: ''
inputs: []
outputs: []
features:
  - { name: one, missing: 0.5 }
  - { name: two, missing: 0.0 }
";

    type Item = [Option<f64>; 2];

    static INPUTS: [ModelInput<(), Item>; 2] = [
        ModelInput { name: "one", read: |(), item| item[0] },
        ModelInput { name: "two", read: |(), item| item[1] },
    ];

    /// Answers with a function of each row.
    struct Fake(Signature, fn(&[f32]) -> Option<f32>);

    #[async_trait]
    impl Model for Fake {
        fn signature(&self) -> &Signature {
            &self.0
        }
        async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
            if within.is_zero() {
                return Err(ModelError::Timeout);
            }
            Ok(rows.values().chunks(rows.columns()).filter_map(self.1).collect())
        }
    }

    async fn explain(
        score: fn(&[f32]) -> Option<f32>,
        items: &[Item],
        within: Duration,
    ) -> Result<Vec<Vec<Contribution>>, StageError> {
        let signature = serde_yaml::from_str(SIGNATURE).expect("the signature is right");
        let explainer =
            Explainer::new(Arc::new(Fake(signature, score)), &INPUTS).expect("the inputs are those");
        let ranked: Vec<_> = items.iter().copied().map(Scored::new).collect();
        explainer.explain(&(), &ranked, within).await
    }

    const AMPLE: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_contribution_is_what_the_score_loses_without_the_feature() {
        let product = |row: &[f32]| Some(10.0 * row[0] * row[1]);
        let explained = explain(product, &[[Some(1.0), Some(2.0)], [Some(3.0), None]], AMPLE).await;
        let explained = explained.expect("the model answers");
        let numbers: Vec<_> = explained
            .iter()
            .map(|of_item| {
                of_item.iter().map(|c| (c.feature, c.value, c.missing, c.contribution)).collect::<Vec<_>>()
            })
            .collect();
        // 10·1·2 - 10·0.5·2 and 10·1·2 - 10·1·0; then 10·3·0 - 10·0.5·0, and nothing of what is missing.
        assert_eq!(numbers[0], [("one", 1.0, false, 10.0), ("two", 2.0, false, 20.0)]);
        assert_eq!(numbers[1], [("one", 3.0, false, 0.0), ("two", 0.0, true, 0.0)]);
    }

    #[tokio::test]
    async fn contributions_to_a_sum_add_up_to_it() {
        let sum = |row: &[f32]| Some(2.0 * (row[0] - 0.5) + row[1]);
        let explained = explain(sum, &[[Some(0.25), Some(4.0)]], AMPLE).await.expect("the model answers");
        let all: f64 = explained[0].iter().map(|contribution| contribution.contribution).sum();
        assert_eq!(all, 3.5);
    }

    #[tokio::test]
    async fn what_a_model_cannot_explain_is_said() {
        let items = [[Some(1.0), Some(2.0)]];
        let late = explain(|_| Some(0.0), &items, Duration::ZERO).await;
        assert!(matches!(late, Err(StageError::Timeout)));
        let short = explain(|row| (row[0] > 0.5).then_some(0.0), &items, AMPLE).await;
        assert!(matches!(short, Err(StageError::Length { expected: 3, got: 2 })));
        let garbage = explain(|_| Some(f32::NAN), &items, AMPLE).await;
        assert!(matches!(garbage, Err(StageError::Dependency(_))));
        assert_eq!(
            explain(|_| None, &[], AMPLE).await.expect("there is nothing to ask"),
            Vec::<Vec<_>>::new()
        );
    }
}
