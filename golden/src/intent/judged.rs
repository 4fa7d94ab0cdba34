//! Judged quality under a declared model: whether people judged the new rankings worse, beyond chance and the policy's
//! limits.

use source::{Change, ReadError};

use super::{Claim, Intent};
use crate::policy::{Corpus, ModelLimits};
use crate::quality::{Answered, MEASURES, quality, unjudged};
use crate::side::Delta;
use crate::trec::Qrels;

/// What judgments say of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Judgement {
    /// What is worse than the policy allows, or why that is not known: clauses.
    pub(crate) excess: Vec<String>,
    /// What is told whatever the verdict.
    pub(crate) notes: Vec<String>,
}

/// Judges where the change declares a model and the corpus has judgments: those of the base, since head's are what is
/// judged.
pub(crate) fn judge(change: &Change, corpus: &Corpus, limits: &ModelLimits, delta: &Delta<'_>) -> Judgement {
    let declared = matches!(Intent::of(&change.said), Intent::Declared(Claim::Model { .. }));
    let Some(path) = corpus.judgments.as_ref().filter(|_| declared) else { return Judgement::default() };
    let judgments = match read(change, path) {
        Ok(judgments) => judgments,
        Err(why) => {
            let unknown = format!("the judged quality of `{}` is not known: {why}", corpus.service);
            return Judgement { excess: vec![unknown], notes: Vec::new() };
        }
    };
    let rows: Vec<Answered<'_>> = delta
        .compared
        .iter()
        .map(|compared| Answered {
            id: &compared.after.id,
            segment: &compared.after.segment,
            before: &compared.before.ranking,
            after: &compared.after.ranking,
        })
        .collect();
    let mut judgement = Judgement::default();
    let measure = MEASURES[0].name(crate::measures::Parameters { k: crate::quality::DEPTH, p: 0.0 });
    for delta in quality(&rows, &judgments).iter().filter(|delta| delta.measure == measure) {
        let place = delta.segment.as_ref().map_or("over all".to_owned(), |segment| format!("in `{segment}`"));
        let limit = if delta.segment.is_some() { limits.drop_segment } else { limits.drop };
        let said = format!(
            "{place} {measure} went from {:.4} to {:.4} over {} judged of {} requests, a difference of {:+.4} \
             ({:+.4} to {:+.4})",
            delta.before,
            delta.after,
            delta.judged,
            delta.of,
            delta.difference.mean,
            delta.difference.low,
            delta.difference.high
        );
        match delta.falls_beyond(limit) {
            true => judgement.excess.push(format!("`{}` is judged worse: {said}", corpus.service)),
            false => judgement.notes.push(said),
        }
    }
    let unjudged = unjudged(&rows, &judgments);
    if !unjudged.is_empty() {
        judgement.notes.push(format!("nobody judged a request of {}", unjudged.join(", ")));
    }
    judgement
}

/// The base's judgments; head's where the base has none.
fn read(change: &Change, path: &str) -> Result<Qrels, String> {
    let of_base = change.base.as_ref().map(|base| base.text(change.base_path(path)));
    let text = match of_base {
        Some(Ok(text)) => Ok(text),
        Some(Err(ReadError::Missing(_))) | None => change.head.text(path),
        Some(Err(error)) => Err(error),
    };
    let text = text.map_err(|error| error.to_string())?;
    Qrels::parse(&text).map_err(|refusal| format!("`{path}`, line {}: {}", refusal.line, refusal.reason))
}
