//! The model that serves, and how another one takes its place.
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::load_error::LoadError;
use crate::model::Model;
use crate::signature::Signature;

/// The model that serves, and how another one takes its place while requests are answered.
///
/// It is not a [`Model`] itself: a request takes [`ReloadingModel::current`] once, and what it scores, explains and reports
/// is then of one model, whatever is loaded meanwhile.
pub struct ReloadingModel {
    current: RwLock<Arc<dyn Model>>,
    turn: Mutex<()>,
}

/// One model took the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The version that served.
    pub before: String,
    /// The version that serves.
    pub now: String,
}

impl ReloadingModel {
    /// Serves a model.
    pub fn new(model: Arc<dyn Model>) -> Self {
        Self { current: RwLock::new(model), turn: Mutex::new(()) }
    }

    /// The model that serves: one for the whole of a request.
    pub fn current(&self) -> Arc<dyn Model> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves the model that `load` gives. Requests that have begun end with the model that they have. One load at a time;
    /// the next waits.
    ///
    /// # Errors
    /// What `load` fails with, and a [`LoadError`] if its model has another name, or other inputs, outputs or features
    /// than the one that serves, or the same in another order. Then the old one goes on serving.
    pub async fn reload<E: From<LoadError>>(
        &self,
        load: impl Future<Output = Result<Arc<dyn Model>, E>>,
    ) -> Result<Loaded, E> {
        let _turn = self.turn.lock().await;
        let new = load.await?;
        let old = self.current();
        expect_same_interface(old.signature(), new.signature())?;
        let loaded = Loaded { before: old.signature().version.clone(), now: new.signature().version.clone() };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(loaded)
    }
}

fn expect_same_interface(old: &Signature, new: &Signature) -> Result<(), LoadError> {
    let (was, is) = (interface(old), interface(new));
    if was == is { Ok(()) } else { Err(LoadError::Other { was, is }) }
}

/// All about a model that a service is built for.
fn interface(signature: &Signature) -> String {
    let Signature { name, inputs, outputs, features, .. } = signature;
    let tensors = inputs.iter().chain(outputs).map(ToString::to_string);
    let features = features.iter().map(|feature| feature.name.clone());
    [name.clone()].into_iter().chain(tensors).chain(features).collect::<Vec<_>>().join(", ")
}
