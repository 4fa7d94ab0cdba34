//! What a model is told about a candidate, by name.
use models::Signature;

/// An input of a model: its name in the signature, and how it is read.
pub struct ModelInput<Q, C> {
    /// The feature's name.
    pub name: &'static str,
    /// Its value for a candidate; `None` if it is missing, which the model takes as its signature says.
    pub read: fn(&Q, &C) -> Option<f64>,
}

/// The inputs of a service are not the features of its model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model takes [{}], the service has [{}]", model.join(", "), service.join(", "))]
pub struct InputMismatch {
    /// The features of the model, in order.
    pub model: Vec<String>,
    /// The inputs of the service, in order.
    pub service: Vec<String>,
}

/// An input with what stands for it where it is missing.
pub(crate) struct Bound<Q: 'static, C: 'static> {
    pub(crate) input: &'static ModelInput<Q, C>,
    pub(crate) missing: f32,
}

impl<Q, C> Bound<Q, C> {
    /// Binds inputs to a model whose features are exactly these, in this order.
    pub(crate) fn all(
        signature: &Signature,
        inputs: &'static [ModelInput<Q, C>],
    ) -> Result<Vec<Self>, InputMismatch> {
        let features = &signature.features;
        if !features.iter().map(|feature| feature.name.as_str()).eq(inputs.iter().map(|input| input.name)) {
            return Err(InputMismatch {
                model: features.iter().map(|feature| feature.name.clone()).collect(),
                service: inputs.iter().map(|input| input.name.to_owned()).collect(),
            });
        }
        let missing = features.iter().map(|feature| feature.missing);
        Ok(inputs.iter().zip(missing).map(|(input, missing)| Self { input, missing }).collect())
    }

    /// The value for a candidate, if there is one.
    pub(crate) fn value(&self, query: &Q, candidate: &C) -> Option<f32> {
        (self.input.read)(query, candidate).map(|value| value as f32)
    }

    /// What the model takes for a candidate.
    pub(crate) fn taken(&self, query: &Q, candidate: &C) -> f32 {
        self.value(query, candidate).unwrap_or(self.missing)
    }
}
