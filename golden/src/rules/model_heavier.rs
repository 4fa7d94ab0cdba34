//! Models that are much larger than the base's.

use findings::{Finding, Level, rule};

use crate::intent::Radius;

rule! {
    /// Files of a declared model that are more than `golden.model.bytes` times as large as the base's. Beyond the double
    /// of that it is an error.
    ///
    /// ## Why it hurts
    /// A model is paid for with every request: what is larger takes longer to load and usually to ask, and the service's
    /// deadline and memory were measured with the old one. Recorded rankings say nothing of it.
    ///
    /// ## Example
    /// With a model of 100 bytes at the base:
    /// ```base model=100
    /// cold-start/1 limit=3 by=1: t1=0.9 t2=0.5
    /// ```
    /// ```head bad model=250 says=model(taste@2)
    /// cold-start/1 limit=3 by=2: t1=0.9 t2=0.5 //~
    /// ```
    ///
    /// ## Instead
    /// Measure the service with the new model, and prune or quantise it, or raise `golden.model.bytes`.
    /// ```base model=100
    /// cold-start/1 limit=3 by=1: t1=0.9 t2=0.5
    /// ```
    /// ```head good model=150 says=model(taste@2)
    /// cold-start/1 limit=3 by=2: t1=0.9 t2=0.5
    /// ```
    pub static MODEL_HEAVIER = {
        id: "model-heavier",
        guard: "golden",
        group: "cost",
        level: Warning,
        summary: "finds models that are much larger than the base's",
    };
}

pub(crate) fn find(radius: &Radius, (before, after): (u64, u64), limit: f64) -> Option<Finding> {
    if before == 0 || after as f64 <= before as f64 * limit {
        return None;
    }
    let times = after as f64 / before as f64;
    let message =
        format!("the files of the model have {after} bytes, {times:.1} times the {before} of the base");
    let mut finding = Finding::new(&MODEL_HEAVIER, radius.location.clone(), message)
        .help("measure the service with the new model before it is merged")
        .fact(radius.fact());
    if times > 2.0 * limit {
        finding.level = Level::Error;
    }
    Some(finding.judged(before.to_string(), after.to_string()))
}
