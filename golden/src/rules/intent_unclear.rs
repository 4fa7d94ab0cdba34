//! Claims about rankings that are none, or not one.

use findings::{CLAIM, Finding, Level, rule};

use crate::intent::Radius;

rule! {
    /// A `Ranking-Intent` that cannot be read as one claim: it is not written as claims are, it names a segment that no
    /// corpus has, or the commits of the change claim what does not go together. Where no ranking moves it is a warning.
    ///
    /// ## Why it hurts
    /// A reviewer who reads the claim believes something about the change that nobody checked.
    ///
    /// ## Example
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```head bad says=scoped(cold,<=50%)
    /// cold-start/1 limit=3: t2=0.9 t1=0.5 t3=0.5 //~
    /// ```
    ///
    /// ## Instead
    /// Write `none`, `scoped(SEGMENT[, SEGMENT..], <=5%)` or `model(NAME@VERSION)`, in one commit of the change. Two models,
    /// or a model and a scope, are two changes.
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```head good says=scoped(cold-start,<=50%)
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    pub static INTENT_UNCLEAR = {
        id: "intent-unclear",
        guard: "golden",
        group: CLAIM,
        level: Error,
        summary: "finds claims about rankings that cannot be read as one",
    };
}

/// At most one finding, on the first corpus that moved.
pub(crate) fn find(radii: &[Radius], reasons: &[String]) -> Option<Finding> {
    let (first, others) = reasons.split_first()?;
    let moved = radii.iter().find(|radius| radius.total().moved > 0);
    let radius = moved.or(radii.first())?;
    let message = format!("what the change declares is unclear: {first}");
    let mut finding = Finding::new(&INTENT_UNCLEAR, radius.location.clone(), message)
        .help("correct the line `Ranking-Intent` in the commit's message")
        .fact(radius.fact());
    finding = others.iter().take(9).fold(finding, |finding, reason| finding.note(reason));
    if moved.is_none() {
        finding.level = Level::Warning;
    }
    Some(finding)
}
