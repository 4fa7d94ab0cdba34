//! A log of what was served.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use experiments::{Exposure, ExposureLog};
use pipeline::{Effect, OnFailure, Served, StageError};

/// The name of the stage that logs exposures.
pub const EXPOSURE: &str = "exposure";

/// Hands what is served to the exposure log: one event for each answer. Without it the answer is served all the same, and
/// says so among its degraded stages: an answer is in the log, or says that it is not.
///
/// It has to be the last stage of a pipeline. It waits for nothing, so that from the event on nothing can keep the answer
/// back: a ranking that fails, is late, or whose caller goes away is dropped before its event, not after.
pub struct ExposureEffect<Q, C> {
    log: Arc<dyn ExposureLog>,
    event: Event<Q, C>,
}

/// Makes an event of what is served.
type Event<Q, C> = Box<dyn Fn(&Served<'_, Q, C>) -> Exposure + Send + Sync>;

impl<Q, C> ExposureEffect<Q, C> {
    /// Logs the `event` that is made of what is served.
    pub fn new(
        log: Arc<dyn ExposureLog>,
        event: impl Fn(&Served<'_, Q, C>) -> Exposure + Send + Sync + 'static,
    ) -> Self {
        Self { log, event: Box::new(event) }
    }
}

#[async_trait]
impl<Q: Sync, C: Sync> Effect<Q, C> for ExposureEffect<Q, C> {
    fn name(&self) -> &'static str {
        EXPOSURE
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn run(&self, served: &Served<'_, Q, C>, _within: Duration) -> Result<(), StageError> {
        // The log takes or refuses at once; there is nothing to bound by time.
        self.log.record((self.event)(served)).await.map_err(StageError::dependency)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use experiments::LogError;

    use super::*;

    #[derive(Default)]
    struct Memory(Mutex<Vec<Exposure>>);

    #[async_trait]
    impl ExposureLog for Memory {
        async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
            let mut kept = self.0.lock().expect("no test panics while it holds the list");
            if !kept.is_empty() {
                return Err(LogError::Full);
            }
            kept.push(exposure);
            Ok(())
        }
        async fn flush(&self, _: Duration) -> Result<(), LogError> {
            Ok(())
        }
    }

    fn event(served: &Served<'_, &str, u8>) -> Exposure {
        Exposure {
            at_ms: 0,
            service: "test".to_owned(),
            request_id: (*served.query).to_owned(),
            unit: String::new(),
            arms: [].into(),
            model_version: String::new(),
            degraded: Vec::new(),
            shown: Vec::new(),
        }
    }

    #[tokio::test]
    async fn an_answer_is_one_event_and_a_full_log_is_said() {
        let log = Arc::new(Memory::default());
        let effect = ExposureEffect::new(log.clone(), event);
        let served = Served { query: &"r1", ranked: &[], degraded: &[] };
        effect.run(&served, Duration::ZERO).await.expect("there is room for one");
        assert!(matches!(effect.run(&served, Duration::ZERO).await, Err(StageError::Dependency(_))));
        let kept = log.0.lock().expect("no test panics while it holds the list");
        assert_eq!(kept.iter().map(|exposure| exposure.request_id.as_str()).collect::<Vec<_>>(), ["r1"]);
    }
}
