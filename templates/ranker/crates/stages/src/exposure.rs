//! An answer as the log of exposures keeps it.
use std::time::SystemTime;

use experiments::{Assigned, Exposure, Shown};
use pipeline::Served;

/// Who asked what, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The request's identifier.
    pub request_id: &'a str,
    /// The unit of the experiments, such as the viewer.
    pub unit: &'a str,
    /// When the request came in, by the service's clock.
    pub at: SystemTime,
    /// The arms of the experiments that the unit is in.
    pub assigned: &'a [Assigned],
}

/// The event of an answer that a service is about to give: what was `asked`, and what is shown, each by its identifier. A
/// service that ranks without a model has no version of one.
pub fn exposure<Q, C>(
    served: &Served<'_, Q, C>,
    service: &str,
    model_version: &str,
    asked: fn(&Q) -> Asked<'_>,
    id: fn(&C) -> &str,
) -> Exposure {
    let asked = asked(served.query);
    let since_1970 = asked.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let shown = served.ranked.iter();
    Exposure {
        at_ms: since_1970.as_secs() * 1000 + u64::from(since_1970.subsec_millis()),
        service: service.to_owned(),
        request_id: asked.request_id.to_owned(),
        unit: asked.unit.to_owned(),
        arms: asked.assigned.iter().map(|a| (a.experiment.clone(), a.arm.clone())).collect(),
        model_version: model_version.to_owned(),
        degraded: served.degraded.iter().map(|degraded| degraded.stage.to_owned()).collect(),
        shown: shown
            .map(|scored| Shown { id: id(&scored.candidate).to_owned(), score: scored.score() })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pipeline::{Degraded, Scored, StageError};

    use super::*;

    type Query = (SystemTime, Vec<Assigned>);

    fn asked((at, assigned): &Query) -> Asked<'_> {
        Asked { request_id: "r1", unit: "viewer-1", at: *at, assigned }
    }

    #[test]
    fn an_event_says_who_asked_what_is_shown_and_what_was_done_without() {
        let assigned =
            vec![Assigned { experiment: "e".to_owned(), arm: "control".to_owned(), parameters: [].into() }];
        let at = SystemTime::UNIX_EPOCH + Duration::from_micros(1_002_999);
        let query = (at, assigned);
        let ranked = [Scored::new("b"), Scored::new("a")];
        let degraded = [Degraded { stage: "model", error: StageError::Timeout }];
        let served = Served { query: &query, ranked: &ranked, degraded: &degraded };
        let shown = |id: &str| Shown { id: id.to_owned(), score: 0.0 };
        let expected = Exposure {
            at_ms: 1002,
            service: "test".to_owned(),
            request_id: "r1".to_owned(),
            unit: "viewer-1".to_owned(),
            arms: [("e".to_owned(), "control".to_owned())].into(),
            model_version: "1".to_owned(),
            degraded: vec!["model".to_owned()],
            shown: vec![shown("b"), shown("a")],
        };
        assert_eq!(exposure(&served, "test", "1", asked, |id| id), expected);
    }

    #[test]
    fn a_clock_before_1970_is_taken_for_1970() {
        let at = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let query = (at, Vec::new());
        let served = Served { query: &query, ranked: &[], degraded: &[] };
        assert_eq!(exposure(&served, "test", "", asked, |id: &&str| id).at_ms, 0);
    }
}
